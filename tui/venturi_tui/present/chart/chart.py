"""A chart of metric curves as text: a pure function of lines, size and options."""

from __future__ import annotations

from collections.abc import Sequence

from venturi_tui.present.chart.canvas import Canvas
from venturi_tui.present.chart.curves import Curve, notes_of, prepared, reading, x_range, y_range
from venturi_tui.present.chart.cut import cells, cut
from venturi_tui.present.chart.drawing import Drawing, Look, PlotArea, Reading, Span
from venturi_tui.present.chart.layout import Rows, YAxis, shared_rows, y_axis
from venturi_tui.present.chart.legend import Entry, Row, header, legend, rows_wanted
from venturi_tui.present.chart.options import ChartLine, ChartOptions, Dots
from venturi_tui.present.chart.scales import Scale
from venturi_tui.present.chart.theme import line_look
from venturi_tui.present.words import MISSING, number


def draw_chart(
    lines: Sequence[ChartLine], width: int, height: int, options: ChartOptions | None = None
) -> Drawing:
    """Draw curves into exactly `width` x `height` terminal cells.

    Never fails for the sake of the data: without points, with nothing finite, or with too little
    room, the drawing says so. Takes 10 to 30 ms for a handful of lines at 200x50; the first time
    also what smoothing and thinning the whole of each series take, which the series remember.
    May be called from any thread.

    Args:
        lines: What to draw, the first at the bottom.
        width: Cells of each row. Nothing is drawn below 1.
        height: Rows. Nothing is drawn below 1.
        options: How; None for a first look.
    """
    options = options or ChartOptions()
    if width < 1 or height < 1:
        return Drawing(max(width, 0), 0, ())
    curves = prepared(lines, options)
    readings = _readings(curves, options)
    notes = notes_of(curves, options)
    entries = _entries(curves, readings, options)
    rows = shared_rows(
        height,
        header=bool(options.title or notes),
        legend=rows_wanted(entries, width) if options.legend else 0,
    )
    drawn, area = _plot(curves, width, rows, options)
    if rows.header:
        drawn.insert(0, header(options.title, notes, width, options.theme))
    left = area.left if area else 0
    if rows.legend:
        drawn += legend(entries, width, rows.legend, left, options.theme)
    return Drawing(width, height, tuple(drawn), area, readings, notes)


def _readings(curves: Sequence[Curve], options: ChartOptions) -> tuple[Reading | None, ...]:
    if options.cursor is None:
        return ()
    cursor = options.cursor
    return tuple(reading(curve, cursor) for curve in curves)


def _entries(
    curves: Sequence[Curve], readings: Sequence[Reading | None], options: ChartOptions
) -> list[Entry]:
    entries: list[Entry] = []
    for place, curve in enumerate(curves):
        style = curve.line.style
        if readings:
            at = readings[place]
            value = MISSING if at is None else number(at.value)
        else:
            value = number(curve.logged.ys[-1]) if len(curve.logged) else MISSING
        focused = place == options.focus
        look = line_look(options.theme, style.color, bold=focused)
        mark = style.ascii_mark if options.dots is Dots.ASCII else style.mark
        entries.append(Entry(mark, curve.line.label, value, look, focused))
    return entries


def _plot(
    curves: Sequence[Curve], width: int, rows: Rows, options: ChartOptions
) -> tuple[list[Row], PlotArea | None]:
    """Canvas and axes as rows, and where they lie."""
    window = x_range(curves, options)
    if window is None:
        return _message("no points yet", width, rows.canvas + rows.x_axis, options), None
    height = y_range(curves, window, options)
    dots = options.dots
    y_scale = Scale(*(height or (0.0, 1.0)), rows.canvas * dots.rows)
    axis = y_axis(y_scale, rows.canvas, width, log=options.y_log)
    if height is None:
        axis = YAxis(0, (), "")
    columns = width - (axis.gutter + 1 if axis.gutter else 0)
    x_scale = Scale(*window, columns * dots.columns)
    drawn = Canvas(curves, x_scale, y_scale, axis, columns, rows, options).draw()
    area = PlotArea(
        left=width - columns,
        top=rows.header,
        columns=columns,
        rows=rows.canvas,
        x=window,
        y=(y_scale.low, y_scale.high),
        dots=dots.columns,
    )
    return drawn, area


def _message(text: str, width: int, height: int, options: ChartOptions) -> list[Row]:
    """A text in the middle of nothing."""
    said = cut(text, width)
    left = (width - cells(said)) // 2
    blank = (Span(" " * width, Look()),)
    row = (Span(" " * left, Look()), Span(said, Look(fg=options.theme.muted)))
    row = (*row, Span(" " * (width - left - cells(said)), Look()))
    middle = (height - 1) // 2
    return [
        tuple(span for span in row if span.text) if at == middle else blank for at in range(height)
    ]
