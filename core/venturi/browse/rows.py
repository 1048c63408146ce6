"""Any number of runs, row by row, over a store with or without the RunIndex talent.

`RunRows` is what a table shows: it never touches a store. It says what it needs next as a `Wish`;
a wish is granted by `Wish.read(store)` in any thread, and what comes back is given to
`RunRows.take`. A store with the talent gives all ids at once (`read_ids`), so any row can be
reached at once; the others are read page after page.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from venturi.browse.asking import read_runs
from venturi.browse.sameness import same_run
from venturi.records import Run
from venturi.stores.base import RunQuery, TrackingStore
from venturi.stores.ids import RunIds

PAGE = 60
"""Rows of the first page: a tall screen."""

SEQUENTIAL_PAGE = 200
"""Rows of the later pages of a store that only reads on and on."""


@dataclass(frozen=True, slots=True)
class RunPage:
    """Runs that answer a wish. `next_token` None means that the answer ends here."""

    wish: Wish
    runs: tuple[Run, ...]
    next_token: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Rows that are needed next: those of `ids`, or `limit` rows from row `first` on by token."""

    query: RunQuery
    first: int = 0
    ids: tuple[str, ...] | None = None
    token: str | None = None
    limit: int = PAGE

    def read(self, store: TrackingStore) -> RunPage:
        """Grant the wish. Raises what the store raises."""
        if self.ids is not None:
            return RunPage(self, tuple(read_runs(store, self.ids, self.query)))
        page = store.search_runs(self.query, limit=self.limit, token=self.token)
        return RunPage(self, page.items, page.next_token)


class RunRows:
    """The rows of one question. Holds few runs at a time, whatever their number.

    Args:
        query: The question.
        values_kept: How many params, metrics and tags of runs to remember in all; the runs that
            were not looked at for longest are forgotten first.
    """

    def __init__(self, query: RunQuery, *, values_kept: int = 120_000) -> None:
        self.query = query
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._weight = 0
        self._values_kept = values_kept
        self._ids: RunIds | None = None
        self._listed: list[str] = []
        self._starts: list[tuple[int, str | None]] = [(0, None)]
        self._next: str | None = None
        self._begun = False
        self._gone: set[str] = set()
        self.revision = 0
        """Grows with every run that is read or lost."""

    def __len__(self) -> int:
        """Rows that are known to exist."""
        return len(self._listed) if self._ids is None else len(self._ids)

    @property
    def begun(self) -> bool:
        """True when the first rows are here."""
        return self._begun

    @property
    def total(self) -> int | None:
        """Number of all rows; None while it is not known."""
        complete = self._ids is not None or (self._begun and self._next is None)
        return len(self) if complete else None

    @property
    def loaded(self) -> list[Run]:
        """The runs that are in memory, in no particular order."""
        return list(self._runs.values())

    def id_at(self, row: int) -> str | None:
        """Run id of a row; None beyond the rows that are known."""
        ids = self._listed if self._ids is None else self._ids
        return ids[row] if 0 <= row < len(ids) else None

    def run_at(self, row: int) -> Run | None:
        """Run of a row; None while it is not in memory."""
        run_id = self.id_at(row)
        return None if run_id is None else self.run(run_id)

    def run(self, run_id: str) -> Run | None:
        """Run of that id; None while it is not in memory."""
        run = self._runs.get(run_id)
        if run is not None:
            self._runs.move_to_end(run_id)
        return run

    def is_gone(self, row: int) -> bool:
        """True when the store no longer has the run of that row."""
        return self.id_at(row) in self._gone

    def is_lost(self, run_id: str | None) -> bool:
        """True when the store no longer has that run."""
        return run_id in self._gone

    def row_of(self, run_id: str) -> int | None:
        """Row of a run id, or None."""
        if self._ids is not None:
            return self._ids.find(run_id)
        return self._listed.index(run_id) if run_id in self._listed else None

    def take(self, page: RunPage) -> None:
        """Keep the runs of a page."""
        for run in page.runs:
            self._keep(run)
        if page.wish.ids is not None:
            came = {run.run_id for run in page.runs}
            self._gone.update(run_id for run_id in page.wish.ids if run_id not in came)
        elif self._ids is None:
            self._append(page)

    def take_ids(self, ids: RunIds) -> None:
        """From now on every row can be reached at once."""
        self._ids = ids
        self._listed.clear()
        self._begun = True

    def update(self, run_ids: Sequence[str], runs: Sequence[Run]) -> list[str]:
        """Replace runs by newer readings of them; ids of those that changed or are gone.

        Args:
            run_ids: Runs that were read again.
            runs: What came back; those that did not are gone.
        """
        came = {run.run_id for run in runs}
        changed = [run for run in runs if not same_run(self._runs.get(run.run_id, run), run)]
        for run in changed:
            self._keep(run)
        lost = [run_id for run_id in run_ids if run_id in self._runs and run_id not in came]
        self.revision += len(lost)
        for run_id in lost:
            self._weight -= weight(self._runs.pop(run_id))
            self._gone.add(run_id)
        return [*(run.run_id for run in changed), *lost]

    def put_first(self, runs: Sequence[Run]) -> bool:
        """Put new runs before all others; False when that cannot be known, and nothing is done.

        It can only while every row can be reached at once.
        """
        if self._ids is None:
            return False
        for run in runs:
            self._keep(run)
        self._ids = self._ids.after([run.run_id for run in runs])
        return True

    def wish(self, first: int, last: int) -> Wish | None:
        """What to read next so that rows `first` to `last` can be shown, and soon their neighbours.

        None when everything is here.
        """
        if not self._begun:
            return Wish(self.query)
        if self._ids is None:
            return self._wish_on(first, last)
        around = last - first + 1
        missing = self._missing(first - around, last + around)
        if not missing:
            return None
        seen = any(first <= row <= last for row in missing)
        if not seen and len(missing) < min(around, PAGE) // 2:
            return None
        nearest = sorted(missing, key=lambda row: abs(2 * row - first - last))[: 3 * PAGE]
        ids = tuple(self._ids[row] for row in sorted(nearest))
        return Wish(self.query, first=min(nearest), ids=ids)

    def wish_for(self, run_ids: Sequence[str], seen: Sequence[str]) -> Wish | None:
        """What to read next so that certain runs can be shown.

        Args:
            run_ids: Those that are or soon may be looked at, the nearest first.
            seen: Those that are looked at.
        """
        missing = [each for each in run_ids if each not in self._runs and each not in self._gone]
        if not missing or (len(missing) < len(seen) // 2 and not set(missing).intersection(seen)):
            return None
        return Wish(self.query, ids=tuple(missing[: 3 * PAGE]))

    def wish_for_more(self) -> Wish | None:
        """The next page of an answer that is read on and on; None at its end."""
        if self._ids is not None or self._next is None:
            return None
        return Wish(self.query, len(self._listed), token=self._next, limit=SEQUENTIAL_PAGE)

    def _wish_on(self, first: int, last: int) -> Wish | None:
        for row in self._missing(first, last)[:1]:
            start, token = max(page for page in self._starts if page[0] <= row)
            return Wish(self.query, start, token=token, limit=SEQUENTIAL_PAGE)
        near_end = last + (last - first) + 1 >= len(self._listed)
        return self.wish_for_more() if near_end else None

    def _missing(self, first: int, last: int) -> list[int]:
        ids = self._listed if self._ids is None else self._ids
        rows = range(max(0, first), min(last + 1, len(ids)))
        return [row for row in rows if ids[row] not in self._runs and ids[row] not in self._gone]

    def _append(self, page: RunPage) -> None:
        first, ids = page.wish.first, [run.run_id for run in page.runs]
        self._begun = True
        if first == len(self._listed):
            self._listed += ids
            self._next = page.next_token
            if page.next_token is not None:
                self._starts.append((len(self._listed), page.next_token))
            return
        # Read again after it was forgotten: the store may have moved on meanwhile.
        end = min(len(self._listed), first + len(ids))
        self._listed[first:end] = ids[: end - first]
        self._gone.update(run_id for run_id in self._listed[end : first + page.wish.limit])

    def _keep(self, run: Run) -> None:
        self.revision += 1
        old = self._runs.pop(run.run_id, None)
        self._weight += weight(run) - (0 if old is None else weight(old))
        self._runs[run.run_id] = run
        self._gone.discard(run.run_id)
        while self._weight > self._values_kept and len(self._runs) > 4 * PAGE:
            self._weight -= weight(self._runs.popitem(last=False)[1])


def weight(run: Run) -> int:
    """How much a run holds, in values."""
    return 10 + len(run.params) + len(run.latest) + len(run.tags)
