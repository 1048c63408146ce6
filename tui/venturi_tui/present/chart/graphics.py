"""Pictures as the bytes that terminals draw: kitty's protocol, iTerm2's inline images, sixel."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from enum import Enum
from itertools import groupby

from venturi_tui.present.chart.bitmap import Bitmap, Colour, on_ground
from venturi_tui.present.chart.drawing import Drawing, PlotArea, channels, drawing_text
from venturi_tui.present.chart.pixels import PixelChart
from venturi_tui.present.chart.theme import DARK, ChartTheme

_CHUNK = 4096
_MOST_COLOURS = 255


class Protocol(str, Enum):
    """How a terminal takes pictures."""

    KITTY = "kitty"
    ITERM = "iterm"
    SIXEL = "sixel"


def pixel_text(
    chart: PixelChart,
    protocol: Protocol,
    *,
    color: bool,
    depth: int = 24,
    theme: ChartTheme = DARK,
) -> str:
    """A chart for a terminal, to be written at the start of a line and followed by a newline.

    First the text of all rows, then the picture over the blank canvas, from where the cursor goes
    back to the end of the last row.

    Args:
        chart: What to write.
        protocol: What the terminal takes.
        color: Whether the text has colours.
        depth: As `drawing_text` has it.
        theme: What the chart was drawn with; on its ground sixels, which know no alpha, are mixed.
    """
    text = drawing_text(chart.drawing, color, depth=depth)
    area = chart.drawing.area
    if chart.picture is None or area is None:
        return text
    shown = encoded(chart.picture, protocol, area, channels(theme.ground))
    return text + _at(chart.drawing, area, shown)


def _at(drawing: Drawing, area: PlotArea, shown: str) -> str:
    """The picture in its place, seen from the last row; the cursor is kept."""
    up = drawing.height - 1 - area.top
    move = f"\x1b[{up}A" if up else ""
    right = f"\x1b[{area.left}C" if area.left else ""
    return f"\x1b7{move}\r{right}{shown}\x1b8"


def encoded(picture: Bitmap, protocol: Protocol, area: PlotArea, ground: Colour) -> str:
    """The sequence that draws a picture at the cursor, over the cells of an area."""
    if protocol is Protocol.SIXEL:
        return sixel(picture, ground)
    make: Callable[[Bitmap, int, int], str] = kitty if protocol is Protocol.KITTY else iterm
    return make(picture, area.columns, area.rows)


def kitty(picture: Bitmap, columns: int, rows: int) -> str:
    """The picture by kitty's graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol).

    PNG in chunks of 4,096 letters, without an answer (q=2) and without moving the cursor (C=1).
    """
    content = base64.b64encode(picture.png()).decode("ascii")
    chunks = [content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK)]
    head = f"a=T,f=100,q=2,C=1,c={columns},r={rows},"
    parts: list[str] = []
    for at, chunk in enumerate(chunks):
        more = int(at + 1 < len(chunks))
        parts.append(f"\x1b_G{head if at == 0 else ''}m={more};{chunk}\x1b\\")
    return "".join(parts)


def iterm(picture: Bitmap, columns: int, rows: int) -> str:
    """The picture by iTerm2's inline images (iterm2.com/documentation-images.html)."""
    content = picture.png()
    about = f"inline=1;size={len(content)};width={columns};height={rows};preserveAspectRatio=0"
    return f"\x1b]1337;File={about}:{base64.b64encode(content).decode('ascii')}\x07"


def sixel(picture: Bitmap, ground: Colour) -> str:
    """The picture as sixels (DEC VT330/VT340 manual, chapter 14), of at most 255 colours.

    Clear pixels are left as they are (P2=1); half clear ones are mixed with the ground.
    """
    pixels, palette = _indexed(picture, ground)
    parts = [f'\x1bP0;1;0q"1;1;{picture.width};{picture.height}']
    for number, colour in enumerate(palette):
        red, green, blue = (round(part * 100 / 255) for part in colour)
        parts.append(f"#{number};2;{red};{green};{blue}")
    bands = (_sixel_band(pixels, top, picture) for top in range(0, picture.height, 6))
    return "".join(parts) + "-".join(bands) + "\x1b\\"


def _indexed(picture: Bitmap, ground: Colour) -> tuple[dict[int, int], list[Colour]]:
    """The palette number of each pixel that is not clear, and the palette: as fine as will do."""
    data = picture.data
    mixed: dict[int, Colour] = {}
    known: dict[bytes, Colour] = {}
    for at in _set_pixels(picture):
        pixel = bytes(data[4 * at : 4 * at + 4])
        if pixel not in known:
            known[pixel] = on_ground(pixel, ground)
        mixed[at] = known[pixel]
    for bits in range(7):
        palette = list(dict.fromkeys(_rounded(colour, bits) for colour in known.values()))
        if len(palette) <= _MOST_COLOURS:
            break
    else:
        raise AssertionError("8 colours are never too many")
    numbers = {colour: number for number, colour in enumerate(palette)}
    short = {colour: numbers[_rounded(colour, bits)] for colour in set(mixed.values())}
    return {at: short[colour] for at, colour in mixed.items()}, palette


def _set_pixels(picture: Bitmap) -> Iterator[int]:
    """Pixels that are not clear, in order."""
    alphas = picture.data[3::4]
    for row in range(picture.height):
        start = row * picture.width
        line = alphas[start : start + picture.width]
        if any(line):
            yield from (start + column for column, alpha in enumerate(line) if alpha)


def _rounded(colour: Colour, bits: int) -> Colour:
    """A colour with fewer bits in each part."""
    red, green, blue = (part >> bits << bits for part in colour)
    return red, green, blue


def _sixel_band(pixels: dict[int, int], top: int, picture: Bitmap) -> str:
    """Six rows of pixels: for each colour in them, one row of sixels."""
    found: dict[int, dict[int, int]] = {}
    for row in range(top, min(top + 6, picture.height)):
        bit, start = 1 << (row - top), row * picture.width
        for column in range(picture.width):
            colour = pixels.get(start + column)
            if colour is not None:
                columns = found.setdefault(colour, {})
                columns[column] = columns.get(column, 0) | bit
    return "$".join(f"#{colour}{_sixel_row(columns)}" for colour, columns in found.items())


def _sixel_row(columns: dict[int, int]) -> str:
    last = max(columns)
    letters = (chr(63 + columns.get(column, 0)) for column in range(last + 1))
    parts: list[str] = []
    for letter, run in groupby(letters):
        size = sum(1 for _ in run)
        parts.append(f"!{size}{letter}" if size > 3 else letter * size)
    return "".join(parts)
