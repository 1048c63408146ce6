"""Connections that write to a SQLite file, beside others who do the same."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool


def writing_engine(path: Path, wait_s: float) -> sa.Engine:
    """An engine whose transactions hold the file's write lock from their start.

    Each connection is closed after its transaction, so that no file stays open that somebody may
    replace. The journal mode stays what it is; a missing file is not made.

    Args:
        path: The file, with symbolic links followed.
        wait_s: How long SQLite waits for a lock.
    """

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=rw",
            uri=True,
            timeout=wait_s,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.text_factory = _lenient_text
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    """To read first and lock later may end in a deadlock, which SQLite answers at once."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _lenient_text(text: bytes) -> str:
    """Text that is not UTF-8, with a sign in place of each broken byte."""
    return text.decode("utf-8", "replace")
