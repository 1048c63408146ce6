"""Fresh databases on a PostgreSQL or MySQL server of this machine, for as long as a test needs."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

SERVERS = {
    "postgresql": (
        "VENTURI_TEST_POSTGRES",
        "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
    ),
    "mysql": ("VENTURI_TEST_MYSQL", "mysql+pymysql://root@127.0.0.1:3306/mysql"),
}
"""The variable that names a server (with rights to create databases), and where we look else."""

REQUIRED = "VENTURI_REQUIRE_DATABASES"
"""The variable that makes a missing server a failure instead of a skip."""

_CREATE = {
    "postgresql": "CREATE DATABASE {}",
    "mysql": "CREATE DATABASE {} CHARACTER SET utf8mb4",
}
_DROP = {
    "postgresql": "DROP DATABASE IF EXISTS {} WITH (FORCE)",
    "mysql": "DROP DATABASE IF EXISTS {}",
}


@contextmanager
def fresh_database(kind: str) -> Iterator[str]:
    """URI of a new, empty database, with MLflow's name for the driver. Skips without a server."""
    variable, usual = SERVERS[kind]
    url = sa.make_url(os.environ.get(variable, usual))
    engine = sa.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        poolclass=sa.NullPool,
        connect_args={"connect_timeout": 3},
    )
    name = f"venturi_test_{uuid.uuid4().hex[:12]}"
    try:
        with engine.connect() as connection:
            connection.execute(sa.text(_CREATE[kind].format(name)))
    except exc.OperationalError as error:
        absent = f"no {kind} server to test with (set {variable}): {error.orig}"
        if os.environ.get(REQUIRED):
            pytest.fail(absent)
        pytest.skip(absent)
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(_DROP[kind].format(name)))
