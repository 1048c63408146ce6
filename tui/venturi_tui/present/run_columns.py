"""What runs have, as columns that pictures can be drawn of: params, metrics and tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from venturi.records import Run

_LONGEST = 16
"""How long the values of a param may be that is shown unasked."""

_MOST_AXES = 6
_OWN = "mlflow."
_GROUPS = ("params", "metrics", "tags")


@dataclass(frozen=True, slots=True)
class RunColumn:
    """Something that some runs have.

    Attributes:
        name: `params.lr`, `metrics.loss` or `tags.team`.
        values: How many different values it has.
        runs: How many runs have it.
        is_number: Whether every value is a finite number.
        is_short: Whether every value is short enough to stand on an axis.
    """

    name: str
    values: int
    runs: int
    is_number: bool
    is_short: bool

    @property
    def group(self) -> str:
        """`param`, `metric` or `tag`."""
        return self.name.partition(".")[0].removesuffix("s")

    @property
    def key(self) -> str:
        """What it is called without its group."""
        return key_of(self.name)


def value_of(run: Run, column: str) -> str | float | None:
    """What a run has in a column; None for nothing."""
    group, _, key = column.partition(".")
    if group == "metrics":
        point = run.latest.get(key)
        return None if point is None else point.value
    return (run.params if group == "params" else run.tags).get(key)


def key_of(column: str) -> str:
    """The name of a column without its group."""
    return column.partition(".")[2]


def columns_of(runs: Sequence[Run]) -> list[RunColumn]:
    """What these runs have, likeliest to explain a metric first.

    Params, then metrics, then tags; among them those that differ, numbers before words, the ones
    with the most values first. Words that differ from nearly every run to the next explain nothing.
    """
    found: dict[str, dict[str | float, int]] = {}
    for run in runs:
        for group, held in zip(_GROUPS, (run.params, run.metrics, run.tags), strict=True):
            _count(found, group, held)
    columns = [_column(name, counts) for name, counts in found.items()]
    return sorted(columns, key=_order)


def _count(
    found: dict[str, dict[str | float, int]], group: str, held: Mapping[str, str | float]
) -> None:
    for key, value in held.items():
        if group == "tags" and key.startswith(_OWN):
            continue
        counts = found.setdefault(f"{group}.{key}", {})
        counts[value] = counts.get(value, 0) + 1


def _column(name: str, counts: Mapping[str | float, int]) -> RunColumn:
    return RunColumn(
        name,
        len(counts),
        sum(counts.values()),
        all(map(_is_number, counts)),
        all(len(str(value)) <= _LONGEST for value in counts),
    )


def _is_number(value: str | float) -> bool:
    try:
        return isfinite(float(value))
    except ValueError:
        return False


def _order(column: RunColumn) -> tuple[int, bool, bool, bool, int, str]:
    names_each = not column.is_number and column.values > max(column.runs // 2, 12)
    return (
        ("param", "metric", "tag").index(column.group),
        column.values < 2,
        names_each,
        not column.is_number,
        -column.values,
        column.name,
    )


def likely_against(columns: Iterable[RunColumn], key: str) -> str:
    """What a metric is held against unasked; empty when there is nothing."""
    others = [column for column in columns if column.name != f"metrics.{key}"]
    return next((column.name for column in others), "")


def likely_axes(columns: Iterable[RunColumn]) -> tuple[str, ...]:
    """Params to draw beside a metric unasked: those that differ and have short values."""
    fitting = [
        column.name
        for column in columns
        if column.group == "param" and column.values > 1 and column.is_short
    ]
    return tuple(fitting[:_MOST_AXES])


def metrics_of(columns: Iterable[RunColumn]) -> list[str]:
    """Keys of the metrics, sorted."""
    return sorted(column.key for column in columns if column.group == "metric")
