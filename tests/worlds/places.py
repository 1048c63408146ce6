"""Empty stores of every kind, made by MLflow itself, for what must hold on all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.stores import open_tracking
from venturi.stores.base import TrackingStore
from venturi.stores.writing import TrackingWriter
from worlds.database_servers import fresh_database
from worlds.server import running_server

KINDS = ("sqlite", "postgresql", "mysql", "files", "http-sql", "http-files")


class Store(TrackingStore, TrackingWriter):
    """What `open_tracking` gives: reads and writes."""


@dataclass(frozen=True)
class Place:
    """One store, through our eyes and through MLflow's."""

    kind: str
    uri: str
    store: Store
    client: MlflowClient


@contextmanager
def place_of(kind: str, folder: Path) -> Iterator[Place]:
    """An empty store of a kind, for as long as it is needed."""
    with _uri_of(kind, folder) as uri:
        client = MlflowClient(uri)
        client.search_experiments()  # makes the tables, or the experiment 0
        store = open_tracking(uri)
        try:
            yield Place(kind, uri, store, client)
        finally:
            store.close()


@contextmanager
def _uri_of(kind: str, folder: Path) -> Iterator[str]:
    if kind in ("postgresql", "mysql"):
        with fresh_database(kind) as uri:
            yield uri
    elif kind.startswith("http"):
        behind = f"sqlite:///{folder / 'mlflow.db'}"
        if kind == "http-files":
            behind = str(folder / "mlruns")
        environment = {"MLFLOW_ALLOW_FILE_STORE": "true"}
        with running_server(behind, folder, environment=environment) as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'mlflow.db'}" if kind == "sqlite" else str(folder / "mlruns")
