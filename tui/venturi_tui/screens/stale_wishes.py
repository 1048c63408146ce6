"""The wish to end runs that are said to be running, but that nobody writes to any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from venturi.browse import read_runs
from venturi.changes.runs import finished_run
from venturi.filters.syntax import parse_filter
from venturi.records import Run, RunStatus, View
from venturi.stores.base import RunQuery, TrackingStore
from venturi.watching.health import (
    GONE_AT_LEAST_MS,
    Health,
    last_heard,
    read_pulse,
    signs_of,
)
from venturi_tui.present.words import exact_count
from venturi_tui.screens.run_wishes import Planned, RunWish, counted, needed

_AT_ONCE = 500
_PULSES = 200
"""So many runs are looked at closely, to learn how often they usually log."""

_GONE = (
    "gone: nothing logged for 60 times the usual gap and at least an hour, or for a day; "
    "each ends when it logged last"
)
_SILENT = "silent: nothing logged for 6 times the usual gap; each ends when it logged last"


def stale_wish(
    status: RunStatus,
    place: str,
    experiment_ids: tuple[str, ...] | None,
    marked: Sequence[str],
    gaps: Mapping[str, int],
    now_ms: int,
) -> RunWish:
    """Say of runs that nobody writes to any more that they are over.

    Args:
        status: How they ended.
        place: Where they are looked for, in words.
        experiment_ids: In which experiments; None for all.
        marked: Of these only, and then those that are only silent too; all running ones when empty.
        gaps: Milliseconds that usually pass between points of a run, by its id, where known.
        now_ms: Now, in milliseconds.
    """

    def plan(store: TrackingStore) -> Planned:
        runs = read_runs(store, tuple(marked)) if marked else list(_running(store, experiment_ids))
        running = [run for run in runs if run.status == RunStatus.RUNNING.value]
        wanted = (Health.SILENT, Health.GONE) if marked else (Health.GONE,)
        stale = _stale(store, running, gaps, now_ms, wanted)
        kind = "silent or gone" if marked else "gone"
        if not stale:
            words = f"none of {counted(len(running), 'running run')} {place} is {kind}"
            return Planned((), about=(_SILENT if marked else _GONE,), nothing=words)
        plans = [finished_run(run, status, last_heard(run), now_ms) for run in stale]
        alive = len(running) - len(stale)
        left = [f"{exact_count(alive)} more running: left alone"] if alive else []
        return needed(plans, [_SILENT if marked else _GONE, *left])

    words = f"end stale runs {place} as {status.value}"
    title = f"End runs {place} that nobody writes to any more as {status.value}?"
    return RunWish(title, words, f"ended as {status.value}", plan)


def _running(store: TrackingStore, experiment_ids: tuple[str, ...] | None) -> Iterator[Run]:
    wanted = parse_filter(f"status = '{RunStatus.RUNNING.value}'")
    query = RunQuery(experiment_ids, wanted, view=View.ACTIVE)
    token: str | None = None
    while True:
        page = store.search_runs(query, limit=_AT_ONCE, token=token)
        yield from page
        token = page.next_token
        if token is None:
            return


def _stale(
    store: TrackingStore,
    running: Sequence[Run],
    gaps: Mapping[str, int],
    now_ms: int,
    wanted: Sequence[Health],
) -> list[Run]:
    """Those of the running runs whose health is one of these; few are looked at closely."""
    found: list[Run] = []
    pulses = 0
    for run in running:
        gap = gaps.get(run.run_id)
        silent = signs_of(run, gap, now_ms).silent_ms
        is_doubtful = gap is None and (silent >= GONE_AT_LEAST_MS or Health.SILENT in wanted)
        if is_doubtful and pulses < _PULSES:
            pulses += 1
            gap = read_pulse(store, run).gap_ms
        if signs_of(run, gap, now_ms).health in wanted:
            found.append(run)
    return found
