"""The answer of `venturi metrics plot`: a picture of curves, or their points."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from venturi.curves.buckets import Buckets
from venturi.curves.series import Series, XAxis
from venturi.records import History, Run
from venturi_tui.cli.call import Call
from venturi_tui.cli.plot_curves import Curve, curves_of
from venturi_tui.cli.plot_data import write_data
from venturi_tui.cli.plot_grid import draw_grid
from venturi_tui.cli.plot_pixels import curves_in_pixels
from venturi_tui.cli.plot_shapes import curve_shapes
from venturi_tui.cli.plot_wish import Form, Look, Window
from venturi_tui.cli.plotting import document, dots_of, draw_curves, theme_of, vector_document
from venturi_tui.cli.report import Report
from venturi_tui.present.chart import Drawing
from venturi_tui.present.words import duration, exact_count, number, safe, timestamp


def answer_curves(
    call: Call, held: Sequence[tuple[Run, History | Buckets]], look: Look, form: Form
) -> None:
    """Write the picture of histories, and tell what it does not show."""
    curves = curves_of(held, look)
    _say_what_is_missing(call, curves, look)
    if form is Form.JSON:
        write_data(call, curve_shapes(curves, look))
        return
    report = call.report
    _ = call.settings  # which say whether there is colour
    theme = theme_of(look, form, report)
    smooth = curves_in_pixels(curves, look, report) or vector_document(
        curves, look, form, theme, report
    )
    if smooth is not None:
        report.data(smooth)
        return
    drawing, hidden = picture(report, curves, look, form)
    if hidden:
        report.say(f"{not_shown(hidden)}: a larger --size, or -m KEY, shows more")
    keys = dict.fromkeys(curve.key for curve in curves)
    report.data(document(drawing, form, theme, ", ".join(keys)))


def picture(report: Report, curves: Sequence[Curve], look: Look, form: Form) -> tuple[Drawing, int]:
    """The curves, in one chart or in many, and how many metrics do not fit."""
    theme, dots = theme_of(look, form, report), dots_of(look, report)
    size = look.cells(report, form)
    if look.grid and curves:
        return draw_grid(curves, look, size, theme, dots)
    return draw_curves(curves, look, size, theme, dots), 0


def not_shown(hidden: int) -> str:
    """How many metrics do not fit, in words."""
    return f"{exact_count(hidden)} more {'metric does' if hidden == 1 else 'metrics do'} not fit"


def _say_what_is_missing(call: Call, curves: Sequence[Curve], look: Look) -> None:
    over = look.over.metric
    for curve in curves:
        if over and not len(curve.series):
            pair = f"{safe(curve.key)} and {safe(over)}"
            call.report.say(f"{curve.name}: {pair} have no step in common")
    filled = [curve for curve in curves if len(curve.series)]
    if filled and not any(is_in_sight(curve.series, look.x_window) for curve in filled):
        first = min(curve.series.xs[0] for curve in filled)
        last = max(curve.series.xs[-1] for curve in filled)
        ends = [x_words(x, filled[0].axis, over) for x in (first, last)]
        call.report.say(f"no points in the --window: they lie between {ends[0]} and {ends[1]}")


def is_in_sight(series: Series, window: Window) -> bool:
    """Whether any point lies in a window of x."""
    low, high = window
    start, stop = series.rows_between(-inf if low is None else low, inf if high is None else high)
    return start < stop


def x_words(x: float, axis: XAxis, over: str) -> str:
    """A place on the axis in words, as a window takes it."""
    if over:
        return number(x)
    if axis is XAxis.STEP:
        return str(round(x))
    return timestamp(round(x)) if axis is XAxis.TIME else duration(round(x * 1000))
