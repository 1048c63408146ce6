"""Where a download grows, beside its target, until it is whole; survives an interruption."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
from collections.abc import Collection
from pathlib import Path
from types import TracebackType

from venturi.errors import Conflict, LoginRefused


class Staging:
    """A folder beside the target; `whole` in it becomes the target in the end.

    One download at a time has it, by a lock that ends with the process. Notes tell which state of
    the remote file the bytes in `whole` are of.

    Args:
        target: The file or folder that is to be.
        is_dir: Whether it will be a folder.
    """

    def __init__(self, target: Path, *, is_dir: bool) -> None:
        digest = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:8]
        self.folder = target.with_name(f".{target.name[:40]}-{digest}.venturi-part")
        self.whole = self.folder / "whole"
        self._notes = self.folder / "notes"
        self._target = target
        self._is_dir = is_dir
        self._lock = -1

    def __enter__(self) -> Staging:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self._take()
            self._notes.mkdir(exist_ok=True)
        except PermissionError as error:
            msg = f"no permission to write to {self.folder.parent}"
            raise LoginRefused(msg, hint="name another folder") from error
        except (FileExistsError, NotADirectoryError) as error:
            msg = f"{error.filename} is in the way: it is no folder"
            raise Conflict(msg, hint="name another folder") from error
        if self.whole.exists() and self.whole.is_dir() != self._is_dir:
            self._forget()
        if self._is_dir:
            self.whole.mkdir(exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._lock)

    def note(self, path: str) -> Path:
        """The file of the note about one artifact."""
        return self._notes / hashlib.sha256(os.fsencode(path)).hexdigest()

    def keep_only(self, files: Collection[Path]) -> None:
        """Drop what an earlier attempt brought that is no longer wanted."""
        if self._is_dir:
            for path in self.whole.rglob("*"):
                if path not in files and not path.is_dir():
                    path.unlink()

    def finish(self) -> None:
        """Put the whole into its place; files that are there already are replaced."""
        if self._is_dir and self._target.is_dir():
            self._merge()
        else:
            self.whole.replace(self._target)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _take(self) -> None:
        about = self.folder.lstat()
        if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
            raise Conflict(f"{self.folder} is not ours", hint="name another folder")
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            msg = f"another download to {self._target} is under way"
            raise Conflict(msg, hint="wait for it, or name another folder") from None

    def _forget(self) -> None:
        if self.whole.is_dir():
            shutil.rmtree(self.whole)
        else:
            self.whole.unlink()
        shutil.rmtree(self._notes)
        self._notes.mkdir()

    def _merge(self) -> None:
        base = self._target.resolve()
        paths = sorted(self.whole.rglob("*"))
        moves = [(path, base / path.relative_to(self.whole)) for path in paths]
        for path, place in moves:
            _check_place(base, path, place)
        for path, place in moves:
            if path.is_dir():
                place.mkdir(exist_ok=True)
            else:
                path.replace(place)


def _check_place(base: Path, path: Path, place: Path) -> None:
    """Raise Conflict when a file or folder cannot go to a place below the base."""
    if not place.parent.resolve().is_relative_to(base):
        raise Conflict(f"{place.parent} is a link that leads out of {base}", hint="move it away")
    if place.exists() and place.is_dir() != path.is_dir():
        kind = "folder" if place.is_dir() else "file"
        raise Conflict(f"{place} is a {kind}, but not there", hint="move it away")
