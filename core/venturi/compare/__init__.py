"""What differs between runs, which value is better, and where that is known."""

from __future__ import annotations

from venturi.compare.direction import Direction, best_positions, direction_of
from venturi.compare.runs import RunDiff, compare_runs, dataset_rows, row_differs
from venturi.compare.sameness import Row, Value, relative_change, same

__all__ = [
    "Direction",
    "Row",
    "RunDiff",
    "Value",
    "best_positions",
    "compare_runs",
    "dataset_rows",
    "direction_of",
    "relative_change",
    "row_differs",
    "same",
]
