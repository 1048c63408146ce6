"""Buckets keep every extreme, gap and end of their points, however these come."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.buckets import naive_buckets, same_buckets
from worlds.curves import any_value, histories, history, training

from venturi.curves.buckets import (
    MOST_STEP,
    Bucket,
    Buckets,
    Partition,
    closer_at_start,
    halved,
    merged,
    overlaid,
    partition,
    spliced,
)
from venturi.curves.tally import Tally, bucket_of
from venturi.records import History

_steps = st.one_of(st.integers(-5, 60), st.integers(-(2**63), 2**63 - 1))


@st.composite
def _partitions(draw: st.DrawFn) -> Partition:
    first, last = sorted((draw(_steps), draw(_steps)))
    cuts = partition(first, last, draw(st.integers(1, 12)), is_whole=draw(st.booleans()))
    return closer_at_start(cuts, draw(st.integers(1, 12))) if draw(st.booleans()) else cuts


def tallied(one: History, cuts: Partition, chunks: Sequence[int] = ()) -> Buckets:
    tally = Tally(cuts)
    bounds = [0, *sorted(chunk % (len(one) + 1) for chunk in chunks), len(one)]
    for start, stop in pairwise(bounds):
        tally.add(one.steps[start:stop], one.timestamps[start:stop], one.values[start:stop])
    return tally.buckets("run", "loss", is_exact=True, share=1.0)


def _unsigned(bucket: Bucket) -> Bucket:
    """Without the mean, and with one zero among the extremes: which of both zeros is anybody's."""
    return bucket._replace(mean=0.0, low=bucket.low + 0.0, high=bucket.high + 0.0)


@settings(deadline=None, max_examples=150)
@given(histories(), _partitions(), st.lists(st.integers(0, 200), max_size=4))
def test_equal_those_of_a_naive_reference(one: History, cuts: Partition, chunks: list[int]) -> None:
    """The strategy has NaN, infinities, ties, steps back and forth and values of any size."""
    same_buckets(tallied(one, cuts, chunks), naive_buckets(one, cuts))


@settings(deadline=None, max_examples=60)
@given(_partitions())
def test_a_partition_has_each_step_of_its_span_once(cuts: Partition) -> None:
    low, high = cuts.span
    bounds = [cuts.bounds(place) for place in range(len(cuts))]
    assert (bounds[0][0], bounds[-1][1]) == (low, high)
    for (_, end), (start, _) in pairwise(bounds):
        assert end + 1 == start
    for place, (start, end) in enumerate(bounds):
        assert start <= end
        assert cuts.place_of(start) == cuts.place_of(end) == place


@pytest.mark.parametrize(("last", "wanted", "count"), [(0, 5, 1), (1, 5, 2), (10, 5, 6), (3, 9, 4)])
def test_the_last_step_has_a_bucket_of_its_own(last: int, wanted: int, count: int) -> None:
    cuts = partition(0, last, wanted)
    assert len(cuts) == count
    assert cuts.bounds(len(cuts) - 1)[1] == MOST_STEP
    assert last == 0 or cuts.bounds(len(cuts) - 1)[0] == last


def test_the_widest_span_there_is_can_be_cut() -> None:
    cuts = partition(-(2**63), 2**63 - 1, 1000)
    assert len(cuts) <= 1001


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 20_000), st.randoms(use_true_random=False))
def test_one_spike_among_many_points_survives(size: int, rng: random.Random) -> None:
    values = [rng.random() for _ in range(size)]
    at = rng.randrange(size)
    values[at] = 100.0
    one = history(values)
    cuts = partition(0, size - 1, 50)
    made = tallied(one, cuts)
    (top,) = [place for place, high in zip(made.places, made.high, strict=True) if high == 100.0]
    low, high = cuts.bounds(top)
    assert low <= at <= high
    assert made.total == size


@settings(deadline=None, max_examples=60)
@given(st.lists(any_value, min_size=2, max_size=40), st.data())
def test_merging_is_as_if_counted_at_once(values: list[float], data: st.DataObject) -> None:
    one = history(values)
    at = data.draw(st.integers(1, len(values) - 1))
    left, right = (
        bucket_of(one.steps[part], one.timestamps[part], one.values[part])
        for part in (slice(at), slice(at, None))
    )
    whole = bucket_of(one.steps, one.timestamps, one.values)
    for both in (merged(left, right), merged(right, left)):
        size = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
        assert both.mean == pytest.approx(
            whole.mean, rel=1e-9, abs=size * 1e-12 + 1e-300, nan_ok=True
        )
        assert repr(_unsigned(both)) == repr(_unsigned(whole))


def test_halving_keeps_extremes_and_leaves_the_last_alone() -> None:
    one = training(3, 1000)
    made = tallied(one, partition(0, 999, 101))
    half = halved(made)
    assert len(half) == (len(made) - 1 + 1) // 2 + 1
    assert (half.total, min(half.low), max(half.high)) == (1000, min(made.low), max(made.high))
    assert (half.first_step[-1], half.last_step[-1]) == (999, 999)
    assert list(half.first_step) == sorted(half.first_step)
    assert len(halved(tallied(history([1.0]), partition(0, 0, 5)))) == 1
    assert len(halved(tallied(history([]), partition(0, 0, 5)))) == 0


def test_a_finer_window_is_spliced_in() -> None:
    one = training(3, 1000)
    whole = tallied(one, partition(0, 999, 10))
    finer = tallied(one, partition(300, 499, 40, is_whole=False))
    made = spliced(whole, finer, 300, 499)
    assert made.total == 1000
    assert list(made.first_step) == sorted(made.first_step)
    assert len(made) == len(whole) - 2 + len(finer)
    assert made.is_exact


def test_a_sample_stands_in_for_what_is_not_there_yet() -> None:
    one = training(3, 1000)
    cuts = partition(0, 999, 10)
    every_seventh = array("q", range(0, 1000, 7))
    picked = history([one.values[row] for row in every_seventh], every_seventh)
    sampled = tallied(picked, cuts)
    exact = tallied(one, cuts)
    some = Tally(cuts)
    some.put(4, list(exact)[4])
    shown = overlaid(sampled, some.buckets("run", "loss", is_exact=False, share=0.1))
    assert (len(shown), shown.share, shown.is_exact) == (len(sampled), 0.1, False)
    assert (shown.high[4], shown.points[4], shown.mean[4]) == (
        exact.high[4],
        exact.points[4],
        exact.mean[4],
    )
    assert shown.high[3] == sampled.high[3]


def test_points_between_counts_the_buckets_that_reach_in() -> None:
    made = tallied(training(3, 1000), partition(0, 999, 10))
    assert made.points_between(0, 999) == 1000
    assert made.points_between(150, 160) == 100
    assert made.points_between(150, 250) == 200
    assert made.points_between(999, 5000) == 1
    assert made.points_between(5000, 6000) == 0


@pytest.mark.parametrize(
    ("first", "last"), [(0, 5_000_000), (1, 2**62), (-400, 90_000), (7, 3_000), (250, 10**6)]
)
def test_steps_are_cut_closer_where_a_logarithmic_axis_is_wide(first: int, last: int) -> None:
    plain = partition(first, last, 1000)
    cuts = closer_at_start(plain, 500)
    assert set(plain.edges) <= set(cuts.edges)
    assert len(cuts) < 1.6 * len(plain)
    assert all(a < b for a, b in pairwise([first, *cuts.edges]))
    part = math.log(last / max(first, 1)) / 500
    for place in range(len(cuts) - 1):
        low, high = max(cuts.bounds(place)[0], first), cuts.bounds(place)[1]
        one_step = low == high
        assert one_step or low > 0 or high <= 0
        assert one_step or low <= 0 or math.log((high + 1) / low) < 1.5 * part


@pytest.mark.parametrize(("first", "last"), [(0, 900), (4000, 9000), (5, 5), (-9, -2)])
def test_steps_that_need_no_closer_cuts_stay_as_they_were(first: int, last: int) -> None:
    plain = partition(first, last, 1000)
    assert closer_at_start(plain, 500) is plain or closer_at_start(plain, 500).edges == plain.edges
