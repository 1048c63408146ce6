"""Curves made from histories: axes, order, gaps, the nearest point."""

from __future__ import annotations

import math
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds.curves import START, histories, history, series

from venturi.curves.series import Gap, Series, XAxis, logarithm, series_from
from venturi.records import History


def test_step_axis_takes_steps_as_they_are() -> None:
    made = series_from(history([3.0, 1.0, 2.0], steps=[0, 10, 20]))
    assert list(made.xs) == [0.0, 10.0, 20.0]
    assert list(made.ys) == [3.0, 1.0, 2.0]
    assert (made.run_id, made.label) == ("run", "loss")


def test_label_can_be_given_even_empty() -> None:
    assert series_from(history([1.0]), label="").label == ""


def test_time_axis_is_milliseconds_since_the_epoch() -> None:
    made = series_from(history([1.0, 2.0]), XAxis.TIME)
    assert list(made.xs) == [float(START), float(START + 1000)]


def test_relative_axis_is_seconds_since_the_start_of_the_run() -> None:
    made = series_from(history([1.0, 2.0]), XAxis.RELATIVE, start_time=START - 500)
    assert list(made.xs) == [0.5, 1.5]


def test_relative_axis_without_a_start_begins_at_the_earliest_point() -> None:
    jumping = history([1.0, 2.0, 3.0], timestamps=[5000, 1000, 3000])
    made = series_from(jumping, XAxis.RELATIVE)
    assert list(made.xs) == [0.0, 2.0, 4.0]
    assert list(made.ys) == [2.0, 3.0, 1.0]


def test_equal_x_keep_their_order() -> None:
    made = series_from(history([1.0, 2.0, 3.0, 4.0], steps=[5, 1, 5, 1]))
    assert list(made.ys) == [2.0, 4.0, 1.0, 3.0]


@given(histories(), st.sampled_from(XAxis))
def test_any_history_gives_an_ascending_series_with_every_value(one: History, axis: XAxis) -> None:
    made = series_from(one, axis)
    assert list(made.xs) == sorted(made.xs)
    assert sorted(map(repr, made.ys)) == sorted(map(repr, one.values))


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="2 x values, but 1 y values"):
        series([1.0], xs=[1.0, 2.0])


def test_gaps_are_found_and_counted() -> None:
    made = series([1.0, math.nan, math.nan, math.inf, 2.0, -math.inf, math.nan])
    assert list(made.gaps) == [1, 2, 3, 5, 6]
    assert made.infinities == 2
    assert {gap: list(rows) for gap, rows in made.breaks.items()} == {
        Gap.NAN: [1, 6],
        Gap.UP: [3],
        Gap.DOWN: [5],
    }


def test_a_gap_at_the_first_row_begins_there() -> None:
    assert list(series([math.nan, math.nan]).breaks[Gap.NAN]) == [0]


@pytest.mark.parametrize(
    ("values", "row"),
    [([], None), ([math.nan], None), ([1.0], 0), ([1.0, math.nan, 2.0, math.inf, math.nan], 2)],
)
def test_last_finite_row(values: list[float], row: int | None) -> None:
    assert series(values).last_finite == row


def test_runs_of_a_gap_are_parted_by_finite_values() -> None:
    made = series([math.nan, 1.0, math.nan, math.nan, 2.0, math.nan])
    assert list(made.breaks[Gap.NAN]) == [0, 2, 5]


def test_rows_between_holds_both_ends() -> None:
    made = series([0.0] * 5, xs=[1.0, 2.0, 2.0, 3.0, 4.0])
    assert made.rows_between(2.0, 3.0) == (1, 4)
    assert made.rows_between(2.5, 2.6) == (3, 3)
    assert made.rows_between(9.0, 10.0) == (5, 5)


@pytest.mark.parametrize(
    ("x", "row"), [(-9.0, 0), (1.4, 0), (1.5, 0), (1.6, 2), (2.0, 2), (3.4, 2), (3.6, 3), (99.0, 3)]
)
def test_nearest_takes_the_last_of_equal_and_the_earlier_of_two(x: float, row: int) -> None:
    assert series([0.0] * 4, xs=[1.0, 2.0, 2.0, 5.0]).nearest(x) == row


def test_nearest_of_nothing_is_nothing() -> None:
    assert series([]).nearest(1.0) is None


def test_logarithm_makes_gaps_of_what_has_none() -> None:
    made = logarithm(series([100.0, 0.0, -1.0, math.nan, math.inf, 5e-324]))
    assert made.ys[0] == 2.0
    assert [math.isnan(y) for y in made.ys[1:4]] == [True, True, True]
    assert made.ys[4] == math.inf
    assert made.ys[5] == pytest.approx(-323.3, abs=0.1)


def test_what_is_remembered_is_made_once() -> None:
    one = series([1.0, 2.0])
    assert logarithm(one) is logarithm(one)


def test_memory_of_a_series_is_bounded() -> None:
    one = series([1.0])
    made: list[int] = []
    for key in range(200):
        one.remember(key, lambda: made.append(1) or object())
    assert one.remember(199, lambda: pytest.fail("forgotten")) is not None
    one.remember(0, lambda: made.append(1) or object())
    assert len(made) == 201


def test_a_series_can_be_asked_from_several_threads() -> None:
    one = series([float(n) for n in range(1000)])
    seen: list[Series] = []
    threads = [threading.Thread(target=lambda: seen.append(logarithm(one))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({tuple(map(repr, made.ys)) for made in seen}) == 1
