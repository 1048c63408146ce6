"""What runs log to a file store MLflow reads as its own; what is refused leaves nothing behind."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.files_oracle import (
    experiment_words,
    history_words,
    mlflow_experiments,
    mlflow_run_words,
    mlflow_runs,
)
from worlds.files_written import BATCH, both_say, meta_of, opened
from worlds.folders import RUN_ID, fingerprint, write_experiment, write_run

from venturi.errors import InvalidInput, NotFound, StoreBroken
from venturi.records import Metric, RunStatus, View
from venturi.stores import create_store
from venturi.stores.files import FileStore
from venturi.stores.writing import Batch, NewRun

NAN, INF = math.nan, math.inf


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
