"""Groups of runs as cells: a value, how many runs, and mean, deviation, min and max of metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isnan

from venturi.compare import Direction, direction_of
from venturi.stores.base import Figures, RunGroup
from venturi_tui.present.cells import Fit, fit_texts, lay, short_value
from venturi_tui.present.words import exact_count, number, safe


class Part(str, Enum):
    """What a column says of a group; the value stands above it."""

    VALUE = ""
    RUNS = "runs"
    MEAN = "mean"
    DEVIATION = "± std"
    LEAST = "min"
    MOST = "max"


FIGURES = (Part.MEAN, Part.DEVIATION, Part.LEAST, Part.MOST)

_WIDEST = 32
_FITTED = 400
"""So many groups decide how wide columns are."""


@dataclass(frozen=True, slots=True)
class GroupColumn:
    """One column; `metric` is empty for the value and the number of runs."""

    part: Part
    metric: str = ""

    @property
    def descends_first(self) -> bool:
        """Whether the most interesting groups have the highest values."""
        if self.part is Part.VALUE:
            return False
        return not self.metric or direction_of(self.metric) is not Direction.LOWER


def group_columns(metrics: Sequence[str]) -> tuple[GroupColumn, ...]:
    """The columns for these metrics."""
    figures = (GroupColumn(part, metric) for metric in metrics for part in FIGURES)
    return (GroupColumn(Part.VALUE), GroupColumn(Part.RUNS), *figures)


def amount(column: GroupColumn, group: RunGroup) -> float | None:
    """What a column says of a group, as a number; None where it says nothing."""
    if column.part is Part.RUNS:
        return group.count
    figures = group.metrics.get(column.metric)
    return None if figures is None else _FIGURES[column.part](figures)


_FIGURES: dict[Part, Callable[[Figures], float | None]] = {
    Part.MEAN: lambda figures: figures.mean,
    Part.DEVIATION: lambda figures: figures.deviation,
    Part.LEAST: lambda figures: figures.least,
    Part.MOST: lambda figures: figures.most,
}


def group_text(column: GroupColumn, group: RunGroup) -> str | None:
    """What a column says of a group, on one safe line; None where it says nothing."""
    if column.part is Part.VALUE:
        return "(not set)" if group.value is None else short_value(group.value) or "(empty)"
    if column.part is Part.RUNS:
        return exact_count(group.count)
    value = amount(column, group)
    return None if value is None else number(value)


def sorted_groups(
    groups: Sequence[RunGroup], column: GroupColumn, *, ascending: bool
) -> list[RunGroup]:
    """Groups in the order of a column; those without a value last in both directions.

    Values that are all numbers are ordered as numbers.
    """
    if column.part is Part.VALUE:
        held = [group for group in groups if group.value is not None]
        held.sort(key=_value_key([group.value or "" for group in held]), reverse=not ascending)
        return [*held, *(group for group in groups if group.value is None)]
    amounts = {id(group): amount(column, group) for group in groups}

    def known(group: RunGroup) -> bool:
        value = amounts[id(group)]
        return value is not None and not isnan(value)

    some = [group for group in groups if known(group)]
    some.sort(key=lambda group: amounts[id(group)] or 0.0, reverse=not ascending)
    return [*some, *(group for group in groups if not known(group))]


def _value_key(values: Sequence[str]) -> Callable[[RunGroup], tuple[float, str]]:
    try:
        for value in values:
            float(value)
    except ValueError:
        return lambda group: (0.0, group.value or "")
    return lambda group: (float(group.value or 0), group.value or "")


def group_fit(column: GroupColumn, groups: Sequence[RunGroup]) -> Fit:
    """A layout in which what these groups have in a column stands well."""
    texts = [text for group in groups[:_FITTED] if (text := group_text(column, group)) is not None]
    if column.part is Part.RUNS:
        return Fit(max(len(Part.RUNS.value), *(len(text) for text in texts)), right=True)
    return fit_texts(texts, len(column.part.value), _WIDEST, numeric=True)


def group_cell(column: GroupColumn, group: RunGroup, layout: Fit) -> str:
    """A cell of exactly the layout's width."""
    return lay(group_text(column, group), layout)


def metric_title(metric: str, width: int) -> str:
    """A metric's name over its columns; of a long one the end is kept."""
    text = safe(metric)
    return text if len(text) <= width else f"…{text[-(width - 1) :]}"
