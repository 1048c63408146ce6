"""Envelopes: what a curve does within each column, gaps and straight lines included."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.curves import any_value, series, tame

from venturi.curves.envelope import envelope
from venturi.curves.series import Series


def naive(one: Series, left: float, right: float) -> tuple[float, float, list[float]]:
    """Lowest, highest and points of a curve from `left` to before `right`, the plain way."""
    points = [y for x, y in zip(one.xs, one.ys, strict=True) if left <= x < right]
    points = [y for y in points if math.isfinite(y)]
    seen = list(points)
    corners = list(zip(one.xs, one.ys, strict=True))
    for (x0, y0), (x1, y1) in pairwise(corners):
        for edge in (left, right):
            crosses = x0 < edge <= x1 and math.isfinite(y0) and math.isfinite(y1)
            if crosses:
                part = (edge - x0) / (x1 - x0)
                seen.append(y0 * (1 - part) + y1 * part)
    return min(seen, default=math.nan), max(seen, default=math.nan), points


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(-10, 60), st.one_of(tame, tame, any_value)), max_size=60),
    st.integers(2, 20),
)
def test_equals_the_naive_envelope(points: list[tuple[int, float]], columns: int) -> None:
    points.sort(key=lambda point: point[0])
    one = series([y for _, y in points], [float(x) for x, _ in points])
    made = envelope(one, 0.0, 2.0 * (columns - 1), columns)  # edges at odd numbers: exact
    for column in range(columns):
        low, high, inside = naive(one, 2.0 * column - 1, 2.0 * column + 1)
        if column == columns - 1:  # the last one holds its right edge, too
            edge = [y for x, y in points if x == 2 * column + 1 and math.isfinite(y)]
            seen = [y for y in (low, high, *edge) if not math.isnan(y)]
            inside += edge
            low, high = min(seen, default=math.nan), max(seen, default=math.nan)
        assert made.lows[column] == pytest.approx(low, nan_ok=True)
        assert made.highs[column] == pytest.approx(high, nan_ok=True)
        assert made.counts[column] == len(inside)


def test_one_column_spans_the_window() -> None:
    one = series([0.0, 5.0, -3.0, 100.0])
    made = envelope(one, 0.5, 2.0, 1)
    assert (made.lows[0], made.highs[0], made.counts[0]) == (-3.0, 5.0, 2)


def test_a_window_between_two_points_has_the_line_but_no_points() -> None:
    made = envelope(series([0.0, 10.0]), 0.25, 0.5, 1)
    assert (made.lows[0], made.highs[0], made.counts[0]) == (2.5, 5.0, 0)
    assert math.isnan(made.means[0])


def test_no_line_across_a_gap() -> None:
    one = series([1.0, math.nan, 1.0], [0.0, 50.0, 100.0])
    made = envelope(one, 0.0, 100.0, 11)
    assert [math.isnan(low) for low in made.lows] == [False, *[True] * 9, False]


def test_means_are_of_points_alone_and_do_not_overflow() -> None:
    made = envelope(series([1.7e308, 1.7e308, 1.0, 3.0], [0.0, 0.0, 1.0, 1.0]), 0.0, 1.0, 2)
    assert made.means[0] == pytest.approx(1.7e308)
    assert made.means[1] == 2.0


def test_a_spike_of_one_point_in_a_million_is_there() -> None:
    values = [0.0] * 1_000_000
    values[777_777] = 9.0
    made = envelope(series(values), 0.0, 999_999.0, 190)
    assert max(made.highs) == 9.0
    assert sum(high == 9.0 for high in made.highs) == 1


def test_an_empty_series_has_an_empty_envelope() -> None:
    made = envelope(series([]), 0.0, 1.0, 3)
    assert len(made) == 3
    assert list(made.counts) == [0, 0, 0]
    assert all(map(math.isnan, made.lows))
