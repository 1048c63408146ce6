"""The odd world in each kind of database, with MLflow's client and our store on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.database_servers import fresh_database
from worlds.odd_world import build_odd_world
from worlds.twins import Twins, twins_of

from venturi.stores.base import StoreOptions
from venturi.stores.sql import SqlStore, open_sql


@dataclass(frozen=True)
class World:
    """One database with the odd world, seen by both."""

    kind: str
    uri: str
    client: MlflowClient
    store: SqlStore


@contextmanager
def opened(kind: str, uri: str) -> Iterator[World]:
    store = open_sql(uri, StoreOptions())
    try:
        yield World(kind, uri, MlflowClient(uri), store)
    finally:
        store.close()


@pytest.fixture(scope="session")
def sqlite_world(mlflow_sqlite: Path) -> Iterator[World]:
    with opened("sqlite", f"sqlite:///{mlflow_sqlite}") as world:
        yield world


@pytest.fixture(scope="session", params=["sqlite", "postgresql", "mysql"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    kind = request.param
    with ExitStack() as stack:
        if kind == "sqlite":
            yield request.getfixturevalue("sqlite_world")
            return
        uri = stack.enter_context(fresh_database(kind))
        build_odd_world(uri)
        try:
            yield stack.enter_context(opened(kind, uri))
        finally:
            dispose_mlflow_engine(uri)


@pytest.fixture(scope="session", params=["sqlite", "postgresql", "mysql"])
def twins(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Twins]:
    """A database of each kind to write to, shared: tests make experiments of their own in it."""
    if request.param == "sqlite":
        with twins_of(f"sqlite:///{tmp_path_factory.mktemp('twins') / 'mlflow.db'}") as made:
            yield made
    else:
        with fresh_database(request.param) as uri, twins_of(uri) as made:
            yield made


def dispose_mlflow_engine(uri: str) -> None:
    """Close MLflow's connections, so that the database can be dropped."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore  # noqa: TID251

    for address, engine in SqlAlchemyStore._engine_map.items():
        if uri in str(address):
            engine.dispose()
