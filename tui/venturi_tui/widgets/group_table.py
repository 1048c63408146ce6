"""The table of groups of runs: a line for each value, figures of metrics beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.cells import cell_len
from textual.strip import Strip

from venturi.stores.base import RunGroup
from venturi_tui.present.cells import WIDEST_TITLE, Fit, cut
from venturi_tui.present.group_cells import (
    GroupColumn,
    Part,
    group_cell,
    group_columns,
    group_fit,
    group_text,
    metric_title,
    sorted_groups,
)
from venturi_tui.present.pieces import Role, Tone
from venturi_tui.present.words import safe
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.palette import Ground
from venturi_tui.widgets.pen import Pen

_LEAD = 2
_QUIET = (Part.LEAST, Part.MOST, Part.DEVIATION)


class GroupTable(Lines):
    """Groups, in the order of one of the columns; the value stays when the others move."""

    def __init__(self) -> None:
        super().__init__(heads=2, id="groups")
        self.columns: tuple[GroupColumn, ...] = group_columns(())
        self.column_cursor = 0
        self.label = ""
        self.sorted_by: tuple[GroupColumn, bool] = (self.columns[0], True)
        self._groups: Sequence[RunGroup] = ()
        self._fits: dict[GroupColumn, Fit] = {}
        self._left = 1

    @property
    def group(self) -> RunGroup | None:
        """The group under the cursor."""
        return self._groups[self.cursor] if self.cursor < len(self._groups) else None

    def show(self, label: str, groups: Sequence[RunGroup], metrics: Sequence[str]) -> None:
        """Show groups by what the label names."""
        self.label = label
        self.columns = group_columns(metrics)
        self._fits.clear()
        if self.sorted_by[0] not in self.columns:
            self.sorted_by = (self.columns[0], True)
        self._sort(groups)

    def _sort(self, groups: Sequence[RunGroup]) -> None:
        here = self.group
        column, ascending = self.sorted_by
        self._groups = sorted_groups(groups, column, ascending=ascending)
        values = [group.value for group in self._groups]
        at = values.index(here.value) if here is not None and here.value in values else 0
        self.set_count(len(self._groups), cursor=at)

    def turn(self) -> None:
        """Sort by the cursor's column; again the other way round."""
        column = self.columns[self.column_cursor]
        before, ascending = self.sorted_by
        up = not ascending if before == column else not column.descends_first
        self.sorted_by = (column, up)
        self._sort(self._groups)

    def move_column(self, step: int) -> None:
        """Move the cursor sideways, and the columns when it would leave the screen."""
        self.column_cursor = max(0, min(self.column_cursor + step, len(self.columns) - 1))
        room = self.scrollable_content_region.width
        self._left = max(1, min(self._left, self.column_cursor or 1))
        while self._left < self.column_cursor and self._edge() > room:
            self._left += 1
        self.redraw()

    def _edge(self) -> int:
        """Right edge of the cursor's column."""
        moving = range(self._left, self.column_cursor + 1)
        return _LEAD + self._fit(0).width + sum(self._width(at) for at in moving)

    def _fit(self, at: int) -> Fit:
        column = self.columns[at]
        if column not in self._fits:
            layout = group_fit(column, self._groups)
            if at == 0:
                layout = _widened(layout, min(cell_len(safe(self.label)), WIDEST_TITLE))
            self._fits[column] = layout
        return self._fits[column]

    def _width(self, at: int) -> int:
        return self._gap(at) + self._fit(at).width

    def _gap(self, at: int) -> int:
        """Cells before a column: more where another metric begins."""
        return 2 if self.columns[at].metric == self.columns[at - 1].metric else 4

    def _visible(self, width: int) -> list[int]:
        places, edge = [0], _LEAD + self._fit(0).width
        for at in range(self._left, len(self.columns)):
            if edge >= width:
                break
            places.append(at)
            edge += self._width(at)
        return places

    # Drawing

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """A group."""
        group = self._groups[row]
        pen = Pen(self.palette, ground)
        pen.write("▸ " if row == self.cursor else "  ", Role.ACCENT)
        for at in self._visible(width):
            column = self.columns[at]
            pen.write(" " * (self._gap(at) if at else 0), Role.TEXT)
            on = at == self.column_cursor and ground is Ground.BAND
            text = group_text(column, group)
            dim = column.part in _QUIET or (not at and group.value is None)
            tone = Role.FAINT if text is None else Role.DIM if dim else Role.TEXT
            pen.write(group_cell(column, group, self._fit(at)), tone, Ground.CELL if on else None)
        return pen.strip(width)

    def line_key(self, row: int) -> object:
        """The group, and the cursor's column on the cursor's row."""
        here = self.column_cursor if row == self.cursor else None
        return id(self._groups[row]), here, self._left

    def draw_head(self, number: int, width: int) -> Strip:
        """The metrics, and below them what is said of each."""
        pen = Pen(self.palette, Ground.PLAIN)
        pen.write(" " * _LEAD, Role.DIM)
        places = self._visible(width)
        if number:
            self._draw_parts(pen, places)
        else:
            self._draw_metrics(pen, places, width)
        return pen.strip(width)

    def _draw_metrics(self, pen: Pen, places: Sequence[int], width: int) -> None:
        pen.write(" " * self._fit(0).width, Role.DIM)
        at = 1
        while at < len(places):
            metric = self.columns[places[at]].metric
            same = [each for each in places[at:] if self.columns[each].metric == metric]
            room = sum(self._width(each) for each in same) - self._gap(same[0])
            pen.write(" " * self._gap(same[0]), Role.DIM)
            room = min(room, width)
            pen.write(cut(metric_title(metric, room), room), Role.TEXT)
            at += len(same)

    def _draw_parts(self, pen: Pen, places: Sequence[int]) -> None:
        arrow = ""
        for at in places:
            column, layout = self.columns[at], self._fit(at)
            gap = self._gap(at) if at else 0
            pen.write(arrow, Role.ACCENT)
            pen.write(" " * (gap - len(arrow)), Role.DIM)
            ordered, ascending = self.sorted_by
            arrow = ("▲" if ascending else "▼") if column == ordered else ""
            here = at == self.column_cursor and self.has_focus
            text = self.label if column.part is Part.VALUE else column.part.value
            tone: Tone = Role.ACCENT if arrow or here else Role.DIM
            right = layout.right or layout.point is not None
            pen.write(cut(metric_title(text, layout.width), layout.width, right=right), tone)
        pen.write(arrow, Role.ACCENT)


def _widened(layout: Fit, width: int) -> Fit:
    """A layout of at least so many cells; numbers keep to the right."""
    more = max(0, width - layout.width)
    point = None if layout.point is None else layout.point + more
    return replace(layout, width=layout.width + more, point=point)
