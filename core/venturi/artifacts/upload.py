"""Brings local files and folders to a place: all of them looked at first, then several at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from venturi.artifacts.base import UPLOADING, ArtifactPlace
from venturi.artifacts.paths import clean, joined
from venturi.artifacts.transfer import AT_ONCE, Tally, move_all
from venturi.errors import InvalidInput, LoginRefused, NotFound


@dataclass(frozen=True, slots=True)
class Sending:
    """A local file, what it will be called among the artifacts, and its size in bytes."""

    file: Path
    path: str
    size: int


def plan_upload(sources: Iterable[Path], folder: str = "") -> list[Sending]:
    """What would be sent: files by their names, folders with their own name and all below.

    Args:
        sources: Files and folders. `.` stands for what is in it.
        folder: The folder among the artifacts to put them in.

    Raises:
        NotFound: A source is not there.
        InvalidInput: A name cannot be an artifact's, two would be the same, or a source is neither
            a file nor a folder, or a link to a folder inside another.
    """
    found: dict[str, Sending] = {}
    for source in sources:
        for sending in _of(source, clean(folder)):
            known = found.setdefault(sending.path, sending)
            if known is not sending:
                msg = f"{known.file} and {sending.file} would both become {sending.path!r}"
                raise InvalidInput(msg)
    return list(found.values())


def upload(
    place: ArtifactPlace,
    sendings: Sequence[Sending],
    *,
    told: Callable[[Tally], None] | None = None,
    at_once: int = AT_ONCE,
) -> None:
    """Send files; each takes the place of an older one, whole or not at all.

    Args:
        place: Where to; closed when it fails.
        sendings: What to send.
        told: Hears of the progress.
        at_once: How many files are under way at the same time.

    Raises:
        VenturiError: As the place does. What was sent before stays; sending again does no harm.
    """
    tally = Tally(len(sendings), sum(each.size for each in sendings), told)
    jobs = [partial(_send, place, each, tally) for each in sendings]
    move_all(place, tally, jobs, at_once=at_once)


def _send(place: ArtifactPlace, sending: Sending, tally: Tally) -> None:
    place.write(sending.path, sending.file, tally.moved)
    tally.finished_file()


def _of(source: Path, folder: str) -> Iterator[Sending]:
    if source.is_dir():
        yield from _in_folder(source, joined(folder, source.name) if source.name else folder)
    else:
        yield _file(source, joined(folder, source.name))


def _in_folder(source: Path, folder: str) -> Iterator[Sending]:
    for parent, folders, files in os.walk(source, onerror=_complain):
        here = Path(parent)
        below = here.relative_to(source).as_posix()
        at = folder if below == "." else joined(folder, below)
        for name in sorted(folders):
            if (here / name).is_symlink():
                msg = f"{here / name} is a link to a folder"
                raise InvalidInput(
                    msg, hint="links to files are followed, links to folders are not"
                )
        folders.sort()
        for name in sorted(files):
            yield _file(here / name, joined(at, name))


def _file(file: Path, path: str) -> Sending:
    if file.name.startswith(UPLOADING):
        raise InvalidInput(f"no artifact can be named {file.name!r}")
    if not file.exists():
        raise NotFound(f"there is no file {file}")
    if not file.is_file():
        raise InvalidInput(f"{file} is neither a file nor a folder")
    return Sending(file, clean(path), file.stat().st_size)


def _complain(error: OSError) -> None:
    raise LoginRefused(f"no permission to read {error.filename}", hint="ask its owner") from error
