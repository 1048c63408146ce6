"""One chart: which metric, how it is looked at, its curves, and what it says in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from venturi.browse.curves import Curve
from venturi.curves.group import Group, Spread, group
from venturi.curves.series import Series, XAxis
from venturi.records import Run
from venturi_tui.messages import CurveWish
from venturi_tui.plotting.bundles import Bundle, bundles_of
from venturi_tui.plotting.histories import Histories
from venturi_tui.plotting.sight import Looks, Range, Sight, is_system
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

_FIRST_PART = 1e-3
"""Where a logarithmic axis begins, as a part of its end, when curves begin at 0 or below."""


class Plotting:
    """One metric of several runs, as one wants to see it.

    Args:
        histories: Points read so far; charts may share them.
        looks: How curves are drawn; charts may share it.
        sight: Window and cursor; charts may share them.

    `frame` is what is seen of x when nothing is zoomed; None for the whole.
    """

    def __init__(
        self,
        histories: Histories | None = None,
        looks: Looks | None = None,
        sight: Sight | None = None,
    ) -> None:
        self.key = ""
        self.histories = histories or Histories()
        self.looks = looks or Looks()
        self.sight = sight or Sight()
        self.area: PlotArea | None = None
        self._area_of: object = None
        self._waiting: dict[tuple[str, XAxis], int] = {}
        self._whole: tuple[XAxis, Range] | None = None
        self.frame: Range | None = None
        self.members: list[set[str]] = []
        self._notes: tuple[str, ...] = ()
        self._means: dict[str, tuple[tuple[Series, ...], Spread, Group]] = {}
        self._read_at: float | None = None

    @property
    def axis(self) -> XAxis:
        """What the metric is drawn over."""
        return self.looks.axis_of(self.key)

    @property
    def _place(self) -> tuple[str, XAxis]:
        return self.key, self.axis

    @property
    def _view(self) -> object:
        """What a drawing is of: where things lie in it holds as long as this is the same."""
        return self.key, self.axis, self.x_log, self.window

    @property
    def window(self) -> Range | None:
        """What part of x is seen; None for the whole."""
        return self.sight.window(self.axis)

    @property
    def whole(self) -> Range | None:
        """From the first point to the last; None while there is none, or another axis was drawn."""
        held = self._whole
        return held[1] if held is not None and held[0] is self.axis else None

    @property
    def x_log(self) -> bool:
        """Whether x is logarithmic."""
        return self.looks.has_log_x(self.axis)

    @property
    def _all(self) -> Range | None:
        """All there is to look closer at; of a logarithmic axis what is above 0."""
        if not self.x_log or self.whole is None:
            return (self.frame or self.whole) if self.whole is not None else None
        low, high = self.whole
        if low <= 0:
            low = min(1.0, high * _FIRST_PART)
        return (low, high) if 0 < low < high else None

    @property
    def cursor(self) -> float | None:
        """Where the cursor is; None without one."""
        return self.sight.cursor(self.axis)

    # Histories

    def choose(self, key: str) -> None:
        """Show another metric."""
        if key != self.key:
            self.key = key
            self._whole = None
            self.sight.leave()

    def wishes(self, runs: Sequence[Run]) -> list[CurveWish]:
        """Histories that are not here yet."""
        return self.histories.wishes(runs, self.key)

    def news(self, runs: Sequence[Run]) -> list[CurveWish]:
        """What to ask to learn what running runs have logged since."""
        return self.histories.news(runs, self.key)

    def closer(self, runs: Sequence[Run]) -> list[CurveWish]:
        """What to ask so that long curves show everything in the window."""
        return self.histories.closer(runs, self.key, self.axis, self.window)

    def take(self, wish: CurveWish, history: Curve) -> bool:
        """Keep a history, or what is new of it; True when that changes the curve."""
        return self.histories.take(wish, history)

    def forget(self) -> None:
        """Read everything again when it is needed."""
        self.histories.forget()

    # Lines

    def lines(self, runs: Sequence[tuple[Run, SeriesStyle]]) -> list[ChartLine]:
        """The curves of which the points are here. What draws charts is loaded with the first."""
        drawn: list[ChartLine] = []
        self.members = []
        self._notes = self.histories.notes((run for run, _ in runs), self.key)
        for bundle in bundles_of(runs, self.looks.by):
            found = [self.histories.series(run, self.key, self.axis) for run in bundle.runs]
            series = [each for each in found if each is not None]
            if not series:
                continue
            self.members.append({each.run_id for each in series})
            drawn.append(self._line(bundle, tuple(series)))
        ends = [(line.series.xs[0], line.series.xs[-1]) for line in drawn]
        if ends:
            whole = min(low for low, _ in ends), max(high for _, high in ends)
            self._whole = self.axis, whole
            self.sight.reach(self.axis, whole[1], log=self.x_log)
        return drawn

    def _line(self, bundle: Bundle, series: tuple[Series, ...]) -> ChartLine:
        from venturi_tui.present.chart import ChartLine

        if not bundle.is_mean:
            return ChartLine(bundle.label, series[0], bundle.style)
        mean = self._mean(bundle.label, series)
        return ChartLine(bundle.label, mean.mean, bundle.style, (mean.low, mean.high))

    def _mean(self, label: str, series: tuple[Series, ...]) -> Group:
        spread = Spread.DEVIATION if self.looks.std else Spread.RANGE
        held = self._means.get(label)
        if held is None or held[:2] != (series, spread):
            held = self._means[label] = (series, spread, group(series, spread, label))
        return held[2]

    def line_of(self, run_id: str | None) -> int:
        """The place of the line that a run is in, among the last that were asked for."""
        places = [at for at, members in enumerate(self.members) if run_id in members]
        return places[-1] if places else len(self.members) - 1

    def options(
        self, theme: ChartTheme, lines: int, focus: int | None, *, small: bool = False
    ) -> ChartOptions:
        """How to draw so many lines; a small chart leaves their names to others."""
        from venturi_tui.present.chart import Band, ChartOptions, Dots

        return ChartOptions(
            x_axis=self.axis,
            x_log=self.x_log,
            y_log=self.looks.log,
            smoothing=self.looks.smoothing,
            x_window=self.window or (None if self.x_log else self.frame),
            band=Band.FOCUS if self.looks.smoothing else Band.NONE,
            focus=focus if lines > 1 else None,
            cursor=self.cursor,
            robust=self.looks.robust,
            extremes=self.looks.extremes,
            legend=not small,
            compact=small,
            dots=Dots(self.looks.dots),
            theme=theme,
            notes=self._notes,
        )

    def drawn(self, drawing: Drawing) -> bool:
        """Remember where the curves lie in a drawing; True when the cursor only now could move."""
        self.area, self._area_of = drawing.area, self._view
        found = [reading.x for reading in drawing.readings if reading is not None]
        self._read_at = found[-1] if found else None
        columns = self._waiting.pop(self._place, 0)
        self._waiting.clear()
        if columns:
            self.move_cursor(columns)
        return columns != 0

    # Looking closer

    def next_axis(self) -> None:
        """Step, time, relative time, and round again."""
        self.looks.next_axis(self.key)
        self.sight.leave()

    def show_all(self) -> None:
        """The whole curve."""
        self.sight.show_all()

    def move_cursor(self, columns: int) -> None:
        """Move the cursor by columns of the drawing; it appears at the end it comes from.

        Before what is wanted is drawn nobody knows where that is: it moves once it is.
        """
        if self.area is None or self._area_of != self._view:
            self._waiting[self._place] = self._waiting.get(self._place, 0) + columns
            return
        low, high = self.area.left, self.area.left + self.area.columns - 1
        at = None if self.cursor is None else self.area.column_of(self.cursor)
        if at is None:
            at = high + 1 if columns < 0 else low - 1
        self.point(max(low, min(high, at + columns)))

    def point(self, column: int) -> None:
        """Put the cursor in a column of the drawing."""
        x = self.x_at(column)
        if x is not None:
            self.sight.point(self.axis, x)

    def x_at(self, column: int) -> float | None:
        """The x value at a column of the drawing, or at the nearest that has one."""
        if self.area is None:
            return None
        low, high = self.area.left, self.area.left + self.area.columns - 1
        return self.area.x_at(max(low, min(high, column)))

    def zoom(self, factor: float, column: int | None = None) -> None:
        """Show `factor` times as much of x, around a column, or the cursor, or the middle."""
        whole = self._all
        if self.area is not None and whole is not None:
            about = None if column is None else self.x_at(column)
            self.sight.zoom(self.axis, factor, whole, about, log=self.x_log)

    def pan(self, part: float) -> bool:
        """Move what is seen by a part of its width; False when all is seen anyway."""
        whole = self._all
        return whole is not None and self.sight.pan(self.axis, part, whole, log=self.x_log)

    def drag(self, columns: int) -> bool:
        """Move what is seen along with the mouse; False when all is seen anyway."""
        return self.area is not None and self.pan(-columns / max(self.area.columns, 1))

    # Words

    @property
    def title(self) -> str:
        """`val/loss ─ smooth 0.6, log, time`."""
        about = [*self.looks.words, self.axis_words]
        return f"{safe(self.key)} ─ {', '.join(about)}" if self.key else "curves"

    @property
    def command_words(self) -> list[str]:
        """Options of `venturi metrics plot` that draw the same."""
        words = self.looks.command_words(self.axis)
        window = self.window if self.axis is XAxis.STEP else None
        return words if window is None else [*words, f"--window={window[0]:.6g}:{window[1]:.6g}"]

    @property
    def axis_words(self) -> str:
        """What the x-axis is; why, when that was not chosen."""
        by_itself = is_system(self.key) and self.looks.axis is XAxis.STEP
        return "relative, for steps count samples" if by_itself else self.axis.value

    @property
    def read_out(self) -> str:
        """Where the point is that is read, in words; empty without a cursor."""
        if self.cursor is None:
            return ""
        return place_words(self.axis, self.cursor if self._read_at is None else self._read_at)


def place_words(axis: XAxis, at: float) -> str:
    """A place on an x-axis: `step 1,200`, `after 4m 5s`, `2026-11-01 14:03:22`."""
    if axis is XAxis.TIME:
        return timestamp(round(at))
    if axis is XAxis.RELATIVE:
        return f"after {duration(round(at * 1000))}"
    return f"step {exact_count(round(at)) if abs(at) < 1e12 else number(at)}"
