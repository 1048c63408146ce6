"""The one door to plotext: gives it whole dots to draw and reads its text back as inked cells."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from venturi_tui.present.chart.options import Dots, Engine
from venturi_tui.present.chart.plan import BLANK, FRAME, LABEL, LINE, Inked, Plan
from venturi_tui.present.chart.polylines import length, simplified
from venturi_tui.present.chart.raster import draw_raster, to_ascii

_STYLE = re.compile("\x1b\\[([0-9;]*)m")
_DOT_NAMES = {Dots.BRAILLE: "braille", Dots.BLOCK: "hd"}
_EDGES = (0.0001 + 0.0016585662, 0.0001 + 0.001516152)
"""How far plotext 6.1 keeps the lowest and the highest value from the edge, in cells."""
_MIDDLE = 0.5 + 1e-6
"""A dot's middle, with what decides that lines exactly between two dots take the further one."""
_MOST_WORK = 3000
_INK_RED = 17
"""Red part of the colours by which inks are told apart; green and blue hold the ink itself."""


def draw_plan(plan: Plan, engine: Engine) -> Inked:
    """Draw with the engine asked for.

    Our own raster stands in for plotext where that cannot be loaded, and where the picture is so
    busy that plotext would take longer than a few hundredths of a second. It draws the same.
    """
    if engine is Engine.PLOTEXT and _work(plan) <= _MOST_WORK:
        plotext = load_plotext()
        if plotext is not None:
            return draw_plotext(plotext, plan)
    return draw_raster(plan)


def _work(plan: Plan) -> float:
    """How long plotext takes, in units of about a hundredth of a millisecond.

    Each corner of a stroke costs one, each dot on the way an eighth.
    """
    return sum(len(dots) + length(dots) / 8 for _, dots in plan.strokes)


def draw_plotext(plotext: Any, plan: Plan) -> Inked:
    """Draw a plan with that plotext, however long it takes."""
    return _read(_build(plotext, plan), plan)


@cache
def load_plotext() -> Any | None:
    """The plotext module, ready for figures of any size; None where its kernel does not load.

    Loading takes a seventh of a second, so it waits until something is drawn.
    """
    try:
        import plotext
    except (ImportError, OSError):
        return None
    module: Any = plotext
    module.terminal.limit(False, False)  # figures may be larger than the terminal
    return module


def _build(plotext: Any, plan: Plan) -> str:
    """The plan as plotext draws it, with colours that stand for inks."""
    figure = type(plotext.figure)(plotext.terminal)
    labels = 1 if plan.x_ticks else 0
    figure.plot_size(plan.width, plan.rows + (1 + labels if plan.has_x_axis else 0))
    figure.theme("colorless")
    figure.canvas("default")
    figure.legend(False)
    figure.axes(False)
    _set_rulers(plotext, figure, plan)
    for line, corners in plan.strokes:
        dots = simplified(corners)
        marker = plotext.marker(
            _DOT_NAMES.get(plan.dots, plan.marks[line]), pixel=_pixel(plotext, LINE + line)
        )
        xs = [x + _MIDDLE for x, _ in dots]
        ys = [-_MIDDLE - y for _, y in dots]
        figure.draw(figure.signal(xs, ys, marker=marker).lines(len(dots) > 1))
    return figure.build().string()


def _set_rulers(plotext: Any, figure: Any, plan: Plan) -> None:
    """Axes and ticks, in dots: a cell's middle is where its tick stands."""
    wide, high = plan.dots.columns, plan.dots.rows
    frame, label = _pixel(plotext, FRAME), _pixel(plotext, LABEL)
    x_ruler, y_ruler = figure.ruler("x", "lower"), figure.ruler("y", "left")
    left, right = _limits(plan.columns, wide)
    top, bottom = _limits(plan.rows, high)
    x_ruler.lim(left, right).alignment(lim="edge").pixel(label)
    y_ruler.lim(-bottom, -top).alignment(lim="edge").pixel(label)
    x_ruler.ticks([], [])
    y_ruler.ticks([], [])
    if plan.has_x_axis:
        figure.axes(True, axis="x", side="lower", pixel=frame)
        cells = [(cell + 0.5) * wide for cell, _ in plan.x_ticks]
        x_ruler.ticks(cells, [text for _, text in plan.x_ticks])
    if plan.gutter:
        figure.axes(True, axis="y", side="left", pixel=frame)
        ticks = plan.y_ticks
        labels = [text.rjust(plan.gutter) for _, text in ticks]
        y_ruler.ticks([-(cell + 0.5) * high for cell, _ in ticks], labels)


def _limits(cells: int, dots: int) -> tuple[float, float]:
    """The limits with which a value of n dots lies exactly n dots from the edge."""
    low = _EDGES[0] * dots
    return low, low + (cells - sum(_EDGES)) * dots


def _pixel(plotext: Any, ink: int) -> Any:
    return plotext.pixel((_INK_RED, ink >> 8, ink & 255))


def _read(text: str, plan: Plan) -> Inked:
    """Plotext's text as cells; its colours as the inks they stand for."""
    drawn = Inked([], [])
    for row in text.removesuffix("\n").split("\n"):
        chars: list[str] = []
        inks: list[int] = []
        parts = _STYLE.split(row)
        ink = 0
        for at, part in enumerate(parts):
            if at % 2:
                ink = _ink_of(part, ink)
            else:
                chars += part
                inks += [ink] * len(part)
        drawn.chars.append(chars)
        drawn.inks.append(inks)
    while len(drawn.chars) < plan.height:  # plotext leaves out a row of labels without labels
        drawn.chars.append([" "] * plan.width)
        drawn.inks.append([BLANK] * plan.width)
    if plan.dots is Dots.ASCII:
        to_ascii(drawn)
    return drawn


@cache
def _ink_of(code: str, before: int) -> int:
    """The ink that the numbers of an ANSI sequence switch to."""
    numbers = code.split(";")
    if numbers[:3] == ["38", "2", str(_INK_RED)]:
        return int(numbers[3]) << 8 | int(numbers[4])
    return 0 if numbers in (["0"], [""]) else before
