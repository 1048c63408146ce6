"""Small PNG pictures, written by hand: matrices as coloured fields, curves as lines."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence

Colour = tuple[int, int, int]

_PAPER: Colour = (250, 250, 248)
_INK: Colour = (38, 70, 110)
_GRID: Colour = (225, 226, 228)


def png(width: int, height: int, pixels: bytes) -> bytes:
    """A PNG file of RGB pixels, row by row from the top, three bytes each.

    The format is that of the PNG specification: signature, IHDR, one IDAT, IEND.
    """
    stride = 3 * width
    rows = b"".join(b"\0" + pixels[y * stride : (y + 1) * stride] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def matrix_png(matrix: Sequence[Sequence[float]], cell: int = 24) -> bytes:
    """A matrix of values from 0 to 1 as squares from pale to dark, with thin lines between."""
    line = bytes(_GRID) * (len(matrix[0]) * cell)
    pixels = bytearray()
    for row in matrix:
        squares = (bytes(_mix(value)) * (cell - 1) + bytes(_GRID) for value in row)
        pixels += b"".join(squares) * (cell - 1) + line
    return png(len(matrix[0]) * cell, len(matrix) * cell, bytes(pixels))


def _mix(share: float) -> Colour:
    red, green, blue = (
        round(a + (b - a) * min(1.0, share) ** 0.6) for a, b in zip(_PAPER, _INK, strict=True)
    )
    return red, green, blue


def curve_png(values: Sequence[float], width: int = 360, height: int = 200) -> bytes:
    """Finite values as one line over a quiet grid."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite), max(finite)
    span = (high - low) or 1.0
    picture = bytearray(bytes(_PAPER) * (width * height))
    for quarter in range(1, 4):
        start = 3 * width * (height * quarter // 4)
        picture[start : start + 3 * width] = bytes(_GRID) * width
    before = height // 2
    for x in range(width):
        value = finite[x * (len(finite) - 1) // (width - 1)]
        y = round((height - 9) * (1 - (value - low) / span)) + 4
        for row in range(min(before, y), max(before, y) + 2) if x else (y,):
            at = 3 * (row * width + x)
            picture[at : at + 3] = bytes(_INK)
        before = y
    return png(width, height, bytes(picture))
