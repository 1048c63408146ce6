"""Creates a version of a registered model in a database, and lets its logged model know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from venturi.errors import NotFound
from venturi.records import ModelVersion, Stage
from venturi.stores.registry import NewVersion
from venturi.stores.registry_checks import (
    MODEL_VERSIONS_TAG,
    no_version,
    origin_of,
    versions_made,
)
from venturi.stores.sql.database import Reader
from venturi.stores.sql.registry_reading import read_version
from venturi.stores.sql.registry_tables import RegistryTables
from venturi.stores.sql.registry_writing import lock_model, now_ms, put


class LoggedModel(NamedTuple):
    """What a version takes from the logged model it is made of."""

    model_id: str
    experiment_id: int
    location: str
    run_id: str


def create_version(
    connection: sa.Connection, reader: Reader, tables: RegistryTables, wish: NewVersion
) -> ModelVersion:
    """Insert the next version of a model, with its tags.

    Raises:
        NotFound: The model is not there, or the version or logged model it is to be made of.
    """
    lock_model(connection, tables, wish.name)
    logged, location = _origin(connection, reader, tables, wish)
    if logged is not None:
        wish = replace(wish, run_id=wish.run_id or logged.run_id)
    number = _next_number(connection, tables, wish.name)
    now = now_ms()
    _insert(connection, tables, wish, number, location, now)
    mine = tables.here(tables.models, wish.name)
    connection.execute(sa.update(tables.models).where(*mine).values(last_updated_time=now))
    if logged is not None:
        _tell(connection, tables, logged, wish.name, number)
    made = read_version(connection, tables, wish.name, number)
    return replace(cast("ModelVersion", made), model_id=logged.model_id if logged else "")


def _origin(
    connection: sa.Connection, reader: Reader, tables: RegistryTables, wish: NewVersion
) -> tuple[LoggedModel | None, str]:
    """The logged model it is made of, if it is, and where the files are."""
    origin = origin_of(wish.source)
    model_id = wish.model_id or (origin.model_id if origin else "")
    logged = _logged_model(connection, reader, tables, model_id) if model_id else None
    is_needed = not wish.run_id or (origin is not None and bool(origin.model_id))
    if model_id and logged is None and is_needed:
        raise NotFound(f"there is no logged model '{model_id}' in {tables.place}")
    if origin is None:
        return logged, wish.source
    if origin.model_id:
        return logged, logged.location if logged else wish.source
    found = read_version(connection, tables, origin.name, origin.version)
    if found is None:
        raise no_version(origin.name, origin.version, tables.place)
    return logged, found.storage_location or found.source


def _logged_model(
    connection: sa.Connection, reader: Reader, tables: RegistryTables, model_id: str
) -> LoggedModel | None:
    table = tables.logged_models
    if table is None:
        return None
    statement = sa.select(table.c.experiment_id, table.c.artifact_location, table.c.source_run_id)
    is_it = tables.dialect.equals(table.c.model_id, model_id)
    row = connection.execute(statement.where(is_it, table.c.lifecycle_stage == "active")).first()
    if row is None or reader.scope.outside(connection, [str(row.experiment_id)]):
        return None
    return LoggedModel(
        model_id, row.experiment_id, row.artifact_location or "", row.source_run_id or ""
    )


def _next_number(connection: sa.Connection, tables: RegistryTables, name: str) -> int:
    """One more than the highest there ever was: deleted versions keep theirs."""
    table = tables.versions
    highest = sa.select(sa.func.max(table.c.version)).where(*tables.here(table, name))
    return (connection.execute(highest).scalar() or 0) + 1


def _insert(
    connection: sa.Connection,
    tables: RegistryTables,
    wish: NewVersion,
    number: int,
    location: str,
    now: int,
) -> None:
    home = {**tables.home(tables.versions), "name": wish.name, "version": number}
    row: dict[str, Any] = {
        **home,
        "creation_time": now,
        "last_updated_time": now,
        "description": wish.description or None,
        "user_id": wish.user_id or None,
        "current_stage": Stage.NONE.value,
        "source": wish.source,
        "run_id": wish.run_id or None,
        "run_link": wish.run_link or None,
        "status": "READY",
    }
    if "storage_location" in tables.versions.c:
        row["storage_location"] = location
    connection.execute(sa.insert(tables.versions).values(row))
    rows = [{**home, "key": key, "value": value} for key, value in wish.tags.items()]
    if rows:
        connection.execute(sa.insert(tables.version_tags), rows)


def _tell(
    connection: sa.Connection, tables: RegistryTables, logged: LoggedModel, name: str, number: int
) -> None:
    """Add the version to the list that the logged model carries in a tag, as servers do."""
    table = tables.logged_model_tags
    if table is None:
        return
    place = {"model_id": logged.model_id, "tag_key": MODEL_VERSIONS_TAG}
    is_it = [table.c[column] == value for column, value in place.items()]
    old = connection.execute(sa.select(table.c.tag_value).where(*is_it)).scalar()
    values = {"tag_value": versions_made(old, name, number), "experiment_id": logged.experiment_id}
    put(connection, tables, table, place, values)
