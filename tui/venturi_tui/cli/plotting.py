"""Curves as one picture, and any picture as a document."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from math import inf, isfinite

from venturi.curves.series import XAxis
from venturi_tui.cli.plot_curves import Curve
from venturi_tui.cli.plot_wish import Form, Ground, Look, Style, Window
from venturi_tui.cli.report import Report
from venturi_tui.present.chart import (
    DARK,
    LIGHT,
    PLAIN,
    Band,
    ChartLine,
    ChartOptions,
    ChartTheme,
    Dots,
    Drawing,
    SeriesStyle,
    draw_chart,
    drawing_html,
    drawing_svg,
    drawing_text,
    series_style,
    theme_for,
)
from venturi_tui.present.chart.vectors import chart_html, chart_svg

_FEW = 4
"""Up to so many curves, the raw range of each is tinted behind its smoothed line."""


def draw_curves(
    curves: Sequence[Curve], look: Look, size: tuple[int, int], theme: ChartTheme, dots: Dots
) -> Drawing:
    """All curves in one chart, each with a colour and a mark of its own."""
    lines, options = chart_of(curves, look, theme, dots)
    return draw_chart(lines, *size, options)


def chart_of(
    curves: Sequence[Curve], look: Look, theme: ChartTheme, dots: Dots
) -> tuple[list[ChartLine], ChartOptions]:
    """The lines of one chart of all curves, and how to draw it."""
    keys = list(dict.fromkeys(curve.key for curve in curves))
    lines: list[ChartLine] = []
    taken: list[SeriesStyle] = []
    for curve in curves:
        style = series_style(curve.identity, taken)
        taken.append(style)
        label = curve.series.label
        lines.append(chart_line(curve, style, f"{label} {curve.key}" if len(keys) > 1 else label))
    over = f" over {look.over.metric}" if look.over.metric else ""
    return lines, chart_options(curves, look, theme, dots, title=", ".join(keys) + over)


def chart_line(curve: Curve, style: SeriesStyle, label: str) -> ChartLine:
    """A curve as a line of a chart; a group with the band of its runs."""
    edges = None if curve.band is None else (curve.band.low, curve.band.high)
    return ChartLine(label, curve.series, style, edges)


def chart_options(
    curves: Sequence[Curve], look: Look, theme: ChartTheme, dots: Dots, *, title: str
) -> ChartOptions:
    """How to draw these curves."""
    tinted = look.smoothing and look.grouping is None and len(curves) <= _FEW
    return ChartOptions(
        title=title,
        x_axis=curves[0].axis if curves else XAxis.STEP,
        x_name=look.over.metric,
        x_log=look.log_x,
        y_log=look.log_y,
        robust=look.robust,
        extremes=look.extremes,
        smoothing=look.smoothing,
        x_window=closed(look.x_window, (curve.series.xs for curve in curves)),
        y_window=closed(look.y_window, (curve.series.ys for curve in curves)),
        band=Band.ALL if tinted else Band.NONE,
        theme=theme,
        dots=dots,
    )


def closed(window: Window, columns: Iterable[Sequence[float]]) -> tuple[float, float] | None:
    """A window with both ends, an open one being where the values end; None when it is all open."""
    low, high = window
    if low is None and high is None:
        return None
    least, most = inf, -inf
    for column in columns:
        finite = [value for value in column if isfinite(value)]
        least = min(least, min(finite, default=inf))
        most = max(most, max(finite, default=-inf))
    if low is None:
        low = min(least, high or 0.0)
    if high is None:
        high = max(most, low)
    return low, high


def theme_of(look: Look, form: Form, report: Report) -> ChartTheme:
    """The colours of a picture: those asked for, else what suits the terminal; none without."""
    if form is Form.TEXT and not report.colored:
        return PLAIN
    if look.ground is not Ground.AUTO:
        return LIGHT if look.ground is Ground.LIGHT else DARK
    terminal = {"COLORFGBG": os.environ.get("COLORFGBG", "")}
    return theme_for(terminal if form is Form.TEXT else {})


def dots_of(look: Look, report: Report) -> Dots:
    """What lines are made of: what was asked for, else what stdout can take."""
    if look.style is not None and look.style is not Style.PIXELS:
        return Dots(look.style.value)
    return Dots.BRAILLE if report.speaks_utf8 else Dots.ASCII


def document(drawing: Drawing, form: Form, theme: ChartTheme, title: str) -> str:
    """A drawing as it is written; text with colours where the theme has any."""
    if form is Form.SVG:
        return drawing_svg(drawing, theme)
    if form is Form.HTML:
        return drawing_html(drawing, title, theme)
    return f"{drawing_text(drawing, theme.has_color, depth=color_depth())}\n"


def vector_document(
    curves: Sequence[Curve], look: Look, form: Form, theme: ChartTheme, report: Report
) -> str | None:
    """One chart as a document whose curves are smooth lines; None where dots are wished, or many.

    A `--style` asks for dots in a picture too.
    """
    if form not in (Form.SVG, Form.HTML) or look.grid or look.style is not None:
        return None
    lines, options = chart_of(curves, look, theme, dots_of(look, report))
    if form is Form.SVG:
        return chart_svg(lines, *look.cells(report, form), options)
    title = ", ".join(dict.fromkeys(curve.key for curve in curves))
    return chart_html(lines, *look.cells(report, form), options, title)


def color_depth() -> int:
    """How many bits a colour of the terminal has."""
    return 24 if os.environ.get("COLORTERM") in ("truecolor", "24bit") else 8
