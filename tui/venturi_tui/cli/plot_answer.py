"""The answer of `venturi metrics plot`: a picture of curves, or their points."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.records import History, Run
from venturi_tui.cli.call import Call
from venturi_tui.cli.formats.jsons import write_json_array
from venturi_tui.cli.plot_curves import Curve, curves_of
from venturi_tui.cli.plot_grid import draw_grid
from venturi_tui.cli.plot_shapes import curve_shapes
from venturi_tui.cli.plot_wish import Form, Look
from venturi_tui.cli.plotting import document, dots_of, draw_curves, theme_of
from venturi_tui.cli.report import Report
from venturi_tui.present.chart import Drawing
from venturi_tui.present.words import exact_count, safe


def answer_curves(call: Call, held: Sequence[tuple[Run, History]], look: Look, form: Form) -> None:
    """Write the picture of histories, and tell what it does not show."""
    curves = curves_of(held, look)
    _say_what_is_missing(call, curves, look)
    if form is Form.JSON:
        write_json_array(call, curve_shapes(curves, look))
        return
    report = call.report
    _ = call.settings  # which say whether there is colour
    theme = theme_of(look, form, report)
    drawing, hidden = picture(report, curves, look, form)
    if hidden:
        report.say(f"{not_shown(hidden)}: a larger --size, or -m KEY, shows more")
    keys = dict.fromkeys(curve.key for curve in curves)
    report.data(document(drawing, form, theme, ", ".join(keys)))


def picture(report: Report, curves: Sequence[Curve], look: Look, form: Form) -> tuple[Drawing, int]:
    """The curves, in one chart or in many, and how many metrics do not fit."""
    theme, dots = theme_of(look, form, report), dots_of(look, report)
    size = look.cells(report, form)
    if look.grid:
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
