"""Buckets drawn: no extreme, gap or end is lost, means and smoothing are those of all points."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.curves import START, any_values, histories, history, series, tame, training

from venturi.curves.buckets import Buckets, Partition, partition
from venturi.curves.envelope import envelope
from venturi.curves.group import group
from venturi.curves.outline import outline
from venturi.curves.series import Gap, XAxis, series_from
from venturi.curves.smooth import smooth
from venturi.curves.tally import Tally
from venturi.records import History
from venturi_tui.present.chart import ChartLine, draw_chart, series_style


def bucketed(one: History, count: int) -> Buckets:
    return tallied(one, partition(min(one.steps, default=0), max(one.steps, default=0), count))


def tallied(one: History, cuts: Partition) -> Buckets:
    tally = Tally(cuts)
    tally.add(one.steps, one.timestamps, one.values)
    return tally.buckets("run", "loss", is_exact=True, share=1.0)


def finite(values: Sequence[float]) -> list[float]:
    return [value for value in values if math.isfinite(value)]


@settings(deadline=None, max_examples=100)
@given(histories(), st.integers(1, 12), st.sampled_from(XAxis))
def test_keeps_extremes_gaps_and_ends_of_any_curve(one: History, count: int, axis: XAxis) -> None:
    made = outline(bucketed(one, count), axis, START)
    assert list(made.xs) == sorted(made.xs)
    real, drawn = finite(one.values), finite(made.ys)
    assert bool(real) == bool(drawn)
    if real:
        assert (min(drawn), max(drawn)) == (min(real), max(real))
    raw = series_from(one)
    assert {gap for gap in Gap if raw.breaks[gap]} == {gap for gap in Gap if made.breaks[gap]}
    assert (made.gap_points, made.infinities) == (raw.gap_points, raw.infinities)
    if axis is XAxis.STEP and len(raw):
        points = sorted(one, key=lambda m: (m.step, m.timestamp, math.isnan(m.value), m.value))
        ends = [(float(points[at].step), points[at].value) for at in (0, -1)]
        assert repr(ends) == repr([(made.xs[at], made.ys[at]) for at in (0, -1)])


@settings(deadline=None, max_examples=60)
@given(any_values.filter(len))
def test_a_bucket_for_each_point_is_the_curve_itself(values: list[float]) -> None:
    one = history(values)
    made, raw = outline(bucketed(one, len(values))), series_from(one)
    assert repr((made.xs, made.ys)) == repr((raw.xs, raw.ys))


@settings(deadline=None, max_examples=60)
@given(st.lists(tame, min_size=100, max_size=400))
def test_covers_what_the_line_through_all_points_covers(values: list[float]) -> None:
    """With columns as wide as buckets, bounds of columns between those of buckets."""
    one = history([value for value in values for _ in (0, 1)])
    width = 20
    made = outline(tallied(one, Partition(0, len(one), array("q", range(width, len(one), width)))))
    columns = (len(one) - 1) // width
    low, high = width / 2 - 0.5, (columns - 0.5) * width - 0.5
    ours, theirs = (envelope(each, low, high, columns) for each in (made, series_from(one)))
    assert list(ours.lows) == pytest.approx(list(theirs.lows), abs=1e-6)
    assert list(ours.highs) == pytest.approx(list(theirs.highs), abs=1e-6)
    assert list(ours.means) == pytest.approx(list(theirs.means), rel=1e-9, abs=1e-6)
    assert list(ours.counts) == list(theirs.counts)


@settings(deadline=None, max_examples=40)
@given(st.lists(tame, min_size=2, max_size=12), st.floats(0.1, 0.999), st.integers(2, 9))
def test_smoothing_equals_that_of_all_points_where_buckets_are_flat(
    levels: list[float], weight: float, each: int
) -> None:
    values = [level for level in levels for _ in range(each)]
    one = history([*values, 0.5])
    made = outline(bucketed(one, len(levels)))
    ours, theirs = smooth(made, weight), smooth(series_from(one), weight)
    assert ours.xs is made.xs
    size = max(map(abs, values))
    for level in range(len(levels)):
        end = (level + 1) * each - 1
        row = made.nearest(end)
        assert row is not None
        assert made.xs[row] == end
        assert ours.ys[row] == pytest.approx(theirs.ys[end], rel=1e-6, abs=1e-6 + size * 1e-9)


def test_smoothing_is_near_that_of_all_points_on_a_noisy_curve() -> None:
    one = training(5, 20_000)
    ours, theirs = (
        smooth(each, 0.9999) for each in (outline(bucketed(one, 400)), series_from(one))
    )
    for x in range(1000, 20_000, 777):
        row = ours.nearest(x)
        assert row is not None
        at = theirs.nearest(ours.xs[row])
        assert at is not None
        assert ours.ys[row] == pytest.approx(theirs.ys[at], rel=0.02)


def test_gaps_pass_through_smoothing_and_break_no_extreme_from_its_bucket() -> None:
    one = history([1.0, 5.0, math.nan, math.inf, 0.0, 2.0, 3.0])
    made = outline(bucketed(one, 1))
    assert repr(list(made.ys)) == repr([1.0, 0.0, 5.0, math.nan, math.inf, 2.0, 3.0])
    smoothed = smooth(made, 0.5)
    assert [math.isfinite(y) for y in smoothed.ys] == [math.isfinite(y) for y in made.ys]
    assert smoothed.ys[-1] != 3.0


def test_the_largest_doubles_are_smoothed_without_overflow() -> None:
    one = history([1.7e308, -1.7e308] * 50 + [1.7e308])
    assert all(map(math.isfinite, smooth(outline(bucketed(one, 5)), 0.9).ys))


def test_over_time_a_clock_that_was_set_back_still_ascends() -> None:
    times = [START + (1000 * row if row < 50 else 1000 * row - 30_000) for row in range(100)]
    one = history([float(row) for row in range(100)], timestamps=times)
    made = outline(bucketed(one, 10), XAxis.RELATIVE, START)
    assert list(made.xs) == sorted(made.xs)
    assert (made.xs[0], max(finite(made.ys))) == (0.0, 99.0)


def test_nothing_gives_an_empty_curve_over_any_axis() -> None:
    for axis in XAxis:
        made = outline(bucketed(history([]), 3), axis)
        assert (len(made), len(smooth(made, 0.5)), made.nearest(1.0)) == (0, 0, None)


def test_groups_of_long_curves_have_the_mean_of_all_points() -> None:
    curves = [history([float(n % 2) + level for n in range(4000)]) for level in (0.0, 10.0)]
    made = group([outline(bucketed(one, 200)) for one in curves])
    assert set(made.counts) == {2}
    middle = made.mean.ys[5:-5]
    assert list(middle) == pytest.approx([5.5] * len(middle))
    assert (min(made.low.ys), max(made.high.ys)) == (0.0, 11.0)


def test_a_series_without_bunches_counts_its_gaps_itself() -> None:
    one = series([1.0, math.nan, math.inf], array("d", [0.0, 1.0, 2.0]))
    assert (one.gap_points, one.infinities) == (2, 1)


def test_a_chart_says_how_many_of_all_points_are_gaps() -> None:
    values = [math.nan if row % 3 else float(row) for row in range(999)]
    values[500] = math.inf
    line = ChartLine("run", outline(bucketed(history(values), 10)), series_style("run", []))
    assert draw_chart([line], 80, 20).notes == ("665 NaN", "1 ∞")
