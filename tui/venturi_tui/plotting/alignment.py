"""One moment on several x-axes: the time that all charts share, steps as times and back."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from venturi.curves.series import XAxis
from venturi.records import History, Run
from venturi_tui.plotting.sight import Range


def shared_time(runs: Sequence[Run], axis: XAxis, drawn: Iterable[Range]) -> Range | None:
    """What charts over time show when nothing is zoomed, so that one column is one moment in all.

    From the starts of the runs to their latest points of any metric, which is known before any
    curve is read; and what is drawn, for clocks may say otherwise. None over steps, for steps of
    different metrics may count different things.
    """
    if axis is XAxis.STEP:
        return None
    ends = list(drawn)
    for run in runs:
        moments = [metric.timestamp for metric in run.latest.values()]
        if run.start_time is None or not moments:
            continue
        first, last = run.start_time, max(run.start_time, *moments)
        if axis is XAxis.TIME:
            ends.append((first, last))
        else:
            ends.append((0.0, (last - first) / 1000))
    if not ends:
        return None
    return min(low for low, _ in ends), max(high for _, high in ends)


def seconds_at(run: Run, history: History, step: float) -> float | None:
    """Seconds after its start at which a run was at a step; None when nobody knows."""
    if not history or run.start_time is None:
        return None
    row = _nearest(history.steps, step)
    return (history.timestamps[row] - run.start_time) / 1000


def step_at(run: Run, history: History, seconds: float) -> float | None:
    """The step at which a run was so many seconds after its start; None when nobody knows."""
    if not history or run.start_time is None:
        return None
    return float(history.steps[_nearest(history.timestamps, run.start_time + seconds * 1000)])


def _nearest(ascending: Sequence[int], wanted: float) -> int:
    """The row nearest to a value; in columns that go back and forth, one that is near enough."""
    after = bisect_left(ascending, wanted)
    if after == 0:
        return 0
    if after == len(ascending):
        return after - 1
    before = after - 1
    return before if wanted - ascending[before] <= ascending[after] - wanted else after
