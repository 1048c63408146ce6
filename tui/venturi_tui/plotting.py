"""What the pane of curves shows: which metric, over what, and the histories read so far."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from venturi.curves.series import Series, XAxis, series_from
from venturi.records import History, Run
from venturi_tui.messages import CurveWish
from venturi_tui.present.words import duration, exact_count, number, safe, timestamp

if TYPE_CHECKING:
    from venturi_tui.present.chart import (
        ChartLine,
        ChartOptions,
        ChartTheme,
        Drawing,
        PlotArea,
        SeriesStyle,
    )

MOST_LINES = 24
"""More curves than this in one picture tell nothing."""

POINTS_KEPT = 1_500_000
_SMOOTHINGS = (0.0, 0.3, 0.6, 0.9, 0.97)
_AXES = (XAxis.STEP, XAxis.TIME, XAxis.RELATIVE)
_NARROWEST = 1e-6


class Plotting:
    """One metric of several runs, as one wants to see it."""

    def __init__(self) -> None:
        self.key = ""
        self.axis = XAxis.STEP
        self.log = False
        self.smoothing = 0.0
        self.window: tuple[float, float] | None = None
        self.cursor: float | None = None
        self.area: PlotArea | None = None
        self._whole: tuple[float, float] | None = None
        self._read_at: float | None = None
        self._histories: OrderedDict[tuple[str, str], History] = OrderedDict()
        self._series: dict[tuple[str, str], tuple[History, XAxis, Series]] = {}

    # Histories

    def choose(self, key: str) -> None:
        """Show another metric."""
        if key != self.key:
            self.key = key
            self.show_all()
            self.cursor = None

    def wishes(self, runs: Sequence[Run]) -> list[CurveWish]:
        """Histories that are not here yet."""
        return [
            CurveWish(run.run_id, self.key)
            for run in runs
            if self.key in run.latest and (run.run_id, self.key) not in self._histories
        ]

    def news(self, runs: Sequence[Run]) -> list[CurveWish]:
        """What to ask to learn what running runs have logged since."""
        wishes: list[CurveWish] = []
        for run in runs:
            held = self._histories.get((run.run_id, self.key))
            if run.status == "RUNNING" and self.key:
                last = held.steps[-1] if held else None
                wishes.append(CurveWish(run.run_id, self.key, last))
        return wishes

    def take(self, wish: CurveWish, history: History) -> bool:
        """Keep a history, or what is new of it; True when that changes the curve."""
        place = (wish.run_id, wish.key)
        held = self._histories.get(place)
        if held is not None and wish.from_step is not None:
            history = joined(held, history, wish.from_step)
        if held is not None and _alike(held, history):
            return False
        self._histories[place] = history
        self._histories.move_to_end(place)
        while sum(map(len, self._histories.values())) > POINTS_KEPT and len(self._histories) > 1:
            forgotten, _ = self._histories.popitem(last=False)
            self._series.pop(forgotten, None)
        return True

    def forget(self) -> None:
        """Read everything again when it is needed."""
        self._histories.clear()
        self._series.clear()

    # Lines

    def lines(self, runs: Sequence[tuple[Run, SeriesStyle]]) -> list[ChartLine]:
        """The curves of which the points are here. What draws charts is loaded with the first."""
        from venturi_tui.present.chart import ChartLine

        drawn: list[ChartLine] = []
        for run, style in runs:
            history = self._histories.get((run.run_id, self.key))
            if history is not None and len(history):
                self._histories.move_to_end((run.run_id, self.key))
                series = self._series_of(run, history)
                drawn.append(ChartLine(safe(run.run_name) or run.run_id[:8], series, style))
        return drawn

    def _series_of(self, run: Run, history: History) -> Series:
        place = (run.run_id, self.key)
        held = self._series.get(place)
        if held is None or held[0] is not history or held[1] is not self.axis:
            series = series_from(history, self.axis, run.start_time, safe(run.run_name))
            held = self._series[place] = (history, self.axis, series)
        return held[2]

    def options(self, theme: ChartTheme, lines: int, focus: int | None) -> ChartOptions:
        """How to draw so many lines."""
        from venturi_tui.present.chart import Band, ChartOptions

        return ChartOptions(
            x_axis=self.axis,
            y_log=self.log,
            smoothing=self.smoothing,
            x_window=self.window,
            band=Band.FOCUS if self.smoothing else Band.NONE,
            focus=focus if lines > 1 else None,
            cursor=self.cursor,
            theme=theme,
        )

    def drawn(self, drawing: Drawing) -> None:
        """Remember where the curves lie in a drawing."""
        self.area = drawing.area
        found = [reading.x for reading in drawing.readings if reading is not None]
        self._read_at = found[-1] if found else None
        if self.window is None and drawing.area is not None:
            self._whole = drawing.area.x

    # Looking closer

    def more_smoothing(self) -> None:
        """The next step of smoothing; after the last, none."""
        above = [weight for weight in _SMOOTHINGS if weight > self.smoothing]
        self.smoothing = above[0] if above else 0.0

    def next_axis(self) -> None:
        """Step, time, relative time, and round again."""
        self.axis = _AXES[(_AXES.index(self.axis) + 1) % len(_AXES)]
        self.show_all()
        self.cursor = None

    def show_all(self) -> None:
        """The whole curve."""
        self.window = None
        self._whole = None

    def move_cursor(self, columns: int) -> None:
        """Move the cursor by columns of the drawing; it appears at the end it comes from."""
        if self.area is None:
            return
        low, high = self.area.left, self.area.left + self.area.columns - 1
        at = None if self.cursor is None else self.area.column_of(self.cursor)
        if at is None:
            at = high + 1 if columns < 0 else low - 1
        self.point(max(low, min(high, at + columns)))

    def point(self, column: int) -> None:
        """Put the cursor in a column of the drawing."""
        if self.area is not None:
            low, high = self.area.left, self.area.left + self.area.columns - 1
            self.cursor = self.area.x_at(max(low, min(high, column)))

    def zoom(self, factor: float) -> None:
        """Show `factor` times as much of x, around the cursor or the middle."""
        if self.area is None or self._whole is None:
            return
        low, high = self.window or self._whole
        middle = (low + high) / 2 if self.cursor is None else self.cursor
        whole = self._whole[1] - self._whole[0]
        size = max((high - low) * factor, whole * _NARROWEST)
        if size >= whole:
            self.window = None
            return
        start = max(self._whole[0], min(middle - size / 2, self._whole[1] - size))
        self.window = (start, start + size)

    # Words

    @property
    def title(self) -> str:
        """`val/loss ─ smooth 0.6, log, time`."""
        about = [f"smooth {self.smoothing:g}"] if self.smoothing else []
        about += ["log"] if self.log else []
        about.append(self.axis.value)
        return f"{safe(self.key)} ─ {', '.join(about)}" if self.key else "curves"

    @property
    def read_out(self) -> str:
        """Where the point is that is read, in words; empty without a cursor."""
        if self.cursor is None:
            return ""
        at = self.cursor if self._read_at is None else self._read_at
        if self.axis is XAxis.TIME:
            return timestamp(round(at))
        if self.axis is XAxis.RELATIVE:
            return f"after {duration(round(at * 1000))}"
        return f"step {exact_count(round(at)) if abs(at) < 1e12 else number(at)}"


def joined(held: History, news: History, from_step: int) -> History:
    """A history whose points from a step on are replaced by newer readings."""
    end = bisect_left(held.steps, from_step)
    return History(
        held.run_id,
        held.key,
        _replaced(held.steps, news.steps, end),
        _replaced(held.timestamps, news.timestamps, end),
        _replaced_values(held.values, news.values, end),
    )


def _replaced(held: array[int], news: array[int], end: int) -> array[int]:
    return held[:end] + news


def _replaced_values(held: array[float], news: array[float], end: int) -> array[float]:
    return held[:end] + news


def _alike(one: History, other: History) -> bool:
    """Whether two readings hold the same points; NaN is the same as NaN."""
    return (
        len(one) == len(other)
        and one.steps == other.steps
        and one.values.tobytes() == other.values.tobytes()
    )
