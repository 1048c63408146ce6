"""Where the files of model versions are, on stores that MLflow made."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from faults.server import always, fault_server, ok, page
from mlflow import MlflowClient  # noqa: TID251
from worlds.artifact_files import FILES, read_files, write_files
from worlds.artifact_servers import ArtifactServer

from venturi import artifacts
from venturi.artifacts import Server
from venturi.artifacts.download import download
from venturi.artifacts.server_models import location_by_run
from venturi.artifacts.versions import Surroundings, files_of_version
from venturi.errors import ConfigError, InvalidInput, NotFound
from venturi.records import Lifecycle, ModelVersion, Run
from venturi.stores import open_tracking
from venturi.stores.base import StoreOptions


def seen(version) -> ModelVersion:
    """A version as MLflow's client tells it, without what only a database knows."""
    return ModelVersion(
        version.name, int(version.version), source=version.source, run_id=version.run_id or ""
    )


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    """Download a version of a store: its files."""

    def call(uri: str, version: ModelVersion, *others: ModelVersion) -> dict[str, bytes]:
        known = {(each.name, each.version): each for each in others}
        server = Server(uri, StoreOptions(timeout_s=20)) if uri.startswith("http") else Server()
        with closing(open_tracking(uri)) as tracking:
            around = Surroundings(tracking, lambda name, number: known[name, number], server)
            with closing(files_of_version(version, around)) as place:
                there = download(place, "", tmp_path / "brought", force=True)
        found = read_files(there)
        shutil.rmtree(there)
        return found

    return call


def log_both(client: MlflowClient, folder: Path) -> tuple[str, str, str]:
    """A run with files below `model`, and a logged model with the same: ids and its location."""
    experiment = client.create_experiment(f"versions {folder.name}")
    run_id = client.create_run(experiment).info.run_id
    made = str(write_files(folder / "made"))
    client.log_artifacts(run_id, made, "model")
    model = client.create_logged_model(experiment, name="net", source_run_id=run_id)
    client.log_model_artifacts(model.model_id, made)
    client.create_registered_model(f"net {folder.name}")
    return run_id, model.model_id, model.artifact_location


@pytest.mark.parametrize("kind", ["files", "proxying_server", "closed_server"])
def test_a_version_is_brought_from_wherever_its_source_is(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, bring, monkeypatch
) -> None:
    monkeypatch.setattr(artifacts, "_HERE", ())
    if kind == "files":
        uri = (tmp_path / "mlruns").as_uri()
    else:
        server: ArtifactServer = request.getfixturevalue(kind)
        uri = server.uri
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)  # where its registry looks for logged models
    client = MlflowClient(uri)
    run_id, model_id, location = log_both(client, tmp_path)
    root = client.get_run(run_id).info.artifact_uri
    name = f"net {tmp_path.name}"
    from_uri = seen(client.create_model_version(name, f"{root}/model", run_id))
    from_run = seen(client.create_model_version(name, f"runs:/{run_id}/model", run_id))
    from_model = seen(client.create_model_version(name, f"models:/{model_id}", model_id=model_id))
    for version in (from_uri, from_run, from_model):
        assert bring(uri, version) == FILES, version.source
    by_name = ModelVersion(name, 8, source=f"runs:/{run_id}/net/deep")
    assert set(bring(uri, by_name)) == {"a/b/c/weights.bin"}
    with pytest.raises(NotFound, match="there are no files in"):
        bring(uri, ModelVersion(name, 8, source=f"runs:/{run_id}/ne"))
    stored = ModelVersion(name, 9, source=f"models:/{model_id}", storage_location=location)
    assert bring(uri, stored) == FILES
    copy = ModelVersion("copy", 1, source=f"models:/{name}/{from_run.version}")
    assert bring(uri, copy, from_run) == FILES


def test_a_moved_file_store_still_has_its_versions(tmp_path: Path, bring) -> None:
    old = tmp_path / "old"
    client = MlflowClient(old.as_uri())
    run_id, _, location = log_both(client, tmp_path)
    root = client.get_run(run_id).info.artifact_uri
    old.rename(tmp_path / "new")
    uri = (tmp_path / "new").as_uri()
    assert bring(uri, ModelVersion("m", 1, source=f"{root}/model")) == FILES
    assert bring(uri, ModelVersion("m", 2, source="x", storage_location=location)) == FILES
    assert bring(uri, ModelVersion("m", 3, source="x", storage_location=f"{location}/deep")) == {
        path.removeprefix("deep/"): held for path, held in FILES.items() if path.startswith("deep")
    }


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("", NotFound, "has no source"),
        ("runs:/0123/model", NotFound, "0123"),
        ("models:/m-0123", NotFound, "does not say where the files of logged model m-0123"),
        ("models:/m/1", ConfigError, "from version to version without end"),
        ("models:/m@x", ConfigError, "names no files"),
        ("s3://bucket/model", ConfigError, "cannot be reached from here yet"),
        ("dummy-source:x", ConfigError, "cannot be reached"),
    ],
)
def test_a_source_that_leads_nowhere_says_so(
    mlflow_files_uri: str, bring, source: str, kind: type[Exception], words: str
) -> None:
    version = ModelVersion("m", 1, source=source)
    with pytest.raises(kind, match=words):
        bring(mlflow_files_uri, version, version)


def test_paths_in_sources_do_not_leave_the_run(mlflow_files_uri: str, bring) -> None:
    client = MlflowClient(mlflow_files_uri)
    run = client.search_runs([each.experiment_id for each in client.search_experiments()])[0]
    for source in (f"runs:/{run.info.run_id}/../../x", "models:/m-0/../x"):
        with pytest.raises(InvalidInput, match="steps out"):
            bring(mlflow_files_uri, ModelVersion("m", 1, source=source))


def test_a_server_without_logged_models_has_none_of_a_run() -> None:
    run = Run("0" * 32, "r", "1", "FINISHED", None, None, Lifecycle.ACTIVE)
    with fault_server(always(page("404 Not Found", status=404))) as server:
        assert location_by_run(run, "net", Server(server.url)) is None
    assert [request.path for request in server.requests] == ["/api/2.0/mlflow/logged-models/search"]


def test_a_model_of_another_run_or_name_is_not_taken() -> None:
    def info(**fields: str) -> dict[str, object]:
        known = {"name": "net", "source_run_id": "0" * 32, "artifact_uri": "s3://b/right"}
        return {"info": {**known, **fields}}

    models = [info(name="other"), info(source_run_id="1" * 32), info()]
    run = Run("0" * 32, "r", "1", "FINISHED", None, None, Lifecycle.ACTIVE)
    with fault_server(always(ok({"models": models}))) as server:
        assert location_by_run(run, "net", Server(server.url)) == "s3://b/right"
