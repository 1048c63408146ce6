"""Whether a run that is said to be running is: what was heard of it last, and what is usual."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum

from venturi.records import Metric, Run, RunStatus
from venturi.stores.base import TrackingStore
from venturi.watching.pace import Pace, pace_of, usual_gap_ms

SILENT_GAPS = 6
"""Silent is who has said nothing for so many times its usual gap."""

SILENT_AT_LEAST_MS = 30_000
"""And for so long: who logs ten times a second is not silent after one."""

GONE_GAPS = 60
"""Gone is who has said nothing for so many times its usual gap."""

GONE_AT_LEAST_MS = 3_600_000
"""And for so long."""

GONE_UNKNOWN_MS = 24 * 3_600_000
"""Gone is also who has said nothing for so long, when nobody knows its usual gap."""

_KEPT = 32
_FEW = 5
_FURTHER = 100
_SYSTEM = "system/"


class Health(Enum):
    """What can be said of a run that is said to be running."""

    ALIVE = "alive"
    SILENT = "silent"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Signs:
    """What was heard of a run.

    Args:
        health: What that means.
        silent_ms: Milliseconds since it was heard of last; 0 when clocks disagree.
        gap_ms: Milliseconds that usually pass between two points; None when nobody knows.
    """

    health: Health
    silent_ms: int
    gap_ms: int | None = None


def last_heard(run: Run) -> int | None:
    """When a run logged last, by its own clock, or else began; None when it says neither.

    System metrics count: they are logged while the process lives, whatever else it does.
    """
    times = [metric.timestamp for metric in run.latest.values()]
    return max(times, default=run.start_time)


def signs_of(run: Run, gap_ms: int | None, now_ms: int) -> Signs:
    """What is to be thought of a run; of one that is over, or was never begun, that it is alive.

    Silent: nothing for 6 times its usual gap, and at least 30 seconds. Gone: nothing for 60 times
    its usual gap, and at least an hour; or for a day, when nobody knows the gap.

    Args:
        run: Which run.
        gap_ms: Milliseconds that usually pass between two of its points; None when unknown.
        now_ms: Now, in milliseconds.
    """
    heard = last_heard(run)
    if run.status != RunStatus.RUNNING.value or heard is None:
        return Signs(Health.ALIVE, 0, gap_ms)
    silent = max(0, now_ms - heard)
    if gap_ms is None:
        health = Health.GONE if silent >= GONE_UNKNOWN_MS else Health.ALIVE
    elif silent >= max(GONE_AT_LEAST_MS, GONE_GAPS * gap_ms):
        health = Health.GONE
    elif silent >= max(SILENT_AT_LEAST_MS, SILENT_GAPS * gap_ms):
        health = Health.SILENT
    else:
        health = Health.ALIVE
    return Signs(health, silent, gap_ms)


class Pulse:
    """The last points of a run's busiest metric, by which its pace and usual gap are known.

    Args:
        points: Those that are known, in the order of their steps.
    """

    def __init__(self, points: list[Metric]) -> None:
        self._points = deque(points, maxlen=_KEPT)

    def see(self, run: Run) -> bool:
        """Take in a newer reading of the run; True when it logged something new."""
        if not self._points:
            busiest = busiest_metric(run)
            if busiest is not None:
                self._points.append(busiest)
            return busiest is not None
        last = self._points[-1]
        now = run.latest.get(last.key)
        if now is None or (now.step, now.timestamp) <= (last.step, last.timestamp):
            return False
        self._points.append(now)
        return True

    @property
    def gap_ms(self) -> int | None:
        """Milliseconds that usually pass between two points; None when nobody knows yet."""
        return usual_gap_ms(self._points)

    def pace(self, run: Run, now_ms: int) -> Pace | None:
        """How fast the run goes; None when there is no telling yet."""
        return pace_of(run, list(self._points), now_ms)


def busiest_metric(run: Run) -> Metric | None:
    """The latest point of the metric that came furthest; system metrics only without any other."""
    own = [each for each in run.latest.values() if not each.key.startswith(_SYSTEM)]
    return max(own or run.latest.values(), key=_progress, default=None)


def _progress(metric: Metric) -> tuple[int, int]:
    return metric.step, metric.timestamp


def read_pulse(store: TrackingStore, run: Run) -> Pulse:
    """The pulse of a run: the tail of one metric, of which no more is read than is needed.

    A metric without steps is not read at all, for that would read everything: its pulse is known
    once a few more points came. Raises what the store raises.
    """
    busiest = busiest_metric(run)
    if busiest is None or busiest.step <= 0:
        return Pulse([] if busiest is None else [busiest])
    points: list[Metric] = []
    for start in (busiest.step - _KEPT, busiest.step - _FURTHER * _KEPT, None):
        points = list(store.metric_history(run.run_id, busiest.key, from_step=start))
        if len(points) >= _FEW or (start is not None and start <= 0):
            break
    return Pulse(points)
