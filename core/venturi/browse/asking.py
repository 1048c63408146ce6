"""What is asked of a store about many runs, with and without the RunIndex talent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from venturi.errors import NotFound
from venturi.filters.tree import Comparison, Entity, Op, OrderKey
from venturi.records import Run, View
from venturi.stores.base import ReadsTogether, RunIndex, RunQuery, TrackingStore
from venturi.stores.ids import RunIds


def read_ids(store: TrackingStore, query: RunQuery) -> RunIds | None:
    """All ids of an answer, or None when the store has not that talent."""
    if not isinstance(store, RunIndex):
        return None
    ids = store.run_ids(query)
    return ids if isinstance(ids, RunIds) else RunIds(ids)


def read_runs(
    store: TrackingStore,
    run_ids: Sequence[str],
    query: RunQuery | None = None,
    *,
    experiment_ids: Sequence[str] = (),
) -> list[Run]:
    """Runs by id, in that order; those that are gone are left out.

    Args:
        store: Where they are.
        run_ids: Their ids.
        query: What they are the answer to, when that is known: a store without the RunIndex talent
            is then asked for all of them at once.
        experiment_ids: Where all of them are, when that is known: a store with the ReadsTogether
            talent is then asked once.
    """
    if isinstance(store, RunIndex):
        return store.get_runs(run_ids)
    if query is not None and len(run_ids) > 1:
        return _search_ids(store, run_ids, query)
    if experiment_ids and len(run_ids) > 1 and isinstance(store, ReadsTogether):
        together = store.runs_together(run_ids, experiment_ids)
        if together is not None:
            return together
    found = (_get_run(store, run_id) for run_id in run_ids)
    return [run for run in found if run is not None]


def _search_ids(store: TrackingStore, run_ids: Sequence[str], query: RunQuery) -> list[Run]:
    wanted = Comparison(Entity.ATTRIBUTE, "run_id", Op.IN, tuple(run_ids))
    asked = replace(query, filter=wanted, order=())
    found: dict[str, Run] = {}
    token: str | None = None
    while True:
        page = store.search_runs(asked, limit=len(run_ids), token=token)
        found |= {run.run_id: run for run in page}
        token = page.next_token
        if token is None:
            return [found[run_id] for run_id in run_ids if run_id in found]


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
