"""What a series does within each column of a raster: its range, its mean, how many points."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, isnan, nan

from venturi.curves.bunches import Bunches
from venturi.curves.sample import column_edges
from venturi.curves.series import Series


@dataclass(frozen=True, eq=False, slots=True)
class Envelope:
    """One entry for each column.

    `lows` and `highs` bound the curve in the column: its finite points there and the straight
    lines between neighbours, which are not drawn across gaps. NaN where there is no curve.
    `means` are of the finite points alone, NaN where there are none; `counts` says how many
    finite points there are.
    """

    lows: array[float]  # typecode "d"
    highs: array[float]  # typecode "d"
    means: array[float]  # typecode "d"
    counts: array[int]  # typecode "q"

    def __len__(self) -> int:
        return len(self.lows)


def envelope(series: Series, low: float, high: float, columns: int) -> Envelope:
    """The envelope of a series over columns of equal width, the first centred on `low`.

    Column `i` of `n` is centred on `low + (high - low) * i / (n - 1)`; a single one spans the
    whole window.

    Args:
        series: The curve.
        low: Left end of the window, in the units of x.
        high: Right end, greater than `low`.
        columns: How many columns, at least 1.
    """
    key = ("envelope", low, high, columns)
    return series.remember(key, lambda: _envelope(series, low, high, columns))


def _envelope(series: Series, low: float, high: float, columns: int) -> Envelope:
    width = (high - low) / max(columns - 1, 1)
    start, stop = series.rows_between(
        low - width / 2 if columns > 1 else low, high + width / 2 if columns > 1 else high
    )
    edges = [start, *column_edges(series, low, high, columns, start, stop), stop]
    borders = [_crossing(series, row, low + width * (at - 0.5)) for at, row in enumerate(edges)]
    if columns == 1:
        borders = [_crossing(series, start, low), _crossing(series, stop, high)]
    made = Envelope(array("d"), array("d"), array("d"), array("q"))
    for (first, after), sides in zip(pairwise(edges), pairwise(borders), strict=True):
        _add_column(made, series.ys[first:after], sides)
    return made if series.bunches is None else _with_means(made, series, series.bunches, edges)


def _with_means(made: Envelope, series: Series, bunches: Bunches, edges: list[int]) -> Envelope:
    """The envelope with the means and counts of the points that the rows stand for.

    A bunch counts in the column in which its last row lies.
    """
    means, counts = array("d"), array("q")
    bunch = bisect_left(bunches.starts, edges[0])
    if bunch and bunches.end(bunch - 1, len(series)) >= edges[0]:
        bunch -= 1
    for after in edges[1:]:
        held: list[int] = []
        while bunch < len(bunches) and bunches.end(bunch, len(series)) < after:
            held.append(bunch)
            bunch += 1
        count = sum(bunches.finite[at] for at in held)
        parts = [bunches.means[at] * (bunches.finite[at] / count) for at in held if count]
        means.append(sum(part for part in parts if not isnan(part)) if count else nan)
        counts.append(count)
    return Envelope(made.lows, made.highs, means, counts)


def _crossing(series: Series, row: int, x: float) -> float:
    """The y at which the curve goes through `x`, just before `row`; NaN where it does not."""
    if row <= 0 or row >= len(series):
        return nan
    x0, x1, y0, y1 = series.xs[row - 1], series.xs[row], series.ys[row - 1], series.ys[row]
    if not (isfinite(y0) and isfinite(y1) and x0 < x1):
        return nan
    part = min(max((x - x0) / (x1 - x0), 0.0), 1.0)
    return min(max(y0 * (1 - part) + y1 * part, min(y0, y1)), max(y0, y1))


def _add_column(made: Envelope, chunk: array[float], sides: tuple[float, float]) -> None:
    finite = chunk if all(map(isfinite, chunk)) else array("d", filter(isfinite, chunk))
    lowest = min(finite, default=inf)
    highest = max(finite, default=-inf)
    for side in sides:
        lowest = min(lowest, side)  # a NaN never is less
        highest = max(highest, side)
    made.lows.append(lowest if lowest <= highest else nan)
    made.highs.append(highest if lowest <= highest else nan)
    made.means.append(_mean(finite) if finite else nan)
    made.counts.append(len(finite))


def _mean(values: array[float]) -> float:
    mean = sum(values) / len(values)
    return mean if isfinite(mean) else sum(value / len(values) for value in values)
