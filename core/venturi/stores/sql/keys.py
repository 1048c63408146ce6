"""Which keys runs use, by leaps through the primary keys, and which values of params and tags."""

from __future__ import annotations

import sqlalchemy as sa

from venturi.filters.tree import Entity
from venturi.stores.base import RunKeys
from venturi.stores.sql.dialects import Dialect, as_text
from venturi.stores.sql.tables import Tables


def read_run_keys(connection: sa.Connection, tables: Tables, dialect: Dialect) -> RunKeys:
    """The keys of all runs, each in ascending order."""

    def keys(table: sa.TableClause) -> tuple[str, ...]:
        found = connection.execute(dialect.distinct(table.c.key)).scalars()
        return tuple(sorted(as_text(key) for key in found if key is not None))

    return RunKeys(keys(tables.latest_metrics), keys(tables.params), keys(tables.tags))


_LOOKED_AT = 5_000
"""Rows of a key in which values are looked for."""


def read_run_values(
    connection: sa.Connection, tables: Tables, dialect: Dialect, entity: Entity, key: str, most: int
) -> list[str]:
    """At most so many values of a param or tag among its first rows, in ascending order."""
    table = {Entity.PARAM: tables.params, Entity.TAG: tables.tags}.get(entity)
    if table is None:
        return []
    rows = sa.select(table.c.value).where(dialect.equals(table.c.key, key)).limit(_LOOKED_AT)
    seen = rows.subquery()
    statement = sa.select(dialect.exact(seen.c.value)).distinct().limit(most)
    found = connection.execute(statement).scalars()
    return sorted(as_text(value) for value in found if value is not None)
