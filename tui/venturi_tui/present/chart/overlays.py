"""What is laid over the drawn lines: their marks, and signs where they are not finite."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isnan

from venturi.curves.envelope import Envelope, envelope
from venturi.curves.sample import column_edges
from venturi.curves.series import Gap
from venturi_tui.present.chart.curves import Curve
from venturi_tui.present.chart.options import Dots
from venturi_tui.present.chart.scales import Scale

Cell = tuple[int, int]
_SIGNS = {Gap.NAN: "\N{MULTIPLICATION SIGN}", Gap.UP: "↑", Gap.DOWN: "↓"}
_MOST_STEPS = 8
_ASCII_SIGNS = {Gap.NAN: "X", Gap.UP: "^", Gap.DOWN: "v"}


def mark_cells(
    curves: Sequence[Curve], x_scale: Scale, y_scale: Scale, dots: Dots, *, along: bool
) -> Iterator[tuple[Cell, int]]:
    """Cells (row, column) in which a line shows its mark, with the line's place.

    Every line has one where it ends, or a little before where another line ends in the same cell.
    With `along`, further ones are spread over it, each line's between those of the others.
    """
    cells = x_scale.cells(dots.columns)
    columns = x_scale.dots // dots.columns
    period = max(10, columns // 5)
    taken: set[Cell] = set()
    for place, curve in enumerate(curves):
        if along:
            line = envelope(curve.drawn, *cells)
            first = period * (place + 1) // (len(curves) + 1)
            for column in range(first, columns, period):
                middle = line.lows[column] / 2 + line.highs[column] / 2
                if y_scale.low <= middle <= y_scale.high:
                    yield _cell(column, middle, y_scale, dots), place
        end = _end(curve, x_scale, y_scale)
        if end is not None:
            cell = _cell(x_scale.dot(end[0]) // dots.columns, end[1], y_scale, dots)
            cell = _beside(cell, taken, curve, x_scale, y_scale, dots)
            taken.add(cell)
            yield cell, place


def _beside(
    cell: Cell, taken: set[Cell], curve: Curve, x_scale: Scale, y_scale: Scale, dots: Dots
) -> Cell:
    """The cell, or when it is taken the next free one of the line to the left."""
    if cell not in taken:
        return cell
    line = envelope(curve.drawn, *x_scale.cells(dots.columns))
    for column in range(cell[1] - 2, max(cell[1] - 2 * _MOST_STEPS, 0) - 1, -2):
        middle = line.lows[column] / 2 + line.highs[column] / 2
        if y_scale.low <= middle <= y_scale.high:
            found = _cell(column, middle, y_scale, dots)
            if found not in taken:
                return found
    return cell


def _end(curve: Curve, x_scale: Scale, y_scale: Scale) -> tuple[float, float] | None:
    """The last finite point, when it is inside the window."""
    xs, ys, row = curve.drawn.xs, curve.drawn.ys, curve.drawn.last_finite
    if row is None or not x_scale.low <= xs[row] <= x_scale.high:
        return None
    return (xs[row], ys[row]) if y_scale.low <= ys[row] <= y_scale.high else None


def _cell(column: int, value: float, y_scale: Scale, dots: Dots) -> Cell:
    return (y_scale.dots - 1 - y_scale.dot(value)) // dots.rows, column


def gap_signs(curve: Curve, x_scale: Scale, y_scale: Scale, dots: Dots) -> dict[Cell, str]:
    """Cells in which to say that a line is not finite there: where each such stretch begins.

    inf stands at the top, -inf at the bottom, NaN at the edge the line was nearer to before, or
    beside that when it is taken.
    """
    series = curve.logged
    signs: dict[Cell, str] = {}
    if not series.gaps:
        return signs
    cells = x_scale.cells(dots.columns)
    bottom = y_scale.dots // dots.rows - 1
    start, stop = series.rows_between(x_scale.low, x_scale.high)
    firsts = [start, *column_edges(series, *cells, start, stop), stop]
    edges = _edges(envelope(curve.raw, *cells), y_scale, bottom)
    for gap in (Gap.UP, Gap.DOWN, Gap.NAN):
        for column in _columns_beginning(series.breaks[gap], firsts):
            row = {Gap.UP: 0, Gap.DOWN: bottom, Gap.NAN: edges[column]}[gap]
            if (row, column) in signs:
                row = min(1, bottom) if row == 0 else row - 1
            signs[row, column] = (_ASCII_SIGNS if dots is Dots.ASCII else _SIGNS)[gap]
    return signs


def _columns_beginning(rows: array[int], firsts: Sequence[int]) -> Iterator[int]:
    """The columns in which one of those rows lies, by the first row of each column."""
    for column, (first, after) in enumerate(pairwise(firsts)):
        place = bisect_left(rows, first)
        if place < len(rows) and rows[place] < after:
            yield column


def _edges(line: Envelope, y_scale: Scale, bottom: int) -> list[int]:
    """For each column the row, first or last, to which the line was nearer when last seen."""
    middle = y_scale.low / 2 + y_scale.high / 2
    edge = bottom
    edges: list[int] = []
    for low, high in zip(line.lows, line.highs, strict=True):
        if not isnan(low):
            edge = 0 if low / 2 + high / 2 > middle else bottom
        edges.append(edge)
    return edges
