"""What is asked of a registry in a database: models and versions, whole, in a few statements."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from venturi.records import PROMPT_TAG, ModelVersion, RegisteredModel, Stage
from venturi.stores.registry_checks import is_possible, model_id_in
from venturi.stores.registry_pages import DELETED
from venturi.stores.sql.registry_tables import RegistryTables

_VersionTags = dict[tuple[str, int], dict[str, str]]
_Aliases = dict[str, dict[str, int]]


def read_models(
    connection: sa.Connection, tables: RegistryTables, name: str | None = None
) -> list[RegisteredModel]:
    """All models, or the one of that name if there is one; prompts too."""
    models = tables.models.c
    statement = sa.select(
        models.name, models.creation_time, models.last_updated_time, models.description
    ).where(*tables.here(tables.models, name))
    rows = connection.execute(statement).all()
    tags = _model_tags(connection, tables, name)
    aliases = _aliases(connection, tables, name)
    latest = _latest(connection, tables, name)
    return [
        RegisteredModel(
            name=row.name,
            description=row.description or "",
            creation_time=row.creation_time,
            last_updated_time=row.last_updated_time,
            tags=tags.get(row.name, {}),
            aliases=aliases.get(row.name, {}),
            latest_versions=latest.get(row.name, {}),
        )
        for row in rows
    ]


def read_model(
    connection: sa.Connection, tables: RegistryTables, name: str
) -> RegisteredModel | None:
    """The model of exactly that name; None when there is none."""
    return next(iter(read_models(connection, tables, name)), None)


def read_versions(
    connection: sa.Connection,
    tables: RegistryTables,
    name: str | None = None,
    version: int | None = None,
) -> list[ModelVersion]:
    """All versions but the deleted ones, or those of one model, or one of these."""
    table = tables.versions
    clauses = [*tables.here(table, name), _is_alive(table)]
    if version is not None:
        clauses.append(table.c.version == version)
    columns: list[sa.ColumnElement[Any]] = [each for each in table.c if each.name != "workspace"]
    if "storage_location" not in table.c:
        columns.append(sa.literal("").label("storage_location"))
    rows = connection.execute(sa.select(*columns).where(*clauses)).all()
    tags = _version_tags(connection, tables, name, version)
    aliases = _aliases(connection, tables, name)
    return [
        _version(row, tags.get((row.name, row.version), {}), aliases.get(row.name, {}))
        for row in rows
    ]


def read_version(
    connection: sa.Connection, tables: RegistryTables, name: str, version: int
) -> ModelVersion | None:
    """One version; None when there is none, or it was deleted."""
    if not is_possible(version):
        return None
    return next(iter(read_versions(connection, tables, name, version)), None)


def read_prompts(
    connection: sa.Connection, tables: RegistryTables, name: str | None = None
) -> list[str]:
    """The names of models that are prompts."""
    tags = tables.model_tags
    statement = sa.select(tags.c.name, tags.c.value).where(
        *tables.here(tags, name), tables.dialect.equals(tags.c.key, PROMPT_TAG)
    )
    rows = connection.execute(statement).all()
    return [row.name for row in rows if (row.value or "").lower() == "true"]


def _version(row: sa.Row[Any], tags: dict[str, str], aliases: dict[str, int]) -> ModelVersion:
    names = sorted(alias for alias, version in aliases.items() if version == row.version)
    return ModelVersion(
        name=row.name,
        version=row.version,
        stage=row.current_stage or Stage.NONE.value,
        aliases=tuple(names),
        status=row.status or "",
        status_message=row.status_message or "",
        description=row.description or "",
        run_id=row.run_id or "",
        source=row.source or "",
        storage_location=row.storage_location or "",
        run_link=row.run_link or "",
        model_id=model_id_in(row.source or ""),
        user_id=row.user_id or "",
        creation_time=row.creation_time,
        last_updated_time=row.last_updated_time,
        tags=tags,
    )


def _model_tags(
    connection: sa.Connection, tables: RegistryTables, name: str | None
) -> dict[str, dict[str, str]]:
    table = tables.model_tags
    statement = sa.select(table.c.name, table.c.key, table.c.value)
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(statement.where(*tables.here(table, name))):
        found[row.name][row.key] = row.value or ""
    return found


def _version_tags(
    connection: sa.Connection, tables: RegistryTables, name: str | None, version: int | None
) -> _VersionTags:
    table = tables.version_tags
    statement = sa.select(table.c.name, table.c.version, table.c.key, table.c.value)
    statement = statement.where(*tables.here(table, name))
    if version is not None:
        statement = statement.where(table.c.version == version)
    found: _VersionTags = defaultdict(dict)
    for row in connection.execute(statement):
        found[row.name, row.version][row.key] = row.value or ""
    return found


def _aliases(connection: sa.Connection, tables: RegistryTables, name: str | None) -> _Aliases:
    table = tables.aliases
    if table is None:
        return {}
    statement = sa.select(table.c.name, table.c.alias, table.c.version)
    found: _Aliases = defaultdict(dict)
    for row in connection.execute(statement.where(*tables.here(table, name))):
        found[row.name][row.alias] = row.version
    return found


def _latest(connection: sa.Connection, tables: RegistryTables, name: str | None) -> _Aliases:
    """The highest version in each stage, by model."""
    table = tables.versions
    stage = table.c.current_stage
    statement = (
        sa.select(table.c.name, stage, sa.func.max(table.c.version).label("highest"))
        .where(*tables.here(table, name), _is_alive(table))
        .group_by(table.c.name, stage)
    )
    found: _Aliases = defaultdict(dict)
    for row in connection.execute(statement):
        found[row.name][row.current_stage or Stage.NONE.value] = row.highest
    return found


def _is_alive(table: sa.TableClause) -> sa.ColumnElement[bool]:
    stage = table.c.current_stage
    return sa.or_(stage.is_(None), stage != DELETED)
