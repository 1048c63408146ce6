"""Ranges that outliers cannot stretch, and logarithms for both signs with their inverse."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds.curves import any_values, finite, series, training

from venturi.curves.scaling import (
    robust_range,
    symlog,
    symlog_inverse,
    symlog_of,
    symlog_threshold,
)

_thresholds = st.sampled_from([1e-300, 1e-9, 0.1, 1.0, 100.0, 1e200])


@given(finite, _thresholds)
def test_the_inverse_gives_back_what_was_put_in(y: float, threshold: float) -> None:
    back = symlog_inverse(symlog(y, threshold), threshold)
    if abs(y) < 1e308:
        assert back == pytest.approx(y, rel=1e-9, abs=threshold * 1e-12)
    else:
        assert math.copysign(1, back) == math.copysign(1, y)
        assert abs(back) > 9e307


@given(finite, finite, _thresholds)
def test_symlog_ascends_and_is_odd(one: float, other: float, threshold: float) -> None:
    low, high = sorted((one, other))
    assert symlog(low, threshold) <= symlog(high, threshold) + 1e-12
    assert symlog(-one, threshold) == -symlog(one, threshold)


@pytest.mark.parametrize(
    ("y", "expected"),
    [(0.0, 0.0), (0.05, 0.5), (0.1, 1.0), (1.0, 2.0), (-100.0, -4.0), (math.inf, math.inf)],
)
def test_each_decade_beyond_the_threshold_is_one_more(y: float, expected: float) -> None:
    assert symlog(y, 0.1) == pytest.approx(expected)


def test_what_is_not_finite_passes_through() -> None:
    assert math.isnan(symlog(math.nan, 1.0))
    assert math.isnan(symlog_inverse(math.nan, 1.0))
    assert symlog_inverse(-math.inf, 1.0) == -math.inf
    assert symlog_inverse(400.0, 1.0) == math.inf
    assert symlog_inverse(-400.0, 1.0) == -math.inf


def test_a_series_on_the_scale_keeps_its_gaps_and_is_remembered() -> None:
    one = series([-10.0, 0.0, math.nan, 10.0, -math.inf])
    made = symlog_of(one, 1.0)
    assert repr(list(made.ys)) == repr([-2.0, 0.0, math.nan, 2.0, -math.inf])
    assert symlog_of(one, 1.0) is made


@pytest.mark.parametrize(
    ("values", "threshold"),
    [
        ([], 1.0),
        ([0.0, math.nan, math.inf], 1.0),
        ([5.0, -70.0], 1.0),
        ([0.002, -3.0], 0.001),
        ([1e-30, -1e9], 1e3),
        ([5e-324], 1e-307),
    ],
)
def test_the_threshold_is_a_decade_not_far_below_the_largest(
    values: list[float], threshold: float
) -> None:
    assert symlog_threshold([values]) == pytest.approx(threshold)


@given(any_values)
def test_a_threshold_can_always_be_used(values: list[float]) -> None:
    threshold = symlog_threshold([values, values])
    assert threshold > 0
    assert all(math.isfinite(symlog(y, threshold)) for y in values if math.isfinite(y))


def test_outliers_do_not_stretch_the_range() -> None:
    rng = random.Random(1)
    values = [rng.gauss(0, 1) for _ in range(1000)]
    values[500] = 1e9
    values[501] = -math.inf
    found = robust_range([values])
    assert found is not None
    assert -10 < found[0] < -2
    assert 2 < found[1] < 10


def test_a_curve_without_outliers_is_shown_whole() -> None:
    values = training(1, 2000, noise=0.05).values
    assert robust_range([values], reach=1.0) == (min(values), max(values))


def test_each_curve_has_a_part_in_the_range() -> None:
    low, high = [float(n) for n in range(100)], [float(n) for n in range(1000, 1100)]
    assert robust_range([low, high]) == (0.0, 1099.0)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], None),
        ([math.nan, math.inf], None),
        ([3.0], (3.0, 3.0)),
        ([1.0, 1000.0], (1.0, 1000.0)),
        ([0.0] * 500 + [1.0], (0.0, 1.0)),
    ],
)
def test_what_has_no_outliers_to_tell(
    values: list[float], expected: tuple[float, float] | None
) -> None:
    assert robust_range([values]) == expected


@given(any_values)
def test_the_range_lies_within_the_values(values: list[float]) -> None:
    real = [value for value in values if math.isfinite(value)]
    found = robust_range([values])
    assert (found is None) == (not real)
    if found:
        assert min(real) <= found[0] <= found[1] <= max(real)


def test_a_long_column_takes_no_longer_than_its_sample() -> None:
    values = [float(n % 997) for n in range(200_000)]
    values[77_777] = 1e12
    assert robust_range([values]) == (0.0, pytest.approx(1450, abs=30))
