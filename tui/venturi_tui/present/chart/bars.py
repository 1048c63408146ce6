"""A metric over runs as bars: names left, values right on their decimal points, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from venturi_tui.present.chart.chart import message
from venturi_tui.present.chart.cut import cut, fit, width_of
from venturi_tui.present.chart.drawing import Drawing, Look, Span
from venturi_tui.present.chart.frame import (
    Frame,
    RunValue,
    ShapeOptions,
    amount,
    fitted,
    mark_of,
    odd_notes,
)
from venturi_tui.present.chart.legend import Row
from venturi_tui.present.chart.options import Dots
from venturi_tui.present.chart.theme import line_look
from venturi_tui.present.words import number, safe

_PARTS = " ▏▎▍▌▋▊▉█"
_LEAST_BAR = 4
_WIDEST_NAME = 32


def draw_bars(
    runs: Sequence[RunValue],
    width: int,
    height: int,
    options: ShapeOptions | None = None,
    *,
    ascending: bool = False,
) -> Drawing:
    """Draw one bar a run, into exactly `width` x `height` terminal cells.

    All bars begin at zero. The highest stands first, or with `ascending` the lowest; values that
    are not finite stand last, in words. Where the rows are too few, the last says how many runs
    are left out; marked runs are the last to go.

    Args:
        runs: One value each.
        width: Cells of each row.
        height: Rows.
        options: How; None for a first look.
        ascending: Whether the lowest value stands first.
    """
    options = options or ShapeOptions()
    if width < 1 or height < 1:
        return Drawing(max(width, 0), 0, ())
    notes = [amount(len(runs), "run", "runs"), *odd_notes(run.value for run in runs)]
    frame = Frame(width, height, options, (), notes)
    rows = frame.rows.canvas + frame.rows.x_axis
    if not runs:
        return frame.drawing(message("no runs yet", width, rows, options.theme))
    shown = _shown(_in_order(runs, ascending=ascending), rows)
    bars = _bars(shown, width, options)
    drawn = [bars.row(run) for run in shown]
    if len(shown) < len(runs):
        words = fit(f"  … {len(runs) - len(shown)} more", width)
        drawn.append((Span(words, Look(fg=options.theme.muted)),))
    blank = (Span(" " * width, Look()),)
    return frame.drawing([*drawn[:rows], *[blank] * (rows - len(drawn))])


class BarList:
    """Any number of bars, of which a part is seen, with a cursor; made once and drawn often.

    Args:
        runs: One value each, at least one run, in the order in which they stand.
        width: Cells of each row, at least 1.
        options: How; there is neither title nor notes.
    """

    def __init__(self, runs: Sequence[RunValue], width: int, options: ShapeOptions) -> None:
        self.width = width
        self._runs = runs
        self._bars = _bars(runs, width, options, pointed=True)

    def draw(self, height: int, first: int, cursor: int) -> Drawing:
        """The bars from place `first` on in so many rows; that of place `cursor` is pointed at."""
        seen = enumerate(self._runs[first : first + height], first)
        rows = [self._bars.row(run, has_cursor=at == cursor) for at, run in seen]
        blank = (Span(" " * self.width, Look()),)
        return Drawing(self.width, height, (*rows, *[blank] * (height - len(rows))))


def _in_order(runs: Sequence[RunValue], *, ascending: bool) -> list[RunValue]:
    finite = [run for run in runs if isfinite(run.value)]
    finite.sort(key=lambda run: run.value if ascending else -run.value)
    return finite + [run for run in runs if not isfinite(run.value)]


def _shown(runs: list[RunValue], rows: int) -> list[RunValue]:
    """As many as have a row, one row kept for saying that there are more."""
    if len(runs) <= rows:
        return runs
    room = max(rows - 1, 1)
    first = sorted(range(len(runs)), key=lambda at: (runs[at].style is None, at))[:room]
    return [runs[at] for at in sorted(first)]


@dataclass(frozen=True, slots=True)
class _Bars:
    """How the cells of a row are shared: mark, name, below and above zero, value."""

    width: int
    options: ShapeOptions
    name: int
    below: int
    above: int
    before_point: int
    value: int
    low: float
    high: float
    pointed: bool = False

    def row(self, run: RunValue, *, has_cursor: bool = False) -> Row:
        theme = self.options.theme
        quiet = Look(fg=theme.muted) if has_cursor else self._quiet
        look = line_look(theme, run.style.color) if run.style else quiet
        mark = mark_of(run.style, self.options) if run.style else " "
        stands_out = has_cursor or run.style is not None
        name = Look(fg=theme.text, bold=stands_out)
        sign = (">" if self.options.dots is Dots.ASCII else "▸") if has_cursor else " "
        spans = [
            *([Span(sign, Look(fg=theme.accent, bold=True))] if self.pointed else []),
            Span(f"{mark} ", look),
            Span(fit(safe(run.label), self.name), name),
            *self._bar(run.value, look),
            Span(self._value(run.value), Look(theme.text if stands_out else theme.muted)),
        ]
        return fitted(spans, self.width)

    def _bar(self, value: float, look: Look) -> list[Span]:
        if not self.above and not self.below:
            return [Span(" ", Look())]
        zero = [Span("|" if self.options.dots is Dots.ASCII else "│", self._quiet)]
        left, right = " " * self.below, " " * self.above
        if isfinite(value) and value > 0 and self.high > 0:
            right = self._filled(value / self.high, self.above).ljust(self.above)
        elif isfinite(value) and value < 0 and self.low < 0:
            left = _mirrored(value / self.low, self.below, self.options.dots).rjust(self.below)
        middle = zero if self.below else []
        return [Span(f" {left}", look), *middle, Span(f"{right} ", look)]

    def _filled(self, part: float, cells: int) -> str:
        """A bar to the right, in eighths of a cell; never nothing."""
        if self.options.dots is Dots.ASCII:
            return "#" * max(1, round(part * cells))
        eighths = max(1, round(part * cells * 8))
        whole, rest = divmod(eighths, 8)
        return "█" * whole + (_PARTS[rest] if rest else "")

    @property
    def _quiet(self) -> Look:
        return Look(fg=self.options.theme.faint)

    def _value(self, value: float) -> str:
        return _on_point(number(value), self.before_point, self.value)


def _mirrored(part: float, cells: int, dots: Dots) -> str:
    """A bar to the left, in halves of a cell; never nothing."""
    if dots is Dots.ASCII:
        return "#" * max(1, round(part * cells))
    halves = max(1, round(part * cells * 2))
    return ("▐" if halves % 2 else "") + "█" * (halves // 2)


def _bars(
    runs: Sequence[RunValue], width: int, options: ShapeOptions, *, pointed: bool = False
) -> _Bars:
    """Shares the cells of a row, of which the first is the cursor's where bars are pointed at."""
    whole, width = width, width - pointed
    texts = [number(run.value) for run in runs]
    before = max(_head(text) for text in texts)
    value = min(before + max(len(text) - _head(text) for text in texts), max(width - 3, 0))
    longest = max(width_of(safe(run.label)) for run in runs)
    name = max(0, min(longest, _WIDEST_NAME, max(width // 3, 8), width - value - 3))
    finite = [run.value for run in runs if isfinite(run.value)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    room = width - 2 - name - value - 2
    below = 0
    if low < 0:
        room -= 1
        part = (-low / 4) / (high / 4 - low / 4)
        below = room if high == 0 else min(max(1, round(room * part)), room - 1)
    if room < _LEAST_BAR:
        name = max(0, width - 2 - value - 1)
        return _Bars(whole, options, name, 0, 0, before, value, low, high, pointed)
    return _Bars(whole, options, name, below, room - below, before, value, low, high, pointed)


def _head(text: str) -> int:
    """Cells left of the decimal point, or of what follows the digits; words end there."""
    return next((place for place, char in enumerate(text) if char in ".e"), len(text))


def _on_point(text: str, before: int, width: int) -> str:
    return cut((" " * (before - _head(text)) + text).ljust(width), width)
