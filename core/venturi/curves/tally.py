"""Points into buckets as they come, in any order, at a speed that millions of them need."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from math import fsum, inf, isfinite, isnan, nan
from operator import le

from venturi.curves.buckets import Bucket, Buckets, Partition, buckets_of, merged


class Tally:
    """Buckets of a partition, filled chunk by chunk; memory for the buckets only.

    Args:
        partition: Where the buckets begin. Points outside its span are passed over.
    """

    def __init__(self, partition: Partition) -> None:
        self._partition = partition
        self._found: dict[int, Bucket] = {}

    def add(self, steps: array[int], timestamps: array[int], values: array[float]) -> None:
        """Take in points, columns of equal length in any order. Each point is added once."""
        if not all(map(le, steps, steps[1:])):
            order = sorted(range(len(steps)), key=steps.__getitem__)
            steps = array("q", map(steps.__getitem__, order))
            timestamps = array("q", map(timestamps.__getitem__, order))
            values = array("d", map(values.__getitem__, order))
        low, high = self._partition.span
        row, stop = bisect_left(steps, low), bisect_right(steps, high)
        while row < stop:
            place = self._partition.place_of(steps[row])
            after = bisect_right(steps, self._partition.bounds(place)[1], row, stop)
            self.put(place, bucket_of(steps[row:after], timestamps[row:after], values[row:after]))
            row = after

    def put(self, place: int, bucket: Bucket) -> None:
        """Add what other points of a bucket amount to."""
        before = self._found.get(place)
        self._found[place] = bucket if before is None else merged(before, bucket)

    def found(self) -> Iterable[tuple[int, Bucket]]:
        """Place and content of each bucket that has a point."""
        return self._found.items()

    def buckets(self, run_id: str, key: str, *, is_exact: bool, share: float) -> Buckets:
        """What was found until now."""
        return buckets_of(run_id, key, self._found, is_exact=is_exact, share=share)


def bucket_of(steps: array[int], timestamps: array[int], values: array[float]) -> Bucket:
    """What points amount to.

    Args:
        steps: Ascending, equal neighbours allowed; at least one.
        timestamps: Of the same rows; those of equal steps in any order.
        values: Of the same rows, anything.
    """
    count = len(values)
    first = _end(timestamps, values, 0, bisect_right(steps, steps[0]), last=False)
    last = _end(timestamps, values, bisect_left(steps, steps[-1]), count, last=True)
    nans = ups = downs = 0
    finite = values
    total = sum(values)
    if not isfinite(total):
        nans, ups, downs = sum(map(isnan, values)), values.count(inf), values.count(-inf)
        if nans + ups + downs:
            finite = array("d", filter(isfinite, values))
        total = sum(finite)
    low, high = min(finite, default=nan), max(finite, default=nan)
    return Bucket(
        count,
        nans,
        ups,
        downs,
        steps[0],
        timestamps[first],
        steps[-1],
        timestamps[last],
        values[first],
        values[last],
        low,
        high,
        min(max(_mean(finite, total), low), high) if finite else nan,
    )


def _mean(finite: array[float], total: float) -> float:
    if isfinite(total):
        return total / len(finite)
    return fsum(value / len(finite) for value in finite)


def _end(
    timestamps: array[int],
    values: array[float],
    start: int,
    stop: int,
    *,
    last: bool,
) -> int:
    """The first or last row, in History's order, of those of one step."""
    if stop - start == 1:
        return start

    def rank(row: int) -> tuple[int, bool, float]:
        return timestamps[row], isnan(values[row]), values[row]

    return max(range(start, stop), key=rank) if last else min(range(start, stop), key=rank)
