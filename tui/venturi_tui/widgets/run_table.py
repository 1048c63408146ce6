"""The table of runs: any number of rows and columns, only what is on screen is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message
from textual.strip import Strip

from venturi.records import Run
from venturi_tui.present.cells import Fit, Moment, lay, lay_title, shown
from venturi_tui.present.columns import AGE, DURATION, NAME, STATUS, Column, Source
from venturi_tui.present.pieces import Hue, Role, Tone
from venturi_tui.present.words import number
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.palette import Ground
from venturi_tui.widgets.pen import Pen

if TYPE_CHECKING:
    from venturi_tui.present.chart.styles import SeriesStyle

GUTTER = 3
"""Cells before the name: the cursor's mark, the run's mark, a space."""

LENT = "ᶜ"
"""Stands behind a value that is a child's."""

Place = tuple[int, Column, Fit, str]
"""A column in view: its place among all, what it is, its layout, and the gap before it."""

_QUIET = frozenset({STATUS, AGE, DURATION})


@dataclass(frozen=True, slots=True)
class Grid:
    """What the table draws besides the runs themselves.

    Args:
        columns: Columns in order.
        fits: Their layouts.
        moment: The time now, and names of experiments.
        sorted_by: The columns the rows are ordered by, and whether each ascends.
        best: Best value of each metric of which it is known.
        pinned: How many columns stay when the others move, at least one.
    """

    columns: tuple[Column, ...]
    fits: Sequence[Fit]
    moment: Moment
    sorted_by: tuple[tuple[Column, bool], ...]
    best: Mapping[str, float | None]
    pinned: int = 1


_MORE = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
"""Says above the rows that there are more columns to the right."""


class RunTable(Lines):
    """Runs as rows.

    Args:
        run_at: Gives the run of a row; None when it is not here.
        id_at: Gives its id.
        words_for: Says what stands in a row whose run is not here.
    """

    @dataclass
    class HeadPicked(Message):
        """A column's title was clicked."""

        column: int

    @dataclass
    class ColumnsMoved(Message):
        """Other columns came into view."""

        table: RunTable

    def __init__(
        self,
        run_at: Callable[[int], Run | None],
        id_at: Callable[[int], str | None],
        words_for: Callable[[int], str],
    ) -> None:
        super().__init__(heads=1, id="runs")
        self._run_at = run_at
        self._id_at = id_at
        self._words_for = words_for
        self.grid = Grid((NAME,), (Fit(8),), Moment(0, {}), (), {})
        self.marks: Mapping[str, SeriesStyle] = {}
        self.column_cursor: int = 0
        self._left = 1
        self._cut: tuple[int, list[Place]] | None = None

    # What subclasses may say

    def lead(self, row: int) -> str:
        """What stands before the name of a row, such as the branches of a tree."""
        del row
        return ""

    def lent(self, run_id: str, column: Column) -> float | None:
        """A value of another run that is shown where this one has none."""
        del run_id, column
        return None

    # What is shown

    def show_grid(self, grid: Grid) -> None:
        """Draw other columns, or the same otherwise."""
        if grid == self.grid:
            return
        if grid.columns != self.grid.columns:
            at = self.grid.columns[self.column_cursor]
            self.column_cursor = grid.columns.index(at) if at in grid.columns else 0
            self._left = 1
        self.grid = grid
        self._cut = None
        self._show_column()
        self.redraw()

    def show_marks(self, marks: Mapping[str, SeriesStyle]) -> None:
        """Draw these runs, by id, as marked with these signs."""
        before, self.marks = self.marks, dict(marks)
        for row in range(self.first, self.last + 1):
            run_id = self._id_at(row)
            if run_id is not None and before.get(run_id) != self.marks.get(run_id):
                self.redraw_row(row)

    @property
    def cursor_column(self) -> Column:
        """The column the cursor is in."""
        return self.grid.columns[self.column_cursor]

    def move_column(self, columns: int) -> None:
        """Move the cursor sideways, and the columns when it would leave the screen."""
        self.go_column(self.column_cursor + columns)

    def go_column(self, column: int) -> None:
        """Put the cursor in a column."""
        column = max(0, min(column, len(self.grid.columns) - 1))
        if column == self.column_cursor:
            return
        self.column_cursor = column
        if self._show_column():
            self.redraw()
            self.post_message(self.ColumnsMoved(self))
        else:
            self.redraw_head()
            self.redraw_row(self.cursor)

    def page_columns(self, pages: int) -> None:
        """Move the cursor by as many columns as can be seen at once."""
        places = self._visible(self.scrollable_content_region.width)
        moving = [at for at in places if at >= self._fixed(self.scrollable_content_region.width)]
        self.move_column(pages * max(1, len(moving) - 1))

    def _show_column(self) -> bool:
        """Scroll sideways until the cursor's column is in view; True when that was needed."""
        room = self.scrollable_content_region.width
        fixed = self._fixed(room)
        left = max(fixed, min(self._left, len(self.grid.columns) - 1))
        if self.column_cursor >= fixed:
            left = self._leftmost(min(left, self.column_cursor), fixed, room)
        moved, self._left = left != self._left, left
        self._cut = None
        return moved

    def _leftmost(self, left: int, fixed: int, room: int) -> int:
        """The first column beside the fixed ones so that the cursor's is whole in view."""
        edge = self._fixed_edge(fixed)
        at = self.column_cursor
        edge += self._width(at)
        while at > left and edge + self._width(at - 1) <= room:
            at -= 1
            edge += self._width(at)
        return at

    def _fixed(self, room: int) -> int:
        """How many columns stay: the name, and as many pinned ones as leave room for others."""
        fixed, edge = 1, self._fixed_edge(1)
        for at in range(1, min(self.grid.pinned, len(self.grid.columns))):
            edge += self._width(at)
            if edge > room * 2 // 3:
                break
            fixed = at + 1
        return fixed

    def _fixed_edge(self, fixed: int) -> int:
        """Right edge of the columns that stay."""
        widths = sum(self._width(at) for at in range(1, fixed))
        return GUTTER + self.grid.fits[0].width + widths

    def _width(self, column: int) -> int:
        """Cells of a column with the gap before it."""
        return self._gap(column) + self.grid.fits[column].width

    def _gap(self, column: int) -> int:
        """Cells before a column: more where another kind of columns begins."""
        columns = self.grid.columns
        here, before = columns[column].source, columns[column - 1].source
        numbered = len(self.grid.sorted_by) > 1 and bool(self._arrow(columns[column - 1]))
        return (2 if here is before else 3) + numbered

    # Drawing

    def line_key(self, row: int) -> object:
        """The run, its mark, and the cursor's column on the cursor's row."""
        run_id = self._id_at(row)
        run = self._run_at(row)
        column = self.column_cursor if row == self.cursor else None
        here = id(run) if run else self._words_for(row)
        return run_id, here, self.marks.get(run_id or ""), column, self.lead(row)

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """A run."""
        run = self._run_at(row)
        pen = Pen(self.palette, ground)
        pen.write("▸" if row == self.cursor else " ", Role.ACCENT)
        style = self.marks.get(self._id_at(row) or "")
        if style is None:
            pen.write("  ", Role.TEXT)
        else:
            pen.write(f"{style.mark} ", Hue(style.color))
        if run is None:
            pen.write(self._words_for(row), Role.DIM)
        else:
            self._draw_cells(pen, run, self.lead(row), width)
        return pen.strip(width)

    def _draw_cells(self, pen: Pen, run: Run, lead: str, width: int) -> None:
        for at, column, layout, gap in self._places(width):
            if at:
                pen.write(gap, Role.TEXT)
            text, tone = self._cell(column, run)
            if not at and lead:
                text = lead + (text or "")
            on = at == self.column_cursor and pen.ground is Ground.BAND
            pen.write(lay(text, layout), tone, Ground.CELL if on else None)

    def _cell(self, column: Column, run: Run) -> tuple[str | None, Tone]:
        text = shown(column, run, self.grid.moment)
        if text is None and column.source is Source.METRIC:
            lent = self.lent(run.run_id, column)
            if lent is not None:
                return f"{number(lent)}{LENT}", Role.DIM
        return text, self._tone(column, run, text)

    def _visible(self, width: int) -> list[int]:
        """Places of the columns that are in view."""
        return [at for at, *_ in self._places(width)]

    def _places(self, width: int) -> list[Place]:
        """The columns that are in view, whole: half a number would be another one."""
        if self._cut is not None and self._cut[0] == width:
            return self._cut[1]
        fixed = self._fixed(width)
        places = list(range(fixed))
        edge = self._fixed_edge(fixed)
        for at in range(max(self._left, fixed), len(self.grid.columns)):
            no_room = edge + self._width(at) > width
            if edge >= width or (no_room and len(places) > fixed):
                break
            places.append(at)
            edge += self._width(at)
        columns, fits = self.grid.columns, self.grid.fits
        found = [(at, columns[at], fits[at], " " * (self._gap(at) if at else 0)) for at in places]
        self._cut = (width, found)
        return found

    @property
    def columns_in_view(self) -> list[Column]:
        """The columns that are on screen now."""
        return [self.grid.columns[at] for at in self._visible(self.scrollable_content_region.width)]

    def _tone(self, column: Column, run: Run, text: str | None) -> Tone:
        if text is None:
            return Role.FAINT
        if column.source is Source.METRIC:
            best = self.grid.best.get(column.key)
            return Role.STRONG if best == run.latest[column.key].value else Role.TEXT
        if column == STATUS and run.status == "RUNNING":
            return Role.RUNNING
        return Role.DIM if column in _QUIET else Role.TEXT

    def draw_head(self, number: int, width: int) -> Strip:  # noqa: ARG002
        """The titles."""
        pen = Pen(self.palette, Ground.PLAIN)
        pen.write(" " * GUTTER, Role.DIM)
        places = self._visible(width)
        before = ""
        for at in places:
            column, layout = self.grid.columns[at], self.grid.fits[at]
            gap = self._gap(at) if at else 0
            pen.write(before, Role.ACCENT)
            pen.write(" " * (gap - len(before)), Role.DIM)
            before = self._arrow(column)
            here = at == self.column_cursor and self.has_focus
            pen.write(lay_title(column, layout), Role.ACCENT if before or here else Role.DIM)
        pen.write(before, Role.ACCENT)
        return pen.strip(width, _MORE if places[-1] + 1 < len(self.grid.columns) else "")

    def _arrow(self, column: Column) -> str:
        """How the rows are ordered by a column, and with several, as which of them."""
        for place, (ordered, ascending) in enumerate(self.grid.sorted_by, start=1):
            if ordered == column:
                arrow = "▲" if ascending else "▼"
                return f"{arrow}{place}" if len(self.grid.sorted_by) > 1 else arrow
        return ""

    def row_texts(self, row: int) -> list[str]:
        """What the columns say about a run, without any cutting."""
        run = self._run_at(row)
        if run is None:
            return []
        return [shown(column, run, self.grid.moment) or "" for column in self.grid.columns]

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """A click on a title sorts by it; one on a row moves the cursor."""
        offset = event.get_content_offset(self)
        if offset is not None and self.notice is None:
            column = self._column_at(offset.x)
            if offset.y < self.heads:
                event.stop()
                self.post_message(self.HeadPicked(column))
                return
            self.go_column(column)
        super().on_click(event)

    def _column_at(self, x: int) -> int:
        edge = GUTTER + self.grid.fits[0].width
        if x < edge:
            return 0
        visible = self._visible(self.scrollable_content_region.width)[1:]
        for at in visible:
            edge += self._width(at)
            if x < edge:
                return at
        return visible[-1] if visible else 0
