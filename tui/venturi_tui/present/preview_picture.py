"""A picture in half blocks: two pixels in each cell, or shades where there are no colours."""

from __future__ import annotations

from itertools import groupby

from venturi.artifacts.pictures import Picture, read_picture
from venturi_tui.present.pieces import Ink, Line, Role

_SHADES = "█▓▒░ "
"""From dark to light, as ink on paper."""


def picture_lines(data: bytes, width: int, height: int, *, shades: bool = False) -> list[Line]:
    """An image in no more than so many cells, its shape kept: a cell is twice as high as wide.

    Args:
        data: A PNG or JPEG file.
        width: Cells in a line.
        height: Lines.
        shades: Whether to draw without colours.

    Raises:
        MissingDriver, StoreBroken: As `read_picture` does.
    """
    picture = read_picture(data, max(1, width), max(1, height) * 2)
    make = _shaded if shades else _coloured
    return [make(picture, row) for row in range(0, picture.rows, 2)]


def _pixel(picture: Picture, column: int, row: int) -> tuple[int, int, int]:
    at = (min(row, picture.rows - 1) * picture.columns + column) * 3
    red, green, blue = picture.pixels[at : at + 3]
    return red, green, blue


def _coloured(picture: Picture, row: int) -> Line:
    pairs = [
        (_pixel(picture, column, row), _pixel(picture, column, row + 1))
        for column in range(picture.columns)
    ]
    return tuple(
        ("▀" * len(list(cells)), Ink(upper, lower)) for (upper, lower), cells in groupby(pairs)
    )


def _shaded(picture: Picture, row: int) -> Line:
    text = ""
    for column in range(picture.columns):
        upper, lower = _pixel(picture, column, row), _pixel(picture, column, row + 1)
        light = sum(
            0.299 * red + 0.587 * green + 0.114 * blue for red, green, blue in (upper, lower)
        )
        text += _SHADES[min(len(_SHADES) - 1, int(light / 2 / 256 * len(_SHADES)))]
    return ((text, Role.TEXT),)
