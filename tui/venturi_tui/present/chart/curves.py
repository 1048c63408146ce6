"""The lines of a chart made ready: smoothed, on the axis' scale, with what must be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan, log10

from venturi.curves.envelope import envelope
from venturi.curves.series import Series, logarithm
from venturi.curves.smooth import smooth
from venturi_tui.present.chart.drawing import Reading
from venturi_tui.present.chart.options import Band, ChartLine, ChartOptions
from venturi_tui.present.chart.scales import widened
from venturi_tui.present.words import exact_count

_NEAR_ZERO = 0.15


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: as logged, and as raw and drawn values on the scale of the y axis."""

    line: ChartLine
    logged: Series
    smoothed: Series
    raw: Series
    drawn: Series


def prepared(lines: Sequence[ChartLine], options: ChartOptions) -> list[Curve]:
    """The curves of all lines."""
    made: list[Curve] = []
    for line in lines:
        smoothed = smooth(line.series, options.smoothing)
        raw = logarithm(line.series) if options.y_log else line.series
        drawn = logarithm(smoothed) if options.y_log else smoothed
        made.append(Curve(line, line.series, smoothed, raw, drawn))
    return made


def x_range(curves: Sequence[Curve], options: ChartOptions) -> tuple[float, float] | None:
    """The window of x: the one asked for, else all points; None without any point."""
    if options.x_window is not None:
        low, high = options.x_window
        return widened(min(low, high), max(low, high), alone=1.0)
    ends = [(curve.raw.xs[0], curve.raw.xs[-1]) for curve in curves if len(curve.raw)]
    if not ends:
        return None
    return widened(min(low for low, _ in ends), max(high for _, high in ends), alone=1.0)


def y_range(
    curves: Sequence[Curve], window: tuple[float, float], options: ChartOptions
) -> tuple[float, float] | None:
    """The window of y on the axis' scale; None when no finite value is in sight.

    With bands it holds the raw values of all lines, so that it stays when the focus moves.
    """
    if options.y_window is not None:
        return _asked(options)
    low, high = inf, -inf
    for curve in curves:
        seen = [curve.drawn] if options.band is Band.NONE else [curve.drawn, curve.raw]
        for series in seen:
            range_ = envelope(series, *window, 1)
            if not isnan(range_.lows[0]):
                low, high = min(low, range_.lows[0]), max(high, range_.highs[0])
    return _with_air(low, high, options) if low <= high else None


def _with_air(low: float, high: float, options: ChartOptions) -> tuple[float, float]:
    """A little more than the range: down to a zero that is near, not across it."""
    bottom, top = widened(low, high, 0.04)
    if options.y_log or low == high:
        return bottom, top
    if 0 <= low < high * _NEAR_ZERO:
        bottom = 0.0
    elif low * _NEAR_ZERO < high <= 0:
        top = 0.0
    return (max(bottom, 0.0) if low >= 0 else bottom), (min(top, 0.0) if high <= 0 else top)


def _asked(options: ChartOptions) -> tuple[float, float] | None:
    low, high = sorted(options.y_window or (0.0, 1.0))
    if options.y_log:
        if high <= 0:
            return None
        low, high = log10(max(low, high * 1e-12)), log10(high)
    return widened(low, high) if isfinite(low) and isfinite(high) else None


def notes_of(curves: Sequence[Curve], options: ChartOptions) -> tuple[str, ...]:
    """What a reader must know beside the picture: values that are not finite, or have no log."""
    gaps = sum(len(curve.logged.gaps) for curve in curves)
    infinities = sum(curve.logged.infinities for curve in curves)
    lost = sum(len(curve.raw.gaps) for curve in curves) - gaps
    counts = ((gaps - infinities, "NaN"), (infinities, "∞"), (lost, "at or below 0"))
    said = [f"{exact_count(n)} {what}" for n, what in counts if n]
    return (*options.notes, *said)


def reading(curve: Curve, x: float) -> Reading | None:
    """What a curve has at the cursor; None beyond its ends."""
    row = curve.logged.nearest(x)
    if row is None:
        return None
    first, last = curve.logged.xs[0], curve.logged.xs[-1]
    slack = (last - first) / max(len(curve.logged) - 1, 1)
    if not first - slack <= x <= last + slack:
        return None
    return Reading(curve.logged.xs[row], curve.logged.ys[row], curve.smoothed.ys[row])
