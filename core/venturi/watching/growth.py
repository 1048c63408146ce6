"""Histories of several runs that go on: read once, and then only what is new."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from venturi.browse.curves import Curve, read_curve, with_news
from venturi.curves.buckets import Buckets
from venturi.records import History, Metric, Run
from venturi.stores.base import RunIndex, TrackingStore
from venturi.watching.tail import is_over


class GrowingHistories:
    """Metrics of runs as they grow.

    A metric is asked for again only when its latest point is another than before, from the step on
    that was read last; once more when its run is over. A point that is logged later at a step
    before the last one is not seen.

    Args:
        store: Where the runs are.
        wanted: Runs, as they were read last, with keys of metrics; also such as are yet to come.
        summed: Whether long curves may come in buckets, which the store sums up itself.
        every: Runs of which metrics that appear later are wanted too.
    """

    def __init__(
        self,
        store: TrackingStore,
        wanted: Iterable[tuple[Run, str]],
        *,
        summed: bool = False,
        every: Iterable[Run] = (),
    ) -> None:
        pairs = list(wanted)
        self._store = store
        self._every = {run.run_id: run for run in every}
        self._runs = {**self._every, **{run.run_id: run for run, _ in pairs}}
        self._wanted = list(dict.fromkeys((run.run_id, key) for run, key in pairs))
        self._held: dict[tuple[str, str], Curve] = {}
        self._summed = summed

    def __iter__(self) -> Iterator[tuple[Run, Curve]]:
        """What was read until now, in the order it was wished for; without what has no points."""
        for run_id, key in self._wanted:
            held = self._held.get((run_id, key))
            if held is not None and len(held):
                yield self._runs[run_id], held

    @property
    def going_on(self) -> int:
        """How many of the runs are not over."""
        return sum(not is_over(run) for run in self._runs.values())

    def read(self) -> None:
        """Read every history as a whole."""
        for run_id, key in self._wanted:
            if key in self._runs[run_id].latest:
                self._held[run_id, key] = self._read(run_id, key)

    def _read(self, run_id: str, key: str) -> Curve:
        if not self._summed:
            return self._store.metric_history(run_id, key)
        *_, exact = read_curve(self._store, run_id, key)
        return exact

    def look(self) -> bool:
        """Read what is new; True when there is anything, also that a run is over.

        When it raises, the next look reads what this one did not.
        """
        news = False
        for run in self._fresh([run for run in self._runs.values() if not is_over(run)]):
            before, ended = self._runs[run.run_id].latest, is_over(run)
            news |= ended
            if run.run_id in self._every:
                self._want_all(run)
            for run_id, key in self._wanted:
                if run_id == run.run_id and key in run.latest:
                    changed = not _same(run.latest[key], before.get(key))
                    news |= (ended or changed) and self._grow(run_id, key)
            self._runs[run.run_id] = run
        return news

    def _want_all(self, run: Run) -> None:
        """Want the metrics that a run has by now, those of one run beside each other."""
        known = {key for run_id, key in self._wanted if run_id == run.run_id}
        new = [(run.run_id, key) for key in sorted(run.latest) if key not in known]
        if new:
            order = {run_id: at for at, run_id in enumerate(self._runs)}
            self._wanted = sorted([*self._wanted, *new], key=lambda pair: order[pair[0]])

    def _fresh(self, runs: list[Run]) -> list[Run]:
        """The runs as they now are. Raises NotFound when one is gone."""
        ids = [run.run_id for run in runs]
        if isinstance(self._store, RunIndex):
            found = self._store.get_runs(ids)
            if len(found) == len(ids):
                return found
        return [self._store.get_run(run_id) for run_id in ids]

    def _grow(self, run_id: str, key: str) -> bool:
        held = self._held.get((run_id, key))
        start = None
        if isinstance(held, Buckets):
            start = held.first_step[-1]
        elif held:
            start = held.steps[-1]
        news = self._store.metric_history(run_id, key, from_step=start)
        self._held[run_id, key] = grown = news if held is None else _grown(held, news)
        return held is None or len(grown) != len(held)


def _grown(held: Curve, news: History) -> Curve:
    """A history of which all from the first step of the news on is replaced by them."""
    if not len(news):
        return held
    if isinstance(held, Buckets):
        return with_news(held, news)
    end = bisect_left(held.steps, news.steps[0])
    return History(
        held.run_id,
        held.key,
        held.steps[:end] + news.steps,
        held.timestamps[:end] + news.timestamps,
        held.values[:end] + news.values,
    )


def _same(one: Metric, other: Metric | None) -> bool:
    """Whether two points are the same; NaN is the same as NaN."""
    return other is not None and repr(one) == repr(other)
