r"""Keeps pictures in their places on the terminal: what was sent, what text covers, what is due.

Under a picture stand cells of `BLANK`, and only where they stand is it seen: a window or toast over
it is text like any other. With iTerm2's images and sixels, text that is written takes the picture
from its cells, so what is blank again is sent again. Kitty's pictures stay under the text.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from typing import Protocol

from venturi_tui.present.chart.bitmap import Bitmap, Colour
from venturi_tui.present.chart.drawing import Drawing, PlotArea, Span
from venturi_tui.present.chart.graphics import Protocol as Way
from venturi_tui.present.chart.indexed import Indexed

BLANK = "\u00a0"
"""What stands in a cell of a picture; it looks like a blank, but nothing else writes it."""

TERMINALS_OWN = "default"
"""The ground of cells under which kitty's pictures lie; on any other they are hidden."""

_CHUNK = 4096
_UNDER_GROUND = -1_073_741_826
"""The place among kitty's layers below cells with a ground of their own."""

Cells = tuple[int, int, int, int]
"""A rectangle of cells of a picture: left, top, columns, rows."""


class Shown(Protocol):
    """What the terminal shows."""

    def cells(self, y: int, x: int, size: int) -> Sequence[str]:
        """The text of so many cells from a place on, counted from 1."""
        ...

    def take_touched(self) -> list[tuple[int, int, int]]:
        """Row, first cell and end of what was written since this was asked last."""
        ...


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture of so many cells, ready to be sent.

    Args:
        indexed: Its pixels; the width is a multiple of `cell`, so is the height.
        cell: Pixels of a cell, wide and high.
        way: How the terminal takes it.
        accent: The colour of the cursor.
    """

    indexed: Indexed
    cell: tuple[int, int]
    way: Way
    accent: Colour

    @cached_property
    def whole(self) -> str:
        """All of it: at the cursor, or for kitty without the control data. Takes its time."""
        if self.way is Way.KITTY:
            return base64.b64encode(self.indexed.png()).decode("ascii")
        return self._drawn(self.indexed, self.columns, self.rows)

    @property
    def columns(self) -> int:
        """How many cells it is wide."""
        return self.indexed.width // self.cell[0]

    @property
    def rows(self) -> int:
        """How many cells it is high."""
        return self.indexed.height // self.cell[1]

    def part(self, cells: Cells, cursor: int | None) -> str:
        """What draws some of its cells at the terminal's cursor, with a line in a column."""
        left, top, columns, rows = cells
        wide, high = self.cell
        if (columns, rows) == (self.columns, self.rows) and cursor is None:
            return self.whole
        part = self.indexed.part(left * wide, top * high, columns * wide, rows * high)
        if cursor is not None and left <= cursor < left + columns:
            part = part.ruled((cursor - left) * wide + wide // 2, max(wide // 8, 1), self.accent)
        return self._drawn(part, columns, rows)

    def _drawn(self, part: Indexed, columns: int, rows: int) -> str:
        if self.way is Way.SIXEL:
            return part.sixel()
        content = part.png()
        about = f"inline=1;size={len(content)};width={columns};height={rows}"
        code = base64.b64encode(content).decode("ascii")
        return f"\x1b]1337;File={about};preserveAspectRatio=0:{code}\x07"


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture, and where its first cell is: row and column from 1; its cursor's column from 0."""

    picture: Picture
    y: int
    x: int
    cursor: int | None = None

    @property
    def stands(self) -> tuple[int, int, int]:
        """Which picture, and where."""
        return id(self.picture), self.y, self.x


Wanted = Callable[[], "Placed | None"]


class CellPictures:
    """A picture in the cells themselves: iTerm2's images, and sixels.

    Args:
        wanted: Says what is to be seen where.
    """

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._placed: Placed | None = None
        self._fresh: list[bytearray] = []

    def forget(self) -> None:
        """The terminal may show anything now."""
        self._placed = None

    def leave(self) -> str:
        """What takes everything away."""
        self._placed = None
        return ""

    def after(self, shown: Shown) -> str:
        """What to send after the text of a frame."""
        before, placed = self._placed, self._wanted()
        touched = shown.take_touched()
        self._placed = placed
        if placed is None:
            return ""
        columns, rows = placed.picture.columns, placed.picture.rows
        if before is None or before.stands != placed.stands:
            self._fresh = [bytearray(columns) for _ in range(rows)]
        elif not touched and before.cursor == placed.cursor:
            return ""
        else:
            self._wear(placed, touched)
            if before.cursor != placed.cursor:
                self._wear_column(before.cursor)
                self._wear_column(placed.cursor)
        return "".join(self._sent(placed, due) for due in self._due(placed, shown))

    def _wear(self, placed: Placed, touched: Sequence[tuple[int, int, int]]) -> None:
        """Text was written over cells of the picture."""
        for y, first, stop in touched:
            row = y - placed.y
            if 0 <= row < len(self._fresh):
                held = self._fresh[row]
                left, right = max(first - placed.x, 0), min(stop - placed.x, len(held))
                if left < right:
                    held[left:right] = bytes(right - left)

    def _wear_column(self, column: int | None) -> None:
        for held in self._fresh:
            if column is not None and 0 <= column < len(held):
                held[column] = 0

    def _due(self, placed: Placed, shown: Shown) -> Iterator[Cells]:
        """Rectangles of cells that are blank but do not show the picture, which they now do."""
        stretches: list[list[tuple[int, int]]] = []
        for row, held in enumerate(self._fresh):
            due: list[int] = []
            if 0 in held:
                cells = shown.cells(placed.y + row, placed.x, len(held))
                due = [at for at, cell in enumerate(cells) if cell == BLANK and not held[at]]
                for at in due:
                    held[at] = 1
            stretches.append(list(_stretches(due)))
        top = 0
        for found, same in groupby(stretches):
            rows = len(list(same))
            yield from ((left, top, right - left, rows) for left, right in found)
            top += rows

    def _sent(self, placed: Placed, cells: Cells) -> str:
        left, top = cells[:2]
        picture, cursor = placed.picture, placed.cursor
        if cells == (0, 0, picture.columns, picture.rows) and cursor is not None:
            over = (cursor, 0, 1, picture.rows)
            return self._sent(replace(placed, cursor=None), cells) + self._sent(placed, over)
        drawn = picture.part(cells, cursor)
        return f"\x1b7\x1b[{placed.y + top};{placed.x + left}H{drawn}\x1b8"


def _stretches(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of places side by side, as from and before."""
    if places:
        cuts = [at + 1 for at, (one, other) in enumerate(pairwise(places)) if other != one + 1]
        for start, stop in pairwise([0, *cuts, len(places)]):
            yield places[start], places[stop - 1] + 1


class KittyPictures:
    """A picture under the text, by kitty's protocol; its cursor is a picture over it.

    Args:
        wanted: Says what is to be seen where.
        base: The first of three numbers for pictures, that no other program takes.
    """

    def __init__(self, wanted: Wanted, base: int | None = None) -> None:
        self._wanted = wanted
        base = 0x56_00_00_00 + 4 * (os.getpid() & 0xFF_FF_FF) if base is None else base
        self._numbers = base, base + 1
        self._cursor_number = base + 2
        self._sent: Picture | None = None
        self._seen: Placed | None = None
        self._cursor_of: tuple[Colour, int] | None = None

    def forget(self) -> None:
        """The terminal may show anything now."""
        self._seen = self._sent = self._cursor_of = None

    def leave(self) -> str:
        """What takes everything away."""
        self.forget()
        return "".join(
            f"\x1b_Ga=d,d=I,i={n},q=2\x1b\\" for n in (*self._numbers, self._cursor_number)
        )

    def after(self, shown: Shown) -> str:
        """What to send after the text of a frame."""
        wanted = self._wanted()
        before, touched = self._seen, shown.take_touched()
        if wanted == before and not touched:
            return ""
        if wanted is not None and not _is_open(wanted, shown):
            wanted = None
        self._seen = wanted
        if wanted is None:
            return self._hidden() if before is not None else ""
        parts: list[str] = []
        if self._sent is not wanted.picture:
            parts += self._transmitted(wanted)
        elif before is None or before.stands != wanted.stands:
            parts.append(self._put(wanted))
        if before is None or before != wanted:
            parts.append(self._cursor(before, wanted))
        return "".join(parts)

    def _hidden(self) -> str:
        numbers = self._numbers[0], self._cursor_number
        return "".join(f"\x1b_Ga=d,d=i,i={number},q=2\x1b\\" for number in numbers)

    def _transmitted(self, wanted: Placed) -> Iterator[str]:
        """The new picture, in its place; then the old one goes."""
        old, number = self._numbers
        self._numbers = number, old
        self._sent = wanted.picture
        yield _kitty_data(f"a=t,f=100,i={number},q=2", wanted.picture.whole)
        yield self._put(wanted)
        yield f"\x1b_Ga=d,d=I,i={old},q=2\x1b\\"

    def _put(self, wanted: Placed) -> str:
        picture = wanted.picture
        size = f"c={picture.columns},r={picture.rows},z={_UNDER_GROUND}"
        return _kitty_put(wanted.y, wanted.x, f"i={self._numbers[0]},p=1,{size}")

    def _cursor(self, before: Placed | None, wanted: Placed) -> str:
        number, picture = self._cursor_number, wanted.picture
        if wanted.cursor is None:
            if before is None or before.cursor is None:
                return ""
            return f"\x1b_Ga=d,d=i,i={number},q=2\x1b\\"
        sent = ""
        of = picture.accent, picture.cell[0]
        if self._cursor_of != of:
            self._cursor_of = of
            sent = _kitty_data(f"a=t,f=100,i={number},q=2", _cursor_picture(*of))
        size = f"c=1,r={picture.rows},z={_UNDER_GROUND + 1}"
        place = wanted.y, wanted.x + wanted.cursor
        return sent + _kitty_put(*place, f"i={number},p=1,{size}")


def _is_open(wanted: Placed, shown: Shown) -> bool:
    """Whether any of a picture is to be seen."""
    picture = wanted.picture
    rows = range(wanted.y, wanted.y + picture.rows)
    return any(BLANK in shown.cells(y, wanted.x, picture.columns) for y in rows)


def _kitty_put(y: int, x: int, about: str) -> str:
    return f"\x1b7\x1b[{y};{x}H\x1b_Ga=p,{about},C=1,q=2\x1b\\\x1b8"


def _kitty_data(about: str, content: str) -> str:
    """A picture for kitty, in chunks of 4,096 letters."""
    chunks = [content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK)]
    last = len(chunks) - 1
    heads = [f"{about}," if at == 0 else "" for at in range(len(chunks))]
    return "".join(
        f"\x1b_G{head}m={int(at < last)};{chunk}\x1b\\"
        for at, (head, chunk) in enumerate(zip(heads, chunks, strict=True))
    )


def _cursor_picture(accent: Colour, wide: int) -> str:
    bitmap = Bitmap(wide, 1)
    for column in range(wide // 2, wide // 2 + max(wide // 8, 1)):
        bitmap.fill(column, 0, 1, accent, 255)
    return base64.b64encode(bitmap.png()).decode("ascii")


def see_through(drawing: Drawing, way: Way) -> Drawing:
    """A drawing whose blank canvas lets a picture be seen."""
    area = drawing.area
    if area is None:
        return drawing
    ground = TERMINALS_OWN if way is Way.KITTY else None
    rows = [
        tuple(_opened(row, area, ground)) if area.top <= y < area.top + area.rows else row
        for y, row in enumerate(drawing.rows)
    ]
    return replace(drawing, rows=tuple(rows))


def _opened(row: Sequence[Span], area: PlotArea, ground: str | None) -> Iterator[Span]:
    """A row with its blanks opened, from the first column of an area on."""
    at = 0
    for text, look in row:
        inner = max(area.left - at, 0)
        if text[:inner]:
            yield Span(text[:inner], look)
        if text[inner:]:
            yield Span(text[inner:].replace(" ", BLANK), look._replace(bg=look.bg or ground))
        at += len(text)
