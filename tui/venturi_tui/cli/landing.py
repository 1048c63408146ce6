"""An answer that goes into a file: there whole and under its name, or not at all."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, BinaryIO, TypeAlias, cast

import typer

from venturi.errors import UsageError
from venturi_tui.cli.call import Call
from venturi_tui.present.words import safe

IntoOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--to", metavar="FILE", help="Write into this file; one that is there is lost."),
]


@contextmanager
def answered_into(call: Call, path: Path | None) -> Generator[None, None, None]:
    """While it lasts, the report writes the answer into a file; without one, to stdout as ever.

    Raises:
        UsageError: There can be no such file.
    """
    if path is None:
        yield
        return
    with landing(path) as file:
        text = io.TextIOWrapper(cast("io.BufferedWriter", file), encoding="utf-8", newline="")
        with call.report.writing_to(text):
            yield
        text.flush()
        text.detach()
    say_where(call, path)


def say_where(call: Call, path: Path) -> None:
    """Tell that a file is there now."""
    call.report.say(f"written: {safe(str(path))}")


@contextmanager
def landing(path: Path) -> Generator[BinaryIO, None, None]:
    """A file that is written beside the one that is meant, and takes its place in the end.

    Whoever may read and write the file that is there may do so with the new one. Of a link, the
    file it points to is replaced.

    Raises:
        UsageError: Something else than a file is there, or no folder to put it in.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise UsageError(f"--to {str(path)!r} is no file")
    if not target.parent.is_dir():
        raise UsageError(f"--to {str(path)!r}: there is no folder {str(path.parent)!r}")
    descriptor, name = tempfile.mkstemp(prefix=".venturi-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        os.chmod(name, _mode(target))  # noqa: PTH101
        os.replace(name, target)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise


def _mode(target: Path) -> int:
    """The rights of the file that is there, else those of any new file."""
    with suppress(FileNotFoundError):
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
