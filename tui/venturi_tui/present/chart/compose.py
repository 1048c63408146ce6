"""Many small charts as one drawing: a grid of metrics over the same runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from venturi_tui.present.chart.chart import draw_chart, message
from venturi_tui.present.chart.drawing import Drawing, Look, Span
from venturi_tui.present.chart.legend import Entry, Row, header, legend, rows_wanted
from venturi_tui.present.chart.options import ChartLine, ChartOptions, Dots
from venturi_tui.present.chart.theme import line_look

_GAP = 2
_NARROWEST, _LOWEST = 24, 6
_WIDEST, _HIGHEST = 60, 15
_ROOMY = 9
"""Rows of the whole from which on there is room for a title and a legend."""


@dataclass(frozen=True, slots=True)
class GridChart:
    """One chart of a grid: what it is called, and its lines, of the runs that have the metric."""

    title: str
    lines: Sequence[ChartLine]


def draw_grid(
    charts: Sequence[GridChart], width: int, options: ChartOptions | None = None, height: int = 0
) -> Drawing:
    """Draw compact charts side by side, as wide as the rows, with one legend below all.

    As many stand in a row as have `24` cells and more each, none wider than 60 unless it is alone.

    Args:
        charts: In order, row by row.
        width: Cells of each row of the whole.
        options: How each is drawn; `title`, `legend` and `compact` have no effect on the single
            charts, the title stands above all of them.
        height: Rows of the whole, of which each chart gets its share, at least 6 and at most 15;
            what does not fit is left out, and a note says how many. 0 takes what all of them need.
    """
    options = options or ChartOptions()
    if width < 1:
        return Drawing(0, 0, ())
    if not charts:
        rows = max(height, 1)
        return Drawing(width, rows, tuple(message("no metrics", width, rows, options.theme)))
    across = columns_of_grid(len(charts), width)
    down = -(-len(charts) // across)
    entries = _entries(charts, options)
    below = rows_wanted(entries, width) if options.legend and len(entries) > 1 else 0
    roomy = not height or height >= _ROOMY
    below = min(below, 3) if roomy else 0
    above = 1 if options.title and roomy else 0
    tall = 10 if not height else (height - above - below + 1) // down - 1
    tall = min(max(tall, _LOWEST), _HIGHEST)
    if height:
        down = max(1, min(down, (height - above - below + 1) // (tall + 1)))
        tall = min(tall, max(height - above - below, 1))
    shown = charts[: across * down]
    notes = (f"+{len(charts) - len(shown)} more",) if len(shown) < len(charts) else ()
    rows = list[Row]()
    if above:
        rows.append(header(options.title, (*options.notes, *notes), width, options.theme))
    for start in range(0, len(shown), across):
        rows += [_blank(width)] if start else []
        rows += _beside(shown[start : start + across], across, width, tall, options)
    if height:
        rows = rows[: height - below] + [_blank(width)] * (height - below - len(rows))
    if below:
        rows += legend(entries, width, below, 0, options.theme)
    return Drawing(width, len(rows), tuple(rows), notes=notes)


def columns_of_grid(count: int, width: int) -> int:
    """How many charts stand side by side in a grid of so many cells."""
    most = max(1, (width + _GAP) // (_NARROWEST + _GAP))
    wished = max(1, -(-(width + _GAP) // (_WIDEST + _GAP)))
    return min(count, most, max(wished, 2))


def _beside(
    charts: Sequence[GridChart], across: int, width: int, tall: int, options: ChartOptions
) -> list[Row]:
    """One row of charts; where the last row has fewer, the rest of it is blank."""
    rows: list[list[Span]] = [[] for _ in range(tall)]
    left = 0
    for at in range(across):
        right = (width + _GAP) * (at + 1) // across - _GAP
        cells = right - left
        if at < len(charts):
            one = replace(
                options, title=charts[at].title, legend=False, compact=True, focus=None, notes=()
            )
            drawn = draw_chart(charts[at].lines, cells, tall, one).rows
        else:
            drawn = (_blank(cells),) * tall
        for row, spans in zip(rows, drawn, strict=True):
            if at:
                row.append(Span(" " * _GAP, Look()))
            row.extend(spans)
        left = right + _GAP
    return [tuple(row) for row in rows]


def _entries(charts: Sequence[GridChart], options: ChartOptions) -> list[Entry]:
    """Every line once, by what it is called and how it looks."""
    found: dict[tuple[str, int], Entry] = {}
    for chart in charts:
        for line in chart.lines:
            style = line.style
            mark = style.ascii_mark if options.dots is Dots.ASCII else style.mark
            look = line_look(options.theme, style.color)
            found.setdefault((line.label, style.slot), Entry(mark, line.label, "", look))
    return list(found.values())


def _blank(width: int) -> Row:
    return (Span(" " * width, Look()),)
