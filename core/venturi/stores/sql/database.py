"""One open database: asks it and writes to it, from any thread, and translates what goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from venturi.errors import InvalidInput, StoreUnreachable, VenturiError
from venturi.stores.base import StoreInfo
from venturi.stores.sql.demands import refusal, unknown_demands
from venturi.stores.sql.dialects import Dialect, dialect_of
from venturi.stores.sql.failures import cause_of, is_layout_change, translated
from venturi.stores.sql.fields import ExperimentFields, RunFields
from venturi.stores.sql.hydrate import Hydration
from venturi.stores.sql.layout import Layout, read_layout
from venturi.stores.sql.scope import Scope
from venturi.stores.sql.tables import Tables
from venturi.stores.sql.write_door import WriteDoor, longest_wait

T = TypeVar("T")

_ATTEMPTS = 5


class Door(Protocol):
    """What differs between a file and a server when a database is opened and read."""

    kind: str
    address: str
    secret: str
    engine: sa.Engine

    def connect(self) -> sa.Connection:
        """A connection of the engine's pool."""
        ...

    def is_answer_good(self, connection: sa.Connection) -> bool:
        """Whether nothing changed under an answer that was just read."""
        ...

    def mend(self, cause: BaseException) -> bool:
        """After an error: True when something was changed so that asking again may work."""
        ...

    def open_to_write(self, wait_s: float) -> sa.Engine:
        """A new engine to write with, whose locks wait that long; reading goes on beside it."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class Reader:
    """What reading a database of one layout takes; a question gets it beside its connection."""

    def __init__(self, layout: Layout, dialect: Dialect) -> None:
        self.layout = layout
        self.dialect = dialect
        self.tables = Tables(layout)
        self.scope = Scope(self.tables)
        self.hydration = Hydration(self.tables)
        self.run_fields = RunFields(self.tables, dialect)
        self.experiment_fields = ExperimentFields(self.tables, dialect)
        self.demands: tuple[str, ...] | None = None


Question = Callable[[sa.Connection, Reader], T]


class Database:
    """A database behind a door. Looks at its layout once, and again when that has changed.

    Args:
        door: The way in.
        timeout_s: As in StoreOptions; bounds how long a write waits for others.
    """

    def __init__(self, door: Door, timeout_s: float = 120.0) -> None:
        self._door = door
        self._timeout_s = timeout_s
        self._write_door: WriteDoor | None = None
        self._driver_error: type[BaseException] = door.engine.dialect.loaded_dbapi.Error
        self._dialect = dialect_of(door.kind)
        self._reader: Reader | None = None
        self._lock = threading.Lock()
        self._is_closed = False

    def look(self) -> StoreInfo:
        """What this database is. Raises as `ask` does, also when it is not MLflow's."""
        revision = self.ask(lambda _, reader: reader.layout.revision)
        return StoreInfo(self._door.kind, self._door.address, revision)

    def ask(self, question: Question[T]) -> T:
        """The answer to a question, which may be asked again when the store moved under it.

        Raises:
            StoreUnreachable, LoginRefused, NotFound, StoreBroken, InvalidInput: As the promise of
                a store says.
        """
        forgiven = False
        for _ in range(_ATTEMPTS):
            if self._is_closed:
                raise StoreUnreachable(f"{self._door.address} has been closed")
            try:
                answers = self._try(question)
            except (exc.DBAPIError, self._driver_error) as error:
                if forgiven or not self._may_ask_again(error):
                    raise self._translated(error) from error
                forgiven = True
            except (UnicodeEncodeError, RecursionError) as error:
                raise InvalidInput(f"no database can be asked that: {error}") from error
            else:
                if answers:
                    return answers[0]
        raise StoreUnreachable(f"{self._door.address} changes all the time", hint="try again")

    def write(self, question: Question[T], *, repeatable: bool = False) -> T:
        """What a question that writes answers, made in one transaction and committed.

        Args:
            question: May be called several times, each time in a new transaction: when others
                wrote at the same time, or when a row is there already that it inserts. So it looks
                first, and raises what it has to say of what it finds; nothing is written then.
            repeatable: Whether it does no harm when it is done twice, as a connection that breaks
                during a commit does not tell whether it was done.

        Raises:
            LoginRefused: The place cannot be written to.
            InvalidInput: The database's own rules refuse a value.
            StoreBroken: As `ask` does, and when a newer MLflow wants what we cannot write.
            StoreUnreachable, NotFound: As `ask` does.
        """
        reader = self.ask(_ready_to_write)
        if reader.demands:
            raise refusal(reader.demands, self._door.address)
        door = self._door_to_write()
        return door.write(lambda connection: question(connection, reader), repeatable=repeatable)

    def _door_to_write(self) -> WriteDoor:
        with self._lock:
            if self._write_door is None:
                wait_s = longest_wait(self._timeout_s)
                engine = self._door.open_to_write(wait_s)
                self._write_door = WriteDoor(self._door, engine, wait_s)
            return self._write_door

    def _try(self, question: Question[T]) -> tuple[T] | None:
        """The answer; None when the store changed while it was read."""
        with self._door.connect() as connection:
            try:
                answer = question(connection, self._look(connection))
            except self._driver_error:
                # Raised by a cursor that SQLAlchemy does not watch.
                connection.invalidate()
                raise
            return (answer,) if self._door.is_answer_good(connection) else None

    def _may_ask_again(self, error: BaseException) -> bool:
        cause = cause_of(error)
        if is_layout_change(cause) and self._reader is not None:
            with self._lock:
                self._reader = None
            return True
        was_lost = not isinstance(error, exc.DBAPIError) or error.connection_invalidated
        return self._door.mend(cause) or was_lost

    def _translated(self, error: BaseException) -> VenturiError:
        door = self._door
        return translated(cause_of(error), door.kind, door.address, door.secret)

    def close(self) -> None:
        """Let go of files and connections."""
        self._is_closed = True
        with self._lock:
            if self._write_door is not None:
                self._write_door.close()
        self._door.close()

    def _look(self, connection: sa.Connection) -> Reader:
        with self._lock:
            if self._reader is None:
                layout = read_layout(connection, self._door.kind, self._door.address)
                self._reader = Reader(layout, self._dialect)
            return self._reader


def _ready_to_write(connection: sa.Connection, reader: Reader) -> Reader:
    """The reader, once it knows what the tables demand of those who write."""
    if reader.demands is None:
        reader.demands = unknown_demands(connection, reader.dialect.kind)
    return reader
