"""Runs as lines across parallel axes, one for each param and metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite, isnan, nan

from venturi_tui.present.chart.cells import Cells
from venturi_tui.present.chart.chart import message
from venturi_tui.present.chart.cut import cut, width_of
from venturi_tui.present.chart.drawing import Drawing, Look, Span
from venturi_tui.present.chart.frame import (
    Frame,
    RunValue,
    ShapeOptions,
    amount,
    entry_of,
    fitted,
    mark_of,
)
from venturi_tui.present.chart.layout import Axis
from venturi_tui.present.chart.legend import Row
from venturi_tui.present.chart.options import Dots
from venturi_tui.present.chart.plan import Plan, Stroke
from venturi_tui.present.chart.ramp import ramp
from venturi_tui.present.chart.scales import Scale, widened
from venturi_tui.present.chart.scatter import numbers_of
from venturi_tui.present.chart.styles import SeriesStyle
from venturi_tui.present.chart.theme import line_look
from venturi_tui.present.chart.transforms import Kind, Transform, spans_decades
from venturi_tui.present.words import number, safe

_LEAST_APART = 6
_WIDEST_LABEL = 12


@dataclass(frozen=True, slots=True)
class ParallelRun:
    """One run: what it has on each axis by its name, params as logged and metrics as numbers."""

    label: str
    values: Mapping[str, str | float]
    style: SeriesStyle


def draw_parallel(
    runs: Sequence[ParallelRun],
    names: Sequence[str],
    width: int,
    height: int,
    options: ShapeOptions | None = None,
    *,
    color_by: str = "",
) -> Drawing:
    """Draw each run as a line from axis to axis, into exactly `width` x `height` terminal cells.

    An axis is of numbers when all its values are; it is logarithmic by itself when they are above
    0 and span two decades. Others have a place for each value. A line breaks at an axis on which
    its run has nothing, or nothing finite.

    Args:
        runs: The runs, all of which are drawn.
        names: The axes from left to right. Where the cells are too few, the last ones are left out
            and a note says how many.
        width: Cells of each row.
        height: Rows.
        options: How; None for a first look.
        color_by: The axis of numbers by which lines are coloured, from low to high; without it, or
            without colours, each has the colour and sign of its run. The tenths of the runs at
            both ends have the colours of the ends, so that outliers do not take all colours.
    """
    options = options or ShapeOptions()
    if width < 1 or height < 1:
        return Drawing(max(width, 0), 0, ())
    most = max(1, (width - 2) // _LEAST_APART + 1)
    axes = [_axis_of(name, runs) for name in names[:most]]
    notes = [amount(len(runs), "run", "runs")]
    if len(names) > len(axes):
        notes.append(f"+{len(names) - len(axes)} axes")
    key = _axis_of(color_by, runs) if color_by and options.theme.has_color else None
    if key is not None and key.words:
        key = None
    shown = [entry_of(RunValue(run.label, nan, run.style), options) for run in runs]
    entries = [replace(entry, value="") for entry in shown if entry] if key is None else []
    frame = Frame(width, height, options, entries, notes)
    rows = frame.rows.canvas + frame.rows.x_axis
    if not runs or not axes:
        return frame.drawing(message("no runs yet", width, rows, options.theme))
    return _Parallel(frame, runs, axes, key).draw(rows)


@dataclass(frozen=True, slots=True)
class _ParallelAxis:
    """One axis: where each run lies on it, NaN for nowhere; `words` from the lowest up, or none."""

    name: str
    places: list[float]
    window: tuple[float, float]
    transform: Transform
    words: list[str]

    def labels(self, scale: Scale, rows: int) -> dict[int, str]:
        """Labels by row of the canvas."""
        dots = scale.dots // rows
        if self.words:
            pairs = [(float(at), word) for at, word in enumerate(self.words)]
        else:
            low, high = self.window
            pairs = [(place, self.number(place)) for place in (low, high)]
        return {rows - 1 - scale.dot(place) // dots: label for place, label in pairs}

    @property
    def colored(self) -> tuple[float, float]:
        """Places between which colours change: those of all runs but a tenth at each end."""
        known = sorted(place for place in self.places if not isnan(place))
        end = len(known) // 10
        middle = known[end : len(known) - end]
        return (middle[0], middle[-1]) if middle and middle[0] < middle[-1] else self.window

    def number(self, place: float) -> str:
        """The value at a place, in words."""
        return number(self.transform.value(place), 4)


def _axis_of(name: str, runs: Sequence[ParallelRun]) -> _ParallelAxis:
    given = [run.values.get(name) for run in runs]
    held = [value for value in given if value is not None]
    found = numbers_of([value for value in held if isinstance(value, str)])
    if found is None:
        return _of_words(name, given)
    values = [nan if value is None else float(value) for value in given]
    finite = [value for value in values if isfinite(value)]
    transform = Transform(Kind.LOG if spans_decades(finite) else Kind.LINEAR)
    places = [transform.place(value) if isfinite(value) else nan for value in values]
    known = [place for place in places if not isnan(place)]
    window = (min(known), max(known)) if known else (0.0, 1.0)
    return _ParallelAxis(safe(name), places, window, transform, [])


def _of_words(name: str, given: Sequence[str | float | None]) -> _ParallelAxis:
    texts = [None if v is None else safe(v) if isinstance(v, str) else number(v) for v in given]
    words = sorted({text for text in texts if text is not None}, reverse=True)
    order = {word: float(at) for at, word in enumerate(words)}
    places = [nan if text is None else order[text] for text in texts]
    return _ParallelAxis(safe(name), places, (0.0, float(len(words) - 1)), Transform(), words)


class _Parallel:
    """Lines and axes on a canvas."""

    def __init__(
        self,
        frame: Frame,
        runs: Sequence[ParallelRun],
        axes: Sequence[_ParallelAxis],
        key: _ParallelAxis | None,
    ) -> None:
        self._frame, self._runs, self._axes, self._key = frame, runs, axes, key
        self._colored = key.colored if key is not None else (0.0, 1.0)
        width, count = frame.width, len(axes)
        ends = [self._room(axes[0]), self._room(axes[-1])]
        if width - sum(ends) < _LEAST_APART * count:
            ends = [0, 0]
        first, last = ends[0], width - 1 - ends[1]
        self._columns = [
            (first + last) // 2 if count == 1 else first + (last - first) * at // (count - 1)
            for at in range(count)
        ]

    def _room(self, axis: _ParallelAxis) -> int:
        """Cells that the labels of an axis at the edge want."""
        texts = axis.words or [axis.number(end) for end in axis.window]
        return min(max((width_of(text) for text in texts), default=0), _WIDEST_LABEL) + 1

    def draw(self, rows: int) -> Drawing:
        has_names, has_key = rows >= 4, rows >= 6 and self._key is not None
        canvas = rows - has_names - has_key
        dots = self._frame.options.dots
        scales = [
            Scale(*widened(*axis.window, alone=0.5), canvas * dots.rows) for axis in self._axes
        ]
        order = sorted(range(len(self._runs)), key=self._rank)
        strokes = [stroke for place in order for stroke in self._strokes(place, scales)]
        looks = [self._look(place) for place in range(len(self._runs))]
        cells, plan = self._cells(strokes, looks, canvas)
        if self._key is None and not self._frame.options.theme.has_color:
            self._lay_marks(cells, plan, scales)
        self._lay_axes(cells, plan, scales)
        drawn: list[Row] = list(cells.rows())
        if has_names:
            drawn.insert(0, self._names())
        if has_key and self._key is not None:
            drawn.append(self._key_row(self._key))
        return self._frame.drawing(drawn)

    def _cells(
        self, strokes: Sequence[Stroke], looks: Sequence[Look], canvas: int
    ) -> tuple[Cells, Plan]:
        frame = self._frame
        frame.rows = frame.rows.with_canvas(canvas)
        marks = tuple(run.style.ascii_mark for run in self._runs)
        return frame.cells(None, Axis(), strokes, looks, grid=False, marks=marks)

    def _rank(self, place: int) -> float:
        """Order of drawing: the highest of what lines are coloured by on top."""
        if self._key is None:
            return place
        value = self._key.places[place]
        return float("-inf") if isnan(value) else value

    def _look(self, place: int) -> Look:
        theme = self._frame.options.theme
        if self._key is None:
            return line_look(theme, self._runs[place].style.color)
        value, colors = self._key.places[place], ramp(theme)
        if isnan(value):
            return Look(theme.faint)
        low, high = self._colored
        shown = min(max(value, low), high)
        return Look(colors[Scale(*widened(low, high), len(colors)).dot(shown)])

    def _strokes(self, place: int, scales: Sequence[Scale]) -> list[Stroke]:
        """The line of a run, in pieces where it has nothing on an axis."""
        dots = self._frame.options.dots
        pieces: list[list[tuple[int, int]]] = [[]]
        for axis, scale, column in zip(self._axes, scales, self._columns, strict=True):
            value = axis.places[place]
            if isnan(value):
                pieces.append([])
            else:
                x = column * dots.columns + dots.columns // 2
                pieces[-1].append((x, scale.dots - 1 - scale.dot(value)))
        return [Stroke(place, piece) for piece in pieces if piece]

    def _lay_axes(self, cells: Cells, plan: Plan, scales: Sequence[Scale]) -> None:
        theme = self._frame.options.theme
        line = "|" if plan.dots is Dots.ASCII else "│"
        last = len(self._axes) - 1
        for at, (axis, scale, column) in enumerate(
            zip(self._axes, scales, self._columns, strict=True)
        ):
            for row in range(plan.rows):
                cells.put(row, column, line, Look(theme.faint))
            next_one = self._columns[at + 1] if at < last else plan.columns
            room = next_one - column - 2 if at else column - 1
            for row, text in axis.labels(scale, plan.rows).items():
                label = cut(text, min(max(room, 0), _WIDEST_LABEL))
                start = column + 1 if at else column - width_of(label)
                if label and start >= 0 and start + width_of(label) <= plan.columns:
                    aired = theme.has_color and at and width_of(label) < room  # no mark is there
                    label += " " if aired else ""
                    cells.write_wide(row, start, label, Look(theme.muted))

    def _lay_marks(self, cells: Cells, plan: Plan, scales: Sequence[Scale]) -> None:
        """The sign of each run between axes, for eyes that see no colour."""
        if plan.dots is Dots.ASCII:
            return
        count = len(self._runs)
        pairs = zip(pairwise(self._axes), pairwise(scales), pairwise(self._columns), strict=True)
        for (one, other), (left, right), (start, stop) in pairs:
            for place, run in enumerate(self._runs):
                ends = one.places[place], other.places[place]
                if isnan(ends[0]) or isnan(ends[1]):
                    continue
                part = (place + 1) / (count + 1)
                y = left.dot(ends[0]) * (1 - part) + right.dot(ends[1]) * part
                row = plan.rows - 1 - int(y + 0.5) // plan.dots.rows
                column = int(start + (stop - start) * part + 0.5)
                cells.put(row, column, mark_of(run.style, self._frame.options), Look(bold=True))

    def _names(self) -> Row:
        """What each axis is, above it."""
        look = Look(self._frame.options.theme.text)
        width, used = self._frame.width, 0
        spans: list[Span] = []
        for at, (axis, column) in enumerate(zip(self._axes, self._columns, strict=True)):
            before = self._columns[at - 1] if at else -column
            after = self._columns[at + 1] if at + 1 < len(self._columns) else 2 * width - column
            name = cut(axis.name, max(min(after - column, column - before, width), 1) - 1)
            start = max(used, min(column - width_of(name) // 2, width - width_of(name)))
            name = cut(name, width - start)
            spans += [Span(" " * (start - used), Look()), Span(name, look)]
            used = start + width_of(name) + (start + width_of(name) < width)
            if used > start + width_of(name):
                spans.append(Span(" ", Look()))
        return fitted(spans, width)

    def _key_row(self, key: _ParallelAxis) -> Row:
        """What the colours mean: the lowest value, all colours, the highest."""
        theme = self._frame.options.theme
        colors = ramp(theme)
        low, high = (key.number(end) for end in self._colored)
        low = f"≤{low}" if self._colored[0] > key.window[0] else low
        high = f"≥{high}" if self._colored[1] < key.window[1] else high
        block = "#" if self._frame.options.dots is Dots.ASCII else "■"
        room = self._frame.width - len(colors) - len(low) - len(high) - 4
        if room < 0:
            return (Span(" " * self._frame.width, Look()),)
        name = cut(key.name, room)
        spans = [
            Span(f"{name}  " if name else "  ", Look(theme.text)),
            Span(f"{low} ", Look(theme.muted)),
            *(Span(block, Look(color)) for color in colors),
            Span(f" {high}", Look(theme.muted)),
        ]
        return fitted(spans, self._frame.width)
