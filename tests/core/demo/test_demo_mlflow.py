"""The demo store is a true MLflow store: the installed MLflow opens it and finds the same in it."""

from __future__ import annotations

import io
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from worlds.demo import DEMO_NOW

from venturi.demo.folder import demo_world
from venturi.demo.world import DemoRun, DemoWorld
from venturi.records import Run, View
from venturi.stores import open_tracking
from venturi.stores.base import ExperimentQuery, RunQuery

if TYPE_CHECKING:
    from mlflow import MlflowClient  # noqa: TID251

LARGEST = 1.7976931348623157e308


@pytest.fixture(scope="module")
def world(demo_folder: Path) -> DemoWorld:
    return demo_world(DEMO_NOW, str(demo_folder / "mlruns"))


@pytest.fixture(scope="module")
def upgraded(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URI of a copy that MLflow opened, and thereby upgraded. Its artifacts are the original's."""
    from mlflow import MlflowClient  # noqa: TID251

    path = tmp_path_factory.mktemp("upgraded") / "mlflow.db"
    shutil.copy(demo_folder / "mlflow.db", path)
    MlflowClient(tracking_uri=f"sqlite:///{path}").search_experiments()
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def client(upgraded: str) -> MlflowClient:
    from mlflow import MlflowClient  # noqa: TID251

    return MlflowClient(tracking_uri=upgraded, registry_uri=upgraded)


def _planned(world: DemoWorld) -> dict[str, DemoRun]:
    return {run.run_id: run for one in world.experiments for run in one.runs}


def _kept(value: float) -> float:
    """A value as it comes back from an SQL store of MLflow."""
    return math.copysign(LARGEST, value) if math.isinf(value) else value


def test_mlflow_lists_the_same_experiments(client: MlflowClient, world: DemoWorld) -> None:
    found = {one.name: one for one in client.search_experiments()}
    assert set(found) == {"Default", *(one.name for one in world.experiments)}
    for one in world.experiments:
        there = found[one.name]
        assert there.experiment_id == str(one.experiment_id)
        assert there.creation_time == one.creation_time
        assert dict(there.tags) == one.tags


def test_mlflow_lists_the_same_runs(client: MlflowClient, world: DemoWorld) -> None:
    found = client.search_runs(["0", "1", "2", "3"], run_view_type=3, max_results=1_000)
    planned = _planned(world)
    assert {run.info.run_id for run in found} == set(planned)
    for run in found:
        plan = planned[run.info.run_id]
        info = run.info
        assert (info.run_name, info.user_id, info.status) == (plan.name, plan.user, plan.status)
        assert (info.start_time, info.end_time) == (plan.start_time, plan.end_time)
        assert info.lifecycle_stage == ("deleted" if plan.deleted_time else "active")
        assert run.data.params == plan.params
        assert run.data.tags == plan.tags
        latest = {curve.key: _kept(curve.values[-1]) for curve in plan.curves if curve.steps}
        assert run.data.metrics == pytest.approx(latest, rel=0, abs=0, nan_ok=True)
        used = {
            (one.dataset.name, one.dataset.digest, one.tags[0].value)
            for one in run.inputs.dataset_inputs
        }
        assert used == {(one.name, one.digest, context) for one, context in plan.datasets}


def test_mlflow_reads_the_same_histories(client: MlflowClient, world: DemoWorld) -> None:
    runs = [
        run for run in _planned(world).values() if run.status in ("RUNNING", "FAILED", "KILLED")
    ]
    assert len(runs) == 7
    for run in runs:
        for curve in run.curves[:3]:
            points = client.get_metric_history(run.run_id, curve.key)
            assert [point.step for point in points] == list(curve.steps)
            assert [point.timestamp for point in points] == list(curve.timestamps)
            expected = [_kept(value) for value in curve.values]
            assert [point.value for point in points] == pytest.approx(
                expected, rel=0, abs=0, nan_ok=True
            )


def test_latest_values_are_those_mlflow_would_have_kept(
    world: DemoWorld, tmp_path: Path, client: MlflowClient
) -> None:
    """The diverged run's points, logged anew through MLflow, end in the same latest values."""
    from mlflow import MlflowClient  # noqa: TID251
    from mlflow.entities import Metric  # noqa: TID251

    run = next(run for run in _planned(world).values() if math.isnan(run.curves[0].values[-1]))
    fresh = MlflowClient(tracking_uri=f"sqlite:///{tmp_path}/fresh.db")
    run_id = fresh.create_run("0").info.run_id
    for key, *columns in run.curves[:6]:
        points = [Metric(key, value, time, step) for step, time, value in zip(*columns)]  # noqa: B905
        for at in range(0, len(points), 1_000):
            fresh.log_batch(run_id, points[at : at + 1_000])
    logged = fresh.get_run(run_id).data.metrics
    ours = client.get_run(run.run_id).data.metrics
    assert {key: ours[key] for key in logged} == pytest.approx(logged, rel=0, abs=0, nan_ok=True)
    assert any(math.isnan(value) for value in logged.values())


def test_mlflow_lists_the_same_models(client: MlflowClient, world: DemoWorld) -> None:
    found = {model.name: model for model in client.search_registered_models()}
    planned = {model.name: model for model in world.models}
    assert set(planned) - set(found) == {"support-reply"}, "prompts are hidden among models"
    for name, model in found.items():
        plan = planned[name]
        assert {alias: int(at) for alias, at in model.aliases.items()} == dict(plan.aliases)
        assert (model.description or "", model.tags) == (plan.description, plan.tags)
        there = {int(one.version): one for one in client.search_model_versions(f"name='{name}'")}
        kept = {one.version: one for one in plan.versions if one.stage != "Deleted_Internal"}
        assert set(there) == set(kept)
        for number, version in kept.items():
            one = there[number]
            assert (one.current_stage, one.source) == (version.stage, version.source)
            assert (one.tags, one.description) == (version.tags, version.description)
            assert one.run_id == (version.run.run_id if version.run else None)
            assert client.get_model_version_download_uri(name, str(number)) == version.source


def test_mlflow_reads_the_prompt(client: MlflowClient) -> None:
    prompt = client.load_prompt("prompts:/support-reply@production")
    assert prompt is not None
    assert prompt.version == 2
    assert "{{ question }}" in prompt.template


def test_mlflow_lists_the_same_artifacts(client: MlflowClient, world: DemoWorld) -> None:
    for run in _planned(world).values():
        if run.files:
            assert dict(_listed(client, run.run_id)) == {
                name: len(content) for name, content in run.files.items()
            }


def _listed(client: MlflowClient, run_id: str, path: str | None = None) -> list[tuple[str, int]]:
    files: list[tuple[str, int]] = []
    for one in client.list_artifacts(run_id, path):
        files += _listed(client, run_id, one.path) if one.is_dir else [(one.path, one.file_size)]
    return files


def test_mlflow_loads_and_asks_the_champion(
    upgraded: str, client: MlflowClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlflow  # noqa: TID251
    import pandas as pd

    monkeypatch.setattr("sys.path", list(__import__("sys").path))
    mlflow.set_tracking_uri(upgraded)
    try:
        champion = client.get_model_version_by_alias("churn", "champion")
        model: Any = mlflow.pyfunc.load_model(champion.source)
    finally:
        mlflow.set_tracking_uri(None)
    columns = model.metadata.get_input_schema().input_names()
    answers = model.predict(
        pd.DataFrame([[n * 0.7] * len(columns) for n in range(9)], columns=columns)
    )
    assert len(answers) == 9
    assert set(answers) <= {"stays", "leaves"}
    assert model.metadata.run_id == champion.run_id


def test_pictures_can_be_drawn(world: DemoWorld) -> None:
    pictures = [
        content
        for run in _planned(world).values()
        for name, content in run.files.items()
        if name.endswith(".png")
    ]
    assert len(pictures) >= 12
    for content in pictures:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
            assert picture.mode == "RGB"
            assert len(picture.getcolors(100_000) or ()) > 2


def test_we_read_the_same_before_and_after_mlflow_upgraded_it(
    demo_folder: Path, upgraded: str, world: DemoWorld
) -> None:
    before = open_tracking(f"sqlite:///{demo_folder}/mlflow.db")
    after = open_tracking(upgraded)
    try:
        assert before.info.revision != after.info.revision
        experiments = before.search_experiments(ExperimentQuery(), limit=10).items
        assert experiments == after.search_experiments(ExperimentQuery(), limit=10).items
        query = RunQuery(view=View.ALL)
        old = before.search_runs(query, limit=1_000).items
        new = after.search_runs(query, limit=1_000).items
        assert [_comparable(run) for run in old] == [_comparable(run) for run in new]
        assert {run.run_id for run in old} == set(_planned(world))
        for run in old[::9]:
            for key in run.latest:
                one, other = (
                    before.metric_history(run.run_id, key),
                    after.metric_history(run.run_id, key),
                )
                assert (one.steps, one.timestamps) == (other.steps, other.timestamps)
                assert list(map(repr, one.values)) == list(map(repr, other.values))
    finally:
        before.close()
        after.close()


def _comparable(run: Run) -> tuple[Run, dict[str, str]]:
    """A run without its metrics, and those as texts, where NaN equals NaN."""
    return replace(run, latest={}), {key: repr(one) for key, one in run.latest.items()}
