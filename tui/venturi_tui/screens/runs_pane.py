"""The pane of runs: asks for the rows that are on screen and keeps the table true to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import time as clock

from textual.message import Message

from venturi.browse import RunRows, Wish
from venturi.errors import VenturiError
from venturi.records import Run
from venturi_tui import messages
from venturi_tui.browsing import Browsing
from venturi_tui.loading import Loading
from venturi_tui.present.columns import NAME, Column, best_first, order_key, parse_column
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.words import exact_count, safe
from venturi_tui.state import Remembered
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.run_table import Grid, RunTable

MOST_MARKED = 500

_READ_AGAIN = 5_000
"""Most rows read at once to keep the cursor where it is, by a store that reads on and on."""


class RunsPane(RunTable):
    """Runs of one experiment, or of all, as one wants to see them."""

    @dataclass
    class Changed(Message):
        """Other rows, marks or counts are shown."""

        pane: RunsPane

    @dataclass
    class Failed(Message):
        """Rows could not be read; what was shown is still there."""

        error: VenturiError

    def __init__(self, loading: Loading, remembered: Remembered) -> None:
        self.browsing = Browsing()
        super().__init__(self._run_at, self._id_at, self._words_for)
        self._loading = loading
        self._remembered = remembered
        self._fetching = False
        self._kept: str | None = None
        self._to_end = False
        self._anchor: str | None = None

    def _run_at(self, row: int) -> Run | None:
        return self.browsing.rows.run_at(row)

    def _id_at(self, row: int) -> str | None:
        return self.browsing.rows.id_at(row)

    def _words_for(self, row: int) -> str:
        """What stands in a row whose run is not here."""
        return "no longer in the store" if self.browsing.rows.is_gone(row) else "…"

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

    # Asking

    def open_experiment(self, experiment_id: str | None) -> None:
        """Show the runs of an experiment; None for all of them."""
        browsing = self.browsing
        browsing.experiment_id = experiment_id
        browsing.set_filter("")
        browsing.unfiltered = None
        key = experiment_id or "*"
        browsing.chosen = self._remembered.columns(key)
        order = self._remembered.order(key)
        browsing.order = (parse_column(order[0]), order[1]) if order else None
        self.ask()

    def ask(self, *, keep: bool = False) -> None:
        """Ask the question anew; `keep` the cursor on its run."""
        self._kept = self.run_id if keep else None
        self._fetching = False
        self._to_end = False
        self._anchor = None
        rows = self.browsing.start()
        if not self.browsing.rows.begun or not self.count:
            self.set_notice(loading("runs"))
        wish = rows.wish(0, 0)
        if keep and self._loading.knows_all_ids:
            self._loading.ids(self, rows.query)
        elif wish is not None:
            limit = min(self.last + 1 + wish.limit, _READ_AGAIN) if keep else wish.limit
            self._loading.page(self, replace(wish, limit=limit))
        self._update_frame()

    def filter(self, text: str) -> None:
        """Show only runs that match. Raises FilterError, and nothing has changed then."""
        self.browsing.set_filter(text)
        if self.browsing.is_filtered and self.browsing.unfiltered is None:
            self._loading.count(self, self.browsing.whole_query)
        self.ask()

    def sort(self, column: Column | None = None, *, ascending: bool | None = None) -> None:
        """Sort by a column, by default the cursor's; again turns the order round."""
        column = column or self.cursor_column
        if ascending is None:
            self.browsing.turn(column, best_first(column))
        else:
            self.browsing.order = (column, ascending)
        if self.browsing.order is not None:
            key = self.browsing.experiment_id or "*"
            ascends = self.browsing.order[1]
            self._remembered.set_order(key, column.name, ascending=ascends)
        self.ask()

    def choose_columns(self, names: list[str]) -> None:
        """Show these columns; none lets them choose themselves."""
        self.browsing.chosen = names
        self._remembered.set_columns(self.browsing.experiment_id or "*", names)
        self.browsing.columns = (NAME,)
        self.browsing.lay_out()
        self._show()

    @property
    def can_sort(self) -> bool:
        """Whether stores can order runs by the cursor's column."""
        return order_key(self.cursor_column, ascending=True) is not None

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
        start = self.browsing.rows.row_of(self._anchor)
        self._anchor = None
        if start is None:
            return "the run where the range began is no longer shown"
        low, high = sorted((start, self.cursor))
        if high - low >= MOST_MARKED:
            return f"{exact_count(high - low + 1)} runs are more than can be marked at once"
        for row in range(low, high + 1):
            run_id = self._id_at(row)
            if run_id is not None:
                self.browsing.marks.add(run_id)
        self._marked()
        return f"{exact_count(high - low + 1)} runs marked"

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
        found = [self.browsing.rows.row_of(run_id) for run_id in self.browsing.marks.ids]
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

    # Going about

    def go_to_end(self) -> None:
        """Go to the last row, also when it has to be read on and on until there."""
        self.go(self.count - 1)
        self._to_end = self.browsing.rows.total is None
        self._fetch()

    def move(self, lines: int) -> None:
        """Move the cursor; that ends reading on to the end."""
        self._to_end = False
        super().move(lines)

    def on_lines_cursor_moved(self, event: Lines.CursorMoved) -> None:
        """Other rows may be needed."""
        del event
        self._fetch()

    def on_lines_scrolled(self, event: Lines.Scrolled) -> None:
        """Other rows are in view."""
        event.stop()
        self._fetch()

    def _fetch(self) -> None:
        if self._fetching or self.browsing.coming is not None:
            return
        rows = self.browsing.rows
        wish = rows.wish(self.first, max(self.first, self.last))
        if wish is None and self._to_end:
            wish = rows.wish_for_more()
        if wish is not None and rows.begun:
            self._fetching = True
            self._loading.page(self, wish)

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
            browsing.refit(event.page.runs)
            self._show()
            self._grown()
        self.post_message(self.Changed(self))

    def _arrived(self) -> None:
        """The first rows of a new question take the place of the old ones."""
        browsing = self.browsing
        before = self.cursor - self.first
        browsing.arrive(int(clock() * 1000))
        self.set_notice(self._nothing() if len(browsing.rows) == 0 else None)
        self._show()
        row = self._row_kept()
        self.set_count(len(browsing.rows), cursor=row)
        if row:
            self.scroll_to(y=max(0, row - before), animate=False, immediate=True, force=True)
        if browsing.rows.total is None:
            self._loading.ids(self, browsing.rows.query)
        self._ask_best()
        self.post_message(Lines.CursorMoved(self, self.cursor))

    def _row_kept(self) -> int:
        """Where the cursor goes: to its run, or where that was; to the top for new questions."""
        kept, self._kept = self._kept, None
        if kept is None:
            return 0
        row = self.browsing.rows.row_of(kept)
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
        row = None if here is None else browsing.rows.row_of(here)
        self.set_count(len(browsing.rows), cursor=row)
        self._fetch()
        self._ask_best()
        self.post_message(self.Changed(self))

    def _read_kept(self, rows: RunRows) -> None:
        """Read the rows around the run that the cursor is to stay on."""
        row = None if self._kept is None else rows.row_of(self._kept)
        row = min(self.cursor, len(rows) - 1) if row is None else row
        wish = rows.wish(row, row + self.room)
        if wish is None:
            self._arrived()
        else:
            self._loading.page(self, wish)

    def _grown(self) -> None:
        rows = self.browsing.rows
        if len(rows) != self.count:
            self.set_count(len(rows), cursor=len(rows) - 1 if self._to_end else None)
        if rows.total is not None:
            self._to_end = False
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
            self.post_message(self.Changed(self))

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """Something could not be read. What is shown stays."""
        browsing = self.browsing
        if isinstance(event.question, Wish):
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
        order = self.browsing.next_best()
        if order is not None:
            self._loading.best(self, self.browsing.rows.query, order)
        self._show()

    def on_best_found(self, event: messages.BestFound) -> None:
        """The best value of a metric is known."""
        if replace(event.query, order=()) == replace(self.browsing.rows.query, order=()):
            self.browsing.best[event.order.key] = event.value
            self._ask_best()

    # Showing

    def _show(self) -> None:
        browsing = self.browsing
        self.show_grid(
            Grid(
                browsing.columns,
                browsing.fits,
                browsing.moment,
                browsing.shown_order,
                dict(browsing.best),
            )
        )
        self.refresh()
        self._update_frame()

    def _nothing(self) -> Notice:
        browsing = self.browsing
        if browsing.is_filtered:
            keys = (("/", "change the filter"), ("esc", "clear it"))
            return Notice(Look.NONE, "no run matches", safe(browsing.filter_text), keys)
        words = f"no runs in {safe(browsing.experiment_name)} yet"
        return Notice(Look.NONE, words, "what is logged there shows here", (("r", "look again"),))

    def _update_frame(self) -> None:
        browsing = self.browsing
        title = f"Runs ─ {browsing.filter_text}" if browsing.filter_text else "Runs"
        below: list[str] = []
        if browsing.shown_order is not None:
            column, ascending = browsing.shown_order
            below.append(f"by {column.key} {'▲' if ascending else '▼'}")
        if browsing.marks:
            below.append(f"{exact_count(len(browsing.marks))} marked")
        set_frame(self, title, ", ".join(below))
