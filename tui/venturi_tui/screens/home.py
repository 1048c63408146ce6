"""The home screen: experiments, runs, curves and the run under the cursor."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from venturi.records import Experiment, Run
from venturi_tui import messages
from venturi_tui.actions import Where
from venturi_tui.loading import Loading
from venturi_tui.plotting import MOST_LINES
from venturi_tui.present import run_card
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.words import safe
from venturi_tui.screens.curves_pane import CurvesPane
from venturi_tui.screens.live_look import LiveLook
from venturi_tui.screens.resting import Resting
from venturi_tui.screens.runs_pane import RunsPane
from venturi_tui.state import Remembered
from venturi_tui.widgets.bars import Footer, Standing
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines

if TYPE_CHECKING:
    from venturi_tui.present.chart import SeriesStyle

FOLLOW_AFTER = 0.12
"""Seconds the cursor rests before curves and details follow it."""


class HomeScreen(LiveLook):
    """Everything at a glance, as much of it as the terminal has room for."""

    def __init__(self, loading: Loading, remembered: Remembered, standing: Standing) -> None:
        super().__init__(loading, remembered, standing)
        self._following = Resting(self, FOLLOW_AFTER, self._follow)
        self._counted = False
        self._uncounted = False

    def compose(self) -> ComposeResult:
        """Two rows of panes between two bars."""
        yield self.header
        with Horizontal(id="upper"):
            yield self.experiments
            yield self.table
        with Horizontal(id="lower"):
            yield self.curves
            yield self.detail
        yield Footer()

    def on_mount(self) -> None:
        """Paint first, then open the store."""
        set_frame(self.experiments, "Experiments")
        set_frame(self.table, "Runs")
        set_frame(self.curves, "Curves")
        set_frame(self.detail, "Run")
        self.table.set_notice(loading("runs"))
        self.set_focus(self.table)
        self.call_after_refresh(self.loader.open, self)
        self.begin_live()

    def places(self) -> tuple[Where, ...]:
        """Which pane has the focus."""
        special: tuple[Where, ...] = ()
        if self.focused is self.table:
            special = (Where.RUNS, Where.FILTERED)
        elif self.focused is self.experiments:
            special = (Where.EXPERIMENTS, Where.FILTERED)
        elif self.focused is self.detail:
            special = (Where.DETAIL, Where.FILTERED)
        curves = self.curve_places()
        special = (*special, *curves, *((Where.FILTERED,) if curves else ()))
        return (*special, Where.HOME, Where.PANES, *super().places())

    def panes(self) -> list[Widget]:
        """The four panes."""
        return [self.experiments, self.table, self.curves, self.detail]

    # The store

    def on_store_opened(self, event: messages.StoreOpened) -> None:
        """Read what is in it."""
        info = event.connection.tracking.info
        self.problem = None
        kind = "" if "://" in info.address else f"{info.kind} "
        self.say_standing(address=f"{kind}{info.address}")
        self.loader.experiments(self)

    def on_experiments_read(self, event: messages.ExperimentsRead) -> None:
        """List them, and open the one that was open last, or the newest."""
        browsing = self.table.browsing
        browsing.experiments = {each.experiment_id: each for each in event.experiments}
        first = event.experiments[0].experiment_id if event.experiments else ""
        wanted = browsing.experiment_id or self.remembered.experiment
        chosen = wanted if wanted in browsing.experiments else first
        self.experiments.set_notice(None)
        self.show_experiments(event.experiments, chosen)
        if not event.experiments:
            self._say_empty()
        elif not browsing.rows.begun or browsing.experiment_id not in (None, *browsing.experiments):
            self.open_experiment(chosen)
        self.say_standing()
        self._count_experiments()

    def _count_experiments(self) -> None:
        """Count their runs, but let the first rows come first."""
        browsing = self.table.browsing
        self._uncounted = not browsing.rows.begun
        if not self._uncounted:
            self.loader.experiment_counts(self, browsing.view)

    def show_experiments(self, experiments: tuple[Experiment, ...], chosen: str | None) -> None:
        """List experiments, one of which is open."""
        self.experiments.show(experiments, chosen)
        set_frame(self.experiments, f"Experiments {len(experiments)}")

    def on_experiments_counted(self, event: messages.ExperimentsCounted) -> None:
        """Say how many runs each has; go on from an empty one that nobody chose."""
        self.experiments.show_counts(event.counts)
        first, self._counted = not self._counted, True
        browsing = self.table.browsing
        nobody_chose = first and not self.remembered.experiment and not browsing.filter_text
        if nobody_chose and event.counts and browsing.experiment_id not in event.counts:
            self.open_experiment(max(event.counts, key=lambda key: event.counts[key]))

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """The store could not be opened, its experiments not be read, or something not written."""
        if self.was_writing(event) or self.was_looking(event):
            return
        self.problem = event.error
        if self.table.browsing.rows.begun:
            self.say_error(event.error)
            return
        self.table.set_notice(failed(event.error))
        self.experiments.set_notice(Notice(Look.NONE, "not read"))
        self.detail.set_notice(Notice(Look.NONE, "no run"))
        self.curves.set_notice(Notice(Look.NONE, "no run to draw"))
        self.update_footer()

    def _say_empty(self) -> None:
        words = "no experiments in this store yet"
        hint = "log a run with MLflow, or see the sample store: venturi demo"
        self.table.set_notice(Notice(Look.NONE, words, hint, (("r", "look again"),)))
        self.experiments.set_notice(Notice(Look.NONE, "none yet"))
        self.detail.set_notice(Notice(Look.NONE, "no run"))
        self.curves.set_notice(Notice(Look.NONE, "no run to draw"))

    def open_experiment(self, experiment_id: str | None) -> None:
        """Show the runs of an experiment; None for all."""
        self.experiments.choose(experiment_id)
        self.table.open_experiment(experiment_id)
        place, plotting = experiment_id or "*", self.curves.plotting
        plotting.choose(self.remembered.metric(place))
        plotting.looks.adopt(self.remembered.looks(place))
        plotting.looks.keeper = partial(self.remembered.set_looks, place)
        self.say_standing()

    # Standing

    def say_standing(self, *, address: str = "") -> None:
        """Bring the header up to date."""
        browsing, held = self.table.browsing, self.standing
        known = bool(browsing.experiments)
        running = self.curves.has_running or bool(self.table.running)
        self.standing = Standing(
            address=address or held.address,
            context=held.context,
            access=self.access,
            experiment=safe(browsing.experiment_name) if known else "",
            counts=browsing.counts,
            live=self.live_words if known else "",
            running=running and self.live,
        )
        self.header.show(self.standing)

    # Following the cursor

    def on_runs_pane_changed(self, event: RunsPane.Changed) -> None:
        """Other rows or marks are shown."""
        event.stop()
        self._following.soon()
        if self._uncounted:
            self.call_after_refresh(self._count_experiments)

    def on_lines_cursor_moved(self, event: Lines.CursorMoved) -> None:
        """Curves and details follow when the cursor rests."""
        event.stop()
        if event.lines is self.table:
            self._following.soon()

    @property
    def is_following(self) -> bool:
        """Whether something is still to come: the first rows, or what follows the cursor."""
        if self._following.is_due:
            return True
        return self.problem is None and not (self._shows_rows and self._shows_curves)

    @property
    def _shows_rows(self) -> bool:
        notice = self.table.notice
        return notice is None or notice.look is not Look.LOADING

    @property
    def _shows_curves(self) -> bool:
        notice = self.curves.notice
        if notice is None:
            return self.curves.is_drawn or min(self.curves.room) <= 0
        return notice.look is not Look.LOADING

    def _follow(self) -> None:
        run = self.table.run
        if run is not None:
            self.show_detail(run)
            self.show_curves(run)
        elif not self.table.count and self.table.browsing.rows.begun:
            self._show_no_run()
        self.say_standing()
        self.update_footer()

    def _show_no_run(self) -> None:
        self.detail.set_notice(Notice(Look.NONE, "no run"))
        self.curves.show_runs((), None)
        set_frame(self.detail, "Run")

    def show_detail(self, run: Run) -> None:
        """Show a run in the pane of details."""
        anew = run.run_id != self.shown_run
        self.shown_run = run.run_id
        card = run_card.summary(run, self.detail.text_width, self.moment)
        set_frame(self.detail, run.run_name or run.run_id[:8])
        self.detail.show(card, from_top=anew)

    def show_curves(self, run: Run) -> None:
        """Draw the marked runs, and the one under the cursor on top of them."""
        browsing = self.table.browsing
        marks = browsing.marks
        runs: list[tuple[Run, SeriesStyle]] = []
        unknown: list[str] = []
        for run_id, style in list(marks.styles.items())[-MOST_LINES:]:
            held = browsing.rows.run(run_id) or self.marked_runs.get(run_id)
            if held is None:
                unknown.append(run_id)
            elif run_id != run.run_id:
                self.marked_runs[run_id] = held
                runs.append((held, style))
        if unknown:
            self.loader.runs(self, tuple(unknown), kind="marked")
        runs.append((run, marks.style_of(run.run_id)))
        if not self.curves.plotting.key:
            known = self.metrics_here()
            self.curves.plotting.choose(next((key for key in known if key in run.latest), ""))
        self.curves.show_runs(runs, run.run_id)

    def runs_drawn(self) -> list[tuple[Run, SeriesStyle]]:
        """The marked runs, the one under the cursor last; without marks that one alone."""
        marks, here = self.table.browsing.marks, self.table.run
        held: list[tuple[Run, SeriesStyle]] = []
        for run_id, style in marks.styles.items():
            run = self.table.browsing.rows.run(run_id) or self.marked_runs.get(run_id)
            if run is not None:
                held.append((run, style))
        if here is not None and not held:
            held.append((here, marks.style_of(here.run_id)))
        return sorted(held, key=lambda pair: here is not None and pair[0].run_id == here.run_id)

    def on_runs_read(self, event: messages.RunsRead) -> None:
        """Marked runs that are not in the table are known now."""
        self.marked_runs.update((run.run_id, run) for run in event.runs)
        for run_id in set(event.run_ids).difference(run.run_id for run in event.runs):
            self.table.browsing.marks.drop(run_id)
        self._following.soon()

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Details are laid out for the width there is."""
        event.stop()
        if event.lines is self.detail and self.table.run is not None:
            self.show_detail(self.table.run)

    # Problems

    def on_runs_pane_failed(self, event: RunsPane.Failed) -> None:
        """Rows could not be read; the old ones are still there."""
        event.stop()
        self.say_error(event.error)

    def on_curves_pane_failed(self, event: CurvesPane.Failed) -> None:
        """A curve could not be read; the others are still there."""
        event.stop()
        self.say_error(event.error)

    def on_curves_pane_chosen(self, event: CurvesPane.Chosen) -> None:
        """Remember which metric is drawn."""
        event.stop()
        self.remembered.set_metric(self.table.browsing.experiment_id or "*", event.key)
