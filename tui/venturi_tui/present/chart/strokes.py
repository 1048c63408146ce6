"""The polylines of a curve in dots: broken at gaps, cut at the window, thinned to what is seen."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise

from venturi.curves.sample import thin
from venturi.curves.series import Series
from venturi_tui.present.chart.scales import Scale

Point = tuple[float, float]
Dot = tuple[int, int]


def strokes_of(
    series: Series, x_scale: Scale, y_scale: Scale, *, is_smooth: bool = False
) -> list[list[Dot]]:
    """All polylines of a curve inside the window, dots counted from the left and the top.

    Args:
        series: In the units of the scales (logarithms where an axis is logarithmic).
        x_scale: Window and dots from left to right.
        y_scale: Window and dots from bottom to top.
        is_smooth: Whether one point for each column of dots is enough.
    """
    rows = thin(series, x_scale.low, x_scale.high, x_scale.dots, extremes=not is_smooth)
    return [
        _to_dots(piece, x_scale, y_scale)
        for stretch in _stretches(series, rows)
        for piece in clipped(stretch, x_scale, y_scale)
    ]


def _stretches(series: Series, rows: array[int]) -> Iterator[list[Point]]:
    """The points of those rows, parted where a gap lies between two of them."""
    xs, ys, gaps = series.xs, series.ys, series.gaps
    points = [(xs[row], ys[row]) for row in rows]
    start = 0
    if gaps:
        for at, (row, after) in enumerate(pairwise(rows), 1):
            if after - row > 1:
                first, last = series.gaps_between(row, after)
                if first < last:
                    yield points[start:at]
                    start = at
    if points[start:]:
        yield points[start:]


def clipped(points: list[Point], x_scale: Scale, y_scale: Scale) -> Iterator[list[Point]]:
    """The parts of a polyline that lie inside the window, with new corners at its edges."""
    low, high = y_scale.low, y_scale.high
    left, right = x_scale.low, x_scale.high
    ys = [y for _, y in points]
    if left <= points[0][0] and points[-1][0] <= right and low <= min(ys) and max(ys) <= high:
        yield points
        return
    piece: list[Point] = []
    if len(points) == 1:
        return
    for before, after in pairwise(points):
        cut = _cut(before, after, 0, left, right)
        cut = _cut(*cut, 1, low, high) if cut else None
        if cut is None:
            if piece:
                yield piece
            piece = []
            continue
        if not piece:
            piece = [cut[0]]
        elif piece[-1] != cut[0]:
            yield piece
            piece = [cut[0]]
        if cut[1] != cut[0]:
            piece.append(cut[1])
    if piece:
        yield piece


def _cut(
    before: Point, after: Point, axis: int, low: float, high: float
) -> tuple[Point, Point] | None:
    """The part of a segment between two bounds of one axis; None when there is none."""
    a, b = before[axis], after[axis]
    if max(a, b) < low or min(a, b) > high:
        return None
    ends: list[Point] = []
    for end, value in ((before, a), (after, b)):
        bound = low if value < low else high if value > high else None
        ends.append(end if bound is None else _crossing(before, after, axis, bound))
    return ends[0], ends[1]


def _crossing(before: Point, after: Point, axis: int, bound: float) -> Point:
    """The point of a segment at which one coordinate has that value; exact also for huge ones."""
    a, b = before[axis], after[axis]
    part = (bound / 4 - a / 4) / (b / 4 - a / 4) if b / 4 != a / 4 else 0.5
    other = before[1 - axis] * (1 - part) + after[1 - axis] * part
    return (bound, other) if axis == 0 else (other, bound)


def _to_dots(points: Iterable[Point], x_scale: Scale, y_scale: Scale) -> list[Dot]:
    x_low, x_factor = x_scale.low * x_scale.shrink, x_scale.factor
    y_low, y_factor = y_scale.low * y_scale.shrink, y_scale.factor
    wide, high = x_scale.dots - 1, y_scale.dots - 1
    x_shrink, y_shrink = x_scale.shrink, y_scale.shrink
    return [
        (
            min(max(int((x * x_shrink - x_low) * x_factor + 0.5), 0), wide),
            high - min(max(int((y * y_shrink - y_low) * y_factor + 0.5), 0), high),
        )
        for x, y in points
    ]
