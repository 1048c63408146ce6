"""Artifacts in a folder of this machine."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from venturi.artifacts.base import CHUNK, UPLOADING, Moved
from venturi.artifacts.paths import clean, joined
from venturi.closing import Closing
from venturi.errors import ConfigError, Conflict, InvalidInput, LoginRefused, NotFound
from venturi.records import Artifact


def folder_of(uri: str) -> Path:
    """The folder that a path or file: URI names, as MLflow reads it.

    A relative path counts from the working folder, and `%20` is a blank unless there is a folder
    that is named so.

    Raises:
        ConfigError: It is on another machine.
    """
    if not uri.lower().startswith("file:"):
        plain = Path(uri).absolute()
        return plain if plain.exists() or "%" not in uri else Path(unquote(uri)).absolute()
    host = urlsplit(uri).netloc
    if host not in ("", "localhost"):
        raise ConfigError(
            f"{uri} is a folder of another machine", hint="mount it, and use its path"
        )
    path = unquote(uri.split(":", 1)[1].removeprefix(f"//{host}"))
    return Path(path).absolute()


class LocalFolder:
    """Keeps the promise of ArtifactPlace for a folder; it need not be there before a write."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def address(self) -> str:
        """Its path."""
        return str(self._root)

    def entries(self, folder: str = "") -> list[Artifact]:
        """What is directly in a folder, by path. A link that leads out is a file without a size."""
        where = self._inside(folder)
        try:
            with os.scandir(where) as entries:
                seen = [entry for entry in entries if not entry.name.startswith(UPLOADING)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except PermissionError as error:
            raise _refused(where, "read") from error
        found = [self._artifact(entry, joined(folder, entry.name)) for entry in seen]
        return sorted(found, key=lambda artifact: artifact.path)

    def read(self, path: str, *, start: int = 0, mark: str = "") -> LocalReading:
        """The bytes of a file."""
        where = self._inside(path)
        try:
            # What is no file, such as a pipe, must not make us wait for it.
            number = os.open(where, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(f"there is no artifact {path!r} in {self._root}") from None
        except PermissionError as error:
            raise _refused(where, "read") from error
        about = os.fstat(number)
        if not stat.S_ISREG(about.st_mode):
            os.close(number)
            raise InvalidInput(f"the artifact {path!r} is no file")
        return LocalReading(os.fdopen(number, "rb", buffering=0), about, start, mark)

    def write(self, path: str, file: Path, moved: Moved | None = None) -> None:
        """Put a local file there: whole or not at all, in the place of an older one."""
        folder, _, name = clean(path).rpartition("/")
        if not name or name.startswith(UPLOADING):
            raise InvalidInput(f"no artifact can be named {name!r}")
        parent = self._inside(folder)
        try:
            parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise InvalidInput(f"{folder!r} is a file among the artifacts, no folder") from None
        except PermissionError as error:
            raise _refused(parent, "write to") from error
        target = parent / name
        if target.is_dir() and not target.is_symlink():
            raise InvalidInput(f"{path!r} is a folder among the artifacts, no file")
        _copy(file, target, moved)

    def close(self) -> None:
        """Nothing is held."""

    def _inside(self, path: str) -> Path:
        """Where a path leads, all links followed. Raises InvalidInput when that is elsewhere."""
        try:
            base = self._root.resolve()
            real = (base / clean(path)).resolve()
        except (RuntimeError, OSError) as error:  # a circle of links
            raise InvalidInput(f"the artifact {path!r} is a link that leads nowhere") from error
        if not real.is_relative_to(base):
            msg = f"the artifact {path!r} is refused: a link leads out of the artifact folder"
            raise InvalidInput(msg)
        return real

    def _artifact(self, entry: os.DirEntry[str], path: str) -> Artifact:
        try:
            if entry.is_symlink():
                self._inside(path)
            if entry.is_dir():
                return Artifact(path, is_dir=True)
            about = entry.stat()
        except (InvalidInput, OSError):
            return Artifact(path, is_dir=False)
        return Artifact(path, False, about.st_size if stat.S_ISREG(about.st_mode) else None)


class LocalReading(Closing):
    """The bytes of a local file up to the size it had when it was opened."""

    def __init__(self, file: BinaryIO, about: os.stat_result, start: int, mark: str) -> None:
        self.size: int | None = about.st_size
        self.mark = f"{about.st_size}-{about.st_mtime_ns}"
        self.start = start if mark == self.mark and 0 < start <= about.st_size else 0
        self._left = about.st_size - self.start
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self.start)
        while self._left:
            part = self._file.read(min(CHUNK, self._left))
            if not part:
                raise Conflict("the file became shorter while it was read", hint="start again")
            self._left -= len(part)
            yield part

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _copy(file: Path, target: Path, moved: Moved | None) -> None:
    """Write beside the target under a name nobody lists, then take its place."""
    beside = target.with_name(f"{UPLOADING}{os.urandom(8).hex()}")
    try:
        with file.open("rb") as source, beside.open("xb") as sink:
            while part := source.read(CHUNK):
                sink.write(part)
                if moved:
                    moved(len(part))
            sink.flush()
            os.fsync(sink.fileno())
        beside.replace(target)
    except PermissionError as error:
        raise _refused(target.parent, "write to") from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def _refused(path: Path, verb: str) -> LoginRefused:
    return LoginRefused(f"no permission to {verb} {path}", hint="ask its owner")
