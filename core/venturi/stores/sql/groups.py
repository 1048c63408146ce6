"""Runs summed up by a param or tag, and which run is nested in which, by few statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from venturi.errors import InvalidInput
from venturi.filters.tree import Entity
from venturi.stores.base import TOO_LARGE_TO_SUM, Figures, RunGroup, RunQuery
from venturi.stores.figures import Sum, figures_of
from venturi.stores.sql.database import Reader
from venturi.stores.sql.dialects import as_text
from venturi.stores.sql.hydrate import driver_rows, number
from venturi.stores.sql.questions import run_clauses

PARENT_TAG = "mlflow.parentRunId"

_AT_ONCE = 100
"""Metrics in one statement."""

_LOOKED_AT = 20
"""Runs that tell how many metrics runs have."""

_LYING_BESIDE = 4
"""To find one row by an index takes as long as to read so many that lie together."""

_TOO_SMALL_TO_SQUARE = 1e-140
"""PostgreSQL refuses a product that is too small to be held."""

_FEW_DIGITS = 1e-6
"""A difference that is so much smaller than what it is taken from has lost too many digits."""


def run_groups(
    connection: sa.Connection,
    reader: Reader,
    *,
    query: RunQuery,
    entity: Entity,
    key: str,
    metrics: Sequence[str],
) -> list[RunGroup]:
    """Runs that match by their values of a param or tag, with figures of metrics."""
    if query.experiment_ids == ():
        return []
    chosen = _chosen(connection, reader, query, entity, key)
    # A limit keeps SQLite from looking for runs anew with every metric.
    members = (chosen.limit(-1) if reader.dialect.kind == "sqlite" else chosen).cte("members")
    value = members.c.value
    counted = sa.select(value, sa.func.count()).group_by(value)
    rows = _driver(connection, counted)
    counts = {_text(value): count for value, count in rows}
    figures: dict[str | None, dict[str, Figures]] = {value: {} for value in counts}
    for first in range(0, len(metrics), _AT_ONCE):
        pivots = _pivots(connection, reader, metrics[first : first + _AT_ONCE])
        by_run = _is_by_run(connection, reader, chosen, len(pivots))
        for found, name, held in _figures(connection, reader, members, pivots, by_run=by_run):
            figures[found][name] = held
    ordered = sorted(counts, key=lambda value: (value is None, value or ""))
    return [RunGroup(value, counts[value], figures[value]) for value in ordered]


def _chosen(
    connection: sa.Connection, reader: Reader, query: RunQuery, entity: Entity, key: str
) -> sa.Select[Any, Any]:
    """Id and value of each run that matches."""
    tables = reader.tables
    table = {Entity.PARAM: tables.params, Entity.TAG: tables.tags}.get(entity)
    if table is None:
        raise InvalidInput(f"runs are not grouped by {entity.value}s")
    table = table.alias("grouped")
    runs = tables.runs
    here = sa.and_(table.c.run_uuid == runs.c.run_uuid, reader.dialect.equals(table.c.key, key))
    return (
        sa.select(runs.c.run_uuid.label("id"), reader.dialect.exact(table.c.value).label("value"))
        .select_from(runs.outerjoin(table, here))
        .where(*run_clauses(connection, reader, query))
    )


def _pivots(connection: sa.Connection, reader: Reader, metrics: Sequence[str]) -> dict[str, float]:
    """One value of each metric that has some: sums of differences to it keep their digits."""
    latest = reader.tables.latest_metrics
    found: dict[str, float] = {}
    for name in metrics:
        some = (
            sa.select(latest.c.value)
            .where(reader.dialect.equals(latest.c.key, name), latest.c.is_nan.is_(sa.false()))
            .limit(1)
        )
        value = connection.execute(some).scalar()
        if value is not None:
            found[name] = value if abs(value) < TOO_LARGE_TO_SUM else 0.0
    return found


def _is_by_run(
    connection: sa.Connection, reader: Reader, chosen: sa.Select[Any, Any], wanted: int
) -> bool:
    """Whether to read all metrics of each run, which lie together, for the few that are wanted."""
    few = chosen.limit(_LOOKED_AT).subquery()
    latest = reader.tables.latest_metrics
    lying = sa.select(sa.func.count()).select_from(few.join(latest, latest.c.run_uuid == few.c.id))
    return connection.execute(lying).scalar_one() <= _LOOKED_AT * wanted * _LYING_BESIDE


def _figures(
    connection: sa.Connection,
    reader: Reader,
    members: sa.CTE,
    pivots: Mapping[str, float],
    *,
    by_run: bool,
) -> Iterator[tuple[str | None, str, Figures]]:
    """Figures of each group and metric; where sums lost their digits, value by value."""
    if not pivots:
        return
    latest = reader.tables.latest_metrics.alias("latest")
    name, unindexed = reader.dialect.exact(latest.c.key), reader.dialect.unindexed
    source = members.join(latest, latest.c.run_uuid == unindexed(members.c.id))
    key = unindexed(latest.c.key) if by_run else latest.c.key
    where = (
        reader.dialect.one_of(key, list(pivots), wanted=True),
        latest.c.is_nan.is_(sa.false()),
    )
    value = latest.c.value
    pivot = sa.case(*((reader.dialect.equals(latest.c.key, key), at) for key, at in pivots.items()))
    off = sa.case((sa.func.abs(value) < TOO_LARGE_TO_SUM, value - pivot))
    square = sa.case((sa.func.abs(off) < _TOO_SMALL_TO_SQUARE, 0.0), else_=off * off)
    statement = (
        sa.select(
            members.c.value,
            name,
            sa.func.count(),
            sa.func.min(value),
            sa.func.max(value),
            sa.func.sum(off),
            sa.func.sum(square),
        )
        .select_from(source)
        .where(*where)
        .group_by(members.c.value, name)
    )
    rough: set[str] = set()
    rows = [(_text(row[0]), as_text(row[1]), row[2:]) for row in _driver(connection, statement)]
    for group, key, (count, least, most, total, squares) in rows:
        mean = least if count == 1 else pivots[key] + (total or 0.0) / count
        spread = None if total is None else squares - total * total / count
        if spread is not None and count > 1 and spread < _FEW_DIGITS * squares:
            rough.add(key)
        yield group, key, _figure(count, mean, least, most, spread)
    if rough:
        plain = sa.select(members.c.value, name, value).select_from(source)
        wanted = reader.dialect.one_of(latest.c.key, sorted(rough), wanted=True)
        yield from _one_by_one(_driver(connection, plain.where(*where, wanted)))


def _one_by_one(rows: Iterable[Any]) -> Iterator[tuple[str | None, str, Figures]]:
    """Figures of values that were read one by one; Welford's way, which keeps digits."""
    sums: dict[tuple[str | None, str], Sum] = {}
    for group, name, value in rows:
        sums.setdefault((_text(group), as_text(name)), Sum()).add(number(value, is_nan=False))
    for (group, name), each in sums.items():
        yield group, name, each.figures


def _driver(connection: sa.Connection, statement: sa.Executable) -> list[Any]:
    return driver_rows(cast("sa.CursorResult[Any]", connection.execute(statement)))


def _figure(count: int, mean: float, least: float, most: float, spread: float | None) -> Figures:
    low, high = number(least, is_nan=False), number(most, is_nan=False)
    return figures_of(count, mean, low, high, spread or 0.0)


def run_parents(connection: sa.Connection, reader: Reader, *, query: RunQuery) -> dict[str, str]:
    """Id of the parent of each run that matches and has one."""
    if query.experiment_ids == ():
        return {}
    runs, tags = reader.tables.runs, reader.tables.tags.alias("nested")
    statement = (
        sa.select(runs.c.run_uuid, tags.c.value)
        .select_from(tags.join(runs, runs.c.run_uuid == tags.c.run_uuid))
        .where(reader.dialect.equals(tags.c.key, PARENT_TAG))
        .where(*run_clauses(connection, reader, query))
    )
    return {run: parent for run, parent in _driver(connection, statement) if parent}


def _text(value: str | bytes | None) -> str | None:
    return None if value is None else as_text(value)
