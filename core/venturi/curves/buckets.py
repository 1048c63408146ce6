"""A long curve in buckets: what all points between two steps amount to, as columns."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any, NamedTuple

from venturi.records import History

FEWEST_STEP, MOST_STEP = -(2**63), 2**63 - 1
"""What a step can be."""


class Bucket(NamedTuple):
    """What some points of a curve amount to, at least one of them.

    `first` and `last` are the values at the ends in History's order. `low`, `high` and `mean` are
    of the finite values, NaN without any. `nans`, `ups` and `downs` count NaN, inf and -inf.
    """

    points: int
    nans: int
    ups: int
    downs: int
    first_step: int
    first_time: int
    last_step: int
    last_time: int
    first: float
    last: float
    low: float
    high: float
    mean: float

    @property
    def is_one_step(self) -> bool:
        """Whether all points are at one step, so that there are no smaller buckets to make."""
        return self.first_step == self.last_step

    @property
    def finite(self) -> int:
        """How many of the values are finite."""
        return self.points - self.nans - self.ups - self.downs


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """The steps from `first` to `last` cut in pieces: a bucket begins at `first` and at each edge.

    `edges` ascend and lie beyond `first`, up to `last`. When it is whole, points before `first`
    belong to the first bucket and those after `last` to the last one, so that none is left out
    where the ends were only guessed; else such points are none of its business.
    """

    first: int
    last: int
    edges: array[int]  # typecode "q"
    is_whole: bool = True

    def __len__(self) -> int:
        return len(self.edges) + 1

    @property
    def span(self) -> tuple[int, int]:
        """The lowest and the highest step that a point here may have."""
        return (FEWEST_STEP, MOST_STEP) if self.is_whole else (self.first, self.last)

    def place_of(self, step: int) -> int:
        """The number of the bucket that holds a step of the span."""
        return bisect_right(self.edges, step)

    def bounds(self, place: int) -> tuple[int, int]:
        """The lowest and the highest step of a bucket."""
        low, high = self.span
        return (
            low if place == 0 else self.edges[place - 1],
            high if place == len(self.edges) else self.edges[place] - 1,
        )


def partition(first: int, last: int, buckets: int, *, is_whole: bool = True) -> Partition:
    """At most `buckets` + 1 buckets of equal width, of which the last has the last step alone.

    So what is logged next can be joined without reading more than one step again.

    Args:
        first: The first step.
        last: The last one, not below `first`.
        buckets: How many are wanted, at least 1.
        is_whole: See Partition.
    """
    width = max(1, -(-(last - first) // buckets))
    edges = array("q", range(first + width, last, width))
    if last > first:
        edges.append(last)
    return Partition(first, last, edges, is_whole)


def closer_at_start(cuts: Partition, buckets: int) -> Partition:
    """The same cuts, and more where steps are small: a logarithmic axis shows those widest.

    No bucket then takes more than about a `buckets`th part of the logarithms of the steps from 1
    on, nor more steps than before. Little is added: where buckets of equal width are narrower
    than those, they stay as they are.

    Args:
        cuts: Buckets of equal width.
        buckets: How many would be wanted were all equally wide on the logarithmic axis.
    """
    step = max(cuts.first, 1)
    if cuts.last < 4 * step:
        return cuts
    width = cuts.edges[0] - cuts.first
    ratio = (cuts.last / step) ** (1 / buckets)
    edges = set(cuts.edges)
    while width > 1 and step < cuts.last:
        if step > cuts.first:
            edges.add(step)
        after = max(step + 1, int(step * ratio))
        if after - step >= width:
            break
        step = after
    return Partition(cuts.first, cuts.last, array("q", sorted(edges)), cuts.is_whole)


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """A curve in buckets, one entry of each column for every bucket that has a point, ascending.

    The columns are those of Bucket. `places` are their numbers in the partition they were made
    for. Exact: every point was looked at, so no extreme, no gap and no end can be missing. Else
    `share` says which part of the work is done; 0 is a sample of a few points of each bucket.
    """

    run_id: str
    key: str
    places: array[int]
    points: array[int]
    nans: array[int]
    ups: array[int]
    downs: array[int]
    first_step: array[int]
    first_time: array[int]
    last_step: array[int]
    last_time: array[int]
    first: array[float]
    last: array[float]
    low: array[float]
    high: array[float]
    mean: array[float]
    is_exact: bool
    share: float

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[Bucket]:
        columns = [getattr(self, name) for name in Bucket._fields]
        yield from map(Bucket._make, zip(*columns, strict=True))

    @property
    def total(self) -> int:
        """How many points there are in all buckets, as far as they were looked at."""
        return sum(self.points)

    @property
    def ends(self) -> History:
        """The last point of each bucket."""
        return History(self.run_id, self.key, self.last_step, self.last_time, self.last)

    def points_between(self, first_step: int, last_step: int) -> int:
        """How many points the buckets hold that reach into these steps: at least those there."""
        low = bisect_right(self.last_step, first_step - 1)
        return sum(self.points[low : bisect_right(self.first_step, last_step)])


_CODES = "qqqqqqqqddddd"


def buckets_of(
    run_id: str, key: str, found: Mapping[int, Bucket], *, is_exact: bool, share: float
) -> Buckets:
    """The columns of buckets, by their places."""
    places = array("q", sorted(found))
    columns = list(zip(*map(found.__getitem__, places), strict=True)) or [()] * len(_CODES)
    made: list[Any] = [array(code, column) for code, column in zip(_CODES, columns, strict=True)]
    return Buckets(run_id, key, places, *made, is_exact=is_exact, share=share)


def merged(one: Bucket, other: Bucket) -> Bucket:
    """What the points of both amount to; they have no point in common."""
    starts, ends = _starts(one) <= _starts(other), _ends(one) >= _ends(other)
    head, tail = one if starts else other, one if ends else other
    return Bucket(
        one.points + other.points,
        one.nans + other.nans,
        one.ups + other.ups,
        one.downs + other.downs,
        head.first_step,
        head.first_time,
        tail.last_step,
        tail.last_time,
        head.first,
        tail.last,
        _least(one.low, other.low),
        -_least(-one.high, -other.high),
        _mean(one, other),
    )


def overlaid(sampled: Buckets, found: Buckets) -> Buckets:
    """What is known while the exact buckets come: those found so far, and the sample elsewhere.

    Where both know a bucket, its range holds both, as neither need have seen everything.
    """
    known = dict(zip(sampled.places, sampled, strict=True))
    for place, bucket in zip(found.places, found, strict=True):
        before = known.get(place)
        known[place] = bucket if before is None else _both(before, bucket)
    return buckets_of(found.run_id, found.key, known, is_exact=found.is_exact, share=found.share)


def _both(one: Bucket, other: Bucket) -> Bucket:
    """Two looks at the same points, of which none need have seen all."""
    more = other if other.points >= one.points else one
    united = merged(one, other)
    return united._replace(
        points=more.points, nans=more.nans, ups=more.ups, downs=more.downs, mean=more.mean
    )


def spliced(whole: Buckets, finer: Buckets, first_step: int, last_step: int) -> Buckets:
    """The whole curve, with finer buckets in place of those that lie between these steps.

    `finer` must hold every point from `first_step` to `last_step`, and these must be bounds of
    buckets of the whole. The places are counted anew.
    """
    rows = [bucket for bucket in whole if bucket.last_step < first_step]
    rows += finer
    rows += [bucket for bucket in whole if bucket.first_step > last_step]
    return buckets_of(
        whole.run_id,
        whole.key,
        dict(enumerate(rows)),
        is_exact=whole.is_exact and finer.is_exact,
        share=min(whole.share, finer.share),
    )


def halved(buckets: Buckets) -> Buckets:
    """Every two neighbours as one bucket, the last one left alone: half as many, as exact."""
    rows = list(buckets)
    body = rows[:-1]
    pairs = [
        merged(body[at], body[at + 1]) if at + 1 < len(body) else body[at]
        for at in range(0, len(body), 2)
    ]
    return buckets_of(
        buckets.run_id,
        buckets.key,
        dict(enumerate([*pairs, *rows[-1:]])),
        is_exact=buckets.is_exact,
        share=buckets.share,
    )


def _starts(bucket: Bucket) -> tuple[int, int, bool, float]:
    return bucket.first_step, bucket.first_time, isnan(bucket.first), bucket.first


def _ends(bucket: Bucket) -> tuple[int, int, bool, float]:
    return bucket.last_step, bucket.last_time, isnan(bucket.last), bucket.last


def _least(one: float, other: float) -> float:
    return other if isnan(one) else one if isnan(other) else min(one, other)


def _mean(one: Bucket, other: Bucket) -> float:
    if not (one.finite and other.finite):
        return one.mean if one.finite else other.mean
    part = other.finite / (one.finite + other.finite)
    mean = one.mean * (1 - part) + other.mean * part
    return min(max(mean, min(one.mean, other.mean)), max(one.mean, other.mean))
