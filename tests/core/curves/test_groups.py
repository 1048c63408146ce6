"""Groups of runs: their mean and band equal a plain reference, gaps poison nothing."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.curves import series, tame, training

from venturi.curves.group import BUCKETS, MOST_ALIGNED, Spread, group
from venturi.curves.series import Series, series_from

_columns = st.integers(1, 5).flatmap(
    lambda count: st.integers(1, 20).flatmap(
        lambda size: st.lists(
            st.lists(
                st.one_of(tame, tame, tame, st.sampled_from([math.nan, math.inf, -math.inf])),
                min_size=size,
                max_size=size,
            ),
            min_size=count,
            max_size=count,
        )
    )
)


@settings(deadline=None, max_examples=80)
@given(_columns, st.sampled_from(Spread))
def test_equals_statistics_of_the_finite_values_at_each_x(
    columns: list[list[float]], spread: Spread
) -> None:
    made = group([series(column) for column in columns], spread)
    for at, values in enumerate(zip(*columns, strict=True)):
        finite = [value for value in values if math.isfinite(value)]
        got = made.mean.ys[at], made.low.ys[at], made.high.ys[at]
        assert made.counts[at] == len(finite)
        if not finite:
            assert all(map(math.isnan, got))
            continue
        mean = statistics.fmean(finite)
        apart = statistics.stdev(finite) if len(finite) > 1 else 0.0
        around = (mean - apart, mean + apart)
        low, high = (min(finite), max(finite)) if spread is Spread.RANGE else around
        assert got == pytest.approx((mean, low, high), rel=1e-9, abs=1e-6)


def test_seeds_that_log_at_different_steps_count_with_the_lines_between() -> None:
    one, other = series([0.0, 4.0], [0.0, 4.0]), series([10.0, 10.0], [1.0, 3.0])
    made = group([one, other], label="seeds")
    assert list(made.mean.xs) == [0.0, 1.0, 3.0, 4.0]
    assert list(made.mean.ys) == [0.0, 5.5, 6.5, 4.0]
    assert list(made.low.ys) == [0.0, 1.0, 3.0, 4.0]
    assert list(made.high.ys) == [0.0, 10.0, 10.0, 4.0]
    assert list(made.counts) == [1, 2, 2, 1]
    assert made.mean.label == "seeds"


def test_the_largest_doubles_do_not_overflow() -> None:
    made = group([series([1.7e308]), series([-1.7e308]), series([1.7e308])], Spread.DEVIATION)
    drawn = [*made.mean.ys, *made.low.ys, *made.high.ys]
    assert all(map(math.isfinite, drawn))
    assert made.low.ys[0] < made.mean.ys[0] < made.high.ys[0]


def test_a_group_of_nothing_is_empty() -> None:
    assert len(group([])) == 0
    assert len(group([series([])])) == 0


def _long(number: int, spike_at: int | None = None) -> Series:
    one = series_from(training(number, MOST_ALIGNED, noise=0.01))
    if spike_at is not None:
        one.ys[spike_at] = 50.0
    return one


def test_long_series_are_taken_in_buckets_and_lose_no_spike() -> None:
    made = group([_long(1), _long(2, spike_at=12_345), _long(3)])
    assert len(made) == BUCKETS
    assert set(made.counts) == {3}
    top = max(range(BUCKETS), key=made.high.ys.__getitem__)
    assert made.high.ys[top] == 50.0
    assert made.mean.xs[top] == pytest.approx(12_345, abs=MOST_ALIGNED / BUCKETS)
    for low, mean, high in zip(made.low.ys, made.mean.ys, made.high.ys, strict=True):
        assert low <= mean <= high


def test_a_short_series_among_long_ones_counts_with_its_line() -> None:
    made = group([_long(1), series([7.0, 7.0], [0.0, MOST_ALIGNED - 1.0]), _long(2)])
    assert set(made.counts) == {3}
    assert set(made.high.ys) == {7.0}


def test_long_series_at_one_x_do_not_fail() -> None:
    one = series([1.0] * MOST_ALIGNED + [3.0], [5.0] * (MOST_ALIGNED + 1))
    made = group([one])
    assert (made.low.ys[0], made.high.ys[0], made.counts[0]) == (1.0, 3.0, 1)


def test_the_band_is_an_envelope_to_draw() -> None:
    made = group([series([0.0, 2.0, 4.0]), series([1.0, 2.0, 9.0])])
    band = made.band(0.0, 2.0, 3)
    assert (band.lows[0], band.highs[-1], band.means[1]) == (0.0, 9.0, 2.0)
