"""The `venturi` command, also as `python -m venturi_tui`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

_INTERRUPTED = 130

_PLACES = ("-s", "-c", "--store", "--context")
"""How a command line begins that may ask for the full screen of a place alone."""

_RARELY = 50_000
"""New objects between two searches for garbage: imports make many, and hardly any garbage."""


def main(argv: Sequence[str] | None = None) -> int:
    """Answer a command line, this process's own when None, and return the exit code."""
    if argv is not None:
        return _answer(list(argv))
    gc.set_threshold(_RARELY)
    _open_what_is_closed()
    code = _answer(sys.argv[1:])
    gc.freeze()  # the process ends: nothing that is left has to be looked through once more
    return code


def _open_what_is_closed() -> None:
    """Put nothing in the place of a standard stream that was closed: `>&-`, `2>&-`, `<&-`.

    Else the next file to be opened, a database perhaps, would stand there.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123


def _answer(args: list[str]) -> int:
    if args == ["--version"]:
        return _say_version()
    try:
        if not args or args[0].startswith(_PLACES):
            from venturi_tui.cli.at_once import open_at_once

            code = open_at_once(args)
            if code is not None:
                return code
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
