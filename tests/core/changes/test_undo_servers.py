"""Writes taken back on a real server, and on a database that MLflow reads afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient  # noqa: TID251

from venturi.changes.carrying_out import carry_out
from venturi.changes.experiments import deleted_experiment, renamed_experiment
from venturi.changes.runs import deleted_run, finished_run, renamed_run, tagged_run, untagged_run
from venturi.changes.undo import Deeds, deed_of, way_back
from venturi.records import RunStatus
from venturi.stores import open_tracking
from venturi.stores.writing import NewRun

NOW = 1_790_000_000_000


@pytest.fixture(params=["server", "sqlite"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "server":
        yield request.getfixturevalue("mlflow_server")
    else:
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('mlflow_sqlite'), tmp_path)}"


def test_everything_is_as_it_was_and_mlflow_reads_it_so(uri: str) -> None:
    store = open_tracking(uri)
    experiment = store.create_experiment("written and taken back")
    run = store.create_run(NewRun(experiment, "first name", start_time=NOW, tags={"a": "1"}))
    gone = store.create_run(NewRun(experiment, "in the trash before", start_time=NOW))
    store.delete_run(gone.run_id)
    wishes = (
        lambda: tagged_run(store.get_run(run.run_id), {"a": "2", "b": "new"}),
        lambda: untagged_run(store.get_run(run.run_id), ["a"]),
        lambda: renamed_run(store.get_run(run.run_id), "second name"),
        lambda: finished_run(store.get_run(run.run_id), RunStatus.KILLED, None, NOW + 5),
        lambda: deleted_run(store.get_run(run.run_id)),
        lambda: renamed_experiment(store, store.get_experiment(experiment), "renamed"),
        lambda: deleted_experiment(store.get_experiment(experiment)),
    )
    deeds = Deeds()
    for wish in wishes:
        plan = wish()
        deed = deed_of("a wish", store, plan.changes)
        assert carry_out(store, [plan]).failure is None
        deeds.note(deed)
    while deeds.to_undo is not None:
        done = carry_out(store, way_back(store, deeds.to_undo).plans)
        assert done.failure is None
        deeds.took_back(done.changes)
    client = MlflowClient(uri)
    assert client.get_experiment(experiment).name == "written and taken back"
    now = client.get_run(run.run_id)
    assert (now.info.status, now.info.lifecycle_stage) == ("RUNNING", "active")
    assert now.info.end_time == (NOW + 5 if uri.startswith("http") else None)
    assert now.data.tags == {"mlflow.runName": "first name", "a": "1"}
    assert client.get_run(gone.run_id).info.lifecycle_stage == "deleted"
    store.close()
