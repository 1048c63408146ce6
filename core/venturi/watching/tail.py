"""Metric points of a run as they come, each once, reading only what is new."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from venturi.records import Lifecycle, Metric, Run, RunStatus
from venturi.stores.base import TrackingStore

_Mark: TypeAlias = tuple[int, int, float | None]
"""Step, time and value of a point; None for NaN, which equals nothing."""

_FURTHER = 100


@dataclass
class _Place:
    """How far a metric was read: its last step, and the points of that step."""

    latest: _Mark
    step: int | None = None
    marks: set[_Mark] = field(default_factory=set[_Mark])


class MetricTail:
    """What a run logs from now on.

    A metric is asked for only when its latest point is another than before, from the step on that
    was read last, so that further points of that step are found too. Once the run is over, every
    metric is asked for a last time. A point that is logged later at a step before the last one is
    not seen.

    Args:
        store: Where the run is.
        run_id: Which run.
        keys: Which of its metrics; none means all, also those that are yet to come.
    """

    def __init__(self, store: TrackingStore, run_id: str, keys: Sequence[str] = ()) -> None:
        self._store = store
        self._run_id = run_id
        self._keys = frozenset(keys)
        self._places: dict[str, _Place] = {}
        self._found: list[Metric] = []
        self.is_over = False

    def last(self, count: int) -> list[Metric]:
        """The last points logged until now, at most so many, the oldest first; to be asked first.

        Raises:
            NotFound: There is no such run.
        """
        run = self._store.get_run(self._run_id)
        found = [point for latest in self._watched(run) for point in self._begin(latest, count)]
        found.sort(key=_time)
        self.is_over = is_over(run)
        return found[len(found) - count :] if count < len(found) else found

    def more(self) -> list[Metric]:
        """Points logged since then, the oldest first. Raises NotFound when the run is gone.

        When it raises, what it had found is among the points of the next answer.
        """
        run = self._store.get_run(self._run_id)
        ended = is_over(run)
        for latest in self._watched(run):
            self._found += self._new(latest, ended=ended)
        found, self._found = sorted(self._found, key=_time), []
        self.is_over = ended
        return found

    def _watched(self, run: Run) -> list[Metric]:
        keys = sorted(self._keys.intersection(run.latest) if self._keys else run.latest)
        return [run.latest[key] for key in keys]

    def _begin(self, latest: Metric, count: int) -> list[Metric]:
        """The last points of a metric; how far back is tried in larger and larger steps."""
        place = _Place(_mark(latest))
        for start in (latest.step - count, latest.step - _FURTHER * count, None):
            points = self._read(latest.key, start)
            if len(points) >= count or start is None:
                break
        _note(place, points)
        self._places[latest.key] = place
        return points[len(points) - count :] if count < len(points) else points

    def _new(self, latest: Metric, *, ended: bool) -> list[Metric]:
        place = self._places.get(latest.key)
        if place is not None and place.latest == _mark(latest) and not ended:
            return []
        place = place or _Place(_mark(latest))
        new = [one for one in self._read(latest.key, place.step) if _mark(one) not in place.marks]
        place.latest = _mark(latest)
        _note(place, new)
        self._places[latest.key] = place
        return new

    def _read(self, key: str, start: int | None) -> list[Metric]:
        return list(self._store.metric_history(self._run_id, key, from_step=start))


def is_over(run: Run) -> bool:
    """Whether nothing more will be logged to a run: it ended, or it was deleted."""
    ended = run.status in RunStatus.__members__ and RunStatus(run.status).is_over
    return ended or run.lifecycle_stage is Lifecycle.DELETED


def _note(place: _Place, points: Iterable[Metric]) -> None:
    for point in points:
        if place.step is None or point.step > place.step:
            place.step, place.marks = point.step, set()
        if point.step == place.step:
            place.marks.add(_mark(point))


def _mark(point: Metric) -> _Mark:
    return point.step, point.timestamp, None if math.isnan(point.value) else point.value


def _time(point: Metric) -> tuple[int, int]:
    return point.timestamp, point.step
