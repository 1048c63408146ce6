"""The middle of a chart: what the engine drew, coloured, over bands, under marks and cursor."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan, nan
from sys import float_info

from venturi.curves.envelope import Envelope, envelope
from venturi.curves.series import XAxis
from venturi_tui.present.chart.bands import BandLine, tints
from venturi_tui.present.chart.cells import Cells
from venturi_tui.present.chart.clock import clock_label, duration_label
from venturi_tui.present.chart.curves import Axes, Curve
from venturi_tui.present.chart.cut import cut, width_of
from venturi_tui.present.chart.drawing import Look, Span
from venturi_tui.present.chart.engine import draw_plan
from venturi_tui.present.chart.extremes import Extreme, beyond_signs, extremes_of
from venturi_tui.present.chart.layout import Axis
from venturi_tui.present.chart.options import Band, ChartOptions, Dots
from venturi_tui.present.chart.overlays import gap_signs, mark_cells
from venturi_tui.present.chart.plan import Plan, Stroke
from venturi_tui.present.chart.raster import label_start
from venturi_tui.present.chart.scales import Scale
from venturi_tui.present.chart.strokes import strokes_of
from venturi_tui.present.chart.theme import line_look
from venturi_tui.present.words import exact_count, number, safe

_SHADES = {Dots.BRAILLE: "░", Dots.BLOCK: "░", Dots.ASCII: ":"}
_MOST_END_MARKS = 8


@dataclass(frozen=True, slots=True)
class Canvas:
    """Everything that decides how the canvas and its axes look."""

    curves: Sequence[Curve]
    scales: Axes
    x_scale: Scale
    y_scale: Scale
    x_axis: Axis | None
    y_axis: Axis
    columns: int
    rows: int
    options: ChartOptions

    def draw(self, *, blank: bool = False) -> list[tuple[Span, ...]]:
        """The rows of the canvas and of the x axis below it; with `blank`, axes alone."""
        plan = self._plan()
        if blank:
            plan = replace(plan, strokes=())
        drawn = draw_plan(plan, self.options.engine)
        cells = Cells(drawn, self._looks())
        if not blank:
            self._lay(cells, plan)
        elif self.options.extremes:
            self._lay_values(cells)
        if plan.has_x_axis:
            self._name_x_axis(cells, plan)
        if self.options.cursor is not None:
            self._lay_cursor(cells, plan, self.options.cursor, blank=blank)
        return cells.rows()

    def _lay(self, cells: Cells, plan: Plan) -> None:
        if self.options.grid:
            cells.lay_grid(plan)
        self._lay_bands(cells, plan)
        self._lay_marks(cells, plan)
        self._lay_extremes(cells, plan)
        self._lay_signs(cells, plan)

    def order(self) -> list[int]:
        """Places of the lines in the order of drawing: the focused one last."""
        focus = self.options.focus
        places = [place for place in range(len(self.curves)) if place != focus]
        return places if len(places) == len(self.curves) else [*places, focus or 0]

    def _plan(self) -> Plan:
        strokes = tuple(
            Stroke(place, dots)
            for place in self.order()
            for dots in self._strokes(self.curves[place])
        )
        return Plan(
            columns=self.columns,
            rows=self.rows,
            gutter=self.y_axis.gutter,
            has_x_axis=self.x_axis is not None,
            x_ticks=self.x_axis.ticks if self.x_axis else (),
            y_ticks=self.y_axis.ticks,
            dots=self.options.dots,
            marks=tuple(curve.line.style.ascii_mark for curve in self.curves),
            strokes=strokes,
        )

    def _strokes(self, curve: Curve) -> list[list[tuple[int, int]]]:
        smooth = curve.drawn is not curve.raw
        return strokes_of(curve.drawn, self.x_scale, self.y_scale, is_smooth=smooth)

    def _looks(self) -> list[Look]:
        """The look of each ink."""
        theme, focus = self.options.theme, self.options.focus
        grid = Look(theme.grid, dim=not theme.has_color)
        looks = [Look(), Look(theme.faint), Look(theme.muted), grid]
        return looks + [
            line_look(theme, curve.line.style.color, bold=place == focus)
            for place, curve in enumerate(self.curves)
        ]

    def _lay_bands(self, cells: Cells, plan: Plan) -> None:
        theme = self.options.theme
        columns = self.x_scale.cells(plan.dots.columns)
        bands = [
            BandLine(band_of(self.curves[place], columns), self.curves[place].line.style.color)
            for place in self.banded()
        ]
        halves = tints(bands, self.y_scale, plan.rows, theme)
        for row, (upper, lower) in enumerate(zip(halves[::2], halves[1::2], strict=True)):
            if theme.has_color:
                cells.tint_row(row, plan.left, upper, lower)
            else:
                cells.shade_row(row, plan.left, upper, lower, _SHADES[plan.dots])

    def banded(self) -> list[int]:
        """Places of the lines that have a band, in the order of drawing."""
        always = [place for place in self.order() if self.curves[place].edges]
        band, focus = self.options.band, self.options.focus
        if band is Band.NONE or always or all(c.drawn is c.raw for c in self.curves):
            return always
        if band is Band.ALL:
            return self.order()
        if len(self.curves) == 1:
            return [0]
        return [focus] if focus is not None and 0 <= focus < len(self.curves) else []

    def _lay_marks(self, cells: Cells, plan: Plan) -> None:
        theme = self.options.theme
        if plan.dots is Dots.ASCII or (theme.has_color and len(self.curves) > _MOST_END_MARKS):
            return
        along = not theme.has_color
        marks = mark_cells(self.curves, self.x_scale, self.y_scale, plan.dots, along=along)
        for (row, column), place in marks:
            style = self.curves[place].line.style
            look = line_look(theme, style.color, bold=place == self.options.focus)
            cells.put(row, plan.left + column, style.mark, look)

    @property
    def has_beyond(self) -> bool:
        """Whether what lies beyond the range is to be marked."""
        return self.options.robust and self.options.y_window is None

    def _lay_signs(self, cells: Cells, plan: Plan) -> None:
        for place in self.order():
            curve = self.curves[place]
            look = line_look(self.options.theme, curve.line.style.color, bold=True)
            scales = self.x_scale, self.y_scale
            signs = beyond_signs(curve, *scales, self.options) if self.has_beyond else {}
            signs |= gap_signs(curve, *scales, plan.dots)
            for (row, column), sign in signs.items():
                cells.put(row, plan.left + column, sign, look)

    def _lay_values(self, cells: Cells) -> None:
        """Write beside lines that are not there what the lowest and the highest values are."""
        plan = self._plan()
        drawn = Cells(draw_plan(plan, self.options.engine), self._looks())
        for row, column, text in self._lay_extremes(drawn, plan):
            cells.write(row, column, text, Look(self.options.theme.text))

    def _lay_extremes(self, cells: Cells, plan: Plan) -> list[tuple[int, int, str]]:
        """Lay signs where the extremes are, and their values, which it gives with their places."""
        written: list[tuple[int, int, str]] = []
        if not self.options.extremes:
            return written
        for found in extremes_of(self.curves, self.x_scale, self.y_scale, self.options):
            (row, column), curve = found.cell, self.curves[found.place]
            look = line_look(self.options.theme, curve.line.style.color, bold=True)
            cells.put(row, plan.left + column, found.sign, look)
            if len(self.curves) > 1 and found.place != self.options.focus:
                continue
            text = number(self.scales.y.value(found.value))
            place = self._room_beside(cells, plan, found, len(text))
            if place is not None:
                cells.write(*place, text, Look(self.options.theme.text))
                written.append((*place, text))
        return written

    def _room_beside(
        self, cells: Cells, plan: Plan, found: Extreme, size: int
    ) -> tuple[int, int] | None:
        """Where there is room for a value: outward of its sign, beside it, or inward."""
        row, column = found.cell
        out = -1 if found.is_highest else 1
        middle = column - size // 2
        middle = max(0, min(middle, self.columns - size))
        inward = [(row - out * step, middle) for step in range(1, 4)]
        places = ((row + out, middle), (row, column + 1), (row, column - size), *inward)
        for at, start in places:
            span = range(plan.left + start, plan.left + start + size)
            inside = 0 <= at < plan.rows and 0 <= start <= self.columns - size
            if inside and all(cells.is_free(at, one) for one in span):
                return at, plan.left + start
        return None

    def _name_x_axis(self, cells: Cells, plan: Plan) -> None:
        """Say at the right end what the axis is, where its labels do not."""
        name = cut(safe(self.options.x_name), plan.columns // 3)
        if not name and self.options.x_axis is XAxis.STEP:
            name = "step"
        row, start = plan.rows + 1, plan.width - width_of(name)
        if not name or start < 2 or width_of(name) != len(name):
            return
        if all(cells.is_free(row, at) for at in range(start - 2, plan.width)):
            cells.write(row, start, name, Look(self.options.theme.faint))

    def _lay_cursor(self, cells: Cells, plan: Plan, x: float, *, blank: bool = False) -> None:
        place = self.scales.x.place(x)
        if not self.x_scale.low <= place <= self.x_scale.high:
            return
        column = self.x_scale.dot(place) // plan.dots.columns
        look = Look(self.options.theme.accent, bold=True)
        line = "|" if plan.dots is Dots.ASCII else "│"
        for row in range(0 if blank else plan.rows):
            if cells.is_free(row, plan.left + column):
                cells.put(row, plan.left + column, line, look)
        label = f" {self._x_label(x)} "
        if plan.has_x_axis and len(label) <= plan.columns:
            start = plan.left + label_start(column, len(label), plan.columns)
            cells.clear_words(plan.rows + 1, start, start + len(label))
            cells.write(plan.rows + 1, start, label, look)

    def _x_label(self, x: float) -> str:
        if self.options.x_name:
            return number(x)
        if self.options.x_axis is XAxis.STEP:
            return exact_count(round(x))
        span = self.x_scale.high - self.x_scale.low
        if self.options.x_axis is XAxis.TIME:
            return clock_label(x, span / self.columns, self.options.zone)
        return duration_label(x) if span > 60 else f"{x:.2f}s"


def band_of(curve: Curve, columns: tuple[float, float, int]) -> Envelope:
    """What is tinted behind a line: the band it came with, else its own raw range."""
    if curve.edges is None:
        return envelope(curve.raw, *columns)
    below, above = (envelope(edge, *columns) for edge in curve.edges)
    lows = array("d", [-float_info.max if isnan(low) else low for low in below.lows])
    lows = array(
        "d", [nan if isnan(high) else low for low, high in zip(lows, above.highs, strict=True)]
    )
    return Envelope(lows, above.highs, above.means, above.counts)
