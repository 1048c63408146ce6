"""The lines of a chart made ready: smoothed, on the axes' scales, with what must be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan

from venturi.curves.envelope import envelope
from venturi.curves.scaling import robust_range
from venturi.curves.series import Series
from venturi.curves.smooth import smooth
from venturi_tui.present.chart.drawing import Reading
from venturi_tui.present.chart.options import Band, ChartLine, ChartOptions
from venturi_tui.present.chart.scales import widened
from venturi_tui.present.chart.transforms import Kind, Transform, transform_for
from venturi_tui.present.words import exact_count

_NEAR_ZERO = 0.15


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: in data units as smoothed; on the scale of x as logged; on both as raw and drawn.

    `edges` are those of its band, on both scales.
    """

    line: ChartLine
    smoothed: Series
    logged: Series
    raw: Series
    drawn: Series
    edges: tuple[Series, Series] | None = None


@dataclass(frozen=True, slots=True)
class Axes:
    """The scales of both axes."""

    x: Transform
    y: Transform


def axes_of(lines: Sequence[ChartLine], options: ChartOptions) -> Axes:
    """The scales that the data needs for what is wished."""
    all_series = [line.series for line in lines]
    all_series += [edge for line in lines for edge in line.edges or ()]
    x = Transform(Kind.LOG if options.x_log else Kind.LINEAR)
    return Axes(x, transform_for(all_series, log=options.y_log))


def prepared(lines: Sequence[ChartLine], axes: Axes, options: ChartOptions) -> list[Curve]:
    """The curves of all lines."""

    def placed(series: Series) -> Series:
        return axes.y.of_y(axes.x.of_x(series))

    made: list[Curve] = []
    for line in lines:
        smoothed = smooth(line.series, options.smoothing)
        edges = line.edges
        if edges is not None:
            low, high = (smooth(edge, options.smoothing) for edge in edges)
            edges = placed(low), placed(high)
        logged = axes.x.of_x(line.series)
        made.append(
            Curve(line, smoothed, logged, axes.y.of_y(logged), placed(smoothed), edges),
        )
    return made


def x_range(
    curves: Sequence[Curve], axes: Axes, options: ChartOptions
) -> tuple[float, float] | None:
    """The window of x on the axis' scale: the one asked for, else all points.

    None without any point, and without anything in it that has a place.
    """
    if options.x_window is not None:
        asked = axes.x.window(*options.x_window)
        return widened(*asked, alone=1.0) if asked else None
    ends = [(curve.raw.xs[0], curve.raw.xs[-1]) for curve in curves if len(curve.raw)]
    if not ends:
        return None
    return widened(min(low for low, _ in ends), max(high for _, high in ends), alone=1.0)


def y_range(
    curves: Sequence[Curve], window: tuple[float, float], axes: Axes, options: ChartOptions
) -> tuple[float, float] | None:
    """The window of y on the axis' scale; None when no finite value is in sight.

    With bands it holds the raw values of all lines, so that it stays when the focus moves.
    """
    if options.y_window is not None:
        asked = axes.y.window(*options.y_window)
        return widened(*asked) if asked else None
    low, high = inf, -inf
    for curve in curves:
        raw = (curve.raw, *(curve.edges or ()))  # an outlier drags what is smoothed along
        for series in raw if options.robust else seen(curve, options):
            found = (_robust_range if options.robust else _whole_range)(series, window)
            if found is not None:
                low, high = min(low, found[0]), max(high, found[1])
    return _with_air(low, high, axes.y) if low <= high else None


def seen(curve: Curve, options: ChartOptions) -> list[Series]:
    """What of a curve is to be in sight."""
    shown = [curve.drawn, *(curve.edges or ())]
    return shown if options.band is Band.NONE or curve.raw is curve.drawn else [*shown, curve.raw]


def _whole_range(series: Series, window: tuple[float, float]) -> tuple[float, float] | None:
    found = envelope(series, *window, 1)
    return None if isnan(found.lows[0]) else (found.lows[0], found.highs[0])


def _robust_range(series: Series, window: tuple[float, float]) -> tuple[float, float] | None:
    """The range of what is in the window without a few outliers; of a line through it, all."""
    start, stop = series.rows_between(*window)
    found = series.remember(
        ("robust", start, stop), lambda: (robust_range([series.ys[start:stop]]),)
    )
    return found[0] or _whole_range(series, window)


def _with_air(low: float, high: float, scale: Transform) -> tuple[float, float]:
    """A little more than the range: down to a zero that is near, not across it."""
    bottom, top = widened(low, high, 0.04)
    if scale.kind is not Kind.LINEAR or low == high:
        return bottom, top
    if 0 <= low < high * _NEAR_ZERO:
        bottom = 0.0
    elif low * _NEAR_ZERO < high <= 0:
        top = 0.0
    return (max(bottom, 0.0) if low >= 0 else bottom), (min(top, 0.0) if high <= 0 else top)


def notes_of(curves: Sequence[Curve], axes: Axes, options: ChartOptions) -> tuple[str, ...]:
    """What a reader must know beside the picture.

    How the axes are when that is not plain, values that are not finite, and what has no place.
    """
    gaps = sum(curve.logged.gap_points for curve in curves)
    infinities = sum(curve.logged.infinities for curve in curves)
    lost = sum(len(curve.raw.gaps) - len(curve.logged.gaps) for curve in curves)
    left = sum(len(curve.line.series) - len(curve.logged) for curve in curves)
    counts = (
        (gaps - infinities, "NaN"),
        (infinities, "∞"),
        (lost, "at 0"),
        (left, "at x ≤ 0"),
    )
    said = [f"{exact_count(n)} {what}" for n, what in counts if n]
    return (*options.notes, *filter(None, [axes.y.note]), *said)


def reading(curve: Curve, x: float) -> Reading | None:
    """What a curve has at the cursor, in data units; None beyond its ends."""
    series = curve.line.series
    row = series.nearest(x)
    if row is None:
        return None
    first, last = series.xs[0], series.xs[-1]
    slack = (last - first) / max(len(series) - 1, 1)
    if not first - slack <= x <= last + slack:
        return None
    return Reading(series.xs[row], series.ys[row], curve.smoothed.ys[row])
