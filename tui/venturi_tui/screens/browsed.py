"""A table of runs with columns as one wants them and marks; what is asked for is no matter here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from textual.message import Message

from venturi.records import Run, View
from venturi_tui.browsing import Browsing, Plan
from venturi_tui.present.columns import Column, Source, order_key
from venturi_tui.present.notices import Look, Notice
from venturi_tui.present.words import exact_count, safe
from venturi_tui.state import Remembered
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.run_table import Grid, RunTable

MOST_MARKED = 20_000

_VIEWS = {View.ACTIVE: "", View.DELETED: "Deleted ─ ", View.ALL: "Active and deleted ─ "}


class BrowsedTable(RunTable):
    """Runs of a view: its columns can be moved, pinned and hidden, its runs can be marked."""

    @dataclass
    class Changed(Message, namespace="runs_pane"):
        """Other rows, marks or counts are shown."""

        pane: BrowsedTable

    def __init__(self, remembered: Remembered) -> None:
        self.browsing = Browsing()
        self.marked_elsewhere = 0
        super().__init__(self._run_at, self._id_at, self._words_for)
        self._remembered = remembered
        self._anchor: str | None = None
        self._in_view = range(0)

    def _run_at(self, row: int) -> Run | None:
        return self.browsing.run_at(row)

    def _id_at(self, row: int) -> str | None:
        return self.browsing.id_at(row)

    def _row_of(self, run_id: str) -> int | None:
        return self.browsing.row_of(run_id)

    def _words_for(self, row: int) -> str:
        """What stands in a row whose run is not here."""
        is_gone = self.browsing.rows.is_lost(self._id_at(row))
        return "no longer in the store" if is_gone else "…"

    @property
    def place(self) -> str:
        """What choices are remembered by: the experiment, or all of them."""
        return self.browsing.experiment_id or "*"

    # What is under the cursor

    @property
    def run(self) -> Run | None:
        """The run under the cursor."""
        return self._run_at(self.cursor)

    @property
    def run_id(self) -> str | None:
        """Its id, which is known before the run itself."""
        return self._id_at(self.cursor)

    @property
    def running(self) -> tuple[str, ...]:
        """Ids of the running runs in view."""
        rows = range(self.first, self.last + 1)
        runs = [run for row in rows if (run := self._run_at(row)) is not None]
        return tuple(run.run_id for run in runs if run.status == "RUNNING")

    # Columns

    @property
    def sortable_here(self) -> Column:
        """The column that is meant when one sorts: a little curve means its metric."""
        column = self.cursor_column
        is_curve = column.source is Source.CURVE
        return replace(column, source=Source.METRIC) if is_curve else column

    @property
    def can_sort(self) -> bool:
        """Whether stores can order runs by the cursor's column."""
        return order_key(self.cursor_column, ascending=True) is not None

    def choose_columns(self, plan: Plan) -> None:
        """Show these columns; a plan without names lets them choose themselves."""
        self.browsing.plan(plan)
        self._remembered.set_columns(self.place, plan.names, plan.pinned, plan.widths)
        self._show()
        self.post_message(self.ColumnsMoved(self))

    def pin(self) -> str:
        """Let the cursor's column stay at the left, or go again. What happened, in words."""
        plan, name = self.browsing.layout.as_plan, self.cursor_column.name
        at, pinned = self.column_cursor, self.browsing.layout.pinned
        if not at:
            return "the name always stays"
        names = [each for each in plan.names if each != name]
        stays = at >= pinned
        names.insert(pinned if stays else pinned - 1, name)
        pinned += 1 if stays else -1
        self.choose_columns(replace(plan, names=tuple(names), pinned=pinned))
        return f"{safe(name)} stays at the left" if stays else f"{safe(name)} moves again"

    def hide(self) -> str:
        """Take the cursor's column away. What happened, in words."""
        plan, name, at = self.browsing.layout.as_plan, self.cursor_column.name, self.column_cursor
        if not at:
            return "the name always stays"
        pinned = self.browsing.layout.pinned - (at < self.browsing.layout.pinned)
        names = tuple(each for each in plan.names if each != name)
        self.choose_columns(replace(plan, names=names, pinned=pinned))
        self.go_column(min(at, len(names) - 1))
        return f"{safe(name)} is hidden: C shows it again"

    def widen(self, cells: int) -> None:
        """Make the cursor's column wider, or narrower."""
        layout = self.browsing.layout
        name, now = self.cursor_column.name, layout.fit_of(self.cursor_column).width
        self.choose_columns(layout.plan.wider(name, cells, now))

    def toggle_curve(self) -> str:
        """Show the cursor's metric as a little curve beside it, or not. What happened, in words."""
        column, plan = self.cursor_column, self.browsing.layout.as_plan
        if column.source not in (Source.METRIC, Source.CURVE):
            return "little curves are for metrics: go to a column of one"
        curve = Column(Source.CURVE, column.key).name
        names = list(plan.names)
        if curve in names:
            names.remove(curve)
        else:
            names.insert(self.column_cursor, curve)
        self.choose_columns(replace(plan, names=tuple(names)))
        return ""

    # Marks

    def mark(self) -> None:
        """Mark the run under the cursor or take its mark away, and go on."""
        if self.run_id is not None:
            self.browsing.marks.toggle(self.run_id)
            self._marked()
            self.move(1)

    def mark_range(self) -> str:
        """Begin a range of marks, or end it here. What happened, in words."""
        if self._anchor is None:
            self._anchor = self.run_id
            return "range begins here: v again marks everything to there, esc leaves it"
        start = self._row_of(self._anchor)
        self._anchor = None
        if start is None:
            return "the run where the range began is no longer shown"
        low, high = sorted((start, self.cursor))
        return self._mark_ids(high - low + 1, map(self._id_at, range(low, high + 1)))

    def _mark_ids(self, number: int, run_ids: Iterable[str | None]) -> str:
        """Mark so many runs, unless they are too many. What happened, in words."""
        if number > MOST_MARKED:
            return _too_many(number)
        for run_id in run_ids:
            if run_id is not None:
                self.browsing.marks.add(run_id)
        self._marked()
        return _marked_words(number)

    def _ids_of_all(self) -> Iterator[str]:
        """Ids of all runs of the answer, also of those that are folded away."""
        rows = self.browsing.rows
        return (run_id for row in range(len(rows)) if (run_id := rows.id_at(row)) is not None)

    def mark_all(self) -> str:
        """Mark every run of the answer, all of which is here. What happened, in words."""
        return self._mark_ids(len(self.browsing.rows), self._ids_of_all())

    def invert_marks(self) -> str:
        """Mark what is not marked and the other way round, as `mark_all`."""
        number = len(self.browsing.rows)
        if number > MOST_MARKED:
            return _too_many(number)
        self.browsing.marks.invert(self._ids_of_all())
        self._marked()
        return _marked_words(len(self.browsing.marks))

    def leave_range(self) -> bool:
        """Give a begun range up; False when there is none."""
        begun, self._anchor = self._anchor is not None, None
        return begun

    def unmark_all(self) -> None:
        """Take all marks away."""
        self.browsing.marks.clear()
        self._marked()

    def go_to_mark(self, step: int) -> None:
        """Go to the next marked run, or the one before."""
        found = [self._row_of(run_id) for run_id in self.browsing.marks.ids]
        rows = sorted(row for row in found if row is not None)
        beyond = [row for row in rows if (row - self.cursor) * step > 0]
        if beyond:
            self.go(beyond[0] if step > 0 else beyond[-1])
        elif rows:
            self.go(rows[0] if step > 0 else rows[-1])

    def _marked(self) -> None:
        self.show_marks(self.browsing.marks.styles)
        self._update_frame()
        self.post_message(self.Changed(self))

    # Showing

    def _show(self) -> None:
        """Draw everything as it is now."""
        self._show_rows(range(self.first, self.last + 1))

    def _show_rows(self, rows: Iterable[int]) -> None:
        """Draw some rows as they are now; all of them where columns look different now."""
        browsing = self.browsing
        self.show_grid(
            Grid(
                browsing.columns,
                browsing.layout.fits,
                browsing.moment,
                browsing.shown_order,
                dict(browsing.best),
                browsing.layout.pinned,
            )
        )
        for row in rows:
            self.redraw_row(row)
        self._update_frame()

    def see_rows(self) -> None:
        """Make columns wide enough for rows that came into view, before these are drawn."""
        before, self._in_view = self._in_view, range(self.first, self.last + 1)
        new = [run for row in self._in_view if row not in before and (run := self._run_at(row))]
        if new:
            self.browsing.layout.see(new)
            self._show_rows(())

    def _nothing(self) -> Notice:
        browsing = self.browsing
        if browsing.is_filtered:
            keys = (("/", "change the filter"), ("esc", "clear it"))
            return Notice(Look.NONE, "no run matches", safe(browsing.filter_text), keys)
        words = f"no runs in {safe(browsing.experiment_name)} yet"
        if browsing.view is View.DELETED:
            words = f"no deleted runs in {safe(browsing.experiment_name)}"
            return Notice(Look.NONE, words, "", (("V", "active and deleted ones"),))
        return Notice(Look.NONE, words, "what is logged there shows here", (("r", "look again"),))

    def _update_frame(self) -> None:
        browsing = self.browsing
        title = f"Runs ─ {browsing.filter_text}" if browsing.filter_text else "Runs"
        title = _VIEWS[browsing.view] + title
        order = [f"{column.key} {'▲' if up else '▼'}" for column, up in browsing.shown_order]
        below = [f"by {', '.join(order)}"] if order else []
        if browsing.marks:
            below.append(f"{exact_count(len(browsing.marks))} marked")
        if self.marked_elsewhere:
            below.append(f"{exact_count(self.marked_elsewhere)} marked in other stores")
        set_frame(self, title, ", ".join(below))


def _too_many(number: int) -> str:
    return f"{exact_count(number)} runs are more than can be marked at once"


def _marked_words(number: int) -> str:
    return f"{exact_count(number)} run{'' if number == 1 else 's'} marked"
