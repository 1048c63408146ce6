"""The metrics of a run as lines: last value, a small curve, lowest and highest with their steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from sys import float_info

from rich.cells import cell_len

from venturi.browse.curves import Curve
from venturi.curves.buckets import Buckets
from venturi.records import Metric
from venturi_tui.present.cells import cut
from venturi_tui.present.pieces import Line, Piece, Role, length
from venturi_tui.present.words import exact_count, exact_number, number, safe, timestamp

SPARK_WIDTH = 12
"""Cells of the small curve."""

_VALUE = 10
_DIGITS = 5
_FEWEST_DIGITS = 2
_SHORTEST_KEY = 12
_GAP = 2


@dataclass(frozen=True, slots=True)
class Extreme:
    """A lowest or highest value and the step where it was logged, about there when not exact."""

    value: float
    step: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the points of a metric come to.

    `low` and `high` are None when no value is finite. `is_exact` is False while only a part of the
    points was looked at. `odd` counts values that are NaN or infinite.
    """

    spark: str
    low: Extreme | None
    high: Extreme | None
    points: int
    odd: int = 0
    is_exact: bool = True


def extremes(curve: Curve) -> tuple[Extreme | None, Extreme | None, int]:
    """The lowest and the highest finite value, the first of each, and how many are not finite."""
    low, high, odd = inf, -inf, 0
    low_step = high_step = 0
    if isinstance(curve, Buckets):
        for bucket in curve:
            odd += bucket.points - bucket.finite
            if bucket.low < low:
                low, low_step = bucket.low, bucket.first_step
            if bucket.high > high:
                high, high_step = bucket.high, bucket.first_step
    else:
        for step, value in zip(curve.steps, curve.values, strict=True):
            if not isfinite(value) or abs(value) >= float_info.max:
                odd += 1
                continue
            if value < low:
                low, low_step = value, step
            if value > high:
                high, high_step = value, step
    found = low <= high
    return (
        Extreme(low, low_step) if found else None,
        Extreme(high, high_step) if found else None,
        odd,
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide the columns of the metrics are; what there is no room for has no width."""

    key: int
    step: int
    spark: int
    extreme: int
    extreme_step: int


def columns_for(metrics: Sequence[Metric], width: int) -> Columns:
    """The columns for a pane of so many cells. They depend on last values only: nothing jumps."""
    widest = max((cell_len(safe(each.key)) for each in metrics), default=0)
    steps = [len(exact_count(each.step)) for each in metrics]
    step = max([4, *steps])
    key = min(widest, max(_SHORTEST_KEY, width // 3))
    room = width - key - _GAP - _VALUE
    sizes = {"step": step + 1, "spark": SPARK_WIDTH, "extreme": _VALUE, "extreme_step": step + 1}
    taken = {
        "step": sizes["step"] + _GAP,
        "spark": SPARK_WIDTH + _GAP,
        "extreme": 2 * (_VALUE + _GAP),
        "extreme_step": 2 * (sizes["extreme_step"] + 1),
    }
    shown = dict.fromkeys(sizes, 0)
    for name in ("step", "spark", "extreme", "extreme_step"):
        if taken[name] > room:
            break
        shown[name] = sizes[name]
        room -= taken[name]
    return Columns(key, shown["step"], shown["spark"], shown["extreme"], shown["extreme_step"])


def metric_head(title: Line, columns: Columns) -> Line:
    """The heading of the metrics, with the names of the columns where they begin."""
    start = columns.key + _GAP
    texts = [" " * max(1, start - length(title)), "last".rjust(_VALUE)]
    if columns.step:
        texts.append("at step".rjust(columns.step + _GAP) if columns.step > 6 else
                     "at".rjust(columns.step + _GAP))  # fmt: skip
    if columns.spark:
        texts.append(" " * (columns.spark + _GAP))
    if columns.extreme:
        step = " " * (columns.extreme_step + 1) if columns.extreme_step else ""
        texts += ["lowest".rjust(_VALUE + _GAP), step, "highest".rjust(_VALUE + _GAP)]
    return (*title, ("".join(texts), Role.DIM))


def _number(value: float, before: str = "") -> str:
    """A number in the column of values: with fewer digits where it would not fit."""
    text = before + number(value)
    for digits in range(_DIGITS - 1, _FEWEST_DIGITS - 1, -1):
        if len(text) <= _VALUE:
            break
        text = before + number(value, digits)
    return text.rjust(_VALUE)


def metric_line(metric: Metric, sketch: Sketch | None, columns: Columns) -> Line:
    """One metric; what is not read yet is blank, and what a single point has not."""
    if sketch is not None and sketch.points < 2:
        sketch = None
    gap = " " * _GAP
    pieces: list[Piece] = [
        (cut(safe(metric.key), columns.key), Role.DIM),
        (gap + _number(metric.value), Role.TEXT),
    ]
    if columns.step:
        pieces.append((gap + f"@{exact_count(metric.step)}".rjust(columns.step), Role.DIM))
    if columns.spark:
        spark = " " * columns.spark if sketch is None else sketch.spark
        pieces.append((gap + spark, Role.ACCENT))
    if columns.extreme and sketch is not None:
        about = "" if sketch.is_exact else "~"
        for extreme in (sketch.low, sketch.high):
            text = " " * _VALUE if extreme is None else _number(extreme.value, about)
            pieces.append((gap + text, Role.TEXT))
            if columns.extreme_step:
                step = "" if extreme is None else f"@{exact_count(extreme.step)}"
                pieces.append((" " + step.ljust(columns.extreme_step), Role.DIM))
    return tuple(pieces)


def metric_text(metric: Metric, sketch: Sketch | None) -> str:
    """All that is known of a metric, in full."""
    last = f"{metric.value!r} at step {metric.step}, {timestamp(metric.timestamp)}"
    if sketch is None:
        return last
    about = "" if sketch.is_exact else "about "
    lines = [f"last     {last}"]
    for word, extreme in (("lowest", sketch.low), ("highest", sketch.high)):
        if extreme is not None:
            where = f"{about}{exact_number(extreme.value)} at step {extreme.step}"
            lines.append(f"{word.ljust(9)}{where}")
    odd = f", {exact_count(sketch.odd)} of them NaN or infinite" if sketch.odd else ""
    lines.append(f"points   {about}{exact_count(sketch.points)}{odd}")
    return "\n".join(lines)


Sketches = Mapping[str, Sketch]
"""What is known of metrics, by key."""
