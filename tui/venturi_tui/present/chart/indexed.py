"""A picture of few colours, one byte a pixel: laid on a ground, cut out, as PNG and as sixels."""

from __future__ import annotations

import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from venturi_tui.present.chart.bitmap import Bitmap, Colour, on_ground, png_file

_MOST_COLOURS = 128
_EXACT = 24
_FIRST_BITS = 2
_SET = re.compile(rb"[^\0]+")
_LONG = re.compile(r"(.)\1{3,}")
_LETTERS = bytes(63 + bits if bits < 64 else 63 for bits in range(256))


@dataclass(frozen=True, slots=True)
class Indexed:
    """`width` x `height` pixels, row by row, each the place of its colour in a palette of <= 256.

    There is no clear pixel: what is drawn over an older picture hides all of it.
    """

    width: int
    height: int
    pixels: bytes
    palette: tuple[Colour, ...]

    def part(self, left: int, top: int, width: int, height: int) -> Indexed:
        """A rectangle of it, which must lie inside."""
        starts = range(top * self.width + left, (top + height) * self.width + left, self.width)
        rows = b"".join(self.pixels[start : start + width] for start in starts[:height])
        return Indexed(width, height, rows, self.palette)

    def ruled(self, column: int, thick: int, colour: Colour) -> Indexed:
        """The same with a line down a column of pixels."""
        palette = self.palette if colour in self.palette else (*self.palette, colour)
        first, last = max(column, 0), min(column + thick, self.width)
        pixels = bytearray(self.pixels)
        stroke = bytes([palette.index(colour)]) * self.height
        for at in range(first, last):
            pixels[at :: self.width] = stroke
        return Indexed(self.width, self.height, bytes(pixels), palette)

    def stretched(self, width: int, height: int) -> Indexed:
        """The same in another size, without further colours."""
        columns = [column * self.width // width for column in range(width)]
        rows: list[bytes] = []
        for top in range(self.height):
            row = self.pixels[top * self.width : (top + 1) * self.width]
            rows.append(bytes(map(row.__getitem__, columns)))
        tall = (rows[row * self.height // height] for row in range(height))
        return Indexed(width, height, b"".join(tall), self.palette)

    def png(self) -> bytes:
        """As a PNG file (PNG 3, W3C 2025) with a palette."""
        size = self.width
        lines = (b"\0" + self.pixels[at : at + size] for at in range(0, len(self.pixels), size))
        head = struct.pack(">IIBBBBB", size, self.height, 8, 3, 0, 0, 0)
        colours = b"".join(bytes(colour) for colour in self.palette)
        return png_file(head, zlib.compress(b"".join(lines), 6), colours)

    def sixel(self) -> str:
        """As sixels (DEC VT330/VT340 manual, chapter 14)."""
        used = sorted(set(self.pixels))
        parts = [f'\x1bP0;1;0q"1;1;{self.width};{self.height}']
        for number in used:
            red, green, blue = (round(part * 100 / 255) for part in self.palette[number])
            parts.append(f"#{number};2;{red};{green};{blue}")
        return "".join(parts) + "-".join(self._bands()) + "\x1b\\"

    def _bands(self) -> Iterator[str]:
        """Six rows of pixels each: for each colour in them, one row of sixels."""
        size = self.width
        for top in range(0, self.height, 6):
            stop = min(top + 6, self.height)
            rows = [self.pixels[row * size : (row + 1) * size] for row in range(top, stop)]
            colours = sorted(set(b"".join(rows)))
            yield "$".join(f"#{colour}{_sixels(rows, colour)}" for colour in colours)


def _sixels(rows: list[bytes], colour: int) -> str:
    """The sixels of one colour in at most six rows, runs counted."""
    bits = 0
    for at, row in enumerate(rows):
        table = bytearray(256)
        table[colour] = 1 << at
        bits |= int.from_bytes(row.translate(table), "big")
    letters = bits.to_bytes(len(rows[0]), "big").translate(_LETTERS).decode("ascii").rstrip("?")
    return _LONG.sub(lambda run: f"!{run.end() - run.start()}{run[1]}", letters)


def flattened(picture: Bitmap, ground: Colour) -> Indexed:
    """A picture laid on a ground, in at most 128 colours; the ground is the first of them.

    The colours that cover most are exact, those of edges are rounded as little as will do.
    """
    data = picture.data
    runs = [found.span() for found in _SET.finditer(data[3::4])]
    kinds = Counter(
        bytes(data[at : at + 4]) for start, stop in runs for at in range(4 * start, 4 * stop, 4)
    )
    numbers, palette = _palette([kind for kind, _ in kinds.most_common()], ground)
    pixels = bytearray(picture.width * picture.height)
    for start, stop in runs:
        pixels[start:stop] = bytes(
            numbers[bytes(data[at : at + 4])] for at in range(4 * start, 4 * stop, 4)
        )
    return Indexed(picture.width, picture.height, bytes(pixels), palette)


def _palette(kinds: Sequence[bytes], ground: Colour) -> tuple[dict[bytes, int], tuple[Colour, ...]]:
    """The place in a palette of each kind of pixel, the commonest first; and the palette."""
    colours = [on_ground(kind, ground) for kind in kinds]
    for bits in range(_FIRST_BITS, 8):
        shown = colours[:_EXACT] + [_rounded(colour, bits) for colour in colours[_EXACT:]]
        palette = tuple(dict.fromkeys([ground, *shown]))
        if len(palette) <= _MOST_COLOURS:
            break
    else:
        raise AssertionError("8 colours are never too many")
    places = {colour: place for place, colour in enumerate(palette)}
    return {kind: places[colour] for kind, colour in zip(kinds, shown, strict=True)}, palette


def _rounded(colour: Colour, bits: int) -> Colour:
    """A colour with fewer bits in each part, whose brightest stays the brightest."""
    most = 255 >> bits
    red, green, blue = (((part >> bits) * 255 + most // 2) // most for part in colour)
    return red, green, blue
