"""The words around a chart: title and notes above, mark, name and value of each line below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from venturi_tui.present.chart.cut import cells, cut, fit
from venturi_tui.present.chart.drawing import Look, Span
from venturi_tui.present.chart.theme import ChartTheme
from venturi_tui.present.words import safe

Row = tuple[Span, ...]
_BETWEEN = 3


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
    room = width - cells(name) - (2 if name else 0)
    said = cut(" · ".join(map(safe, notes)), max(room, 0))
    blank = " " * (width - cells(name) - cells(said))
    return _row(
        Span(name, Look(fg=theme.text, bold=True)),
        Span(blank, Look()),
        Span(said, Look(fg=theme.muted)),
    )


def rows_wanted(entries: Sequence[Entry], width: int) -> int:
    """How many rows a legend of everything takes."""
    if not entries:
        return 0
    per_row = max(1, (width + _BETWEEN) // (_entry_width(entries, width) + _BETWEEN))
    return -(-len(entries) // per_row)


def legend(
    entries: Sequence[Entry], width: int, rows: int, left: int, theme: ChartTheme
) -> list[Row]:
    """The legend in exactly `rows` rows of `width` cells; says how many lines it leaves out.

    Args:
        entries: All lines, in order.
        width: Cells of a row.
        rows: How many rows there are.
        left: Blank cells at the left, given up when the room is short.
        theme: Colours.
    """
    left = left if width - left >= 24 else 0
    room = width - left
    one = _entry_width(entries, room)
    per_row = max(1, (room + _BETWEEN) // (one + _BETWEEN))
    shown = list(entries[: per_row * rows])
    hidden = len(entries) - len(shown)
    if hidden:
        hidden += 1
        shown.pop()
    made: list[Row] = []
    for start in range(0, per_row * rows, per_row):
        spans = [Span(" " * left, Look())]
        for at, entry in enumerate(shown[start : start + per_row]):
            spans.append(Span(" " * (_BETWEEN if at else 0), Look()))
            spans += _entry(entry, one, theme)
        if hidden and start + per_row == per_row * rows:
            used = sum(cells(span.text) for span in spans)
            more = cut(f"{' ' * (_BETWEEN if used > left else 0)}+{hidden} more", width - used)
            spans.append(Span(more, Look(fg=theme.muted)))
        used = sum(cells(span.text) for span in spans)
        made.append(_row(*spans, Span(" " * (width - used), Look())))
    return made


def _entry_width(entries: Sequence[Entry], width: int) -> int:
    """Cells of the widest entry, at most what is there."""
    widest = max((cells(_words(entry)) for entry in entries), default=0) + 2
    return max(1, min(widest, width, max(24, width // 2)))


def _words(entry: Entry) -> str:
    return f"{safe(entry.label)} {entry.value}".rstrip()


def _entry(entry: Entry, width: int, theme: ChartTheme) -> list[Span]:
    """Mark, name and value in exactly `width` cells; a long name is cut, the value is not."""
    value = f" {entry.value}" if entry.value else ""
    name = cut(safe(entry.label), max(width - 2 - cells(value), 0))
    text = Look(fg=theme.text, bold=entry.is_focused)
    spans = [
        Span(fit(f"{entry.mark} ", min(2, width)), entry.look),
        Span(name, text),
        Span(cut(value, max(width - 2 - cells(name), 0)), Look(fg=theme.muted)),
    ]
    used = sum(cells(span.text) for span in spans)
    return [*spans, Span(" " * (width - used), Look())]


def _row(*spans: Span) -> Row:
    return tuple(span for span in spans if span.text)
