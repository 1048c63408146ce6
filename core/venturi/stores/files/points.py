"""The lines of a metric file: `timestamp value [step …]`, one point each."""

from __future__ import annotations

import logging
import math
from array import array
from collections.abc import Callable, Iterable
from itertools import chain, pairwise, starmap
from operator import lt
from typing import NamedTuple

from venturi.curves.buckets import FEWEST_STEP, MOST_STEP
from venturi.records import History, Metric

_log = logging.getLogger("venturi.files")

_IN_NUMBERS = b"0123456789+-.einfaINFA"

Row = tuple[int, int, float]
"""Step, timestamp, value: in this order points compare."""


class Points(NamedTuple):
    """The points of one file, in the order of its lines."""

    steps: array[int]
    timestamps: array[int]
    values: array[float]


NO_POINTS = Points(array("q"), array("q"), array("d"))


def points_of(data: bytes) -> Points:
    """All points in the bytes of a metric file.

    A line has 2 fields (the oldest MLflow knew no steps), 3, or more: a dataset's name and digest
    follow the step since MLflow 3.0. MLflow reads the step of those as 0, and fails on a name with
    blanks; here a third field is the step, whatever follows. The last line counts only when it is
    ended: without its end a writer may be in the middle of a number. Lines that are no points are
    left out, with a note in the log.
    """
    tidy = _tidy(data)
    if tidy is not None:
        try:
            return Points(
                array("q", map(int, tidy[2::3])),
                array("q", map(int, tidy[::3])),
                array("d", map(float, tidy[1::3])),
            )
        except (ValueError, OverflowError):
            pass
    lines = data.split(b"\n")
    lines.pop()  # nothing, or a line not yet ended
    rows = [line.split() for line in lines]
    try:
        return _columns(rows)
    except (ValueError, OverflowError, IndexError):
        return _columns(_good(rows))


def _tidy(data: bytes) -> list[bytes] | None:
    """The fields of lines that all have three, as nearly all have; None when some may not."""
    if data.translate(None, _IN_NUMBERS) != b"  \n" * data.count(b"\n"):
        return None
    fields = data.split()
    return fields if len(fields) == 3 * data.count(b"\n") else None


def _columns(rows: list[list[bytes]]) -> Points:
    """Raises ValueError, OverflowError or IndexError when a row is no point."""
    return Points(
        array("q", [int(row[2]) if len(row) > 2 else 0 for row in rows]),
        array("q", [int(row[0]) for row in rows]),
        array("d", [float(row[1]) for row in rows]),
    )


def _good(rows: Iterable[list[bytes]]) -> list[list[bytes]]:
    good: list[list[bytes]] = []
    for row in rows:
        try:
            _columns([row])
        except (ValueError, OverflowError, IndexError):
            if row:
                _log.info("left out a metric line that is no point: %r", b" ".join(row)[:80])
        else:
            good.append(row)
    return good


class Extent(NamedTuple):
    """What lines amount to: how many points, lowest and highest step, the points at the highest."""

    points: int
    low: int
    high: int
    tops: list[Row]


def extent_of(data: bytes) -> Extent | None:
    """What the points in the bytes of a metric file amount to; None when there is no point."""
    fields = _tidy(data)
    if fields:
        try:
            return _quick_extent(fields)
        except (ValueError, OverflowError):
            pass
    rows = rows_of(data)
    if not rows:
        return None
    steps = [step for step, _, _ in rows]
    high = max(steps)
    return Extent(len(rows), min(steps), high, [row for row in rows if row[0] == high])


def _quick_extent(fields: list[bytes]) -> Extent:
    """The same, of the fields of tidy lines; looks at times and values only where it must.

    Raises ValueError or OverflowError when what it looks at is no point.
    """
    steps = array("q", map(int, fields[2::3]))
    high = max(steps)
    first = steps.index(high)
    rows = [3 * row for row in range(first, len(steps)) if steps[row] == high]
    tops = points_of(b"".join(b"%b %b %b\n" % tuple(fields[at : at + 3]) for at in rows))
    if len(tops.steps) != len(rows):
        raise ValueError("a line is no point")
    return Extent(len(steps), min(steps), high, list(zip(*tops, strict=True)))


def latest_of(data: bytes, before: Row | None = None) -> Row | None:
    """MLflow's latest point: the largest step, among equals timestamp, among equals value.

    NaN compares false with everything, so of points with equal step and timestamp the first stays
    when it or the other is NaN. `before` is the latest of the lines before these.
    """
    found = extent_of(data)
    return before if found is None else later(before, found)


def later(before: Row | None, found: Extent) -> Row:
    """The latest point of some lines and of those after them."""
    return max(found.tops if before is None else chain((before,), found.tops))


def rows_of(data: bytes) -> list[Row]:
    """All points in the bytes of a metric file, in the order of its lines."""
    points = points_of(data)
    return list(zip(points.steps, points.timestamps, points.values, strict=True))


def metric_of(key: str, row: Row) -> Metric:
    """The record of a point."""
    step, timestamp, value = row
    return Metric(key, value, timestamp, step)


def more_points(points: Points, blocks: Iterable[bytes]) -> Points:
    """The points and those of more lines."""
    return joined(chain((points,), map(points_of, blocks)))


def joined(parts: Iterable[Points]) -> Points:
    """The points of all parts, one after the other, in new columns."""
    whole = Points(array("q"), array("q"), array("d"))
    for steps, timestamps, values in parts:
        whole.steps.extend(steps)
        whole.timestamps.extend(timestamps)
        whole.values.extend(values)
    return whole


def history_of(
    run_id: str, key: str, points: Points, from_step: int | None, to_step: int | None = None
) -> History:
    """The points of a metric file in History's order; of those steps, both included, when given."""
    if from_step is not None or to_step is not None:
        low = FEWEST_STEP if from_step is None else from_step
        high = MOST_STEP if to_step is None else to_step
        points = _picked(points, [i for i, step in enumerate(points.steps) if low <= step <= high])
    if not all(starmap(lt, pairwise(points.steps))):
        points = _picked(points, sorted(range(len(points.steps)), key=_position(points)))
    return History(run_id, key, *points)


def _position(points: Points) -> Callable[[int], tuple[int, int, bool, float]]:
    steps, timestamps, values = points

    def position(index: int) -> tuple[int, int, bool, float]:
        value = values[index]
        return (steps[index], timestamps[index], math.isnan(value), value)

    return position


def _picked(points: Points, indices: list[int]) -> Points:
    return Points(
        array("q", [points.steps[i] for i in indices]),
        array("q", [points.timestamps[i] for i in indices]),
        array("d", [points.values[i] for i in indices]),
    )
