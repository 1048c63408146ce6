"""A new SQLite store is there whole or not at all, and MLflow takes it for its own."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient  # noqa: TID251
from sqlalchemy.engine import make_url

from venturi.errors import ConfigError, LoginRefused, StoreBroken
from venturi.stores import create_store, open_tracking
from venturi.stores.sql import create_sqlite, creating
from venturi.stores.writing import Batch, NewRun, TrackingWriter


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_store_is_made_once(here: Path) -> None:
    assert create_sqlite("sqlite:///mlflow.db")
    made = (here / "mlflow.db").read_bytes()
    assert not create_sqlite("sqlite:///mlflow.db")
    assert (here / "mlflow.db").read_bytes() == made
    assert names_in(here) == ["mlflow.db"]


def test_mlflow_goes_on_with_it(here: Path) -> None:
    assert create_store(f"sqlite:///{here}/new/folder/a%20b.db")
    uri = f"sqlite:///{here}/new/folder/a%20b.db"
    with closing(open_tracking(uri)) as store:
        assert store.info.revision == "0584bdc529eb"
        assert isinstance(store, TrackingWriter)
        home = store.create_experiment("ours")
        run = store.create_run(NewRun(home, "one")).run_id
        store.log_batch(run, Batch({"lr": "0.1"}))
    client = MlflowClient(uri)
    found = client.get_experiment_by_name("ours")
    assert found.artifact_location == str(here / "new" / "folder" / "mlruns" / home)
    assert client.get_experiment("0").artifact_location == str(here / "new/folder/mlruns/0")
    assert client.get_run(run).data.params == {"lr": "0.1"}
    assert client.create_registered_model("amber").name == "amber"
    # SQLAlchemy decodes names of files from 2.1 on, and MLflow opens what SQLAlchemy says.
    assert names_in(here / "new" / "folder") == [Path(str(make_url(uri).database)).name]


def test_of_many_at_once_one_makes_it(here: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(create_sqlite, ["sqlite:///mlflow.db"] * 16))
    assert made.count(True) == 1
    assert names_in(here) == ["mlflow.db"]
    with closing(open_tracking("sqlite:///mlflow.db")) as store:
        assert store.get_experiment("0").name == "Default"


@pytest.mark.parametrize("link_error", [errno.EPERM, errno.ENOTSUP])
def test_where_files_have_one_name_only(
    here: Path, monkeypatch: pytest.MonkeyPatch, link_error: int
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(link_error, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    assert create_sqlite("sqlite:///mlflow.db")
    assert not create_sqlite("sqlite:///mlflow.db")
    assert names_in(here) == ["mlflow.db"]


def test_what_breaks_in_the_middle_leaves_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(creating, "_put_without_links", full)
    with pytest.raises(LoginRefused, match="No space left"):
        create_sqlite("sqlite:///mlflow.db")
    assert names_in(here) == []


def test_other_things_are_left_alone(here: Path) -> None:
    (here / "folder").mkdir()
    (here / "notes.txt").write_text("not a database, but long enough to be looked at " * 20)
    with closing(sqlite3.connect("other.db")) as db:
        db.execute("CREATE TABLE experiments (a)")
    before = {name: (here / name).read_bytes() for name in ("notes.txt", "other.db")}
    for name in ("folder", "notes.txt", "other.db"):
        with pytest.raises(StoreBroken):
            create_sqlite(f"sqlite:///{name}")
    assert {name: (here / name).read_bytes() for name in before} == before
    assert names_in(here) == ["folder", "notes.txt", "other.db"]


@pytest.mark.parametrize(
    "uri", ["sqlite://", "sqlite:///:memory:", "postgresql://h/d", "mysql://h/d"]
)
def test_what_cannot_be_made_from_here(uri: str) -> None:
    with pytest.raises(ConfigError):
        create_store(uri)


@pytest.mark.parametrize("name", ["file.txt/mlflow.db", f"{'n' * 300}.db", "nul\0.db"])
def test_what_no_file_can_be_called(here: Path, name: str) -> None:
    (here / "file.txt").touch()
    with pytest.raises(LoginRefused, match="no store can be made"):
        create_sqlite(f"sqlite:///{name}")
    assert names_in(here) == ["file.txt"]


def test_a_folder_that_cannot_be_entered() -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        without_rights(Path(name), 0o000),
        pytest.raises(LoginRefused, match="no store can be made"),
    ):
        create_sqlite(f"sqlite:///{name}/mlflow.db")


@contextmanager
def without_rights(folder: Path, mode: int) -> Iterator[None]:
    """A folder with few rights, and for root those of nobody."""
    folder.chmod(mode)
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.seteuid(65534)
        yield
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_to() -> None:
    with tempfile.TemporaryDirectory() as name:
        with (
            without_rights(Path(name), 0o555),
            pytest.raises(LoginRefused, match="no store can be made") as refused,
        ):
            create_sqlite(f"sqlite:///{name}/mlflow.db")
        assert "\n" not in str(refused.value)
        assert names_in(Path(name)) == []
