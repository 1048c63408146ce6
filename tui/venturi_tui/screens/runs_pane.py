"""The pane of runs: asks for the rows that are on screen and keeps the table true to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import time as clock

from textual.message import Message

from venturi.browse import RunPage, RunRows, Wish
from venturi.browse.forest import Forest
from venturi.errors import VenturiError
from venturi.stores.base import RunQuery
from venturi_tui import messages
from venturi_tui.browsing import Order, Plan
from venturi_tui.browsing.view import wish_of
from venturi_tui.loading import Loading
from venturi_tui.present.columns import (
    Column,
    best_first,
    order_key,
    parse_column,
)
from venturi_tui.present.notices import failed, loading
from venturi_tui.screens.little_curves import CurveTable
from venturi_tui.state import Remembered
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.run_table import RunTable

_READ_AGAIN = 5_000
"""Most rows read at once to keep the cursor where it is, by a store that reads on and on."""


class RunsPane(CurveTable):
    """Runs of one experiment, or of all, as one wants to see them."""

    @dataclass
    class Failed(Message):
        """Rows could not be read; what was shown is still there."""

        error: VenturiError

    def __init__(self, loading: Loading, remembered: Remembered) -> None:
        super().__init__(loading, remembered)
        self._fetching = False
        self._kept: str | None = None
        self._to_end = False
        self._at_end: Callable[[], None] | None = None

    # Asking

    def open_experiment(self, experiment_id: str | None) -> None:
        """Show the runs of an experiment; None for all of them."""
        browsing = self.browsing
        browsing.experiment_id = experiment_id
        browsing.set_filter("")
        browsing.unfiltered = None
        kept = self._remembered
        names = tuple(kept.columns(self.place))
        browsing.layout.plan = Plan(names, kept.pinned(self.place), kept.widths(self.place))
        order = ((parse_column(name), up) for name, up in kept.order(self.place))
        browsing.is_tree = kept.is_tree(self.place)
        browsing.order = tuple(pair for pair in order if order_key(pair[0], ascending=True))
        self.ask()

    def ask(self, *, keep: bool = False) -> None:
        """Ask the question anew; `keep` the cursor on its run."""
        self._kept = self.run_id if keep else None
        self._fetching = False
        self._to_end = False
        self._at_end = None
        self._anchor = None
        browsing = self.browsing
        unfolded = () if browsing.forest is None else browsing.forest.unfolded
        rows = browsing.start()
        if not self.browsing.rows.begun or not self.count:
            self.set_notice(loading("runs"))
        wish = rows.wish(0, 0)
        if browsing.is_filtered and browsing.unfiltered is None:
            self._loading.count(self, browsing.whole_query)
        if browsing.is_tree and self._loading.knows_all_ids:
            self.ask_tree(rows.query, unfolded)
        elif keep and self._loading.knows_all_ids:
            self._loading.ids(self, rows.query)
        elif wish is not None:
            limit = min(self.last + 1 + wish.limit, _READ_AGAIN) if keep else wish.limit
            self._loading.page(self, replace(wish, limit=limit))
        self._update_frame()

    def filter(self, text: str) -> None:
        """Show only runs that match. Raises FilterError, and nothing has changed then."""
        self.browsing.set_filter(text)
        self.ask()

    def sort(
        self,
        column: Column | None = None,
        *,
        ascending: bool | None = None,
        further: bool = False,
    ) -> None:
        """Sort by a column, by default the cursor's; again turns the order round.

        `further` keeps the columns that are sorted by already.
        """
        column = column or self.sortable_here
        if ascending is None:
            self.browsing.turn(column, first=best_first(column), further=further)
            self.sort_by(self.browsing.order)
        else:
            self.sort_by(((column, ascending),))

    def sort_by(self, order: Order) -> None:
        """Sort by several columns, the first counting most; by none as the store does."""
        self.browsing.order = order
        names = [(column.name, ascending) for column, ascending in order]
        self._remembered.set_order(self.place, names)
        self.ask()

    # Going about

    def go_to_end(self) -> None:
        """Go to the last row, also when it has to be read on and on until there."""
        self.go(self.count - 1)
        self._to_end = self.browsing.rows.total is None
        self._fetch()

    def when_all_read(self, then: Callable[[], None]) -> bool:
        """Do something when every row is known; False when that means to read on until then."""
        if self.browsing.rows.total is not None:
            then()
            return True
        self._at_end = then
        self._to_end = True
        self._fetch()
        return False

    def move(self, lines: int) -> None:
        """Move the cursor; that ends reading on to the end."""
        self._to_end = False
        self._at_end = None
        super().move(lines)

    def on_lines_cursor_moved(self, event: Lines.CursorMoved) -> None:
        """Other rows may be needed; what is here is drawn first."""
        del event
        self.call_after_refresh(self._fetch)

    def on_lines_scrolled(self, event: Lines.Scrolled) -> None:
        """Other rows are in view; what is here of them is drawn first."""
        event.stop()
        self.see_rows()
        self.call_after_refresh(self._fetch)

    def _fetch(self) -> None:
        if self._fetching or self.browsing.coming is not None:
            return
        rows = self.browsing.rows
        wish = self.browsing.wish(self.first, max(self.first, self.last))
        if wish is None and self._to_end:
            wish = rows.wish_for_more()
        if wish is not None and rows.begun:
            self._fetching = True
            self._loading.page(self, wish)
        elif wish is None:
            self.ask_children()
            self.ask_curves()

    # Answers

    def on_page_read(self, event: messages.PageRead) -> None:
        """Rows are here."""
        browsing = self.browsing
        if browsing.coming is not None and event.page.wish.query == browsing.coming.query:
            browsing.coming.take(event.page)
            self._arrived()
        elif event.query == browsing.rows.query:
            self._fetching = False
            browsing.rows.take(event.page)
            rows = self._rows_of(event.page)
            browsing.layout.see([run for row in rows if (run := self._run_at(row)) is not None])
            self._show_rows(rows)
            self._grown()
        self.post_message(self.Changed(self))

    def _rows_of(self, page: RunPage) -> list[int]:
        """Rows in view whose runs have just been read, or turned out to be gone."""
        came = {run.run_id for run in page.runs}.union(page.wish.ids or ())
        return [row for row in range(self.first, self.last + 1) if self._id_at(row) in came]

    def _arrived(self) -> None:
        """The first rows of a new question take the place of the old ones."""
        browsing = self.browsing
        before = self.cursor - self.first
        browsing.arrive(int(clock() * 1000))
        self.set_notice(self._nothing() if len(browsing.rows) == 0 else None)
        self._show()
        row = self._row_kept()
        self.set_count(browsing.count, cursor=row)
        if row:
            self.scroll_to(y=max(0, row - before), animate=False, immediate=True, force=True)
        self._asked_children.clear()
        if browsing.is_tree and browsing.forest is None:
            self.ask_tree(browsing.rows.query, ())
        elif browsing.rows.total is None:
            self.call_after_refresh(self._ask_ids)  # not before the first rows are painted
        self._ask_best()
        self.post_message(Lines.CursorMoved(self, self.cursor))

    def _ask_ids(self) -> None:
        browsing = self.browsing
        if browsing.coming is None and browsing.rows.total is None:
            self._loading.ids(self, browsing.rows.query)

    def _row_kept(self) -> int:
        """Where the cursor goes: to its run, or where that was; to the top for new questions."""
        kept, self._kept = self._kept, None
        if kept is None:
            return 0
        row = self.browsing.row_of(kept)
        return self.cursor if row is None else row

    def on_ids_read(self, event: messages.IdsRead) -> None:
        """Every row can be reached now."""
        browsing = self.browsing
        if browsing.coming is not None:
            if event.query == browsing.coming.query:
                browsing.coming.take_ids(event.ids)
                self._read_kept(browsing.coming)
            return
        if event.query != browsing.rows.query:
            return
        here = self.run_id
        browsing.rows.take_ids(event.ids)
        row = None if here is None else browsing.row_of(here)
        self.set_count(browsing.count, cursor=row)
        self._grown()
        self._ask_best()
        self.post_message(self.Changed(self))

    def on_tree_read(self, event: messages.TreeRead) -> None:
        """It is known how the runs are nested."""
        browsing = self.browsing
        if not browsing.is_tree:
            return
        if browsing.coming is not None:
            if event.query == browsing.coming.query:
                browsing.coming.take_ids(event.ids)
                browsing.coming_forest = event.forest
                self._read_kept(browsing.coming, event.forest)
            return
        if event.query == browsing.rows.query:
            browsing.rows.take_ids(event.ids)
            self._regrow(event.forest)

    def show_tree(self, *, wanted: bool) -> None:
        """Show nested runs under their parents, or all in one list."""
        browsing = self.browsing
        browsing.is_tree = wanted
        self._remembered.set_tree(self.place, wanted=wanted)
        if wanted and browsing.rows.begun:
            self.ask_tree(browsing.rows.query, ())
        elif not wanted:
            self._regrow(None)

    def _regrow(self, forest: Forest | None) -> None:
        """Show the same runs as a tree or as a list; the cursor stays on its run."""
        browsing, here = self.browsing, self.run_id
        before = self.cursor - self.first
        browsing.forest, browsing.progress = forest, ""
        row = (None if here is None else browsing.row_of(here)) or 0
        self.set_count(browsing.count, cursor=row)
        self.scroll_to(y=max(0, row - before), animate=False, immediate=True, force=True)
        self._fetch()
        self._show()
        self.post_message(self.Changed(self))

    def _read_kept(self, rows: RunRows, forest: Forest | None = None) -> None:
        """Read the rows around the run that the cursor is to stay on."""
        held = rows if forest is None else forest
        kept, here = self._kept, min(self.cursor, len(held) - 1)
        row = 0 if kept is None else held.row_of(kept)
        row = here if row is None else row
        last = row + self.room
        wish = rows.wish(row, last) if forest is None else wish_of(rows, forest, row, last)
        if wish is None:
            self._arrived()
        else:
            self._loading.page(self, wish)

    def _grown(self) -> None:
        rows, count = self.browsing.rows, self.browsing.count
        if count != self.count:
            goes = self._to_end and self._at_end is None
            self.set_count(count, cursor=count - 1 if goes else None)
        if rows.total is not None:
            self._to_end = False
            then, self._at_end = self._at_end, None
            if then is not None:
                then()
        self._fetch()

    def on_runs_counted(self, event: messages.RunsCounted) -> None:
        """How many runs there are without the filter."""
        if event.query == self.browsing.whole_query:
            self.browsing.unfiltered = event.count
            self.post_message(self.Changed(self))

    def on_runs_read(self, event: messages.RunsRead) -> None:
        """News of running runs."""
        if self.browsing.rows.update(event.run_ids, event.runs):
            self._show()
            self.ask_curves()
            self.post_message(self.Changed(self))

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """Something could not be read. What is shown stays."""
        browsing = self.browsing
        browsing.progress = ""
        self.lane_failed(event.question)
        asked = ("tree", (browsing.coming or browsing.rows).query)
        if isinstance(event.question, (Wish, RunQuery)) or event.question == asked:
            self._fetching = False
            if browsing.coming is not None:
                browsing.coming = None
                if browsing.rows.begun and browsing.rows.total is None:
                    self._loading.ids(self, browsing.rows.query)
            if not self.count:
                self.set_notice(failed(event.error))
                return
        self.post_message(self.Failed(event.error))

    # Best values

    def _ask_best(self) -> None:
        """Find the next best value that is not known, exactly: among all rows, by the store."""
        self.ask_children()
        self.ask_curves()
        order = self.browsing.next_best(self.columns_in_view)
        if order is not None:
            self._loading.best(self, self.browsing.rows.query, order)
        self._show()

    def on_best_found(self, event: messages.BestFound) -> None:
        """The best value of a metric is known."""
        if replace(event.query, order=()) == replace(self.browsing.rows.query, order=()):
            self.browsing.best[event.order.key] = event.value
            self._ask_best()

    def on_run_table_columns_moved(self, event: RunTable.ColumnsMoved) -> None:
        """Other columns are in view."""
        event.stop()
        self._ask_best()
