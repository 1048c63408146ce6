"""How the cells of a chart are shared out: header, canvas, axes, legend."""

from __future__ import annotations

from dataclasses import dataclass, replace

from venturi.curves.series import XAxis
from venturi_tui.present.chart.clock import clock_ticks, duration_ticks
from venturi_tui.present.chart.options import ChartOptions
from venturi_tui.present.chart.plan import Tick
from venturi_tui.present.chart.scales import Scale
from venturi_tui.present.chart.ticks import Ticks, number_ticks, spread
from venturi_tui.present.chart.transforms import Kind, Transform

_LEAST_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows each part of a chart has; `canvas` has at least one."""

    header: int
    canvas: int
    x_axis: int
    legend: int

    def with_canvas(self, rows: int) -> Rows:
        """The same with so many rows of canvas and no axis below."""
        return replace(self, canvas=rows, x_axis=0)


def shared_rows(height: int, *, header: bool, legend: int, compact: bool = False) -> Rows:
    """Share out the rows. What matters least goes first when they are few.

    Args:
        height: All rows, at least 1.
        header: Whether there is something to write above the canvas.
        legend: How many rows a legend would like to have.
        compact: Whether the chart is one of many: the header stays, a legend is left out.
    """
    if compact:
        head, axis = int(header and height >= 3), 2 if height >= 8 else 0
        return Rows(head, height - head - axis, axis, 0)
    head = 1 if header and height >= 6 else 0
    axis = 2 if height >= 5 else 0
    names = min(legend, max(1, height // 6)) if height >= 8 else 0
    return Rows(head, height - head - axis - names, axis, names)


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis says: its ticks, what is to be added to them all, and how wide they are.

    `gutter` is 0 when a y axis has no room for labels, or nothing to say.
    """

    ticks: tuple[Tick, ...] = ()
    base: str = ""
    gutter: int = 0


def y_axis(
    scale: Scale, rows: int, width: int, transform: Transform, *, compact: bool = False
) -> Axis:
    """Ticks of the y axis, and how much room their labels take of `width` cells."""
    most = min(max(2, (rows + 2) // 3), 3 if compact else 7)
    ticks = transform.ticks(scale.low, scale.high, most)
    gutter = max(map(len, ticks.labels), default=0) + 1
    if not ticks.labels or width < gutter + 1 + _LEAST_COLUMNS:
        return Axis()
    dots = scale.dots // rows
    cells = {
        rows - 1 - scale.dot(value) // dots: f"{label} "
        for value, label in zip(ticks.values, ticks.labels, strict=True)
    }
    return Axis(tuple(Tick(row, label) for row, label in cells.items()), ticks.base, gutter)


def x_axis(scale: Scale, columns: int, transform: Transform, options: ChartOptions) -> Axis:
    """Ticks of the x axis, as many as fit without touching each other."""
    dots = scale.dots // columns

    def place(value: float) -> int:
        return scale.dot(value) // dots

    def choose(most: int) -> Ticks:
        if options.x_name or transform.kind is not Kind.LINEAR:
            return transform.ticks(scale.low, scale.high, most)
        if options.x_axis is XAxis.RELATIVE:
            return duration_ticks(scale.low, scale.high, most)
        if options.x_axis is XAxis.TIME:
            return clock_ticks(scale.low, scale.high, most, options.zone)
        return number_ticks(scale.low, scale.high, most, least_step=1.0)

    ticks = spread(choose, place, columns)
    pairs = zip(ticks.values, ticks.labels, strict=True)
    return Axis(tuple(Tick(place(value), label) for value, label in pairs), ticks.base)
