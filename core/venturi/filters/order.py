"""The order of an answer: text to keys, keys to text, and records sorted as MLflow's SQL sorts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from venturi.errors import FilterError
from venturi.filters.cursor import Cursor
from venturi.filters.names import field_at
from venturi.filters.subjects import Field, Subject
from venturi.filters.tokens import Shape, tokens_of
from venturi.filters.tree import Entity, OrderKey
from venturi.filters.writing import write_ordered_field
from venturi.records import Experiment, ModelVersion, RegisteredModel, Run

_VALUE, _NAN, _MISSING = 0, 1, 2
_TIMES = ("creation_time", "last_updated_time")
_REGISTRY_ORDERS = {
    Subject.MODELS: ("name", *_TIMES),
    Subject.VERSIONS: ("name", "version_number", *_TIMES),
}


def parse_order(text: str, subject: Subject = Subject.RUNS) -> OrderKey:
    """One key of an order: a field, then ASC or DESC in any case (ASC when left out).

    Raises:
        FilterError: at the first place that cannot be meant.
    """
    cursor = Cursor(text, tokens_of(text))
    token = cursor.token
    if cursor.ahead().is_word("ASC") or cursor.ahead().is_word("DESC"):
        token = replace(token, half_quoted=False)  # MLflow takes off quotes within, but only here
    named = field_at(token, subject, text)
    if named.entity is Entity.DATASET:
        raise cursor.error("datasets have no order", "a metric, a param, a tag or an attribute")
    if subject is not Subject.RUNS:
        _check_ordered(cursor, named, subject)
    cursor.take()
    descending = cursor.token.is_word("DESC")
    if descending or cursor.token.is_word("ASC"):
        cursor.take()
    if cursor.token.shape is not Shape.END:
        raise cursor.error(f"{cursor.token.shown} does not belong here", "ASC, DESC or the end")
    return OrderKey(named.entity, named.key, not descending)


def _check_ordered(cursor: Cursor, named: Field, subject: Subject) -> None:
    """Refuse what orders neither experiments nor models nor versions."""
    if named.entity is Entity.TAG:
        message = f"tags do not order {subject.value}"
        raise cursor.error(message, "an attribute such as name")
    known = _REGISTRY_ORDERS.get(subject)
    if known and named.key not in known:
        message = f"{named.shown} does not order {subject.value}"
        raise cursor.error(message, "one of " + ", ".join(known))


def parse_orders(texts: Iterable[str], subject: Subject = Subject.RUNS) -> tuple[OrderKey, ...]:
    """The keys of an order, the first counting most.

    Raises:
        FilterError: as `parse_order`; also for a field that is there twice, as MLflow's SQL does.
    """
    keys: list[OrderKey] = []
    seen: set[tuple[Entity, str]] = set()
    for text in texts:
        key = parse_order(text, subject)
        if (key.entity, key.key) in seen:
            start = tokens_of(text)[0].start
            raise FilterError("this field is in the order twice", text=text, position=start)
        seen.add((key.entity, key.key))
        keys.append(key)
    return tuple(keys)


def order_text(key: OrderKey, subject: Subject = Subject.RUNS) -> str:
    """The key as MLflow writes it: "metrics.`val/acc` DESC".

    Raises:
        CannotWrite: the key holds quotes that MLflow's orders cannot.
    """
    direction = "ASC" if key.ascending else "DESC"
    return f"{write_ordered_field(key.entity, key.key, subject)} {direction}"


def sort_runs(runs: Iterable[Run], keys: Sequence[OrderKey] = ()) -> list[Run]:
    """The runs in MLflow's order.

    In both directions runs without a value come last, those with a NaN just before them. Texts
    are ordered by code point. Ties: the latest `start_time` first (unless it is a key), then the
    lowest run id.
    """
    found = sorted(runs, key=lambda run: run.run_id)
    start = (Entity.ATTRIBUTE, "start_time")
    if start not in {(key.entity, key.key) for key in keys}:
        keys = [*keys, OrderKey(*start, ascending=False)]
    for key in reversed(keys):
        _sort_by(found, _run_value(key), ascending=key.ascending)
    return found


def sort_experiments(
    experiments: Iterable[Experiment], keys: Sequence[OrderKey] = ()
) -> list[Experiment]:
    """The experiments in MLflow's order.

    Without keys: the newest first, then the lowest id; ties of given keys: the highest id first.
    A missing time counts as lower than any, as it does for SQLite. Ids count as numbers.
    """
    if not keys:
        keys = (_newest, _lowest_id)
    elif all(key.key != "experiment_id" for key in keys):
        keys = (*keys, _highest_id)
    found = list(experiments)
    for key in reversed(keys):
        found.sort(key=_experiment_value(key.key), reverse=not key.ascending)
    return found


def sort_models(
    models: Iterable[RegisteredModel], keys: Sequence[OrderKey] = ()
) -> list[RegisteredModel]:
    """The models in MLflow's order: by the keys, then by name. Missing times are the lowest."""
    found = sorted(models, key=lambda model: model.name)
    for key in reversed(keys):
        found.sort(key=_registry_value(key.key), reverse=not key.ascending)
    return found


def sort_versions(
    versions: Iterable[ModelVersion], keys: Sequence[OrderKey] = ()
) -> list[ModelVersion]:
    """The versions in MLflow's order: by the keys, then by name, then the highest version first.

    Without keys: last updated first. Missing times are the lowest.
    """
    found = sorted(versions, key=lambda version: (version.name, -version.version))
    for key in reversed(keys or (_last_updated,)):
        found.sort(key=_registry_value(key.key), reverse=not key.ascending)
    return found


_last_updated = OrderKey(Entity.ATTRIBUTE, "last_updated_time", ascending=False)
_newest = OrderKey(Entity.ATTRIBUTE, "creation_time", ascending=False)
_lowest_id = OrderKey(Entity.ATTRIBUTE, "experiment_id")
_highest_id = OrderKey(Entity.ATTRIBUTE, "experiment_id", ascending=False)


def _sort_by(runs: list[Run], value_of: Callable[[Run], Any], *, ascending: bool) -> None:
    """Sort in place by a value; the direction leaves NaN and missing ones at the end."""
    ranked = [(_rank(value), value, run) for run in runs for value in (value_of(run),)]
    present = [entry for entry in ranked if entry[0] == _VALUE]
    present.sort(key=itemgetter(1), reverse=not ascending)
    absent = [entry for entry in ranked if entry[0] != _VALUE]
    absent.sort(key=itemgetter(0))
    runs[:] = [run for _, _, run in (*present, *absent)]


def _rank(value: Any) -> int:
    if value is None:
        return _MISSING
    return _NAN if isinstance(value, float) and math.isnan(value) else _VALUE


def _run_value(key: OrderKey) -> Callable[[Run], Any]:
    name = key.key
    if key.entity is Entity.METRIC:
        return lambda run: metric.value if (metric := run.latest.get(name)) else None
    if key.entity is Entity.PARAM:
        return lambda run: run.params.get(name)
    if key.entity is Entity.TAG:
        return lambda run: run.tags.get(name)
    return lambda run: getattr(run, name)


def _experiment_value(name: str) -> Callable[[Experiment], Any]:
    if name == "experiment_id":
        return lambda experiment: _id_rank(experiment.experiment_id)
    if name == "name":
        return lambda experiment: experiment.name
    return lambda experiment: _time_rank(getattr(experiment, name))


def _registry_value(name: str) -> Callable[[Any], Any]:
    if name == "version_number":
        return lambda version: version.version
    if name in _TIMES:
        return lambda record: _time_rank(getattr(record, name))
    return lambda record: record.name


def _time_rank(moment: int | None) -> tuple[bool, int]:
    return (moment is not None, moment or 0)


def _id_rank(experiment_id: str) -> tuple[bool, int, str]:
    """Numbers by value, before anything else by code point."""
    if experiment_id.isdecimal():
        return (False, int(experiment_id), experiment_id)
    return (True, 0, experiment_id)
