"""Stores written by MLflow 1.30 to 3.18 say to us what they said to the MLflow that wrote them."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.files_oracle import (
    all_experiments,
    all_runs,
    experiment_words,
    history_words,
    mlflow_experiments,
    mlflow_run_words,
    mlflow_runs,
    run_words,
)
from worlds.folders import fingerprint

from venturi.filters.syntax import parse_filter
from venturi.records import Lifecycle, View
from venturi.stores.base import ExperimentQuery, RunQuery, StoreOptions
from venturi.stores.files import FileStore, open_files

FOSSILS = sorted((Path(__file__).parents[3] / "fossils").glob("files-*.tar.gz"))
EVERY = RunQuery(view=View.ALL)
ON_DATASET = "on dataset"


@pytest.fixture(scope="module", params=FOSSILS, ids=lambda path: path.name[6:-7])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fossil, unpacked at another place than where it was made."""
    folder = tmp_path_factory.mktemp("fossil")
    with tarfile.open(request.param) as tar:
        tar.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def said(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "said.json").read_text())


@pytest.fixture(scope="module")
def store(folder: Path) -> FileStore:
    return open_files(str(folder / "mlruns"), StoreOptions())


def test_there_are_fossils_of_every_age() -> None:
    ages = [path.name[6:-7] for path in FOSSILS]
    assert ages == ["1.30.1", "2.22.2", "2.3.2", "3.1.4", "3.17.2", "3.18.0"]


def test_runs_are_as_they_were(folder: Path, store: FileStore, said: dict[str, Any]) -> None:
    trash = {each.experiment_id for each in of_view(store, View.DELETED)}
    assert len(trash) == 1
    expected: dict[str, dict[str, Any]] = {}
    for run in said["runs"]:
        run.pop("histories")
        run["times"] = tuple(run["times"])
        run["metrics"] = sorted(tuple(each) for each in map(mended, run["metrics"]))
        run["datasets"] = [tuple(each) for each in run["datasets"]]
        place = (
            Path(".trash") / run["experiment"] if run["experiment"] in trash else run["experiment"]
        )
        run["artifacts"] = (folder / "mlruns" / place / run["id"] / "artifacts").as_uri()
        if run["experiment"] in trash:
            run["stage"] = "deleted"  # 1.x left it active
        expected[run["id"]] = run
    assert {run.run_id: run_words(run) for run in all_runs(store, EVERY)} == expected
    assert len(expected) >= 7


def mended(point: list[Any]) -> list[Any]:
    """MLflow reads the step of a line with a dataset as 0."""
    return [ON_DATASET, 7, *point[2:]] if point[0] == ON_DATASET else point


def of_view(store: FileStore, view: View) -> list[Any]:
    return list(all_experiments(store, ExperimentQuery(view=view)))


def test_experiments_are_as_they_were(store: FileStore, said: dict[str, Any]) -> None:
    words = [experiment_words(each) for each in of_view(store, View.ALL)]
    for each in words:
        each.pop("stage")
        each["times"] = list(each["times"])
    assert sorted(words, key=lambda each: each["id"]) == sorted(
        said["experiments"], key=lambda each: each["id"]
    )
    assert [each.name for each in of_view(store, View.DELETED)] == ["gone"]
    assert store.get_experiment_by_name("gone").lifecycle_stage is Lifecycle.DELETED
    names = {each.name for each in of_view(store, View.ACTIVE)}
    assert names == {"Default", "main", "new name", "back"}


def test_histories_are_as_they_were(folder: Path, store: FileStore) -> None:
    said = json.loads((folder / "said.json").read_text())
    for run in said["runs"]:
        for key, points in run["histories"].items():
            ours = history_words(store.metric_history(run["id"], key))
            assert ours == sorted(tuple(mended(point)) for point in points)


def test_the_newest_mlflow_says_the_same(folder: Path, store: FileStore) -> None:
    client = MlflowClient((folder / "mlruns").as_uri())
    theirs = {run.info.run_id: mlflow_run_words(run) for run in mlflow_runs(client, View.ALL)}
    for run in all_runs(store, EVERY):
        words = run_words(run)
        other = theirs.pop(run.run_id)
        other["metrics"] = sorted(tuple(mended(list(each))) for each in other["metrics"])
        for key in ("artifacts", "stage"):
            words.pop(key)
            other.pop(key)
        assert words == other
    assert not theirs
    ours = [each.experiment_id for each in of_view(store, View.ALL)]
    assert ours == [each.experiment_id for each in mlflow_experiments(client, View.ALL)]


def test_searching_and_reading_changes_nothing(folder: Path, store: FileStore) -> None:
    before = fingerprint(folder / "mlruns")
    node = parse_filter(
        "params.`model/depth` = '12' and metrics.loss < 0.06 and tags.stage LIKE 'x%'"
    )
    found = list(all_runs(store, RunQuery(filter=node, view=View.ALL)))
    assert len(found) == 6
    assert all(run.params["note"] == "one\ntwo é" for run in found)
    keys = store.run_keys()
    assert {"loss", "val/acc top.5"} <= set(keys.metrics)
    assert keys.params == ("e", "lr", "model/depth", "note")
    assert fingerprint(folder / "mlruns") == before
