"""The table of runs: any number of rows and columns, only what is on screen is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from venturi.records import Run
from venturi_tui.present.cells import Fit, Moment, lay, lay_title, shown
from venturi_tui.present.columns import AGE, DURATION, NAME, STATUS, Column, Source
from venturi_tui.present.pieces import Hue, Role, Tone
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.palette import Ground

if TYPE_CHECKING:
    from venturi_tui.present.chart.styles import SeriesStyle

GUTTER = 3
"""Cells before the name: the cursor's mark, the run's mark, a space."""

_QUIET = frozenset({STATUS, AGE, DURATION})


@dataclass(frozen=True, slots=True)
class Grid:
    """What the table draws besides the runs themselves.

    Args:
        columns: Columns in order; the first one stays when the others move.
        fits: Their layouts.
        moment: The time now, and names of experiments.
        sorted_by: The column the rows are ordered by, and whether it ascends.
        best: Best value of each metric of which it is known.
    """

    columns: tuple[Column, ...]
    fits: tuple[Fit, ...]
    moment: Moment
    sorted_by: tuple[Column, bool] | None
    best: Mapping[str, float | None]


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
        self.grid = Grid((NAME,), (Fit(8),), Moment(0, {}), None, {})
        self.marks: Mapping[str, SeriesStyle] = {}
        self.column_cursor: int = 0
        self._left = 1

    def show_grid(self, grid: Grid) -> None:
        """Draw other columns, or the same otherwise."""
        if grid == self.grid:
            return
        if grid.columns != self.grid.columns:
            at = self.grid.columns[self.column_cursor]
            self.column_cursor = grid.columns.index(at) if at in grid.columns else 0
            self._left = 1
        self.grid = grid
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
        else:
            self.redraw_head()
            self.redraw_row(self.cursor)

    def _show_column(self) -> bool:
        """Scroll sideways until the cursor's column is in view; True when that was needed."""
        left = max(1, min(self._left, len(self.grid.columns) - 1))
        if self.column_cursor:
            left = min(left, self.column_cursor)
        room = self.scrollable_content_region.width
        while left < self.column_cursor and self._edge(left, self.column_cursor) > room:
            left += 1
        moved, self._left = left != self._left, left
        return moved

    def _edge(self, left: int, column: int) -> int:
        """Right edge of a column when `left` is the first one beside the name."""
        fits = self.grid.fits
        shown_fits = fits[left : column + 1]
        gaps = sum(self._gap(at) for at in range(left, column + 1))
        return GUTTER + fits[0].width + gaps + sum(each.width for each in shown_fits)

    def _gap(self, column: int) -> int:
        """Cells before a column: more where another kind of columns begins."""
        columns = self.grid.columns
        return 2 if column and columns[column].source is columns[column - 1].source else 3

    # Drawing

    def line_key(self, row: int) -> object:
        """The run, its mark, and the cursor's column on the cursor's row."""
        run_id = self._id_at(row)
        run = self._run_at(row)
        column = self.column_cursor if row == self.cursor else None
        here = id(run) if run else self._words_for(row)
        return run_id, here, self.marks.get(run_id or ""), column

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """A run."""
        run = self._run_at(row)
        pen = _Pen(self, ground)
        pen.write("▸" if row == self.cursor else " ", Role.ACCENT)
        style = self.marks.get(self._id_at(row) or "")
        if style is None:
            pen.write("  ", Role.TEXT)
        else:
            pen.write(f"{style.mark} ", Hue(style.color))
        if run is None:
            pen.write(self._words_for(row), Role.DIM)
        else:
            self._draw_cells(pen, run, width)
        return pen.strip(width)

    def _draw_cells(self, pen: _Pen, run: Run, width: int) -> None:
        for at in self._visible(width):
            column, layout = self.grid.columns[at], self.grid.fits[at]
            if at:
                pen.write(" " * self._gap(at), Role.TEXT)
            text = shown(column, run, self.grid.moment)
            on = at == self.column_cursor and pen.ground is Ground.BAND
            pen.write(lay(text, layout), self._tone(column, run, text), Ground.CELL if on else None)

    def _visible(self, width: int) -> list[int]:
        shown_columns = [0]
        edge = GUTTER + self.grid.fits[0].width
        for at in range(self._left, len(self.grid.columns)):
            if edge >= width:
                break
            shown_columns.append(at)
            edge += self._gap(at) + self.grid.fits[at].width
        return shown_columns

    def _tone(self, column: Column, run: Run, text: str | None) -> Tone:
        if text is None:
            return Role.FAINT
        if column.source is Source.METRIC:
            best = self.grid.best.get(column.key)
            return Role.STRONG if best == run.latest[column.key].value else Role.TEXT
        if column == STATUS and run.status == "RUNNING":
            return Role.RUNNING
        return Role.DIM if column in _QUIET else Role.TEXT

    def draw_head(self, number: int, width: int) -> Strip:
        """The titles."""
        del number
        pen = _Pen(self, Ground.PLAIN)
        pen.write(" " * GUTTER, Role.DIM)
        for at in self._visible(width):
            column, layout = self.grid.columns[at], self.grid.fits[at]
            gap = self._gap(at) if at else 0
            arrow = self._arrow(self.grid.columns[at])
            before = self._arrow(self.grid.columns[self._before(at)]) if at else ""
            if before:
                pen.write(before, Role.ACCENT)
                gap -= 1
            pen.write(" " * gap, Role.DIM)
            tone = (
                Role.ACCENT if arrow or (at == self.column_cursor and self.has_focus) else Role.DIM
            )
            pen.write(lay_title(column, layout), tone)
            if arrow and at == self._visible(width)[-1]:
                pen.write(arrow, Role.ACCENT)
        return pen.strip(width)

    def _before(self, at: int) -> int:
        return 0 if at == self._left else at - 1

    def _arrow(self, column: Column) -> str:
        if self.grid.sorted_by is None or self.grid.sorted_by[0] != column:
            return ""
        return "▲" if self.grid.sorted_by[1] else "▼"

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
            edge += self._gap(at) + self.grid.fits[at].width
            if x < edge:
                return at
        return visible[-1] if visible else 0


class _Pen:
    """Puts text after text, one segment for all that looks alike."""

    def __init__(self, table: RunTable, ground: Ground) -> None:
        self.ground = ground
        self._palette = table.palette
        self._runs: list[tuple[str, Tone, Ground]] = []

    def write(self, text: str, tone: Tone, ground: Ground | None = None) -> None:
        on = ground or self.ground
        if self._runs:
            before, last_tone, last_ground = self._runs[-1]
            blank = not text.strip(" ") and on is last_ground
            if blank or (last_tone == tone and last_ground is on):
                self._runs[-1] = (before + text, last_tone, last_ground)
                return
        self._runs.append((text, tone, on))

    def strip(self, width: int) -> Strip:
        style = self._palette.style
        segments = [Segment(text, style(tone, ground)) for text, tone, ground in self._runs]
        used = Segment.get_line_length(segments)
        if used < width:
            segments.append(Segment(" " * (width - used), style(Role.TEXT, self.ground)))
        elif used > width:
            segments = Segment.adjust_line_length(segments, width)
        return Strip(segments, width)
