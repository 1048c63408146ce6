"""A list whose lines are cells in columns, with titles above; the base of the registry's tables."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from venturi_tui.present.grid import (
    GridColumn,
    fitting_widths,
    lay_row,
    lay_titles,
    natural_widths,
)
from venturi_tui.present.pieces import Line, Role
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.palette import Ground


class GridLines(Lines):
    """Rows of cells. Subclasses say what is in them."""

    def __init__(self, columns: Sequence[GridColumn], *, id: str) -> None:  # noqa: A002
        super().__init__(heads=1, id=id)
        self._columns = columns
        self._cells: Sequence[tuple[Line, ...]] = ()
        self._natural: list[int] = natural_widths(columns, ())
        self._fits: dict[int, list[int]] = {}

    def show_cells(
        self, columns: Sequence[GridColumn], cells: Sequence[Sequence[Line]], cursor: int
    ) -> None:
        """Show these rows, the cursor on one of them."""
        self._columns, self._cells = columns, [tuple(row) for row in cells]
        self._natural = natural_widths(columns, cells)
        self._fits.clear()
        self.set_count(len(cells), cursor=cursor)

    def _widths(self, width: int) -> list[int]:
        fit = self._fits.get(width)
        if fit is None:
            fit = self._fits[width] = fitting_widths(self._columns, self._natural, width - 3)
        return fit

    def draw_head(self, number: int, width: int) -> Strip:
        """The titles of the columns."""
        del number
        titles = lay_titles(self._columns, self._widths(width))
        return self.palette.strip((("  ", Role.TEXT), *titles), width)

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """The cells of a row."""
        lead = "▸ " if row == self.cursor else "  "
        cells = lay_row(self._columns, self._cells[row], self._widths(width))
        return self.palette.strip(((lead, Role.ACCENT), *cells), width, ground)

    def line_key(self, row: int) -> object:
        """The words of the row, and whether the cursor is on it."""
        return self._cells[row], row == self.cursor
