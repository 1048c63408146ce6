"""Characters that are drawings themselves: their shapes inside a cell, for any font."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

_BRAILLE = 0x2800
_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of each bit of a braille pattern (Unicode 16, chapter 21.1)."""
_QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
_LOWER = " ▁▂▃▄▅▆▇█"
_LEFT = " ▏▎▍▌▋▊▉█"
_SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
_ARMS = {  # which ways a line goes from the middle of the cell: left, right, up, down
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu", "├": "rud", "┤": "lud",
    "┬": "lrd", "┴": "lru", "┼": "lrud", "╴": "l", "╶": "r", "╵": "u", "╷": "d",
}  # fmt: skip


class Box(NamedTuple):
    """A filled rectangle, in parts of a cell from its upper left corner; `alpha` of 1 is solid."""

    left: float
    top: float
    width: float
    height: float
    alpha: float = 1.0


class Shape(NamedTuple):
    """What a character is made of.

    `dots` are centres of braille dots and `arms` the ways, of `lrud`, that a thin line goes from
    the middle of the cell.
    """

    dots: tuple[tuple[float, float], ...] = ()
    boxes: tuple[Box, ...] = ()
    arms: str = ""


@cache
def shape_of(char: str) -> Shape | None:
    """The shape of one character; None for what a font has to draw."""
    if char in _ARMS:
        return Shape(arms=_ARMS[char])
    if char in _SHADES:
        return Shape(boxes=(Box(0, 0, 1, 1, _SHADES[char]),))
    if 0 < ord(char) - _BRAILLE < 256:
        bits = ord(char) - _BRAILLE
        places = [place for bit, place in enumerate(_DOTS) if bits >> bit & 1]
        return Shape(dots=tuple(((2 * x + 1) / 4, (2 * y + 1) / 8) for x, y in places))
    boxes = _boxes(char)
    return Shape(boxes=boxes) if boxes else None


def _boxes(char: str) -> tuple[Box, ...]:
    """The rectangles of a block character; none for any other."""
    if char == " ":
        return ()
    if char in _LOWER:
        part = _LOWER.index(char) / 8
        return (Box(0, 1 - part, 1, part),)
    if char in _LEFT:
        return (Box(0, 0, _LEFT.index(char) / 8, 1),)
    if char not in _QUARTERS:
        return ()
    bits = _QUARTERS.index(char)
    return tuple(Box(bit % 2 / 2, bit // 2 / 2, 0.5, 0.5) for bit in range(4) if bits >> bit & 1)
