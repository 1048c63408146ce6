"""Axes by logarithm, ranges without outliers, bands of groups, marks of extremes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds.curves import history, training

from venturi.curves.series import series_from
from venturi.records import History
from venturi_tui.present.chart import (
    Band,
    ChartLine,
    ChartOptions,
    Drawing,
    SeriesStyle,
    draw_chart,
)
from venturi_tui.present.chart.ticks import symlog_ticks
from venturi_tui.present.chart.transforms import Kind, Transform, spans_decades, transform_for


def line(one: History, slot: int = 0) -> ChartLine:
    return ChartLine(f"run {slot}", series_from(one), SeriesStyle(slot))


def canvas(drawing: Drawing) -> list[str]:
    area = drawing.area
    assert area is not None
    rows = drawing.lines[area.top : area.top + area.rows]
    return [row[area.left : area.left + area.columns] for row in rows]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1.0, 10.0], Kind.LOG),
        ([0.0, 10.0], Kind.LOG),
        ([-1.0, 10.0], Kind.SYMLOG),
        ([-1.0, -10.0], Kind.SYMLOG),
        ([-math.inf, math.nan, 2.0], Kind.LOG),
        ([], Kind.LOG),
    ],
)
def test_a_log_axis_is_symmetric_as_soon_as_a_value_is_below_0(
    values: list[float], kind: Kind
) -> None:
    series = series_from(history(values))
    assert transform_for([series], log=True).kind is kind
    assert transform_for([series], log=False).kind is Kind.LINEAR


@given(
    st.floats(1e-300, 1e300),
    st.sampled_from([Transform(), Transform(Kind.LOG), Transform(Kind.SYMLOG, 1e-3)]),
)
def test_places_lead_back_to_values(value: float, axis: Transform) -> None:
    assert axis.value(axis.place(value)) == pytest.approx(value, rel=1e-9)


@given(st.floats(-9, 9), st.floats(0.01, 9), st.integers(1, 8), st.integers(-9, 9))
def test_symlog_ticks_are_few_inside_and_ascend(
    low: float, size: float, most: int, power: int
) -> None:
    ticks = symlog_ticks(low, low + size, most, 10.0**power)
    assert len(ticks.values) <= most + 1
    assert list(ticks.values) == sorted(set(ticks.values))
    assert all(low - 1e-6 <= value <= low + size + 1e-6 for value in ticks.values)
    assert len(set(ticks.labels)) == len(ticks.labels)


def test_symlog_ticks_name_both_signs() -> None:
    ticks = symlog_ticks(-3.2, 3.2, 7, 0.1)
    assert ticks.labels == ("-10", "-1", "-0.1", "0", "0.1", "1", "10")


def test_log_x_leads_from_a_column_to_x_and_back() -> None:
    values = [5 / math.sqrt(max(row, 1)) for row in range(100_000)]
    options = ChartOptions(x_log=True, cursor=1000.0)
    drawing = draw_chart([line(history(values))], 90, 20, options)
    area = drawing.area
    assert area is not None
    assert area.x == pytest.approx((1.0, 99_999.0))
    column = area.column_of(1000.0)
    assert column is not None
    assert area.x_at(column) == pytest.approx(1000, rel=0.1)
    assert area.column_of(0.0) is None
    assert pytest.approx((column - area.left) / area.columns, abs=0.03) == 3 / 5
    assert drawing.readings[0] is not None
    assert drawing.readings[0].x == 1000.0
    assert "1 at x ≤ 0" in drawing.notes


def test_log_x_with_nothing_above_0_says_so() -> None:
    drawing = draw_chart(
        [line(history([1.0, 2.0], steps=[-5, 0]))], 60, 12, ChartOptions(x_log=True)
    )
    assert "no points yet" in "".join(drawing.lines)
    assert drawing.notes == ("2 at x ≤ 0",)


def spiked() -> History:
    one = training(7, 1000)
    one.values[100], one.values[600], one.values[601] = 1e6, -1e6, -2e6
    return one


@pytest.mark.parametrize("smoothing", [0.0, 0.9])
def test_outliers_are_marked_at_the_edge_and_counted(smoothing: float) -> None:
    options = ChartOptions(robust=True, smoothing=smoothing)
    drawing = draw_chart([line(spiked())], 100, 24, options)
    area = drawing.area
    assert area is not None
    assert -10 < area.y[0] < area.y[1] < 10
    assert drawing.notes == ("1 above ▲", "2 below ▼")
    rows = canvas(drawing)
    up, down = (area.column_of(x) for x in (100.0, 600.0))
    assert up is not None
    assert down is not None
    assert rows[0][up - area.left] == "▲"
    assert rows[-1][down - area.left] == "▼"


def test_a_robust_range_leaves_tame_curves_alone() -> None:
    values = [math.sin(row / 12) for row in range(500)]
    plain = draw_chart([line(history(values))], 80, 20)
    robust = draw_chart([line(history(values))], 80, 20, ChartOptions(robust=True))
    assert robust.area is not None
    assert plain.area is not None
    assert robust.area.y == plain.area.y
    assert robust.notes == ()


def test_a_window_asked_for_is_not_made_robust() -> None:
    options = ChartOptions(robust=True, y_window=(0.0, 1.0))
    drawing = draw_chart([line(spiked())], 100, 24, options)
    assert "▲" not in "".join(drawing.lines)


def test_the_extremes_of_the_focused_line_are_marked_with_their_values() -> None:
    values = [math.sin(row / 12) * 3 for row in range(200)]
    drawing = draw_chart([line(history(values))], 100, 24, ChartOptions(extremes=True))
    text = "\n".join(canvas(drawing))
    assert text.count("▴") == text.count("▾") == 1
    assert "▴2.9998" in text
    assert "-3▾" in text


def test_equal_values_have_no_extremes() -> None:
    drawing = draw_chart([line(history([4.0] * 50))], 80, 20, ChartOptions(extremes=True))
    assert "▴" not in "".join(drawing.lines)


def test_a_band_that_belongs_to_a_line_is_always_tinted_and_in_sight() -> None:
    mean, low, high = (
        series_from(history([base + row / 100 for row in range(100)])) for base in (5.0, 1.0, 9.0)
    )
    one = ChartLine("5 seeds", mean, SeriesStyle(0), (low, high))
    drawing = draw_chart([one], 80, 20, ChartOptions(band=Band.NONE))
    area = drawing.area
    assert area is not None
    assert area.y[0] <= 1
    assert area.y[1] >= 9.99
    tinted = sum(len(span.text) for row in drawing.rows for span in row if span.look.bg)
    assert tinted > area.columns * area.rows / 2


def test_lines_that_end_together_keep_their_marks() -> None:
    lines = [line(history([float(row) for row in range(50)]), slot) for slot in range(3)]
    drawing = draw_chart(lines, 80, 20)
    text = "".join(canvas(drawing))
    assert all(one.style.mark in text for one in lines)


@pytest.mark.parametrize("size", [(24, 6), (60, 15), (40, 9), (3, 1), (10, 3)])
def test_compact_charts_say_title_and_last_value(size: tuple[int, int]) -> None:
    options = ChartOptions(title="val/loss", compact=True)
    drawing = draw_chart([line(history([3.0, 2.0, 0.25]))], *size, options)
    assert len(drawing.lines) == size[1]
    if size[0] >= 24:
        assert drawing.lines[0].startswith("val/loss")
        assert drawing.lines[0].endswith("0.25")
        assert "run 0" not in "".join(drawing.lines)


@pytest.mark.parametrize(
    ("values", "wants"),
    [([1e-4, 1e-2], True), ([1.0, 99.0], False), ([0.0, 1e9], False), ([], False), ([5.0], False)],
)
def test_values_over_two_decades_want_a_log_axis(values: list[float], wants: bool) -> None:
    assert spans_decades(values) is wants
