"""Files that only grow, line by line: what was read before is not read again."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from venturi.stores.files.reading import Stamp, is_settled, open_file, read_rest, stamp_at, stamp_of

T = TypeVar("T")

_MARK = 64


@dataclass(frozen=True, slots=True)
class _Known(Generic[T]):
    """What is known of a file up to its last whole line, which ends at `end` with `mark`."""

    stamp: Stamp
    is_settled: bool
    end: int
    mark: bytes
    value: T


class Growing(Generic[T]):
    """Values made of the lines of files that MLflow only appends to. Threads may share one.

    A file that became another one, or shorter, or whose last known bytes changed, is read anew.

    Args:
        empty: The value of a file without lines.
        extend: The value with more lines, all ended; must leave the old value as it is.
        limit: How many files to remember; the longest known are forgotten first.
    """

    def __init__(self, empty: T, extend: Callable[[T, bytes], T], limit: int) -> None:
        self._empty = empty
        self._extend = extend
        self._limit = limit
        self._known: dict[str, _Known[T]] = {}
        self._lock = threading.Lock()

    def read(self, path: str, *, follow: bool = True) -> T:
        """The value of the whole lines the file has now. Raises OSError as `read_file` does."""
        known = self._known.get(path)
        if known and known.is_settled and known.stamp == stamp_at(path, follow=follow):
            return known.value
        handle = open_file(path, follow=follow)
        try:
            stamp = stamp_of(os.fstat(handle))
            if known is None or not _goes_on(handle, stamp, known):
                known = _Known(stamp, False, 0, b"", self._empty)
            data = _from(handle, known.end, stamp.size)
        finally:
            os.close(handle)
        now_known = self._grown(known, stamp, data)
        self._remember(path, now_known)
        return now_known.value

    def _grown(self, known: _Known[T], stamp: Stamp, data: bytes) -> _Known[T]:
        lines = data[: data.rfind(b"\n") + 1]
        return _Known(
            stamp,
            is_settled(stamp),
            known.end + len(lines),
            (known.mark + lines[-_MARK:])[-_MARK:],
            self._extend(known.value, lines) if lines else known.value,
        )

    def _remember(self, path: str, known: _Known[T]) -> None:
        with self._lock:
            self._known.pop(path, None)
            self._known[path] = known
            if len(self._known) > self._limit:
                del self._known[next(iter(self._known))]


def _goes_on(handle: int, stamp: Stamp, known: _Known[T]) -> bool:
    """Whether the file is still the known one, and perhaps longer."""
    if stamp.inode != known.stamp.inode or stamp.size < known.end:
        return False
    return _from(handle, known.end - len(known.mark), known.end) == known.mark


def _from(handle: int, start: int, end: int) -> bytes:
    """The bytes from `start` to `end`, and what was added behind when that is the file's end."""
    os.lseek(handle, start, os.SEEK_SET)
    data = os.read(handle, end - start)
    return data if len(data) == end - start else data + read_rest(handle)
