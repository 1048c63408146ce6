"""Small charts of the metrics on a page: drawn one after another, each when it looks different."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from venturi.curves.series import XAxis
from venturi.errors import VenturiError
from venturi.records import Run
from venturi_tui import messages
from venturi_tui.loading import Loading
from venturi_tui.plotting import Histories, Looks, Plotting, Sight, bundles_of
from venturi_tui.plotting.alignment import shared_time
from venturi_tui.present.chart import ChartLine, SeriesStyle
from venturi_tui.present.chart_titles import Sign, title_line
from venturi_tui.present.pieces import Line, Role, fitted
from venturi_tui.screens.curve_reading import CurveReading
from venturi_tui.widgets.chart_grid import ChartGrid
from venturi_tui.widgets.palette import palette_of

if TYPE_CHECKING:
    from venturi_tui.present.chart import Drawing

_LEAST_ROWS = 2
"""A chart needs a line for its name, and at least one to be drawn in."""

_LACKING = (("  ✗ not read, ", Role.BAD), ("r", Role.ACCENT), (" tries again", Role.DIM))


@dataclass(frozen=True, slots=True)
class Job:
    """A chart that is being drawn."""

    number: int
    key: str


class GridCharts(ChartGrid):
    """Charts that share points, looks, window and cursor.

    Args:
        loading: Reads and draws.
        histories: Points read so far.
        looks: How curves are drawn.
        sight: Window and cursor, the same in all charts.
    """

    class Changed(Message):
        """Another chart has the focus, another page is seen, or there is more to do now."""

    @dataclass
    class Failed(Message):
        """A curve could not be read."""

        error: VenturiError

    def __init__(self, loading: Loading, histories: Histories, looks: Looks, sight: Sight) -> None:
        super().__init__()
        self._loading = loading
        self._histories = histories
        self.looks = looks
        self.sight = sight
        self._reading = CurveReading(loading, self, histories)
        self._runs: list[tuple[Run, SeriesStyle]] = []
        self._focused_run: str | None = None
        self._plots: dict[str, Plotting] = {}
        self.key = ""
        self._stale: dict[str, None] = {}
        self._drawn_of: dict[str, object] = {}
        self._job: Job | None = None
        self._number = 0
        self._kept: set[str] = set()

    @property
    def runs(self) -> list[Run]:
        """The runs whose metrics are shown."""
        return [run for run, _ in self._runs]

    @property
    def is_drawn(self) -> bool:
        """Whether there is a chart to look at closer."""
        return self.plotting.area is not None

    @property
    def plotting(self) -> Plotting:
        """The chart that has the focus."""
        return self.plot_of(self.key)

    def plot_of(self, key: str) -> Plotting:
        """The chart of a metric."""
        plot = self._plots.get(key)
        if plot is None:
            plot = self._plots[key] = Plotting(self._histories, self.looks, self.sight)
            plot.key = key
        return plot

    def keys_seen(self) -> list[str]:
        """The charts on the page, the focused one first."""
        keys = [slot.key for slot in self.page.slots]
        return sorted(keys, key=lambda key: key != self.key)

    # Drawing

    def draw(self) -> None:
        """Draw all charts of the page that look different now."""
        keys = self.keys_seen()
        self._stale = {key: None for key in self._stale if key in keys}
        for key in keys:
            self._stale.setdefault(key)
        self._draw_next()

    def _draw_next(self) -> None:
        """Draw one after another, the focused one first, each when all its curves are here."""
        while self._job is None:
            key = next(self._ready(), None)
            if key is None:
                return
            del self._stale[key]
            self._draw(key)

    def _ready(self) -> Iterator[str]:
        for key in sorted(self._stale, key=lambda key: key != self.key):
            if self._reading.is_reading(key) and self._lacks_some(key):
                self._say(key, ("reading …", Role.DIM))
            else:
                yield key

    def _lacks_some(self, key: str) -> bool:
        """Whether a chart shows nothing yet and not all of its curves are here, be they sampled."""
        return not self._is_alive(key) and any(
            key in run.latest and self._histories.get(run.run_id, key) is None for run in self.runs
        )

    def _is_alive(self, key: str) -> bool:
        """Whether a chart shows curves already, so that what comes is only news of them."""
        cell = self.cell(key)
        return cell is not None and cell.drawing is not None

    def _say(self, key: str, *word: tuple[str, Role]) -> None:
        self._write_title(key, [])
        if not self._is_alive(key):
            self.set_word(key, word)

    def _draw(self, key: str) -> None:
        plot = self.plot_of(key)
        slot = self.slot(key)
        if slot is None:
            return
        lines = plot.lines(self._runs)
        if not lines and self._keeps(key):
            if self._reading.error(key) is not None:
                lead = title_line(
                    key.removeprefix(slot.group), [], slot.width, focused=key == self.key
                )
                self.set_title(key, fitted((*lead, *_LACKING), slot.width))
            return
        if not lines:
            self._drawn_of.pop(key, None)
            plot.area = None
            self._write_title(key, [])
            self.set_word(key, self._why_nothing(key))
            return
        plot.frame = self._shared_time(plot.axis)
        self._reading.add(plot.closer(self.runs))
        if slot.height < _LEAST_ROWS:
            self._write_title(key, lines)
            return
        focus = plot.line_of(self._focused_run)
        options = plot.options(palette_of(self).chart, len(lines), focus, small=True)
        width, height = slot.width, slot.height
        wanted = lines, width, height, options
        if wanted == self._drawn_of.get(key) and self._is_alive(key):
            self._write_title(key, lines)
            return
        self._drawn_of[key] = wanted
        self._number += 1
        job = self._job = Job(self._number, key)

        def draw() -> Message:
            from venturi_tui.present.chart import draw_chart

            return messages.ChartDrawn(job.number, draw_chart(lines, width, height, options))

        self._loading.work(self, "chart", job, draw)

    def _keeps(self, key: str) -> bool:
        """Whether a chart shows what is read again, or could not be."""
        is_lacking = self._reading.is_reading(key) or self._reading.error(key) is not None
        is_same = self._kept == {run.run_id for run in self.runs}
        return is_lacking and is_same and self._is_alive(key)

    def _why_nothing(self, key: str) -> Line:
        error = self._reading.error(key)
        if error is not None:
            return _LACKING
        return (("no points", Role.DIM),)

    def _shared_time(self, axis: XAxis) -> tuple[float, float] | None:
        drawn = [
            plot.whole
            for plot in map(self.plot_of, self.keys_seen())
            if plot.whole is not None and plot.axis is axis
        ]
        return shared_time(self.runs, axis, drawn)

    def on_chart_drawn(self, event: messages.ChartDrawn) -> None:
        """A chart is here; on to the next."""
        job = self._job
        if job is None or job.number != event.number:
            return
        self._job = None
        slot = self.slot(job.key)
        if slot is not None:
            if (event.drawing.width, event.drawing.height) == (slot.width, slot.height):
                self._show(job.key, event.drawing)
            else:
                self._stale.setdefault(job.key)
        self._draw_next()

    def cursor_moved(self) -> None:
        """The cursor could only move once a chart was drawn: draw it where it is now."""
        self.draw()

    def _show(self, key: str, drawing: Drawing) -> None:
        plot = self.plot_of(key)
        was_drawn = self.is_drawn
        moved = plot.drawn(drawing)
        self.set_drawing(key, drawing)
        values = [reading and reading.value for reading in drawing.readings]
        self._write_title(key, plot.lines(self._runs), values)
        if moved:
            self.cursor_moved()
        if key == self.key and (self.is_drawn != was_drawn or plot.cursor is not None):
            self.post_message(self.Changed())

    # Words

    def signs(self) -> list[Sign]:
        """Mark and name of each line."""
        return [
            self._sign(each.label, each.style, {run.run_id for run in each.runs})
            for each in bundles_of(self._runs, self.looks.by)
        ]

    def _sign(self, label: str, style: SeriesStyle, run_ids: Collection[str]) -> Sign:
        focused = self._focused_run in run_ids and len(self._runs) > 1
        return Sign(style.mark, style.color, label, focused)

    def _write_title(
        self,
        key: str,
        lines: Sequence[ChartLine],
        values: Sequence[float | None] = (),
    ) -> None:
        slot = self.slot(key)
        if slot is None:
            return
        pairs: list[tuple[Sign, float | None]] = []
        for at, line in enumerate(lines):
            value = values[at] if at < len(values) else line.series.ys[-1]
            members = self.plot_of(key).members
            run_ids = members[at] if at < len(members) else ()
            pairs.append((self._sign(line.label, line.style, run_ids), value))
        name = key.removeprefix(slot.group)
        self.set_title(key, title_line(name, pairs, slot.width, focused=key == self.key))
