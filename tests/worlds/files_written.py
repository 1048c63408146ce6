"""What is written to file stores by us, and read by us and MLflow alike."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import yaml
from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.records import Metric
from venturi.stores.base import StoreOptions
from venturi.stores.files import FileStore, open_files
from venturi.stores.writing import Batch
from worlds.files_oracle import (
    experiment_words,
    history_words,
    mlflow_run_words,
    run_words,
)

NAN, INF = math.nan, math.inf


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


def meta_of(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "meta.yaml").read_text())


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
