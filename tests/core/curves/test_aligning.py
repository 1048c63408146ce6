"""Several curves on common x: unions of steps, values in between, a metric over another."""

from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.curves import any_value, histories, history, series

from venturi.curves.align import align, interpolated, over_metric
from venturi.records import History


def words(values: object) -> str:
    """A repr, in which NaN equals NaN."""
    return repr(values)


@settings(deadline=None, max_examples=60)
@given(st.lists(histories(), max_size=4))
def test_each_history_has_its_last_point_at_each_step(several: list[History]) -> None:
    made = align(several)
    expected = [dict(zip(one.steps, one.values, strict=True)) for one in several]
    steps = sorted(set[int]().union(*expected))
    assert list(made.steps) == steps
    rows = [(step, tuple(column.get(step) for column in expected)) for step in steps]
    assert words(list(made)) == words(rows)


def test_missing_is_nan_in_columns_and_told_from_a_nan_in_rows() -> None:
    made = align([history([1.0, math.nan], steps=[0, 2]), history([5.0], steps=[1])])
    assert words([list(column) for column in made.columns]) == words(
        [[1.0, math.nan, math.nan], [math.nan, 5.0, math.nan]]
    )
    assert [list(rows) for rows in made.rows] == [[0, -1, 1], [-1, 0, -1]]
    assert len(made) == 3


def test_runs_that_log_at_the_same_steps_stay_as_they_are() -> None:
    made = align([history([1.0, 2.0]), history([3.0, 4.0])])
    assert list(made) == [(0, (1.0, 3.0)), (1, (2.0, 4.0))]


def test_no_histories_have_no_steps() -> None:
    assert list(align([])) == []
    assert list(align([history([]), history([])])) == []


def test_the_newest_of_repeated_steps_counts() -> None:
    assert list(align([history([1.0, 2.0, 3.0], steps=[4, 4, 5])])) == [(4, (2.0,)), (5, (3.0,))]


def naive_between(xs: list[float], ys: list[float], x: float) -> float:
    here = [y for at, y in zip(xs, ys, strict=True) if at == x]
    if here:
        return here[-1] if math.isfinite(here[-1]) else math.nan
    before = [row for row, at in enumerate(xs) if at < x]
    if not before or before[-1] + 1 == len(xs):
        return math.nan
    row = before[-1]
    y0, y1 = ys[row], ys[row + 1]
    if not (math.isfinite(y0) and math.isfinite(y1)):
        return math.nan
    part = (x - xs[row]) / (xs[row + 1] - xs[row])
    return y0 * (1 - part) + y1 * part


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 30), any_value), max_size=30), st.data())
def test_values_in_between_lie_on_straight_lines(
    points: list[tuple[int, float]], data: st.DataObject
) -> None:
    points.sort(key=lambda point: point[0])
    xs, ys = [float(x) for x, _ in points], [y for _, y in points]
    wanted = sorted(data.draw(st.lists(st.floats(-2, 33), max_size=20)))
    made = interpolated(series(ys, xs), wanted)
    for x, y in zip(wanted, made, strict=True):
        assert y == pytest.approx(naive_between(xs, ys, x), rel=1e-9, abs=1e-300, nan_ok=True)


def test_the_largest_doubles_have_values_in_between() -> None:
    far = series([0.0, 2.0], [-1.7e308, 1.7e308])
    assert list(interpolated(far, [0.0])) == [1.0]


def test_a_metric_over_another_is_joined_by_step() -> None:
    loss = history([9.0, 8.0, 7.0, 6.0], steps=[0, 1, 2, 5])
    tokens = history([0.0, 100.0, 200.0], steps=[0, 2, 3])
    made = over_metric(loss, tokens)
    assert (list(made.xs), list(made.ys)) == ([0.0, 100.0], [9.0, 7.0])
    assert made.label == "loss"


def test_a_metric_over_one_that_goes_back_and_forth_ascends() -> None:
    made = over_metric(history([1.0, 2.0, 3.0, 4.0]), history([5.0, 1.0, 5.0, 1.0]), "both")
    assert (list(made.xs), list(made.ys)) == ([1.0, 1.0, 5.0, 5.0], [2.0, 4.0, 1.0, 3.0])
    assert made.label == "both"


def test_x_that_is_not_finite_is_left_out_and_y_that_is_not_stays() -> None:
    xs = history([1.0, math.nan, math.inf, 4.0, -math.inf])
    made = over_metric(history([math.nan, 2.0, 3.0, math.inf, 5.0]), xs)
    assert words((list(made.xs), list(made.ys))) == words(([1.0, 4.0], [math.nan, math.inf]))


@settings(deadline=None, max_examples=60)
@given(histories(), histories())
def test_any_two_metrics_give_an_ascending_curve_of_their_common_steps(
    ys: History, xs: History
) -> None:
    made = over_metric(ys, xs)
    assert list(made.xs) == sorted(made.xs)
    at = dict(zip(xs.steps, xs.values, strict=True))
    common = [step for step in ys.steps if math.isfinite(at.get(step, math.nan))]
    assert len(made) == len(common)


def test_metrics_without_a_common_step_give_an_empty_curve() -> None:
    assert over_metric(history([1.0], steps=[1]), history([1.0], steps=[2])).xs == array("d")
