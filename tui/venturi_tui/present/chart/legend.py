"""The words around a chart: title and notes above, mark, name and value of each line below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from venturi_tui.present.chart.cut import cut, fit, width_of
from venturi_tui.present.chart.drawing import Look, Span
from venturi_tui.present.chart.theme import ChartTheme
from venturi_tui.present.words import safe

Row = tuple[Span, ...]
_BETWEEN = 3
_LEAST = 9
"""Cells for mark and name below which names are not cut, but lines left out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line in the legend."""

    mark: str
    label: str
    value: str
    look: Look
    is_focused: bool = False


def header(title: str, notes: Sequence[str], width: int, theme: ChartTheme) -> Row:
    """Title at the left, notes at the right; the title gives way last."""
    name = cut(safe(title), width)
    room = width - width_of(name) - (2 if name else 0)
    said = cut(" · ".join(map(safe, notes)), max(room, 0))
    blank = " " * (width - width_of(name) - width_of(said))
    return _row(
        Span(name, Look(fg=theme.text, bold=True)),
        Span(blank, Look()),
        Span(said, Look(fg=theme.muted)),
    )


def small_header(title: str, entries: Sequence[Entry], width: int, theme: ChartTheme) -> Row:
    """Title at the left, marks and values at the right: as many as fit, the focused line first."""
    order = sorted(entries, key=lambda entry: not entry.is_focused)
    value = 2 + width_of(order[0].value) + (2 if len(entries) > 1 else 0) if order else 0
    name = cut(safe(title), width - value if width - value >= 8 else width)
    room = width - width_of(name)
    shown: list[Entry] = []
    for entry in order:
        room -= (4 if len(entries) > 1 else 2) + width_of(entry.value)
        if room < 0:
            break
        shown.append(entry)
    spans: list[Span] = []
    for entry in sorted(shown, key=entries.index):
        mark = f"{'  ' if spans else ''}{entry.mark}" if len(entries) > 1 else ""
        spans.append(Span(mark, entry.look))
        spans.append(Span(f" {entry.value}" if mark else entry.value, Look(fg=theme.muted)))
    used = width_of(name) + sum(width_of(span.text) for span in spans)
    text = Look(fg=theme.text, bold=True)
    return _row(Span(name, text), Span(" " * (width - used), Look()), *spans)


def rows_wanted(entries: Sequence[Entry], width: int) -> int:
    """How many rows a legend of everything takes."""
    if not entries:
        return 0
    return -(-len(entries) // _per_row(_widest(entries, width), width))


def legend(
    entries: Sequence[Entry], width: int, rows: int, left: int, theme: ChartTheme
) -> list[Row]:
    """The legend in exactly `rows` rows of `width` cells.

    Names are cut where that makes room for all lines. Where it does not, the last words say how
    many are left out; the focused line is not among those.

    Args:
        entries: All lines, in order; not none.
        width: Cells of a row.
        rows: How many rows there are, at least 1.
        left: Blank cells at the left, given up when the room is short.
        theme: Colours.
    """
    left = left if width - left >= 24 else 0
    room = width - left
    one = _widest(entries, room)
    share = (room + _BETWEEN) // -(-len(entries) // rows) - _BETWEEN
    if one > share >= _LEAST + max(width_of(entry.value) for entry in entries):
        one = share
    per_row = _per_row(one, room)
    shown, hidden = _shown(entries, per_row * rows)
    made: list[Row] = []
    for start in range(0, per_row * rows, per_row):
        spans = [Span(" " * left, Look())]
        for at, entry in enumerate(shown[start : start + per_row]):
            spans.append(Span(" " * (_BETWEEN if at else 0), Look()))
            spans += _entry(entry, one, theme)
        used = sum(width_of(span.text) for span in spans)
        if hidden and start + per_row == per_row * rows:
            gap = " " * (_BETWEEN if used > left else 0)
            more = cut(f"{gap}+{hidden} more", width - used)
            spans.append(Span(more, Look(fg=theme.muted)))
            used += width_of(more)
        made.append(_row(*spans, Span(" " * (width - used), Look())))
    return made


def _shown(entries: Sequence[Entry], places: int) -> tuple[list[Entry], int]:
    """What is shown in so many places, one of them kept for saying how many are not."""
    if len(entries) <= places:
        return list(entries), 0
    shown = list(entries[: places - 1])
    focused = next((entry for entry in entries[places - 1 :] if entry.is_focused), None)
    if focused is not None and shown:
        shown[-1] = focused
    return shown, len(entries) - len(shown)


def _per_row(one: int, width: int) -> int:
    return max(1, (width + _BETWEEN) // (one + _BETWEEN))


def _widest(entries: Sequence[Entry], width: int) -> int:
    """Cells of the widest entry, at most what is there or half of it."""
    widest = max((width_of(_words(entry)) for entry in entries), default=0) + 2
    return max(1, min(widest, width, max(24, width // 2)))


def _words(entry: Entry) -> str:
    return f"{safe(entry.label)} {entry.value}".rstrip()


def _entry(entry: Entry, width: int, theme: ChartTheme) -> list[Span]:
    """Mark, name and value in exactly `width` cells; a long name is cut, the value is not."""
    value = f" {entry.value}" if entry.value else ""
    name = cut(safe(entry.label), max(width - 2 - width_of(value), 0))
    text = Look(fg=theme.text, bold=entry.is_focused)
    spans = [
        Span(fit(f"{entry.mark} ", min(2, width)), entry.look),
        Span(name, text),
        Span(cut(value, max(width - 2 - width_of(name), 0)), Look(fg=theme.muted)),
    ]
    used = sum(width_of(span.text) for span in spans)
    return [*spans, Span(" " * (width - used), Look())]


def _row(*spans: Span) -> Row:
    return tuple(span for span in spans if span.text)
