"""Any number of runs, row by row, over a store with or without talents for many runs."""

from venturi.browse.asking import (
    best_value,
    count_by_experiment,
    count_runs,
    read_ids,
    read_runs,
)
from venturi.browse.rows import PAGE, SEQUENTIAL_PAGE, RunPage, RunRows, Wish, weight
from venturi.stores.ids import RunIds

__all__ = [
    "PAGE",
    "SEQUENTIAL_PAGE",
    "RunIds",
    "RunPage",
    "RunRows",
    "Wish",
    "best_value",
    "count_by_experiment",
    "count_runs",
    "read_ids",
    "read_runs",
    "weight",
]
