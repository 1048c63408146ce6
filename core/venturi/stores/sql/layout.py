"""Which tables, columns and indexes a database has: how it is read, whatever its version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from venturi.errors import StoreBroken

NEEDED: Mapping[str, frozenset[str]] = {
    "experiments": frozenset(
        (
            "experiment_id", "name", "lifecycle_stage", "artifact_location", "creation_time",
            "last_update_time",
        )
    ),
    "experiment_tags": frozenset(("experiment_id", "key", "value")),
    "runs": frozenset(
        (
            "run_uuid", "name", "experiment_id", "status", "start_time", "end_time",
            "lifecycle_stage", "user_id", "artifact_uri",
        )
    ),
    "params": frozenset(("run_uuid", "key", "value")),
    "tags": frozenset(("run_uuid", "key", "value")),
    "metrics": frozenset(("run_uuid", "key", "value", "timestamp", "step", "is_nan")),
    "latest_metrics": frozenset(("run_uuid", "key", "value", "timestamp", "step", "is_nan")),
}  # fmt: skip
"""What every MLflow since 1.30 has; without it nothing can be read."""

DATASETS: Mapping[str, frozenset[str]] = {
    "datasets": frozenset(
        ("dataset_uuid", "name", "digest", "dataset_source_type", "dataset_source")
    ),
    "inputs": frozenset(
        ("input_uuid", "source_type", "source_id", "destination_type", "destination_id")
    ),
    "input_tags": frozenset(("input_uuid", "name", "value")),
}
"""What MLflow has since 2.4."""

_REGISTRY = (
    "registered_models", "registered_model_tags", "registered_model_aliases", "model_versions",
    "model_version_tags", "logged_models", "logged_model_tags",
    "logged_model_metrics",
)  # fmt: skip

_TABLES = (*NEEDED, *DATASETS, *_REGISTRY, "assessments", "alembic_version")

# Each statement answers (kind, table, name): 'c' columns and 'i' indexes, of the tables in our
# reach only. They read the catalogue directly: information_schema is slow in PostgreSQL.
_STATEMENTS = {
    "sqlite": """
        SELECT 'c', t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
         WHERE t.type IN ('table', 'view') AND t.name IN :names
        UNION ALL
        SELECT 'i', tbl_name, name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'metrics'
        """,
    "postgresql": """
        SELECT 'c', t.relname, c.attname FROM pg_catalog.pg_class t
          JOIN pg_catalog.pg_attribute c ON c.attrelid = t.oid
         WHERE t.relname IN :names AND c.attnum > 0 AND NOT c.attisdropped
           AND pg_catalog.pg_table_is_visible(t.oid)
        UNION ALL
        SELECT 'i', t.relname, i.relname FROM pg_catalog.pg_index x
          JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
          JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
         WHERE t.relname = 'metrics' AND pg_catalog.pg_table_is_visible(t.oid)
        """,
    "mysql": """
        SELECT 'c', table_name, column_name FROM information_schema.columns
         WHERE table_schema = DATABASE() AND table_name IN :names
        UNION ALL
        SELECT DISTINCT 'i', table_name, index_name FROM information_schema.statistics
         WHERE table_schema = DATABASE() AND table_name = 'metrics'
        """,
}


class Layout(NamedTuple):
    """What a database looks like. `revision` is the migration it is at, empty when unknown."""

    columns: Mapping[str, frozenset[str]]
    indexes: frozenset[str]
    revision: str

    def has(self, table: str, column: str) -> bool:
        """Whether the table exists and has that column."""
        return column in self.columns.get(table, ())

    @property
    def has_datasets(self) -> bool:
        """Whether runs can tell which datasets they read."""
        return not _missing(self.columns, DATASETS)


def read_layout(connection: sa.Connection, kind: str, place: str) -> Layout:
    """Look at the catalogue of an open database; `place` is for the message.

    Raises:
        StoreBroken: Tables or columns are missing that every MLflow store has.
    """
    statement = sa.text(_STATEMENTS[kind]).bindparams(
        sa.bindparam("names", list(_TABLES), expanding=True)
    )
    columns: dict[str, set[str]] = {}
    indexes: set[str] = set()
    for what, table, name in connection.execute(statement):
        if what == "i":
            indexes.add(name)
        else:
            columns.setdefault(table, set()).add(name)
    _check(columns, place)
    found = {table: frozenset(names) for table, names in columns.items()}
    return Layout(found, frozenset(indexes), _revision(connection, found))


def _check(columns: Mapping[str, Iterable[str]], place: str) -> None:
    missing = _missing(columns, NEEDED)
    if not missing:
        return
    if not columns:
        raise StoreBroken(
            f"{place} is a database, but not one of MLflow's: none of its tables are there",
            hint="`mlflow db upgrade URI` makes them; or look for the right database",
        )
    raise StoreBroken(
        f"{place} is not a whole MLflow store: {_few(missing)} missing",
        hint="a store older than MLflow 1.30 is brought up by `mlflow db upgrade URI`",
    )


def _missing(
    columns: Mapping[str, Iterable[str]], needed: Mapping[str, frozenset[str]]
) -> list[str]:
    """Names of the tables and columns that are needed and not there."""
    missing: list[str] = []
    for table, names in needed.items():
        there = columns.get(table)
        if there is None:
            missing.append(f"table {table}")
        else:
            missing += [f"column {table}.{name}" for name in sorted(names.difference(there))]
    return missing


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:4])
    verb = "is" if len(names) == 1 else "are"
    return f"{shown} {verb}" if len(names) <= 4 else f"{shown} and {len(names) - 4} more are"


def _revision(connection: sa.Connection, columns: Mapping[str, frozenset[str]]) -> str:
    if "version_num" not in columns.get("alembic_version", ()):
        return ""
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")
