"""Brings artifacts here: several at once, whole or not at all, and on from where it broke off."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from venturi.artifacts.base import ArtifactPlace
from venturi.artifacts.staging import Staging
from venturi.artifacts.transfer import AT_ONCE, Tally, move_all
from venturi.artifacts.walk import find, walk
from venturi.errors import Conflict, NotFound, StoreUnreachable
from venturi.records import Artifact

Told = Callable[[Tally], None]


def download(
    place: ArtifactPlace,
    path: str,
    target: Path,
    *,
    force: bool = False,
    told: Told | None = None,
    at_once: int = AT_ONCE,
) -> Path:
    """Copy a file or folder here.

    It grows beside the target and takes its place when it is whole. What an interrupted download
    left there is gone on with, as far as the files are still the same.

    Args:
        place: Where from; closed when it fails.
        path: The file or folder; empty for everything.
        target: What the file or folder is to be called here; folders above it are made.
        force: Replace files that are there; those of a folder that it does not hold stay.
        told: Hears of the progress.
        at_once: How many files are under way at the same time.

    Returns:
        The target as an absolute path.

    Raises:
        NotFound: There is no such artifact, or none at all.
        InvalidInput: A path, a link or a name that a server lists is refused.
        Conflict: Something else is there, or another download of it is under way.
        LoginRefused: It may not be read, or not be written here.
        StoreUnreachable: Nobody answers, or the connection breaks again and again.
    """
    target = target.absolute()
    wanted = find(place, path)
    _check(target, wanted, force=force)
    found = list(walk(place, path)) if wanted.is_dir else [wanted]
    if not (path or found):
        raise NotFound(f"there are no files in {place.address}")
    with Staging(target, is_dir=wanted.is_dir) as staging:
        _bring(place, path, staging, found, told, at_once)
        _check(target, wanted, force=force)
        staging.finish()
    return target


def _bring(
    place: ArtifactPlace,
    path: str,
    staging: Staging,
    found: list[Artifact],
    told: Told | None,
    at_once: int,
) -> None:
    files = {_below(staging.whole, path, each): each for each in found if not each.is_dir}
    staging.keep_only(files)
    for each in found:
        if each.is_dir:
            _below(staging.whole, path, each).mkdir(exist_ok=True)
    tally = Tally(len(files), sum(each.size or 0 for each in files.values()), told)
    jobs = [
        partial(_fetch, place, each, here, staging.note(each.path), tally)
        for here, each in files.items()
    ]
    move_all(place, tally, jobs, at_once=at_once)


def _check(target: Path, wanted: Artifact, *, force: bool) -> None:
    """Raise Conflict when the target may not be replaced."""
    if not (target.exists() or target.is_symlink()):
        return
    if not force:
        raise Conflict(f"{target} exists already", hint="--force replaces it, --to goes elsewhere")
    if target.is_dir() != wanted.is_dir:
        words = ("a file", "a folder") if wanted.is_dir else ("a folder", "a file")
        raise Conflict(f"{target} is {words[0]} here and {words[1]} there", hint="move it away")


def _below(whole: Path, path: str, artifact: Artifact) -> Path:
    """Where an artifact grows: in the place of the whole, or below it."""
    below = artifact.path.removeprefix(path).lstrip("/")
    return whole / below if below else whole


def _fetch(place: ArtifactPlace, artifact: Artifact, here: Path, note: Path, tally: Tally) -> None:
    """Bring one file, on from what is here of the same state of it."""
    mark = note.read_text("utf-8") if note.exists() else ""
    have = here.stat().st_size if mark and here.exists() else 0
    if artifact.size is not None:
        have = min(have, max(0, artifact.size - 1))  # the last byte tells that it is the same file
    with (
        place.read(artifact.path, start=have, mark=mark) as reading,
        here.open("r+b" if here.exists() else "xb") as sink,
    ):
        sink.truncate(reading.start)
        sink.seek(reading.start)
        if reading.mark != mark:
            note.write_text(reading.mark, "utf-8")
        tally.moved(reading.start)
        for part in reading:
            sink.write(part)
            tally.moved(len(part))
        got = sink.tell()
    if reading.size is not None and got != reading.size:
        msg = f"{artifact.path!r} came with {got:,} of {reading.size:,} bytes"
        raise StoreUnreachable(msg, hint="try again: it goes on from there")
    tally.finished_file()
