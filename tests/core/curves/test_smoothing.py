"""Smoothing equals its formula, leaves gaps alone and never overflows."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.curves import any_value, series, tame

from venturi.curves.series import Series
from venturi.curves.smooth import smooth, usual_distance

_weights = st.floats(0.0, 1.0)


def naive(one: Series, weight: float, unit: float) -> list[float]:
    """Each value the mean of all finite ones so far, weighted by distance: in quadratic time."""
    made: list[float] = []
    for row, y in enumerate(one.ys):
        if not math.isfinite(y):
            made.append(y)
            continue
        rows = [at for at in range(row + 1) if math.isfinite(one.ys[at])]
        weights = [weight ** ((one.xs[row] - one.xs[at]) / unit) for at in rows]
        total = math.fsum(w * one.ys[at] for w, at in zip(weights, rows, strict=True))
        made.append(total / math.fsum(weights))
    return made


def slider(values: list[float], weight: float) -> list[float]:
    """The moving average behind TensorBoard's slider, as its users know it."""
    made: list[float] = []
    mean = 0.0
    for count, value in enumerate(values, 1):
        mean = mean * weight + (1 - weight) * value
        made.append(mean / (1 - weight**count))
    return made


@st.composite
def _series(draw: st.DrawFn) -> Series:
    ys = draw(
        st.lists(st.one_of(tame, tame, tame, st.sampled_from([math.nan, math.inf])), max_size=40)
    )
    xs = draw(st.lists(st.integers(0, 200), min_size=len(ys), max_size=len(ys)))
    return series(ys, [float(x) for x in sorted(xs)])


@settings(deadline=None, max_examples=50)
@given(_series(), st.floats(0.01, 1.0), st.floats(0.5, 50.0))
def test_equals_the_naive_formula(one: Series, weight: float, unit: float) -> None:
    got = list(smooth(one, weight, unit=unit).ys)
    size = max((abs(y) for y in one.ys if math.isfinite(y)), default=0.0)
    for ours, theirs in zip(got, naive(one, weight, unit), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9 * size + 1e-12, nan_ok=True)


@settings(deadline=None, max_examples=50)
@given(st.lists(tame, min_size=1, max_size=60), st.floats(0.01, 0.999))
def test_equals_tensorboards_slider_on_even_steps(values: list[float], weight: float) -> None:
    got = smooth(series(values, [10.0 * n for n in range(len(values))]), weight).ys
    assert list(got) == pytest.approx(slider(values, weight), rel=1e-7, abs=1e-6)


@settings(deadline=None, max_examples=50)
@given(st.lists(any_value, max_size=60), _weights)
def test_gaps_pass_through_and_nothing_else_is_lost(values: list[float], weight: float) -> None:
    one = series(values)
    got = smooth(one, weight)
    assert got.xs is one.xs
    for before, after in zip(values, got.ys, strict=True):
        assert math.isfinite(before) == math.isfinite(after)
        if not math.isfinite(before):
            assert repr(before) == repr(after)


@settings(deadline=None, max_examples=50)
@given(st.lists(any_value, max_size=60), _weights)
def test_stays_between_the_lowest_and_highest_so_far(values: list[float], weight: float) -> None:
    low, high = math.inf, -math.inf
    for before, after in zip(values, smooth(series(values), weight).ys, strict=True):
        if math.isfinite(before):
            low, high = min(low, before), max(high, before)
            slack = 1e-9 * max(abs(low), abs(high)) + 1e-300
            assert low - slack <= after <= high + slack


def test_weight_0_gives_the_series_itself() -> None:
    one = series([1.0, 5.0])
    assert smooth(one, 0.0) is one
    assert smooth(one, -3.0) is one


def test_weight_1_gives_the_running_mean() -> None:
    assert list(smooth(series([1.0, 3.0, 8.0]), 1.0).ys) == [1.0, 2.0, 4.0]
    assert list(smooth(series([1.0, 3.0, 8.0]), 7.0).ys) == [1.0, 2.0, 4.0]


def test_a_constant_stays_exactly_constant() -> None:
    assert set(smooth(series([0.1] * 1000), 0.9).ys) == {0.1}


def test_a_nan_does_not_poison_what_follows() -> None:
    got = smooth(series([1.0, math.nan, math.inf, 1.0, 1.0]), 0.9).ys
    assert [got[0], got[3], got[4]] == [1.0, 1.0, 1.0]


def test_the_largest_doubles_do_not_overflow() -> None:
    got = smooth(series([1.7e308, -1.7e308] * 20 + [math.nan]), 0.5).ys
    assert all(map(math.isfinite, got[:-1]))


def test_repeated_steps_count_alike() -> None:
    got = smooth(series([0.0, 10.0, 20.0], [5.0, 5.0, 5.0]), 0.9).ys
    assert list(got) == [0.0, 5.0, 10.0]


def test_a_far_neighbour_counts_less_than_a_near_one() -> None:
    near = smooth(series([0.0, 1.0], [0.0, 1.0]), 0.9, unit=1.0).ys[1]
    far = smooth(series([0.0, 1.0], [0.0, 50.0]), 0.9, unit=1.0).ys[1]
    assert near < far <= 1.0
    assert far > 0.99


def test_usual_distance_is_the_median_of_real_distances() -> None:
    assert usual_distance([0.0, 1.0, 2.0, 3.0, 1000.0]) == 1.0
    assert usual_distance([0.0, 0.0, 7.0]) == 7.0
    assert usual_distance([3.0, 3.0]) == 1.0
    assert usual_distance([]) == 1.0
    assert usual_distance([2.0 * n for n in range(100_000)]) == 2.0


def test_smoothing_is_remembered() -> None:
    one = series([1.0, 2.0])
    assert smooth(one, 0.5) is smooth(one, 0.5)
    assert smooth(one, 0.5) is not smooth(one, 0.6)
