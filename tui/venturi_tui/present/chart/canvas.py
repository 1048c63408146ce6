"""The middle of a chart: what the engine drew, coloured, over bands, under marks and cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from venturi.curves.envelope import envelope
from venturi.curves.series import XAxis
from venturi_tui.present.chart.bands import BandLine, tints
from venturi_tui.present.chart.cells import Cells
from venturi_tui.present.chart.clock import clock_label, duration_label
from venturi_tui.present.chart.curves import Curve
from venturi_tui.present.chart.drawing import Look, Span
from venturi_tui.present.chart.engine import draw_plan
from venturi_tui.present.chart.layout import Axis
from venturi_tui.present.chart.options import Band, ChartOptions, Dots
from venturi_tui.present.chart.overlays import gap_signs, mark_cells
from venturi_tui.present.chart.plan import Plan, Stroke
from venturi_tui.present.chart.raster import label_start
from venturi_tui.present.chart.scales import Scale
from venturi_tui.present.chart.strokes import strokes_of
from venturi_tui.present.chart.theme import line_look
from venturi_tui.present.words import exact_count

_SHADES = {Dots.BRAILLE: "░", Dots.BLOCK: "░", Dots.ASCII: ":"}
_MOST_END_MARKS = 8


@dataclass(frozen=True, slots=True)
class Canvas:
    """Everything that decides how the canvas and its axes look."""

    curves: Sequence[Curve]
    x_scale: Scale
    y_scale: Scale
    x_axis: Axis | None
    y_axis: Axis
    columns: int
    rows: int
    options: ChartOptions

    def draw(self) -> list[tuple[Span, ...]]:
        """The rows of the canvas and of the x axis below it."""
        plan = self._plan()
        drawn = draw_plan(plan, self.options.engine)
        cells = Cells(drawn, self._looks())
        if self.options.grid:
            cells.lay_grid(plan)
        self._lay_bands(cells, plan)
        self._lay_marks(cells, plan)
        self._lay_signs(cells, plan)
        if plan.has_x_axis:
            self._name_x_axis(cells, plan)
        if self.options.cursor is not None:
            self._lay_cursor(cells, plan, self.options.cursor)
        return cells.rows()

    def _order(self) -> list[int]:
        """Places of the lines in the order of drawing: the focused one last."""
        focus = self.options.focus
        places = [place for place in range(len(self.curves)) if place != focus]
        return places if len(places) == len(self.curves) else [*places, focus or 0]

    def _plan(self) -> Plan:
        strokes = tuple(
            Stroke(place, dots)
            for place in self._order()
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
        banded = [self.curves[place] for place in self._banded()]
        bands = [
            BandLine(envelope(curve.raw, *columns), curve.line.style.color) for curve in banded
        ]
        halves = tints(bands, self.y_scale, plan.rows, theme)
        for row, (upper, lower) in enumerate(zip(halves[::2], halves[1::2], strict=True)):
            if theme.has_color:
                cells.tint_row(row, plan.left, upper, lower)
            else:
                cells.shade_row(row, plan.left, upper, lower, _SHADES[plan.dots])

    def _banded(self) -> list[int]:
        """Places of the lines that have a band, in the order of drawing."""
        if self.options.band is Band.NONE or all(c.drawn is c.raw for c in self.curves):
            return []
        if self.options.band is Band.ALL:
            return self._order()
        if len(self.curves) == 1:
            return [0]
        focus = self.options.focus
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

    def _lay_signs(self, cells: Cells, plan: Plan) -> None:
        for place in self._order():
            curve = self.curves[place]
            look = line_look(self.options.theme, curve.line.style.color, bold=True)
            signs = gap_signs(curve, self.x_scale, self.y_scale, plan.dots)
            for (row, column), sign in signs.items():
                cells.put(row, plan.left + column, sign, look)

    def _name_x_axis(self, cells: Cells, plan: Plan) -> None:
        """Say at the right end what the axis is, where its labels do not."""
        row, start = plan.rows + 1, plan.width - len("step")
        if self.options.x_axis is not XAxis.STEP or start < 2:
            return
        if all(cells.is_free(row, at) for at in range(start - 2, plan.width)):
            cells.write(row, start, "step", Look(self.options.theme.faint))

    def _lay_cursor(self, cells: Cells, plan: Plan, x: float) -> None:
        if not self.x_scale.low <= x <= self.x_scale.high:
            return
        column = self.x_scale.dot(x) // plan.dots.columns
        look = Look(self.options.theme.accent, bold=True)
        line = "|" if plan.dots is Dots.ASCII else "│"
        for row in range(plan.rows):
            if cells.is_free(row, plan.left + column):
                cells.put(row, plan.left + column, line, look)
        label = f" {self._x_label(x)} "
        if plan.has_x_axis and len(label) <= plan.columns:
            start = plan.left + label_start(column, len(label), plan.columns)
            cells.clear_words(plan.rows + 1, start, start + len(label))
            cells.write(plan.rows + 1, start, label, look)

    def _x_label(self, x: float) -> str:
        if self.options.x_axis is XAxis.STEP:
            return exact_count(round(x))
        span = self.x_scale.high - self.x_scale.low
        if self.options.x_axis is XAxis.TIME:
            return clock_label(x, span / self.columns, self.options.zone)
        return duration_label(x) if span > 60 else f"{x:.2f}s"
