"""Runs that begin while one looks on, found without reading again those that are there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from venturi.filters.tree import Comparison, Entity, Op
from venturi.records import Run
from venturi.stores.base import RunQuery, TrackingStore

_AT_ONCE = 200
_OVERLAP_MS = 60_000
"""Clocks of machines that log to one store may differ by so much."""


class Arrivals:
    """What began since the first look, each run once.

    A look asks for runs that began at or after the newest start known, less a minute, and leaves
    out those seen before. What that costs:

    - A tracking server: one request, whose answer holds only the runs of the last minute.
    - PostgreSQL, MySQL: one query, for which they pass over the starts of the runs.
    - SQLite: nothing while neither the file nor its journal was written to; else the same query,
      10 ms with 100,000 runs.
    - A file store: one look at the times of the folders; runs are listed when one of them changed.

    A run that was moved into the store with an earlier start, or brought back from the trash, is
    not seen.

    Args:
        store: Where to look.
        experiment_ids: In which experiments; None for all active ones.
    """

    def __init__(self, store: TrackingStore, experiment_ids: tuple[str, ...] | None) -> None:
        self._store = store
        self._query = RunQuery(experiment_ids=experiment_ids)
        self.experiment_ids = experiment_ids
        self._newest: int | None = None
        self._seen: frozenset[str] = frozenset()
        self._stamp: object = None
        self._begun = False

    def look(self) -> tuple[Run, ...]:
        """Runs that are new since the last look, the newest first; none at the first look.

        Raises:
            VenturiError: The store could not be read; the next look finds what this one missed.
        """
        stamp = self._stamp_now()
        if self._begun and stamp is not None and stamp == self._stamp:
            return ()
        if not self._begun:
            first = self._store.search_runs(self._query, limit=1).items
            self._newest = first[0].start_time if first else None
        recent = list(self._recent())
        new = tuple(run for run in recent if run.run_id not in self._seen) if self._begun else ()
        times = [run.start_time for run in recent if run.start_time is not None]
        self._newest = max(
            [*times, *([] if self._newest is None else [self._newest])], default=None
        )
        self._seen = frozenset(run.run_id for run in recent)
        self._stamp, self._begun = stamp, True
        return new

    def _recent(self) -> Iterator[Run]:
        query = self._query
        if self._newest is not None:
            start = min(self._newest, int(time.time() * 1000)) - _OVERLAP_MS
            begun = Comparison(Entity.ATTRIBUTE, "start_time", Op.GE, start)
            query = replace(query, filter=begun)
        token: str | None = None
        while True:
            page = self._store.search_runs(query, limit=_AT_ONCE, token=token)
            yield from page
            token = page.next_token
            if token is None:
                return

    def _stamp_now(self) -> object:
        """What changes with the store's files; None when it has none, or they cannot be seen."""
        info = self._store.info
        try:
            if info.kind == "sqlite":
                return tuple(map(_file_stamp, (info.address, f"{info.address}-wal")))
            if info.kind == "file":
                folders = sorted(each for each in Path(info.address).iterdir() if each.is_dir())
                return tuple((each.name, each.stat().st_mtime_ns) for each in folders)
        except OSError:
            return None
        return None


def _file_stamp(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size
