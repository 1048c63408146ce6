"""Databases of older and newer MLflows, written to as they are, and read by MLflow afterwards."""

from __future__ import annotations

import math
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.errors import Conflict, InvalidInput
from venturi.records import Lifecycle, Metric, RunStatus
from venturi.stores.base import StoreOptions
from venturi.stores.sql import SqlStore, open_sql
from venturi.stores.writing import Batch, NewRun

FOSSILS = sorted((Path(__file__).parents[3] / "fossils").glob("sql-*.sqlite"))
START = 1_600_000_000_000
UPGRADED = ("1.30.1", "3.1.4")  # what lies between goes the same way, and takes seconds


def version_of(path: Path) -> str:
    return path.stem.removeprefix("sql-")


@pytest.fixture(params=FOSSILS, ids=version_of)
def fossil(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copy(request.param, tmp_path / request.param.name))


def opened(path: Path) -> SqlStore:
    return open_sql(f"sqlite:///{path}", StoreOptions())


def write_all(store: SqlStore) -> tuple[str, str]:
    """Every kind of write once; the ids of the experiment and of the run."""
    home = store.create_experiment("new", artifact_location="s3://b/new", tags={"a": "1", "b": "2"})
    store.set_experiment_tag(home, "a", "3")
    store.delete_experiment_tag(home, "b")
    store.rename_experiment(home, "newer")
    run = store.create_run(NewRun(home, "full", "ann", START, {"t": "1"})).run_id
    points = [Metric("loss", value, START + step, step) for step, value in enumerate((3.0, 2.0))]
    odd = [Metric("nan", math.nan, START, 0), Metric("inf", math.inf, START, 0)]
    for _ in range(2):
        store.log_batch(run, Batch({"lr": "0.1"}, [*points, *odd], {"t": "2", "u": "3"}))
    store.delete_tag(run, "u")
    store.update_run(run, status=RunStatus.FINISHED, end_time=START + 9, run_name="renamed")
    store.delete_run(run)
    store.restore_run(run)
    store.delete_experiment(home)
    store.restore_experiment(home)
    return home, run


def structure_of(path: Path) -> list[tuple[str, ...]]:
    """Every table and index, and the migration it is at."""
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        return found + db.execute("SELECT version_num FROM alembic_version").fetchall()


def filled(path: Path, table: str, clause: str) -> list[Mapping[str, bool]]:
    """Which columns rows of a table have values in."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        rows = db.execute(f"SELECT * FROM {table} WHERE {clause}").fetchall()
    return [{key: row[key] is not None for key in row.keys()} for row in rows]  # noqa: SIM118


def test_what_was_written_is_read_back(fossil: Path) -> None:
    before = structure_of(fossil)
    with closing(opened(fossil)) as store:
        home, run_id = write_all(store)
        experiment, run = store.get_experiment(home), store.get_run(run_id)
        assert (experiment.name, experiment.tags) == ("newer", {"a": "3"})
        assert experiment.lifecycle_stage is run.lifecycle_stage is Lifecycle.ACTIVE
        assert (run.run_name, run.user_id, run.status) == ("renamed", "ann", "FINISHED")
        assert (run.start_time, run.end_time) == (START, START + 9)
        assert run.artifact_uri == f"s3://b/new/{run_id}/artifacts"
        assert run.params == {"lr": "0.1"}
        assert run.tags == {"mlflow.runName": "renamed", "t": "2"}
        assert math.isnan(run.metrics["nan"])
        assert (run.metrics["loss"], run.metrics["inf"]) == (2.0, math.inf)
        assert list(store.metric_history(run_id, "loss").values) == [3.0, 2.0]
        with pytest.raises(Conflict):
            store.create_experiment("fossil")
        with pytest.raises(InvalidInput):
            store.log_batch(run_id, Batch({"lr": "0.2"}))
    assert structure_of(fossil) == before


def test_rows_are_filled_as_that_mlflow_filled_them(fossil: Path) -> None:
    with closing(opened(fossil)) as store:
        _, run_id = write_all(store)
    full = "run_uuid IN (SELECT run_uuid FROM runs WHERE name = 'full')"
    for table, theirs in (
        ("experiments", "name = 'fossil'"),
        ("runs", "name = 'full'"),
        ("metrics", f"{full} AND key = 'loss'"),
        ("latest_metrics", f"{full} AND key = 'loss'"),
        ("params", full),
        ("tags", full),
    ):
        ours = "name = 'newer'" if table == "experiments" else f"run_uuid = '{run_id}'"
        assert filled(fossil, table, ours)[0] == filled(fossil, table, theirs)[0]


@pytest.mark.parametrize(
    "fossil",
    [path for path in FOSSILS if version_of(path) in UPGRADED],
    indirect=True,
    ids=version_of,
)
def test_mlflow_upgrades_it_and_reads_all(fossil: Path) -> None:
    with closing(opened(fossil)) as store:
        home, run_id = write_all(store)
    client = MlflowClient(f"sqlite:///{fossil}")
    assert client.get_experiment_by_name("newer").experiment_id == home
    [run] = client.search_runs([home], "metrics.loss < 3 and params.lr = '0.1' and tags.t = '2'")
    assert (run.info.run_id, run.info.run_name) == (run_id, "renamed")
    assert (run.info.status, run.info.end_time) == ("FINISHED", START + 9)
    assert len(client.get_metric_history(run_id, "loss")) == 2
    client.log_metric(run_id, "loss", 1.0, START + 9, 9)
    with closing(opened(fossil)) as store:
        assert store.get_run(run_id).metrics["loss"] == 1.0
        store.log_batch(run_id, Batch(metrics=[Metric("loss", 0.5, START + 9, 10)]))
    assert client.get_run(run_id).data.metrics["loss"] == 0.5
