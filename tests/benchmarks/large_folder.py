"""A large file store in MLflow's format, made once by plain Python and kept in a cache folder."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

from benchmarks.large_store import START, cache_folder

RECIPE = 1
"""Part of the folder's name: raise it when what is generated changes."""

EXPERIMENTS = 5
RUNS_EACH = 1_000
METRICS = ("loss", "val/acc", "val/loss", "lr", "grad_norm", "epoch")
PARAMS = ("lr", "model", "depth", "width", "batch_size", "optimizer", "seed", "data/split")
TAGS = ("mlflow.runName", "mlflow.user", "mlflow.source.name", "team", "stage")
POINTS = 10


def runs_folder() -> Path:
    """5 experiments of 1,000 runs; each has 20 files: meta.yaml, 6 metrics, 8 params, 5 tags."""
    folder = cache_folder() / f"files-5k-{RECIPE}"
    if folder.exists():
        return folder
    unfinished = folder.with_suffix(f".{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    _fill(unfinished, folder)
    return unfinished.rename(folder)


def _fill(root: Path, recorded: Path) -> None:
    """Write the store to `root`; what it records of itself names `recorded`."""
    rng = random.Random(5_000)
    (root / ".trash").mkdir(parents=True)
    for number in range(EXPERIMENTS):
        experiment_id = str(100_000_000_000_000_000 + number)
        _write_experiment(root / experiment_id, recorded, experiment_id, number)
    for serial in range(EXPERIMENTS * RUNS_EACH):
        experiment_id = str(100_000_000_000_000_000 + serial % EXPERIMENTS)
        run_id = f"{rng.getrandbits(128):032x}"
        _write_run(root / experiment_id / run_id, recorded, rng, serial)


def _write_experiment(folder: Path, recorded: Path, experiment_id: str, number: int) -> None:
    folder.mkdir()
    (folder / "meta.yaml").write_text(
        f"artifact_location: {(recorded / experiment_id).as_uri()}\n"
        f"creation_time: {START + number}\n"
        f"experiment_id: '{experiment_id}'\n"
        f"last_update_time: {START + number}\n"
        "lifecycle_stage: active\n"
        f"name: exp-{number}\n"
    )


def _write_run(folder: Path, recorded: Path, rng: random.Random, serial: int) -> None:
    start = START + serial * 60_000 + rng.randrange(50_000)
    artifacts = (recorded / folder.parent.name / folder.name / "artifacts").as_uri()
    for name in ("artifacts", "metrics/val", "params/data", "tags"):
        (folder / name).mkdir(parents=True)
    (folder / "meta.yaml").write_text(
        f"artifact_uri: {artifacts}\n"
        f"end_time: {start + 30_000}\n"
        "entry_point_name: ''\n"
        f"experiment_id: '{folder.parent.name}'\n"
        "lifecycle_stage: active\n"
        f"run_id: {folder.name}\n"
        f"run_name: able-mule-{serial}\n"
        "source_name: ''\n"
        "source_type: 4\n"
        "source_version: ''\n"
        f"start_time: {start}\n"
        f"status: {rng.choice((3, 3, 3, 4))}\n"
        "tags: []\n"
        "user_id: ann\n"
    )
    for key in METRICS:
        value = rng.random()
        lines = [f"{start + step * 1000} {value / (step + 1)!r} {step}\n" for step in range(POINTS)]
        (folder / "metrics" / key).write_text("".join(lines))
    for key in PARAMS:
        (folder / "params" / key).write_text(str(rng.choice((0.1, "vit", 64, "adam"))))
    for key in TAGS:
        (folder / "tags" / key).write_text(f"able-mule-{serial}" if "runName" in key else "ann")
