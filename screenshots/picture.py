"""Draws a grid of cells as a picture, the same one on every machine with the same fonts."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

import matplotlib as mpl
from cells import Cell
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont
from rich.color import blend_rgb
from rich.color_triplet import ColorTriplet
from strokes import mask

CELL_WIDTH, CELL_HEIGHT = 12, 25
_FONT_SIZE = 20
_MARGIN = 14
_FAMILIES = ("DejaVuSansMono", "DejaVuSans")  # the second one for letters that the first lacks


def draw(rows: list[list[Cell]]) -> Image.Image:
    """The picture of a screen, with a margin in the colour of its upper left corner."""
    width = max(len(row) for row in rows) * CELL_WIDTH
    size = (width + 2 * _MARGIN, len(rows) * CELL_HEIGHT + 2 * _MARGIN)
    picture = Image.new("RGB", size, rows[0][0].look.paper)
    draw_on = ImageDraw.Draw(picture)
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            left, top = _MARGIN + x * CELL_WIDTH, _MARGIN + y * CELL_HEIGHT
            right, bottom = left + CELL_WIDTH * cell.width, top + CELL_HEIGHT
            if cell.text:
                picture.paste(cell.look.paper, (left, top, right, bottom))
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell.text.strip() or cell.look.underline or cell.look.strike:
                place = (_MARGIN + x * CELL_WIDTH, _MARGIN + y * CELL_HEIGHT)
                _draw_cell(picture, draw_on, cell, place)
    return picture.quantize(palette=_palette(rows), dither=Image.Dither.NONE)


def _palette(rows: list[list[Cell]]) -> Image.Image:
    """The colours of the screen and the steps between ink and paper: a third in size of RGB."""
    pairs = Counter((cell.look.ink, cell.look.paper) for row in rows for cell in row)
    colours = dict.fromkeys(colour for pair, _ in pairs.most_common() for colour in pair)
    for (ink, paper), _ in pairs.most_common():
        steps = (blend_rgb(ColorTriplet(*paper), ColorTriplet(*ink), n / 6) for n in range(1, 6))
        colours |= dict.fromkeys(tuple(step) for step in steps)
    picture = Image.new("P", (1, 1))
    picture.putpalette([part for colour in list(colours)[:256] for part in colour])
    return picture


def _draw_cell(
    picture: Image.Image, draw_on: ImageDraw.ImageDraw, cell: Cell, place: tuple[int, int]
) -> None:
    left, top = place
    width = CELL_WIDTH * cell.width
    shape = mask(cell.text, width, CELL_HEIGHT) if len(cell.text) == 1 else None
    if shape is not None:
        picture.paste(cell.look.ink, place, shape)
    elif cell.text.strip():
        font = _font(cell.text[0], cell.look.bold, cell.look.italic)
        # Letters of the second family are not as wide as a cell: they stand in its middle.
        spare = max(0.0, (width - font.getlength(cell.text)) / 2)
        base = top + round(CELL_HEIGHT * 0.76)
        draw_on.text((left + round(spare), base), cell.text, cell.look.ink, font, anchor="ls")
    for wanted, height in ((cell.look.underline, 0.88), (cell.look.strike, 0.52)):
        if wanted:
            y = top + round(CELL_HEIGHT * height)
            draw_on.line((left, y, left + width - 1, y), cell.look.ink)


def _style_name(look_bold: bool, look_italic: bool) -> str:
    return ("Bold" if look_bold else "") + ("Oblique" if look_italic else "")


@functools.cache
def _font(letter: str, bold: bool, italic: bool) -> ImageFont.FreeTypeFont:
    """The first font of the two families that has the letter; the last one in any case."""
    style = _style_name(bold, italic)
    names = [f"{family}-{style}" if style else family for family in _FAMILIES] + ["DejaVuSans"]
    name = next((one for one in names if ord(letter) in _letters(one)), names[-1])
    return _loaded(name)


@functools.cache
def _loaded(name: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_path(name)), _FONT_SIZE, layout_engine=ImageFont.Layout.BASIC)


@functools.cache
def _letters(name: str) -> frozenset[int]:
    with TTFont(_path(name)) as font:
        return frozenset(font.getBestCmap())


def _path(name: str) -> Path:
    """DejaVu comes with matplotlib, so that every machine draws with the same one."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"
