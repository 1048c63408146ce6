"""A database server behind an engine: PostgreSQL by psycopg, MySQL and MariaDB by PyMySQL."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import event, exc

from venturi.errors import ConfigError, MissingDriver
from venturi.stores.installed import is_installed
from venturi.stores.sql.failures import said

_LONGEST_CONNECT_S = 10

# What a URI may name besides is another driver for the same database: MLflow's users have one
# of these installed, with the same parameters.
_DRIVERS = {
    "postgresql": ("psycopg", "psycopg2"),
    "mysql": ("pymysql",),
}
# How long to wait for rows that others have locked, in seconds.
_BOUNDS = {
    "postgresql": "SET LOCAL lock_timeout = '{}s'",
    "mysql": "SET SESSION innodb_lock_wait_timeout = {}",
}
_EXTRAS = {"postgresql": "postgres", "mysql": "mysql"}


class ServerDoor:
    """The way into one database of a server."""

    def __init__(self, kind: str, url: sa.URL, arguments: Mapping[str, int]) -> None:
        self.kind = kind
        self.address = shown(kind, url)
        self.secret = url.password or ""
        self.engine = sa.create_engine(
            url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, connect_args=arguments
        )
        self._url = url
        self._arguments = arguments

    def connect(self) -> sa.Connection:
        """See Door. Raises ConfigError for options that the driver does not know."""
        try:
            return self.engine.connect()
        except (TypeError, ValueError, exc.ProgrammingError) as error:
            raise ConfigError(
                f"{self.address}: an option in the URI cannot be used: {said(error, self.secret)}",
                hint="options stand behind the ? of the URI",
            ) from None

    def is_answer_good(self, connection: sa.Connection) -> bool:  # noqa: ARG002
        """See Door: a server sees to that."""
        return True

    def mend(self, cause: BaseException) -> bool:  # noqa: ARG002
        """See Door: there is nothing to mend from here."""
        return False

    def open_to_write(self, wait_s: float) -> sa.Engine:
        """See Door."""
        engine = sa.create_engine(self._url, connect_args=self._arguments)
        bound = _BOUNDS[self.kind].format(max(1, round(wait_s)))

        def begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql(bound)

        event.listen(engine, "begin", begin)
        return engine

    def close(self) -> None:
        """See Door."""
        self.engine.dispose()


def open_server(uri: str, timeout_s: float) -> ServerDoor:
    """The door to the database that a `postgresql:` or `mysql:` URI names. Connects later.

    Raises:
        ConfigError: The URI cannot be understood.
        MissingDriver: The driver is not installed.
    """
    try:
        url = sa.make_url(uri)
    except (exc.ArgumentError, ValueError):
        # SQLAlchemy's own message repeats the whole URI, password and all.
        raise ConfigError(
            "the store URI cannot be understood",
            hint="write postgresql://USER:PASSWORD@HOST:PORT/DATABASE; in a password write"
            " %40 for @, %2F for / and %3A for :",
        ) from None
    kind = "postgresql" if url.get_backend_name() == "postgresql" else "mysql"
    if not url.database:
        raise ConfigError(
            f"{shown(kind, url)} names no database", hint="its name stands at the end of the URI"
        )
    url = url.set(drivername=f"{kind}+{_driver(kind)}")
    patience = _patience(kind, timeout_s)
    arguments = {name: limit for name, limit in patience.items() if name not in url.query}
    try:
        return ServerDoor(kind, url, arguments)
    except ImportError as error:
        raise _missing(kind, str(error)) from error


def _patience(kind: str, timeout_s: float) -> dict[str, int]:
    """The driver's options that bound its waiting."""
    seconds = max(1, int(timeout_s))
    connect = {"connect_timeout": min(seconds, _LONGEST_CONNECT_S)}
    if kind == "mysql":
        return connect | {"read_timeout": seconds}
    return connect | {"tcp_user_timeout": seconds * 1000}


def shown(kind: str, url: sa.URL) -> str:
    """Where it is, without user, password and options."""
    host = url.host or str(url.query.get("host", "")) or "localhost"
    host = f"[{host}]" if ":" in host else host
    port = f":{url.port}" if url.port else ""
    return f"{kind}://{host}{port}/{url.database or ''}"


def _driver(kind: str) -> str:
    for driver in _DRIVERS[kind]:
        if is_installed(driver):
            return driver
    raise _missing(kind, f"{_DRIVERS[kind][0]} cannot be found")


def _missing(kind: str, why: str) -> MissingDriver:
    return MissingDriver(
        f"the driver for {kind} is not installed: {' '.join(why.split())}",
        hint=f"pip install 'venturi[{_EXTRAS[kind]}]'",
    )
