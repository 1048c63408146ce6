"""Databases that older and newer MLflows wrote, read without any of them."""

from __future__ import annotations

import math
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from venturi.errors import NotFound, StoreBroken
from venturi.filters.tree import Comparison, Entity, Op, OrderKey
from venturi.records import DatasetInput, Lifecycle, Metric, Run, View
from venturi.stores.base import ExperimentQuery, RunQuery, StoreOptions
from venturi.stores.sql import SqlStore, open_sql

FOSSILS = sorted((Path(__file__).parents[3] / "fossils").glob("sql-*.sqlite"))
REVISIONS = {
    "1.30.1": "97727af70f4d",
    "2.3.2": "3500859a5d39",
    "2.22.2": "0584bdc529eb",
    "3.1.4": "bda7b8c39065",
    "3.18.0": "f4a9b2c7d1e6",
}
START = 1_600_000_000_000


def version_of(path: Path) -> str:
    return path.stem.removeprefix("sql-")


def opened(path: Path) -> SqlStore:
    return open_sql(f"sqlite:///{path}", StoreOptions())


@pytest.fixture(params=FOSSILS, ids=version_of)
def fossil(request: pytest.FixtureRequest) -> Iterator[tuple[str, SqlStore]]:
    path = request.param
    before = path.read_bytes()
    with closing(opened(path)) as store:
        yield version_of(path), store
    assert path.read_bytes() == before


def runs_by_name(store: SqlStore, view: View = View.ALL) -> dict[str, Run]:
    return {run.run_name: run for run in store.search_runs(RunQuery(view=view), limit=100)}


def test_all_versions_are_there() -> None:
    assert {version_of(path) for path in FOSSILS} == set(REVISIONS)


def test_what_it_is(fossil: tuple[str, SqlStore]) -> None:
    version, store = fossil
    assert store.info.revision == REVISIONS[version]


def test_experiments(fossil: tuple[str, SqlStore]) -> None:
    _, store = fossil
    found = {each.name: each for each in store.search_experiments(ExperimentQuery(), limit=9)}
    assert set(found) == {"Default", "fossil"}
    fossil_experiment = found["fossil"]
    assert fossil_experiment.tags == {"team": "geology"}
    assert fossil_experiment.artifact_location == "s3://bucket/fossil"
    assert fossil_experiment.creation_time is not None
    assert store.get_experiment_by_name("gone").lifecycle_stage is Lifecycle.DELETED
    assert store.get_experiment(fossil_experiment.experiment_id) == fossil_experiment


def test_runs(fossil: tuple[str, SqlStore]) -> None:
    _, store = fossil
    assert set(runs_by_name(store)) == {"full", "running", "deleted", "in a deleted experiment"}
    assert list(runs_by_name(store, View.ACTIVE)) == ["running", "full"]
    full = runs_by_name(store)["full"]
    assert full.params == {"lr": "0.1", "model": "vit-b/16"}
    assert full.tags["note"] == "o'brien \x1b[31m 100%"
    assert (full.status, full.user_id) == ("FINISHED", "ann")
    assert (full.start_time, full.end_time) == (START, START + 60_000)
    assert math.isnan(full.metrics["nan"])
    assert full.metrics["inf"] == math.inf
    assert full.metrics["minus inf"] == -math.inf
    assert full.latest["loss"] == Metric("loss", 0.5, START + 5, 5)
    running = runs_by_name(store)["running"]
    assert (running.status, running.end_time) == ("RUNNING", None)
    assert running.parent_id == full.run_id


def test_datasets_since_2_4(fossil: tuple[str, SqlStore]) -> None:
    version, store = fossil
    full = runs_by_name(store)["full"]
    named = Comparison(Entity.DATASET, "name", Op.EQ, "mnist")
    if version in ("1.30.1", "2.3.2"):
        assert full.datasets == ()
        assert store.run_ids(RunQuery(filter=named)) == []
    else:
        assert full.datasets == (
            DatasetInput("mnist", "abc", "local", '{"uri": "/data"}', "train"),
        )
        assert store.run_ids(RunQuery(filter=named)) == [full.run_id]


def test_histories(fossil: tuple[str, SqlStore]) -> None:
    _, store = fossil
    history = store.metric_history(runs_by_name(store)["full"].run_id, "loss")
    assert list(history.steps) == [0, 1, 2, 3, 4, 5]
    assert list(history.timestamps) == [START + step for step in range(6)]
    assert repr(list(history.values)) == "[3.0, 2.0, nan, inf, -inf, 0.5]"


def test_searches_and_keys(fossil: tuple[str, SqlStore]) -> None:
    _, store = fossil
    full = runs_by_name(store)["full"]
    for comparison in (
        Comparison(Entity.METRIC, "loss", Op.LE, 0.5),
        Comparison(Entity.PARAM, "model", Op.ILIKE, "VIT%"),
        Comparison(Entity.PARAM, "model", Op.MATCHES, r"b/\d\d$"),
        Comparison(Entity.ATTRIBUTE, "run_name", Op.EQ, "full"),
    ):
        assert store.run_ids(RunQuery(filter=comparison)) == [full.run_id]
    by_loss = RunQuery(order=(OrderKey(Entity.METRIC, "loss", ascending=False),))
    assert store.run_ids(by_loss)[0] == full.run_id
    assert store.count_runs(RunQuery(view=View.DELETED)) == 2
    assert store.run_keys().metrics == ("inf", "loss", "minus inf", "nan")
    assert store.run_keys().params == ("lr", "model")


def copy_of(version: str, folder: Path) -> Path:
    source = next(path for path in FOSSILS if version_of(path) == version)
    return shutil.copy(source, folder / "copy.db")


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def test_what_was_made_before_1_30_has_no_names_and_no_creation_times(tmp_path: Path) -> None:
    path = copy_of("1.30.1", tmp_path)
    change(
        path,
        "UPDATE experiments SET creation_time = NULL, last_update_time = NULL"
        " WHERE name = 'fossil'",
        "UPDATE runs SET name = CASE WHEN status = 'RUNNING' THEN NULL ELSE '' END",
    )
    with closing(opened(path)) as store:
        assert set(runs_by_name(store)) == {"full", "running", "deleted", "in a deleted experiment"}
        found = store.search_experiments(ExperimentQuery(view=View.ALL), limit=9).items
        assert [each.name for each in found][-1] == "fossil"
        assert found[-1].creation_time is None
        named = Comparison(Entity.ATTRIBUTE, "run_name", Op.EQ, "running")
        assert len(store.run_ids(RunQuery(filter=named))) == 1


def test_nulls_that_mlflow_itself_trips_over(tmp_path: Path) -> None:
    path = copy_of("3.18.0", tmp_path)
    change(
        path,
        "UPDATE runs SET user_id = NULL, start_time = NULL, artifact_uri = NULL, status = NULL"
        " WHERE name = 'full'",
        "UPDATE tags SET value = NULL WHERE key = 'note'",
    )
    with closing(opened(path)) as store:
        full = runs_by_name(store)["full"]
        assert (full.user_id, full.start_time, full.artifact_uri, full.status) == ("", None, "", "")
        assert full.tags["note"] == ""
        assert store.run_ids(RunQuery())[-1] == full.run_id
        noted = Comparison(Entity.TAG, "note", Op.NE, "x")
        assert store.run_ids(RunQuery(filter=noted)) == []


def test_other_workspaces_are_out_of_reach(tmp_path: Path) -> None:
    """MLflow without workspaces turned on shows the workspace named default alone."""
    path = copy_of("3.18.0", tmp_path)
    change(
        path,
        "UPDATE experiments SET workspace = 'other' WHERE name = 'fossil'",
        "INSERT INTO experiments (name, lifecycle_stage, workspace)"
        " VALUES ('fossil', 'active', 'default')",
    )
    with closing(opened(path)) as store:
        found = store.search_experiments(ExperimentQuery(view=View.ALL), limit=9)
        ids = {each.name: each.experiment_id for each in found}
        assert set(ids) == {"Default", "fossil", "gone"}
        other = next(str(number) for number in range(1, 9) if str(number) not in ids.values())
        assert store.get_experiment_by_name("fossil").experiment_id == ids["fossil"]
        with pytest.raises(NotFound):
            store.get_experiment(other)
        assert set(runs_by_name(store)) == {"in a deleted experiment"}
        assert store.run_ids(RunQuery((other,), view=View.ALL)) == []
        assert store.count_runs(RunQuery(view=View.ALL)) == 1
        assert store.count_runs_by_experiment(View.ALL) == {ids["gone"]: 1}
        hidden = hidden_run(path)
        assert store.get_runs([hidden]) == []
        with pytest.raises(NotFound):
            store.get_run(hidden)
        with pytest.raises(NotFound):
            store.metric_history(hidden, "loss")


def hidden_run(path: Path) -> str:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT run_uuid FROM runs WHERE name = 'full'").fetchone()[0]


def test_many_experiments_out_of_reach(tmp_path: Path) -> None:
    path = copy_of("3.18.0", tmp_path)
    change(
        path,
        "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
        " INSERT INTO experiments (name, lifecycle_stage, workspace)"
        " SELECT 'e' || i, 'active', 'other' FROM n",
        "UPDATE runs SET experiment_id = (SELECT max(experiment_id) FROM experiments)"
        " WHERE name = 'running'",
    )
    with closing(opened(path)) as store:
        assert list(runs_by_name(store, View.ACTIVE)) == ["full"]


def test_an_upgrade_while_the_store_is_open(tmp_path: Path) -> None:
    """MLflow 3.12 adds the index and others move columns; what was open goes on."""
    path = copy_of("3.18.0", tmp_path)
    with closing(opened(path)) as store:
        run_id = runs_by_name(store)["full"].run_id
        assert len(store.metric_history(run_id, "loss")) == 6
        change(path, "DROP INDEX index_metrics_run_uuid_key_step")
        assert len(store.metric_history(run_id, "loss")) == 6
        change(path, "DROP INDEX index_metrics_run_uuid")
        assert len(store.metric_history(run_id, "loss")) == 6
        change(path, "DROP TABLE params")
        with pytest.raises(StoreBroken, match="table params"):
            store.get_run(run_id)


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    path = copy_of("2.22.2", tmp_path)
    change(path, "UPDATE tags SET value = CAST(X'ff41' AS TEXT) WHERE key = 'note'")
    with closing(opened(path)) as store:
        assert runs_by_name(store)["full"].tags["note"] == "\ufffdA"
        assert len(runs_by_name(store)) == 4


def test_numbers_that_are_none(tmp_path: Path) -> None:
    path = copy_of("2.22.2", tmp_path)
    change(path, "UPDATE latest_metrics SET value = 'abc' WHERE key = 'loss'")
    change(path, "UPDATE metrics SET value = 'abc' WHERE key = 'loss' AND step = 3")
    with closing(opened(path)) as store:
        run_id = store.run_ids(RunQuery())[-1]
        with pytest.raises(StoreBroken, match="loss"):
            store.get_run(run_id)
        with pytest.raises(StoreBroken, match="loss"):
            store.metric_history(run_id, "loss")
