"""Runs summed up by a param or tag: by the store where it can, else by reading every run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf, isnan
from sys import float_info

from venturi.filters.tree import Entity
from venturi.records import Run
from venturi.stores.base import RunGroup, RunGroups, RunQuery, TrackingStore
from venturi.stores.figures import Sum

PAGE_READ = 1000
"""Runs read at once where each has to be read."""

Told = Callable[[int], None]
"""Is told how many runs were read so far."""


def read_groups(
    store: TrackingStore,
    query: RunQuery,
    entity: Entity,
    key: str,
    metrics: Sequence[str],
    told: Told = lambda _: None,
) -> list[RunGroup]:
    """All runs that match by their values of a param or tag, exactly; see RunGroups."""
    if isinstance(store, RunGroups):
        return store.run_groups(query, entity, key, metrics)
    summing = Summing(entity, key, metrics)
    for runs in read_all(store, query):
        summing.add(runs)
        told(summing.count)
    return summing.groups


def read_all(store: TrackingStore, query: RunQuery) -> Iterable[Sequence[Run]]:
    """Every run of an answer, page by page."""
    token: str | None = None
    while True:
        page = store.search_runs(query, limit=PAGE_READ, token=token)
        yield page.items
        token = page.next_token
        if token is None:
            return


@dataclass
class _Group:
    count: int = 0
    sums: dict[str, Sum] = field(default_factory=dict[str, Sum])


class Summing:
    """Sums runs up as they come.

    Args:
        entity: PARAM or TAG.
        key: The runs' values of this are the groups.
        metrics: Metrics to sum up.
    """

    def __init__(self, entity: Entity, key: str, metrics: Sequence[str]) -> None:
        self._entity = entity
        self._key = key
        self._metrics = tuple(metrics)
        self._groups: dict[str | None, _Group] = {}
        self.count = 0

    def add(self, runs: Iterable[Run]) -> None:
        """Take more runs in."""
        for run in runs:
            self.count += 1
            held = run.params if self._entity is Entity.PARAM else run.tags
            group = self._groups.setdefault(held.get(self._key), _Group())
            group.count += 1
            for name in self._metrics:
                metric = run.latest.get(name)
                if metric is not None and not isnan(metric.value):
                    group.sums.setdefault(name, Sum()).add(_unbounded(metric.value))

    @property
    def groups(self) -> list[RunGroup]:
        """The groups so far, in the order of RunGroups."""
        order = sorted(self._groups, key=lambda value: (value is None, value or ""))
        return [self._told(value, self._groups[value]) for value in order]

    @staticmethod
    def _told(value: str | None, group: _Group) -> RunGroup:
        return RunGroup(
            value, group.count, {name: each.figures for name, each in group.sums.items()}
        )


def _unbounded(value: float) -> float:
    """The value; MLflow's servers say the largest float there is for infinity."""
    return value if abs(value) < float_info.max else inf if value > 0 else -inf
