"""The same chart in real pixels: axes and words as text, curves as a picture in their midst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from typing import Protocol

from venturi.curves.envelope import envelope
from venturi_tui.present.chart.bitmap import Bitmap, Colour, Point, smooth_points
from venturi_tui.present.chart.canvas import Canvas, band_of
from venturi_tui.present.chart.chart import composed
from venturi_tui.present.chart.curves import Curve, seen
from venturi_tui.present.chart.drawing import Drawing, channels
from venturi_tui.present.chart.extremes import extremes_of
from venturi_tui.present.chart.options import ChartLine, ChartOptions
from venturi_tui.present.chart.scales import Scale
from venturi_tui.present.chart.strokes import strokes_of

CELL = 10, 20
"""Pixels of a cell, wide and high, where the terminal does not say."""
_INK = "#d0d0d0"


@dataclass(frozen=True, slots=True)
class PixelChart:
    """A drawing whose canvas is blank, and the picture that belongs there.

    The picture has as many pixels as the cells of `drawing.area`; None when there is nothing to
    show, and then the drawing says so.
    """

    drawing: Drawing
    picture: Bitmap | None


def draw_pixels(
    lines: Sequence[ChartLine],
    width: int,
    height: int,
    options: ChartOptions | None = None,
    cell: tuple[int, int] = CELL,
) -> PixelChart:
    """Draw curves as `draw_chart` does, with a picture in place of its dots.

    Takes some tenths of a second for a handful of lines at 200x50 cells.

    Args:
        lines: What to draw.
        width: Cells of each row.
        height: Rows.
        options: How; `dots` decides the signs in the legend alone.
        cell: Pixels of a cell, wide and high.
    """
    options = options or ChartOptions()
    drawing, canvas = composed(lines, width, height, options, blank=True)
    if canvas is None:
        return PixelChart(drawing, None)
    bitmap = picture_of(canvas, cell)
    if options.cursor is not None:
        _rule_cursor(bitmap, canvas, options.cursor)
    return PixelChart(drawing, bitmap)


def picture_of(canvas: Canvas, cell: tuple[int, int]) -> Bitmap:
    """What belongs on a blank canvas, without the cursor, at so many pixels a cell."""
    cell = max(cell[0], 1), max(cell[1], 1)
    bitmap = Bitmap(canvas.columns * cell[0], canvas.rows * cell[1])
    draw_canvas(canvas, cell, bitmap)
    return bitmap


class Board(Protocol):
    """What can be drawn on; `Bitmap` says what each word means."""

    def fill(self, column: int, top: int, bottom: int, colour: Colour, alpha: int) -> None:
        """Lay a colour over the pixels of a column from one row to before another."""

    def rule(self, row: int, colour: Colour, alpha: int) -> None:
        """Lay a line of one pixel over a whole row."""

    def line(self, points: Sequence[Point], colour: Colour, thick: float) -> None:
        """Draw a polyline with smooth edges; a single point is a dot."""

    def disc(self, middle: Point, radius: float, colour: Colour) -> None:
        """Draw a filled circle with smooth edges."""

    def polygon(self, corners: Sequence[Point], colour: Colour) -> None:
        """Draw a filled convex polygon, its corners clockwise on the screen."""


def draw_canvas(canvas: Canvas, cell: tuple[int, int], board: Board) -> None:
    """Draw what belongs on a blank canvas, at so many pixels a cell, on anything."""
    _Picture(canvas, cell, board).draw()


def _rule_cursor(bitmap: Bitmap, canvas: Canvas, x: float) -> None:
    place, scale = canvas.scales.x.place(x), canvas.x_scale
    if scale.low <= place <= scale.high:
        accent = channels(canvas.options.theme.accent or _INK)
        column = Scale(scale.low, scale.high, bitmap.width).dot(place)
        bitmap.fill(column, 0, bitmap.height, accent, 200)


class _Picture:
    """The curves of a canvas on pixels."""

    def __init__(self, canvas: Canvas, cell: tuple[int, int], board: Board) -> None:
        self._canvas, self._high, self._board = canvas, cell[1], board
        self._x = Scale(canvas.x_scale.low, canvas.x_scale.high, canvas.columns * cell[0])
        self._y = Scale(canvas.y_scale.low, canvas.y_scale.high, canvas.rows * cell[1])

    def draw(self) -> None:
        canvas, theme = self._canvas, self._canvas.options.theme
        if canvas.options.grid and theme.grid:
            for row, _ in canvas.y_axis.ticks:
                middle = row * self._high + self._high // 2
                self._board.rule(middle, channels(theme.grid), 255)
        for place in canvas.banded():
            self._draw_band(canvas.curves[place])
        for place in canvas.order():
            self._draw_line(canvas.curves[place], bold=place == canvas.options.focus)
        for place in canvas.order():
            self._draw_signs(canvas.curves[place])
        self._draw_extremes()

    def _colour(self, curve: Curve) -> Colour:
        palette = self._canvas.options.theme.palette
        return channels(palette[curve.line.style.color % len(palette)] if palette else _INK)

    def _row(self, y: float) -> int:
        return self._y.dots - 1 - self._y.dot(y)

    def _draw_band(self, curve: Curve) -> None:
        found = band_of(curve, (self._x.low, self._x.high, self._x.dots))
        alpha = round(255 * self._canvas.options.theme.tint)
        colour = self._colour(curve)
        for column, (low, high) in enumerate(zip(found.lows, found.highs, strict=True)):
            if not isnan(low) and low <= self._y.high and high >= self._y.low:
                self._board.fill(column, self._row(high), self._row(low) + 1, colour, alpha)

    def _draw_line(self, curve: Curve, *, bold: bool) -> None:
        thick = self._high / (9 if bold else 12)
        smooth = curve.drawn is not curve.raw
        start, stop = curve.drawn.rows_between(self._x.low, self._x.high)
        strokes = strokes_of(curve.drawn, self._x, self._y, is_smooth=smooth)
        colour, thick = self._colour(curve), max(thick, 1.2)
        for dots in strokes:
            if not smooth and stop - start > self._x.dots:
                self._draw_dense(dots, colour, thick)
            else:
                self._board.line(smooth_points(dots), colour, thick)

    def _draw_dense(self, dots: Sequence[tuple[int, int]], colour: Colour, thick: float) -> None:
        """A line of more points than pixels: columns, joined where dots lie in neighbours."""
        columns: dict[int, tuple[int, int]] = {}
        for before, (x, y) in pairwise(dots):
            is_far = x - before[0] > 1
            if is_far:
                self._board.line(smooth_points([before, (x, y)]), colour, thick)
            top, bottom = columns.get(x, (y, y))
            start = y if is_far else before[1]
            columns[x] = min(top, start, y), max(bottom, start, y)
        for column, (top, bottom) in columns.items():
            self._board.fill(column, top, bottom + max(round(thick), 1), colour, 255)
        if len(dots) == 1:
            self._board.line(smooth_points(dots), colour, thick)

    def _draw_signs(self, curve: Curve) -> None:
        """A disc where a line ends, crosses at NaN, triangles at the edge for what is beyond."""
        colour, size = self._colour(curve), self._high * 0.22
        last = curve.drawn.last_finite
        if last is not None:
            x, y = curve.drawn.xs[last], curve.drawn.ys[last]
            if self._x.low <= x <= self._x.high and self._y.low <= y <= self._y.high:
                middle = min(self._x.dot(x) + 0.5, self._x.dots - size - 0.5)  # all of it is seen
                self._board.disc((middle, self._row(y) + 0.5), size, colour)
        bottom = self._y.dots - size * 1.5
        for rows in curve.logged.breaks.values():
            for row in rows:
                x = curve.logged.xs[row]
                if self._x.low <= x <= self._x.high:
                    self._cross(self._x.dot(x) + 0.5, bottom, size, colour)
        if self._canvas.has_beyond:
            self._draw_beyond(curve, size, colour)

    def _cross(self, x: float, y: float, size: float, colour: Colour) -> None:
        thick = max(self._high / 12, 1.2)
        self._board.line([(x - size, y - size), (x + size, y + size)], colour, thick)
        self._board.line([(x - size, y + size), (x + size, y - size)], colour, thick)

    def _draw_beyond(self, curve: Curve, size: float, colour: Colour) -> None:
        canvas = self._canvas
        wide = self._x.dots // canvas.columns
        for series in seen(curve, canvas.options):
            found = envelope(series, *self._x.cells(wide))
            for column, (low, high) in enumerate(zip(found.lows, found.highs, strict=True)):
                x = (column + 0.5) * wide
                if high > self._y.high:
                    top = [(x, 0.0), (x + size, 2 * size), (x - size, 2 * size)]
                    self._board.polygon(top, colour)
                if low < self._y.low:
                    foot = float(self._y.dots)
                    tip = [(x, foot), (x - size, foot - 2 * size), (x + size, foot - 2 * size)]
                    self._board.polygon(tip, colour)

    def _draw_extremes(self) -> None:
        """Triangles that point at the lowest and the highest values, from where there is room."""
        if not self._canvas.options.extremes:
            return
        scales = self._canvas.x_scale, self._canvas.y_scale
        for found in extremes_of(self._canvas.curves, *scales, self._canvas.options):
            x, y = self._x.dot(found.x) + 0.5, self._row(found.value) + 0.5
            wide, high = self._high * 0.3, self._high * 0.54
            is_above = y >= high if found.is_highest else y + high > self._y.dots
            corners = [(x, y), (x - wide, y - high), (x + wide, y - high)]
            if not is_above:
                corners = [(x, y), (x + wide, y + high), (x - wide, y + high)]
            self._board.polygon(corners, self._colour(self._canvas.curves[found.place]))
