"""The tables of MLflow's model registry, cut to what one database really has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from venturi.errors import InvalidInput, StoreBroken
from venturi.stores.sql.dialects import Dialect, Truth
from venturi.stores.sql.layout import Layout
from venturi.stores.sql.scope import WORKSPACE

_NUMBERS = frozenset(("version", "creation_time", "last_updated_time"))
_NEEDED = ("registered_models", "registered_model_tags", "model_versions", "model_version_tags")
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "registered_models": ("name", "creation_time", "last_updated_time", "description"),
    "registered_model_tags": ("name", "key", "value"),
    "registered_model_aliases": ("name", "alias", "version"),
    "model_versions": (
        "name", "version", "creation_time", "last_updated_time", "description", "user_id",
        "current_stage", "source", "run_id", "status", "status_message", "run_link",
        "storage_location",
    ),
    "model_version_tags": ("name", "version", "key", "value"),
    "logged_models": (
        "model_id", "experiment_id", "artifact_location", "source_run_id", "lifecycle_stage",
    ),
    "logged_model_tags": ("model_id", "experiment_id", "tag_key", "tag_value"),
}  # fmt: skip


class RegistryTables:
    """The tables of a registry.

    Aliases came with MLflow 2.3, `storage_location` with 2.8, logged models with 3.0, and the
    column `workspace` with 3.10; only the workspace `default` is looked at.

    Raises:
        StoreBroken: There is no registry in the database.
    """

    def __init__(self, layout: Layout, dialect: Dialect, place: str) -> None:
        self.dialect = dialect
        self.place = place
        self._layout = layout
        missing = [name for name in _NEEDED if name not in layout.columns]
        if missing:
            raise StoreBroken(
                f"{place} has no model registry: the table {missing[0]} is missing",
                hint="`mlflow db upgrade URI` makes it",
            )
        self.models = self._table("registered_models")
        self.model_tags = self._table("registered_model_tags")
        self.versions = self._table("model_versions")
        self.version_tags = self._table("model_version_tags")
        has_aliases = "registered_model_aliases" in layout.columns
        self.aliases = self._table("registered_model_aliases") if has_aliases else None
        has_logged = "logged_models" in layout.columns
        self.logged_models = self._table("logged_models") if has_logged else None
        self.logged_model_tags = self._table("logged_model_tags") if has_logged else None

    def here(self, table: sa.TableClause, name: str | None = None) -> list[Truth]:
        """Clauses on the rows of a table that can be seen; with a name, those of that model."""
        column: sa.ColumnElement[Any] | None = table.c.get("workspace")
        clauses: list[Truth] = [] if column is None else [column == WORKSPACE]
        if name is not None:
            is_it = self.dialect.equals(table.c.name, name) if _can_be(name) else sa.false()
            clauses.append(is_it)
        return clauses

    def home(self, table: sa.TableClause) -> dict[str, str]:
        """What a new row of the table has to say beside its own values."""
        return {"workspace": WORKSPACE} if "workspace" in table.c else {}

    def needed_aliases(self) -> sa.TableClause:
        """The table of aliases. Raises InvalidInput where an older MLflow has none."""
        if self.aliases is None:
            raise InvalidInput(
                f"{self.place} is of an MLflow before 2.3, which has no aliases",
                hint="`mlflow db upgrade URI` brings it up to date",
            )
        return self.aliases

    def _table(self, name: str) -> sa.TableClause:
        there = self._layout.columns[name]
        names = [column for column in (*_COLUMNS[name], "workspace") if column in there]
        return sa.table(name, *(_column(column) for column in names))


def _column(name: str) -> sa.ColumnClause[Any]:
    if name in _NUMBERS or name == "experiment_id":
        return sa.column(name, sa.BigInteger())
    return sa.column(name, sa.String())


def _can_be(name: str) -> bool:
    """Whether every database can be asked for a name: PostgreSQL refuses NUL."""
    return "\0" not in name and not any("\ud800" <= letter <= "\udfff" for letter in name)
