"""Files on their way: how far they are, told on stderr, and the path they got."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from venturi.artifacts.base import ArtifactPlace
from venturi.artifacts.download import download
from venturi.artifacts.paths import clean_name
from venturi.artifacts.transfer import Tally
from venturi_tui.cli.call import Call
from venturi_tui.cli.formats.answer import TABLES, write_shape
from venturi_tui.cli.report import Report
from venturi_tui.present.kinds.artifacts import byte_count
from venturi_tui.present.words import exact_count, safe

_PATIENCE_S = 0.5
_TICK_S = 0.1

ToOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--to", metavar="DIR", help="The folder to put it in; this one by default."),
]
ForceOption: TypeAlias = Annotated[
    bool, typer.Option("--force", help="Replace files that are there already.")
]


class Progress:
    """A line on stderr that says how far a transfer is, once it has taken a while."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._due = time.monotonic() + _PATIENCE_S

    def __call__(self, tally: Tally) -> None:
        """Tell it, not too often."""
        now = time.monotonic()
        if now >= self._due:
            self._due = now + _TICK_S
            self._report.passing(progress_line(tally))


def progress_line(tally: Tally) -> str:
    """`3 of 12 files  4.2 MB of 10 MB  42%`."""
    done, size = tally.bytes_done, tally.size
    files = f"{exact_count(tally.files_done)} of {exact_count(tally.files)} files"
    if not size:
        return f"{files}  {byte_count(done)}"
    share = min(100, done * 100 // size)
    return f"{files}  {byte_count(done)} of {byte_count(size)}  {share}%"


@contextmanager
def progress(call: Call) -> Generator[Progress, None, None]:
    """Progress for as long as a transfer lasts; the line is taken away in the end."""
    quiet = call.settings.quiet  # read here, because a reporter is asked from several threads
    try:
        yield Progress(call.report)
    finally:
        if not quiet:
            call.report.passing("")


def bring(
    call: Call, place: ArtifactPlace, path: str, name: str, to: Path | None, *, force: bool
) -> None:
    """Download a file or folder and print where it is now.

    Args:
        call: Whose report is written to.
        place: Where from.
        path: What; empty for everything.
        name: What everything is called here; other paths keep the last part of their own.
        to: The folder to put it in.
        force: Replace what is there.
    """
    target = (to or Path()) / clean_name(path.rpartition("/")[2] or name)
    with progress(call) as told:
        there = str(download(place, path, target, force=force, told=told))
    if call.settings.output in (*TABLES, "name"):
        call.report.lines([safe(there) if call.report.on_terminal else there])
    else:
        write_shape(call, {"path": there})


def trimmed(path: str) -> str:
    """A path without the slash that a shell's completion puts behind folders."""
    return path.rstrip("/") if path.strip("/") else path
