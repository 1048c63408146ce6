"""A small MLflow store with every oddity we know of, made by MLflow's own client."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from mlflow.entities import (  # noqa: TID251
    Dataset,
    DatasetInput,
    InputTag,
    Metric,
    Param,
    RunTag,
)
from mlflow.tracking import MlflowClient  # noqa: TID251

MAIN = "odd"
SECOND = "second"
HOSTILE = "evil \x1b[31mred\x1b[0m [bold]name[/bold] \u202eabc"
UNICODE = "実験 é ☃ 📈"
DELETED = "gone"
EMPTY = "empty"

CURVE_RUN = "curve"
"""Name of the run (in MAIN) whose metric `loss` has 1,200 points and `odd curve` all odd ones."""

START = 1_700_000_000_000
METRIC_KEYS = ("loss", "val/acc", "f1 score", "a.b-c_d", "LOSS", "précision")
PARAM_KEYS = ("lr", "model", "model/depth", "a b", "loss", "note", "精度")
TAG_KEYS = ("team", "stage", "with space", "mlflow.note.content", "loss")

METRIC_VALUES = (
    0.0, -0.0, 0.5, 0.5, 0.1 + 0.2, 1.0, 1.0, -1.5, 3e-320, 1e300, 2.0**53 + 2, -7.25,
    math.nan, math.inf, -math.inf,
)  # fmt: skip
TEXT_VALUES = (
    "vit", "VIT", "Vit", "vit-b/16", "resnet50", "0.1", "1e-3", "10", "9", "", " ", "vit ", " vit",
    "a_b", "a%b", "axb", "100%", "o'brien", 'say "hi"', "back\\slash", "`tick`",
    "line one\nline two", "tab\there", "\x1b[2J\x1b[31mred", "[red]markup[/red]", "\u202eRTL\u202c",
    "é", "É", "e\u0301", "日本語", "☃", "📈", "ß", "SS", "İ", "true", "None", "NULL",
)  # fmt: skip
STATUSES = ("FINISHED", "FINISHED", "FAILED", "KILLED", "RUNNING", "SCHEDULED")


def build_odd_world(tracking_uri: str) -> None:
    """Fill the (new, empty) store at `tracking_uri`; the same each time but for ids."""
    client = MlflowClient(tracking_uri)
    rng = random.Random(20_240_601)
    main = client.create_experiment(
        MAIN, tags={"owner": "ann", "note": "o'brien 100%", "with space": "é"}
    )
    second = client.create_experiment(SECOND, tags={"owner": "Bob"})
    hostile = client.create_experiment(HOSTILE, tags={"screen": "\x1b[2J"})
    unicode = client.create_experiment(UNICODE, tags={"owner": "ANN"})
    client.create_experiment(EMPTY)
    gone = client.create_experiment(DELETED, tags={"owner": "ann"})
    for index in range(30):
        _random_run(client, main, rng, index)
    for index in range(8):
        _random_run(client, second, rng, index)
    _random_run(client, hostile, rng, 0)
    _random_run(client, unicode, rng, 1)
    _random_run(client, gone, rng, 2)
    client.delete_experiment(gone)
    _bare_runs(client, main)
    _family(client, main)
    _curves(client, main)
    _deleted_runs(client, main, rng)


def _random_run(client: MlflowClient, experiment: str, rng: random.Random, index: int) -> str:
    """A run with some of every odd key and value; start times tie in groups of three."""
    tags = {"mlflow.user": rng.choice(("ann", "Bob", "Ünal", "ann "))}
    start = START + (index // 3) * 1000
    name = rng.choice(("run", "Run", "vit-é", "o'brien", "[b]x[/b]", "a\x1b[1m", f"run {index}"))
    run_id = client.create_run(experiment, start, tags, run_name=name).info.run_id
    metrics = [
        Metric(key, rng.choice(METRIC_VALUES), START + step, step)
        for key in _some(rng, METRIC_KEYS)
        for step in range(rng.randrange(1, 3))
    ]
    params = [Param(key, rng.choice(TEXT_VALUES)) for key in _some(rng, PARAM_KEYS)]
    labels = [RunTag(key, rng.choice(TEXT_VALUES)) for key in _some(rng, TAG_KEYS)]
    client.log_batch(run_id, metrics, params, labels)
    _datasets(client, run_id, rng)
    status = rng.choice(STATUSES)
    if status in ("RUNNING", "SCHEDULED"):
        client.update_run(run_id, status=status)
    else:
        client.set_terminated(run_id, status, start + rng.choice((0, 5, 60_000, -1000)))
    return run_id


def _some(rng: random.Random, keys: Sequence[str]) -> list[str]:
    """A random part of the keys, such that every kind of store can hold them.

    Never two that differ only in case (MySQL), nor `a` beside `a/b` (folders and files).
    """
    picked = rng.sample(keys, rng.randrange(len(keys) + 1))
    picked = [key for key in picked if key != "LOSS" or "loss" not in picked]
    return [key for key in picked if key.partition("/")[0] not in picked or "/" not in key]


def _datasets(client: MlflowClient, run_id: str, rng: random.Random) -> None:
    for number in rng.sample(range(4), rng.choice((0, 0, 1, 1, 2))):
        dataset = Dataset(
            name=("mnist", "MNIST", "c4 100%", "日本")[number],
            digest=("abc", "ABD", "a_c", "ff00")[number],
            source_type="local",
            source=f'{{"uri": "/data/{number}"}}',
        )
        context = rng.choice((None, "train", "eval", "Train"))
        tags = [InputTag("mlflow.data.context", context)] if context else []
        tags.append(InputTag("split", "train"))
        client.log_inputs(run_id, [DatasetInput(dataset, tags)])


def _bare_runs(client: MlflowClient, experiment: str) -> None:
    """Runs with nothing logged: still going, and one that started at the epoch."""
    client.create_run(experiment, START + 50_000, run_name="bare")
    epoch = client.create_run(experiment, 1, run_name="epoch").info.run_id
    client.set_terminated(epoch, "FINISHED", 1)


def _family(client: MlflowClient, experiment: str) -> None:
    """A parent, two children and a grandchild."""
    parent = client.create_run(experiment, START + 60_000, run_name="parent").info.run_id
    for child in ("child-1", "child-2"):
        tags = {"mlflow.parentRunId": parent}
        run_id = client.create_run(experiment, START + 61_000, tags, child).info.run_id
        client.log_metric(run_id, "loss", 0.25, START, 1)
    tags = {"mlflow.parentRunId": run_id, "mlflow.source.name": "train.py"}
    client.create_run(experiment, START + 62_000, tags, "grandchild")


def _curves(client: MlflowClient, experiment: str) -> None:
    """The run CURVE_RUN: a long curve, and one with every trap a curve can hold."""
    run_id = client.create_run(experiment, START + 70_000, run_name=CURVE_RUN).info.run_id
    points = [
        Metric("loss", math.exp(-step / 300) + (step % 7) / 50, START + step * 1000, step)
        for step in range(1200)
    ]
    for first in range(0, len(points), 400):
        client.log_batch(run_id, points[first : first + 400])
    client.log_batch(run_id, [Metric("odd curve", *point) for point in odd_points()])
    client.log_metric(run_id, "single", 42.0, START, 0)
    client.set_terminated(run_id, "FINISHED", START + 2_000_000)


def odd_points() -> list[tuple[float, int, int]]:
    """(value, timestamp, step): out of order, repeated, negative and huge steps, NaN, ±inf."""
    return [
        (5.0, START + 10, 1), (9.0, START + 5, 2), (1.0, START + 20, 1),
        (math.nan, START + 30, 3), (2.0, START + 30, 3), (-2.0, START + 30, 3),
        (math.inf, START + 31, 4), (-math.inf, START + 31, 4),
        (0.5, START, -3), (0.25, START + 1, 10**12), (0.0, START + 40, 5), (3.0, START, 5),
    ]  # fmt: skip


def _deleted_runs(client: MlflowClient, experiment: str, rng: random.Random) -> None:
    for index in range(3):
        client.delete_run(_random_run(client, experiment, rng, index + 4))
