"""How a metric is spread over runs: bins of a round width, and where the marked runs lie."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor, isfinite, log2, log10

from venturi_tui.present.chart.cells import Cells
from venturi_tui.present.chart.chart import message
from venturi_tui.present.chart.drawing import Drawing, Look
from venturi_tui.present.chart.frame import (
    Frame,
    RunValue,
    ShapeOptions,
    amount,
    entry_of,
    mark_of,
    odd_notes,
)
from venturi_tui.present.chart.layout import Axis
from venturi_tui.present.chart.options import Dots
from venturi_tui.present.chart.plan import Plan, Tick
from venturi_tui.present.chart.scales import widened
from venturi_tui.present.chart.theme import line_look
from venturi_tui.present.chart.ticks import Ticks, number_ticks, spread
from venturi_tui.present.chart.transforms import Kind, Transform, spans_decades
from venturi_tui.present.words import exact_count

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_WIDEST_BAR = 12
_MOST_BINS = 120
_FILLED = 0.7
"""What part of the columns bars should fill, where they are narrow."""


def draw_histogram(
    runs: Sequence[RunValue],
    width: int,
    height: int,
    options: ShapeOptions | None = None,
    *,
    log: bool | None = None,
) -> Drawing:
    """Draw how often values occur, into exactly `width` x `height` terminal cells.

    Bins are of the round width next to that of Freedman and Diaconis (1981), `2 IQR / n^(1/3)`; of
    Sturges' where the middle half of all values is equal. Each has its count above it where there
    is room, else there is an axis. Marked runs stand on the axis below.

    Args:
        runs: One value each. What is not finite is counted in a note.
        width: Cells of each row.
        height: Rows.
        options: How; None for a first look.
        log: Whether bins are equal on a logarithmic axis; None decides by the values.
    """
    options = options or ShapeOptions()
    if width < 1 or height < 1:
        return Drawing(max(width, 0), 0, ())
    finite = [run for run in runs if isfinite(run.value)]
    is_log = spans_decades([run.value for run in finite]) if log is None else log
    axis = Transform(Kind.LOG if is_log else Kind.LINEAR)
    shown = [run for run in finite if not is_log or run.value > 0]
    notes = [amount(len(shown), "run", "runs"), *odd_notes(run.value for run in runs)]
    if len(shown) < len(finite):
        notes.append(f"{exact_count(len(finite) - len(shown))} at or below 0")
    entries = [entry for entry in (entry_of(run, options) for run in runs) if entry]
    frame = Frame(width, height, options, entries, notes)
    if not shown:
        rows = frame.rows.canvas + frame.rows.x_axis
        return frame.drawing(message("no values yet", width, rows, options.theme))
    return _Histogram(frame, shown, axis).draw()


class _Histogram:
    """Bins in their frame."""

    def __init__(self, frame: Frame, runs: Sequence[RunValue], axis: Transform) -> None:
        self._frame, self._runs, self._axis = frame, runs, axis
        self._places = [axis.place(run.value) for run in runs]
        self._edges = _filling_edges(self._places, max(1, frame.width - 8))
        counts = [0] * (len(self._edges) - 1)
        for place in self._places:
            counts[min(max(bisect_right(self._edges, place) - 1, 0), len(counts) - 1)] += 1
        self._counts = counts

    def draw(self) -> Drawing:
        frame, rows = self._frame, self._frame.rows.canvas
        tallest = max(self._counts)
        bar = frame.width // len(self._counts)
        self._has_counts = bar >= len(str(tallest)) + 1 and rows >= 3
        y_axis = Axis() if self._has_counts else self._y_axis(rows, tallest)
        widest = max(_WIDEST_BAR, frame.width // 8)
        self._bar = max(1, min(frame.columns(y_axis) // len(self._counts), widest))
        x_axis = self._x_axis(frame.columns(y_axis)) if frame.rows.x_axis else None
        cells, plan = frame.cells(x_axis, y_axis)
        self._lay_bars(cells, plan, tallest)
        self._lay_runs(cells, plan)
        return frame.drawing(cells.rows())

    def _y_axis(self, rows: int, tallest: int) -> Axis:
        ticks = number_ticks(0, tallest, min(max(2, (rows + 2) // 3), 7), least_step=1.0)
        gutter = max(map(len, ticks.labels), default=0) + 1
        if self._frame.width < gutter + 1 + max(8, len(self._counts)):
            return Axis()
        pairs = [(v, text) for v, text in zip(ticks.values, ticks.labels, strict=True) if v > 0]
        cells = {rows - ceil(v * rows / tallest): f"{text} " for v, text in pairs}
        return Axis(tuple(Tick(row, text) for row, text in cells.items()), gutter=gutter)

    def _x_axis(self, room: int) -> Axis:
        low, high = self._edges[0], self._edges[-1]
        columns = min(self._bar * len(self._counts) + 1, room)

        def choose(most: int) -> Ticks:
            return self._axis.ticks(low, high, most)

        ticks = spread(choose, self._column, columns)
        pairs = zip(ticks.values, ticks.labels, strict=True)
        return Axis(tuple(Tick(min(self._column(v), columns - 1), text) for v, text in pairs))

    def _column(self, place: float) -> int:
        """The column of the canvas in which a place lies: between edges, in parts of the bin."""
        at = min(max(bisect_right(self._edges, place) - 1, 0), len(self._counts) - 1)
        low, high = self._edges[at], self._edges[at + 1]
        part = (place / 4 - low / 4) / (high / 4 - low / 4)
        return min(int((at + min(max(part, 0.0), 1.0)) * self._bar), self._frame.width - 1)

    def _lay_bars(self, cells: Cells, plan: Plan, tallest: int) -> None:
        theme = self._frame.options.theme
        room = plan.rows - 1 if self._has_counts else plan.rows
        wide = self._bar - 1 if self._bar > 2 else self._bar
        for at, count in enumerate(self._counts):
            if not count:
                continue
            eighths = max(1, count * room * 8 // tallest)
            left = plan.left + at * self._bar
            for row, char in enumerate(_column(eighths, self._frame.options.dots)):
                for column in range(left, left + wide):
                    cells.put(plan.rows - 1 - row, column, char, Look(theme.faint))
            if self._has_counts:
                text = str(count)
                top = plan.rows - 1 - -(-eighths // 8)
                start = left + max(0, (wide - len(text)) // 2)
                cells.write(max(top, 0), start, text, Look(theme.text))

    def _lay_runs(self, cells: Cells, plan: Plan) -> None:
        """Marks on the axis; where one stands already, above it."""
        taken: set[tuple[int, int]] = set()
        bottom = plan.rows if plan.has_x_axis else plan.rows - 1
        for run, place in zip(self._runs, self._places, strict=True):
            if run.style is None:
                continue
            column = min(self._column(place), plan.columns - 1)
            row = bottom
            while (row, column) in taken and row > 0:
                row -= 1
            taken.add((row, column))
            look = line_look(self._frame.options.theme, run.style.color, bold=True)
            cells.put(row, plan.left + column, mark_of(run.style, self._frame.options), look)


def _column(eighths: int, dots: Dots) -> str:
    """A bar from its foot up."""
    if dots is Dots.ASCII:
        return "#" * max(1, round(eighths / 8))
    whole, rest = divmod(eighths, 8)
    if dots is Dots.BLOCK and rest:
        rest = 4 if rest <= 4 or whole == 0 else 8
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def _filling_edges(places: Sequence[float], columns: int) -> list[float]:
    """Edges of bins; fewer than could be told apart, when bars of a few cells fill more of them."""
    edges = bin_edges(places, min(columns, _MOST_BINS))
    bar = columns // (len(edges) - 1)
    if bar > 2 or bar * (len(edges) - 1) >= columns * _FILLED:
        return edges
    fewer = bin_edges(places, columns // (bar + 1))
    return fewer if columns // (len(fewer) - 1) * (len(fewer) - 1) >= columns * _FILLED else edges


def bin_edges(values: Sequence[float], most: int) -> list[float]:
    """Edges of bins, ascending: round numbers where these tell the values apart.

    Args:
        values: Finite, at least one.
        most: How many bins there may be, at least 1.
    """
    ordered = sorted(values)
    low, high = ordered[0], ordered[-1]
    span = high - low
    if not isfinite(span):
        parts = [at / most for at in range(most + 1)]
        return [low * (1 - part) + high * part for part in parts]
    apart = span > max(abs(low), abs(high)) * 1e-12
    step = _round_near(max(_width(ordered), span / most)) if apart else 0.0
    while step and floor(high / step) - floor(low / step) + 1 > most:
        step = _round_near(step * 2.1)
    if step:
        first, last = floor(low / step), floor(high / step) + 1
        if last - first == 2 and high == (last - 1) * step:
            last -= 1  # the highest value alone would have a bin
        edges = [float(f"{at * step:.15g}") for at in range(first, last + 1)]
        if all(a < b for a, b in pairwise(edges)) and edges[0] <= low and high <= edges[-1]:
            return edges
    return list(widened(low, high, alone=None if low == high else max(span, 1e-280)))


def _width(ordered: Sequence[float]) -> float:
    """The width of bins by Freedman and Diaconis, else by Sturges; 0 for equal values."""
    count, span = len(ordered), ordered[-1] - ordered[0]
    middle = ordered[(3 * count) // 4] - ordered[count // 4]
    sturges = span / (ceil(log2(count)) + 1) if count > 1 else span
    return min(2 * middle / count ** (1 / 3), sturges) if middle > 0 else sturges


def _round_near(width: float) -> float:
    """The multiple of 1, 2 or 5 of a power of ten that is nearest by ratio; 0 for 0."""
    if not 1e-290 < width < 1e290:
        return 0.0
    power = 10.0 ** floor(log10(width))
    return min((n * power for n in (1, 2, 5, 10)), key=lambda one: abs(log10(one / width)))
