"""What one can do on the home screen: open, sort, filter, mark, compare, copy."""

from __future__ import annotations

from textual.widget import Widget

from venturi.errors import FilterError, VenturiError
from venturi.records import Run
from venturi_tui.actions import Need
from venturi_tui.loading import Loading
from venturi_tui.present.columns import Source, all_columns, column_of, order_key, parse_column
from venturi_tui.present.notices import loading
from venturi_tui.screens.about_run import AboutRun
from venturi_tui.screens.choose import Choice
from venturi_tui.screens.curves_pane import CurvesPane
from venturi_tui.screens.runs_pane import RunsPane
from venturi_tui.state import Remembered
from venturi_tui.widgets.bars import Standing
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.experiment_list import ExperimentList
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Prompt
from venturi_tui.widgets.run_table import RunTable


class RunActions(AboutRun[None]):
    """The actions of the home screen; where its panes stand is HomeScreen's matter."""

    def __init__(self, loading: Loading, remembered: Remembered, standing: Standing) -> None:
        super().__init__(loading, standing)
        self.remembered = remembered
        self.experiments = ExperimentList()
        self.table = RunsPane(loading, remembered)
        self._curves = CurvesPane(loading)
        self.detail = CardView(id="detail")
        self.marked_runs: dict[str, Run] = {}
        self.shown_run = ""
        self.live = True
        self.problem: VenturiError | None = None
        self._searched: Widget | None = None

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
        if len(self._to_compare()) > 1:
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

        moment, key = self.table.browsing.moment, self.curves.plotting.key
        self.open(RunScreen(self.loader, self.standing, run, moment, key))

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

    # Columns

    def act_left(self) -> None:
        """One column to the left."""
        self.table.move_column(-1)

    def act_right(self) -> None:
        """One column to the right."""
        self.table.move_column(1)

    def act_bottom(self) -> None:
        """Last line."""
        if self.focused is self.table:
            self.table.go_to_end()
        else:
            super().act_bottom()

    def act_sort(self, text: str | None = None) -> None:
        """Sort by the cursor's column, or by one that is named."""
        if text is None:
            self.table.sort()
            return
        words, ascending = text, None
        for ending, up in ((" asc", True), (" desc", False)):
            if text.lower().endswith(ending):
                words, ascending = text[: -len(ending)].strip(), up
        column = parse_column(words)
        if order_key(column, ascending=True) is None:
            from venturi.filters.order import parse_order

            try:
                column, ascending = column_of(parse_order(text))
            except FilterError as error:
                self.say_error(error)
                return
        self.table.sort(column, ascending=ascending)

    def on_run_table_head_picked(self, event: RunTable.HeadPicked) -> None:
        """A title was clicked: sort by it."""
        event.stop()
        self.table.go_column(event.column)
        if self.table.can_sort:
            self.table.sort()
        else:
            self.say(Need.COLUMN.value)

    def act_columns(self) -> None:
        """Choose and order the columns."""
        from venturi_tui.screens.columns import ColumnsScreen

        browsing = self.table.browsing
        every = all_columns(browsing.rows.loaded)
        names = [column.name for column in browsing.columns]
        screen = ColumnsScreen([column.name for column in every], names)
        self.open(screen, self._columns_chosen)

    def _columns_chosen(self, names: list[str] | None) -> None:
        if names is not None:
            self.table.choose_columns(names)

    # Filter

    def act_filter(self, text: str | None = None) -> None:
        """Show only what matches."""
        if self.focused in (self.experiments, self.detail):
            self._search(text)
        elif text is not None:
            self._filter(text)
        else:
            hint = "metrics.loss < 0.2 and params.model ~ 'vit.*'   enter shows, esc leaves"
            self.ask_line("/", self.table.browsing.filter_text, self.remembered.filters, hint)

    def _search(self, text: str | None) -> None:
        pane = self.focused
        if not isinstance(pane, (ExperimentList, CardView)):
            return
        self._searched = pane
        if text is None:
            self.ask_line("/", pane.wanted, hint="a part of what you look for")
        else:
            pane.narrow(text)

    def _filter(self, text: str) -> bool:
        try:
            self.table.filter(text)
        except FilterError as error:
            self.say_error(error)
            return False
        if text.strip():
            self.remembered.add_filter(text.strip())
        return True

    def ask_line(
        self, sign: str, text: str = "", past: list[str] | None = None, hint: str = ""
    ) -> None:
        """Open the prompt, and know what it is for."""
        searching = sign == "/" and self.focused in (self.experiments, self.detail)
        self._searched = self.focused if searching else None
        super().ask_line(sign, text, past, hint)

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Search as one types; say where a filter goes wrong."""
        if prompt.sign == ":":
            return
        if isinstance(self._searched, (ExperimentList, CardView)):
            self._searched.narrow(text)
            return
        error = _fault(text)
        if error is not None:
            at_end = error.position >= len(text.rstrip())
            prompt.complain("" if at_end and not error.expected else _said(error), error.position)
        else:
            prompt.approve()

    def line_entered(self, prompt: Prompt, text: str) -> None:
        """Filter, when that can be meant; else stay and say where not."""
        if isinstance(self._searched, (ExperimentList, CardView)):
            self.close_prompt()
            return
        error = _fault(text)
        if error is not None:
            prompt.complain(_said(error), error.position)
            return
        self.close_prompt()
        self._filter(text)

    # Marks and comparing

    def act_mark(self) -> None:
        """Mark the run, or take its mark away."""
        self.table.mark()

    def act_mark_range(self) -> None:
        """Begin or end a range of marks."""
        self.say(self.table.mark_range())

    def act_unmark_all(self) -> None:
        """Take all marks away."""
        self.table.unmark_all()

    def act_next_mark(self) -> None:
        """Go to the next marked run."""
        self.table.go_to_mark(1)

    def act_previous_mark(self) -> None:
        """Go to the marked run before."""
        self.table.go_to_mark(-1)

    def _to_compare(self) -> tuple[str, ...]:
        """The marked runs; with a single one, the run under the cursor too."""
        ids = self.table.browsing.marks.ids
        here = self.table.run_id
        return (*ids, here) if len(ids) == 1 and here is not None and here not in ids else ids

    def act_compare(self) -> None:
        """Compare the marked runs."""
        from venturi_tui.screens.compare import CompareScreen

        styles = self.table.browsing.marks.style_of
        chosen = {run_id: styles(run_id) for run_id in self._to_compare()}
        self.open(CompareScreen(self.loader, self.standing, chosen, self.table.browsing.moment))

    # The app

    def act_refresh(self) -> None:
        """Read again what is shown."""
        if self.loader.connection is None:
            self.table.set_notice(loading("runs"))
            self.loader.open(self)
            return
        self.loader.experiments(self)
        if self.table.browsing.experiments:
            self.table.ask(keep=True)
            self.curves.read_again()

    def act_live(self) -> None:
        """Follow what is running, on and off."""
        self.live = not self.live
        self.say_standing()

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

    def columns_of_metrics(self) -> list[str]:
        """Metrics that are columns now."""
        return [each.key for each in self.table.browsing.columns if each.source is Source.METRIC]


def _fault(text: str) -> FilterError | None:
    """What is wrong with a filter; None when it can be meant."""
    from venturi.filters.syntax import parse_filter

    try:
        parse_filter(text)
    except FilterError as error:
        return error
    return None


def _said(error: FilterError) -> str:
    return f"{error.message}, expected {error.expected}" if error.expected else error.message
