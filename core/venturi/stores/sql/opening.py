"""Opens the SQL database that a URI names, and looks whether it is MLflow's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from venturi.stores.base import StoreOptions
from venturi.stores.sql.database import Database, Door
from venturi.stores.sql.server_door import open_server
from venturi.stores.sql.sqlite_door import open_sqlite
from venturi.stores.sql.store import SqlStore

if TYPE_CHECKING:
    from venturi.stores.sql.registry import SqlRegistry

S = TypeVar("S")


def open_sql(uri: str, options: StoreOptions) -> SqlStore:
    """The store in a `sqlite:`, `postgresql:` or `mysql:` database, looked at once.

    Raises:
        ConfigError, MissingDriver, NotFound, StoreBroken, StoreUnreachable, LoginRefused: As
            `venturi.stores.open_tracking` says.
    """
    return _opened(uri, options, SqlStore)


def open_sql_registry(uri: str, options: StoreOptions) -> SqlRegistry:
    """The model registry in such a database, looked at once. Raises as `open_sql`."""
    from venturi.stores.sql.registry import SqlRegistry

    return _opened(uri, options, SqlRegistry)


def _opened(uri: str, options: StoreOptions, make: Callable[[Database], S]) -> S:
    door: Door
    if uri.lower().startswith("sqlite"):
        door = open_sqlite(uri, options.timeout_s)
    else:
        door = open_server(uri, options.timeout_s)
    database = Database(door, options.timeout_s)
    try:
        return make(database)
    except BaseException:
        database.close()
        raise
