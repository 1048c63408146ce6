"""Values of runs as cells of one width: names left, numbers aligned on their decimal points."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len, set_cell_size

from venturi.records import Run
from venturi.watching.pace import Pace
from venturi_tui.present.columns import (
    AGE,
    DURATION,
    EXPERIMENT,
    NAME,
    RUN_ID,
    STATUS,
    USER,
    Column,
    Source,
    title,
)
from venturi_tui.present.run_state import state_words
from venturi_tui.present.words import (
    MISSING,
    age,
    duration,
    number,
    safe,
)

NARROWEST = 3
CURVE_WIDTH = 9
WIDEST_NAME = 28
WIDEST_VALUE = 22
WIDEST_TITLE = 18

_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?\Z")
_HEAD = re.compile(r"[-+]?\d+")
_RIGHT = frozenset({AGE, DURATION})


@dataclass(frozen=True, slots=True)
class Fit:
    """How the cells of one column are laid out.

    `point` is the number of cells left of the decimal point (and of what stands there) for a
    column of numbers, None for a column of words. `right` puts words to the right.
    """

    width: int
    point: int | None = None
    right: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """What cells depend on besides the run.

    Args:
        now_ms: The time now.
        experiments: Names of experiments, by id.
        curves: Little curves that are known, by run id and metric.
        gaps: Milliseconds that usually pass between points of a run, by its id, where known.
        paces: How fast runs go, by run id, where known.
    """

    now_ms: int
    experiments: dict[str, str]
    curves: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    gaps: Mapping[str, int] = field(default_factory=dict[str, int])
    paces: Mapping[str, Pace] = field(default_factory=dict[str, Pace])


def shown(column: Column, run: Run, moment: Moment) -> str | None:
    """What a column says about a run, on one safe line; None when the run has no such value."""
    if column.source is Source.METRIC:
        metric = run.latest.get(column.key)
        return None if metric is None else number(metric.value)
    if column.source is Source.PARAM:
        value = run.params.get(column.key)
        return None if value is None else short_value(value)
    if column.source is Source.TAG:
        value = run.tags.get(column.key)
        return None if value is None else safe(value)
    if column.source is Source.CURVE:
        return moment.curves.get((run.run_id, column.key))
    return _attribute(column, run, moment)


def _attribute(column: Column, run: Run, moment: Moment) -> str | None:
    say = _ATTRIBUTES.get(column)
    return None if say is None else say(run, moment)


_ATTRIBUTES: dict[Column, Callable[[Run, Moment], str | None]] = {
    NAME: lambda run, _: safe(run.run_name) or safe(run.run_id[:8]),
    STATUS: lambda run, moment: state_words(run, moment.gaps.get(run.run_id), moment.now_ms),
    AGE: lambda run, moment: None if run.start_time is None else age(run.start_time, moment.now_ms),
    DURATION: lambda run, moment: _run_time(run, moment.now_ms),
    USER: lambda run, _: safe(run.user_id) or None,
    RUN_ID: lambda run, _: safe(run.run_id),
    EXPERIMENT: lambda run, moment: safe(
        moment.experiments.get(run.experiment_id, run.experiment_id)
    ),
}


def _run_time(run: Run, now_ms: int) -> str | None:
    if run.start_time is None:
        return None
    if run.end_time is not None:
        return duration(run.end_time - run.start_time)
    return duration(now_ms - run.start_time) if run.status == "RUNNING" else None


def short_value(value: str) -> str:
    """A param as logged, on one safe line; a long number with five significant digits."""
    if len(value) > 7 and _NUMBER.match(value):
        amount = float(value)
        if math.isfinite(amount) and not _is_whole(value):
            return number(amount)
    return safe(value)


def _is_whole(value: str) -> bool:
    return value.lstrip("+-").isdigit() and len(value) <= WIDEST_VALUE


def fit(column: Column, runs: Sequence[Run], moment: Moment) -> Fit:
    """A layout in which what these runs have in a column stands well."""
    if column.source is Source.CURVE:
        return Fit(CURVE_WIDTH)
    texts = [text for run in runs if (text := shown(column, run, moment)) is not None]
    head = min(cell_len(safe(title(column))), WIDEST_TITLE)
    widest = WIDEST_NAME if column == NAME else WIDEST_VALUE
    numeric = column.source in (Source.METRIC, Source.PARAM)
    return fit_texts(texts, head, widest, numeric=numeric, right=column in _RIGHT)


def fit_texts(
    texts: Sequence[str], head: int, widest: int, *, numeric: bool, right: bool = False
) -> Fit:
    """A layout for cells that hold these texts.

    Args:
        texts: What stands in them.
        head: Cells that the title needs.
        widest: Most cells of a column of words.
        numeric: Whether texts that are all numbers stand with their points below each other.
        right: Whether words stand to the right.
    """
    if numeric and _all_numbers(texts):
        before, after = _extents(texts)
        width = max(before + after, head, NARROWEST)
        return Fit(width, point=width - after)
    width = max([head, NARROWEST, *(cell_len(text) for text in texts)])
    return Fit(min(width, widest), right=right)


def _all_numbers(texts: Sequence[str]) -> bool:
    return all(_NUMBER.match(text) or text in ("NaN", "∞", "-∞") for text in texts)


def _extents(texts: Sequence[str]) -> tuple[int, int]:
    """The most cells before and from the decimal point on; what has none is right-aligned."""
    before = after = 0
    for text in texts:
        head = _HEAD.match(text)
        if head is not None:
            before = max(before, head.end())
            after = max(after, len(text) - head.end())
    return before, after


def lay(text: str | None, layout: Fit) -> str:
    """A cell of exactly the layout's width. What does not fit ends in `…`."""
    if text is None:
        text, place = MISSING, layout.point or 1
        return (
            (" " * (place - 1) + text).ljust(layout.width)
            if layout.point
            else (text.rjust(layout.width) if layout.right else text.ljust(layout.width))
        )
    if layout.point is not None:
        return _on_point(text, layout.width, layout.point)
    room = layout.width
    if text.isascii():
        text = text if len(text) <= room else text[: room - 1] + "…"
        return text.rjust(room) if layout.right else text.ljust(room)
    return cut(text, room, right=layout.right)


def _on_point(text: str, width: int, point: int) -> str:
    head = _HEAD.match(text)
    padded = text.rjust(width) if head is None else " " * (point - head.end()) + text
    if len(padded) <= width:
        return padded.ljust(width)
    return text.rjust(width) if len(text) <= width else text[: width - 1] + "…"


def cut(text: str, width: int, *, right: bool = False) -> str:
    """Text of any script in exactly so many cells, its end cut off when it does not fit."""
    size = cell_len(text)
    if size > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    return " " * (width - size) + text if right else text + " " * (width - size)


def lay_title(column: Column, layout: Fit) -> str:
    """A column's title in the layout's width; of a long key the end is kept, it tells more."""
    text = safe(title(column))
    size = cell_len(text)
    if size > layout.width:
        text = text[-layout.width :]
        while text and cell_len(text) > layout.width - 1:
            text = text[1:]
        text = f"…{text}"
        size = cell_len(text)
    room = " " * (layout.width - size)
    return room + text if layout.point is not None or layout.right else text + room
