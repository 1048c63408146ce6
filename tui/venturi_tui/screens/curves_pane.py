"""The pane of curves: reads histories, has them drawn, and follows runs that are running."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from textual.app import App
from textual.message import Message

from venturi.errors import VenturiError
from venturi.records import Run
from venturi_tui import messages
from venturi_tui.loading import Loading
from venturi_tui.plotting import MOST_LINES, Histories, Looks, Plotting, Sight
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.words import safe
from venturi_tui.screens.curve_reading import CurveReading
from venturi_tui.widgets.chart_mouse import ChartMouse
from venturi_tui.widgets.curve_pane import CurvePane
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.palette import palette_of

if TYPE_CHECKING:
    from venturi_tui.brush import Brush, Painted
    from venturi_tui.present.chart import SeriesStyle


class CurvesPane(CurvePane):
    """Curves of one metric: those of the marked runs, and of the run under the cursor."""

    @dataclass
    class Failed(Message):
        """A curve could not be read; what was drawn is still there."""

        error: VenturiError

    class Ready(Message):
        """There are curves to look at closer now."""

    @dataclass
    class Chosen(Message):
        """Another metric is drawn."""

        key: str

    def __init__(self, loading: Loading, *, id: str = "curves") -> None:  # noqa: A002
        super().__init__(id=id)
        self._loading = loading
        self._take_plotting(Plotting())
        self._runs: list[tuple[Run, SeriesStyle]] = []
        self._focus: str | None = None
        self._number = 0
        self._drawn_of: object = None
        self._kept: object = None
        self._painted: Painted | None = None
        self._painting = Lock()

    @property
    def brush(self) -> Brush | None:
        """What draws curves in pixels; None for dots."""
        app: App[object] = self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return getattr(app, "brush", None)

    def _take_plotting(self, plotting: Plotting) -> None:
        self.plotting = plotting
        self._reading = CurveReading(self._loading, self, plotting.histories)

    def share(self, histories: Histories, looks: Looks, sight: Sight) -> None:
        """Show the same points in the same way as other charts."""
        self._take_plotting(Plotting(histories, looks, sight))

    # What to show

    def show_runs(self, runs: Sequence[tuple[Run, SeriesStyle]], focus: str | None) -> None:
        """Show the curves of these runs, that of run id `focus` on top."""
        self._runs = list(runs)[-MOST_LINES:]
        self._focus = focus
        self.update_curves()

    def choose(self, key: str) -> None:
        """Show another metric."""
        if key != self.plotting.key:
            self.plotting.choose(key)
            self.post_message(self.Chosen(key))
        self.update_curves()

    def read_again(self) -> None:
        """Forget what was read, and read it again; what is drawn stays until that is here."""
        self._kept = self._subject if self.is_drawn else None
        self.plotting.forget()
        self._reading.try_again()
        self.update_curves()

    @property
    def _subject(self) -> tuple[str, list[str]]:
        """What curves are of: a metric and runs."""
        return self.plotting.key, self.run_ids

    @property
    def _is_kept(self) -> bool:
        """Whether what is drawn is of the same curves, as they were before they were read again."""
        return self.is_drawn and self._kept == self._subject

    @property
    def shown(self) -> list[tuple[Run, SeriesStyle]]:
        """The runs that are drawn, with their styles."""
        return list(self._runs)

    @property
    def run_ids(self) -> list[str]:
        """Ids of the runs that are drawn."""
        return [run.run_id for run, _ in self._runs]

    @property
    def is_drawn(self) -> bool:
        """Whether there is a curve to look at closer."""
        return self.notice is None and self.drawing is not None

    @property
    def has_running(self) -> bool:
        """Whether one of the runs is still running."""
        return any(run.status == "RUNNING" for run, _ in self._runs)

    def update_curves(self) -> None:
        """Read what is missing, and draw what is here."""
        if min(self.room) <= 0:
            return
        runs = [run for run, _ in self._runs]
        key = self.plotting.key
        self.plotting.histories.want((run.run_id, key) for run in runs)
        self._reading.want(self.plotting.wishes(runs))
        self.draw()

    def follow(self) -> None:
        """Ask what running runs have logged since; costs what is new."""
        if min(self.room) > 0:
            self._reading.add(self.plotting.news([run for run, _ in self._runs]))

    def take_news(self, runs: Sequence[Run]) -> None:
        """Runs were read again: read what those that have gone on have logged."""
        news = {run.run_id: run for run in runs}
        self._runs = [(news.get(run.run_id, run), style) for run, style in self._runs]
        key = self.plotting.key
        self._reading.add(self.plotting.histories.wishes(runs, key))
        self._reading.add(self.plotting.histories.late(runs, key))

    # Drawing

    def draw(self) -> None:
        """Have the curves drawn, in a thread."""
        self._update_frame()
        width, height = self.room
        lines = self.plotting.lines(self._runs)
        if min(width, height) <= 0:
            return
        if not lines:
            self._say_nothing()
            return
        focus = self.plotting.line_of(self._focus)
        options = self.plotting.options(palette_of(self).chart, len(lines), focus)
        self._reading.add(self.plotting.closer([run for run, _ in self._runs]))
        brush = None if palette_of(self).theme.ansi else self.brush
        wanted = lines, width, height, options, brush
        if wanted == self._drawn_of and self.is_drawn:
            return
        self._drawn_of = wanted
        self._number += 1
        number = self._number

        def job() -> Message | None:
            if brush is not None:
                with self._painting:  # one after another, and only what is still wanted
                    if number != self._number:
                        return None
                    painted = brush.paint(lines, width, height, options, self._painted)
                return messages.ChartDrawn(number, painted.drawing, painted)
            from venturi_tui.present.chart import draw_chart

            return messages.ChartDrawn(number, draw_chart(lines, width, height, options))

        self._loading.work(self, "chart", ("chart", number), job)

    def _say_nothing(self) -> None:
        self._drawn_of = None
        self._number += 1
        error = self._reading.error(self.plotting.key)
        if self._reading.is_reading(self.plotting.key):
            if self.drawing is None:
                self.set_notice(loading("curves"))
        elif error is not None:
            if not self._is_kept:
                self.set_notice(failed(error))
        elif not self._runs:
            self.set_notice(Notice(Look.NONE, "no run to draw"))
        elif not self.plotting.key:
            name = safe(self._runs[-1][0].run_name)
            self.set_notice(Notice(Look.NONE, f"{name} has logged no metrics"))
        else:
            key = safe(self.plotting.key)
            words = f"no {key} here" if len(self._runs) > 1 else f"this run has no {key}"
            self.set_notice(Notice(Look.NONE, words, "", (("m", "another metric"),)))

    def _update_frame(self) -> None:
        lacks = self.is_drawn and self._reading.error(self.plotting.key) is not None
        below = "✗ not read, r tries again" if lacks else self.plotting.read_out
        set_frame(self, self.plotting.title, below)

    # Answers

    def on_history_read(self, event: messages.HistoryRead) -> None:
        """Points of a curve are here."""
        changed = self._reading.took(event)
        if event.wish.key == self.plotting.key and (changed or not self.is_drawn):
            self.draw()

    def on_chart_drawn(self, event: messages.ChartDrawn) -> None:
        """A drawing is here; one that is no longer wanted is dropped."""
        if event.number != self._number:
            return
        moved = self.plotting.drawn(event.drawing)
        if not self.is_drawn:
            self.post_message(self.Ready())
        self._painted = painted = event.painted
        if painted is None:
            self.show(event.drawing)
        else:
            self.show(event.drawing, painted.picture, painted.cursor)
        self._update_frame()
        if moved:
            self.draw()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """A curve could not be read, or not be drawn."""
        wish = self._reading.failed(event)
        if wish is None:
            self._drawn_of = None
        elif wish.key != self.plotting.key:
            return
        if self._is_kept or self.plotting.lines(self._runs):
            self._update_frame()
            self.post_message(self.Failed(event.error))
        else:
            self.set_notice(failed(event.error))

    def on_curve_pane_resized(self, event: CurvePane.Resized) -> None:
        """Draw for the new size."""
        event.stop()
        self.update_curves()

    def notify_style_update(self) -> None:
        """The theme may have changed: its colours are in the drawing."""
        super().notify_style_update()
        if self.is_mounted and self.drawing is not None:
            self.call_after_refresh(self.draw)

    # Looking closer

    def on_chart_mouse_pointed(self, event: ChartMouse.Pointed) -> None:
        """Read the values where the chart was clicked."""
        event.stop()
        self.plotting.point(event.column)
        self.draw()

    def on_chart_mouse_wheeled(self, event: ChartMouse.Wheeled) -> None:
        """Look closer at what is under the pointer, or from farther away."""
        event.stop()
        self.zoom(event.factor, event.column)

    def on_chart_mouse_dragged(self, event: ChartMouse.Dragged) -> None:
        """Move what is seen along with the mouse."""
        event.stop()
        if self.plotting.drag(event.columns):
            self.draw()

    def on_chart_mouse_doubled(self, event: ChartMouse.Doubled) -> None:
        """Show the whole curve."""
        event.stop()
        self.zoom_all()

    def read_out(self, columns: int) -> None:
        """Move the cursor and read the values there."""
        self.plotting.move_cursor(columns)
        self.draw()

    def leave_cursor(self) -> bool:
        """Take the cursor and the zoom away; False when there is none."""
        had = self.plotting.sight.leave()
        if had:
            self.draw()
        return had

    def zoom(self, factor: float, column: int | None = None) -> None:
        """Show `factor` times as much of x."""
        self.plotting.zoom(factor, column)
        self.draw()

    def zoom_all(self) -> None:
        """Show the whole curve."""
        self.plotting.show_all()
        self.draw()

    def pan(self, part: float) -> bool:
        """Move what is seen by a part of its width; False when all is seen."""
        moved = self.plotting.pan(part)
        if moved:
            self.draw()
        return moved

    def turned(self) -> None:
        """The looks have changed, or other charts have taken points away: draw anew."""
        self.update_curves()
