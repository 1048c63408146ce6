"""Artifacts of the best image classifiers: pictures, tables, a report, a model."""

from __future__ import annotations

import json

from venturi.demo.logged_model import add_model
from venturi.demo.names import dice
from venturi.demo.pictures import curve_png, matrix_png
from venturi.demo.world import DemoRun

BIRDS = (
    "barn-owl", "blue-jay", "dunlin", "egret", "goldfinch", "heron", "kestrel", "puffin",
    "robin", "wren",
)  # fmt: skip


def add_files(run: DemoRun) -> None:
    """Everything a finished run of the sweep leaves behind."""
    accuracy = run.last("val/acc")
    matrix = _confusion(run.run_id, accuracy)
    loss = next(curve.values for curve in run.curves if curve.key == "train/loss")
    run.files |= {
        "plots/confusion_matrix.png": matrix_png(matrix),
        "plots/train_loss.png": curve_png(loss),
        "reports/confusion_matrix.csv": _csv(matrix).encode(),
        "reports/summary.json": json.dumps({"val/acc": accuracy, "classes": BIRDS}).encode(),
        "reports/summary.md": _report(run, matrix).encode(),
        "logs/train.log": _log(run).encode(),
    }
    features = [f"embedding_{n}" for n in range(8)]
    add_model(run, features, BIRDS, made_at=(run.end_time or run.start_time) - 2_000, path="model")


def _confusion(run_id: str, accuracy: float) -> list[list[float]]:
    """Share of each true class (rows) that was taken for each class (columns)."""
    rng = dice("confusion", run_id)
    matrix = list[list[float]]()
    for true in range(len(BIRDS)):
        right = min(0.995, max(0.3, accuracy + rng.uniform(-0.05, 0.04)))
        others = [rng.random() ** 4 for _ in BIRDS]
        others[true] = 0.0
        scale = (1 - right) / sum(others)
        matrix.append([right if n == true else share * scale for n, share in enumerate(others)])
    return matrix


def _csv(matrix: list[list[float]]) -> str:
    lines = [",".join(("true", *BIRDS))]
    lines += [
        ",".join((bird, *(f"{share:.4f}" for share in row)))
        for bird, row in zip(BIRDS, matrix, strict=True)
    ]
    return "\n".join(lines) + "\n"


def _report(run: DemoRun, matrix: list[list[float]]) -> str:
    best = [
        f"| {bird} | {row[n]:.3f} |"
        for n, (bird, row) in enumerate(zip(BIRDS, matrix, strict=True))
    ]
    return "\n".join(
        [
            f"# {run.name}",
            "",
            f"`{run.params['model']}`, validation accuracy **{run.last('val/acc'):.4f}**.",
            "",
            "| class | recall |",
            "|---|---|",
            *best,
            "",
        ]
    )


def _log(run: DemoRun) -> str:
    curve = next(curve for curve in run.curves if curve.key == "val/loss")
    return "".join(
        f"step {step:5d}  val/loss {value:.4f}\n"
        for step, value in zip(curve.steps, curve.values, strict=True)
    )
