"""Which colour and mark a run has: the same everywhere, and no two alike among those shown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from string import ascii_letters
from zlib import crc32

_COLORS = 8
_MARKS = "◆●▲■▼★✚◐" + "◇○△□▽☆✛◑" + ascii_letters
_ASCII_MARKS = "*ox#@%&=" + ascii_letters.replace("o", "").replace("x", "")


@dataclass(frozen=True, slots=True)
class SeriesStyle:
    """The looks of one line, by number: the first eight differ in colour and in mark.

    The next ones repeat the colours with further marks. `slot` is 0 or more.
    """

    slot: int

    @property
    def color(self) -> int:
        """Place in the theme's palette."""
        return self.slot % _COLORS

    @property
    def mark(self) -> str:
        """A sign of one cell."""
        return _MARKS[self.slot % len(_MARKS)]

    @property
    def ascii_mark(self) -> str:
        """The same, of ASCII."""
        return _ASCII_MARKS[self.slot % len(_ASCII_MARKS)]


def series_style(run_id: str, taken: Collection[SeriesStyle] = ()) -> SeriesStyle:
    """The style of a run: always the same, unless one of those in sight has it already.

    Args:
        run_id: Decides the style that is tried first, one of the first eight.
        taken: Styles of the other lines. While any of the first eight is free, one of them is
            given; after that a colour is shared, with a mark that nobody has.
    """
    first = crc32(run_id.encode()) % _COLORS
    slots = {style.slot for style in taken}
    turn = 0
    while True:
        for step in range(_COLORS):
            slot = turn * _COLORS + (first + step) % _COLORS
            if slot not in slots:
                return SeriesStyle(slot)
        turn += 1
