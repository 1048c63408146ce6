"""Which metric, param and tag keys runs use, by leaps through the primary keys."""

from __future__ import annotations

import sqlalchemy as sa

from venturi.stores.base import RunKeys
from venturi.stores.sql.dialects import Dialect, as_text
from venturi.stores.sql.tables import Tables


def read_run_keys(connection: sa.Connection, tables: Tables, dialect: Dialect) -> RunKeys:
    """The keys of all runs, each in ascending order."""

    def keys(table: sa.TableClause) -> tuple[str, ...]:
        found = connection.execute(dialect.distinct(table.c.key)).scalars()
        return tuple(sorted(as_text(key) for key in found if key is not None))

    return RunKeys(keys(tables.latest_metrics), keys(tables.params), keys(tables.tags))
