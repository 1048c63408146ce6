"""A small store for searches: few keys and values, so that random filters hit and miss and tie."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import mlflow.entities as ml  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.records import DatasetInput, Experiment, Lifecycle, Metric, Run

METRIC_KEYS = ("loss", "val/acc", "a b")
PARAM_KEYS = ("lr", "model", "a.b-c")
TAG_KEYS = ("team", "with space")
NUMBERS = (0.0, 1.0, -1.5, 0.1, 1e16, 5e-324)
TIMES = (1_700_000_000_000, 1_700_000_000_001, 1_700_000_000_002)
TEXTS = (
    "vit", "vit", "vit", "VIT", "Vit-b", "a_b", "a%b", "axb", "", " ", "é", "É", "ß", "10", "9",
    "日本", "x\ny", "\\",
)  # fmt: skip
NAMES = ("train", "Train", "train-2", "é")
CONTEXTS = ("train", "eval", "Eval")
WANTED_TEXTS = (
    *TEXTS[:-1], *NAMES, *CONTEXTS, "%", "v%", "%T", "_it", "%\\%", "%b", "a_b%", "%é%", "__",
    "%n%",     "FINISHED", "FAILED", "%I%", "ann", "none of them",
)  # fmt: skip


@dataclass(frozen=True)
class SearchWorld:
    """The store, its ids, and all it holds as our records, in MLflow's default order."""

    uri: str
    client: MlflowClient
    experiment_ids: list[str]
    experiments: list[Experiment]
    runs: list[Run]


def build_search_world(uri: str, runs: int = 26, seed: int = 7) -> SearchWorld:
    """Fill the empty store at `uri`: some runs over three experiments, two more without runs."""
    client, rng = MlflowClient(uri), random.Random(seed)
    tagged = ({"team": "vit"}, {"team": "VIT", "with space": "x\ny"}, {"with space": ""}, {}, {})
    names = ("train", "Train", "é", "a_b", "10")
    ids = [
        client.create_experiment(name, tags=dict(tags), artifact_location="/tmp/none")
        for name, tags in zip(names, tagged, strict=True)
    ]
    for _ in range(runs):
        _random_run(client, rng.choice(ids[:3]), rng)
    everything = [experiment.experiment_id for experiment in client.search_experiments()]
    return SearchWorld(
        uri,
        client,
        everything,
        [experiment_record(found) for found in client.search_experiments()],
        [run_record(found) for found in client.search_runs(everything)],
    )


def _random_run(client: MlflowClient, experiment_id: str, rng: random.Random) -> None:
    tags = {key: rng.choice(TEXTS) for key in TAG_KEYS if rng.random() < 0.6}
    tags["mlflow.user"] = rng.choice(("ann", "Ann", "bob"))
    run = client.create_run(experiment_id, rng.choice(TIMES), tags, rng.choice(NAMES))
    values = (*NUMBERS, math.nan, math.nan, math.inf, -math.inf)
    client.log_batch(
        run.info.run_id,
        metrics=[
            ml.Metric(key, rng.choice(values), rng.choice(TIMES), step)
            for key in METRIC_KEYS
            for step in range(2)
            if rng.random() < 0.6
        ],
        params=[ml.Param(key, rng.choice(TEXTS)) for key in PARAM_KEYS if rng.random() < 0.7],
    )
    client.log_inputs(run.info.run_id, [_dataset(rng) for _ in range(rng.choice((0, 0, 1, 2)))])
    if rng.random() < 0.7:
        status = rng.choice(("FINISHED", "FAILED", "KILLED"))
        client.set_terminated(run.info.run_id, status, rng.choice(TIMES))


def _dataset(rng: random.Random) -> ml.DatasetInput:
    tags = [ml.InputTag("mlflow.data.context", rng.choice(CONTEXTS)), ml.InputTag("other", "vit")]
    data = ml.Dataset(rng.choice(TEXTS[:7]), rng.choice(("10", "9", "vit")), "local", "{}")
    return ml.DatasetInput(data, tags[rng.choice((0, 0, 1)) :])


def run_record(run: ml.Run) -> Run:
    """MLflow's answer as our record, through no code of a store of ours."""
    return Run(
        run_id=run.info.run_id,
        run_name=run.info.run_name,
        experiment_id=run.info.experiment_id,
        status=run.info.status,
        start_time=run.info.start_time,
        end_time=run.info.end_time,
        lifecycle_stage=Lifecycle(run.info.lifecycle_stage),
        user_id=run.info.user_id,
        artifact_uri=run.info.artifact_uri,
        params=dict(run.data.params),
        latest={key: Metric(key, value, 0, 0) for key, value in run.data.metrics.items()},
        tags=dict(run.data.tags),
        datasets=tuple(map(_dataset_record, run.inputs.dataset_inputs)),
    )


def _dataset_record(given: ml.DatasetInput) -> DatasetInput:
    tags = {tag.key: tag.value for tag in given.tags}
    return DatasetInput(
        given.dataset.name, given.dataset.digest, context=tags.get("mlflow.data.context")
    )


def experiment_record(experiment: ml.Experiment) -> Experiment:
    """MLflow's answer as our record."""
    return Experiment(
        experiment_id=experiment.experiment_id,
        name=experiment.name,
        lifecycle_stage=Lifecycle(experiment.lifecycle_stage),
        artifact_location=experiment.artifact_location,
        creation_time=experiment.creation_time,
        last_update_time=experiment.last_update_time,
        tags=dict(experiment.tags),
    )
