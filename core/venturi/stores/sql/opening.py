"""Opens the SQL database that a URI names, and looks whether it is MLflow's."""

from __future__ import annotations

from venturi.stores.base import StoreOptions
from venturi.stores.sql.database import Database, Door
from venturi.stores.sql.server_door import open_server
from venturi.stores.sql.sqlite_door import open_sqlite
from venturi.stores.sql.store import SqlStore


def open_sql(uri: str, options: StoreOptions) -> SqlStore:
    """The store in a `sqlite:`, `postgresql:` or `mysql:` database, looked at once.

    Raises:
        ConfigError, MissingDriver, NotFound, StoreBroken, StoreUnreachable, LoginRefused: As
            `venturi.stores.open_tracking` says.
    """
    door: Door
    if uri.lower().startswith("sqlite"):
        door = open_sqlite(uri, options.timeout_s)
    else:
        door = open_server(uri, options.timeout_s)
    database = Database(door, options.timeout_s)
    try:
        return SqlStore(database)
    except BaseException:
        database.close()
        raise
