"""All metrics of some runs on one screen; any of them large at a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widget import Widget

from venturi.records import Run
from venturi_tui import messages
from venturi_tui.actions import Need, Where, footer_line
from venturi_tui.loading import Loading
from venturi_tui.plotting import MOST_LINES, Plotting, Sight, place_words
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.about_run import AboutRun
from venturi_tui.screens.choose import Choice
from venturi_tui.screens.curve_actions import Charts
from venturi_tui.screens.curves_pane import CurvesPane
from venturi_tui.screens.following import Following
from venturi_tui.screens.grid_charts import GridCharts
from venturi_tui.screens.grid_pane import GridPane
from venturi_tui.widgets.bars import Footer, Standing
from venturi_tui.widgets.chart_mouse import ChartMouse
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from venturi_tui.present.chart import SeriesStyle


class MetricGridScreen(AboutRun[None]):
    """Pages of small charts, and the one that has the focus large.

    Args:
        loading: Reads and draws.
        standing: What the header says.
        runs: Whose metrics; the last is the one that is meant.
        before: The chart one comes from: its points and looks are shared, its metric comes first.
    """

    DEFAULT_CSS = """
    MetricGridScreen #large { display: none; }
    MetricGridScreen.-large #large { display: block; }
    MetricGridScreen.-large #grid { display: none; }
    """

    def __init__(
        self,
        loading: Loading,
        standing: Standing,
        runs: Sequence[tuple[Run, SeriesStyle]],
        before: Plotting,
    ) -> None:
        super().__init__(loading, standing)
        sight = Sight()
        self._runs = list(runs)[-MOST_LINES:]
        self._left_out = len(runs) - len(self._runs)
        self._grid = GridPane(loading, before.histories, before.looks, sight)
        self._grid.key = before.key
        self._large = CurvesPane(loading, id="large")
        self._large.share(before.histories, before.looks, sight)
        self._live = Following(self, loading, self._look_at_live)

    def compose(self) -> ComposeResult:
        """The grid, or one chart of it."""
        yield self.header
        yield self._grid
        yield self._large
        yield Footer()

    def on_mount(self) -> None:
        """Show the first page."""
        self.set_focus(self._grid)
        self._grid.show_runs(self._runs, self._focus_id)
        self._live.begin()
        if self._left_out:
            self.say(f"the last {len(self._runs)} marked runs are shown")

    @property
    def _focus_id(self) -> str | None:
        return self._runs[-1][0].run_id if self._runs else None

    # What is where

    @property
    def _is_large(self) -> bool:
        return self.has_class("-large")

    def places(self) -> tuple[Where, ...]:
        """The grid, or one chart."""
        special = (Where.CURVES,) if self._is_large else (Where.GRID, Where.CURVES)
        found = () if self._is_large else (Where.FILTERED,)
        return (*special, *found, Where.PANES, *super().places())

    def panes(self) -> list[Widget]:
        """What is seen."""
        return [self._large if self._is_large else self._grid]

    @property
    def run_here(self) -> Run | None:
        """The run that is meant."""
        return self._runs[-1][0] if self._runs else None

    @property
    def curves(self) -> CurvesPane:
        """The large chart."""
        return self._large

    @property
    def charts(self) -> Charts:
        """What is looked at closer."""
        return self._large if self._is_large else self._grid

    def copies(self) -> list[Choice]:
        """The command that draws the grid."""
        connection = self.loader.connection
        if connection is None or self._is_large:
            return []
        from venturi_tui.present.command_line import plot_command

        ids = [run.run_id for run, _ in self._runs]
        words = self._grid.looks.command_words(self._grid.looks.axis)
        command = plot_command(connection.place, ids, "", words)
        return [Choice(command, "the command that draws all metrics", "venturi metrics plot")]

    def runs_charted(self) -> list[Run]:
        """The runs that are drawn."""
        return [run for run, _ in self._runs]

    def metrics_here(self) -> list[str]:
        """All metrics, in the order of the charts."""
        return self._grid.keys if self._is_large else self._grid.every

    def facts(self) -> set[Need]:
        """What is there."""
        known = super().facts()
        if self._grid.is_drawn:
            known.add(Need.CURVE)
        if not self._is_large and not self._grid.page.slots:
            known.discard(Need.METRICS)
        return known

    # Saying what is shown

    def on_grid_charts_changed(self, event: GridCharts.Changed) -> None:
        """Say which page is seen, and where the cursor is."""
        event.stop()
        self._update_frame()

    def _update_frame(self) -> None:
        grid = self._grid
        about = [*grid.looks.words, grid.looks.axis.value]
        every, shown = len(grid.every), len(grid.keys)
        count = exact_count(every) if shown == every else f"{exact_count(shown)} of {every:,}"
        names = [safe(run.run_name) or run.run_id[:8] for run, _ in self._runs]
        whose = names[0] if len(names) == 1 else f"{exact_count(len(names))} runs"
        title = [f"{count} metric{'s' if every != 1 else ''} of {whose}"]
        title += [f"/{safe(grid.wanted)}"] if grid.wanted else []
        title += [", ".join(about)]
        if grid.pages > 1:
            title.append(f"page {grid.page_number + 1} of {grid.pages}")
        plot = grid.plotting
        said = "" if plot.cursor is None else plot.read_out or place_words(plot.axis, plot.cursor)
        set_frame(grid, " ─ ".join(title), said)
        self.update_footer()

    def update_footer(self) -> None:
        """All metrics are here: the key that shows them is not offered."""
        offered = [action for action in self.actions if action.id != "all_metrics"]
        for footer in self.query(Footer):
            footer.show(footer_line(self.places(), self.facts(), offered))

    # Going about

    def act_enlarge(self) -> None:
        """Give the focused chart the whole screen."""
        key = self._grid.key
        self.add_class("-large")
        self._large.plotting.key = key
        self._large.show_runs(self._runs, self._focus_id)
        self.set_focus(self._large)
        self.update_footer()

    def _leave_large(self) -> None:
        self.remove_class("-large")
        self._grid.go(self._large.plotting.key)
        self.set_focus(self._grid)
        self._grid.update()

    def act_zoom(self) -> None:
        """Enlarge the chart, or give the screen back to all."""
        if self._is_large:
            self._leave_large()
        else:
            self.act_enlarge()

    def on_chart_mouse_doubled(self, event: ChartMouse.Doubled) -> None:
        """A chart of the grid was clicked twice."""
        event.stop()
        self.act_enlarge()

    def show_metric(self, key: str) -> None:
        """Go to a metric's chart."""
        if self._is_large:
            self._large.plotting.key = key
            self._large.update_curves()
        else:
            if key not in self._grid.keys:
                self._grid.narrow("")
            self._grid.go(key)

    def act_chart_left(self) -> None:
        """Go to the chart on the left."""
        self._grid.move(-1, 0)

    def act_chart_right(self) -> None:
        """Go to the chart on the right."""
        self._grid.move(1, 0)

    def act_chart_up(self) -> None:
        """Go to the chart above."""
        self._grid.move(0, -1)

    def act_chart_down(self) -> None:
        """Go to the chart below."""
        self._grid.move(0, 1)

    def act_first_chart(self) -> None:
        """Go to the first chart."""
        self._grid.go_to_end(last=False)

    def act_last_chart(self) -> None:
        """Go to the last chart."""
        self._grid.go_to_end(last=True)

    def act_next_page(self) -> None:
        """Turn to the next page."""
        self._turn(1)

    def act_previous_page(self) -> None:
        """Turn to the page before."""
        self._turn(-1)

    def _turn(self, step: int) -> None:
        before = self._grid.page_number
        self._grid.turn_page(step)
        if self._grid.page_number == before:
            self.say("this is the last page" if step > 0 else "this is the first page")

    def act_filter(self, text: str | None = None) -> None:
        """Show only metrics whose names hold these words."""
        if text is None:
            self.ask_line("/", self._grid.wanted, hint="parts of a metric's name")
        else:
            self._grid.narrow(text)

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Narrow as one types."""
        prompt.approve()
        if prompt.sign == "/":
            self._grid.narrow(text)

    def leave_prompt(self, prompt: Prompt) -> None:
        """Show all again."""
        if prompt.sign == "/":
            self._grid.narrow("")
        super().leave_prompt(prompt)

    def act_all_metrics(self) -> None:
        """The same key leaves."""
        self.act_back()

    def act_back(self) -> None:
        """Leave the cursor and the zoom, the large chart, the filter, then the screen."""
        if self._is_large:
            self._leave_large()
        elif self._grid.leave_cursor():
            return
        elif self._grid.wanted:
            self._grid.narrow("")
        else:
            super().act_back()

    # Live

    def _look_at_live(self) -> None:
        running = tuple(run.run_id for run, _ in self._runs if run.status == "RUNNING")
        if self._live.on and running and self.host.screen is self:
            self.loader.runs(self, running, kind="live")

    def on_runs_read(self, event: messages.RunsRead) -> None:
        """Runs were read again: read what is new of the curves that are seen."""
        news = {run.run_id: run for run in event.runs}
        self._runs = [(news.get(run.run_id, run), style) for run, style in self._runs]
        if self._is_large:
            self._large.take_news(event.runs)
        else:
            self._grid.take_news(event.runs)

    def act_live(self, seconds: str | None = None) -> None:
        """Follow what is running, or not, or look every so many seconds."""
        self.say(self._live.turn(seconds))

    def act_refresh(self) -> None:
        """Read again what is shown."""
        self.loader.runs(self, tuple(run.run_id for run, _ in self._runs))
        self._grid.read_again()

    # Problems

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """What is shown stays."""
        self.say_error(event.error)

    def on_grid_charts_failed(self, event: GridCharts.Failed) -> None:
        """A curve could not be read; the others are still there."""
        event.stop()
        self.say_error(event.error)

    def on_curves_pane_failed(self, event: CurvesPane.Failed) -> None:
        """A curve could not be read; what is drawn is still there."""
        event.stop()
        self.say_error(event.error)
