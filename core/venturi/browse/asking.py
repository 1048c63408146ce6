"""What is asked of a store about many runs, with and without the RunIndex talent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from venturi.browse.ids import RunIds
from venturi.errors import NotFound
from venturi.filters.tree import OrderKey
from venturi.records import Run, View
from venturi.stores.base import RunIndex, RunQuery, TrackingStore


def read_ids(store: TrackingStore, query: RunQuery) -> RunIds | None:
    """All ids of an answer, or None when the store has not that talent."""
    return RunIds(store.run_ids(query)) if isinstance(store, RunIndex) else None


def read_runs(store: TrackingStore, run_ids: Sequence[str]) -> list[Run]:
    """Runs by id, in that order; those that are gone are left out."""
    if isinstance(store, RunIndex):
        return store.get_runs(run_ids)
    found = (_get_run(store, run_id) for run_id in run_ids)
    return [run for run in found if run is not None]


def _get_run(store: TrackingStore, run_id: str) -> Run | None:
    try:
        return store.get_run(run_id)
    except NotFound:
        return None


def count_runs(store: TrackingStore, query: RunQuery) -> int | None:
    """Number of runs that match, or None when the store has not that talent."""
    return store.count_runs(query) if isinstance(store, RunIndex) else None


def count_by_experiment(store: TrackingStore, view: View = View.ACTIVE) -> dict[str, int] | None:
    """Number of active runs by experiment id, or None when the store has not that talent."""
    return store.count_runs_by_experiment(view) if isinstance(store, RunIndex) else None


def best_value(store: TrackingStore, query: RunQuery, order: OrderKey) -> float | None:
    """Value of a metric in the run that comes first by it; None when no run has it."""
    page = store.search_runs(replace(query, order=(order,)), limit=1)
    metric = page.items[0].latest.get(order.key) if page.items else None
    return None if metric is None else metric.value
