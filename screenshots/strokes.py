"""Letters that terminals draw themselves: braille, boxes and blocks, as masks without seams."""

from __future__ import annotations

import functools
import math
import unicodedata

from PIL import Image, ImageDraw

Box = tuple[float, float, float, float]

_FINE = 8  # round shapes are drawn this much larger, then made smaller
_UP, _RIGHT, _DOWN, _LEFT = "up", "right", "down", "left"
_SIDES = {
    "UP": (_UP,),
    "DOWN": (_DOWN,),
    "LEFT": (_LEFT,),
    "RIGHT": (_RIGHT,),
    "VERTICAL": (_UP, _DOWN),
    "HORIZONTAL": (_LEFT, _RIGHT),
}
_DASHES = {"DOUBLE": 2, "TRIPLE": 3, "QUADRUPLE": 4}
# Which of the two columns and four rows each bit of a braille letter is.
_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
# Upper left 1, upper right 2, lower left 4, lower right 8, from U+2596 on.
_QUADRANTS = (4, 8, 1, 13, 9, 7, 11, 2, 6, 14)


@functools.lru_cache(maxsize=4096)
def mask(letter: str, width: int, height: int) -> Image.Image | None:
    """How strongly each pixel of a cell is inked; None when the letter is a font's matter."""
    code = ord(letter)
    if 0x2800 <= code <= 0x28FF:
        return _braille(code - 0x2800, width, height)
    if 0x2500 <= code <= 0x257F:
        return _line(unicodedata.name(letter), width, height)
    if 0x2591 <= code <= 0x2593:
        return Image.new("L", (width, height), 64 * (code - 0x2590))
    if 0x2580 <= code <= 0x259F or 0x1FB00 <= code <= 0x1FB3B:
        return _fields(_block(code), width, height)
    return None


def _braille(bits: int, width: int, height: int) -> Image.Image:
    picture = Image.new("L", (width * _FINE, height * _FINE), 0)
    draw = ImageDraw.Draw(picture)
    radius = width * _FINE * 0.15
    for bit, (column, row) in enumerate(_DOTS):
        if bits >> bit & 1:
            x = (column + 0.5) * width * _FINE / 2
            y = (row + 0.5) * height * _FINE / 4
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return picture.resize((width, height), Image.Resampling.BOX)


def _block(code: int) -> list[Box]:
    """Filled parts of a block letter, in shares of the cell: left, top, right, bottom."""
    if code >= 0x1FB00:
        return _grid(_sextant(code), rows=3)
    if code >= 0x2596:
        return _grid(_QUADRANTS[code - 0x2596], rows=2)
    if 0x2581 <= code <= 0x2588:
        return [(0, 1 - (code - 0x2580) / 8, 1, 1)]
    if 0x2589 <= code <= 0x258F:
        return [(0, 0, (0x2590 - code) / 8, 1)]
    others: dict[int, Box] = {
        0x2580: (0, 0, 1, 1 / 2),
        0x2590: (1 / 2, 0, 1, 1),
        0x2594: (0, 0, 1, 1 / 8),
        0x2595: (7 / 8, 0, 1, 1),
    }
    return [others[code]]


def _sextant(code: int) -> int:
    """Bits of a letter of the range that leaves out the left and the right half."""
    bits = code - 0x1FB00 + 1
    bits += bits >= 21
    return bits + (bits >= 42)


def _grid(bits: int, rows: int) -> list[Box]:
    """Filled fields of a grid of two columns, bits from the upper left, row by row."""
    return [
        (bit % 2 / 2, bit // 2 / rows, (bit % 2 + 1) / 2, (bit // 2 + 1) / rows)
        for bit in range(2 * rows)
        if bits >> bit & 1
    ]


def _fields(boxes: list[Box], width: int, height: int) -> Image.Image:
    picture = Image.new("L", (width, height), 0)
    for left, top, right, bottom in boxes:
        area = (
            round(left * width),
            round(top * height),
            round(right * width),
            round(bottom * height),
        )
        picture.paste(255, area)
    return picture


def _line(name: str, width: int, height: int) -> Image.Image | None:
    """A box line from its Unicode name, such as `BOX DRAWINGS LIGHT DOWN AND RIGHT`."""
    words = name.removeprefix("BOX DRAWINGS ").split()
    if "DIAGONAL" in words:
        return None
    if "ARC" in words:
        return _arc({side for word in words for side in _SIDES.get(word, ())}, width, height)
    if "DASH" in words:
        thick = _thickness(width, heavy=words[0] == "HEAVY")
        return _dashes(_DASHES[words[1]], words[-1] == "VERTICAL", thick, width, height)
    if {"DOUBLE", "SINGLE"} & set(words):
        return None
    arms = {side: _thickness(width, heavy=heavy) for side, heavy in _arms(words).items()}
    return _crossing(arms, width, height)


def _arms(words: list[str]) -> dict[str, bool]:
    """Which sides a line goes to, and whether it is heavy there."""
    common = words[0] if words[0] in ("LIGHT", "HEAVY") else ""
    arms = dict[str, bool]()
    for part in " ".join(words).split(" AND "):
        parts = part.split()
        weight = common or next(word for word in parts if word in ("LIGHT", "HEAVY"))
        arms |= {side: weight == "HEAVY" for word in parts for side in _SIDES.get(word, ())}
    return arms


def _thickness(width: int, *, heavy: bool) -> int:
    thin = max(1, round(width / 10))
    return thin * 3 if heavy else thin


def _crossing(arms: dict[str, int], width: int, height: int) -> Image.Image:
    """Straight arms that meet in the middle of the cell."""
    picture = Image.new("L", (width, height), 0)
    widest = max(arms.values())
    for side, thick in arms.items():
        left, top = (width - thick) // 2, (height - thick) // 2
        reach = widest // 2 + 1
        areas = {
            _UP: (left, 0, left + thick, height // 2 + reach),
            _DOWN: (left, height // 2 - reach + 1, left + thick, height),
            _LEFT: (0, top, width // 2 + reach, top + thick),
            _RIGHT: (width // 2 - reach + 1, top, width, top + thick),
        }
        picture.paste(255, areas[side])
    return picture


def _dashes(count: int, upright: bool, thick: int, width: int, height: int) -> Image.Image:
    picture = Image.new("L", (width, height), 0)
    length = height if upright else width
    left, top = (width - thick) // 2, (height - thick) // 2
    for n in range(count):
        start, end = round(length * n / count), round(length * (n + 0.6) / count)
        area = (left, start, left + thick, end) if upright else (start, top, end, top + thick)
        picture.paste(255, area)
    return picture


def _arc(sides: set[str], width: int, height: int) -> Image.Image:
    """A quarter of a circle between two sides, with straight ends where the cell is longer."""
    thick = _thickness(width, heavy=False)
    half = thick * _FINE / 2
    middle_x = (width - thick) // 2 * _FINE + half
    middle_y = (height - thick) // 2 * _FINE + half
    radius = min(middle_x, middle_y) - _FINE  # the last pixel is straight
    # Which way the centre of the circle lies, seen from the middle of the cell.
    towards_x = 1 if _RIGHT in sides else -1
    towards_y = 1 if _DOWN in sides else -1

    def inked(x: float, y: float) -> bool:
        along_x, along_y = (x - middle_x) * towards_x, (y - middle_y) * towards_y
        if along_x > radius or along_y > radius:
            return abs(along_y if along_x > radius else along_x) <= half
        return abs(math.hypot(radius - along_x, radius - along_y) - radius) <= half

    fine = Image.new("L", (width * _FINE, height * _FINE))
    places = ((x + 0.5, y + 0.5) for y in range(fine.height) for x in range(fine.width))
    fine.putdata([255 * inked(*place) for place in places])
    return fine.resize((width, height), Image.Resampling.BOX)
