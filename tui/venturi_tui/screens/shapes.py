"""The screen of a picture over runs: histogram, bars, scatter or parallel coordinates."""

from __future__ import annotations

from math import isfinite

from textual.app import ComposeResult
from textual.message import Message

from venturi.browse.first import FirstRuns, read_first, read_named
from venturi.connection import Connection
from venturi_tui import messages
from venturi_tui.actions import Need, Where
from venturi_tui.loading import Loading
from venturi_tui.present.chart import Drawing
from venturi_tui.present.chart.bars import BarList
from venturi_tui.present.chart.frame import ShapeOptions
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.run_columns import RunColumn, columns_of, key_of
from venturi_tui.present.run_picture import (
    BarsSight,
    PictureKind,
    RunPicture,
    bar_list,
    draw_picture,
    run_picture,
)
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.shape_actions import ShapeActions
from venturi_tui.screens.shape_choices import Asked
from venturi_tui.widgets.bars import Footer, Standing
from venturi_tui.widgets.chart_mouse import ChartMouse
from venturi_tui.widgets.curve_pane import CurvePane
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.palette import palette_of

MOST_READ = 20_000
"""So many runs are read for a picture; of more, the first ones."""

_BARS = ("2", "bars")
_METRIC = ("m", "another metric")


class RunsForPicture(Message, bubble=False):
    """The runs of a picture are here, and what they have."""

    def __init__(self, found: FirstRuns, columns: list[RunColumn]) -> None:
        super().__init__()
        self.found = found
        self.columns = columns


Bars = tuple[tuple[int, ShapeOptions], BarList]
"""Bars, and the width and looks that they are laid out for."""


class PictureDrawn(Message, bubble=False):
    """A picture over runs; `drawing` is None when there is nothing to draw."""

    def __init__(
        self,
        number: int,
        picture: RunPicture,
        drawing: Drawing | None = None,
        sight: BarsSight | None = None,
        bars: Bars | None = None,
    ) -> None:
        super().__init__()
        self.number = number
        self.picture = picture
        self.drawing = drawing
        self.sight = sight
        self.bars = bars


class _PicturePane(CurvePane):
    """A pane that wants another drawing when the theme changes: its colours are in it."""

    def notify_style_update(self) -> None:
        """The theme may have changed."""
        super().notify_style_update()
        if self.is_mounted and self.drawing is not None:
            self.post_message(self.Resized(self))


class ShapesScreen(ShapeActions):
    """Reads runs, and has them drawn; what is drawn stays until the next picture is here.

    Args:
        loader: Reads and draws.
        standing: What the header says.
        asked: Which runs.
        key: The metric that is drawn first, where the runs have it.
        kind: What is drawn first.
    """

    def __init__(
        self, loader: Loading, standing: Standing, asked: Asked, key: str, kind: PictureKind
    ) -> None:
        super().__init__(loader, standing, asked, _PicturePane(id="picture"), key, kind)
        self._found: FirstRuns | None = None
        self._runs_of: object = None
        self._bars: Bars | None = None
        self._asking = 0
        self._number = 0
        self._drawn_of: object = None

    def compose(self) -> ComposeResult:
        """The picture between two bars."""
        yield self.header
        yield self.pane
        yield Footer()

    def on_mount(self) -> None:
        """Ask."""
        self.set_focus(self.pane)
        self.act_refresh()

    def on_unmount(self) -> None:
        """Nobody waits any more for what is still being read."""
        self._asking += 1

    def places(self) -> tuple[Where, ...]:
        """A picture; bars are a list too."""
        lists = (Where.LIST,) if self.kind is PictureKind.BARS else ()
        return (Where.PICTURE, *lists, *super().places())

    def facts(self) -> set[Need]:
        """What is there."""
        known = {Need.ROWS, *((Need.METRICS,) if self.metrics else ())}
        if self._is_drawn:
            known.add(Need.CURVE)
        return known

    @property
    def _is_drawn(self) -> bool:
        return self.pane.drawing is not None and self.pane.notice is None

    # Reading

    def act_refresh(self) -> None:
        """Read the runs, again."""
        asked = self.asked
        self._asking += 1
        number = self._asking
        if not self._is_drawn:
            self.pane.set_notice(loading("runs"))
        self._say_progress(0)

        def wanted() -> bool:
            return number == self._asking

        def told(count: int) -> None:
            if wanted():
                self.post_message(messages.ReadSoFar(asked.query, count))

        def read(place: Connection) -> Message | None:
            if asked.run_ids:
                found = read_named(place.tracking, asked.run_ids, told, wanted)
            else:
                found = read_first(place.tracking, asked.query, MOST_READ, told, wanted)
            return RunsForPicture(found, columns_of(found.runs)) if wanted() else None

        self.loader.ask(self, "picture", asked, read)

    def on_read_so_far(self, event: messages.ReadSoFar) -> None:
        """Say how far reading has come."""
        self._say_progress(event.count)

    def _say_progress(self, count: int) -> None:
        expected = len(self.asked.run_ids) or self.asked.expected
        of = f" of {exact_count(min(expected, MOST_READ))}" if expected else ""
        set_frame(self.pane, "Picture of runs", f"{exact_count(count)}{of} runs read …")

    def on_runs_for_picture(self, event: RunsForPicture) -> None:
        """Draw them."""
        self._found = event.found
        self.runs, self.columns, self.is_cut = event.found.runs, event.columns, event.found.is_cut
        known = self.metrics
        if self.key not in known and known:
            self.key = known[0]
        self.draw()
        self.update_footer()

    # Drawing

    def draw(self) -> None:
        """Have the picture drawn, in a thread."""
        width, height = self.pane.room
        if self._found is None or min(width, height) <= 0:
            return
        if not self.metrics:
            self._say_nothing(self._no_metrics())
            return
        wish, runs, sight = self.wish, self.runs, self.sight
        options = ShapeOptions(header=False, theme=palette_of(self.pane).chart)
        wanted = wish, id(runs), width, height, options, sight
        if wanted == self._drawn_of:
            self._say_picture()
            return
        self._drawn_of = wanted
        self._number += 1
        number, styles, held, bars = self._number, self.asked.styles, self._pictured, self._bars
        if held is None or bars is None or bars[0] != (width, options):
            bars = None

        def job() -> Message:
            picture = run_picture(runs, wish) if held is None else held
            if nothing_in(picture) is not None:
                return PictureDrawn(number, picture)
            if wish.kind is not PictureKind.BARS:
                drawing = draw_picture(picture, styles, (width, height), options)
                return PictureDrawn(number, picture, drawing)
            laid = bars or ((width, options), bar_list(picture, styles, width, options))
            seen = sight.within(len(picture.runs), height)
            return PictureDrawn(
                number, picture, laid[1].draw(height, seen.first, seen.cursor), seen, laid
            )

        self.loader.work(self, "chart", ("chart", number), job)

    @property
    def _pictured(self) -> RunPicture | None:
        """The picture that is shown, when only its size or cursor is another now."""
        picture = self.picture
        same = picture is not None and picture.wish == self.wish and self._runs_of is self.runs
        return picture if same else None

    def on_picture_drawn(self, event: PictureDrawn) -> None:
        """A picture is here; one that is no longer wanted is dropped."""
        if event.number != self._number:
            return
        self.picture, self._runs_of, self._bars = event.picture, self.runs, event.bars
        if event.drawing is None:
            self._say_nothing(nothing_in(event.picture))
        else:
            self.sight = event.sight or self.sight
            self.pane.show(event.drawing)
        self._say_picture()
        self.update_footer()

    def _say_nothing(self, notice: Notice | None) -> None:
        self.pane.set_notice(notice)
        self._drawn_of = None
        set_frame(self.pane, "Picture of runs", self._runs_words())

    def _no_metrics(self) -> Notice:
        keys = (("r", "look again"), ("esc", "back"))
        if self.runs:
            return Notice(Look.NONE, "no metric was logged by these runs", "", keys)
        words = "the marked runs are gone" if self.asked.run_ids else "no run matches"
        return Notice(Look.NONE, words, safe(self.asked.filter_text), keys)

    def _say_picture(self) -> None:
        picture, drawing = self.picture, self.pane.drawing
        if picture is None:
            return
        title = ", ".join([f"{picture.title} ─ {self._runs_words()}", *picture.notes])
        only = self.asked.filter_text if not self.asked.run_ids else ""
        below = ""
        if self.pane.notice is None and drawing is not None:
            below = self._below(picture, drawing)
        set_frame(self.pane, f"{title} ─ {only}" if only else title, below)

    def _runs_words(self) -> str:
        """How many runs are looked at: all of them, or the first ones."""
        count = exact_count(len(self.runs))
        kind = "marked run" if self.asked.run_ids else "run"
        if not self.is_cut or self._found is None:
            return f"{count} {kind}{'' if len(self.runs) == 1 else 's'}"
        total = self._found.total
        return f"first {count} of {'more' if total is None else exact_count(total)} runs"

    def _below(self, picture: RunPicture, drawing: Drawing) -> str:
        """What is seen of bars, or what the drawing has left out."""
        if picture.wish.kind is PictureKind.BARS:
            first = self.sight.first + 1
            last = min(self.sight.first + drawing.height, len(picture.runs))
            count = exact_count(len(picture.runs))
            return f"{exact_count(first)} to {exact_count(last)} of {count}"
        said = [note for note in drawing.notes[1:] if note not in picture.notes]
        return " · ".join(said)

    # Answers that are none

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """Runs could not be read, or not be drawn; what is drawn stays."""
        self._drawn_of = None
        if self._is_drawn:
            self._say_picture()
            self.say_error(event.error)
        else:
            set_frame(self.pane, "Picture of runs", "not read")
            self.pane.set_notice(failed(event.error))
        self.update_footer()

    # The pane

    def on_curve_pane_resized(self, event: CurvePane.Resized) -> None:
        """Draw for the new size."""
        event.stop()
        self.draw()

    def on_chart_mouse_pointed(self, event: ChartMouse.Pointed) -> None:
        """A bar was clicked."""
        event.stop()
        self.go(self.sight.first + event.row)

    def on_chart_mouse_doubled(self, event: ChartMouse.Doubled) -> None:
        """A bar was clicked twice."""
        event.stop()
        self.act_open()

    def on_chart_mouse_wheeled(self, event: ChartMouse.Wheeled) -> None:
        """Move along the bars."""
        event.stop()
        self.go(self.sight.cursor + (3 if event.factor > 1 else -3))

    def on_chart_mouse_dragged(self, event: ChartMouse.Dragged) -> None:
        """There is nothing to move."""
        event.stop()


def nothing_in(picture: RunPicture) -> Notice | None:
    """Why there is nothing to draw; None when there is something."""
    wish, key = picture.wish, safe(picture.wish.key)
    if wish.kind is PictureKind.SCATTER and len(wish.columns) < 2:
        return Notice(Look.NONE, f"these runs have nothing to hold {key} against", "", (_BARS,))
    if not picture.runs:
        both = [safe(key_of(name)) for name in reversed(wish.columns)]
        words = f"both {both[0]} and {both[1]}" if len(both) == 2 else key
        keys = (_METRIC, ("p", "against something else")) if len(both) == 2 else (_METRIC,)
        return Notice(Look.NONE, f"none of the runs has {words}", "", keys)
    if wish.kind in (PictureKind.HISTOGRAM, PictureKind.SCATTER):
        return _no_numbers(picture, key)
    return None


def _no_numbers(picture: RunPicture, key: str) -> Notice | None:
    """Why no value has a place on the metric's axis; None when one has."""
    values = [run.latest[picture.wish.key].value for run in picture.runs]
    finite = [value for value in values if isfinite(value)]
    if not finite:
        words = f"{key} is not a finite number in any run"
        return Notice(Look.NONE, words, "", (_METRIC, _BARS))
    if picture.is_log and max(finite) <= 0:
        words = f"no {key} is above 0, as a logarithmic axis wants"
        return Notice(Look.NONE, words, "", (("L", "straight axis"), _METRIC))
    return None
