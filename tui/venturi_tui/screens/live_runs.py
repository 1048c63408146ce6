"""The pane of runs that others write to: what begins, changes and leaves shows in its place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain

from venturi.filters.match import compile_filter
from venturi.records import Run, View
from venturi.watching.tail import is_over
from venturi_tui.loading import Loading
from venturi_tui.present.cells import Moment, shown
from venturi_tui.present.columns import AGE, DURATION, STATUS
from venturi_tui.screens import runs_pane
from venturi_tui.screens.runs_pane import RunsPane
from venturi_tui.state import Remembered

_READ_AGAIN = 5_000
"""Most rows that are read again because a run began."""

_MOST_WAITING = 50
"""New runs that do not match the filter, but may once they have logged something."""


class LiveRuns(RunsPane):
    """Runs as one wants to see them, that come and go; the cursor stays on its run."""

    def __init__(self, loading: Loading, remembered: Remembered) -> None:
        super().__init__(loading, remembered)
        self._on_top = False
        self._waiting: dict[str, None] = {}

    @property
    def watched(self) -> tuple[str, ...]:
        """Runs to look at again: running ones in view, and new ones that may match yet."""
        return tuple(dict.fromkeys((*self.running, *self._waiting)))

    def now_ms(self) -> int:
        """Now, in milliseconds."""
        return int(runs_pane.clock() * 1000)

    def ask(self, *, keep: bool = False) -> None:
        """Ask the question anew; `keep` the cursor on its run."""
        self._on_top = self._on_top and keep
        if not keep:
            self._waiting.clear()
        super().ask(keep=keep)

    def _arrived(self) -> None:
        """The first rows of a new question take the place of the old ones."""
        on_top, self._on_top = self._on_top, False
        super()._arrived()
        if on_top:
            self.scroll_to(y=0, animate=False, immediate=True, force=True)
            self._keep_in_view()

    # Written here

    def show_view(self, view: View) -> None:
        """Show active runs, deleted ones, or both."""
        browsing = self.browsing
        browsing.view = view
        browsing.unfiltered = None
        self.ask(keep=True)

    def rewritten(self, run_ids: Sequence[str], runs: Sequence[Run]) -> None:
        """Runs were written to: show how they are now; what no longer belongs here leaves.

        Rows of the others stay where they are, also when they would be sorted elsewhere now.

        Args:
            run_ids: Those that were written to.
            runs: How they are; those that are gone are left out.
        """
        rows, view = self.browsing.rows, self.browsing.view
        rows.update(run_ids, runs)
        self._show()
        stays = {
            run.run_id
            for run in runs
            if view is View.ALL or run.lifecycle_stage.value == view.value
        }
        leaving = {each for each in run_ids if each not in stays and rows.row_of(each) is not None}
        if leaving or any(rows.row_of(each) is None for each in stays):
            self._leave(leaving)
        self.post_message(self.Changed(self))

    def _leave(self, leaving: Collection[str]) -> None:
        """Read the rows again without these; the cursor goes to the nearest that stays."""
        for run_id in leaving:
            self.browsing.marks.drop(run_id)
        self.show_marks(self.browsing.marks.styles)
        here = self.cursor
        around = chain(range(here, self.count), range(here - 1, -1, -1))
        near = (self._id_at(row) for row in around)
        kept = next((each for each in near if each is not None and each not in leaving), None)
        self._on_top = self.first == 0
        self.ask(keep=True)
        self._kept = kept

    # Written by others

    def arrived(self, runs: Sequence[Run]) -> None:
        """Runs began: show those that belong here. The cursor stays on its run.

        Who is at the top sees them come in from above; further down nothing moves. In an order of
        one's own, or with a filter, the rows are read again, when they are not too many for that.
        """
        browsing = self.browsing
        inside = [run for run in runs if self._is_inside(run)]
        new = [run for run in inside if self._matches(run)]
        late = [run.run_id for run in inside if run not in new and not is_over(run)]
        self._waiting.update(dict.fromkeys(late[:_MOST_WAITING]))
        if not new or browsing.coming is not None:
            return
        query = browsing.rows.query
        plain = not (query.order or browsing.is_tree) and browsing.view is View.ACTIVE
        if plain and browsing.rows.begun and browsing.rows.put_first(new):
            self.set_notice(None)
            browsing.lay_out()
            first = self.first
            self.set_count(len(browsing.rows), cursor=self.cursor + (len(new) if self.count else 0))
            if first:
                top = first + len(new)
                self.scroll_to(y=top, animate=False, immediate=True, force=True)
            self._show()
            self.post_message(self.Changed(self))
        elif len(browsing.rows) <= _READ_AGAIN and self.last < _READ_AGAIN:
            self._on_top = self.first == 0
            self.ask(keep=True)

    def _is_inside(self, run: Run) -> bool:
        """Whether a run is of the experiments that are shown, and not shown yet."""
        query = self.browsing.rows.query
        inside = query.experiment_ids is None or run.experiment_id in query.experiment_ids
        return inside and self.browsing.rows.row_of(run.run_id) is None

    def _matches(self, run: Run) -> bool:
        wanted = self.browsing.rows.query.filter
        return wanted is None or compile_filter(wanted)(run)

    def update_runs(self, run_ids: Sequence[str], runs: Sequence[Run]) -> None:
        """Runs were read again; those that are gone are left out."""
        came = [run for run in runs if run.run_id in self._waiting and self._matches(run)]
        for run in runs:
            if run in came or is_over(run):
                self._waiting.pop(run.run_id, None)
        self.arrived(came)
        if self.browsing.rows.update(run_ids, runs):
            self._show()
            self.post_message(self.Changed(self))

    def count_again(self) -> None:
        """Count the runs without the filter again, when there is one."""
        if self.browsing.is_filtered:
            self._loading.count(self, self.browsing.whole_query)

    def tell_time(self, moment: Moment) -> None:
        """Draw ages and states as they are now, when any of those in view reads otherwise."""
        before = self.browsing.moment
        rows = range(self.first, self.last + 1)
        runs = [run for row in rows if (run := self._run_at(row)) is not None]
        timed = [column for column in self.browsing.columns if column in (STATUS, AGE, DURATION)]
        if any(
            shown(column, run, before) != shown(column, run, moment)
            for column in timed
            for run in runs
        ):
            self.browsing.layout.moment = moment
            self._show()
