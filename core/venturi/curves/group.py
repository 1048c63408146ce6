"""Several runs as one curve: the mean at each x, with a band of min to max or of deviation."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import fsum, isfinite, nan, sqrt
from sys import float_info

from venturi.curves.align import interpolated
from venturi.curves.envelope import Envelope, envelope
from venturi.curves.series import Series

MOST_ALIGNED = 20_000
"""Groups with more points than this, summed over their series, are taken in buckets."""
BUCKETS = 2_000


class Spread(str, Enum):
    """What the band of a group shows.

    RANGE: from the lowest to the highest series. DEVIATION: one sample standard deviation (of
    n - 1, as in pandas and seaborn) below and above the mean; nothing where there is one series.
    """

    RANGE = "min-max"
    DEVIATION = "std"


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Several series as one: three curves over the same x.

    `counts` says how many series there are at each x. Where there is none the others are NaN.
    """

    mean: Series
    low: Series
    high: Series
    counts: array[int]  # typecode "q"

    def __len__(self) -> int:
        return len(self.mean)

    def band(self, low: float, high: float, columns: int) -> Envelope:
        """The band as an envelope over columns, to be drawn as that of a series; see `envelope`."""
        below = envelope(self.low, low, high, columns)
        above = envelope(self.high, low, high, columns)
        middle = envelope(self.mean, low, high, columns)
        return Envelope(below.lows, above.highs, middle.means, middle.counts)


def group(series: Sequence[Series], spread: Spread = Spread.RANGE, label: str = "") -> Group:
    """The mean of several series and how far they lie apart, at each x that any of them has.

    Between its points a series counts with the straight line between them; beyond its ends and in
    its gaps it does not count, so a NaN or an infinity of one run does not poison the others.
    Long series (more than MOST_ALIGNED points in all) are compared in BUCKETS buckets of equal
    width: the mean of a bucket is the mean of the series' means there, its range that of all their
    points, so no extreme is lost.

    Args:
        series: All over the same x axis.
        spread: What the band shows.
        label: What to call the group.
    """
    filled = [one for one in series if len(one)]
    if sum(map(len, filled)) > MOST_ALIGNED or any(one.bunches for one in filled):
        return _bucketed(filled, spread, label)
    xs = array("d", sorted(set[float]().union(*(one.xs for one in filled))))
    columns = [interpolated(one, xs) for one in filled]
    return _grouped(xs, columns, columns, columns, spread, label)


def _bucketed(series: Sequence[Series], spread: Spread, label: str) -> Group:
    low, high = min(one.xs[0] for one in series), max(one.xs[-1] for one in series)
    if not low < high:
        high = low + max(abs(low), 1.0) * 1e-9
    columns = min([BUCKETS, *(max(len(one.bunches) // 2, 2) for one in series if one.bunches)])
    made = [envelope(one, low, high, columns) for one in series]
    last = columns - 1
    xs = array("d", [low * (1 - at / last) + high * (at / last) for at in range(columns)])
    means = [_filled(one, xs, columns) for one, columns in zip(series, made, strict=True)]
    lows, highs = [one.lows for one in made], [one.highs for one in made]
    return _grouped(xs, means, lows, highs, spread, label)


def _filled(series: Series, xs: array[float], columns: Envelope) -> array[float]:
    """Means of columns; where a series passes a column without a point, its line there."""
    if all(columns.counts):
        return columns.means
    lines = interpolated(series, xs)
    pairs = zip(columns.counts, columns.means, lines, strict=True)
    return array("d", [mean if count else line for count, mean, line in pairs])


def _grouped(
    xs: array[float],
    means: Sequence[array[float]],
    lows: Sequence[array[float]],
    highs: Sequence[array[float]],
    spread: Spread,
    label: str,
) -> Group:
    middle, below, above, counts = array("d"), array("d"), array("d"), array("q")
    for at in range(len(xs)):
        values = [column[at] for column in means if isfinite(column[at])]
        mean = _mean(values) if values else nan
        if not values:
            bottom = top = nan
        elif spread is Spread.RANGE:
            bottom = min((column[at] for column in lows if isfinite(column[at])), default=mean)
            top = max((column[at] for column in highs if isfinite(column[at])), default=mean)
        else:
            deviation = _deviation(values, mean)
            bottom = max(mean - deviation, -float_info.max)
            top = min(mean + deviation, float_info.max)
        middle.append(mean)
        below.append(bottom)
        above.append(top)
        counts.append(len(values))
    mean_, low, high = (Series("", label, xs, ys) for ys in (middle, below, above))
    return Group(mean_, low, high, counts)


def _mean(values: Sequence[float]) -> float:
    """The mean, rounded once, held between the lowest and the highest."""
    try:
        mean = fsum(values) / len(values)
    except OverflowError:
        mean = fsum(value / len(values) for value in values)
    return min(max(mean, min(values)), max(values))


def _deviation(values: Sequence[float], mean: float) -> float:
    """The sample standard deviation; 0 of a single value. Never overflows before its end."""
    if len(values) < 2:
        return 0.0
    size = max(abs(value / 2 - mean / 2) for value in values)
    if size == 0:
        return 0.0
    parts = fsum(((value / 2 - mean / 2) / size) ** 2 for value in values)
    return 2 * size * sqrt(parts / (len(values) - 1))
