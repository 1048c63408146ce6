"""What we write into a file store MLflow reads and goes on with, as if it had written it itself."""

from __future__ import annotations

import math
import os
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from mlflow.exceptions import MlflowException  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.files_oracle import (
    experiment_words,
    history_words,
    mlflow_experiments,
    mlflow_run_words,
    mlflow_runs,
    run_words,
)
from worlds.folders import RUN_ID, fingerprint, write_experiment, write_run

from venturi.errors import Conflict, InvalidInput, NotFound, StoreBroken
from venturi.records import Lifecycle, Metric, RunStatus, View
from venturi.stores import create_store
from venturi.stores.base import RunQuery, StoreOptions
from venturi.stores.files import FileStore, open_files
from venturi.stores.writing import Batch, NewRun, TrackingWriter

FOSSILS = sorted((Path(__file__).parents[3] / "fossils").glob("files-*.tar.gz"))
NAN, INF = math.nan, math.inf


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "mlruns"
    assert create_store(str(root))
    return root


@pytest.fixture
def store(root: Path) -> FileStore:
    return opened(root)


@pytest.fixture
def client(root: Path) -> MlflowClient:
    return MlflowClient(root.as_uri())


def opened(root: Path) -> FileStore:
    return open_files(str(root), StoreOptions())


def both_say(store: FileStore, client: MlflowClient, run_id: str) -> dict[str, Any]:
    """What we say of a run, which must be what MLflow says.

    But for where the artifacts are of a run in the trash: MLflow does not see that they moved.
    """
    words = run_words(store.get_run(run_id))
    theirs = mlflow_run_words(client.get_run(run_id))
    if "/.trash/" in words["artifacts"]:
        words["artifacts"] = theirs["artifacts"]
    assert words == theirs
    for key in store.get_run(run_id).latest:
        ours = history_words(store.metric_history(run_id, key))
        assert ours == history_words(client.get_metric_history(run_id, key))
    return words


def both_say_of(store: FileStore, client: MlflowClient, experiment_id: str) -> dict[str, Any]:
    """The same of an experiment."""
    words = experiment_words(store.get_experiment(experiment_id))
    assert words == experiment_words(client.get_experiment(experiment_id))
    return words


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


def meta_of(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "meta.yaml").read_text())


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


BATCH = Batch(
    params={"lr": "0.1", "model/depth": "12", "empty": "", "text": "one\r\ntwo é\n"},
    metrics=[
        Metric("loss", 0.5, 10, 1),
        Metric("loss", 1 / 3, 11, 2),
        Metric("loss", NAN, 12, -3),
        Metric("val/acc top.5", INF, 0, 0),
        Metric("val/acc top.5", -INF, 5, 0),
        Metric("tiny", 5e-324, 2**62, 2**62),
        Metric("int", 3, 1, 1),
    ],
    tags={"stage": "x", "a: b": "multi\nline"},
)


def test_a_batch(store: FileStore, client: MlflowClient) -> None:
    run_id = store.create_run(NewRun("0", run_name="r")).run_id
    store.log_batch(run_id, BATCH)
    words = both_say(store, client, run_id)
    assert words["params"] == BATCH.params
    assert words["tags"] == {**BATCH.tags, "mlflow.runName": "r"}
    assert len(client.get_metric_history(run_id, "loss")) == 3
    client.log_param(run_id, "lr", "0.1")
    client.log_metric(run_id, "loss", 7.0, step=9, timestamp=13)
    assert dict(both_say(store, client, run_id))["params"]["lr"] == "0.1"


def test_mlflow_says_the_same_of_what_it_wrote_itself(tmp_path: Path) -> None:
    """The same steps, ours on one store and its client's on a twin."""
    from mlflow.entities import Metric as TheirMetric  # noqa: TID251
    from mlflow.entities import Param, RunTag  # noqa: TID251

    roots = [tmp_path / "ours", tmp_path / "theirs"]
    create_store(str(roots[0]))
    store, client = opened(roots[0]), MlflowClient(roots[1].as_uri())

    def ours() -> None:
        one = store.create_experiment("one", tags={"k": "v"})
        two = store.create_experiment("two")
        runs = [store.create_run(NewRun(one, run_name=f"r{n}", start_time=n + 1)) for n in range(3)]
        for run in runs:
            store.log_batch(run.run_id, BATCH)
        store.update_run(runs[0].run_id, status=RunStatus.FINISHED, end_time=8)
        store.log_batch(runs[1].run_id, Batch(tags={"mlflow.runName": "other"}))
        store.delete_tag(runs[1].run_id, "stage")
        store.delete_run(runs[2].run_id)
        store.create_run(NewRun(two, run_name="gone", start_time=9))
        store.delete_experiment(two)
        store.rename_experiment(one, "uno")

    def theirs() -> None:
        one = client.create_experiment("one", tags={"k": "v"})
        two = client.create_experiment("two")
        runs = [client.create_run(one, start_time=n + 1, run_name=f"r{n}") for n in range(3)]
        for run in runs:
            client.log_batch(
                run.info.run_id,
                [TheirMetric(m.key, m.value, m.timestamp, m.step) for m in BATCH.metrics],
                [Param(key, value) for key, value in BATCH.params.items() if "\r" not in value],
                [RunTag(key, value) for key, value in BATCH.tags.items()],
            )
            client.log_param(run.info.run_id, "text", BATCH.params["text"])
        client.set_terminated(runs[0].info.run_id, "FINISHED", 8)
        client.set_tag(runs[1].info.run_id, "mlflow.runName", "other")
        client.delete_tag(runs[1].info.run_id, "stage")
        client.delete_run(runs[2].info.run_id)
        client.create_run(two, start_time=9, run_name="gone")
        client.delete_experiment(two)
        client.rename_experiment(one, "uno")

    ours()
    theirs()
    said = [_without_ids(MlflowClient(root.as_uri())) for root in roots]
    assert said[0] == said[1]
    assert len(said[0]) == 3 + 4


def _without_ids(client: MlflowClient) -> list[str]:
    experiments = {each.experiment_id: each for each in mlflow_experiments(client, View.ALL)}
    words: list[str] = []
    for each in experiments.values():
        said = experiment_words(each)
        assert said["times"][0] <= said["times"][1]
        words.append(repr({key: said[key] for key in ("name", "stage", "tags")}))
    for run in mlflow_runs(client, View.ALL, experiment_ids=list(experiments)):
        said = mlflow_run_words(run)
        histories = [
            history_words(client.get_metric_history(said["id"], key)) for key in run.data.metrics
        ]
        name = experiments[said["experiment"]].name
        said = {key: said[key] for key in said if key not in ("id", "experiment", "artifacts")}
        said["params"], said["tags"] = sorted(said["params"].items()), sorted(said["tags"].items())
        words.append(repr((name, said, sorted(histories))))
    return sorted(words)


def test_the_same_batch_twice_changes_nothing(store: FileStore, root: Path) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    store.log_batch(run_id, BATCH)
    before = {path: path.read_bytes() for path in (root / "0").rglob("*") if path.is_file()}
    store.log_batch(run_id, BATCH)
    opened(root).log_batch(run_id, Batch(metrics=[*BATCH.metrics, *BATCH.metrics]))
    after = {path: path.read_bytes() for path in (root / "0").rglob("*") if path.is_file()}
    assert after == before


def test_points_that_mlflow_wrote_are_not_doubled(store: FileStore, client: MlflowClient) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    for step, value in enumerate((0.1, NAN, INF)):
        client.log_metric(run_id, "m", value, timestamp=5, step=step)
    points = [Metric("m", value, 5, step) for step, value in enumerate((0.1, NAN, INF, 7))]
    store.log_batch(run_id, Batch(metrics=points))
    store.log_batch(run_id, Batch(metrics=[Metric("m", 0.1, 4, 0), Metric("m", 0.1, 5, 9)]))
    assert len(both_say(store, client, run_id)["metrics"]) == 1
    assert len(client.get_metric_history(run_id, "m")) == 6


def test_a_param_keeps_its_value(store: FileStore, client: MlflowClient, root: Path) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    store.log_batch(run_id, Batch(params={"lr": "0.1"}))
    before = fingerprint(root)
    batch = Batch(params={"a": "1", "lr": "0.10"}, metrics=[Metric("m", 1, 1, 1)], tags={"t": "1"})
    with pytest.raises(InvalidInput, match=r"'lr' of run .* is '0\.1' already"):
        store.log_batch(run_id, batch)
    assert fingerprint(root) == before
    assert both_say(store, client, run_id)["params"] == {"lr": "0.1"}


@pytest.mark.parametrize(
    "batch",
    [
        Batch(params={"a": "1", "a/b": "2"}),
        Batch(params={"there/x": "1"}),
        Batch(params={"deep": "1"}),
        Batch(tags={"x/y/z": "1", "x/y": "1"}),
        Batch(metrics=[Metric("deep", 1, 1, 1)]),
        Batch(metrics=[Metric("there/x", 1, 1, 1)]),
        Batch(params={"ok": "1"}, metrics=[Metric("../up", 1, 1, 1)]),
        Batch(params={"ok": "1", "/etc/passwd": "1"}),
        Batch(params={"ok": "1", "a/../../../b": "1"}),
        Batch(params={"ok": "1", ".": "1"}),
        Batch(params={"ok": "1", "é" * 200: "1"}),
        Batch(params={"ok": "1", "x": "\ud800"}),
        Batch(params={"ok": "1", ".DS_Store": "1"}),
        Batch(params={"ok": "x" * 6001}),
        Batch(params={"ok": "1"}, metrics=[Metric("m", 1, -1, 1)]),
        Batch(params={"ok": "1"}, metrics=[Metric("m", 1, 1, 1), Metric("m", 1, 1, 2**63)]),
        Batch(params={"ok": "1"}, tags={"t": "x" * 8001}),
        Batch(params={"ok": "1"}, tags={"mlflow.runName": "x" * 251}),
    ],
)
def test_refused_batches_leave_nothing_behind(store: FileStore, root: Path, batch: Batch) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    metrics = [Metric("there", 1, 1, 1), Metric("deep/er", 1, 1, 1)]
    store.log_batch(run_id, Batch(params={"there": "1", "deep/er": "1"}, metrics=metrics))
    before = fingerprint(root)
    with pytest.raises(InvalidInput):
        store.log_batch(run_id, batch)
    assert fingerprint(root) == before


def test_deleted_tags(store: FileStore, client: MlflowClient) -> None:
    run_id = store.create_run(NewRun("0", run_name="r", tags={"a/b/c": "1", "x": "y"})).run_id
    store.delete_tag(run_id, "a/b/c")
    store.delete_tag(run_id, "x")
    assert both_say(store, client, run_id)["tags"] == {"mlflow.runName": "r"}
    for key in ("x", "a", "a/b", "../meta.yaml", "../params/p", ""):
        with pytest.raises(NotFound):
            store.delete_tag(run_id, key)
    store.log_batch(run_id, Batch(tags={"a": "where a folder was"}))
    assert both_say(store, client, run_id)["tags"]["a"] == "where a folder was"


def test_unknown_fields_and_other_forms_of_yaml_are_kept(root: Path, store: FileStore) -> None:
    folder = write_run(root / "0", changes={"run_name": "'a ''b'''"})
    path = folder / "meta.yaml"
    before = meta_of(folder)
    extra = {"workspace": "w", "later": [1, {"x": "y"}], "text": "a: b\nc", "zero": "007"}
    path.write_text(yaml.safe_dump({**before, **extra}))
    store.update_run(RUN_ID, status=RunStatus.FINISHED)
    now = meta_of(folder)
    assert now == {**before, **extra, "status": 3, "run_uuid": RUN_ID}
    assert list(now) == sorted(now)


def test_a_line_without_an_end_is_mended(
    root: Path, store: FileStore, client: MlflowClient
) -> None:
    files = {
        "metrics/whole": "1 0.5 1\n2 0.5 2",
        "metrics/torn": "1 0.5 1\n17",
        "metrics/begun": "1 0.5 1\n2 0.25 1",
        "metrics/empty": "",
    }
    write_run(root / "0", files=files)
    points = [Metric(key.removeprefix("metrics/"), 0.25, 2, 12) for key in files]
    store.log_batch(RUN_ID, Batch(metrics=points))
    both_say(store, client, RUN_ID)
    found = {key: (root / "0" / RUN_ID / key).read_text() for key in files}
    assert found == {
        "metrics/whole": "1 0.5 1\n2 0.5 2\n2 0.25 12\n",
        "metrics/torn": "1 0.5 1\n2 0.25 12\n",
        "metrics/begun": "1 0.5 1\n2 0.25 12\n",
        "metrics/empty": "2 0.25 12\n",
    }


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
        assert now.latest == {**run.latest, "new": Metric("new", 1, 1, 1)}
    store.restore_experiment(gone)
    store.delete_experiment(experiment.experiment_id)
    assert client.get_experiment(gone).lifecycle_stage == "active"
    assert client.get_experiment(experiment.experiment_id).lifecycle_stage == "deleted"
    for each in mlflow_runs(client, View.ALL):
        ours = store.get_run(each.info.run_id)
        in_trash = each.info.experiment_id == experiment.experiment_id
        assert each.info.lifecycle_stage == ours.lifecycle_stage.value
        assert not in_trash or ours.lifecycle_stage is Lifecycle.DELETED


def test_links_that_lead_out_are_not_written_through(
    root: Path, store: FileStore, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    write_run(write_experiment(outside, "7", name="linked"), "cc")
    folder = write_run(root / "0")
    (outside / "file").write_text("1 2 3\n")
    (folder / "metrics" / "m").symlink_to(outside / "file")
    (folder / "params" / "dir").symlink_to(outside, target_is_directory=True)
    (root / "7").symlink_to(outside / "7", target_is_directory=True)
    before = fingerprint(outside)
    refused: list[Callable[[], object]] = [
        lambda: store.log_batch(RUN_ID, Batch(metrics=[Metric("m", 1, 1, 1)])),
        lambda: store.log_batch(RUN_ID, Batch(params={"dir/x": "1"})),
        lambda: store.log_batch("cc", Batch(params={"x": "1"})),
        lambda: store.update_run("cc", status=RunStatus.FAILED),
        lambda: store.delete_run("cc"),
        lambda: store.create_run(NewRun("7")),
        lambda: store.set_experiment_tag("7", "a", "b"),
        lambda: store.rename_experiment("7", "x"),
    ]
    for attempt in refused:
        with pytest.raises((StoreBroken, InvalidInput)):
            attempt()
    assert fingerprint(outside) == before
    (folder / "tags" / "t").symlink_to(outside / "file")
    store.log_batch(RUN_ID, Batch(tags={"t": "new"}))
    assert fingerprint(outside) == before
    assert store.get_run(RUN_ID).tags["t"] == "new"
