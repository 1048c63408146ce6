"""The `venturi` command, also as `python -m venturi_tui`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Answer a command line, this process's own when None, and return the exit code."""
    args = sys.argv[1:] if argv is None else list(argv)
    if args == ["--version"]:
        return _say_version()
    try:
        from venturi_tui.cli.entry import run

        return run(args)
    except KeyboardInterrupt:  # while still importing; later ones are answered further in
        return _INTERRUPTED


def _say_version() -> int:
    """The version, at the cost of nothing but starting Python."""
    from venturi import __version__

    sys.stdout.write(f"venturi {__version__}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
