"""A chart of metric curves as text: a pure function of lines, size and options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from venturi_tui.present.chart.canvas import Canvas
from venturi_tui.present.chart.curves import (
    Axes,
    Curve,
    axes_of,
    notes_of,
    prepared,
    reading,
    x_range,
    y_range,
)
from venturi_tui.present.chart.cut import cut, width_of
from venturi_tui.present.chart.drawing import Drawing, Look, PlotArea, Reading, Span
from venturi_tui.present.chart.extremes import beyond_notes
from venturi_tui.present.chart.layout import Axis, Rows, shared_rows, x_axis, y_axis
from venturi_tui.present.chart.legend import Entry, Row, header, legend, rows_wanted, small_header
from venturi_tui.present.chart.options import ChartLine, ChartOptions, Dots
from venturi_tui.present.chart.scales import Scale
from venturi_tui.present.chart.theme import ChartTheme, line_look
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
    return composed(lines, width, height, options or ChartOptions())[0]


def composed(
    lines: Sequence[ChartLine],
    width: int,
    height: int,
    options: ChartOptions,
    *,
    blank: bool = False,
) -> tuple[Drawing, Canvas | None]:
    """The drawing, and what its canvas shows; None where there is nothing to show.

    With `blank`, the canvas is left for somebody else to draw: in pixels.
    """
    if width < 1 or height < 1:
        return Drawing(max(width, 0), 0, ()), None
    axes = axes_of(lines, options)
    curves = prepared(lines, axes, options)
    readings = _readings(curves, options)
    notes = notes_of(curves, axes, options)
    entries = _entries(curves, readings, options)
    rows = shared_rows(
        height,
        header=bool(options.title or notes or options.robust or options.compact),
        legend=rows_wanted(entries, width) if options.legend else 0,
        compact=options.compact,
    )
    plot = _plot(curves, axes, width, rows, options)
    notes += plot.notes
    drawn = list(plot.canvas.draw(blank=blank) if plot.canvas else plot.instead)
    if rows.header and options.compact:
        drawn.insert(0, small_header(options.title, entries, width, options.theme))
    elif rows.header:
        drawn.insert(0, header(options.title, notes, width, options.theme))
    if rows.legend:
        left = plot.area.left if plot.area else 0
        drawn += legend(entries, width, rows.legend, left, options.theme)
    return Drawing(width, height, tuple(drawn), plot.area, readings, notes), plot.canvas


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
            value = number(curve.line.series.ys[-1]) if len(curve.line.series) else MISSING
        focused = place == options.focus
        look = line_look(options.theme, style.color, bold=focused)
        mark = style.ascii_mark if options.dots is Dots.ASCII else style.mark
        entries.append(Entry(mark, curve.line.label, value, look, focused))
    return entries


@dataclass(frozen=True, slots=True)
class _Plot:
    """Canvas and axes, where they lie, what to say beside them; or what stands instead."""

    canvas: Canvas | None = None
    instead: Sequence[Row] = ()
    area: PlotArea | None = None
    notes: tuple[str, ...] = ()


def _plot(
    curves: Sequence[Curve], scales: Axes, width: int, rows: Rows, options: ChartOptions
) -> _Plot:
    window = x_range(curves, scales, options)
    if window is None:
        room = rows.canvas + rows.x_axis
        return _Plot(instead=message("no points yet", width, room, options.theme))
    range_ = y_range(curves, window, scales, options)
    dots = options.dots
    y_scale = Scale(*(range_ or (0.0, 1.0)), rows.canvas * dots.rows)
    y_labels = Axis()
    if range_:
        y_labels = y_axis(y_scale, rows.canvas, width, scales.y, compact=options.compact)
    left = y_labels.gutter + 1 if y_labels.gutter else 0
    columns = width - left
    x_scale = Scale(*window, columns * dots.columns)
    x_labels = x_axis(x_scale, columns, scales.x, options) if rows.x_axis else None
    canvas = Canvas(
        curves, scales, x_scale, y_scale, x_labels, y_labels, columns, rows.canvas, options
    )
    area = PlotArea(
        left=left,
        top=rows.header,
        columns=columns,
        rows=rows.canvas,
        x=(scales.x.value(x_scale.low), scales.x.value(x_scale.high)),
        y=(y_scale.low, y_scale.high),
        dots=dots.columns,
        x_log=options.x_log,
    )
    named = (("x", x_labels), ("y", y_labels))
    notes = [f"{name} + {axis.base}" for name, axis in named if axis and axis.base]
    if canvas.has_beyond and range_:
        notes += beyond_notes(curves, window, range_, options)
    return _Plot(canvas, (), area, tuple(notes))


def message(text: str, width: int, height: int, theme: ChartTheme) -> list[Row]:
    """A text in the middle of nothing."""
    said = cut(text, width)
    left = (width - width_of(said)) // 2
    blank = (Span(" " * width, Look()),)
    row = (Span(" " * left, Look()), Span(said, Look(fg=theme.muted)))
    row = (*row, Span(" " * (width - left - width_of(said)), Look()))
    middle = (height - 1) // 2
    return [
        tuple(span for span in row if span.text) if at == middle else blank for at in range(height)
    ]
