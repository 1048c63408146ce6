"""Keys and values to complete a filter with: from the runs at hand, and from the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from venturi.filters.tree import Entity
from venturi.records import Run
from venturi.stores.base import RunKeys

Named = tuple[Entity, str]
"""An entity and a key."""


class KnownRuns:
    """What is known of the runs that are filtered.

    Args:
        loaded: Gives the runs in memory.
    """

    def __init__(self, loaded: Callable[[], Sequence[Run]]) -> None:
        self._loaded = loaded
        self._keys = RunKeys()
        self._values: dict[Named, Sequence[str]] = {}
        self.missing: Named | None = None
        """Whose values were looked for, and the store was not yet asked for them."""

    def take_keys(self, keys: RunKeys) -> None:
        """Know the keys that a store has."""
        self._keys = keys

    def take_values(self, named: Named, values: Sequence[str]) -> None:
        """Know values that a store has."""
        self._values[named] = values

    def keys(self, entity: Entity) -> Sequence[str]:
        """Keys of the runs at hand first, then all others, both in ascending order."""
        runs = self._loaded()
        here = sorted({key for run in runs for key in _held(run, entity)})
        kept = {
            Entity.METRIC: self._keys.metrics,
            Entity.PARAM: self._keys.params,
            Entity.TAG: self._keys.tags,
        }
        return list(dict.fromkeys((*here, *kept.get(entity, ()))))

    def values(self, entity: Entity, key: str) -> Sequence[str]:
        """Values of the runs at hand, the most frequent first, then others that were read."""
        counts = Counter(value for run in self._loaded() for value in _values(run, entity, key))
        here = sorted(counts, key=lambda value: (-counts[value], value))
        if entity in (Entity.PARAM, Entity.TAG) and (entity, key) not in self._values:
            self.missing = (entity, key)
        return list(dict.fromkeys((*here, *self._values.get((entity, key), ()))))


def _held(run: Run, entity: Entity) -> Iterable[str]:
    if entity is Entity.METRIC:
        return run.latest
    return run.params if entity is Entity.PARAM else run.tags


def _values(run: Run, entity: Entity, key: str) -> Iterable[str]:
    if entity in (Entity.PARAM, Entity.TAG):
        found = (run.params if entity is Entity.PARAM else run.tags).get(key)
        return () if found is None else (found,)
    if entity is Entity.DATASET:
        return [getattr(each, key) or "" for each in run.datasets]
    return (str(getattr(run, key)),)
