"""Adding points to metric files, each once, in one write."""

from __future__ import annotations

import os
from collections.abc import Iterable

from venturi.records import Metric
from venturi.stores.files.atomic import append, create_file, open_to_append
from venturi.stores.files.points import Row, rows_of
from venturi.stores.files.reading import read_rest

_LONGEST_LINE = 4096
_Key = tuple[int, int, str]
"""Step, timestamp and value as text: what makes two points the same, also when it is NaN."""


def add_points(path: str, points: Iterable[Metric], latest: Row | None, beside: str) -> None:
    """Add points to the file of one metric, in their order; those that are there are left out.

    A file that is not there comes into being whole: MLflow cannot read an empty one.

    Args:
        path: The file; its folder is there.
        points: What to add, at least one.
        latest: The latest point in the file, if it is known to have one.
        beside: Where a new file may be prepared.

    Raises:
        OSError: Nothing was added.
    """
    new = {(point.step, point.timestamp, repr(float(point.value))): None for point in points}
    if not os.path.lexists(path) and create_file(path, _lines(new), beside, durable=False):
        return
    handle = open_to_append(path)
    try:
        _mend_end(handle, new)
        if latest is None or min(new)[:2] <= latest[:2]:
            os.lseek(handle, 0, os.SEEK_SET)
            for step, timestamp, value in rows_of(read_rest(handle)):
                new.pop((step, timestamp, repr(value)), None)
        append(handle, _lines(new))
    finally:
        os.close(handle)


def _mend_end(handle: int, new: Iterable[_Key]) -> None:
    """End a last line that has no end, or take it out when its writer was stopped in the middle.

    That is certain when it can be no point, so that MLflow fails on the whole run, and when it is
    the beginning of a line that is to be written now.
    """
    size = os.fstat(handle).st_size
    start = max(0, size - _LONGEST_LINE)
    os.lseek(handle, start, os.SEEK_SET)
    tail = os.read(handle, size - start)
    torn = tail[tail.rfind(b"\n") + 1 :]
    if not torn:
        return
    is_point = len(torn.split()) > 2 and rows_of(torn + b"\n")
    if is_point and not any(_lines([key]).startswith(torn) for key in new):
        append(handle, b"\n")
    else:
        os.ftruncate(handle, size - len(torn))


def _lines(keys: Iterable[_Key]) -> bytes:
    return "".join([f"{timestamp} {value} {step}\n" for step, timestamp, value in keys]).encode()
