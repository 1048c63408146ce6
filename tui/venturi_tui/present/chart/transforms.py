"""How values become places on an axis: straight, by logarithm, or by logarithm of both signs."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import inf, isfinite, log10, nan
from sys import float_info

from venturi.curves.scaling import symlog, symlog_inverse, symlog_of, symlog_threshold
from venturi.curves.series import Series, logarithm
from venturi_tui.present.chart.ticks import Ticks, log_ticks, number_ticks, symlog_ticks
from venturi_tui.present.words import number

_DECADES = 12
"""A window that begins at or below 0 begins so many decades below its end on a log axis."""


class Kind(str, Enum):
    """The kinds of axes."""

    LINEAR = "linear"
    LOG = "log"
    SYMLOG = "symlog"


@dataclass(frozen=True, slots=True)
class Transform:
    """One axis. `threshold` is where the straight part of a SYMLOG one ends."""

    kind: Kind = Kind.LINEAR
    threshold: float = 1.0

    def place(self, value: float) -> float:
        """Where a value lies; NaN for what has no place, 0 and below on a LOG axis."""
        if self.kind is Kind.LOG:
            return log10(value) if value > 0 else nan
        return symlog(value, self.threshold) if self.kind is Kind.SYMLOG else value

    def value(self, place: float) -> float:
        """The value at a place; ±inf beyond the largest double."""
        if self.kind is Kind.LOG:
            return 10.0**place if place < float_info.max_10_exp + 0.25 else inf
        return symlog_inverse(place, self.threshold) if self.kind is Kind.SYMLOG else place

    def window(self, one: float, other: float) -> tuple[float, float] | None:
        """A window of values as places; None when nothing in it has a place."""
        low, high = sorted((one, other))
        if self.kind is Kind.LOG:
            if not high > 0:
                return None
            low = max(low, high * 10.0**-_DECADES)
        low, high = self.place(low), self.place(high)
        return (low, high) if isfinite(low) and isfinite(high) else None

    def of_y(self, series: Series) -> Series:
        """The series with each y as a place; what has none is NaN."""
        if self.kind is Kind.LOG:
            return logarithm(series)
        return symlog_of(series, self.threshold) if self.kind is Kind.SYMLOG else series

    def of_x(self, series: Series) -> Series:
        """The series with each x as a place; points without one are left out."""
        if self.kind is not Kind.LOG:
            return series
        return series.remember("log10 of x", lambda: _log_x(series))

    def ticks(self, low: float, high: float, most: int, *, least_step: float = 0.0) -> Ticks:
        """Ticks between two places."""
        if self.kind is Kind.LOG:
            return log_ticks(low, high, most)
        if self.kind is Kind.SYMLOG:
            return symlog_ticks(low, high, most, self.threshold)
        return number_ticks(low, high, most, least_step=least_step)

    @property
    def note(self) -> str:
        """What a reader must know of the axis beside its ticks; empty for nothing."""
        return f"symlog beyond ±{number(self.threshold)}" if self.kind is Kind.SYMLOG else ""


def transform_for(series: Iterable[Series], *, log: bool) -> Transform:
    """The y axis for curves: straight, or where `log` is wished, one on which all of them stand.

    That is SYMLOG as soon as any finite value is below 0.
    """
    if not log:
        return Transform()
    held = list(series)
    if not any(one.remember("any below 0", lambda s=one: (_any_below_0(s.ys),))[0] for one in held):
        return Transform(Kind.LOG)
    thresholds = [
        one.remember("threshold", lambda s=one: symlog_threshold([s.ys]))
        for one in held
        if len(one)
    ]
    return Transform(Kind.SYMLOG, min(thresholds))


def spans_decades(values: Sequence[float]) -> bool:
    """Whether values want a logarithmic axis: all above 0, the largest 100 times the smallest."""
    return bool(values) and min(values) > 0 and max(values) / 100 >= min(values)


def _any_below_0(ys: array[float]) -> bool:
    return any(-inf < y < 0 for y in ys)


def _log_x(series: Series) -> Series:
    start = next((row for row, x in enumerate(series.xs) if x > 0), len(series))
    xs = array("d", map(log10, series.xs[start:]))
    return Series(series.run_id, series.label, xs, series.ys[start:])
