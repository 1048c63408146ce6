"""Charts in real pixels: the right pixels, and bytes that decode to them again."""

from __future__ import annotations

import base64
import io
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from worlds.curves import any_values, history, training

from venturi.curves.series import series_from
from venturi.records import History
from venturi_tui.present.chart import DARK, PLAIN, Band, ChartLine, ChartOptions, SeriesStyle
from venturi_tui.present.chart.bitmap import Bitmap
from venturi_tui.present.chart.drawing import channels
from venturi_tui.present.chart.graphics import Protocol, iterm, kitty, pixel_text, sixel
from venturi_tui.present.chart.pixels import PixelChart, draw_pixels

GROUND = channels(DARK.ground)
BLUE = channels(DARK.palette[0])


def line(one: History, slot: int = 0) -> ChartLine:
    return ChartLine("run", series_from(one), SeriesStyle(slot))


def chart(**options: object) -> PixelChart:
    lines = [line(training(1)), line(training(2), 1)]
    return draw_pixels(lines, 60, 14, ChartOptions(**options))  # type: ignore[arg-type]


def picture(found: PixelChart) -> Bitmap:
    assert found.picture is not None
    return found.picture


def pixel(bitmap: Bitmap, column: int, row: int) -> tuple[int, ...]:
    at = 4 * (row * bitmap.width + column)
    return tuple(bitmap.data[at : at + 4])


def test_the_picture_is_as_large_as_the_cells_it_lies_on() -> None:
    found = draw_pixels([line(training(1))], 60, 14, None, cell=(7, 15))
    area = found.drawing.area
    assert area is not None
    assert (picture(found).width, picture(found).height) == (7 * area.columns, 15 * area.rows)
    cells = "".join(
        row[area.left : area.left + area.columns]
        for row in found.drawing.lines[area.top : area.top + area.rows]
    )
    assert not cells.strip()


def test_a_line_runs_where_its_values_are() -> None:
    options = ChartOptions(y_window=(0.0, 100.0), grid=False, legend=False)
    found = picture(draw_pixels([line(history([50.0] * 30))], 60, 14, options))
    middle = found.height // 2
    for column in range(5, found.width - 10, 7):
        solid = [row for row in range(found.height) if pixel(found, column, row)[3] == 255]
        assert solid
        assert all(abs(row - middle) <= 2 for row in solid)
        assert pixel(found, column, solid[0])[:3] == BLUE


def test_edges_are_smooth() -> None:
    bitmap = Bitmap(40, 40)
    bitmap.line([(2.0, 3.0), (37.0, 21.0)], BLUE, 2.0)
    alphas = set(bitmap.data[3::4])
    assert {0, 255} < alphas
    assert len(alphas) > 10
    area = sum(bitmap.data[3::4]) / 255
    assert area == pytest.approx(2.0 * math.hypot(35, 18), rel=0.1)


def test_what_lies_outside_is_not_drawn() -> None:
    bitmap = Bitmap(10, 10)
    bitmap.line([(-50.0, -50.0), (60.0, 60.0)], BLUE, 1.5)
    bitmap.disc((-3.0, 5.0), 2.0, BLUE)
    bitmap.fill(11, 0, 5, BLUE, 255)
    bitmap.fill(3, -5, 2, BLUE, 255)
    bitmap.polygon([(0.0, -4.0), (4.0, 2.0), (-4.0, 2.0)], BLUE)
    assert len(bitmap.data) == 400
    assert pixel(bitmap, 5, 5)[3] == 255
    assert pixel(bitmap, 3, 1)[3] == 255


def test_a_spike_of_one_point_in_many_is_a_column_of_pixels() -> None:
    values = [0.0] * 100_000
    values[70_000] = 9.0
    found = picture(draw_pixels([line(history(values))], 60, 14, ChartOptions(grid=False)))
    column = round(70_000 / 99_999 * (found.width - 1))
    lit = sum(pixel(found, column, row)[3] == 255 for row in range(found.height))
    assert lit > 0.9 * found.height


def test_a_line_of_more_points_than_pixels_has_no_holes() -> None:
    waves = [math.sin(at / 90) for at in range(2000)]
    steps = [at + (40_000 if at >= 1000 else 0) // 40 for at in range(2000)]
    lines = [ChartLine("run", series_from(history(waves, steps)), SeriesStyle(0))]
    found = picture(draw_pixels(lines, 60, 14, ChartOptions(grid=False, legend=False)))
    before = range(found.height)
    for column in range(1, found.width - 12):
        lit = [row for row in range(found.height) if pixel(found, column, row)[3]]
        assert lit, column
        assert min(lit) <= max(before) + 1
        assert max(lit) >= min(before) - 1
        assert len(lit) < found.height / 3
        before = range(min(lit), max(lit) + 1)


def decoded(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGBA")


def test_png_holds_every_pixel() -> None:
    bitmap = picture(chart(smoothing=0.9, band=Band.ALL))
    assert decoded(bitmap.png()).tobytes() == bytes(bitmap.data)


def test_kitty_gets_the_png_in_chunks() -> None:
    bitmap = picture(chart())
    parts = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", kitty(bitmap, 55, 11))
    assert "".join(f"\x1b_G{a};{b}\x1b\\" for a, b in parts) == kitty(bitmap, 55, 11)
    assert parts[0][0].startswith("a=T,f=100,q=2,C=1,c=55,r=11,m=")
    assert [head for head, _ in parts[1:-1]] == ["m=1"] * len(parts[1:-1])
    assert parts[-1][0].endswith("m=0")
    assert all(len(body) <= 4096 for _, body in parts)
    content = base64.b64decode("".join(body for _, body in parts))
    assert decoded(content).tobytes() == bytes(bitmap.data)


def test_iterm_gets_the_png_with_its_size() -> None:
    bitmap = picture(chart())
    found = re.fullmatch(r"\x1b\]1337;File=([^:]*):([A-Za-z0-9+/=]*)\x07", iterm(bitmap, 55, 11))
    assert found
    content = base64.b64decode(found[2])
    expected = f"inline=1;size={len(content)};width=55;height=11;preserveAspectRatio=0"
    assert found[1] == expected
    assert decoded(content).tobytes() == bytes(bitmap.data)


def sixels(text: str) -> tuple[int, int, dict[tuple[int, int], tuple[int, ...]]]:
    """A small decoder: size, and the colour of each pixel that is set, in percents."""
    found = re.fullmatch(r'\x1bP0;1;0q"1;1;(\d+);(\d+)(.*)\x1b\\', text, re.DOTALL)
    assert found
    palette: dict[int, tuple[int, ...]] = {}
    pixels: dict[tuple[int, int], tuple[int, ...]] = {}
    column = top = colour = 0
    for token in re.finditer(
        r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)(.)|([?-~])|(\$)|(-)", found[3]
    ):
        number, red, green, blue, size, many, one, back, down = token.groups()
        if number is not None and red is not None:
            palette[int(number)] = (int(red), int(green), int(blue))
        elif number is not None:
            colour = int(number)
        elif back:
            column = 0
        elif down:
            column, top = 0, top + 6
        else:
            bits, after = ord(many or one) - 63, column + int(size or 1)
            for place in range(column, after):
                for bit in range(6):
                    if bits >> bit & 1:
                        pixels[place, top + bit] = palette[colour]
            column = after
    return int(found[1]), int(found[2]), pixels


def test_sixels_set_every_pixel_that_is_not_clear() -> None:
    bitmap = picture(chart(smoothing=0.9))
    width, height, pixels = sixels(sixel(bitmap, GROUND))
    assert (width, height) == (bitmap.width, bitmap.height)
    for column in range(bitmap.width):
        for row in range(bitmap.height):
            red, green, blue, alpha = pixel(bitmap, column, row)
            assert ((column, row) in pixels) == (alpha > 0)
            if alpha == 255:
                shown = pixels[column, row]
                parts = zip((red, green, blue), shown, strict=True)
                assert all(abs(part * 100 / 255 - percent) < 7 for part, percent in parts)


def test_many_colours_become_few_sixel_colours() -> None:
    bitmap = Bitmap(64, 12)
    for column in range(64):
        for row in range(12):
            bitmap.fill(column, row, row + 1, (4 * column, 21 * row, 255 - 4 * column), 255)
    text = sixel(bitmap, GROUND)
    assert len(re.findall(r"#\d+;2;", text)) <= 255
    assert len(sixels(text)[2]) == 64 * 12


@pytest.mark.parametrize("protocol", Protocol)
def test_the_picture_is_put_over_the_canvas_and_the_cursor_kept(protocol: Protocol) -> None:
    found = chart(title="loss")
    area = found.drawing.area
    assert area is not None
    text = pixel_text(found, protocol, color=False)
    rows, _, rest = text.partition("\x1b7")
    assert rows.split("\n") == [one.rstrip() for one in found.drawing.lines]
    up = found.drawing.height - 1 - area.top
    assert rest.startswith(f"\x1b[{up}A\r\x1b[{area.left}C\x1b")
    assert rest.endswith("\x1b8")


def test_without_points_there_is_no_picture() -> None:
    found = draw_pixels([line(history([]))], 40, 10)
    assert found.picture is None
    assert "no points yet" in pixel_text(found, Protocol.KITTY, color=False)
    assert "\x1b" not in pixel_text(found, Protocol.KITTY, color=False)


@settings(deadline=None, max_examples=60)
@given(
    any_values,
    st.tuples(st.integers(1, 40), st.integers(1, 14)),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.builds(
        ChartOptions,
        y_log=st.booleans(),
        x_log=st.booleans(),
        robust=st.booleans(),
        smoothing=st.sampled_from([0.0, 0.9]),
        cursor=st.sampled_from([None, 2.0]),
        theme=st.sampled_from([DARK, PLAIN]),
        x_window=st.sampled_from([None, (0.0, 1e-12), (-1e308, 1e308)]),
    ),
)
def test_any_data_at_any_size_is_a_picture(
    values: list[float], size: tuple[int, int], cell: tuple[int, int], options: ChartOptions
) -> None:
    found = draw_pixels([line(history(values))], *size, options, cell)
    if found.picture is not None:
        assert decoded(found.picture.png()).size == (found.picture.width, found.picture.height)
        sixel(found.picture, GROUND)
