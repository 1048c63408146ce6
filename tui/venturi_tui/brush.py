"""Draws the curves of a pane in pixels, as large as they may be, for a terminal that takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from venturi_tui.pictures import Picture, see_through
from venturi_tui.present.chart import ChartLine, ChartOptions
from venturi_tui.present.chart.chart import composed
from venturi_tui.present.chart.drawing import Drawing, channels
from venturi_tui.present.chart.graphics import Protocol
from venturi_tui.present.chart.indexed import flattened
from venturi_tui.present.chart.pixels import picture_of

MOST_PIXELS = 1_600_000
MOST_PIXELS_OVER_SSH = 500_000
"""What is drawn is no larger; the terminal, or we, stretch it to the size of its cells."""


@dataclass(frozen=True, slots=True)
class Painted:
    """A drawing, the picture that is seen through it (None for none), and its cursor's column."""

    drawing: Drawing
    picture: Picture | None = None
    cursor: int | None = None
    key: object = None


@dataclass(frozen=True, slots=True)
class Brush:
    """How pictures are drawn.

    Args:
        way: How the terminal takes them.
        cell: Pixels of its cells, wide and high.
        most: How many pixels may be drawn.
    """

    way: Protocol
    cell: tuple[int, int]
    most: int = MOST_PIXELS

    def paint(
        self,
        lines: Sequence[ChartLine],
        width: int,
        height: int,
        options: ChartOptions,
        before: Painted | None,
    ) -> Painted:
        """Draw curves into so many cells; a picture that is the same as before is kept.

        May be called from any thread. Takes some tenths of a second for a new picture.
        """
        drawing, canvas = composed(lines, width, height, options, blank=True)
        area, theme = drawing.area, options.theme
        if canvas is None or area is None:
            return Painted(drawing)
        cursor = None if options.cursor is None else area.column_of(options.cursor)
        cursor = None if cursor is None else cursor - area.left
        drawing = see_through(drawing, self.way)
        key = self, tuple(lines), width, height, replace(options, cursor=None), area
        if before is not None and before.picture is not None and before.key == key:
            return Painted(drawing, before.picture, cursor, key)
        cell = self._drawn_cell(area.columns * area.rows)
        indexed = flattened(picture_of(canvas, cell), channels(theme.ground))
        if self.way is Protocol.SIXEL and cell != self.cell:
            indexed = indexed.stretched(area.columns * self.cell[0], area.rows * self.cell[1])
            cell = self.cell
        accent = channels(theme.accent or theme.palette[0])
        picture = Picture(indexed, cell, self.way, accent)
        _ = picture.whole  # made here, not while the screen is drawn
        return Painted(drawing, picture, cursor, key)

    def _drawn_cell(self, cells: int) -> tuple[int, int]:
        """Pixels of a cell that are drawn."""
        wide, high = self.cell
        part = min(1.0, sqrt(self.most / max(cells * wide * high, 1)))
        return max(round(wide * part), 1), max(round(high * part), 1)
