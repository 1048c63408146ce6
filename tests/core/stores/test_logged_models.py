"""Metrics of the models that MLflow 3 logs beside runs, and gates on versions made of those."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

import pytest
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.registries import Registry

from venturi.artifacts.base import ArtifactPlace
from venturi.errors import NotFound
from venturi.records import ModelVersion
from venturi.registry.gates import Check, check_gates, read_gate
from venturi.registry.side_by_side import compare_versions
from venturi.stores import open_tracking
from venturi.stores.base import LoggedModels, NamesLoggedModels, TrackingStore
from venturi.stores.registry import NewVersion

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


class Logged(NamedTuple):
    """A run that logged two models, the second of them worse, and a version made of the first."""

    store: TrackingStore
    model_id: str
    version: ModelVersion
    other_id: str


@pytest.fixture
def logged(registry: Registry) -> Iterator[Logged]:
    client: Any = registry.client
    name = registry.fresh_name()
    experiment = client.create_experiment(name)
    run, later = (client.create_run(experiment).info.run_id for _ in range(2))
    model, other = (_model(client, experiment, run) for _ in range(2))
    points = [
        (run, "auc", 0.9, 20, 1, model), (run, "auc", 0.8, 21, 3, model),
        (run, "auc", 0.7, 22, 2, model), (later, "auc", 0.95, 30, 0, model),
        (run, "auc", 0.5, 40, 9, other), (run, "loss", math.nan, 20, 1, model),
        (run, "zero", 0.0, 20, 1, model), (run, "top", math.inf, 20, 1, model),
        (later, "val/f1", 0.6, 30, 0, model), (run, "time", 12.0, 20, 0, None),
    ]  # fmt: skip
    for run_id, key, value, timestamp, step, model_id in points:
        client.log_metric(run_id, key, value, timestamp, step, model_id=model_id)
    registry.store.create_model(name)
    version = registry.store.create_version(NewVersion(name, f"models:/{model}", run_id=run))
    with closing(open_tracking(registry.uri)) as store:
        yield Logged(store, model, version, other)


def _model(client: MlflowClient, experiment: str, run: str) -> str:
    made = client.create_logged_model(experiment, name="model", source_run_id=run)
    return str(made.model_id)


def checked(registry: Registry, logged: Logged, gate: str, version: ModelVersion) -> Check:
    (check,) = check_gates(registry.store, logged.store, [version], [read_gate(gate)])
    return check


def test_metrics_of_a_logged_model_are_the_latest_ones(registry: Registry, logged: Logged) -> None:
    store = logged.store
    assert isinstance(store, LoggedModels)
    keys = ["auc", "loss", "zero", "top", "val/f1", "time", "AUC", "nothing"]
    found = store.logged_model_metrics(logged.model_id, keys)
    assert math.isnan(found.pop("loss")), "a database keeps it as 0"
    assert found == {"auc": 0.8, "zero": 0.0, "top": math.inf, "val/f1": 0.6}
    assert store.logged_model_metrics(logged.other_id, keys) == {"auc": 0.5}
    assert store.logged_model_metrics(logged.other_id, None) == {"auc": 0.5}
    every = store.logged_model_metrics(logged.model_id, None)
    assert math.isnan(every.pop("loss"))
    assert every == found
    assert store.logged_model_metrics(logged.model_id, []) == {}
    for unknown in ("m-0", "", "../x", "m-%"):
        assert store.logged_model_metrics(unknown, keys) == {}
    registry.client.delete_logged_model(logged.other_id)
    assert store.logged_model_metrics(logged.other_id, keys) == {}


def test_versions_side_by_side_have_the_metrics_of_their_logged_models(
    registry: Registry, logged: Logged
) -> None:
    def nowhere(version: ModelVersion) -> ArtifactPlace:
        raise NotFound(f"no files of {version.full_name}")

    first, held = logged.version, registry.store
    copy = held.create_version(
        NewVersion(first.name, f"models:/{first.name}/1", run_id=first.run_id)
    )
    plain = held.create_version(NewVersion(first.name, "s3://b/m", run_id=first.run_id))
    diff = compare_versions([first, copy, plain], held, logged.store, nowhere)
    metrics = diff.sections["metrics"]
    assert metrics["auc"] == (0.8, 0.8, 0.5)
    assert metrics["val/f1"] == (0.6, 0.6, None)
    assert metrics["time"] == (12.0, 12.0, 12.0)


def test_a_gate_asks_the_logged_model_before_the_run(registry: Registry, logged: Logged) -> None:
    version = logged.version
    assert version.model_id == logged.model_id
    assert checked(registry, logged, "metrics.auc >= 0.8", version).have == 0.8
    assert checked(registry, logged, "metrics.time < 20", version).passed
    assert not checked(registry, logged, "metrics.loss < 1", version).passed
    assert checked(registry, logged, "metrics.`val/f1` > 0.5", version).passed
    problem = checked(registry, logged, "metrics.nothing > 0.5", version).problem
    assert problem == f"the run of {version.full_name} has no metrics.nothing"


def test_a_copy_is_gated_by_what_it_is_a_copy_of(registry: Registry, logged: Logged) -> None:
    uri = f"models:/{logged.version.full_name}"
    client: Any = registry.client
    copy = client.copy_model_version(uri, registry.fresh_name())
    version = registry.store.get_version(copy.name, int(copy.version))
    assert version.source == uri
    gate = f"metrics.auc = `{logged.version.full_name}`"
    check = checked(registry, logged, gate, version)
    assert (check.have, check.wanted, check.passed) == (0.8, 0.8, True)
    registry.store.delete_version(logged.version.name, logged.version.version)
    left = 0.8 if version.model_id else 0.5  # file stores let a copy keep the id; else the run's
    assert checked(registry, logged, "metrics.auc > 0", version).have == left


def test_a_run_knows_the_names_of_its_models(registry: Registry, logged: Logged) -> None:
    assert isinstance(logged.store, NamesLoggedModels)
    run = logged.store.get_run(logged.version.run_id)
    assert logged.store.logged_model_names(run) == ["model"]
    registry.client.create_logged_model(run.experiment_id, name="newer", source_run_id=run.run_id)
    registry.client.create_logged_model(run.experiment_id, name="apart")
    assert logged.store.logged_model_names(run) == ["newer", "model"]
