"""What changes a registry in a database: models, their tags and aliases, the stages of versions.

Each function is called inside one transaction. It locks the row of the model first, so that of two
who change the same model at once the later one sees what the earlier one did.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from venturi.records import ModelVersion, RegisteredModel, Stage
from venturi.stores.registry_checks import check_expected, no_model, no_version, taken
from venturi.stores.registry_pages import DELETED
from venturi.stores.sql.dialects import Truth
from venturi.stores.sql.registry_reading import read_model, read_version
from venturi.stores.sql.registry_tables import RegistryTables

_REDACTED: Mapping[str, str | None] = {
    "current_stage": DELETED,
    "description": None,
    "user_id": None,
    "status_message": None,
    "source": "REDACTED-SOURCE-PATH",
    "run_id": "REDACTED-RUN-ID",
    "run_link": "REDACTED-RUN-LINK",
}
"""What MLflow leaves of a deleted version."""


def now_ms() -> int:
    """Now, as MLflow writes it."""
    return time.time_ns() // 1_000_000


def create_model(
    connection: sa.Connection,
    tables: RegistryTables,
    name: str,
    description: str,
    tags: Mapping[str, str],
) -> RegisteredModel:
    """Insert a model with its tags."""
    _check_free(connection, tables, name)
    now = now_ms()
    home = {**tables.home(tables.models), "name": name}
    times = {"creation_time": now, "last_updated_time": now}
    row = {**home, **times, "description": description or None}
    connection.execute(sa.insert(tables.models).values(row))
    rows = [{**home, "key": key, "value": value} for key, value in tags.items()]
    if rows:
        connection.execute(sa.insert(tables.model_tags), rows)
    return RegisteredModel(name, description, now, now, dict(tags))


def rename_model(
    connection: sa.Connection, tables: RegistryTables, name: str, new_name: str
) -> None:
    """Give a model another name, and all that belongs to it."""
    lock_model(connection, tables, name)
    if name == new_name:
        return
    _check_free(connection, tables, new_name, but=name)
    now = now_ms()
    changes = {"name": new_name, "last_updated_time": now}
    connection.execute(
        sa.update(tables.models).where(*tables.here(tables.models, name)).values(changes)
    )
    # The rows that refer to it are renamed by the database; those are left that it has not seen.
    for table in (tables.versions, tables.version_tags, tables.model_tags, tables.aliases):
        if table is not None:
            mine = tables.here(table, name)
            connection.execute(sa.update(table).where(*mine).values(name=new_name))
    theirs = tables.here(tables.versions, new_name)
    connection.execute(sa.update(tables.versions).where(*theirs).values(last_updated_time=now))


def describe_model(
    connection: sa.Connection, tables: RegistryTables, name: str, description: str
) -> None:
    """Set the description of a model."""
    lock_model(connection, tables, name)
    _update_model(connection, tables, name, description=description or None)


def delete_model(connection: sa.Connection, tables: RegistryTables, name: str) -> None:
    """Remove a model with all that belongs to it."""
    lock_model(connection, tables, name)
    parts = (tables.version_tags, tables.versions, tables.model_tags, tables.aliases)
    for table in (*parts, tables.models):
        if table is not None:
            connection.execute(sa.delete(table).where(*tables.here(table, name)))


def set_model_tag(
    connection: sa.Connection, tables: RegistryTables, name: str, key: str, value: str
) -> None:
    """Set a tag of a model."""
    lock_model(connection, tables, name)
    put(connection, tables, tables.model_tags, {"name": name, "key": key}, {"value": value})


def delete_model_tag(
    connection: sa.Connection, tables: RegistryTables, name: str, key: str
) -> None:
    """Remove a tag of a model, if it is there."""
    lock_model(connection, tables, name)
    _remove(connection, tables, tables.model_tags, {"name": name, "key": key})


def describe_version(
    connection: sa.Connection, tables: RegistryTables, name: str, version: int, description: str
) -> None:
    """Set the description of a version."""
    lock_version(connection, tables, name, version)
    changes = {"description": description or None, "last_updated_time": now_ms()}
    _update_version(connection, tables, name, version, changes)


def delete_version(
    connection: sa.Connection, tables: RegistryTables, name: str, version: int
) -> None:
    """Mark a version as deleted and blot out what it says, as MLflow does."""
    lock_version(connection, tables, name, version)
    now = now_ms()
    _update_version(connection, tables, name, version, {**_REDACTED, "last_updated_time": now})
    if tables.aliases is not None:
        _remove(connection, tables, tables.aliases, {"name": name, "version": version})
    _update_model(connection, tables, name, last_updated_time=now)


def transition(
    connection: sa.Connection,
    tables: RegistryTables,
    name: str,
    version: int,
    goal: Stage,
    *,
    archive_existing: bool,
    expect: str | None,
) -> ModelVersion:
    """Move a version to a stage, and others out of it when asked to."""
    check_expected(lock_version(connection, tables, name, version), expect)
    now = now_ms()
    if archive_existing:
        table = tables.versions
        others = (table.c.version != version, table.c.current_stage == goal.value)
        connection.execute(
            sa.update(table)
            .where(*tables.here(table, name), *others)
            .values(current_stage=Stage.ARCHIVED.value, last_updated_time=now)
        )
    changes = {"current_stage": goal.value, "last_updated_time": now}
    _update_version(connection, tables, name, version, changes)
    _update_model(connection, tables, name, last_updated_time=now)
    return _found_version(connection, tables, name, version)


def set_alias(
    connection: sa.Connection, tables: RegistryTables, name: str, alias: str, version: int
) -> None:
    """Let an alias name a version."""
    aliases = tables.needed_aliases()
    lock_version(connection, tables, name, version)
    put(connection, tables, aliases, {"name": name, "alias": alias}, {"version": version})


def delete_alias(connection: sa.Connection, tables: RegistryTables, name: str, alias: str) -> None:
    """Remove an alias, if it is there."""
    lock_model(connection, tables, name)
    if tables.aliases is not None:
        _remove(connection, tables, tables.aliases, {"name": name, "alias": alias})


def set_version_tag(
    connection: sa.Connection, tables: RegistryTables, name: str, version: int, key: str, value: str
) -> None:
    """Set a tag of a version."""
    lock_version(connection, tables, name, version)
    place = {"name": name, "version": version, "key": key}
    put(connection, tables, tables.version_tags, place, {"value": value})


def delete_version_tag(
    connection: sa.Connection, tables: RegistryTables, name: str, version: int, key: str
) -> None:
    """Remove a tag of a version, if it is there."""
    lock_version(connection, tables, name, version)
    place = {"name": name, "version": version, "key": key}
    _remove(connection, tables, tables.version_tags, place)


def lock_model(connection: sa.Connection, tables: RegistryTables, name: str) -> None:
    """Keep others from changing a model until the end of the transaction. Raises NotFound."""
    table = tables.models
    statement = sa.select(table.c.name).where(*tables.here(table, name)).with_for_update()
    if connection.execute(statement).first() is None:
        raise no_model(name, tables.place)


def lock_version(
    connection: sa.Connection, tables: RegistryTables, name: str, version: int
) -> ModelVersion:
    """The version as it is; nobody else changes its model meanwhile. Raises NotFound."""
    lock_model(connection, tables, name)
    return _found_version(connection, tables, name, version)


def put(
    connection: sa.Connection,
    tables: RegistryTables,
    table: sa.TableClause,
    place: Mapping[str, Any],
    values: Mapping[str, Any],
) -> None:
    """Update the row at a place, or insert it.

    What the database takes for the same place is overwritten, also when it looks different: to
    MySQL `a` and `A` are one.
    """
    same = [table.c[column] == value for column, value in place.items()]
    change = sa.update(table).where(*tables.here(table), *same).values({**place, **values})
    if connection.execute(change).rowcount == 0:
        row = {**tables.home(table), **place, **values}
        connection.execute(sa.insert(table).values(row))


def _found_version(
    connection: sa.Connection, tables: RegistryTables, name: str, version: int
) -> ModelVersion:
    found = read_version(connection, tables, name, version)
    if found is None:
        raise no_version(name, version, tables.place)
    return found


def _check_free(
    connection: sa.Connection, tables: RegistryTables, name: str, but: str | None = None
) -> None:
    """Raise Conflict when the database takes a name for one that is there."""
    table = tables.models
    same = [*tables.here(table), table.c.name == name]
    for found in connection.execute(sa.select(table.c.name).where(*same)).scalars():
        if found != but:
            model = read_model(connection, tables, found)
            raise taken(found, model.tags if model else {}, tables.place)


def _update_model(
    connection: sa.Connection, tables: RegistryTables, name: str, **changes: object
) -> None:
    values = {"last_updated_time": now_ms(), **changes}
    mine = tables.here(tables.models, name)
    connection.execute(sa.update(tables.models).where(*mine).values(values))


def _update_version(
    connection: sa.Connection,
    tables: RegistryTables,
    name: str,
    version: int,
    changes: Mapping[str, object],
) -> None:
    table = tables.versions
    mine: list[Truth] = [*tables.here(table, name), table.c.version == version]
    connection.execute(sa.update(table).where(*mine).values(dict(changes)))


def _remove(
    connection: sa.Connection,
    tables: RegistryTables,
    table: sa.TableClause,
    place: Mapping[str, Any],
) -> None:
    same: list[Truth] = [
        tables.dialect.equals(table.c[column], value)
        if isinstance(value, str)
        else table.c[column] == value
        for column, value in place.items()
    ]
    connection.execute(sa.delete(table).where(*tables.here(table), *same))
