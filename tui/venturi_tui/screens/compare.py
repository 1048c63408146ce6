"""Marked runs side by side: what differs, against a baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual.message import Message

from venturi.compare import RunDiff, compare_runs, dataset_rows
from venturi.records import Run
from venturi_tui import messages
from venturi_tui.actions import Need, Where
from venturi_tui.loading import Loading
from venturi_tui.present.cells import Moment
from venturi_tui.present.chart import SeriesStyle
from venturi_tui.present.command_line import diff_command
from venturi_tui.present.comparison import (
    CompareRow,
    apart_rows,
    as_json,
    before_metrics,
    changed_count,
    compare_rows,
    narrowed,
)
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.words import exact_count
from venturi_tui.screens.beside_runs import read_beside
from venturi_tui.screens.carried import Carried
from venturi_tui.screens.choose import Choice
from venturi_tui.screens.side_by_side import SideBySide
from venturi_tui.widgets.bars import Standing
from venturi_tui.widgets.frame import set_frame


class CompareScreen(SideBySide):
    """A comparison of runs.

    Args:
        loading: Reads the runs.
        standing: What the header says.
        styles: The runs by id, with the signs they have in curves.
        moment: Names of experiments.
        key: The metric whose curves are held against each other; empty for none.
        carried: Runs of other stores, as they were when those were left.
    """

    def __init__(
        self,
        loading: Loading,
        standing: Standing,
        styles: Mapping[str, SeriesStyle],
        moment: Moment,
        key: str = "",
        carried: Sequence[Carried] = (),
    ) -> None:
        super().__init__(loading, standing)
        self._key = key
        self._carried = list(carried)
        self._beside: messages.BesideRuns | None = None
        self._styles = dict(styles)
        self._moment = moment
        self._runs: list[Run] = []
        self._diff: RunDiff | None = None

    def places(self) -> tuple[Where, ...]:
        """One place."""
        return (Where.COMPARE, Where.FILTERED, *super().places())

    @property
    def run_here(self) -> Run | None:
        """The run whose column the cursor is in."""
        return self._runs[self._table.chosen] if self._runs else None

    def on_mount(self) -> None:
        """Read the runs."""
        set_frame(self._table, f"Compare {exact_count(len(self._styles))} runs")
        self._table.set_notice(loading("runs"))
        self.set_focus(self._table)
        self.act_refresh()

    def act_refresh(self) -> None:
        """Read the runs."""
        self.loader.runs(self, tuple(self._styles))

    def on_runs_read(self, event: messages.RunsRead) -> None:
        """Compare them."""
        gone = len(event.run_ids) - len(event.runs)
        if gone:
            self.say(f"{gone} of the marked runs are gone")
        self._runs = [*event.runs, *(each.run for each in self._carried)]
        if self._beside is not None and self._beside.run_ids != _ids(event.runs):
            self._beside = None
        if not self._runs:
            self._diff = None
            self._table.show((), (), (), 0)
            self._table.set_notice(Notice(Look.NONE, "the marked runs are gone"))
            self.update_footer()
            return
        baseline = 0 if self._diff is None else min(self._diff.baseline, len(self._runs) - 1)
        self._compare(baseline)
        self._show()
        self._ask_beside()

    def _compare(self, baseline: int) -> None:
        """Lay the runs side by side, with what is known of them beside their records."""
        diff = replace(
            compare_runs(self._runs, baseline).unfolded(), datasets=dataset_rows(self._runs)
        )
        if self._carried:
            here = [self.standing.context or self.standing.address] * self._of_here
            places = (*here, *(each.place for each in self._carried))
            diff = replace(diff, attributes={"store": places, **diff.attributes})
        if self._beside is not None:
            pad = (None,) * len(self._carried)
            rows = {name: (*row, *pad) for name, row in self._beside.environment.items()}
            diff = replace(diff, environment=rows)
        self._diff = diff

    @property
    def _of_here(self) -> int:
        """How many of the runs are of the open store; they come first."""
        return len(self._runs) - len(self._carried)

    def _ask_beside(self) -> None:
        """Read packages and curves; what is shown does not wait for them."""
        connection, diff = self.loader.connection, self._diff
        runs = self._runs[: self._of_here]
        if connection is None or diff is None or diff.baseline >= len(runs) or len(runs) < 2:
            return
        baseline, key = diff.baseline, self._key

        def read() -> Message | None:
            return read_beside(connection, runs, baseline, key)

        self.loader.work(self, "beside", "beside", read)

    def on_beside_runs(self, event: messages.BesideRuns) -> None:
        """Show them too, in their place."""
        if event.run_ids != _ids(self._runs[: self._of_here]):
            return
        self._beside = event
        if self._diff is not None:
            self._compare(self._diff.baseline)
            self._show()
        if event.problem:
            self.say(f"files of models were not read: {event.problem}")

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """Say why there is nothing to compare; what is only beside it may be missing."""
        if event.question == "beside":
            self.say_error(event.error)
        elif self._diff is None:
            self._table.set_notice(failed(event.error))
        else:
            self.say_error(event.error)

    def _show(self) -> None:
        diff = self._diff
        if diff is None:
            return
        rows = compare_rows(diff, self._moment, only_changed=self._only_changed)
        rows = before_metrics(rows, self._apart_rows(diff.baseline))
        if self._wanted:
            rows = narrowed(rows, self._wanted)
        names = self._names()
        self._table.show(rows, names, self._signs(), diff.baseline)
        what = f"{exact_count(len(self._runs))} runs"
        self._say_shown(what, changed_count(diff), names[diff.baseline], is_empty=not rows)

    def _apart_rows(self, baseline: int) -> list[CompareRow]:
        beside = self._beside
        if beside is None or not beside.key or baseline != beside.baseline:
            return []
        if self._only_changed and not any(step is not None for step in beside.apart):
            return []
        pad = (None,) * len(self._carried)
        has = [
            place < self._of_here and beside.key in run.latest
            for place, run in enumerate(self._runs)
        ]
        return apart_rows(beside.key, (*beside.apart, *pad), has, baseline)

    def _names(self) -> list[str]:
        here = [run.run_name or run.run_id[:8] for run in self._runs[: self._of_here]]
        return [*here, *(each.name for each in self._carried)]

    def _signs(self) -> list[SeriesStyle]:
        here = [self._styles[run.run_id] for run in self._runs[: self._of_here]]
        return [*here, *(each.style for each in self._carried)]

    # Actions

    def act_baseline(self) -> None:
        """Compare with the cursor's run."""
        if self._diff is not None:
            self._diff = replace(self._diff, baseline=self._table.chosen)
            self._show()
            self._ask_beside()

    def copies(self) -> list[Choice]:
        """The command that shows the same."""
        if self._diff is None or self.loader.connection is None:
            return []
        ids = [
            *self._diff.run_ids[: self._of_here],
            *(f"{each.context}:{each.run.run_id}" for each in self._carried if each.context),
        ]
        command = diff_command(
            self.loader.connection.place,
            ids,
            ids[min(self._diff.baseline, len(ids) - 1)],
            only_changed=self._only_changed,
        )
        return [
            Choice(command, "the command that shows this comparison", "venturi runs diff"),
            Choice(as_json(self._diff), "the comparison as JSON"),
        ]

    def facts(self) -> set[Need]:
        """What is there."""
        return super().facts() | ({Need.ROWS} if self._runs else set())


def _ids(runs: Sequence[Run]) -> tuple[str, ...]:
    return tuple(run.run_id for run in runs)
