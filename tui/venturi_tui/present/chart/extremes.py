"""What stands out of curves: points beyond the range shown, the lowest and the highest value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import NamedTuple

from venturi.curves.envelope import envelope
from venturi.curves.series import Series
from venturi_tui.present.chart.curves import Curve, seen
from venturi_tui.present.chart.options import ChartOptions, Dots
from venturi_tui.present.chart.scales import Scale
from venturi_tui.present.words import exact_count

Cell = tuple[int, int]
_BEYOND = {False: ("▲", "▼"), True: ("A", "V")}
_ENDS = {False: ("▾", "▴"), True: ("-", "+")}
_MOST_LINES = 4


class Extreme(NamedTuple):
    """The lowest or highest value of a line in sight: where, with which sign, and how large."""

    cell: Cell
    sign: str
    value: float
    place: int
    is_highest: bool
    x: float


def beyond_signs(
    curve: Curve, x_scale: Scale, y_scale: Scale, options: ChartOptions
) -> dict[Cell, str]:
    """Cells at the upper and lower edge where a curve goes on beyond the range that is shown."""
    dots = options.dots
    above, below = _BEYOND[dots is Dots.ASCII]
    bottom = y_scale.dots // dots.rows - 1
    signs: dict[Cell, str] = {}
    for series in seen(curve, options):
        found = envelope(series, *x_scale.cells(dots.columns))
        for column, (low, high) in enumerate(zip(found.lows, found.highs, strict=True)):
            if low < y_scale.low:
                signs[bottom, column] = below
            if high > y_scale.high:
                signs[0, column] = above
    return signs


def beyond_notes(
    curves: Sequence[Curve],
    window: tuple[float, float],
    range_: tuple[float, float],
    options: ChartOptions,
) -> list[str]:
    """How many points lie above and below the range that is shown."""
    above = below = 0
    for curve in curves:
        if curve.edges is not None:
            continue  # a mean has no points of its own
        under, over = _beyond(seen(curve, options)[-1], window, range_)
        above, below = above + over, below + under
    up, down = _BEYOND[options.dots is Dots.ASCII]
    pairs = ((above, f"above {up}"), (below, f"below {down}"))
    return [f"{exact_count(n)} {what}" for n, what in pairs if n]


def _beyond(
    series: Series, window: tuple[float, float], range_: tuple[float, float]
) -> tuple[int, int]:
    """How many finite points of a window lie below and above a range."""
    low, high = range_
    start, stop = series.rows_between(*window)

    def count() -> tuple[int, int]:
        finite = [y for y in series.ys[start:stop] if isfinite(y)]
        return sum(y < low for y in finite), sum(y > high for y in finite)

    return series.remember(("beyond", start, stop, low, high), count)


def extremes_of(
    curves: Sequence[Curve], x_scale: Scale, y_scale: Scale, options: ChartOptions
) -> Iterator[Extreme]:
    """The lowest and the highest value in sight of the focused line, or of each of a few."""
    focus = options.focus
    for place, curve in enumerate(curves):
        if place != focus and (focus is not None or len(curves) > _MOST_LINES):
            continue
        series = curve.drawn if curve.edges else seen(curve, options)[-1]
        rows = _extreme_rows(series, x_scale.low, x_scale.high)
        for at, row in enumerate(rows):
            sign = _ENDS[options.dots is Dots.ASCII][at]
            x, y = series.xs[row], series.ys[row]
            if y_scale.low <= y <= y_scale.high:
                cell = (
                    (y_scale.dots - 1 - y_scale.dot(y)) // options.dots.rows,
                    x_scale.dot(x) // options.dots.columns,
                )
                yield Extreme(cell, sign, y, place, at == 1, x)


def _extreme_rows(series: Series, low: float, high: float) -> tuple[int, ...]:
    """The rows of the lowest and of the highest finite value of a window; none when all equal."""
    start, stop = series.rows_between(low, high)

    def find() -> tuple[int, ...]:
        chunk = series.ys[start:stop]
        finite = [y for y in chunk if isfinite(y)]
        if not finite or min(finite) == max(finite):
            return ()
        return start + chunk.index(min(finite)), start + chunk.index(max(finite))

    return series.remember(("extremes", start, stop), find)
