"""One run on the whole screen: everything about it, and the curve of a metric."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widget import Widget

from venturi.records import Run
from venturi_tui import messages
from venturi_tui.actions import Where
from venturi_tui.loading import Loading
from venturi_tui.present import run_card
from venturi_tui.present.cells import Moment
from venturi_tui.present.chart import series_style
from venturi_tui.screens.about_run import AboutRun
from venturi_tui.screens.curves_pane import CurvesPane
from venturi_tui.widgets.bars import Footer, Standing
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Prompt

_FOLLOW_AFTER = 0.12
_LIVE_EVERY = 2.0


class RunScreen(AboutRun[None]):
    """A run. The curve beside it is that of the metric under the cursor."""

    DEFAULT_CSS = """
    RunScreen #about { height: 1fr; }
    RunScreen #curve { width: 1fr; }
    RunScreen.-narrow #about { layout: vertical; }
    RunScreen.-narrow #card { width: 100%; height: 3fr; }
    RunScreen.-narrow #curve { width: 100%; height: 2fr; }
    RunScreen.-short #curve { display: none; }
    """

    def __init__(
        self, loading: Loading, standing: Standing, run: Run, moment: Moment, key: str
    ) -> None:
        super().__init__(loading, standing)
        self._run = run
        self._moment = moment
        self._card = CardView(id="card")
        self._curves = CurvesPane(loading, id="curve")
        self._key = key if key in run.latest else next(iter(sorted(run.latest)), "")
        self._following: Timer | None = None
        self._live = True

    def compose(self) -> ComposeResult:
        """The card, and a curve."""
        yield self.header
        with Horizontal(id="about"):
            yield self._card
            yield self._curves
        yield Footer()

    def places(self) -> tuple[Where, ...]:
        """The card or the curve."""
        special = (Where.DETAIL, Where.FILTERED) if self.focused is self._card else ()
        return (*special, *self.curve_places(), Where.PANES, *super().places())

    def panes(self) -> list[Widget]:
        """The card and the curve."""
        return [self._card, self._curves]

    @property
    def run_here(self) -> Run | None:
        """The run."""
        return self._run

    @property
    def curves(self) -> CurvesPane:
        """The pane with the curve."""
        return self._curves

    def on_mount(self) -> None:
        """Show what is known already."""
        self.set_focus(self._card)
        self.set_interval(_LIVE_EVERY, self._look_at_live)

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Lay out for another width."""
        event.stop()
        self._fill()

    def _fill(self) -> None:
        card = run_card.full(self._run, self._card.text_width, self._moment)
        self._card.show(card)
        set_frame(self._card, self._run.run_name or self._run.run_id[:8])
        self._curves.plotting.choose(self._key)
        style = series_style(self._run.run_id)
        self._curves.show_runs([(self._run, style)], self._run.run_id)
        self.update_footer()

    def on_lines_cursor_moved(self, event: Lines.CursorMoved) -> None:
        """The curve follows when the cursor rests on a metric."""
        event.stop()
        if self._following is None:
            self._following = self.set_timer(_FOLLOW_AFTER, self._follow)
        else:
            self._following.reset()

    def _follow(self) -> None:
        self._following = None
        held = self._card.line
        if held is not None and held.label in self._run.latest and held.label != self._key:
            self._key = held.label
            self._curves.choose(self._key)

    def on_curves_pane_chosen(self, event: CurvesPane.Chosen) -> None:
        """Another metric was chosen."""
        event.stop()
        self._key = event.key

    # Live

    def _look_at_live(self) -> None:
        if self._live and self.host.screen is self and self._run.status == "RUNNING":
            self._curves.follow()
            self.loader.runs(self, (self._run.run_id,), kind="live")

    def on_runs_read(self, event: messages.RunsRead) -> None:
        """News of the run."""
        if not event.runs:
            self.say("this run is gone from the store")
        elif event.runs[0] != self._run:
            self._run = event.runs[0]
            self._fill()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """What is shown stays."""
        self.say_error(event.error)

    def on_curves_pane_failed(self, event: CurvesPane.Failed) -> None:
        """What is drawn stays."""
        event.stop()
        self.say_error(event.error)

    # Actions

    def act_open(self) -> None:
        """Show a value whole."""
        self.open_line(self._card)

    def on_lines_opened(self, event: Lines.Opened) -> None:
        """A line was double-clicked."""
        event.stop()
        self.act_open()

    def act_refresh(self) -> None:
        """Read the run again."""
        self.loader.runs(self, (self._run.run_id,))
        self._curves.read_again()

    def act_live(self, seconds: str | None = None) -> None:
        """Follow the run, or not."""
        if seconds is not None:
            self.say("how often is said on the home screen: :live SECONDS")
            return
        self._live = not self._live
        self.say("following what is running" if self._live else "no longer following")

    def act_filter(self, text: str | None = None) -> None:
        """Show only lines that hold these letters."""
        if text is None:
            self.ask_line("/", self._card.wanted, hint="a part of a key or a value")
        else:
            self._card.narrow(text)

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Narrow as one types."""
        if prompt.sign == "/":
            self._card.narrow(text)

    def act_back(self) -> None:
        """Leave the chart's cursor, the zoom, the search, then the screen."""
        if self.focused is self._curves and self._curves.leave_cursor():
            return
        if self.has_class("-zoomed"):
            self.act_zoom()
        elif self._card.wanted:
            self._card.narrow("")
        else:
            super().act_back()
