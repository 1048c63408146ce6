"""The way to write to a database: each change in one transaction, tried again when others write."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from venturi.errors import InvalidInput, VenturiError
from venturi.stores.sql.write_failures import is_clash, is_contention, translated_write

T = TypeVar("T")

_LONGEST_WAIT_S = 20.0
"""For others who write, as MLflow waits."""
_CLASHES = 3
"""How often a row may be in the way; when looked for the next time it is seen before."""
_LOSSES = 1
"""How often a connection may be lost."""
_LONGEST_PAUSE_S = 0.25


class _Door(Protocol):
    """What the database is called; see Door."""

    kind: str
    address: str
    secret: str


class _Lost(Exception):
    """The connection broke while a commit was on its way: nobody knows whether it is done."""


class WriteDoor:
    """Writes to one database. Safe to use from any thread.

    Args:
        door: The database.
        engine: Freshly opened to write.
        wait_s: How long to wait for others who write.
    """

    def __init__(self, door: _Door, engine: sa.Engine, wait_s: float) -> None:
        self._door = door
        self._engine = engine
        self._wait_s = wait_s
        self._driver_error: type[BaseException] = engine.dialect.loaded_dbapi.Error

    def write(self, change: Callable[[sa.Connection], T], *, repeatable: bool) -> T:
        """What the change returns, once it is committed.

        Args:
            change: Writes by the connection it gets. It may be called several times, each time in
                a new transaction; the earlier ones have left nothing.
            repeatable: Whether it does no harm when the change is made twice: it is then tried
                again also when a connection broke during a commit.

        Raises:
            Whatever the change raises of our own family, with nothing written; else as
            `Database.write` says.
        """
        attempts = _Attempts(self._door.kind, self._wait_s)
        while True:
            done = self._try(change, attempts, repeatable=repeatable)
            if done is not None:
                return done[0]

    def _try(
        self, change: Callable[[sa.Connection], T], attempts: _Attempts, *, repeatable: bool
    ) -> tuple[T] | None:
        """What the change returned; None when it is to be tried again."""
        try:
            with self._transaction() as connection:
                answer = change(connection)
        except _Lost as lost:
            error = lost.__cause__ or lost
            if not (repeatable and attempts.may_lose()):
                raise self._translated(error) from error
        except (exc.DBAPIError, self._driver_error) as error:
            if not attempts.may_go_on(error):
                raise self._translated(error) from error
        except (UnicodeEncodeError, OverflowError) as error:
            raise InvalidInput(f"no database can hold that: {error}") from error
        else:
            return (answer,)
        return None

    @contextmanager
    def _transaction(self) -> Generator[sa.Connection]:
        """Committed at the end, rolled back after an error."""
        with self._engine.connect() as connection:
            transaction = connection.begin()
            try:
                yield connection
            except self._driver_error:
                # Raised by a cursor that SQLAlchemy does not watch.
                connection.invalidate()
                raise
            except BaseException:
                transaction.rollback()
                raise
            try:
                transaction.commit()
            except exc.DBAPIError as error:
                if error.connection_invalidated:
                    raise _Lost from error
                raise

    def _translated(self, error: BaseException) -> VenturiError:
        door = self._door
        return translated_write(error, door.kind, door.address, door.secret)

    def close(self) -> None:
        """Let go of files and connections."""
        self._engine.dispose()


class _Attempts:
    """Counts what went wrong with one change, and waits between two attempts."""

    def __init__(self, kind: str, wait_s: float) -> None:
        self._kind = kind
        self._until = time.monotonic() + wait_s
        self._clashes = 0
        self._losses = 0
        self._pause_s = 0.005

    def may_go_on(self, error: BaseException) -> bool:
        """Whether to try again after an error before the commit; waits for others first."""
        if is_contention(error, self._kind):
            return self._has_waited()
        if is_clash(error):
            self._clashes += 1
            return self._clashes < _CLASHES
        was_lost = not isinstance(error, exc.DBAPIError) or error.connection_invalidated
        return was_lost and self.may_lose()

    def may_lose(self) -> bool:
        """Whether to try again after a lost connection."""
        self._losses += 1
        return self._losses <= _LOSSES

    def _has_waited(self) -> bool:
        if time.monotonic() >= self._until:
            return False
        time.sleep(random.uniform(0.2, 1.0) * self._pause_s)  # noqa: S311
        self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)
        return True


def longest_wait(timeout_s: float) -> float:
    """How long a write waits for others, in seconds, with the patience of StoreOptions."""
    return min(timeout_s, _LONGEST_WAIT_S)
