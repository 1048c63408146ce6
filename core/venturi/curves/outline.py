"""Buckets as a curve to draw: its outline is that of the line through every point."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from math import inf, isnan, nan

from venturi.curves.buckets import Bucket, Buckets
from venturi.curves.bunches import Bunches
from venturi.curves.series import Series, XAxis

_Ends = tuple[float, float]


def outline(
    buckets: Buckets,
    axis: XAxis = XAxis.STEP,
    start_time: int | None = None,
    label: str | None = None,
) -> Series:
    """The curve of buckets, a few rows for each.

    A bucket's first and last point stand where they are, its extremes and gaps in the middle. On
    a raster whose columns are no narrower than the buckets, the line through these rows covers
    the same dots as the line through all points. What smooths the series knows how many points
    each row stands for.

    Over time, the buckets are put in the order of their first points: where clocks were set back,
    a point may be drawn later than it was logged, but never beyond its bucket's end.

    Args:
        buckets: Of a whole curve, exact or not.
        axis: What to take as x.
        start_time: For RELATIVE, the moment zero in milliseconds since the epoch; without it, the
            earliest time of any bucket's first or last point.
        label: What to call it; without it, the key.
    """
    ends, order = _x_ends(buckets, axis, start_time), range(len(buckets))
    if any(ends[at][0] > ends[at + 1][0] for at in range(len(ends) - 1)):
        order = sorted(order, key=lambda at: ends[at])
    rows = list(buckets)
    xs, ys, starts, before = array("d"), array("d"), array("q"), -inf
    for at in order:
        starts.append(len(xs))
        low, high = (max(before, end) for end in ends[at])
        for x, y in _rows(rows[at], low, max(low, high)):
            xs.append(x)
            ys.append(y)
        before = xs[-1]
    made = Bunches(
        starts,
        array("q", [rows[at].points for at in order]),
        array("q", [rows[at].finite for at in order]),
        array("d", [rows[at].mean for at in order]),
        gaps=sum(bucket.points - bucket.finite for bucket in rows),
        infinities=sum(bucket.ups + bucket.downs for bucket in rows),
    )
    return Series(buckets.run_id, buckets.key if label is None else label, xs, ys, made)


def _x_ends(buckets: Buckets, axis: XAxis, start_time: int | None) -> list[_Ends]:
    """The x of the first and of the last point of each bucket."""
    if axis is XAxis.STEP:
        return list(zip(map(float, buckets.first_step), map(float, buckets.last_step), strict=True))
    pairs = list(zip(buckets.first_time, buckets.last_time, strict=True))
    if axis is XAxis.TIME or not pairs:
        return [(float(first), float(last)) for first, last in pairs]
    zero = min(map(min, pairs)) if start_time is None else start_time
    return [((first - zero) / 1000, (last - zero) / 1000) for first, last in pairs]


def _rows(bucket: Bucket, low: float, high: float) -> Iterator[tuple[float, float]]:
    """A bucket as points: gaps stand behind the extremes, so that these stay joined."""
    yield low, bucket.first
    if bucket.points == 1:
        return
    middle = low / 2 + high / 2
    ends = bucket.first, bucket.last
    if not isnan(bucket.low):
        extremes = (bucket.low,) if bucket.low == bucket.high else (bucket.low, bucket.high)
        # From the nearer extreme to the farther one: no line is drawn that would not be there.
        for extreme in sorted(extremes, key=lambda one: abs(one / 2 - bucket.first / 2)):
            if extreme not in ends:
                yield middle, extreme
    counts = (bucket.nans, nan), (bucket.ups, inf), (bucket.downs, -inf)
    for count, gap in counts:
        at_ends = sum(end == gap or (isnan(end) and isnan(gap)) for end in ends)
        if count > at_ends:
            yield middle, gap
    yield high, bucket.last
