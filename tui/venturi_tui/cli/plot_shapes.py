"""What a picture shows, as data for programs: one object for each curve."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from venturi.curves.series import Series, XAxis
from venturi.curves.smooth import smooth
from venturi_tui.cli.plot_curves import Curve
from venturi_tui.cli.plot_wish import Look
from venturi_tui.present.shapes import Shape, json_number


def curve_shapes(curves: Sequence[Curve], look: Look) -> Iterator[Shape]:
    """`{"run_id", "run_name", "key", "x_axis", "x": […], "y": […]}` of each curve.

    Of a group instead of a run `group` and `runs`, and beside `y`, its mean, `low`, `high` and
    `count`. What is outside the window of x is left out; values are smoothed as in the picture.
    """
    for curve in curves:
        rows = _rows(curve.series, look)
        shape = _names(curve)
        shape["x_axis"] = f"metric:{look.over.metric}" if look.over.metric else curve.axis.value
        whole = not look.over.metric and curve.axis in (XAxis.STEP, XAxis.TIME)
        xs = curve.series.xs[rows]
        shape["x"] = [int(x) for x in xs] if whole else list(xs)
        shape["y"] = _values(curve.series, rows, look.smoothing)
        if curve.band is not None:
            shape["low"] = _values(curve.band.low, rows, look.smoothing)
            shape["high"] = _values(curve.band.high, rows, look.smoothing)
            shape["count"] = list(curve.band.counts[rows])
        yield shape


def _names(curve: Curve) -> Shape:
    if curve.band is None:
        run = curve.runs[0]
        return {"run_id": run.run_id, "run_name": run.run_name, "key": curve.key}
    return {"group": curve.name, "runs": [run.run_id for run in curve.runs], "key": curve.key}


def _rows(series: Series, look: Look) -> slice:
    low, high = look.x_window
    start = 0 if low is None else bisect_left(series.xs, low)
    stop = len(series) if high is None else bisect_right(series.xs, high)
    return slice(start, stop)


def _values(series: Series, rows: slice, smoothing: float) -> list[float | str]:
    return [json_number(value) for value in smooth(series, smoothing).ys[rows]]
