"""A curve in a few cells of one row, for tables: eight levels, and signs where it went astray."""

from __future__ import annotations

from math import isnan

from venturi.curves.envelope import envelope
from venturi.curves.sample import column_edges
from venturi.curves.series import Gap, Series
from venturi_tui.present.chart.scales import Scale, widened
from venturi_tui.present.chart.transforms import transform_for

_LEVELS = {False: "▁▂▃▄▅▆▇█", True: "_.,-~=*#"}
_SIGNS = {
    False: {Gap.NAN: "\N{MULTIPLICATION SIGN}", Gap.UP: "↑", Gap.DOWN: "↓"},
    True: {Gap.NAN: "x", Gap.UP: "^", Gap.DOWN: "v"},
}
_MIDDLE = 3


def sparkline_text(
    series: Series,
    width: int,
    *,
    log: bool = False,
    bounds: tuple[float, float] | None = None,
    ascii_only: bool = False,
) -> str:
    """The curve in exactly `width` characters of one cell each.

    The whole of x is spread over the cells; each has the mean of its points, or what the straight
    line between two points has there. A cell in which a NaN or an infinity stands says so by a
    cross or an arrow, whatever else is in it. Cells without anything are blank: all of them for a
    series without points, and with `log` those of values without a place. A constant curve is half
    high.

    Args:
        series: The curve, as logged or sampled.
        width: How many cells.
        log: Whether levels go by the logarithm; by that of both signs where a value is below 0.
        bounds: The values of the lowest and the highest level; None fits the curve, so that curves
            of different size look alike.
        ascii_only: Whether only ASCII is wanted.
    """
    if width < 1 or not len(series):
        return " " * max(width, 0)
    if width > 1 and series.xs[0] == series.xs[-1]:
        return width * sparkline_text(series, 1, log=log, bounds=bounds, ascii_only=ascii_only)
    axis = transform_for([series], log=log)
    placed = axis.of_y(series)
    window = widened(series.xs[0], series.xs[-1], alone=1.0)
    found = envelope(placed, *window, width)
    middles = [
        mean if count else low / 2 + high / 2
        for mean, count, low, high in zip(
            found.means, found.counts, found.lows, found.highs, strict=True
        )
    ]
    asked = axis.window(*bounds) if bounds else None
    levels = _levels(middles, asked, _LEVELS[ascii_only])
    for column, gap in _gap_columns(series, window, width).items():
        levels[column] = _SIGNS[ascii_only][gap]
    return "".join(levels)


def _levels(middles: list[float], asked: tuple[float, float] | None, levels: str) -> list[str]:
    finite = [middle for middle in middles if not isnan(middle)]
    if not finite:
        return [" "] * len(middles)
    low, high = asked or (min(finite), max(finite))
    if low == high:
        return [" " if isnan(one) else levels[_MIDDLE] for one in middles]
    scale = Scale(*widened(low, high), len(levels))
    return [" " if isnan(one) else levels[scale.dot(one)] for one in middles]


def _gap_columns(series: Series, window: tuple[float, float], width: int) -> dict[int, Gap]:
    """Columns in which a value is not finite, with the worst kind there: NaN before infinities."""
    if not series.gaps:
        return {}
    columns: dict[int, Gap] = {}
    edges = [0, *column_edges(series, *window, width, 0, len(series)), len(series)]
    for column in range(width):
        first, last = series.gaps_between(edges[column], edges[column + 1])
        values = [series.ys[row] for row in series.gaps[first:last]]
        if any(map(isnan, values)):
            columns[column] = Gap.NAN
        elif values:
            columns[column] = Gap.UP if values[-1] > 0 else Gap.DOWN
    return columns
