"""Sampling: the shape stays, whatever the history."""

from __future__ import annotations

import math
import random
from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.curves import any_value, numbered, series, training

from venturi.curves.sample import LEAST_POINTS, sample, thin
from venturi.curves.series import gap_of
from venturi.records import History

_long = st.lists(any_value, min_size=40, max_size=400)
_points = st.integers(-5, 60)


def kept(values: list[float], points: int) -> list[int]:
    """Numbers of the rows that a sample keeps."""
    return list(sample(numbered(values), points).timestamps)


def gap_runs(values: list[float]) -> list[tuple[int, int]]:
    """First and last row of each run of one kind of gap, the plain way."""
    runs: list[tuple[int, int]] = []
    for gap, rows in groupby(range(len(values)), key=lambda row: gap_of(values[row])):
        found = list(rows)
        if gap:
            runs.append((found[0], found[-1]))
    return runs


def test_a_short_history_is_given_back_itself() -> None:
    one = training(1, 100)
    assert sample(one, 100) is one
    assert sample(one, 1000) is one


def test_rows_stay_whole() -> None:
    one = training(1, 500)
    rows = {(m.step, m.timestamp, m.value) for m in one}
    assert {(m.step, m.timestamp, m.value) for m in sample(one, 50)} <= rows
    assert (sample(one, 50).run_id, sample(one, 50).key) == (one.run_id, one.key)


@settings(deadline=None, max_examples=50)
@given(_long, _points)
def test_never_more_rows_than_asked_for_and_in_order(values: list[float], points: int) -> None:
    rows = kept(values, points)
    assert len(rows) <= max(points, LEAST_POINTS)
    assert all(before < after for before, after in pairwise(rows))


@settings(deadline=None, max_examples=50)
@given(_long, _points)
def test_first_last_and_extremes_stay(values: list[float], points: int) -> None:
    rows = kept(values, points)
    assert rows[0] == 0
    assert rows[-1] == len(values) - 1
    finite = [value for value in values if math.isfinite(value)]
    if finite:
        assert {min(finite), max(finite)} <= {values[row] for row in rows}


@settings(deadline=None, max_examples=50)
@given(_long, _points)
def test_gaps_stay(values: list[float], points: int) -> None:
    rows = kept(values, points)
    wanted = max(points, LEAST_POINTS)
    runs = gap_runs(values)
    if len(values) <= wanted:
        return
    if len(runs) <= wanted // 8:
        assert {row for run in runs for row in run} <= set(rows)
        return
    bucket = len(values) // ((wanted - 2) // 5) + 1
    for row, value in enumerate(values):
        gap = gap_of(value)
        if gap:
            assert any(gap_of(values[at]) is gap and abs(at - row) <= bucket for at in rows)


@settings(deadline=None, max_examples=50)
@given(st.integers(50, 3000), st.integers(10, 50), st.randoms(use_true_random=False))
def test_a_spike_survives_wherever_it_is(size: int, points: int, rng: random.Random) -> None:
    values = [rng.random() for _ in range(size)]
    at = rng.randrange(size)
    values[at] = 100.0
    assert at in kept(values, points)


def test_each_bucket_keeps_its_own_extremes() -> None:
    values = [float(row % 100) + row // 100 for row in range(1000)]
    rows = kept(values, 22)  # ten buckets of a hundred
    for bucket in range(10):
        assert {100 * bucket, 100 * bucket + 99} <= set(rows)


def test_a_single_nan_among_many_values_stays() -> None:
    values = [math.sin(row / 100) for row in range(100_000)]
    values[54_321] = math.nan
    assert 54_321 in kept(values, 400)


def test_a_sample_of_a_million_rows_has_as_many_rows_as_asked_for() -> None:
    one = training(1, 1_000_000)
    assert 380 <= len(sample(one, 400)) <= 400


def test_a_flickering_metric_stays_within_bounds() -> None:
    values = [math.nan if row % 2 else float(row) for row in range(10_000)]
    rows = kept(values, 100)
    assert len(rows) <= 100
    assert sum(math.isnan(values[row]) for row in rows) >= 15


@settings(deadline=None, max_examples=50)
@given(_long, st.integers(1, 40), st.booleans())
def test_thin_keeps_finite_rows_in_order(values: list[float], columns: int, extremes: bool) -> None:
    one = series(values)
    rows = list(thin(one, 0.0, len(values) - 1.0, columns, extremes=extremes))
    assert rows == sorted(set(rows))
    assert all(math.isfinite(values[row]) for row in rows)
    assert len(rows) <= 2 * columns + 4


@settings(deadline=None, max_examples=50)
@given(_long, st.integers(2, 40))
def test_thin_keeps_the_extremes_of_each_column(values: list[float], columns: int) -> None:
    one = series(values)
    last = len(values) - 1.0
    rows = set(thin(one, 0.0, last, columns))
    width = last / (columns - 1)
    by_column: dict[int, list[float]] = {}
    for row, value in enumerate(values):
        if math.isfinite(value):
            by_column.setdefault(math.floor(row / width + 0.5), []).append(value)
    shown: dict[int, set[float]] = {}
    for row in rows:
        shown.setdefault(math.floor(row / width + 0.5), set()).add(values[row])
    for column, found in by_column.items():
        assert {min(found), max(found)} <= shown[column]


def test_thin_of_a_window_keeps_a_neighbour_at_each_side() -> None:
    one = series([float(n) for n in range(1000)])
    assert list(thin(one, 500.2, 502.8, 10)) == [500, 501, 502, 503]
    assert list(thin(one, 500.2, 500.4, 10)) == [500, 501]


def test_thin_of_what_is_smooth_keeps_one_row_a_column() -> None:
    one = series([float(n) for n in range(1000)])
    rows = list(thin(one, 0.0, 999.0, 10, extremes=False))
    assert len(rows) <= 12
    assert rows[0] == 0
    assert rows[-1] == 999


def test_thin_remembers() -> None:
    one = series([float(n) for n in range(1000)])
    assert thin(one, 0.0, 999.0, 10) is thin(one, 0.0, 999.0, 10)


@pytest.mark.parametrize("points", [-1, 0, 1, 2, 7])
def test_too_few_points_mean_the_least(points: int) -> None:
    one: History = training(1, 100)
    assert 2 <= len(sample(one, points)) <= LEAST_POINTS
