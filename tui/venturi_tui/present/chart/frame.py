"""What all shapes over runs share: their options, one value of one run, a canvas in its frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, isnan

from venturi_tui.present.chart.cells import Cells
from venturi_tui.present.chart.cut import cut, width_of
from venturi_tui.present.chart.drawing import Drawing, Look, PlotArea, Span
from venturi_tui.present.chart.layout import Axis, Rows, shared_rows
from venturi_tui.present.chart.legend import Entry, Row, header, legend, rows_wanted
from venturi_tui.present.chart.options import Dots
from venturi_tui.present.chart.plan import Plan, Stroke
from venturi_tui.present.chart.raster import draw_raster
from venturi_tui.present.chart.styles import SeriesStyle
from venturi_tui.present.chart.theme import DARK, ChartTheme, line_look
from venturi_tui.present.words import exact_count, number


@dataclass(frozen=True, slots=True)
class RunValue:
    """A number of one run. Runs with a `style` are marked: they stand out and are named.

    `label` may be any text; it is made safe. `value` may also be NaN or infinite.
    """

    label: str
    value: float
    style: SeriesStyle | None = None


@dataclass(frozen=True, slots=True)
class ShapeOptions:
    """How a shape over runs is drawn.

    Attributes:
        title: Written at the top left; empty gives the room to the shape.
        legend: Whether to name the marked runs below.
        header: Whether to write title and notes above; the drawing holds the notes in any case.
        dots: What shapes are made of.
        theme: Colours.
        notes: What else to say at the top right.
    """

    title: str = ""
    legend: bool = True
    header: bool = True
    dots: Dots = Dots.BRAILLE
    theme: ChartTheme = DARK
    notes: tuple[str, ...] = ()


class Frame:
    """Shares out the cells of a drawing, and puts its parts together."""

    def __init__(
        self,
        width: int,
        height: int,
        options: ShapeOptions,
        entries: Sequence[Entry] = (),
        notes: Sequence[str] = (),
    ) -> None:
        self.width, self.height, self.options = width, height, options
        self.notes = (*options.notes, *notes)
        self._entries = entries if options.legend else ()
        self.rows: Rows = shared_rows(
            height,
            header=options.header and bool(options.title or self.notes),
            legend=rows_wanted(self._entries, width),
        )

    def columns(self, y_axis: Axis) -> int:
        """Cells of the canvas beside that axis."""
        return self.width - (y_axis.gutter + 1 if y_axis.gutter else 0)

    def cells(
        self,
        x_axis: Axis | None,
        y_axis: Axis,
        strokes: Iterable[Stroke] = (),
        looks: Sequence[Look] = (),
        *,
        grid: bool = True,
        marks: tuple[str, ...] = (),
    ) -> tuple[Cells, Plan]:
        """The canvas with its axes and lines, of which stroke k has the look k."""
        theme = self.options.theme
        plan = Plan(
            columns=self.columns(y_axis),
            rows=self.rows.canvas,
            gutter=y_axis.gutter,
            has_x_axis=self.rows.x_axis > 0,
            x_ticks=x_axis.ticks if x_axis else (),
            y_ticks=y_axis.ticks,
            dots=self.options.dots,
            marks=marks or ("*",) * len(looks),
            strokes=tuple(strokes),
        )
        quiet = Look(theme.grid, dim=not theme.has_color)
        inks = [Look(), Look(theme.faint), Look(theme.muted), quiet, *looks]
        cells = Cells(draw_raster(plan), inks)
        if grid:
            cells.lay_grid(plan)
        return cells, plan

    def drawing(self, rows: Sequence[Row], area: PlotArea | None = None) -> Drawing:
        """Everything, from the header to the legend."""
        options = self.options
        drawn = list(rows)
        if self.rows.header:
            drawn.insert(0, header(options.title, self.notes, self.width, options.theme))
        if self.rows.legend:
            left = area.left if area else 0
            drawn += legend(self._entries, self.width, self.rows.legend, left, options.theme)
        return Drawing(self.width, self.height, tuple(drawn), area, (), self.notes)


def entry_of(run: RunValue, options: ShapeOptions) -> Entry | None:
    """The line of a marked run in the legend; None for others."""
    if run.style is None:
        return None
    look = line_look(options.theme, run.style.color)
    return Entry(mark_of(run.style, options), run.label, number(run.value), look)


def mark_of(style: SeriesStyle, options: ShapeOptions) -> str:
    """The sign of a marked run."""
    return style.ascii_mark if options.dots is Dots.ASCII else style.mark


def fitted(spans: Iterable[Span], width: int) -> Row:
    """A row of exactly `width` cells: what is too much is cut, what is missing is blank."""
    made: list[Span] = []
    room = width
    for text, look in spans:
        shown = cut(text, room)
        if shown:
            made.append(Span(shown, look))
        room -= width_of(shown)
    return (*made, Span(" " * room, Look())) if room else tuple(made)


def odd_notes(values: Iterable[float]) -> list[str]:
    """How many values cannot stand on an axis, by kind."""
    found = Counter("NaN" if isnan(value) else "∞" for value in values if not isfinite(value))
    return [f"{exact_count(found[kind])} {kind}" for kind in ("NaN", "∞") if found[kind]]


def amount(count: int, one: str, many: str) -> str:
    """`1 run`, `1,204 runs`."""
    return f"{exact_count(count)} {one if count == 1 else many}"
