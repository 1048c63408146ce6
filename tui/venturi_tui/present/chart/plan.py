"""What an engine is asked to draw: everything already in whole dots and cells, nothing to go wrong.

Engines see no data: no NaN, no huge number, nothing outside the canvas can reach them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from venturi_tui.present.chart.options import Dots

BLANK, FRAME, LABEL, GRID, LINE = range(5)
"""Inks: what a cell belongs to. Line number k has the ink LINE + k."""


class Tick(NamedTuple):
    """A tick at a cell of the canvas (from the left, or from the top), and its label."""

    cell: int
    label: str


class Stroke(NamedTuple):
    """A connected polyline of one line; a single dot is one, too.

    Dots are counted from the left and from the top of the canvas, and all lie inside it.
    """

    line: int
    dots: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """A canvas with its frame.

    The whole has `gutter` cells for labels of the y axis and one for the axis (nothing when the
    gutter is 0), then `columns` cells of canvas; `rows` rows, then one for the x axis and one for
    its labels when `has_x_axis`.
    """

    columns: int
    rows: int
    gutter: int
    has_x_axis: bool
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    dots: Dots
    marks: tuple[str, ...]  # of each line, one ASCII letter: what Dots.ASCII draws with
    strokes: tuple[Stroke, ...]

    @property
    def left(self) -> int:
        """Cells left of the canvas."""
        return self.gutter + 1 if self.gutter else 0

    @property
    def width(self) -> int:
        """Cells of the whole, from left to right."""
        return self.left + self.columns

    @property
    def height(self) -> int:
        """Rows of the whole."""
        return self.rows + (2 if self.has_x_axis else 0)


@dataclass(frozen=True, slots=True)
class Inked:
    """What an engine gives back: one character and one ink for each cell of the whole."""

    chars: list[list[str]]
    inks: list[list[int]]
