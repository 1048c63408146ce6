"""Curves cut at the window: nothing outside is drawn, everything inside is where it belongs."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.curves import any_value, finite, series

from venturi_tui.present.chart.scales import Scale, widened
from venturi_tui.present.chart.strokes import clipped, strokes_of

_points = st.lists(st.tuples(st.integers(-50, 50), any_value), max_size=40)


def straight() -> list[tuple[float, float]]:
    return [(0.0, 0.0), (10.0, 10.0)]


def test_a_line_through_the_window_is_cut_at_both_edges() -> None:
    pieces = list(clipped(straight(), Scale(2.0, 4.0, 50), Scale(0.0, 10.0, 50)))
    assert pieces == [[(2.0, 2.0), (4.0, 4.0)]]
    pieces = list(clipped(straight(), Scale(0.0, 10.0, 50), Scale(3.0, 5.0, 50)))
    assert pieces == [[(3.0, 3.0), (5.0, 5.0)]]


def test_a_line_that_leaves_and_comes_back_is_two_pieces() -> None:
    points = [(0.0, 0.0), (2.0, 10.0), (4.0, 0.0)]
    pieces = list(clipped(points, Scale(0.0, 4.0, 50), Scale(0.0, 5.0, 50)))
    assert pieces == [[(0.0, 0.0), (1.0, 5.0)], [(3.0, 5.0), (4.0, 0.0)]]


def test_a_line_beside_the_window_is_nothing() -> None:
    assert list(clipped(straight(), Scale(2.0, 4.0, 50), Scale(20.0, 30.0, 50))) == []
    assert list(clipped([(0.0, 9.0)], Scale(-1.0, 1.0, 9), Scale(0.0, 1.0, 9))) == []


@pytest.mark.parametrize("zoom", [1e-3, 1e-6, 1e-9, 1e-12])
def test_a_deep_zoom_still_shows_the_line_where_it_is(zoom: float) -> None:
    one = series([0.0, 1.0], [0.0, 1.0])
    x_scale = Scale(0.5, 0.5 + zoom, 101)
    y_scale = Scale(0.5, 0.5 + zoom, 101)
    (dots,) = strokes_of(one, x_scale, y_scale)
    assert dots[0] == (0, 100)
    assert dots[-1][0] == pytest.approx(100, abs=1)
    assert dots[-1][1] == pytest.approx(0, abs=1)


def test_a_far_outlier_does_not_bend_the_line() -> None:
    one = series([0.0, 1e300], [0.0, 1e6])
    (dots,) = strokes_of(one, Scale(0.0, 1e6, 101), Scale(0.0, 0.5e300, 101))
    assert dots == [(0, 100), (50, 0)]


def test_gaps_part_a_line() -> None:
    one = series([0.0, 1.0, math.nan, 1.0, math.inf, 0.5])
    strokes = strokes_of(one, Scale(0.0, 5.0, 11), Scale(0.0, 1.0, 11))
    assert strokes == [[(0, 10), (2, 0)], [(6, 0)], [(10, 5)]]


def test_a_gap_in_a_dense_column_parts_a_line() -> None:
    values = [1.0] * 500 + [math.nan] + [1.0] * 500
    strokes = strokes_of(series(values), Scale(0.0, 1000.0, 20), Scale(0.0, 2.0, 9))
    assert len(strokes) == 2


@settings(deadline=None)
@given(
    _points,
    st.tuples(st.floats(-60, 60), st.floats(1e-9, 100)),
    st.tuples(finite, finite),
    st.integers(1, 80),
    st.integers(1, 40),
    st.booleans(),
)
def test_no_dot_lies_outside(
    points: list[tuple[int, float]],
    x_window: tuple[float, float],
    y_window: tuple[float, float],
    columns: int,
    rows: int,
    is_smooth: bool,
) -> None:
    points.sort(key=lambda point: point[0])
    one = series([y for _, y in points], [float(x) for x, _ in points])
    x_scale = Scale(x_window[0], x_window[0] + x_window[1], columns)
    y_scale = Scale(*widened(min(y_window), max(y_window)), rows)
    for dots in strokes_of(one, x_scale, y_scale, is_smooth=is_smooth):
        assert dots
        assert all(0 <= x < columns and 0 <= y < rows for x, y in dots)
        assert [x for x, _ in dots] == sorted(x for x, _ in dots)


@settings(deadline=None)
@given(_points, st.integers(2, 60), st.integers(2, 30))
def test_every_point_in_a_roomy_window_has_its_dot(
    points: list[tuple[int, float]], columns: int, rows: int
) -> None:
    points.sort(key=lambda point: point[0])
    one = series([y for _, y in points], [float(x) for x, _ in points])
    ys = [y for _, y in points if math.isfinite(y)]
    if not ys:
        return
    x_scale = Scale(-50.0, 50.0, 101)
    y_scale = Scale(*widened(min(ys), max(ys)), rows)
    corners = {dot for dots in strokes_of(one, x_scale, y_scale) for dot in dots}
    for x, y in points:
        if math.isfinite(y):
            assert (x + 50, rows - 1 - y_scale.dot(y)) in corners


@given(finite, finite, st.integers(1, 500))
def test_a_scale_puts_its_ends_at_the_ends(a: float, b: float, dots: int) -> None:
    low, high = widened(min(a, b), max(a, b))
    assert low < high
    scale = Scale(low, high, dots)
    assert scale.dot(low) == 0
    assert scale.dot(high) == dots - 1
    assert scale.at(0) == pytest.approx(low)
    assert math.isfinite(scale.factor)


@given(finite, finite)
def test_a_widened_window_holds_its_values(a: float, b: float) -> None:
    low, high = widened(min(a, b), max(a, b), 0.04)
    assert low <= min(a, b) <= max(a, b) <= high
    assert math.isfinite(low)
    assert math.isfinite(high)


def test_equal_values_get_room() -> None:
    assert widened(4.0, 4.0) == (2.0, 6.0)
    assert widened(0.0, 0.0) == (-1.0, 1.0)
    assert widened(1000.0, 1000.0, alone=1.0) == (999.0, 1001.0)
