"""What a chart shows and says, at any size and of any data."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import timezone
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from worlds.curves import START, histories, history, series, training

from venturi.curves.group import Spread, group
from venturi.curves.series import XAxis, series_from
from venturi.records import History
from venturi_tui.present.chart import (
    DARK,
    LIGHT,
    PLAIN,
    Band,
    ChartLine,
    ChartOptions,
    Dots,
    Drawing,
    Engine,
    Look,
    SeriesStyle,
    Span,
    draw_chart,
    drawing_text,
    series_style,
)

UTC = timezone.utc
ACTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of characters that do something instead of showing."""


def line(one: History, slot: int = 0, axis: XAxis = XAxis.STEP, label: str = "run") -> ChartLine:
    return ChartLine(label, series_from(one, axis), SeriesStyle(slot))


def wave(size: int = 200) -> History:
    return history([math.sin(row / 12) for row in range(size)])


def looks(drawing: Drawing) -> set[Look]:
    return {span.look for row in drawing.rows for span in row}


def check(drawing: Drawing, width: int, height: int) -> None:
    """Exactly that size, and nothing in it that a terminal would obey."""
    assert (drawing.width, drawing.height) == (width, height)
    assert len(drawing.rows) == height
    for text in drawing.lines:
        assert cell_len(text) == width
        assert not any(category(char) in ACTING for char in text if char not in "\u200c\u200d")
    assert all(span.text for row in drawing.rows for span in row)


_windows = st.one_of(
    st.none(),
    st.tuples(st.floats(-100, 100), st.floats(-100, 100)),
    st.sampled_from([(0.0, 1e-12), (5.0, 5.0), (-1e308, 1e308), (1e18, 1e18 + 512)]),
)
_labels = st.one_of(
    st.sampled_from(
        ["", "漢字かな交じり文", "\x1b[31mred\x1b[0m\n", "e\u0301" * 9, "👩\u200d👧 a"]
    ),
    st.text(max_size=30),
)


@st.composite
def options(draw: st.DrawFn, axis: XAxis) -> ChartOptions:
    return ChartOptions(
        title=draw(_labels),
        x_axis=axis,
        x_name=draw(st.one_of(st.just(""), _labels)),
        x_log=draw(st.booleans()),
        y_log=draw(st.booleans()),
        robust=draw(st.booleans()),
        extremes=draw(st.booleans()),
        smoothing=draw(st.sampled_from([0.0, 0.0, 0.6, 1.0])),
        x_window=draw(_windows),
        y_window=draw(_windows),
        band=draw(st.sampled_from(Band)),
        focus=draw(st.sampled_from([None, 0, 1, 99])),
        cursor=draw(st.one_of(st.none(), st.floats(-10, 100))),
        legend=draw(st.booleans()),
        compact=draw(st.booleans()),
        grid=draw(st.booleans()),
        dots=draw(st.sampled_from(Dots)),
        theme=draw(st.sampled_from([DARK, LIGHT, PLAIN])),
        notes=draw(st.sampled_from([(), ("~ sampled",)])),
        zone=UTC,
        engine=draw(st.sampled_from(Engine)),
    )


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_any_data_at_any_size_fits_exactly(data: st.DataObject) -> None:
    width = data.draw(st.one_of(st.integers(1, 40), st.integers(1, 120), st.integers(1, 300)))
    height = data.draw(st.one_of(st.integers(1, 12), st.integers(1, 30), st.integers(1, 80)))
    axis = data.draw(st.sampled_from(XAxis))
    found = data.draw(st.lists(st.tuples(histories(), _labels), max_size=4))
    lines = [
        ChartLine(label, series_from(one, axis), SeriesStyle(place))
        for place, (one, label) in enumerate(found)
    ]
    if lines and data.draw(st.booleans()):
        mean = group([line.series for line in lines], data.draw(st.sampled_from(Spread)))
        lines.append(ChartLine("mean", mean.mean, SeriesStyle(9), (mean.low, mean.high)))
    drawing = draw_chart(lines, width, height, data.draw(options(axis)))
    check(drawing, width, height)
    for color in (True, False):
        for depth in (8, 24):
            assert drawing_text(drawing, color, depth=depth).count("\n") == height - 1


@pytest.mark.parametrize(("width", "height"), [(0, 0), (0, 5), (5, 0), (-3, 4)])
def test_no_room_is_an_empty_drawing(width: int, height: int) -> None:
    drawing = draw_chart([line(wave())], width, height)
    assert drawing.rows == ()
    assert drawing.area is None


@pytest.mark.parametrize(("width", "height"), [(10, 3), (40, 12), (80, 24), (200, 50), (300, 80)])
def test_usual_sizes(width: int, height: int) -> None:
    lines = [line(training(n), n, label=f"run {n}") for n in range(5)]
    options = ChartOptions(title="train/loss", smoothing=0.9, focus=2)
    check(draw_chart(lines, width, height, options), width, height)


def test_the_same_question_has_the_same_answer() -> None:
    lines = [line(training(n), n) for n in range(3)]
    options = ChartOptions(smoothing=0.9, band=Band.ALL)
    assert draw_chart(lines, 90, 20, options) == draw_chart(lines, 90, 20, options)


@pytest.mark.parametrize("smoothing", [0.0, 0.9])
def test_a_spike_of_one_point_in_a_million_is_seen(smoothing: float) -> None:
    values = [0.0] * 1_000_000
    values[654_321] = 50.0
    one = line(history(values))
    drawing = draw_chart([one], 120, 30, ChartOptions(smoothing=smoothing))
    area = drawing.area
    assert area is not None
    assert area.y[1] >= 50
    column = area.column_of(654_321.0)
    assert column is not None
    marked = 0
    for row in drawing.rows[area.top : area.top + area.rows - 1]:
        cells = [(char, span.look) for span in row for char in span.text]
        char, look = cells[column]
        marked += look.bg is not None or 0x2800 < ord(char) < 0x2900 or char in "▀▄"
    assert marked >= area.rows - 3


def test_what_was_worked_out_is_remembered() -> None:
    lines = [line(training(1, 300_000))]
    options = ChartOptions(smoothing=0.9)
    began = time.perf_counter()
    draw_chart(lines, 100, 30, options)
    first = time.perf_counter() - began
    again = []
    for _ in range(5):
        began = time.perf_counter()
        draw_chart(lines, 100, 30, options)
        again.append(time.perf_counter() - began)
    assert min(again) < first / 3


def test_notes_say_what_the_picture_does_not() -> None:
    values = [1.0, math.nan, math.inf, -math.inf, 0.0, 0.0, 3.0] + [math.nan] * 2000
    drawing = draw_chart([line(history(values))], 80, 20, ChartOptions(y_log=True, notes=("~ x",)))
    assert drawing.notes == ("~ x", "2,001 NaN", "2 ∞", "2 at 0")
    assert drawing.lines[0].endswith("~ x · 2,001 NaN · 2 ∞ · 2 at 0")


def test_signs_stand_where_a_run_went_astray() -> None:
    values = [1.0, 2.0, math.inf, 2.0, -math.inf, 1.5, 3.0, math.nan, math.nan]
    drawing = draw_chart([line(history(values))], 80, 20, ChartOptions(legend=False))
    area = drawing.area
    assert area is not None
    rows = drawing.lines[area.top : area.top + area.rows]
    expected = {2.0: (0, "↑"), 4.0: (area.rows - 1, "↓"), 7.0: (0, "\N{MULTIPLICATION SIGN}")}
    for x, (row, sign) in expected.items():
        column = area.column_of(x)
        assert column is not None
        assert rows[row][column] == sign
    assert sum(text.count("\N{MULTIPLICATION SIGN}") for text in rows) == 1


def test_signs_do_not_hide_each_other() -> None:
    values = [1.0, 2.0, math.inf, math.nan, *[1.0] * 996]
    drawing = draw_chart([line(history(values))], 40, 12, ChartOptions(legend=False))
    plot = "".join(drawing.lines[1:])
    assert plot.count("↑") == plot.count("\N{MULTIPLICATION SIGN}") == 1


def test_band_tints_the_raw_range_of_the_focused_line_only() -> None:
    lines = [line(training(n), n) for n in range(3)]
    smooth = ChartOptions(smoothing=0.97)
    assert {look.bg for look in looks(draw_chart(lines, 80, 20, smooth))} == {None}
    focused = draw_chart(lines, 80, 20, replace(smooth, focus=1))
    assert len({look.bg for look in looks(focused)}) == 2
    every = draw_chart(lines, 80, 20, replace(smooth, band=Band.ALL))
    assert len({look.bg for look in looks(every)}) > 3
    nothing = draw_chart(lines, 80, 20, replace(smooth, focus=1, band=Band.NONE))
    assert {look.bg for look in looks(nothing)} == {None}


def test_the_window_stays_when_the_focus_moves() -> None:
    lines = [line(training(n, noise=0.1 * n), n) for n in range(1, 4)]
    areas = {
        draw_chart(lines, 80, 20, ChartOptions(smoothing=0.97, focus=focus)).area
        for focus in (None, 0, 1, 2)
    }
    assert len(areas) == 1


def test_the_focused_line_is_bold_and_on_top() -> None:
    same = history([1.0, 2.0, 3.0])
    lines = [line(same, 0), line(same, 1), line(same, 2)]
    drawing = draw_chart(lines, 60, 12, ChartOptions(focus=0, legend=False))
    braille = {
        span.look
        for row in drawing.rows
        for span in row
        if any(0x2800 < ord(char) < 0x2900 for char in span.text)
    }
    assert braille == {Look(fg=DARK.palette[0], bold=True)}


def test_legend_names_every_line_with_its_last_value() -> None:
    lines = [line(history([1.0, 0.25]), 0, label="first"), line(history([]), 1, label="second")]
    text = drawing_text(draw_chart(lines, 80, 20), color=False)
    assert "◆ first 0.25" in text
    assert "● second ·" in text


def test_legend_says_how_many_it_leaves_out_but_never_the_focused_one() -> None:
    lines = [line(wave(), n, label=f"name-{n}") for n in range(40)]
    drawing = draw_chart(lines, 60, 12, ChartOptions(focus=33))
    legend = "\n".join(drawing.lines[-2:])
    shown = legend.count("name-")
    assert f"+{40 - shown} more" in legend
    assert "name-33" in legend


def test_cursor_reads_every_line_where_it_is() -> None:
    lines = [
        line(history([5.0, 6.0, 7.0], steps=[0, 10, 20]), 0),
        line(history([1.0, math.nan, 3.0], steps=[0, 10, 20]), 1),
        line(history([9.0, 9.0], steps=[0, 1]), 2),
    ]
    drawing = draw_chart(lines, 80, 20, ChartOptions(cursor=11.0, smoothing=0.5))
    first, second, third = drawing.readings
    assert first is not None
    assert (first.x, first.value) == (10.0, 6.0)
    assert 5.0 < first.drawn < 6.0
    assert second is not None
    assert math.isnan(second.value)
    assert third is None
    text = drawing_text(drawing, color=False)
    assert " 11 " in text
    assert "run 6" in text
    assert "run NaN" in text
    assert "run ·" in text


def test_without_a_cursor_there_are_no_readings() -> None:
    assert draw_chart([line(wave())], 80, 20).readings == ()


def test_a_cursor_outside_the_window_is_not_drawn() -> None:
    for cursor, drawn in ((25.0, True), (90.0, False)):
        options = ChartOptions(x_window=(0.0, 50.0), cursor=cursor)
        drawing = draw_chart([line(wave())], 80, 20, options)
        assert drawing.area is not None
        assert any("│" in text[drawing.area.left :] for text in drawing.lines) is drawn


def test_time_cursor_says_the_moment() -> None:
    one = line(wave(), axis=XAxis.TIME)
    options = ChartOptions(x_axis=XAxis.TIME, cursor=START + 60_000.0, zone=UTC)
    assert "Nov 01 14:04:22" in drawing_text(draw_chart([one], 80, 20, options), color=False)


@given(st.integers(0, 199))
def test_area_leads_from_a_column_to_x_and_back(x: int) -> None:
    area = draw_chart([line(wave())], 80, 20, ChartOptions(engine=Engine.RASTER)).area
    assert area is not None
    column = area.column_of(float(x))
    assert column is not None
    assert area.left <= column < area.left + area.columns
    assert area.x_at(column) == pytest.approx(x, abs=2 * 199 / area.columns)
    assert area.column_of(area.x_at(column)) == column


def test_area_ends_where_the_window_ends() -> None:
    area = draw_chart([line(wave())], 80, 20).area
    assert area is not None
    assert area.x == (0.0, 199.0)
    assert area.column_of(199.5) is None
    assert area.column_of(-0.5) is None
    assert area.x_at(-5) == 0.0
    assert area.x_at(500) == 199.0


def test_hostile_text_is_shown_not_obeyed() -> None:
    nasty = "\x1b]0;owned\x07\x1b[2J\r\n\u202e"
    lines = [line(wave(), label=nasty)]
    drawing = draw_chart(lines, 120, 20, ChartOptions(title=nasty, notes=(nasty,)))
    text = drawing_text(drawing, color=True)
    assert not {"\x07", "\r", "\u202e"} & set(text)
    assert all(part.startswith("[") for part in text.split("\x1b")[1:])
    assert "\x1b[2J" not in text
    assert "␛]0;owned␇" in text


def test_plain_drawings_have_no_color_and_tell_lines_by_marks() -> None:
    lines = [line(training(n, end=n / 3), n) for n in range(3)]
    drawing = draw_chart(lines, 90, 20, ChartOptions(theme=PLAIN, smoothing=0.97))
    assert {(look.fg, look.bg) for look in looks(drawing)} == {(None, None)}
    area = drawing.area
    assert area is not None
    plot = "".join(drawing.lines[area.top : area.top + area.rows])
    assert all(plot.count(mark) >= 4 for mark in "◆●▲")


def test_ascii_dots_draw_ascii_only() -> None:
    lines = [line(history([1.0, math.nan, math.inf, 2.0, 0.5]), n) for n in range(2)]
    options = ChartOptions(dots=Dots.ASCII, smoothing=0.5, focus=0, theme=PLAIN, legend=False)
    text = drawing_text(draw_chart(lines, 60, 12, replace(options, cursor=2.0)), color=False)
    plot = "\n".join(text.split("\n")[1:])
    assert plot.isascii(), plot


def test_text_without_color_is_bare() -> None:
    drawing = draw_chart([line(wave())], 60, 12)
    text = drawing_text(drawing, color=False)
    assert "\x1b" not in text
    assert text.split("\n") == [row.rstrip() for row in drawing.lines]


def test_text_with_color_says_each_look() -> None:
    first = Span("a", Look("#ff0000", "#0000ff", bold=True))
    drawing = Drawing(3, 1, ((first, Span("b", Look(dim=True)), Span("c", Look())),))
    full = drawing_text(drawing, color=True)
    assert full == "\x1b[1;38;2;255;0;0;48;2;0;0;255ma\x1b[0m\x1b[2mb\x1b[0mc"
    few = drawing_text(drawing, color=True, depth=8)
    assert few == "\x1b[1;38;5;196;48;5;21ma\x1b[0m\x1b[2mb\x1b[0mc"


@pytest.mark.parametrize(
    ("color", "number"), [("#000000", 16), ("#ffffff", 231), ("#808080", 244), ("#121212", 233)]
)
def test_colors_fall_to_the_nearest_of_256(color: str, number: int) -> None:
    drawing = Drawing(1, 1, ((Span("x", Look(fg=color)),),))
    assert drawing_text(drawing, color=True, depth=8) == f"\x1b[38;5;{number}mx\x1b[0m"


def test_empty_chart_says_so() -> None:
    for lines in ([], [line(history([]))]):
        drawing = draw_chart(lines, 60, 12)
        assert any("no points yet" in text for text in drawing.lines)
        assert drawing.area is None


def test_all_nan_keeps_its_place_on_the_x_axis() -> None:
    drawing = draw_chart([line(history([math.nan] * 50))], 60, 12)
    assert drawing.notes == ("50 NaN",)
    assert drawing.area is not None
    assert drawing.area.x == (0.0, 49.0)


def test_lines_of_a_shared_series_are_allowed() -> None:
    one = series([1.0, 2.0, 3.0])
    lines = [ChartLine("a", one, SeriesStyle(0)), ChartLine("b", one, series_style("b"))]
    check(draw_chart(lines, 60, 12), 60, 12)
