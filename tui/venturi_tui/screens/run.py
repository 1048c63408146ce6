"""One run on the whole screen: everything about it, and the curve of a metric."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widget import Widget

from venturi.browse.kin import Kin
from venturi.records import Run
from venturi_tui import messages
from venturi_tui.actions import Where
from venturi_tui.loading import Loading
from venturi_tui.plotting import Sight
from venturi_tui.present.cells import Moment
from venturi_tui.present.chart import series_style
from venturi_tui.present.pieces import Line
from venturi_tui.present.run_card import DESCRIPTION, Way
from venturi_tui.present.run_whole import Around, full
from venturi_tui.screens.about_run import AboutRun
from venturi_tui.screens.around_run import ask_around
from venturi_tui.screens.curves_pane import CurvesPane
from venturi_tui.screens.following import Following
from venturi_tui.screens.metric_sketches import MetricSketches
from venturi_tui.screens.resting import Resting
from venturi_tui.widgets.bars import Footer, Standing
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Prompt

_FOLLOW_AFTER = 0.12
_SHOW_AFTER = 0.04
"""Seconds in which small curves gather to be shown together."""
_LONGEST_NOTE = 6_000
"""Characters of a description that are laid out; opening it shows all."""


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
        self._following = Resting(self, _FOLLOW_AFTER, self._follow)
        self._showing: Timer | None = None
        self._live = Following(self, loading, self._look_at_live)
        self._kin = Kin()
        self._models: tuple[str, ...] = ()
        self._note: tuple[str, int, list[Line]] = ("", 0, [])
        self._wanted_run = ""

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
        histories = self._curves.plotting.histories
        self._sketches = MetricSketches(self.loader, self, histories)
        self.set_focus(self._card)
        self._live.begin()
        ask_around(self.loader, self, self._run)

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Lay out for another width."""
        event.stop()
        self._fill()

    def _fill(self) -> None:
        self._show_card()
        set_frame(self._card, self._run.run_name or self._run.run_id[:8])
        self._curves.plotting.choose(self._key)
        style = series_style(self._run.run_id)
        self._curves.show_runs([(self._run, style)], self._run.run_id)
        self._sketch()
        self.update_footer()

    def _show_card(self) -> None:
        width = self._card.text_width
        around = Around(self._sketches.known, self._laid_note(width), self._kin, self._models)
        self._card.show(full(self._run, width, self._moment, around))

    def _laid_note(self, width: int) -> list[Line]:
        """The description as it is to be read."""
        note = self._run.tags.get(DESCRIPTION, "")
        if self._note[:2] != (note, width):
            from venturi_tui.present.preview_markdown import markdown_lines

            laid = markdown_lines(note[:_LONGEST_NOTE], width) if note else []
            self._note = (note, width, laid)
        return self._note[2]

    # What the metrics come to

    def _sketch(self) -> None:
        """Read the points of the metrics in view; the chart reads those it shows itself."""
        ready = self._curves.is_drawn or self._curves.size.area == 0
        keys = [key for key in self._card.labels_in_view if ready or key != self._key]
        self._sketches.want(self._run, keys)

    def on_curves_pane_ready(self, event: CurvesPane.Ready) -> None:
        """The chart's points can be drawn small, too."""
        event.stop()
        self._sketch()

    def on_lines_scrolled(self, event: Lines.Scrolled) -> None:
        """Other metrics came into view."""
        event.stop()
        self._following.soon()

    def on_history_read(self, event: messages.HistoryRead) -> None:
        """Points of a metric are here."""
        self._sketches.took(event)

    def on_metric_sketched(self, event: messages.MetricSketched) -> None:
        """Show what a metric comes to."""
        if self._sketches.took_sketch(event) and self._showing is None:
            self._showing = self.set_timer(_SHOW_AFTER, self._show_sketches)

    def _show_sketches(self) -> None:
        self._showing = None
        self._show_card()

    # The runs around

    def on_kin_read(self, event: messages.KinRead) -> None:
        """Show the runs around this one, and its models."""
        if (event.kin, event.models) != (self._kin, self._models):
            self._kin, self._models = event.kin, event.models
            self._show_card()

    def on_lines_cursor_moved(self, event: Lines.CursorMoved) -> None:
        """The curve follows when the cursor rests on a metric."""
        event.stop()
        self._following.soon()

    def _follow(self) -> None:
        self._sketch()
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
        if self.host.screen is not self:
            return
        self._sketch()
        if self._live.on and self._run.status == "RUNNING":
            self._curves.follow()
            self.loader.runs(self, (self._run.run_id,), kind="live")

    def on_runs_read(self, event: messages.RunsRead) -> None:
        """News of the run, or another run that is to be opened."""
        if event.run_ids != (self._run.run_id,):
            self._open_read(event)
        elif not event.runs:
            self.say("this run is gone from the store")
        elif event.runs[0] != self._run:
            self._run = event.runs[0]
            self._fill()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """What is shown stays."""
        if not self._sketches.failed(event):
            self.say_error(event.error)

    def on_curves_pane_failed(self, event: CurvesPane.Failed) -> None:
        """What is drawn stays."""
        event.stop()
        self.say_error(event.error)

    # Actions

    def act_open(self) -> None:
        """Go where a line leads, or show its value whole."""
        line = self._card.line if self.focused is self._card else None
        if line is not None and line.way is not None:
            self._go(line.way)
        else:
            self.open_line(self._card)

    def _go(self, way: Way) -> None:
        if way.kind == "files":
            self.open_artifacts(self._run, way.word)
        elif way.kind == "model":
            self.open_artifacts(self._run, model=way.word)
        else:
            near = (*self._kin.children, *([self._kin.parent] if self._kin.parent else []))
            known = {run.run_id: run for run in near}
            if way.word in known:
                self._open_run(known[way.word])
            else:
                self._wanted_run = way.word
                self.loader.runs(self, (way.word,), kind="opened")

    def _open_read(self, event: messages.RunsRead) -> None:
        if event.run_ids != (self._wanted_run,):
            return
        self._wanted_run = ""
        if event.runs:
            self._open_run(event.runs[0])
        else:
            self.say("this run is gone from the store")

    def _open_run(self, run: Run) -> None:
        screen = RunScreen(self.loader, self.standing, run, self._moment, self._key)
        plotting = self._curves.plotting
        screen.curves.share(plotting.histories, plotting.looks, Sight())
        self.open(screen, lambda _: self.looks_turned())

    def on_lines_opened(self, event: Lines.Opened) -> None:
        """A line was double-clicked."""
        event.stop()
        self.act_open()

    def act_refresh(self) -> None:
        """Read the run again."""
        self.loader.runs(self, (self._run.run_id,))
        self._curves.read_again()
        self._sketches.forget()
        ask_around(self.loader, self, self._run)
        self._sketch()

    def act_live(self, seconds: str | None = None) -> None:
        """Follow the run, or not, or look every so many seconds."""
        self.say(self._live.turn(seconds))

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
