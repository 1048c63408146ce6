"""Make a fossil: a small file store written by an old MLflow, and what that MLflow says of it.

Run it by the Python of an environment that holds the MLflow wanted, with an empty folder in which
to make the store (it is recorded in every URI) and the name of the archive:

    python make_files.py /data/experiments/mlruns files-1.30.1.tar.gz

It knows every MLflow from 1.30 on, and imports nothing else.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tarfile
from pathlib import Path

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

import mlflow  # noqa: TID251
from mlflow.entities import Metric, Param, RunTag, ViewType  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251

VERSION = tuple(int(part) for part in mlflow.__version__.split(".")[:2])
START = 1_700_000_000_000
ON_DATASET = "on dataset"
"""A metric of one point, at step 7; MLflow reads its step as 0."""


def fill(client: MlflowClient) -> None:
    main = client.create_experiment("main", tags={"owner": "ann", "team/room": "Zürich"})
    first = make_run(client, main, 0, "vit: é #1")
    make_run(client, main, 1, "'quoted' name")
    for run_id in (first, make_run(client, main, 2, "deleted")):
        client.delete_run(run_id)
    client.restore_run(first)
    client.create_run(main, START + 9, {"mlflow.parentRunId": first})
    old = client.create_experiment("old name")
    client.rename_experiment(old, "new name")
    make_run(client, old, 3, "in renamed")
    gone = client.create_experiment("gone")
    make_run(client, gone, 4, "in trash")
    client.delete_experiment(gone)
    back = client.create_experiment("back")
    make_run(client, back, 5, "restored")
    client.delete_experiment(back)
    client.restore_experiment(back)
    fill_registry(client, first)


def make_run(client: MlflowClient, experiment_id: str, number: int, name: str) -> str:
    tags = {"mlflow.runName": name, "mlflow.user": "ann", "odd/tag b": "\x1b[31m\nsecond line"}
    run_id = client.create_run(experiment_id, START + number, tags).info.run_id
    curve = [Metric("loss", 1 / (step + 1), START + step, step) for step in range(20)]
    odd = [
        Metric("val/acc top.5", value, START + time, step)
        for value, time, step in (
            (float("nan"), 1, 1), (5.0, 1, 1), (float("inf"), 2, -3), (float("-inf"), 3, 0),
            (0.5, 0, 1),
        )
    ]  # fmt: skip
    params = [
        Param("lr", "0.1"),
        Param("model/depth", "12"),
        Param("note", "one\ntwo é"),
        Param("e", ""),
    ]
    client.log_batch(run_id, curve + odd, params, [RunTag("stage", "x" * 300)])
    if VERSION >= (2, 4):
        log_dataset(client, run_id)
    if number % 3 == 1:
        client.set_terminated(run_id, "FAILED", START + 5000)
    return run_id


def log_dataset(client: MlflowClient, run_id: str) -> None:
    from mlflow.entities import Dataset, DatasetInput, InputTag  # noqa: TID251

    dataset = Dataset(
        "mnist", "abc123", "local", '{"uri": "/data/mnist"}', '{"x": 1}', '{"rows": 2}'
    )
    client.log_inputs(run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "train")])])
    if VERSION >= (3, 0):
        data = {"dataset_name": "mnist", "dataset_digest": "abc123"}
        client.log_batch(run_id, [Metric(ON_DATASET, 0.75, START, 7, **data)])


def fill_registry(client: MlflowClient, run_id: str) -> None:
    """What a reader of runs must pass by."""
    if VERSION >= (2, 3):
        client.create_registered_model("vit", tags={"a": "b"})
        source = f"{client.get_run(run_id).info.artifact_uri}/model"
        Path(source.replace("file://", "")).mkdir()
        client.create_model_version("vit", source, run_id)
    if VERSION >= (2, 22):
        mlflow.set_tracking_uri(client.tracking_uri)
        mlflow.register_prompt("greeting", "Hello {{name}}")
    if VERSION >= (3, 0):
        run = client.get_run(run_id).info
        client.create_logged_model(run.experiment_id, "logged", run_id, params={"p": "1"})


def said_of_runs(client: MlflowClient, experiment_ids: list[str]) -> list[dict[str, object]]:
    """All that the MLflow that wrote it says of each run, NaN and infinity as text."""
    runs = client.search_runs(experiment_ids, run_view_type=ViewType.ALL, max_results=1000)
    return [
        {
            "id": run.info.run_id,
            "name": run.info.run_name,
            "experiment": run.info.experiment_id,
            "status": run.info.status,
            "times": [run.info.start_time, run.info.end_time],
            "stage": run.info.lifecycle_stage,
            "user": run.info.user_id,
            "artifacts": run.info.artifact_uri,
            "params": run.data.params,
            "metrics": sorted(point(metric) for metric in run.data._metric_objs),
            "tags": run.data.tags,
            "datasets": datasets_of(run),
            "histories": {
                key: sorted(point(each) for each in client.get_metric_history(run.info.run_id, key))
                for key in run.data.metrics
            },
        }
        for run in runs
    ]


def datasets_of(run: mlflow.entities.Run) -> list[list[str]]:
    inputs = run.inputs.dataset_inputs if VERSION >= (2, 4) else []
    return [
        [
            each.dataset.name,
            each.dataset.digest,
            each.dataset.source_type,
            each.dataset.source,
            tag.value,
        ]
        for each in inputs
        for tag in each.tags
    ]


def point(metric: Metric) -> list[object]:
    return [metric.key, metric.step, metric.timestamp, repr(metric.value)]


def said_of_experiments(client: MlflowClient) -> list[dict[str, object]]:
    return [
        {
            "id": each.experiment_id,
            "name": each.name,
            "location": each.artifact_location,
            "times": [each.creation_time, each.last_update_time],
            "tags": dict(each.tags),
        }
        for each in client.search_experiments(ViewType.ALL)
    ]


def pack(root: Path, archive: Path, said: dict[str, object]) -> None:
    text = json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False).encode()
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(root, "mlruns", filter=anonymous)
        entry = tarfile.TarInfo("said.json")
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text))


def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def main() -> None:
    root, archive = Path(sys.argv[1]), Path(sys.argv[2])
    client = MlflowClient(root.as_uri())
    fill(client)
    experiments = said_of_experiments(client)
    runs = said_of_runs(client, [str(each["id"]) for each in experiments])
    pack(root, archive, {"mlflow": mlflow.__version__, "experiments": experiments, "runs": runs})


if __name__ == "__main__":
    main()
