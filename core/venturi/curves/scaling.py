"""Ranges and transforms of values: a range without outliers, and symmetric logarithms."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from math import copysign, floor, inf, isfinite, log10
from sys import float_info

from venturi.curves.series import Series

_FEWEST = 20
_LOOKED_AT = 20_000
_MOST_DECADES = 6


def robust_range(
    columns: Iterable[Sequence[float]], outside: float = 0.02, reach: float = 0.5
) -> tuple[float, float] | None:
    """A range of y that a few outliers cannot stretch; None without any finite value.

    Of each column, the range between the quantiles `outside` and `1 - outside` of its finite
    values, made longer at both ends by `reach` times its length, but nowhere longer than the
    values are: so a column without outliers is shown whole. Columns of fewer than 20 finite
    values, and those of which nearly all values are equal, are shown whole too: nothing tells
    what is an outlier there. The answer holds the range of every column.

    Of a long column the quantiles are those of some 20,000 values spread evenly over it.

    Args:
        columns: Values of each curve; NaN and infinities do not count.
        outside: The part of the values at each end that may be left out; below 0.5.
        reach: How much of the range between the quantiles to add at each end.
    """
    low, high = inf, -inf
    for column in columns:
        finite = [value for value in column if isfinite(value)]
        if finite:
            bottom, top = _robust(finite, outside, reach)
            low, high = min(low, bottom), max(high, top)
    return (low, high) if low <= high else None


def _robust(finite: Sequence[float], outside: float, reach: float) -> tuple[float, float]:
    lowest, highest = min(finite), max(finite)
    looked_at = sorted(finite[:: max(1, len(finite) // _LOOKED_AT)])
    left_out = floor(len(looked_at) * outside)
    low, high = looked_at[left_out], looked_at[-1 - left_out]
    if len(finite) < _FEWEST or low == high:
        return lowest, highest
    room = min((high * reach - low * reach), float_info.max)
    return max(lowest, low - room), min(highest, high + room)


def symlog(y: float, threshold: float) -> float:
    """A logarithm for both signs: straight between ±threshold, log10 beyond.

    0 gives 0, ±threshold ±1, and each decade beyond 1 more: 10 * threshold gives 2. Ascending and
    odd; ±inf and NaN pass through. The scale that matplotlib calls symlog.

    Args:
        y: Any value.
        threshold: Where the straight part ends, greater than 0.
    """
    size = abs(y)
    if size <= threshold:
        return y / threshold
    if not isfinite(y):
        return y
    return copysign(1 + log10(size) - log10(threshold), y)


def symlog_inverse(position: float, threshold: float) -> float:
    """The value of which `symlog` gives that; ±inf beyond the largest double.

    Args:
        position: What `symlog` gave.
        threshold: As it was there.
    """
    size = abs(position)
    if size <= 1:
        return position * threshold
    if not isfinite(position):
        return position
    exponent = size - 1 + log10(threshold)
    return copysign(10**exponent if exponent < float_info.max_10_exp + 0.25 else inf, position)


def symlog_threshold(columns: Iterable[Sequence[float]]) -> float:
    """Where the straight part should end for these values: a power of ten.

    That below the size of all but the smallest twentieth of the finite values other than 0, but at
    most 6 decades below the largest: so that what is next to 0 does not take all the room. 1
    without such values.
    """
    sizes: list[float] = []
    largest = 0.0
    for column in columns:
        its = [abs(value) for value in column if value and isfinite(value)]
        largest = max(largest, max(its, default=0.0))
        sizes += its[:: max(1, len(its) // _LOOKED_AT)]
    if not sizes:
        return 1.0
    sizes.sort()
    decade = max(floor(log10(sizes[len(sizes) // 20])), floor(log10(largest)) - _MOST_DECADES)
    return 10.0 ** max(decade, float_info.min_10_exp)


def symlog_of(series: Series, threshold: float) -> Series:
    """The series with the symlog of each y; gaps stay what they are."""
    return series.remember(("symlog", threshold), lambda: _symlog_of(series, threshold))


def _symlog_of(series: Series, threshold: float) -> Series:
    ys = array("d", [symlog(y, threshold) for y in series.ys])
    return Series(series.run_id, series.label, series.xs, ys)
