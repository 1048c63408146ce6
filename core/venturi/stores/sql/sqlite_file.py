"""Opens a SQLite file so that not a byte of it, or of the files beside it, ever changes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from venturi.errors import StoreUnreachable
from venturi.filters.patterns import compile_regex

_SIDES = ("-wal", "-shm", "-journal")


class Manner(Enum):
    """How a file can be read without a trace.

    SHARED     A rollback-journal database, or a WAL database that has its -wal and -shm: opened
               read-only with SQLite's own locks. `readonly_shm` keeps even the lock table of a WAL
               database unwritten; its locks are taken by the operating system.
    QUIET      A WAL database without -wal (or with an empty one and no -shm). SQLite would make
               both files to read it. Whoever has such a database open keeps these files beside it
               from the first read to the last close, so nobody has it open, and all there is stands
               in the file itself: it is read as immutable. Should somebody come meanwhile, the
               files' marks change; they are compared after each reading, and an answer read across
               a change is thrown away and read again.
    ASIDE      What only a writer could mend before it is read: a -wal without its -shm, or the
               journal of a writer that died in the middle. It is copied, and the copy is mended
               and read. Nobody can be writing, and marks compared after copying prove it.
    """

    SHARED = "shared"
    QUIET = "quiet"
    ASIDE = "aside"


Mark = tuple[int, int, int, int] | None
"""Device, inode, size and time of change of a file; None when there is none."""


class Marks(NamedTuple):
    """What the file and those beside it looked like at one moment."""

    main: Mark
    wal: Mark
    shm: Mark
    journal: Mark


class SqliteConnection(sqlite3.Connection):
    """A connection that remembers how and on what it was opened."""

    manner: Manner
    marks: Marks


class SqliteFile:
    """A database file, opened in whatever manner leaves it alone. Safe to use from any thread.

    Args:
        path: The file; symbolic links are followed, as SQLite does for the files beside it.
        wait_s: How long to wait for a lock.
    """

    def __init__(self, path: Path, wait_s: float) -> None:
        self.path = Path(os.path.realpath(path))
        self._wait_s = wait_s
        self._lock = threading.Lock()
        self._copy: tuple[Marks, Path] | None = None

    def connect(self) -> SqliteConnection:
        """A new connection. Raises sqlite3.Error, and StoreUnreachable when no copy can be made."""
        marks = self._look()
        manner = self._manner(marks)
        if manner is not Manner.SHARED:
            return self._open(manner, marks)
        try:
            return self._open(manner, marks)
        except sqlite3.OperationalError as error:
            if "readonly" not in str(error):
                raise
            # A journal wants to be rolled back, or the lock table of a log to be set up.
            return self._open(Manner.ASIDE, marks)

    def _manner(self, marks: Marks) -> Manner:
        if not self._keeps_a_log():
            return Manner.SHARED
        if marks.wal is None or (marks.wal[2] == 0 and marks.shm is None):
            return Manner.QUIET
        return Manner.ASIDE if marks.shm is None else Manner.SHARED

    def is_current(self, connection: SqliteConnection) -> bool:
        """Whether what the connection reads is still what the file holds."""
        then, now = connection.marks, self._look()
        if connection.manner is not Manner.SHARED:
            return then == now
        same_file = then.main is not None and now.main is not None and then.main[:2] == now.main[:2]
        return same_file and (then.wal is None) == (now.wal is None)

    def is_still_good(self, connection: SqliteConnection) -> bool:
        """Whether an answer that was just read is what the file held at one moment."""
        return connection.manner is not Manner.QUIET or self.is_current(connection)

    def close(self) -> None:
        """Throw away a copy, if one was made."""
        with self._lock:
            old, self._copy = self._copy, None
        _remove(old[1] if old else None)

    def _look(self) -> Marks:
        return Marks(_mark(self.path), *(_mark(self._beside(side)) for side in _SIDES))

    def _beside(self, side: str) -> Path:
        return self.path.with_name(self.path.name + side)

    def _keeps_a_log(self) -> bool:
        """Whether it is a WAL database.

        Asked without locks, SQLite opens no -wal and refuses to read such a database. Reading the
        header ourselves would be simpler, but closing the file would then drop the locks that any
        other connection of this process holds on it.
        """
        probe = sqlite3.connect(f"{self.path.as_uri()}?mode=ro&nolock=1", uri=True)
        try:
            probe.execute("PRAGMA schema_version").fetchone()
        except sqlite3.OperationalError as error:
            if "unable to open" in str(error) and can_read(self.path):
                return True
            if "readonly" not in str(error):  # a journal is there: not a log
                raise
        finally:
            probe.close()
        return False

    def _open(self, manner: Manner, marks: Marks) -> SqliteConnection:
        if manner is Manner.ASIDE:
            uri = f"{self._copied(marks).as_uri()}?mode=rw"
        elif manner is Manner.QUIET:
            uri = f"{self.path.as_uri()}?mode=ro&immutable=1"
        else:
            uri = f"{self.path.as_uri()}?mode=ro&readonly_shm=1"
        connection = sqlite3.connect(
            uri,
            uri=True,
            timeout=self._wait_s,
            isolation_level=None,
            check_same_thread=False,
            factory=SqliteConnection,
        )
        connection.manner, connection.marks = manner, marks
        try:
            connection.execute("PRAGMA case_sensitive_like = ON")
            connection.execute("PRAGMA schema_version").fetchone()
            connection.create_function("venturi_search", 2, _search, deterministic=True)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _copied(self, marks: Marks) -> Path:
        """The path of a copy of the file as it was at `marks`, in a folder of its own."""
        with self._lock:
            if self._copy is None or self._copy[0] != marks:
                old, self._copy = self._copy, None
                _remove(old[1] if old else None)
                self._copy = (marks, self._make_copy(marks))
            return self._copy[1] / self.path.name

    def _make_copy(self, marks: Marks) -> Path:
        folder: Path | None = None
        try:
            folder = Path(tempfile.mkdtemp(prefix="venturi-"))
            for source in (self.path, self._beside("-wal"), self._beside("-journal")):
                if source.exists():
                    shutil.copyfile(source, folder / source.name)
        except OSError as error:
            _remove(folder)
            raise StoreUnreachable(
                f"{self.path} was left in the middle of a write, and no copy of it could be made"
                f" to read: {error.strerror}",
                hint="open it once with a program that may write to it, such as sqlite3",
            ) from error
        if self._look() != marks:
            _remove(folder)
            raise sqlite3.OperationalError("database is locked")
        return folder


def _remove(folder: Path | None) -> None:
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def can_read(path: Path) -> bool:
    """Whether the user this process acts for may read a file."""
    effective = os.access in os.supports_effective_ids
    return os.access(path, os.R_OK, effective_ids=effective)


def _mark(path: Path) -> Mark:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _search(pattern: str, text: object) -> int | None:
    """What `~` means: Python's search. NULL for what is no text."""
    if not isinstance(text, str):
        return None
    return int(compile_regex(pattern).search(text) is not None)
