"""A param of runs against a metric, as points: numbers on an axis, words in columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import isfinite

from venturi_tui.present.chart.cells import Cells
from venturi_tui.present.chart.chart import message
from venturi_tui.present.chart.cut import cut, width_of
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
from venturi_tui.present.chart.layout import Axis, y_axis
from venturi_tui.present.chart.options import Dots
from venturi_tui.present.chart.plan import Plan, Tick
from venturi_tui.present.chart.scales import Scale, widened
from venturi_tui.present.chart.styles import SeriesStyle
from venturi_tui.present.chart.theme import line_look
from venturi_tui.present.chart.ticks import Ticks, spread
from venturi_tui.present.chart.transforms import Kind, Transform, spans_decades
from venturi_tui.present.words import exact_count, safe

_LEAST_COLUMN = 4
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ScatterPoint:
    """One run: its param as logged, and its metric. Runs with a `style` are marked."""

    label: str
    x: str
    y: float
    style: SeriesStyle | None = None


def numbers_of(values: Sequence[str]) -> list[float] | None:
    """Params as numbers, when each is a finite one; None when they are words."""
    try:
        found = [float(value) for value in values]
    except ValueError:
        return None
    return found if all(map(isfinite, found)) else None


def draw_scatter(
    points: Sequence[ScatterPoint],
    width: int,
    height: int,
    options: ShapeOptions | None = None,
    *,
    x_name: str = "",
    y_log: bool | None = None,
) -> Drawing:
    """Draw a point for each run, into exactly `width` x `height` terminal cells.

    An axis is logarithmic by itself when its values are above 0 and span two decades or more.
    Params that are not all numbers stand in columns, one for each value, the most frequent ones
    when there is no room for all; points that would lie on each other stand side by side there.
    Marked runs show their sign and are named below; of others, a bold point is several.

    Args:
        points: The runs. Metrics that are not finite are counted in a note.
        width: Cells of each row.
        height: Rows.
        options: How; None for a first look.
        x_name: What to call the x axis.
        y_log: Whether metrics stand on a logarithmic axis, without those at 0 and below, which a
            note counts; None decides by the values.
    """
    options = options or ShapeOptions()
    if width < 1 or height < 1:
        return Drawing(max(width, 0), 0, ())
    finite = [point for point in points if isfinite(point.y)]
    is_log = spans_decades([point.y for point in finite]) if y_log is None else y_log
    shown = [point for point in finite if not is_log or point.y > 0]
    numbers = numbers_of([point.x for point in shown])
    notes = [amount(len(shown), "run", "runs"), *odd_notes(point.y for point in points)]
    if len(shown) < len(finite):
        notes.append(f"{exact_count(len(finite) - len(shown))} at or below 0")
    runs = [RunValue(point.label, point.y, point.style) for point in points]
    entries = [entry for entry in (entry_of(run, options) for run in runs) if entry]
    if not shown:
        frame = Frame(width, height, options, entries, notes)
        rows = frame.rows.canvas + frame.rows.x_axis
        return frame.drawing(message("no values yet", width, rows, options.theme))
    y_place = Transform(Kind.LOG if is_log else Kind.LINEAR)
    ys = [y_place.place(point.y) for point in shown]
    columns: _Numbers | _Words
    if numbers is not None:
        columns = _Numbers(numbers, safe(x_name))
    else:
        columns = _Words([safe(point.x) for point in shown], width)
        notes += columns.notes
    frame = Frame(width, height, options, entries, notes)
    y_scale = Scale(*widened(min(ys), max(ys), 0.04), frame.rows.canvas)
    labels = y_axis(y_scale, frame.rows.canvas, width, y_place)
    x_labels = columns.axis(frame.columns(labels))
    cells, plan = frame.cells(x_labels if frame.rows.x_axis else None, labels)
    columns.say(cells, plan, options)
    rows = [plan.rows - 1 - y_scale.dot(y) for y in ys]
    _lay(cells, plan, columns.cells(rows), shown, options)
    return frame.drawing(cells.rows())


def _transform(values: Sequence[float]) -> Transform:
    return Transform(Kind.LOG if spans_decades(values) else Kind.LINEAR)


class _Numbers:
    """Where runs stand on an axis of numbers."""

    def __init__(self, values: Sequence[float], name: str) -> None:
        self._transform = _transform(values)
        self._name = name
        self._places = [self._transform.place(value) for value in values]
        self._window = widened(min(self._places), max(self._places), 0.03)

    def axis(self, columns: int) -> Axis:
        """Ticks that fit into so many cells."""
        self._scale = scale = Scale(*self._window, columns)

        def choose(most: int) -> Ticks:
            return self._transform.ticks(scale.low, scale.high, most)

        ticks = spread(choose, scale.dot, columns)
        pairs = zip(ticks.values, ticks.labels, strict=True)
        return Axis(tuple(Tick(scale.dot(value), label) for value, label in pairs))

    def say(self, cells: Cells, plan: Plan, options: ShapeOptions) -> None:
        """Name the axis at its right end, where no label is in the way."""
        name = cut(self._name, plan.columns // 3)
        row, start = plan.rows + 1, plan.width - len(name)
        if not name or not plan.has_x_axis or width_of(name) != len(name) or start < 2:
            return
        if all(cells.is_free(row, at) for at in range(start - 2, plan.width)):
            cells.write(row, start, name, Look(options.theme.faint))

    def cells(self, rows: Sequence[int]) -> list[Cell | None]:
        """The cell of each run."""
        return [(row, self._scale.dot(x)) for row, x in zip(rows, self._places, strict=True)]


class _Words:
    """Where runs stand in columns of one value each."""

    def __init__(self, values: Sequence[str], width: int) -> None:
        self._values = values
        counts = Counter(values)
        most = max(1, (width - 8) // _LEAST_COLUMN)
        kept = sorted(counts, key=lambda value: (-counts[value], value))[:most]
        self._kept = sorted(kept)
        left = len(counts) - len(kept)
        self.notes = [amount(left, "value left out", "values left out")] if left else []

    def axis(self, columns: int) -> Axis:
        """A tick at the middle of each column, with its value as far as it fits."""
        count = len(self._kept)
        edges = [columns * at // count for at in range(count + 1)]
        self._columns = list(pairwise(edges))
        ticks: list[Tick] = []
        for value, (left, right) in zip(self._kept, self._columns, strict=True):
            label = cut(value or "(empty)", max(right - left - 2, 0))
            if right > left and width_of(label) == len(label):
                ticks.append(Tick((left + right - 1) // 2, label))
            elif right > left:
                ticks.append(Tick((left + right - 1) // 2, ""))
        self._wide = {
            (left + right - 1) // 2: cut(value, max(right - left - 2, 0))
            for value, (left, right) in zip(self._kept, self._columns, strict=True)
            if width_of(value) != len(value)
        }
        return Axis(tuple(ticks))

    def say(self, cells: Cells, plan: Plan, options: ShapeOptions) -> None:
        """Write the values that have wide letters, which no engine writes."""
        if not plan.has_x_axis:
            return
        for middle, text in self._wide.items():
            if text:
                start = plan.left + max(middle - (width_of(text) - 1) // 2, 0)
                cells.write_wide(plan.rows + 1, start, text, Look(options.theme.muted))

    def cells(self, rows: Sequence[int]) -> list[Cell | None]:
        """The cell of each run: the free one nearest to the middle; None for values left out."""
        places = {value: at for at, value in enumerate(self._kept)}
        taken: set[Cell] = set()
        found: list[Cell | None] = []
        for value, row in zip(self._values, rows, strict=True):
            at = places.get(value)
            left, right = self._columns[at] if at is not None else (0, 0)
            if right <= left:
                found.append(None)
                continue
            middle = (left + right - 1) // 2
            steps = chain([0], *((step, -step) for step in range(1, right - left)))
            tried = (middle + step for step in steps)
            inner = (column for column in tried if left <= column < max(right - 1, left + 1))
            cell = next(((row, one) for one in inner if (row, one) not in taken), (row, middle))
            taken.add(cell)
            found.append(cell)
        return found


def _lay(
    cells: Cells,
    plan: Plan,
    places: Sequence[Cell | None],
    points: Sequence[ScatterPoint],
    options: ShapeOptions,
) -> None:
    """Points of unmarked runs, and over them the signs of the marked ones."""
    theme = options.theme
    counts = Counter(place for place in places if place is not None)
    dot = "." if options.dots is Dots.ASCII else "•"
    many = "o" if options.dots is Dots.ASCII else "•"
    for (row, column), count in counts.items():
        look = Look(theme.text if count > 1 else theme.muted, bold=count > 1)
        cells.put(row, plan.left + column, many if count > 1 else dot, look)
    for place, point in zip(places, points, strict=True):
        if place is not None and point.style is not None:
            look = line_look(theme, point.style.color, bold=True)
            cells.put(place[0], plan.left + place[1], mark_of(point.style, options), look)
