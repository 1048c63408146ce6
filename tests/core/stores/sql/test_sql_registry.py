"""Registries in databases of every age: read, written, and left as MLflow would leave them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from worlds.registries import Registry

from venturi.errors import Conflict, InvalidInput, LoginRefused, NotFound, StoreBroken
from venturi.records import ModelVersion
from venturi.stores.base import StoreOptions
from venturi.stores.registry import ModelQuery, NewVersion, VersionQuery
from venturi.stores.sql import open_sql_registry
from venturi.stores.sql.registry import SqlRegistry

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")

FOSSILS = sorted((Path(__file__).parents[3] / "fossils").glob("sql-*.sqlite"))
SOURCE = "s3://bucket/fossil/model"
BEFORE_ALIASES = "1.30.1"


def version_of(path: Path) -> str:
    return path.stem.removeprefix("sql-")


def opened(path: Path) -> SqlRegistry:
    return open_sql_registry(f"sqlite:///{path}", StoreOptions())


@pytest.fixture(params=FOSSILS, ids=version_of)
def fossil(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A copy that can be written to; afterwards every row still refers to one that is there."""
    path = tmp_path / request.param.name
    shutil.copy(request.param, path)
    yield path
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_age_is_read(fossil: Path) -> None:
    before = fossil.read_bytes()
    with closing(opened(fossil)) as store:
        (model,) = store.search_models(ModelQuery(), limit=9)
        assert model == store.get_model("amber")
        assert (model.description, model.tags) == ("found in a mine", {"team": "geology"})
        assert model.latest_versions == {"Archived": 1, "Production": 2}
        has_aliases = version_of(fossil) != BEFORE_ALIASES
        assert model.aliases == ({"champion": 2} if has_aliases else {})
        newest, oldest = store.search_versions(VersionQuery("amber"), limit=9)
        assert (newest.version, newest.stage, newest.tags) == (2, "Production", {"checked": "yes"})
        assert newest.aliases == (("champion",) if has_aliases else ())
        assert (oldest.version, oldest.source, oldest.run_id) == (1, SOURCE, "")
        with pytest.raises(NotFound):
            store.get_version("amber", 3)
    assert fossil.read_bytes() == before


def test_every_age_is_written(fossil: Path) -> None:
    with closing(opened(fossil)) as store:
        made = store.create_version(NewVersion("amber", SOURCE, description="new", tags={"k": "v"}))
        assert made.version == 4
        store.transition("amber", 4, "production", archive_existing=True, expect="None")
        store.create_model("other", tags={"a": "b"})
        store.set_version_tag("amber", 4, "k", "w")
        store.rename_model("amber", "resin")
        assert store.get_model("resin").latest_versions == {"Archived": 2, "Production": 4}
        assert store.get_version("resin", 2).tags == {"checked": "yes"}
        assert store.get_version("resin", 4).tags == {"k": "w"}
        store.delete_version("resin", 2)
        assert store.get_model("resin").aliases == {}
        store.delete_model("resin")
        assert [model.name for model in store.search_models(ModelQuery(), limit=9)] == ["other"]
    with closing(sqlite3.connect(fossil)) as connection:
        for table in ("model_versions", "model_version_tags"):
            assert connection.execute(f"SELECT * FROM {table}").fetchall() == []


def test_aliases_of_every_age(fossil: Path) -> None:
    with closing(opened(fossil)) as store:
        if version_of(fossil) == BEFORE_ALIASES:
            with pytest.raises(InvalidInput, match=r"before 2\.3.*mlflow db upgrade"):
                store.set_alias("amber", "latest-good", 1)
            store.delete_alias("amber", "champion")
            return
        store.set_alias("amber", "champion", 1)
        store.rename_model("amber", "resin")
        assert store.get_version("resin", 1).aliases == ("champion",)


def test_another_workspace_is_not_seen(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    shutil.copy(FOSSILS[-1], path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO workspaces (name) VALUES ('other')")
        connection.execute("INSERT INTO registered_models (workspace, name) VALUES ('other', 'x')")
        connection.execute(
            "INSERT INTO model_versions (workspace, name, version, current_stage)"
            " VALUES ('other', 'x', 7, 'None')"
        )
        connection.commit()
    with closing(opened(path)) as store:
        assert [model.name for model in store.search_models(ModelQuery(), limit=9)] == ["amber"]
        with pytest.raises(NotFound):
            store.get_version("x", 7)
        with pytest.raises(NotFound):
            store.delete_model("x")
        store.create_model("x")
        assert store.create_version(NewVersion("x", SOURCE)).version == 1
        store.delete_model("x")
    with closing(sqlite3.connect(path)) as connection:
        left = connection.execute("SELECT workspace, name, version FROM model_versions").fetchall()
    assert ("other", "x", 7) in left


def test_a_database_without_a_registry_is_no_registry(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    shutil.copy(FOSSILS[0], path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE model_version_tags")
    with pytest.raises(StoreBroken, match="no model registry: the table model_version_tags"):
        opened(path)


def test_what_cannot_be_written_to_is_said_plainly(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "mlflow.db"
    shutil.copy(FOSSILS[-1], path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TRIGGER no_moves BEFORE UPDATE ON model_versions"
            " BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END"
        )
        connection.commit()
    with closing(opened(path)) as store:
        before = everything(path)
        with pytest.raises(LoginRefused, match="cannot be written to"):
            store.transition("amber", 1, "Staging", archive_existing=True)
        assert everything(path) == before


def everything(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def database(registry: Registry) -> Iterator[sa.Connection]:
    """A bare connection to a registry in a database."""
    engine = sa.create_engine(registry.uri, poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection


def rows_of(connection: sa.Connection, name: str) -> list[dict[str, object]]:
    """The rows of the versions of a model, but for its name and times."""
    statement = sa.text("SELECT * FROM model_versions WHERE name = :name ORDER BY version")
    rows = [dict(row) for row in connection.execute(statement, {"name": name}).mappings()]
    for row in rows:
        for column in ("name", "creation_time", "last_updated_time"):
            row.pop(column)
    return rows


@pytest.mark.parametrize("registry", ["sqlite", "postgresql", "mysql"], indirect=True)
def test_rows_are_those_that_mlflow_writes(registry: Registry, database: sa.Connection) -> None:
    ours, theirs = registry.fresh_name(), registry.fresh_name()
    registry.store.create_model(ours)
    registry.client.create_registered_model(theirs)
    for _ in range(3):
        registry.store.create_version(NewVersion(ours, SOURCE, "1" * 32, "link", "text"))
        registry.client.create_model_version(
            theirs, SOURCE, "1" * 32, run_link="link", description="text"
        )
    registry.store.delete_version(ours, 2)
    registry.client.delete_model_version(theirs, "2")
    registry.store.transition(ours, 3, "staging")
    registry.client.transition_model_version_stage(theirs, "3", "staging")
    assert rows_of(database, ours) == rows_of(database, theirs)


@pytest.mark.parametrize("registry", ["mysql"], indirect=True)
def test_names_and_keys_that_mysql_takes_for_the_same(registry: Registry) -> None:
    store, name = registry.store, registry.fresh_name()
    store.create_model(name, tags={"team": "geology"})
    with pytest.raises(Conflict):
        store.create_model(name.upper())
    with pytest.raises(NotFound):
        store.get_model(name.upper())
    store.set_model_tag(name, "Team", "weather")
    assert store.get_model(name).tags == {"Team": "weather"}
    store.create_version(NewVersion(name, SOURCE, tags={"k": "v"}))
    store.set_alias(name, "champion", 1)
    store.rename_model(name, name.upper())
    found: ModelVersion = store.get_version(name.upper(), 1)
    assert (found.tags, found.aliases) == ({"k": "v"}, ("champion",))
    assert store.get_model(name.upper()).tags == {"Team": "weather"}
    with pytest.raises(NotFound):
        store.get_model(name)
