"""Smoothing: an exponential moving average with bias correction, by distance on the x axis."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from math import isfinite
from operator import sub

from venturi.curves.bunches import Bunches
from venturi.curves.series import Series

_GAPS_LOOKED_AT = 4096
_LARGE = 1e300


def smooth(series: Series, weight: float, *, unit: float | None = None) -> Series:
    """The series smoothed; x values, length and gaps stay as they are.

    Each finite y becomes the mean of all finite values up to there, in which a value at distance
    `d` (in x) counts `weight ** (d / unit)`. On evenly spaced points this is the debiased
    exponential moving average of TensorBoard's slider: m = w*m + (1-w)*y, shown as m / (1 - w**n).
    On uneven ones a far neighbour counts less than a near one, and repeated x count alike. A
    non-finite y passes through as it is and counts nothing. Where rows stand for bunches of
    points, each finite row of a bunch becomes the mean at its end, to which the bunch adds as many
    values as it has, all equal to its own mean and evenly spaced.

    Args:
        series: What to smooth.
        weight: 0 gives the series itself, 1 the running mean. Clamped to that range.
        unit: The distance at which one value counts `weight` as much as its neighbour; without
            it, the usual distance of the series' points (see `usual_distance`).
    """
    weight = min(max(weight, 0.0), 1.0)
    if weight == 0 or not series.xs:
        return series
    distance = _distance(series) if unit is None else unit
    return series.remember(("smooth", weight, unit), lambda: _smooth(series, weight, distance))


def usual_distance(xs: Sequence[float]) -> float:
    """The median distance of neighbours at different x; 1 where all are equal.

    Of a long column, the median of some thousand distances spread evenly over it.
    """
    stride = max(1, len(xs) // _GAPS_LOOKED_AT)
    distances = sorted(map(sub, xs[1::stride], xs[0 : len(xs) - 1 : stride]))
    positive = distances[bisect_right(distances, 0) :]
    return positive[len(positive) // 2] if positive else 1.0


def _smooth(series: Series, weight: float, unit: float) -> Series:
    scale = _scale(series.ys)
    if series.bunches is None:
        values = series.ys if scale == 1 else array("d", [y * scale for y in series.ys])
        means = _weighted_means(series.xs, values, weight, unit)
    else:
        means = _bunched_means(series, series.bunches, weight, unit, scale)
    ys = array("d", means if scale == 1 else [mean / scale for mean in means])
    return Series(series.run_id, series.label, series.xs, ys)


def _weighted_means(xs: array[float], ys: array[float], weight: float, unit: float) -> list[float]:
    means: list[float] = []
    total = mean = 0.0  # of all weights so far; of the values by these weights
    at, step, decay = xs[0], 0.0, 1.0
    for x, y in zip(xs, ys, strict=True):
        if y - y != 0:  # not finite
            means.append(y)
            continue
        if x - at != step:
            step = x - at
            decay = weight ** (step / unit)
        at = x
        total = total * decay + 1
        mean += (y - mean) / total
        means.append(mean)
    return means


def _bunched_means(
    series: Series, bunches: Bunches, weight: float, unit: float, scale: float
) -> list[float]:
    """As `_weighted_means`, for bunches of points; gaps may come out scaled, as they stay gaps."""
    means: list[float] = []
    total = mean = 0.0
    at = series.xs[0]
    for bunch, start in enumerate(bunches.starts):
        end, count = bunches.end(bunch, len(series)), bunches.finite[bunch]
        if count:
            first, last = series.xs[start], series.xs[end]
            fade = weight ** ((last - first) / max(bunches.points[bunch] - 1, 1) / unit)
            added = float(count) if fade == 1 else (1 - fade**count) / (1 - fade)
            total = total * weight ** ((last - at) / unit) + added
            mean += (bunches.means[bunch] * scale - mean) * (added / total)
            at = last
        means += [mean if y - y == 0 else y for y in series.ys[start : end + 1]]
    return means


def _distance(series: Series) -> float:
    bunches = series.bunches
    return usual_distance(series.xs) if bunches is None else _usual_spacing(series, bunches)


def _usual_spacing(series: Series, bunches: Bunches) -> float:
    """The distance of neighbouring points that half of them have or less; 1 where all x are equal.

    Within a bunch they are taken to be evenly spaced.
    """
    found: list[tuple[float, int]] = []
    before = series.xs[0]
    for bunch, points in enumerate(bunches.points):
        last = series.xs[bunches.end(bunch, len(series))]
        if last > before:
            found.append(((last - before) / points, points))
        before = last
    found.sort()
    half = sum(points for _, points in found) / 2
    for distance, points in found:
        half -= points
        if half <= 0:
            return distance
    return 1.0


def _scale(ys: array[float]) -> float:
    """A power of two that keeps differences of the values from overflowing: almost always 1."""
    if all(map(isfinite, ys)):
        peak = max(abs(max(ys)), abs(min(ys)))
    else:
        peak = max((abs(y) for y in ys if isfinite(y)), default=0.0)
    return 2.0**-10 if peak > _LARGE else 1.0
