"""Which columns a database insists on: a newer MLflow may want values that we know nothing of."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from venturi.errors import StoreBroken
from venturi.stores.sql.layout import NEEDED

# Each statement answers (table, column) of what may not be NULL and does not fill itself.
_STATEMENTS = {
    "sqlite": """
        SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name IN :names
           AND c."notnull" = 1 AND c.dflt_value IS NULL
        """,
    "postgresql": """
        SELECT t.relname, c.attname FROM pg_catalog.pg_class t
          JOIN pg_catalog.pg_attribute c ON c.attrelid = t.oid
         WHERE t.relname IN :names AND t.relkind IN ('r', 'p') AND c.attnum > 0
           AND NOT c.attisdropped AND c.attnotnull AND NOT c.atthasdef AND c.attidentity = ''
           AND pg_catalog.pg_table_is_visible(t.oid)
        """,
    "mysql": """
        SELECT table_name, column_name FROM information_schema.columns
         WHERE table_schema = DATABASE() AND table_name IN :names
           AND is_nullable = 'NO' AND column_default IS NULL
           AND extra NOT LIKE '%auto_increment%'
        """,
}

_KNOWN: Mapping[str, frozenset[str]] = {
    **NEEDED,
    "registered_models": frozenset(("name",)),
    "registered_model_tags": frozenset(("key", "name")),
    "registered_model_aliases": frozenset(("alias", "name", "version")),
    "model_versions": frozenset(("name", "version")),
    "model_version_tags": frozenset(("key", "name", "version")),
    "logged_model_tags": frozenset(("model_id", "experiment_id", "tag_key", "tag_value")),
}
"""What we write to, with the columns that always get a value from us."""

_ALWAYS = "workspace"
"""A column that each table may have, and that we fill."""


def unknown_demands(connection: sa.Connection, kind: str) -> tuple[str, ...]:
    """Columns that want a value which we cannot give, as `table.column`."""
    statement = sa.text(_STATEMENTS[kind]).bindparams(
        sa.bindparam("names", list(_KNOWN), expanding=True)
    )
    rows = connection.execute(statement)
    return tuple(
        sorted(
            f"{table}.{name}"
            for table, name in rows
            if name not in _KNOWN[table] and name != _ALWAYS
        )
    )


def refusal(demands: tuple[str, ...], place: str) -> StoreBroken:
    """Why a database with such demands is only read."""
    return StoreBroken(
        f"{place} wants a value for {', '.join(demands)}, which Venturi does not know;"
        " it is not written to",
        hint="a newer MLflow made the database: update Venturi, or write with that MLflow",
    )
