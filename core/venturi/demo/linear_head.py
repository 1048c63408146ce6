"""A linear model that MLflow can load and ask: the code beside each demo model's weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol


class Table(Protocol):
    """The part of a pandas data frame that a prediction needs."""

    def to_dict(self, orient: str) -> list[dict[str, Any]]:
        """The rows."""
        ...


class LinearHead:
    """Scores each class by a weighted sum of the features; the highest score wins."""

    def __init__(self, classes: Sequence[str], weights: Sequence[dict[str, float]]) -> None:
        self.classes = classes
        self.weights = weights

    def predict(self, table: Table, params: object = None) -> list[str]:
        """The class of each row."""
        del params
        return [self._class_of(row) for row in table.to_dict("records")]

    def _class_of(self, row: dict[str, Any]) -> str:
        scores = [
            weights.get("bias", 0.0)
            + sum(weights[name] * float(row[name]) for name in weights if name != "bias")
            for weights in self.weights
        ]
        return self.classes[scores.index(max(scores))]


def _load_pyfunc(path: str) -> LinearHead:  # pyright: ignore[reportUnusedFunction] (MLflow calls it)
    saved = json.loads(Path(path, "weights.json").read_text(encoding="utf-8"))
    return LinearHead(saved["classes"], saved["weights"])
