"""Curves as pictures for a terminal: as large as may be, drawn once, of few colours."""

from __future__ import annotations

from dataclasses import replace

import pytest
from worlds.curves import history, training

from venturi.curves.series import series_from
from venturi_tui.brush import Brush, Painted
from venturi_tui.pictures import BLANK
from venturi_tui.present.chart import DARK, ChartLine, ChartOptions, SeriesStyle
from venturi_tui.present.chart.bitmap import Bitmap
from venturi_tui.present.chart.drawing import channels
from venturi_tui.present.chart.graphics import Protocol
from venturi_tui.present.chart.indexed import Indexed, flattened

LINES = [ChartLine("run", series_from(training(seed)), SeriesStyle(seed)) for seed in (1, 2)]
OPTIONS = ChartOptions()
GROUND = channels(DARK.ground)


def paint(brush: Brush, options: ChartOptions = OPTIONS, before: Painted | None = None) -> Painted:
    return brush.paint(LINES, 60, 14, options, before)


@pytest.mark.parametrize("way", Protocol)
def test_the_picture_lies_on_the_blanks_of_the_canvas(way: Protocol) -> None:
    painted = paint(Brush(way, (8, 17)))
    area = painted.drawing.area
    assert (painted.picture.columns, painted.picture.rows) == (area.columns, area.rows)
    assert painted.picture.indexed.width == 8 * area.columns
    inside = painted.drawing.lines[area.top : area.top + area.rows]
    assert all(line[area.left :] == BLANK * area.columns for line in inside)
    assert "".join(painted.drawing.lines).count(BLANK) == area.columns * area.rows


def test_only_a_cursor_leaves_the_picture_as_it_is() -> None:
    brush = Brush(Protocol.SIXEL, (8, 17))
    first = paint(brush)
    assert first.cursor is None
    area = first.drawing.area
    with_cursor = paint(brush, replace(OPTIONS, cursor=area.x_at(area.left + 9)), first)
    assert with_cursor.picture is first.picture
    assert with_cursor.cursor == 9
    assert with_cursor.drawing.readings
    assert paint(brush, replace(OPTIONS, y_log=True), with_cursor).picture is not first.picture
    assert paint(Brush(Protocol.SIXEL, (9, 17)), OPTIONS, first).picture is not first.picture


def test_no_picture_is_larger_than_it_may_be() -> None:
    whole = paint(Brush(Protocol.KITTY, (20, 40))).picture
    small = paint(Brush(Protocol.KITTY, (20, 40), most=60_000)).picture
    assert small.indexed.width * small.indexed.height <= 66_000
    assert (small.columns, small.rows) == (whole.columns, whole.rows)
    assert len(small.whole) < len(whole.whole) / 3
    sixel = paint(Brush(Protocol.SIXEL, (20, 40), most=60_000)).picture
    assert sixel.indexed.width == 20 * sixel.columns, "sixels are never stretched by terminals"
    assert sixel.indexed.height == 40 * sixel.rows


def test_without_points_there_is_no_picture() -> None:
    lines = [ChartLine("run", series_from(history([])), SeriesStyle(0))]
    painted = Brush(Protocol.KITTY, (8, 17)).paint(lines, 60, 14, OPTIONS, None)
    assert painted.picture is None
    assert any("no points yet" in line for line in painted.drawing.lines)
    assert BLANK not in "".join(painted.drawing.lines)


def test_extremes_are_pointed_at_and_their_values_stand_clear_of_the_curve() -> None:
    values = [5.0] * 20 + [9.0] + [5.0] * 20 + [1.0] + [5.0] * 20
    lines = [ChartLine("run", series_from(history(values)), SeriesStyle(0))]
    brush = Brush(Protocol.SIXEL, (8, 17))
    bare = brush.paint(lines, 60, 14, OPTIONS, None)
    marked = brush.paint(lines, 60, 14, replace(OPTIONS, extremes=True), bare)
    words = "\n".join(marked.drawing.lines)
    area = marked.drawing.area
    rows = marked.drawing.lines[area.top : area.top + area.rows]
    assert [row[area.left :].replace(BLANK, "") for row in rows if "9" in row[area.left :]] == ["9"]
    assert [row[area.left :].replace(BLANK, "") for row in rows if "1" in row[area.left :]] == ["1"]
    assert "▾" not in words
    assert "│9" not in words
    drawn = [picture.indexed.pixels.count(b"\0") for picture in (bare.picture, marked.picture)]
    assert drawn[1] < drawn[0], "triangles cover some of the ground"


def test_few_colours_and_the_commonest_are_exact() -> None:
    bitmap = Bitmap(200, 100)
    for at in range(60):
        colour = (at * 4, 255 - at * 3, (at * 37) % 256)
        bitmap.line([(0.0, at * 1.5), (200.0, 100 - at * 1.4)], colour, 1.3)
    for column in range(120, 180):
        bitmap.fill(column, 0, 50, (86, 180, 233), 255)
    flat = flattened(bitmap, GROUND)
    assert len(flat.palette) <= 128
    assert flat.palette[0] == GROUND
    assert flat.palette[flat.pixels[10 * 200 + 150]] == (86, 180, 233)
    for at in range(0, 200 * 100, 7):
        pixel = bitmap.data[4 * at : 4 * at + 4]
        alpha = pixel[3] / 255
        shown = flat.palette[flat.pixels[at]]
        for part, under, seen in zip(pixel, GROUND, shown, strict=False):
            assert abs(part * alpha + under * (1 - alpha) - seen) < 140


def test_stretching_repeats_pixels() -> None:
    small = Indexed(2, 2, b"\0\1\2\3", ((0, 0, 0), (1, 1, 1), (2, 2, 2), (3, 3, 3)))
    large = small.stretched(4, 6)
    rows = [large.pixels[at : at + 4] for at in range(0, 24, 4)]
    assert rows == [b"\0\0\1\1"] * 3 + [b"\2\2\3\3"] * 3
