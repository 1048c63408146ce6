"""Tables as lines of text: aligned, fitted to a width where there is one, and as Markdown."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from venturi_tui.present.width import cells, clip, left, right
from venturi_tui.present.words import MISSING


class Tone(Enum):
    """What a text means; whoever draws decides how that looks."""

    NORMAL = "normal"
    STRONG = "strong"
    DIM = "dim"
    RUNNING = "running"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Cell:
    """One safe line of text and what it means."""

    text: str
    tone: Tone = Tone.NORMAL


NOTHING = Cell(MISSING, Tone.DIM)
"""The cell of a missing value."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """How a column is laid out.

    Numbers of a `numeric` column stand with their decimal points below each other. Where room is
    short a column is cut down to `floor` cells, if it has one; `end` then marks where text is cut
    off, and is empty for ids, whose beginning is an id as well.
    """

    title: str
    numeric: bool = False
    right: bool = False
    floor: int | None = None
    end: str = "…"


Paint: TypeAlias = Callable[[str, Tone], str]
"""Dresses a text for a terminal; what it adds takes no cells."""

TableRow: TypeAlias = Sequence[Cell] | Cell
"""Cells for the columns, or one cell that stands alone as a heading."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn table: its lines, and the titles of columns for which there was no room."""

    lines: list[str]
    hidden: tuple[str, ...] = ()


_GAP = 2
_LONGEST = 60
"""Cells of the widest column where there is no width to fit into; a longer cell sticks out."""

_HEAD = re.compile(r"[-+]?\d+")


def plain_paint(text: str, tone: Tone) -> str:  # noqa: ARG001
    """The text as it is."""
    return text


def draw_table(
    columns: Sequence[TableColumn],
    rows: Sequence[TableRow],
    *,
    width: int | None = None,
    headers: bool = True,
    paint: Paint = plain_paint,
) -> Drawing:
    """A table as lines.

    Args:
        columns: The most useful first: where room is short the last ones are left out.
        rows: Cells for each column, or a heading.
        width: Cells there are; None cuts and leaves out nothing.
        headers: Whether titles stand above.
        paint: How tones look.
    """
    bodies = [
        [row[i].text for row in rows if not isinstance(row, Cell)] for i in range(len(columns))
    ]
    longest = _LONGEST if width is None else sys.maxsize
    layouts = [
        _layout(column, body, headers, longest)
        for column, body in zip(columns, bodies, strict=True)
    ]
    widths = _fit(layouts, width)
    shown = list(zip(columns, layouts, widths, strict=False))
    lines: list[str] = []
    if headers and columns:
        titles = [Cell(column.title, Tone.STRONG) for column in columns]
        lines.append(_line(shown, titles, paint, whole=width is None, is_title=True))
    lines.extend(
        paint(row.text, row.tone)
        if isinstance(row, Cell)
        else _line(shown, row, paint, whole=width is None)
        for row in rows
    )
    return Drawing(lines, tuple(column.title for column in columns[len(widths) :]))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Cells a column wants, can do with, and keeps left of the decimal point.

    One that waits gets more only when all others have enough.
    """

    natural: int
    floor: int
    point: int | None
    waits: bool = False


def _layout(column: TableColumn, texts: Sequence[str], headers: bool, longest: int) -> _Layout:
    """What a column wants; cells longer than the longest stick out and widen nothing."""
    title = cells(column.title) if headers else 0
    if column.numeric:
        before, after = _extents(texts)
        natural = max(before + after, title, 1)
        return _Layout(natural, natural, natural - after)
    sizes = [size for size in map(cells, texts) if size <= longest]
    natural = max([title, 1, *sizes])
    floor = natural if column.floor is None else min(natural, column.floor)
    return _Layout(natural, floor, None, waits=not column.end)


def _extents(texts: Sequence[str]) -> tuple[int, int]:
    """The most cells before the decimal points, and from there on."""
    before = after = 0
    for text in texts:
        if text == MISSING:
            continue
        head = _point(text)
        before = max(before, head)
        after = max(after, cells(text) - head)
    return before, after


def _point(text: str) -> int:
    """Where the decimal point of a number stands, or would."""
    head = _HEAD.match(text)
    return head.end() if head else cells(text)


def _fit(layouts: Sequence[_Layout], width: int | None) -> list[int]:
    """The widths of the columns that there is room for; at least one is shown."""
    if width is None:
        return [layout.natural for layout in layouts]
    kept: list[_Layout] = []
    used = -_GAP
    for layout in layouts:
        used += _GAP + layout.floor
        if kept and used > width:
            used -= _GAP + layout.floor
            break
        kept.append(layout)
    widths = [layout.floor for layout in kept]
    spare = width - used
    for turn in (False, True):
        wanting = [place for place, layout in enumerate(kept) if layout.waits is turn]
        spare = _share_out(spare, wanting, widths, kept)
    return widths


def _share_out(
    spare: int, places: Sequence[int], widths: list[int], layouts: Sequence[_Layout]
) -> int:
    """Widen columns cell by cell in turn, so that short wants are met first; what is left over."""
    wanting = list(places)
    while spare > 0 and wanting:
        wanting = [place for place in wanting if widths[place] < layouts[place].natural]
        for place in wanting[:spare]:
            widths[place] += 1
        spare -= min(spare, len(wanting))
    return spare


def _line(
    shown: Sequence[tuple[TableColumn, _Layout, int]],
    row: Sequence[Cell],
    paint: Paint,
    *,
    whole: bool,
    is_title: bool = False,
) -> str:
    parts: list[str] = []
    for (column, layout, width), cell in zip(shown, row, strict=False):
        text = cell.text if whole else clip(cell.text, width, column.end)
        placed = _place(text, column, layout, width, is_title=is_title)
        body = placed.strip()
        lead = len(placed) - len(placed.lstrip())
        tail = len(placed) - lead - len(body)
        parts.append(" " * lead + (paint(body, cell.tone) if body else "") + " " * tail)
    return (" " * _GAP).join(parts).rstrip()


def _place(text: str, column: TableColumn, layout: _Layout, width: int, *, is_title: bool) -> str:
    """A text in exactly the column's cells."""
    if column.right or (is_title and column.numeric):
        return right(text, width)
    if layout.point is None:
        return left(text, width)
    before = layout.point - (1 if text == MISSING else _point(text))
    return left(" " * max(0, before) + text, width)


def draw_markdown(columns: Sequence[TableColumn], rows: Sequence[TableRow]) -> list[str]:
    """A table as lines of Markdown; a heading becomes a row whose first cell is strong."""
    marks = ["---:" if column.numeric or column.right else "---" for column in columns]
    lines = [_markdown_line([column.title for column in columns]), f"| {' | '.join(marks)} |"]
    for row in rows:
        if isinstance(row, Cell):
            lines.append(_markdown_line([row.text, *([""] * (len(columns) - 1))], strong=True))
        else:
            lines.append(_markdown_line([cell.text for cell in row]))
    return lines


_MARKDOWN = re.compile(r"[\\|<`*\[\]]")


def _markdown_line(texts: Sequence[str], *, strong: bool = False) -> str:
    cells_ = [_MARKDOWN.sub(r"\\\g<0>", text) for text in texts]
    if strong:
        cells_[0] = f"**{cells_[0]}**"
    return f"| {' | '.join(cells_)} |"
