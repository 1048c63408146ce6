"""Columns of a table of runs: what they are called, and which ones are worth showing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from venturi.compare import Direction, direction_of
from venturi.filters.tree import Entity, OrderKey
from venturi.records import Run


class Source(str, Enum):
    """Where a column's values come from; the value is the prefix of its name."""

    ATTRIBUTE = "attributes"
    METRIC = "metrics"
    PARAM = "params"
    TAG = "tags"
    CURVE = "curves"
    """A metric's history as a little curve."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table of runs."""

    source: Source
    key: str

    @property
    def name(self) -> str:
        """What it is called on a command line: `status`, `metrics.val/acc`."""
        return self.key if self.source is Source.ATTRIBUTE else f"{self.source.value}.{self.key}"

    @property
    def is_measured(self) -> bool:
        """Whether it shows a metric, as a number or as a curve."""
        return self.source in (Source.METRIC, Source.CURVE)


NAME = Column(Source.ATTRIBUTE, "run_name")
STATUS = Column(Source.ATTRIBUTE, "status")
AGE = Column(Source.ATTRIBUTE, "age")
DURATION = Column(Source.ATTRIBUTE, "duration")
USER = Column(Source.ATTRIBUTE, "user_id")
RUN_ID = Column(Source.ATTRIBUTE, "run_id")
EXPERIMENT = Column(Source.ATTRIBUTE, "experiment_id")

ATTRIBUTES = (NAME, STATUS, AGE, DURATION, USER, RUN_ID, EXPERIMENT)

_TITLES = {NAME: "name", USER: "user", RUN_ID: "id", EXPERIMENT: "experiment"}
_ORDER_KEYS = {NAME: "run_name", STATUS: "status", AGE: "start_time", USER: "user_id"}
_ENTITIES = {Source.METRIC: Entity.METRIC, Source.PARAM: Entity.PARAM, Source.TAG: Entity.TAG}

_METRICS_SHOWN = 8
_PARAMS_SHOWN = 8
_HELD_OUT = ("val", "test", "eval", "dev")


def title(column: Column) -> str:
    """What stands above a column."""
    return _TITLES.get(column, column.key)


def parse_column(name: str) -> Column:
    """The column of a name, as `Column.name` gives it; a bare word is an attribute."""
    prefix, dot, key = name.partition(".")
    for source in (Source.METRIC, Source.PARAM, Source.TAG, Source.CURVE):
        if dot and key and prefix == source.value:
            return Column(source, key)
    return Column(Source.ATTRIBUTE, name)


def order_key(column: Column, *, ascending: bool) -> OrderKey | None:
    """How a store orders runs by what a column shows; None when no store can.

    An age grows as its start time gets smaller, so its order is turned round.
    """
    if column == AGE:
        return OrderKey(Entity.ATTRIBUTE, "start_time", not ascending)
    if column == RUN_ID:
        return OrderKey(Entity.ATTRIBUTE, "run_id", ascending)
    if column.source is Source.ATTRIBUTE:
        key = _ORDER_KEYS.get(column)
        return None if key is None else OrderKey(Entity.ATTRIBUTE, key, ascending)
    if column.source is Source.CURVE:
        return OrderKey(Entity.METRIC, column.key, ascending)
    return OrderKey(_ENTITIES[column.source], column.key, ascending)


def column_of(order: OrderKey) -> tuple[Column, bool]:
    """The column that shows what an order looks at, and whether it ascends there."""
    for source, entity in _ENTITIES.items():
        if order.entity is entity:
            return Column(source, order.key), order.ascending
    if order.key == "start_time":
        return AGE, not order.ascending
    return Column(Source.ATTRIBUTE, order.key), order.ascending


def best_first(column: Column) -> bool:
    """Whether ascending order brings the most interesting runs to the top."""
    if column.source in (Source.METRIC, Source.CURVE):
        return direction_of(column.key) is Direction.LOWER
    return True


def choose_columns(runs: Sequence[Run], *, experiments: bool = False) -> tuple[Column, ...]:
    """Columns worth showing for runs like these.

    Name, status and age; the metrics that many of the runs have, held-out ones first; and the
    params that vary between them. `experiments` adds the experiment of each run.
    """
    place = (EXPERIMENT,) if experiments else ()
    metrics = (Column(Source.METRIC, key) for key in _telling_metrics(runs)[:_METRICS_SHOWN])
    params = (Column(Source.PARAM, key) for key in _telling_params(runs)[:_PARAMS_SHOWN])
    return (NAME, *place, STATUS, AGE, *metrics, *params)


def all_columns(runs: Iterable[Run]) -> list[Column]:
    """Every column these runs could fill, in the order a picker shows them."""
    held = list(runs)
    metrics = sorted({key for run in held for key in run.latest})
    params = sorted({key for run in held for key in run.params})
    tags = sorted({key for run in held for key in run.tags})
    return [
        *ATTRIBUTES,
        *(Column(Source.METRIC, key) for key in metrics),
        *(Column(Source.PARAM, key) for key in params),
        *(Column(Source.TAG, key) for key in tags if not key.startswith("mlflow.")),
        *(Column(Source.TAG, key) for key in tags if key.startswith("mlflow.")),
        *(Column(Source.CURVE, key) for key in metrics),
    ]


def _telling_metrics(runs: Sequence[Run]) -> list[str]:
    counts = _count(key for run in runs for key in run.latest if not key.startswith("system/"))
    few = len(runs) // 5

    def rank(key: str) -> tuple[int, bool, bool, str]:
        share = -round(4 * counts[key] / len(runs))
        unknown = direction_of(key) is Direction.UNKNOWN
        return share, not _is_held_out(key), unknown, key

    return sorted((key for key in counts if counts[key] > few), key=rank)


def _telling_params(runs: Sequence[Run]) -> list[str]:
    counts = _count(key for run in runs for key in run.params)
    values = {key: {run.params.get(key) for run in runs} for key in counts}
    if any(len(seen) > 1 for seen in values.values()):
        values = {key: seen for key, seen in values.items() if len(seen) > 1}

    def rank(key: str) -> tuple[bool, int, bool, str]:
        longest = max(len(value or "") for value in values[key])
        share = -round(4 * counts[key] / len(runs))
        return longest > 40, share, len(values[key]) == len(runs) > 2, key

    return sorted(values, key=rank)


def _count(keys: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return counts


def _is_held_out(key: str) -> bool:
    return any(part.startswith(_HELD_OUT) for part in key.lower().replace("_", "/").split("/"))
