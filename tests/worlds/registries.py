"""Empty model registries of every kind, made by MLflow, seen by both; the same words from each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from mlflow.entities.model_registry import ModelVersion as MlflowVersion  # noqa: TID251
from mlflow.entities.model_registry import RegisteredModel as MlflowModel  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.records import ModelVersion, RegisteredModel
from venturi.stores.base import StoreOptions
from venturi.stores.files import open_files_registry
from venturi.stores.registry import RegistryStore
from venturi.stores.rest import open_rest_registry
from venturi.stores.sql import open_sql_registry
from worlds.database_servers import fresh_database
from worlds.server import running_server

KINDS = ("sqlite", "postgresql", "mysql", "files", "http")

Words = dict[str, Any]

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Registry:
    """One registry, through our eyes and through MLflow's."""

    kind: str
    uri: str
    store: RegistryStore
    client: MlflowClient
    names: Iterator[str] = field(default_factory=lambda: (f"model {n}" for n in _numbers))

    def fresh_name(self) -> str:
        """A name that no model has: tests share a registry."""
        return next(self.names)

    def another_store(self) -> RegistryStore:
        """The same registry, opened once more as another process would."""
        return open_registry_of(self.kind, self.uri)


def open_registry_of(kind: str, uri: str) -> RegistryStore:
    """Our store of that kind."""
    if kind == "files":
        return open_files_registry(uri, StoreOptions())
    if kind == "http":
        return open_rest_registry(uri, StoreOptions())
    return open_sql_registry(uri, StoreOptions())


@contextmanager
def registry_of(kind: str, folder: Path) -> Iterator[Registry]:
    """An empty registry of a kind, for as long as it is needed."""
    with _uri_of(kind, folder) as uri:
        client = MlflowClient(uri, uri)
        client.search_experiments()  # makes the tables
        client.search_registered_models()  # makes the folder of models
        store = open_registry_of(kind, uri)
        try:
            yield Registry(kind, uri, store, client)
        finally:
            store.close()
            let_go(uri)


@pytest.fixture(scope="session", params=KINDS)
def registry(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Registry]:
    """A registry of each kind; tests use models of fresh names."""
    kind = request.param
    with registry_of(kind, tmp_path_factory.mktemp(f"registry-{kind}")) as found:
        yield found


@contextmanager
def _uri_of(kind: str, folder: Path) -> Iterator[str]:
    if kind in ("postgresql", "mysql"):
        with fresh_database(kind) as uri:
            yield uri
    elif kind == "http":
        with running_server(f"sqlite:///{folder / 'mlflow.db'}", folder) as url:
            yield url
    elif kind == "files":
        yield (folder / "mlruns").as_uri()
    else:
        yield f"sqlite:///{folder / 'mlflow.db'}"


def let_go(uri: str) -> None:
    """Close MLflow's connections to a database."""
    from mlflow.store.model_registry import sqlalchemy_store as registry_store  # noqa: TID251
    from mlflow.store.tracking import sqlalchemy_store as tracking_store  # noqa: TID251

    for kind in (registry_store.SqlAlchemyStore, tracking_store.SqlAlchemyStore):
        for address, engine in kind._engine_map.items():
            if uri in str(address):
                engine.dispose()


def model_words(model: RegisteredModel) -> Words:
    """All that our record of a model says."""
    return {
        "name": model.name,
        "description": model.description,
        "times": (model.creation_time, model.last_updated_time),
        "tags": dict(model.tags),
        "aliases": dict(model.aliases),
        "latest": dict(model.latest_versions),
    }


def mlflow_model_words(model: MlflowModel) -> Words:
    """The same of MLflow's record."""
    return {
        "name": model.name,
        "description": model.description or "",
        "times": (model.creation_timestamp, model.last_updated_timestamp),
        "tags": model.tags,
        "aliases": {alias: int(version) for alias, version in model.aliases.items()},
        "latest": {each.current_stage: int(each.version) for each in model.latest_versions},
    }


def version_words(version: ModelVersion) -> Words:
    """All that our record of a version says and MLflow's does."""
    return {
        "name": version.name,
        "version": version.version,
        "stage": version.stage,
        "aliases": list(version.aliases),
        "status": version.status,
        "status message": version.status_message,
        "description": version.description,
        "run": version.run_id,
        "source": version.source,
        "link": version.run_link,
        "user": version.user_id,
        "times": (version.creation_time, version.last_updated_time),
        "tags": dict(version.tags),
    }


def mlflow_version_words(version: MlflowVersion) -> Words:
    """The same of MLflow's record, which has aliases only when it was asked for by number."""
    return {
        "name": version.name,
        "version": int(version.version),
        "stage": version.current_stage,
        "aliases": sorted(version.aliases),
        "status": version.status,
        "status message": version.status_message or "",
        "description": version.description or "",
        "run": version.run_id or "",
        "source": version.source,
        "link": version.run_link or "",
        "user": version.user_id or "",
        "times": (version.creation_timestamp, version.last_updated_timestamp),
        "tags": version.tags,
    }


def assert_model_agrees(registry: Registry, name: str) -> None:
    """Both say the same of a model and of each of its versions."""
    model = registry.store.get_model(name)
    assert model_words(model) == mlflow_model_words(registry.client.get_registered_model(name))
    theirs = registry.client.search_model_versions(f"name = '{name}'", max_results=1000)
    for each in theirs:
        found = registry.client.get_model_version(name, each.version)
        ours = registry.store.get_version(name, int(each.version))
        assert version_words(ours) == mlflow_version_words(found)
