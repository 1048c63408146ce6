"""ORDER BY as MLflow means it: missing values last, NaN before them, ties settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from venturi.errors import InvalidInput
from venturi.filters.tree import Entity, OrderKey
from venturi.stores.sql.dialects import Dialect
from venturi.stores.sql.fields import attribute_field, experiment_columns, run_columns
from venturi.stores.sql.tables import Tables

Clause = sa.ColumnElement[Any]


class Ordering(NamedTuple):
    """What to select from, so that the clauses have their columns, and the clauses."""

    source: sa.FromClause
    clauses: Sequence[Clause]


def order_runs(keys: Iterable[OrderKey], tables: Tables, dialect: Dialect) -> Ordering:
    """The order of a run search.

    A key in a table of its own is joined by its whole primary key (key, run_uuid), from the runs
    outwards: in SQLite this is several times faster than starting at the key.
    """
    runs = tables.runs
    source: sa.FromClause = runs
    clauses: list[Clause] = []
    columns = run_columns(tables)
    for number, key in enumerate(_once(keys)):
        if key.entity is Entity.ATTRIBUTE:
            column = attribute_field(columns, key.key).value
            missing: Clause = sa.case((column.is_(None), 1), else_=0)
        else:
            table = _table_of(key, tables).alias(f"order_{number}")
            here = sa.and_(
                table.c.run_uuid == runs.c.run_uuid, dialect.equals(table.c.key, key.key)
            )
            source = source.outerjoin(table, here)
            column = table.c.value
            missing = _rank(table, column)
        clauses += [missing, column.asc() if key.ascending else column.desc()]
    if not any(_is_start_time(key) for key in keys):
        clauses.append(dialect.newest_first(runs.c.start_time))
    return Ordering(source, [*clauses, runs.c.run_uuid])


def order_experiments(keys: Sequence[OrderKey], tables: Tables, dialect: Dialect) -> list[Clause]:
    """The order of an experiment search."""
    columns = experiment_columns(tables)
    by_id = columns["experiment_id"]
    if not keys:
        return [dialect.newest_first(columns["creation_time"]), by_id.asc()]
    clauses: list[Clause] = []
    for key in _once(keys):
        if key.entity is not Entity.ATTRIBUTE:
            raise InvalidInput("experiments are ordered by their attributes only")
        column = attribute_field(columns, key.key).value
        clauses.append(column.asc() if key.ascending else column.desc())
    return [*clauses, by_id.desc()]


def _once(keys: Iterable[OrderKey]) -> list[OrderKey]:
    """The keys without later ones on the same field, which cannot change anything."""
    first: dict[tuple[Entity, str], OrderKey] = {}
    for key in keys:
        first.setdefault((key.entity, key.key), key)
    return list(first.values())


def _is_start_time(key: OrderKey) -> bool:
    return key.entity is Entity.ATTRIBUTE and key.key == "start_time"


def _table_of(key: OrderKey, tables: Tables) -> sa.TableClause:
    found = {
        Entity.METRIC: tables.latest_metrics,
        Entity.PARAM: tables.params,
        Entity.TAG: tables.tags,
    }.get(key.entity)
    if found is None:
        raise InvalidInput(f"runs are not ordered by {key.entity.value}s")
    return found


def _rank(table: sa.FromClause, column: Clause) -> Clause:
    """0 for values, 1 for NaN, 2 for none."""
    missing = (column.is_(None), 2)
    if "is_nan" not in table.c:
        return sa.case(missing, else_=0)
    return sa.case((table.c.is_nan.is_(sa.true()), 1), missing, else_=0)
