"""The lines of a metric file: `timestamp value [step …]`, one point each."""

from __future__ import annotations

import logging
import math
from array import array
from collections.abc import Callable, Iterable
from itertools import chain, pairwise, starmap
from operator import lt
from typing import NamedTuple

from venturi.records import History, Metric

_log = logging.getLogger("venturi.files")

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
    lines = data.split(b"\n")
    lines.pop()  # nothing, or a line not yet ended
    rows = [line.split() for line in lines]
    try:
        return _columns(rows)
    except (ValueError, OverflowError, IndexError):
        return _columns(_good(rows))


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


def latest_of(data: bytes, before: Row | None = None) -> Row | None:
    """MLflow's latest point: the largest step, among equals timestamp, among equals value.

    NaN compares false with everything, so of points with equal step and timestamp the first stays
    when it or the other is NaN. `before` is the latest of the lines before these.
    """
    points = points_of(data)
    rows = zip(points.steps, points.timestamps, points.values, strict=True)
    return max(rows if before is None else chain((before,), rows), default=None)


def rows_of(data: bytes) -> list[Row]:
    """All points in the bytes of a metric file, in the order of its lines."""
    points = points_of(data)
    return list(zip(points.steps, points.timestamps, points.values, strict=True))


def metric_of(key: str, row: Row) -> Metric:
    """The record of a point."""
    step, timestamp, value = row
    return Metric(key, value, timestamp, step)


def more_points(points: Points, data: bytes) -> Points:
    """The points and those of more lines."""
    more = points_of(data)
    if not points.steps:
        return more
    return Points(
        points.steps + more.steps, points.timestamps + more.timestamps, points.values + more.values
    )


def history_of(run_id: str, key: str, points: Points, from_step: int | None) -> History:
    """The points of a metric file in History's order."""
    if from_step is not None:
        points = _picked(points, [i for i, step in enumerate(points.steps) if step >= from_step])
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
