"""A SQLite file behind an engine: from the store URI to connections that leave it alone."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from urllib.parse import parse_qs, unquote

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from venturi.errors import ConfigError, LoginRefused, NotFound, StoreBroken
from venturi.stores.sql.sqlite_file import SqliteConnection, SqliteFile, can_read
from venturi.stores.sql.sqlite_writing import writing_engine

LONGEST_WAIT_S = 5.0
"""For a lock: whoever writes to an MLflow store holds it for milliseconds."""

_URI = re.compile(
    r"sqlite(?:\+(?P<driver>\w+))?:(?://(?P<host>[^/]*))?/?(?P<path>[^?]*)(?:\?(?P<query>.*))?$",
    re.IGNORECASE | re.DOTALL,
)
_MEMORY = ("", ":memory:")


class SqliteDoor:
    """The way into one SQLite file."""

    kind = "sqlite"
    secret = ""

    def __init__(self, path: Path, wait_s: float) -> None:
        self.address = str(path)
        self._file = SqliteFile(path, min(wait_s, LONGEST_WAIT_S))
        self._is_lenient = False
        self.engine = sa.create_engine(
            "sqlite://",
            creator=self._connect,
            poolclass=QueuePool,
            max_overflow=-1,
            pool_reset_on_return=None,
        )
        event.listen(self.engine, "checkout", self._check)

    def connect(self) -> sa.Connection:
        """See Door."""
        return self.engine.connect()

    def is_answer_good(self, connection: sa.Connection) -> bool:
        """See Door: an answer read while a writer came is not good; see Manner.QUIET."""
        raw = connection.connection.dbapi_connection
        return not isinstance(raw, SqliteConnection) or self._file.is_still_good(raw)

    def mend(self, cause: BaseException) -> bool:
        """See Door: opens anew after a change of files, and leniently after broken text."""
        said = str(cause)
        if "decode" in said.lower() and not self._is_lenient:
            self._is_lenient = True
        elif not ("readonly" in said or "unable to open" in said):
            return False
        self.engine.dispose()
        return True

    def open_to_write(self, wait_s: float) -> sa.Engine:
        """See Door."""
        return writing_engine(self._file.path, wait_s)

    def close(self) -> None:
        """See Door."""
        self.engine.dispose()
        self._file.close()

    def _connect(self) -> SqliteConnection:
        connection = self._file.connect()
        if self._is_lenient:
            connection.text_factory = _lenient_text
        return connection

    def _check(
        self, connection: sqlite3.Connection, _entry: ConnectionPoolEntry, _proxy: object
    ) -> None:
        """Before a pooled connection is used: only if it would read what the file now holds."""
        if isinstance(connection, SqliteConnection) and not self._file.is_current(connection):
            raise exc.DisconnectionError("the file has changed")


def _lenient_text(text: bytes) -> str:
    """Text that is not UTF-8, with a sign in place of each broken byte."""
    return text.decode("utf-8", "replace")


def open_sqlite(uri: str, wait_s: float) -> SqliteDoor:
    """The door to the file that a `sqlite:` URI names.

    Raises:
        ConfigError: The URI names no file.
        NotFound: No such file.
        LoginRefused: The file may not be read.
        StoreBroken: It is a folder, or empty.
    """
    path = sqlite_path(uri)
    _check_file(path)
    return SqliteDoor(path, wait_s)


def sqlite_path(uri: str) -> Path:
    """The absolute path of the file that a `sqlite:` URI names.

    Three slashes start a relative path, four an absolute one. Percent signs stand for themselves
    when there is such a file, else they are decoded, as newer SQLAlchemy does. A query such as
    `?mode=rw` or `?timeout=20` changes nothing: stores are opened for reading.

    Raises:
        ConfigError: It names no file.
    """
    found = _URI.match(uri)
    if found is None or found["host"]:
        raise ConfigError(
            f"'{uri}' has the wrong number of slashes",
            hint="write sqlite:///relative.db or sqlite:////absolute/path.db",
        )
    if (found["driver"] or "pysqlite").lower() != "pysqlite":
        raise ConfigError(
            f"SQLite with the driver '{found['driver']}' cannot be read", hint="write sqlite:///…"
        )
    query = parse_qs(found["query"] or "")
    name = found["path"]
    if query.get("uri", [""])[0].lower() in ("true", "1", "yes", "on"):
        name = name.removeprefix("file:")
    if name in _MEMORY or "memory" in query.get("mode", ()):
        raise ConfigError(
            "a SQLite store in memory cannot be opened from outside",
            hint="name a file: sqlite:///mlflow.db",
        )
    literal, decoded = _placed(name), _placed(unquote(name))
    return decoded if _exists(decoded) and not _exists(literal) else literal


def _placed(name: str) -> Path:
    """A file name as a whole path; where this process stands matters only to a relative one."""
    return Path(name) if Path(name).is_absolute() else Path.cwd() / name


def _exists(path: Path) -> bool:
    """Whether there is such a file; False also for what no file can be called."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _check_file(path: Path) -> None:
    """Refuse what cannot be a database, in better words than SQLite's."""
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        raise _missing(path) from None
    except PermissionError as error:
        raise _refused(path) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise NotFound(f"there can be no file {path}", hint=why) from error
    if path.is_dir():
        inside = path / "mlflow.db"
        hint = f"open sqlite:///{inside}" if inside.exists() else "a SQLite store is a file"
        raise StoreBroken(f"{path} is a folder, not a SQLite file", hint=hint)
    if not can_read(path):
        raise _refused(path)
    if size == 0:
        raise StoreBroken(
            f"{path} is an empty file, not an MLflow database",
            hint="`mlflow db upgrade URI` makes its tables; `venturi demo` shows a sample store",
        )


def _missing(path: Path) -> NotFound:
    rooted = Path("/", *path.relative_to(Path.cwd()).parts) if _is_below_here(path) else None
    if rooted is not None and _exists(rooted):
        return NotFound(
            f"there is no file {path}", hint=f"did you mean sqlite:///{rooted}, with four slashes?"
        )
    return NotFound(
        f"there is no file {path}",
        hint="check the path; sqlite:/// starts in this folder, sqlite://// at the root",
    )


def _is_below_here(path: Path) -> bool:
    return path.is_relative_to(Path.cwd())


def _refused(path: Path) -> LoginRefused:
    return LoginRefused(f"{path} may not be read by this user", hint="check its permissions")
