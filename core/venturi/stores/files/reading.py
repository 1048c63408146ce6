"""Whole files at once: one open each, and what they said remembered until they change."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

# NOFOLLOW: a link is looked at before it is followed. NONBLOCK: a pipe among the files must not
# keep us waiting. Windows knows neither, but must be told not to translate line ends.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)

SETTLED_NS = 2_000_000_000
"""A file younger than this may change again within one tick of its file system's clock."""


class Stamp(NamedTuple):
    """What shows that a file is still the one that was read."""

    mtime_ns: int
    size: int
    inode: int


def stamp_of(stat: os.stat_result) -> Stamp:
    """The stamp in an answer of `stat`."""
    return Stamp(stat.st_mtime_ns, stat.st_size, stat.st_ino)


def stamp_at(path: str, *, follow: bool = True) -> Stamp:
    """The stamp of the file there. Raises OSError."""
    return stamp_of(os.stat(path, follow_symlinks=follow))


def is_settled(stamp: Stamp) -> bool:
    """Whether a file with this stamp, read just now, cannot change without changing its stamp."""
    return time.time_ns() - stamp.mtime_ns > SETTLED_NS


def open_file(path: str, *, follow: bool = True) -> int:
    """A handle for reading. Raises OSError; without `follow` also for a symbolic link."""
    return os.open(path, _FLAGS if follow else _FLAGS | _NOFOLLOW)


def read_file(path: str, *, follow: bool = True) -> tuple[bytes, Stamp]:
    """All bytes of the file, and the stamp it had when it was opened. Raises as `open_file`."""
    handle = open_file(path, follow=follow)
    try:
        stamp = stamp_of(os.fstat(handle))
        data = os.read(handle, stamp.size + 1)
        # More than it held a moment ago, or fewer than asked for: read on to the end.
        if len(data) != stamp.size:
            data += read_rest(handle)
        return data, stamp
    finally:
        os.close(handle)


def read_rest(handle: int) -> bytes:
    """What lies between the position of the handle and the end of the file."""
    parts: list[bytes] = []
    while part := os.read(handle, 1 << 20):
        parts.append(part)
    return b"".join(parts)


class Remembered(Generic[T]):
    """What files said, parsed, until the files change. Threads may share one.

    Args:
        parse: Makes a value of a file's bytes. What it raises is passed on and not remembered.
        limit: How many files at most; those beyond are read each time.
    """

    def __init__(self, parse: Callable[[bytes], T], limit: int) -> None:
        self._parse = parse
        self._limit = limit
        self._known: dict[str, tuple[Stamp, bool, T]] = {}  # the bool: whether it was settled

    def read(self, path: str, *, follow: bool = True) -> T:
        """What the file says now. Raises OSError as `read_file` does."""
        known = self._known.get(path)
        if known and known[1] and known[0] == stamp_at(path, follow=follow):
            return known[2]
        data, stamp = read_file(path, follow=follow)
        value = self._parse(data)
        if known or len(self._known) < self._limit:
            self._known[path] = (stamp, is_settled(stamp), value)
        return value

    def last(self, path: str) -> T | None:
        """What the file said when it was read last, if that is remembered."""
        known = self._known.get(path)
        return known[2] if known else None
