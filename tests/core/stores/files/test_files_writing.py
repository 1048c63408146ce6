"""What we write into a file store MLflow reads and goes on with, as if it had written it itself."""

from __future__ import annotations

import os
import re
import tarfile
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.files_oracle import (
    mlflow_experiments,
    mlflow_run_words,
    mlflow_runs,
)
from worlds.files_written import both_say, both_say_of, meta_of, opened
from worlds.folders import RUN_ID, fingerprint

from venturi.errors import Conflict, InvalidInput, NotFound, StoreBroken
from venturi.records import Lifecycle, Metric, RunStatus, View
from venturi.stores.base import RunQuery
from venturi.stores.files import FileStore
from venturi.stores.writing import Batch, NewRun, TrackingWriter

FOSSILS = sorted((Path(__file__).parents[3] / "fossils").glob("files-*.tar.gz"))


def test_a_file_store_is_a_writer(store: FileStore) -> None:
    assert isinstance(store, TrackingWriter)


def test_a_new_experiment(store: FileStore, client: MlflowClient, root: Path) -> None:
    tags = {"team": "vision", "a/b c": "é\nü"}
    experiment_id = store.create_experiment("ocr: 1st try", tags=tags)
    assert re.fullmatch(r"[1-9][0-9]{17}", experiment_id)
    words = both_say_of(store, client, experiment_id)
    assert (words["name"], words["tags"], words["stage"]) == ("ocr: 1st try", tags, "active")
    assert words["location"] == (root / experiment_id).as_uri()
    run = client.create_run(experiment_id)
    assert both_say(store, client, run.info.run_id)["experiment"] == experiment_id


def test_a_new_experiment_with_a_place_of_its_own(
    store: FileStore, client: MlflowClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for number, location in enumerate(("s3://bucket/a?x=1", "here/a b", "file:///x/y", "/x")):
        ours = store.create_experiment(f"ours {number}", artifact_location=location)
        theirs = client.create_experiment(f"theirs {number}", artifact_location=location)
        words = both_say_of(store, client, ours)
        assert words["location"] == client.get_experiment(theirs).artifact_location
        run = store.create_run(NewRun(ours))
        place = client.create_run(theirs).info
        assert run.artifact_uri == place.artifact_uri.replace(place.run_id, run.run_id)


def test_names_are_unique_also_in_the_trash(store: FileStore, client: MlflowClient) -> None:
    used = store.create_experiment("used")
    deleted = store.create_experiment("deleted")
    store.delete_experiment(deleted)
    for name in ("used", "deleted", "Default"):
        with pytest.raises(Conflict, match=name):
            store.create_experiment(name)
        with pytest.raises(MlflowException):
            client.create_experiment(name)
    with pytest.raises(Conflict, match="deleted"):
        store.rename_experiment(used, "deleted")
    store.rename_experiment(used, "used")
    store.rename_experiment(used, "else")
    assert both_say_of(store, client, used)["name"] == "else"
    with pytest.raises(InvalidInput, match="deleted"):
        store.rename_experiment(deleted, "free")
    assert len(mlflow_experiments(client, View.ALL)) == 3


@pytest.mark.parametrize("name", ["", "  ", "x" * 501, "\ud800"])
def test_refused_names(store: FileStore, root: Path, name: str) -> None:
    before = fingerprint(root)
    with pytest.raises(InvalidInput):
        store.create_experiment(name)
    with pytest.raises(InvalidInput):
        store.rename_experiment("0", name)
    assert fingerprint(root) == before


@pytest.mark.parametrize(
    "name",
    ["yes", "null", "12", "1.5", "0x1f", "- a", "a: b", "a #b", "'q'", '"', "é…😀", "a\tb", "~"],
)
def test_names_that_yaml_could_misread(store: FileStore, client: MlflowClient, name: str) -> None:
    experiment_id = store.create_experiment(name)
    assert both_say_of(store, client, experiment_id)["name"] == name
    run = store.create_run(NewRun(experiment_id, run_name=name, user_id=name))
    words = both_say(store, client, run.run_id)
    assert (words["name"], words["user"]) == (name, name)
    client.set_terminated(run.run_id)
    store.rename_experiment(experiment_id, f"{name}\n{name}")
    assert both_say_of(store, client, experiment_id)["name"] == f"{name}\n{name}"
    assert both_say(store, client, run.run_id)["status"] == "FINISHED"


def test_deleting_and_restoring_an_experiment(
    store: FileStore, client: MlflowClient, root: Path
) -> None:
    experiment_id = store.create_experiment("short-lived")
    runs = [store.create_run(NewRun(experiment_id)).run_id for _ in range(3)]
    store.delete_run(runs[0])
    store.delete_experiment(experiment_id)
    assert (root / ".trash" / experiment_id / "meta.yaml").exists()
    assert both_say_of(store, client, experiment_id)["stage"] == "deleted"
    for run_id in runs:
        assert both_say(store, client, run_id)["stage"] == "deleted"
        assert type(meta_of(root / ".trash" / experiment_id / run_id)["deleted_time"]) is int
        with pytest.raises(InvalidInput, match="restore the experiment"):
            store.restore_run(run_id)
    for refused in (
        lambda: store.delete_experiment(experiment_id),
        lambda: store.set_experiment_tag(experiment_id, "a", "b"),
        lambda: store.delete_experiment_tag(experiment_id, "a"),
        lambda: store.create_run(NewRun(experiment_id)),
    ):
        with pytest.raises(InvalidInput):
            refused()
    store.restore_experiment(experiment_id)
    assert both_say_of(store, client, experiment_id)["stage"] == "active"
    for run_id in runs:
        assert both_say(store, client, run_id)["stage"] == "active"
        assert "deleted_time" not in meta_of(root / experiment_id / run_id)
    with pytest.raises(InvalidInput):
        store.restore_experiment(experiment_id)
    with pytest.raises(InvalidInput):
        store.delete_experiment("0")
    for missing in (store.delete_experiment, store.restore_experiment):
        with pytest.raises(NotFound):
            missing("77")


def test_mlflow_restores_what_we_deleted_and_the_other_way_round(
    store: FileStore, client: MlflowClient
) -> None:
    experiment_id = store.create_experiment("back and forth")
    run_id = store.create_run(NewRun(experiment_id)).run_id
    store.delete_experiment(experiment_id)
    client.restore_experiment(experiment_id)
    assert both_say(store, client, run_id)["stage"] == "active"
    client.delete_experiment(experiment_id)
    store.restore_experiment(experiment_id)
    assert both_say(store, client, run_id)["stage"] == "active"
    assert both_say_of(store, client, experiment_id)["stage"] == "active"


def test_a_deletion_that_was_broken_off_can_be_finished_or_undone(
    store: FileStore, client: MlflowClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment_id = store.create_experiment("half")
    run_id = store.create_run(NewRun(experiment_id)).run_id
    for go_on, stage in (
        (store.restore_experiment, "active"),
        (store.delete_experiment, "deleted"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(os, "rename", lambda *_: (_ for _ in ()).throw(OSError(5, "I/O error")))
            with pytest.raises(StoreBroken, match="I/O error"):
                store.delete_experiment(experiment_id)
        go_on(experiment_id)
        assert both_say_of(store, client, experiment_id)["stage"] == stage
        assert both_say(store, client, run_id)["stage"] == stage


def test_experiment_tags(store: FileStore, client: MlflowClient) -> None:
    store.set_experiment_tag("0", "note", "one")
    store.set_experiment_tag("0", "note", "")
    store.set_experiment_tag("0", "deep/er", "x" * 20_000)
    assert both_say_of(store, client, "0")["tags"] == {"note": "", "deep/er": "x" * 20_000}
    store.delete_experiment_tag("0", "note")
    assert both_say_of(store, client, "0")["tags"] == {"deep/er": "x" * 20_000}
    for key in ("note", "deep", "../meta.yaml", "", "deep/er/x"):
        with pytest.raises(NotFound):
            store.delete_experiment_tag("0", key)
    with pytest.raises(InvalidInput):
        store.set_experiment_tag("0", "note", "x" * 20_001)


def test_a_new_run(store: FileStore, client: MlflowClient, root: Path) -> None:
    tags = {"mlflow.user": "ann", "mlflow.parentRunId": RUN_ID, "a/b": ""}
    run = store.create_run(NewRun("0", tags=tags, start_time=17))
    assert run == store.get_run(run.run_id)
    words = both_say(store, client, run.run_id)
    assert (words["status"], words["times"], words["user"]) == ("RUNNING", (17, None), "ann")
    assert words["tags"] == {**tags, "mlflow.runName": run.run_name}
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d+", run.run_name)
    folder = root / "0" / run.run_id
    inside = {path.name for path in folder.iterdir()}
    assert inside == {"meta.yaml", "metrics", "params", "tags", "artifacts"}
    client.log_metric(run.run_id, "loss", 1.5, step=2)
    client.set_terminated(run.run_id, "KILLED")
    assert both_say(store, client, run.run_id)["status"] == "KILLED"


def test_the_meta_of_a_run_is_mlflows_own(
    store: FileStore, client: MlflowClient, root: Path
) -> None:
    """Field by field and in the same form, but for both names of the id, which old ones need."""
    ours = store.create_run(NewRun("0", run_name="a", user_id="b", start_time=5)).run_id
    theirs = client._tracking_client.store.create_run("0", "b", 5, [], "a").info.run_id
    texts = [(root / "0" / each / "meta.yaml").read_text() for each in (ours, theirs)]
    text = texts[0].replace(ours, theirs).replace(f"run_uuid: {theirs}\n", "")
    assert text == texts[1]
    meta = meta_of(root / "0" / ours)
    assert (meta["run_id"], meta["run_uuid"], meta["status"]) == (ours, ours, 1)


def test_refused_runs(store: FileStore, root: Path) -> None:
    before = fingerprint(root)
    for run in (
        NewRun("0", run_name="a", tags={"mlflow.runName": "b"}),
        NewRun("0", tags={"a//b": "c"}),
        NewRun("0", tags={"a": "c", "a/b": "c"}),
        NewRun("0", tags={"a": "\udcff"}),
        NewRun("0", run_name="x" * 251),
    ):
        with pytest.raises(InvalidInput):
            store.create_run(run)
    for missing in ("1", "../0", "", ".trash"):
        with pytest.raises(NotFound):
            store.create_run(NewRun(missing))
    assert fingerprint(root) == before


def test_updating_a_run(store: FileStore, client: MlflowClient) -> None:
    run_id = store.create_run(NewRun("0", run_name="old")).run_id
    store.update_run(run_id, status=RunStatus.FAILED)
    assert both_say(store, client, run_id)["times"][1] is None
    store.update_run(run_id, end_time=99)
    store.update_run(run_id, run_name="new: name")
    words = both_say(store, client, run_id)
    assert (words["status"], words["times"][1], words["name"]) == ("FAILED", 99, "new: name")
    assert words["tags"] == {"mlflow.runName": "new: name"}
    store.log_batch(run_id, Batch(tags={"mlflow.runName": "newer"}))
    assert both_say(store, client, run_id)["name"] == "newer"
    client.update_run(run_id, status="RUNNING", name="theirs")
    assert both_say(store, client, run_id)["name"] == "theirs"
    for status in RunStatus:
        store.update_run(run_id, status=status)
        assert both_say(store, client, run_id)["status"] == status.value


def test_deleting_and_restoring_a_run(store: FileStore, client: MlflowClient, root: Path) -> None:
    run_id = store.create_run(NewRun("0", tags={"a": "b"})).run_id
    store.delete_run(run_id)
    time = meta_of(root / "0" / run_id)["deleted_time"]
    store.delete_run(run_id)
    assert meta_of(root / "0" / run_id)["deleted_time"] == time
    assert both_say(store, client, run_id)["stage"] == "deleted"
    for refused in (
        lambda: store.log_batch(run_id, Batch(params={"a": "b"})),
        lambda: store.update_run(run_id, status=RunStatus.FAILED),
        lambda: store.delete_tag(run_id, "a"),
    ):
        with pytest.raises(InvalidInput, match="deleted"):
            refused()
    store.restore_run(run_id)
    store.restore_run(run_id)
    assert both_say(store, client, run_id)["stage"] == "active"
    for missing in ("nothing", "../0", "", "tags"):
        with pytest.raises(NotFound):
            store.delete_run(missing)


@pytest.mark.parametrize("fossil", FOSSILS, ids=lambda path: path.name[6:-7])
def test_stores_of_every_age_are_written_to(fossil: Path, tmp_path: Path) -> None:
    with tarfile.open(fossil) as tar:
        tar.extractall(tmp_path, filter="data")
    root = tmp_path / "mlruns"
    store, client = opened(root), MlflowClient(root.as_uri())
    experiment = store.get_experiment_by_name("main")
    gone = store.get_experiment_by_name("gone").experiment_id
    query = RunQuery(experiment_ids=(experiment.experiment_id,))
    runs = store.search_runs(query, limit=3).items
    for run in runs:
        batch = Batch(params={"n/ew": "1", **run.params}, metrics=[Metric("new", 1, 1, 1)])
        store.log_batch(run.run_id, batch)
        store.update_run(run.run_id, status=RunStatus.KILLED, run_name="renamed")
        store.delete_run(run.run_id)
        store.restore_run(run.run_id)
        theirs = mlflow_run_words(client.get_run(run.run_id))
        now = store.get_run(run.run_id)
        assert theirs["params"] == now.params == {**run.params, "n/ew": "1"}
        assert (theirs["name"], theirs["status"], theirs["stage"]) == (
            "renamed",
            "KILLED",
            "active",
        )
        wanted = {**run.latest, "new": Metric("new", 1.0, 1, 1)}
        assert repr(sorted(now.latest.items())) == repr(sorted(wanted.items()))  # NaN is not NaN
    store.restore_experiment(gone)
    store.delete_experiment(experiment.experiment_id)
    assert client.get_experiment(gone).lifecycle_stage == "active"
    assert client.get_experiment(experiment.experiment_id).lifecycle_stage == "deleted"
    for each in mlflow_runs(client, View.ALL):
        ours = store.get_run(each.info.run_id)
        in_trash = each.info.experiment_id == experiment.experiment_id
        assert each.info.lifecycle_stage == ours.lifecycle_stage.value
        assert not in_trash or ours.lifecycle_stage is Lifecycle.DELETED
