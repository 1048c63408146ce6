"""Reads how the runs of an answer are nested, and what their children are best at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan

from venturi.browse.asking import read_ids, read_runs
from venturi.browse.forest import Forest
from venturi.browse.groups import Told, read_all
from venturi.filters.tree import And, Comparison, Entity, Node, Op
from venturi.records import Run
from venturi.stores.base import RunGroups, RunQuery, RunTree, TrackingStore
from venturi.stores.ids import RunIds

PARENT_TAG = "mlflow.parentRunId"

Best = dict[str, dict[str, float | None]]
"""The best value among the children of each run, by metric; None when none of them has one."""


def read_forest(
    store: TrackingStore,
    query: RunQuery,
    unfolded: Sequence[str] = (),
    told: Told = lambda _: None,
) -> tuple[RunIds, Forest]:
    """Ids of all runs of an answer and how they are nested, exactly.

    Without the talents for that every run is read once, and none kept.

    Args:
        store: Where the runs are.
        query: The question.
        unfolded: Runs whose children are to be shown from the start.
        told: Is told how many runs were read so far.
    """
    found = read_ids(store, query) if isinstance(store, RunTree) else None
    if found is not None and isinstance(store, RunTree):
        packed, parents = found, store.run_parents(query)
    else:
        ids = list[str]()
        parents = dict[str, str]()
        for runs in read_all(store, query):
            ids += [run.run_id for run in runs]
            parents |= {run.run_id: run.parent_id for run in runs if run.parent_id}
            told(len(ids))
        packed = RunIds(ids)
    forest = Forest(packed, parents)
    forest.unfold_these(unfolded)
    return packed, forest


def best_of_children(
    store: TrackingStore,
    query: RunQuery,
    families: Mapping[str, Sequence[str]],
    metrics: Mapping[str, bool],
) -> Best:
    """The best value among the children of runs.

    Args:
        store: Where the runs are.
        query: What they are the answer to.
        families: Ids of the children of each run.
        metrics: Metrics, each with whether lower is better.
    """
    if isinstance(store, RunGroups):
        nested = Comparison(Entity.TAG, PARENT_TAG, Op.IN, tuple(families))
        asked = replace(query, filter=joined(query.filter, nested), order=())
        groups = store.run_groups(asked, Entity.TAG, PARENT_TAG, list(metrics))
        found = {group.value: group.metrics for group in groups}
        return {
            parent: {
                key: None if figures is None else figures.least if lower else figures.most
                for key, lower in metrics.items()
                for figures in (found.get(parent, {}).get(key),)
            }
            for parent in families
        }
    wanted = [child for children in families.values() for child in children]
    runs = {run.run_id: run for run in read_runs(store, wanted, query)}
    return {
        parent: {
            key: _best([runs[child] for child in children if child in runs], key, lower=lower)
            for key, lower in metrics.items()
        }
        for parent, children in families.items()
    }


def joined(node: Node | None, more: Node) -> Node:
    """A filter, and one condition more."""
    if node is None:
        return more
    return And((*node.terms, more) if isinstance(node, And) else (node, more))


def _best(runs: Sequence[Run], key: str, *, lower: bool) -> float | None:
    values = [run.latest[key].value for run in runs if key in run.latest]
    known = [value for value in values if not isnan(value)]
    return (min if lower else max)(known, default=None)
