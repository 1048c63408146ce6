"""Fewer points with the same shape: of a history for people, of a series for a raster."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import pairwise
from math import isfinite

from venturi.curves.series import Gap, Series, gap_of
from venturi.records import History

LEAST_POINTS = 8
"""A sample smaller than this cannot keep its promises; fewer points asked for mean this many."""


def sample(history: History, points: int) -> History:
    """A sample of a history that keeps its shape, in the same order.

    A history of at most `points` rows is given back as it is. Of a longer one, at most
    `max(points, LEAST_POINTS)` rows are kept, each exactly as it was:

    - the first and the last row;
    - the lowest and the highest finite value of each bucket (buckets hold equally many rows), the
      first of equal ones; so the extremes of the whole are always among them;
    - of every unbroken run of NaN, of inf or of -inf, its first and its last row. Only where there
      are more than `points // 8` such runs, one row of each of the three kinds in each bucket.

    Takes a time in proportion to the length of the history, about 0.1 s for a million rows.

    Args:
        history: Ordered as History says.
        points: How many rows are wanted.
    """
    total = len(history)
    points = max(points, LEAST_POINTS)
    if total <= points:
        return history
    rows = {0, total - 1}
    runs = _runs(history.values)
    if len(runs) <= points // 8:
        rows.update(row for run in runs for row in run)
        buckets = (points - len(rows)) // 2
        kinds = False
    else:
        buckets = (points - len(rows)) // 5
        kinds = True
    for start, stop in pairwise(total * bucket // buckets for bucket in range(buckets + 1)):
        rows.update(_extremes(history.values, start, stop))
        if kinds:
            rows.update(_kinds(history.values, start, stop))
    return _picked(history, sorted(rows))


def thin(
    series: Series, low: float, high: float, columns: int, *, extremes: bool = True
) -> array[int]:
    """The rows of a series that a raster of that many columns needs, ascending.

    Column 0 is centred on `low` and the last column on `high`. Beside what each column keeps
    stand the first and last row inside the window and their neighbours outside it, so that the
    line can be cut at the window's edge. Non-finite rows are never among them: see `Series.gaps`.
    All rows are kept when there are no more than two for each column.

    Args:
        series: The curve.
        low: Left end of the window, in the units of x.
        high: Right end, greater than `low`.
        columns: How many columns, at least 1.
        extremes: Keep the lowest and the highest finite value of each column, so that no spike is
            lost; else only its last finite one, which is enough for what is smooth.
    """
    key = ("thin", low, high, columns, extremes)
    return series.remember(key, lambda: _thin(series, low, high, columns, extremes))


def _thin(series: Series, low: float, high: float, columns: int, extremes: bool) -> array[int]:
    start, stop = series.rows_between(low, high)
    first, last = max(0, start - 1), min(len(series), stop + 1)
    if stop - start <= 2 * columns:
        rows = range(first, last)
    else:
        keep = _extremes if extremes else _last
        kept = {first, start, stop - 1, last - 1}
        edges = [start, *column_edges(series, low, high, columns, start, stop), stop]
        for edge, after in pairwise(edges):
            kept.update(keep(series.ys, edge, after))
        rows = sorted(kept)
    return array("q", [row for row in rows if isfinite(series.ys[row])])


def column_edges(
    series: Series, low: float, high: float, columns: int, start: int, stop: int
) -> list[int]:
    """The first row of each column but the first, for columns centred on `low` … `high`."""
    half = (high / 2 - low / 2) / max(columns - 1, 1)
    edges: list[int] = []
    row = start
    for column in range(1, columns):
        row = bisect_left(series.xs, low + half * (2 * column - 1), row, stop)
        edges.append(row)
    return edges


def _extremes(values: array[float], start: int, stop: int) -> tuple[int, ...]:
    """The rows of the lowest and the highest finite value, the first of equal ones."""
    chunk = values[start:stop]
    if not chunk:
        return ()
    if all(map(isfinite, chunk)):
        return start + chunk.index(min(chunk)), start + chunk.index(max(chunk))
    finite = [value for value in chunk if isfinite(value)]
    if not finite:
        return ()
    return start + chunk.index(min(finite)), start + chunk.index(max(finite))


def _last(values: array[float], start: int, stop: int) -> tuple[int, ...]:
    """The row of the last finite value."""
    row = next((row for row in range(stop - 1, start - 1, -1) if isfinite(values[row])), None)
    return () if row is None else (row,)


def _kinds(values: array[float], start: int, stop: int) -> list[int]:
    """The first row of each kind of non-finite value."""
    seen: dict[Gap | None, int] = {}
    for row in range(start, stop):
        seen.setdefault(gap_of(values[row]), row)
    return [row for gap, row in seen.items() if gap]


def _runs(values: array[float]) -> list[tuple[int, int]]:
    """First and last row of every unbroken run of one kind of non-finite value."""
    if all(map(isfinite, values)):
        return []
    runs: list[tuple[int, int]] = []
    before: Gap | None = None
    for row, value in enumerate(values):
        gap = gap_of(value)
        if gap and gap == before:
            runs[-1] = (runs[-1][0], row)
        elif gap:
            runs.append((row, row))
        before = gap
    return runs


def _picked(history: History, rows: list[int]) -> History:
    return History(
        run_id=history.run_id,
        key=history.key,
        steps=array("q", map(history.steps.__getitem__, rows)),
        timestamps=array("q", map(history.timestamps.__getitem__, rows)),
        values=array("d", map(history.values.__getitem__, rows)),
    )
