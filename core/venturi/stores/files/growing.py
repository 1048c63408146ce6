"""Files that only grow, line by line: what was read before is not read again."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

from venturi.stores.files.reading import Stamp, is_settled, open_file, stamp_at, stamp_of

T = TypeVar("T")

_MARK = 64

BLOCK = 1 << 18
"""How much is read at once: of files of any size, no more is in memory than their value needs."""


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
        extend: The value with more lines, given in blocks of whole ones; must take all of them, and
            leave the old value as it is.
        limit: How many files to remember; the longest known are forgotten first.
    """

    def __init__(self, empty: T, extend: Callable[[T, Iterable[bytes]], T], limit: int) -> None:
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
            now_known = self._grown(known, stamp, handle)
        finally:
            os.close(handle)
        self._remember(path, now_known)
        return now_known.value

    def _grown(self, known: _Known[T], stamp: Stamp, handle: int) -> _Known[T]:
        lines = _Lines(handle, known.end, stamp.size, known.mark)
        blocks = iter(lines)
        first = next(blocks, None)
        value = known.value if first is None else self._extend(known.value, chain([first], blocks))
        return _Known(stamp, is_settled(stamp), lines.end, lines.mark, value)

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
    os.lseek(handle, known.end - len(known.mark), os.SEEK_SET)
    return os.read(handle, len(known.mark)) == known.mark


class _Lines:
    """The whole lines of an open file from one place on, in blocks; knows where they end."""

    def __init__(self, handle: int, start: int, size: int, mark: bytes) -> None:
        self._handle = handle
        self._size = size
        self.end = start
        self.mark = mark

    def __iter__(self) -> Iterator[bytes]:
        os.lseek(self._handle, self.end, os.SEEK_SET)
        parts: list[bytes] = []
        at = self.end
        # No further than the file went when it was opened: a writer may be faster than we are.
        while at < self._size:
            data = os.read(self._handle, min(BLOCK, self._size - at))
            if not data:
                return
            at += len(data)
            cut = data.rfind(b"\n") + 1
            if not cut:
                parts.append(data)
                continue
            block = b"".join((*parts, data[:cut]))
            parts = [data[cut:]]
            self.end += len(block)
            self.mark = (self.mark + block[-_MARK:])[-_MARK:]
            yield block
