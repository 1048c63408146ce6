"""A picture of pixels in plain Python: smooth lines, discs, tinted columns; and as PNG."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil, floor, hypot

Colour = tuple[int, int, int]
Point = tuple[float, float]


class Bitmap:
    """`width` x `height` pixels of red, green, blue and alpha, all clear at first.

    Points are in pixels from the upper left corner, (0.5, 0.5) the middle of the first one. What
    lies outside is not drawn.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.data = bytearray(4 * width * height)

    def fill(self, column: int, top: int, bottom: int, colour: Colour, alpha: int) -> None:
        """Lay a colour over the pixels of a column from one row to before another."""
        top, bottom = max(top, 0), min(bottom, self.height)
        if not 0 <= column < self.width or top >= bottom:
            return
        step = 4 * self.width
        start, stop = top * step + 4 * column, bottom * step
        if any(self.data[start + 3 : stop : step]):
            for row in range(top, bottom):
                self._blend(row * self.width + column, colour, alpha)
            return
        for part, value in enumerate((*colour, alpha)):
            self.data[start + part : stop : step] = bytes([value]) * (bottom - top)

    def rule(self, row: int, colour: Colour, alpha: int) -> None:
        """Lay a line of one pixel over a whole row."""
        for column in range(self.width):
            self.fill(column, row, row + 1, colour, alpha)

    def line(self, points: Sequence[Point], colour: Colour, thick: float) -> None:
        """Draw a polyline with smooth edges; a single point is a dot."""
        covered: dict[int, float] = {}
        for one, other in pairwise(points):
            self._segment(one, other, thick / 2, covered)
        if len(points) == 1:
            self._disc(points[0], max(thick, 2.0) / 2, covered)
        self._lay(covered, colour)

    def disc(self, middle: Point, radius: float, colour: Colour) -> None:
        """Draw a filled circle with smooth edges."""
        covered: dict[int, float] = {}
        self._disc(middle, radius, covered)
        self._lay(covered, colour)

    def polygon(self, corners: Sequence[Point], colour: Colour) -> None:
        """Draw a filled convex polygon, its corners clockwise on the screen."""
        covered: dict[int, float] = {}
        rows = range(floor(min(y for _, y in corners)), ceil(max(y for _, y in corners)))
        columns = range(floor(min(x for x, _ in corners)), ceil(max(x for x, _ in corners)))
        edges = list(zip(corners, [*corners[1:], corners[0]], strict=True))
        for row in rows:
            for column in columns:
                inside = min(_inside(edge, (column + 0.5, row + 0.5)) for edge in edges)
                self._cover(covered, column, row, inside + 0.5)
        self._lay(covered, colour)

    def _segment(self, one: Point, other: Point, half: float, covered: dict[int, float]) -> None:
        """Cover what lies within half a thickness of a segment, along its longer side."""
        (x0, y0), (x1, y1) = one, other
        wide, high = x1 - x0, y1 - y0
        size = hypot(wide, high)
        if size == 0:
            self._disc(one, half, covered)
        elif abs(wide) >= abs(high):
            if wide < 0:
                x0, y0, x1, y1 = x1, y1, x0, y0
            slope, reach = high / wide, (half + 0.5) * size / abs(wide)
            for column in range(max(floor(x0), 0), min(floor(x1) + 1, self.width)):
                x = min(max(column + 0.5, x0), x1)
                middle = y0 + (x - x0) * slope
                for row in range(floor(middle - reach), ceil(middle + reach)):
                    off = abs(row + 0.5 - middle) * abs(wide) / size
                    self._cover(covered, column, row, half + 0.5 - off)
        else:
            if high < 0:
                x0, y0, x1, y1 = x1, y1, x0, y0
            slope, reach = wide / high, (half + 0.5) * size / abs(high)
            for row in range(max(floor(y0), 0), min(floor(y1) + 1, self.height)):
                y = min(max(row + 0.5, y0), y1)
                middle = x0 + (y - y0) * slope
                for column in range(floor(middle - reach), ceil(middle + reach)):
                    off = abs(column + 0.5 - middle) * abs(high) / size
                    self._cover(covered, column, row, half + 0.5 - off)

    def _disc(self, middle: Point, radius: float, covered: dict[int, float]) -> None:
        x, y = middle
        for row in range(floor(y - radius - 1), ceil(y + radius + 1)):
            for column in range(floor(x - radius - 1), ceil(x + radius + 1)):
                off = hypot(column + 0.5 - x, row + 0.5 - y)
                self._cover(covered, column, row, radius + 0.5 - off)

    def _cover(self, covered: dict[int, float], column: int, row: int, part: float) -> None:
        if part > 0 and 0 <= column < self.width and 0 <= row < self.height:
            at = row * self.width + column
            if part > covered.get(at, 0.0):
                covered[at] = part

    def _lay(self, covered: dict[int, float], colour: Colour) -> None:
        for at, part in covered.items():
            self._blend(at, colour, 255 if part >= 1 else round(part * 255))

    def _blend(self, at: int, colour: Colour, alpha: int) -> None:
        """Lay a colour over one pixel."""
        data, start = self.data, 4 * at
        under = data[start + 3]
        if alpha == 255 or under == 0:
            data[start : start + 4] = bytes((*colour, alpha))
            return
        rest = under * (255 - alpha) // 255
        whole = alpha + rest
        if whole:
            for part, value in enumerate(colour):
                data[start + part] = (value * alpha + data[start + part] * rest) // whole
            data[start + 3] = whole

    def png(self) -> bytes:
        """The picture as a PNG file (PNG 3, W3C 2025), of 8 bits a channel with alpha."""
        row = 4 * self.width
        lines = (b"\0" + self.data[at : at + row] for at in range(0, len(self.data), row))
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 6, 0, 0, 0)
        pixels = zlib.compress(b"".join(lines), 6)
        return png_file(head, pixels)


def png_file(head: bytes, pixels: bytes, palette: bytes = b"") -> bytes:
    """A PNG file of its head, its packed pixels and, where its pixels count colours, these."""
    chunks = [(b"IHDR", head), (b"IDAT", pixels), (b"IEND", b"")]
    if palette:
        chunks.insert(1, (b"PLTE", palette))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def _inside(edge: tuple[Point, Point], point: Point) -> float:
    """How far to the inner side of an edge a point lies."""
    (x0, y0), (x1, y1) = edge
    size = hypot(x1 - x0, y1 - y0) or 1.0
    return ((x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0)) / size


def _chunk(name: bytes, content: bytes) -> bytes:
    sum_ = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", sum_)


def smooth_points(dots: Iterable[tuple[int, int]]) -> list[Point]:
    """Middles of pixels."""
    return [(x + 0.5, y + 0.5) for x, y in dots]


def on_ground(pixel: bytes, ground: Colour) -> Colour:
    """The colour of a pixel (red, green, blue, alpha) laid over an opaque ground."""
    alpha = pixel[3]
    red, green, blue = (
        (over * alpha + under * (255 - alpha)) // 255
        for over, under in zip(pixel[:3], ground, strict=True)
    )
    return red, green, blue
