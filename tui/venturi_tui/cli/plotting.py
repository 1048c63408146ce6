"""Curves of runs as a picture in text, for `venturi metrics plot`."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from venturi.curves.series import XAxis, series_from
from venturi.errors import UsageError
from venturi.records import History, Run
from venturi_tui.cli.report import Report

_SIZE = re.compile(r"(\d{1,4})x(\d{1,4})", re.ASCII)
_NARROWEST, _LOWEST = 20, 6


@dataclass(frozen=True, slots=True)
class PlotWish:
    """How the picture is wanted. `size` is `WxH`, or empty for what suits."""

    axis: XAxis
    smoothing: float
    log_y: bool
    size: str

    def __post_init__(self) -> None:
        found = _SIZE.fullmatch(self.size)
        if not self.size:
            return
        if not found or int(found[1]) < _NARROWEST or int(found[2]) < _LOWEST:
            raise UsageError(
                f"--size must be WIDTHxHEIGHT, at least {_NARROWEST}x{_LOWEST}, not {self.size!r}"
            )

    def cells(self, report: Report) -> tuple[int, int]:
        """Width and height of the picture."""
        found = _SIZE.fullmatch(self.size)
        if found:
            return int(found[1]), int(found[2])
        if report.width is None or report.height is None:
            return 80, 24
        return max(report.width, _NARROWEST), min(max(report.height - 2, _LOWEST), 40)


def plot_lines(report: Report, curves: Sequence[tuple[Run, History]], wish: PlotWish) -> list[str]:
    """The picture, line by line."""
    from venturi_tui.present.chart import (
        DARK,
        PLAIN,
        ChartLine,
        ChartOptions,
        draw_chart,
        drawing_text,
        series_style,
    )

    keys = list(dict.fromkeys(history.key for _, history in curves))
    lines: list[ChartLine] = []
    for run, history in curves:
        style = series_style(run.run_id, [line.style for line in lines])
        series = series_from(history, wish.axis, run.start_time, run.run_name)
        label = _label(run, history, several_keys=len(keys) > 1)
        lines.append(ChartLine(label, series, style))
    options = ChartOptions(
        title=", ".join(keys),
        x_axis=wish.axis,
        y_log=wish.log_y,
        smoothing=wish.smoothing,
        theme=DARK if report.colored else PLAIN,
    )
    width, height = wish.cells(report)
    drawing = draw_chart(lines, width, height, options)
    deep = os.environ.get("COLORTERM") in ("truecolor", "24bit")
    return drawing_text(drawing, report.colored, depth=24 if deep else 8).split("\n")


def _label(run: Run, history: History, *, several_keys: bool) -> str:
    name = run.run_name or run.run_id[:8]
    return f"{name} {history.key}" if several_keys else name
