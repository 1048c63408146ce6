"""MLflow stores behind one promise; opens the one that a URI names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from venturi.errors import ConfigError
from venturi.stores.base import StoreOptions, TrackingStore

if TYPE_CHECKING:
    from venturi.stores.registry import RegistryStore

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9.-]+)(?:\+[A-Za-z0-9_.-]*)?:")
_SQL = frozenset(("sqlite", "postgresql", "mysql", "mariadb"))
_KNOWN = "sqlite:///FILE, postgresql://…, mysql://…, http(s)://…, or the path of a folder"


def open_tracking(uri: str, options: StoreOptions | None = None) -> TrackingStore:
    """Open the tracking store that a URI names; what it needs is imported only now.

    Args:
        uri: `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://…`, `mysql://…` (with
            or without `+driver`), `http(s)://…`, `file:…` or the path of a folder.
        options: How patient to be, and the login of a server; MLflow's defaults when None.

    Raises:
        ConfigError: No such kind of store, or it cannot be used from here.
        MissingDriver: The package that speaks to this database is not installed.
        NotFound: No such file, folder or database.
        StoreBroken: What is there is not MLflow's.
        StoreUnreachable: Nobody answers, or the store is locked.
        LoginRefused: Credentials or permissions do not do.
    """
    options = options or StoreOptions()
    scheme = scheme_of(uri)
    if scheme in _SQL:
        from venturi.stores.sql import open_sql

        return open_sql(uri, options)
    if scheme in ("http", "https"):
        from venturi.stores.rest import open_rest

        return open_rest(uri, options)
    if scheme in ("", "file"):
        from venturi.stores.files import open_files

        return open_files(uri, options)
    raise _refusal(scheme)


def open_registry(uri: str, options: StoreOptions | None = None) -> RegistryStore:
    """Open the model registry that a URI names, as `open_tracking` does with the same errors."""
    options = options or StoreOptions()
    scheme = scheme_of(uri)
    if scheme in _SQL:
        from venturi.stores.sql import open_sql_registry

        return open_sql_registry(uri, options)
    if scheme in ("http", "https"):
        from venturi.stores.rest import open_rest_registry

        return open_rest_registry(uri, options)
    if scheme in ("", "file"):
        from venturi.stores.files import open_files_registry

        return open_files_registry(uri, options)
    raise _refusal(scheme)


def create_store(uri: str) -> bool:
    """Make an empty store with MLflow's `Default` experiment where the URI names none yet.

    A SQLite file gets the tables of an older MLflow that newer ones bring up to date by
    themselves. Another process that makes the same store at the same time does no harm.

    Args:
        uri: `sqlite:///…`, or `file:…` or the path of a folder.

    Returns:
        Whether it was made; False when there is a store already.

    Raises:
        ConfigError: Such a store cannot be made from here: a server or another database.
        StoreBroken: Something else is there.
        LoginRefused: The place cannot be written to.
    """
    scheme = scheme_of(uri)
    if scheme == "sqlite":
        from venturi.stores.sql import create_sqlite

        return create_sqlite(uri)
    if scheme in ("", "file"):
        from venturi.stores.files import create_files

        return create_files(uri)
    if scheme in _SQL or scheme in ("http", "https"):
        raise ConfigError(
            f"a {scheme} store cannot be made from here",
            hint="run `mlflow db upgrade` or `mlflow server` for it once",
        )
    raise _refusal(scheme)


def scheme_of(uri: str) -> str:
    """The scheme in lower case, without a driver: `postgresql` of `postgresql+psycopg://…`.

    Empty for a plain path, also one that starts with a drive letter.
    """
    found = _SCHEME.match(uri)
    if found:
        return found["scheme"].lower()
    return "databricks" if uri == "databricks" else ""  # MLflow's word for the default workspace


def _refusal(scheme: str) -> ConfigError:
    """Why a scheme cannot be opened. Says nothing of the rest, which may hold a password."""
    if scheme == "postgres":
        return ConfigError(
            "postgres:// is not a store URI", hint="write postgresql://, as MLflow wants it"
        )
    if scheme.startswith("databricks") or scheme == "uc":
        return ConfigError(f"a {scheme} workspace cannot be opened", hint=f"Venturi opens {_KNOWN}")
    if scheme == "mssql":
        return ConfigError(
            "SQL Server cannot be opened directly",
            hint="run `mlflow server` on it and open its http:// address",
        )
    return ConfigError(f"'{scheme}:' is no kind of store known here", hint=f"known are {_KNOWN}")
