"""What one can do on the home screen: open, sort, filter, mark, compare, copy."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.errors import VenturiError
from venturi.records import Run
from venturi_tui.actions import Action, Need
from venturi_tui.loading import Loading
from venturi_tui.plotting import Sight
from venturi_tui.present.notices import loading
from venturi_tui.screens.carried import Carried, carried
from venturi_tui.screens.choose import Choice
from venturi_tui.screens.curves_pane import CurvesPane
from venturi_tui.screens.filter_actions import FilterActions
from venturi_tui.screens.live_runs import LiveRuns
from venturi_tui.screens.table_actions import TableActions
from venturi_tui.state import Remembered
from venturi_tui.widgets.bars import Standing
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.experiment_list import ExperimentList
from venturi_tui.widgets.lines import Lines


class RunActions(TableActions, FilterActions):
    """The actions of the home screen; where its panes stand is HomeScreen's matter."""

    def __init__(self, loading: Loading, remembered: Remembered, standing: Standing) -> None:
        super().__init__(loading, standing)
        self.remembered = remembered
        self.experiments = ExperimentList()
        self.table = LiveRuns(loading, remembered)
        self._curves = CurvesPane(loading)
        self.detail = CardView(id="detail")
        self.marked_runs: dict[str, Run] = {}
        self.carried: list[Carried] = []
        self.shown_run = ""
        self.live = True
        self.problem: VenturiError | None = None

    @property
    def curves(self) -> CurvesPane:
        """The pane of curves."""
        return self._curves

    @property
    def run_here(self) -> Run | None:
        """The run under the cursor."""
        return self.table.run

    def metrics_here(self) -> list[str]:
        """Metrics of the runs at hand."""
        return self.table.browsing.metrics

    def facts(self) -> set[Need]:
        """What is there."""
        known = super().facts()
        marks = self.table.browsing.marks
        if self.table.count and self.table.browsing.rows.begun:
            known.add(Need.ROWS)
        if marks:
            known.add(Need.MARKS)
        if self.carried:
            known.add(Need.MARKS)
        if len(self._to_compare()) + len(self.carried) > 1:
            known.add(Need.PAIR)
        if self.table.can_sort:
            known.add(Need.COLUMN)
        return known

    def open_experiment(self, experiment_id: str | None) -> None:
        """Show the runs of an experiment; None for all."""
        self.table.open_experiment(experiment_id)

    def say_standing(self) -> None:
        """Bring the header up to date."""

    # Opening

    def act_open(self) -> None:
        """Open what is under the cursor."""
        if self.focused is self.experiments:
            self._open_experiment_under(self.experiments.cursor)
        elif self.focused is self.detail:
            self.open_line(self.detail)
        elif self.table.run is not None:
            self._open_run(self.table.run)

    def _open_run(self, run: Run) -> None:
        from venturi_tui.screens.run import RunScreen

        moment, plotting = self.table.browsing.moment, self.curves.plotting
        screen = RunScreen(self.loader, self.standing, run, moment, plotting.key)
        screen.curves.share(plotting.histories, plotting.looks, Sight())
        self.open(screen, lambda _: self.looks_turned())

    def _open_experiment_under(self, row: int) -> None:
        experiment_id = self.experiments.id_under(row)
        self.remembered.experiment = experiment_id or ""
        self.open_experiment(experiment_id)
        if self.has_class("-zoomed"):
            self.zoom_to(None)
        self.set_focus(self.table)

    def on_lines_opened(self, event: Lines.Opened) -> None:
        """A line was opened with the mouse."""
        event.stop()
        self.act_open()

    def arguments(self, action: Action) -> Sequence[str]:
        """Experiments, metrics and columns by name."""
        browsing = self.table.browsing
        if action.id == "experiment":
            return [each.name for each in browsing.experiments.values()] + ["*"]
        if action.id == "metric":
            return browsing.metrics
        if action.id == "sort":
            return [each.name for each in browsing.layout.columns if " " not in each.name]
        return super().arguments(action)

    def act_experiment(self, name: str | None = None) -> None:
        """Show the runs of an experiment, by its name or id."""
        known = self.table.browsing.experiments
        if name is None:
            self.go_to_pane(self.experiments)
            return
        found = [key for key, each in known.items() if name in (each.name, key)]
        if found:
            self.remembered.experiment = found[0]
            self.open_experiment(found[0])
        elif name == "*":
            self.open_experiment(None)
        else:
            self.say(f"no experiment {name!r} here")

    # Panes

    def act_pane_1(self) -> None:
        """Go to the experiments."""
        self.go_to_pane(self.experiments)

    def act_pane_2(self) -> None:
        """Go to the runs."""
        self.go_to_pane(self.table)

    def act_pane_3(self) -> None:
        """Go to the curves."""
        self.go_to_pane(self.curves)

    def act_pane_4(self) -> None:
        """Go to the run's details."""
        self.go_to_pane(self.detail)

    def _focus_what_is_seen(self) -> None:
        self.call_after_refresh(self._focus_table_if_hidden)

    def _focus_table_if_hidden(self) -> None:
        if self.focused is None or not self.focused.size.area:
            self.set_focus(self.table)

    def act_back(self) -> None:
        """Leave the range, the cursor in the chart, the zoom, then the filter."""
        if self.table.leave_range():
            self.say("the range is given up")
        elif self.focused is self.curves and self.curves.leave_cursor():
            return
        elif self.has_class("-zoomed"):
            self.act_zoom()
        elif self.focused is self.experiments and self.experiments.wanted:
            self.experiments.narrow("")
        elif self.focused is self.detail and self.detail.wanted:
            self.detail.narrow("")
        elif self.table.browsing.filter_text:
            self.table.filter("")
        elif self.focused is not self.table:
            self.set_focus(self.table)
        else:
            self.say("q leaves Venturi")

    def act_models(self, name: str = "") -> None:
        """Show the registered models, first of all the one of that name."""
        from venturi_tui.screens.models import ModelsScreen

        screen = ModelsScreen(self.loader, self.standing, self.table.browsing.moment, name)
        self.open(screen, lambda _: self.say_standing())

    def act_bottom(self) -> None:
        """Last line."""
        if self.focused is self.table:
            self.table.go_to_end()
        else:
            super().act_bottom()

    # Comparing

    def take_along(self, runs: list[Carried]) -> None:
        """Know marked runs of other stores."""
        self.carried = runs
        self.table.marked_elsewhere = len(runs)

    def _to_compare(self) -> tuple[str, ...]:
        """The marked runs; with a single one, the run under the cursor too."""
        ids = self.table.browsing.marks.ids
        here = self.table.run_id
        alone = len(ids) + len(self.carried) == 1 or (self.carried and not ids)
        return (*ids, here) if alone and here is not None and here not in ids else ids

    def act_unmark_all(self) -> None:
        """Take all marks away, those in other stores too."""
        self.take_along([])
        super().act_unmark_all()

    def carry(self) -> list[Carried]:
        """The marked runs, to be compared with those of another store."""
        browsing, standing = self.table.browsing, self.standing
        read = {**self.marked_runs, **{run.run_id: run for run in browsing.rows.loaded}}
        runs = [read[run_id] for run_id in browsing.marks.ids if run_id in read]
        names = browsing.moment.experiments
        here = carried(runs, standing.address, standing.context, browsing.marks.styles, names)
        return [*self.carried, *here]

    def act_compare(self) -> None:
        """Compare the marked runs."""
        from venturi_tui.screens.compare import CompareScreen

        styles = self.table.browsing.marks.style_of
        chosen = {run_id: styles(run_id) for run_id in self._to_compare()}
        moment, key = self.table.browsing.moment, self.curves.plotting.key
        screen = CompareScreen(self.loader, self.standing, chosen, moment, key, self.carried)
        self.open(screen)

    # The app

    def act_refresh(self) -> None:
        """Read again what is shown."""
        if self.loader.connection is None:
            self.table.set_notice(loading("runs"))
            self.loader.open(self)
            return
        self.loader.experiments(self, self.table.browsing.view)
        if self.table.browsing.experiments:
            self.table.ask(keep=True)
            self.curves.read_again()

    def copies(self) -> list[Choice]:
        """The command that lists what the table shows."""
        browsing, connection = self.table.browsing, self.loader.connection
        if connection is None:
            return []
        from venturi_tui.present.command_line import list_command

        name = None if browsing.experiment_id is None else browsing.experiment_name
        order = browsing.rows.query.order
        command = list_command(
            connection.place, name, browsing.filter_text, order, browsing.columns
        )
        row = "\t".join(self.table.row_texts(self.table.cursor))
        return [
            Choice(command, "the command that lists these runs", "venturi runs list"),
            Choice(row, "the row, with tabs between"),
        ]
