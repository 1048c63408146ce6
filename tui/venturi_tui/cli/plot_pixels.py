"""Curves in real pixels on terminals that draw them, for `venturi metrics plot --style pixels`."""

from __future__ import annotations

import os
from collections.abc import Sequence

from venturi.errors import UsageError
from venturi_tui.cli.plot_curves import Curve
from venturi_tui.cli.plot_wish import Form, Kind, Look, Style
from venturi_tui.cli.plotting import chart_of, color_depth, dots_of, theme_of
from venturi_tui.cli.report import Report
from venturi_tui.present.chart.graphics import pixel_text
from venturi_tui.present.chart.pixels import CELL, draw_pixels
from venturi_tui.terminal_graphics import ask_terminal


def check_pixels(look: Look, kind: Kind, form: Form, *, alone: bool) -> None:
    """Raise UsageError where pixels are wished of what is not one chart on the terminal.

    `alone` says that it is drawn once, and not into a file.
    """
    if look.style is not Style.PIXELS:
        return
    if kind is not Kind.CURVE or form is not Form.TEXT or look.grid or not alone:
        raise UsageError(
            "--style pixels draws curves in one chart on the terminal",
            hint="leave out --kind, --grid, --watch, --to and -o, or take another --style",
        )


def curves_in_pixels(curves: Sequence[Curve], look: Look, report: Report) -> str | None:
    """The chart as the terminal takes it; None where it takes no pictures, and then says why."""
    if look.style is not Style.PIXELS:
        return None
    found = ask_terminal(os.environ)
    if found.protocol is None:
        report.say(f"no pixels: {found.reason}; drawn with {dots_of(look, report).value} instead")
        return None
    theme = theme_of(look, Form.TEXT, report)
    lines, options = chart_of(curves, look, theme, dots_of(look, report))
    chart = draw_pixels(lines, *look.cells(report, Form.TEXT), options, found.cell or CELL)
    text = pixel_text(
        chart, found.protocol, color=theme.has_color, depth=color_depth(), theme=theme
    )
    return f"{text}\n"
