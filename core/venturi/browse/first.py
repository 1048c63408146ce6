"""The first runs of an answer, or runs by id: read page by page, and never without end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from venturi.browse.asking import count_runs, read_runs
from venturi.browse.groups import Told, read_all
from venturi.records import Run, View
from venturi.stores.base import RunQuery, TrackingStore

_BY_ID = 500
"""Runs asked for by id at once."""

_ONE_BY_ONE = 24
"""So few runs a store without an index is asked for one after another."""


@dataclass(frozen=True, slots=True)
class FirstRuns:
    """Runs of an answer, in its order.

    `is_cut` says whether there are more; `total` is then how many there are in all, None where the
    store cannot say.
    """

    runs: tuple[Run, ...]
    is_cut: bool = False
    total: int | None = None


def read_first(
    store: TrackingStore,
    query: RunQuery,
    most: int,
    told: Told = lambda _: None,
    wanted: Callable[[], bool] = lambda: True,
) -> FirstRuns:
    """The first `most` runs that match (at least 1).

    Args:
        store: Where they are.
        query: Which ones, in which order.
        most: How many to read at most.
        told: Is told how many were read so far, after each page.
        wanted: Whether to go on; when not, what was read so far is given as if cut.
    """
    runs: list[Run] = []
    for page in read_all(store, query):
        runs += page
        told(min(len(runs), most))
        if len(runs) > most:
            return FirstRuns(tuple(runs[:most]), True, count_runs(store, query))
        if not wanted():
            return FirstRuns(tuple(runs), True)
    return FirstRuns(tuple(runs))


def read_named(
    store: TrackingStore,
    run_ids: Sequence[str],
    told: Told = lambda _: None,
    wanted: Callable[[], bool] = lambda: True,
) -> FirstRuns:
    """Runs by id from any experiment, in that order; those that are gone are left out.

    For `told` and `wanted` see read_first.
    """
    everywhere = RunQuery(view=View.ALL) if len(run_ids) > _ONE_BY_ONE else None
    runs: list[Run] = []
    for start in range(0, len(run_ids), _BY_ID):
        runs += read_runs(store, run_ids[start : start + _BY_ID], everywhere)
        told(len(runs))
        if not wanted():
            return FirstRuns(tuple(runs), True)
    return FirstRuns(tuple(runs))
