"""Points of curves that were read: kept while they are wanted, and within a bound after that."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from venturi.curves.series import Series, XAxis, series_from
from venturi.records import History, Run
from venturi_tui.messages import CurveWish
from venturi_tui.present.words import safe

POINTS_KEPT = 1_500_000
"""What is no longer wanted is forgotten, the oldest first, when more points than this are here."""

Place = tuple[str, str]
"""A run's id and a metric's key."""


class Histories:
    """Histories by run and metric, shared by all charts of a screen.

    What is wanted is never forgotten: it would only be read again, for ever.
    """

    def __init__(self) -> None:
        self._histories: OrderedDict[Place, History] = OrderedDict()
        self._series: dict[tuple[str, str, XAxis], tuple[History, Series]] = {}
        self._wanted: frozenset[Place] = frozenset()

    def want(self, places: Iterable[Place]) -> None:
        """Keep these, come what may; those wanted before may be forgotten."""
        self._wanted = frozenset(places)

    def get(self, run_id: str, key: str) -> History | None:
        """A history; None when it is not here."""
        return self._histories.get((run_id, key))

    def wishes(self, runs: Sequence[Run], key: str) -> list[CurveWish]:
        """Histories of a metric that are not here yet."""
        return [
            CurveWish(run.run_id, key)
            for run in runs
            if key in run.latest and (run.run_id, key) not in self._histories
        ]

    def news(self, runs: Sequence[Run], key: str) -> list[CurveWish]:
        """What to ask to learn what running runs have logged since."""
        wishes: list[CurveWish] = []
        for run in runs:
            held = self.get(run.run_id, key)
            if run.status == "RUNNING" and key:
                last = held.steps[-1] if held else None
                wishes.append(CurveWish(run.run_id, key, last))
        return wishes

    def is_behind(self, run: Run, key: str) -> bool:
        """Whether a run, as it was read last, has a later point than is here."""
        held, latest = self.get(run.run_id, key), run.latest.get(key)
        if held is None or latest is None:
            return False
        last = (held.steps[-1], held.timestamps[-1]) if held else None
        return last != (latest.step, latest.timestamp)

    def late(self, runs: Sequence[Run], key: str) -> list[CurveWish]:
        """What to ask when runs were read again: only of those that have gone on."""
        wishes: list[CurveWish] = []
        for run in runs:
            if self.is_behind(run, key):
                held = self.get(run.run_id, key)
                wishes.append(CurveWish(run.run_id, key, held.steps[-1] if held else None))
        return wishes

    def take(self, wish: CurveWish, history: History) -> bool:
        """Keep a history, or what is new of it; True when that changes the curve."""
        place = (wish.run_id, wish.key)
        held = self._histories.get(place)
        if held is not None and wish.from_step is not None:
            history = joined(held, history, wish.from_step)
        if held is not None and _alike(held, history):
            return False
        self._histories[place] = history
        self._histories.move_to_end(place)
        self._forget_surplus(place)
        return True

    def _forget_surplus(self, newest: Place) -> None:
        points = sum(map(len, self._histories.values()))
        for place in list(self._histories):
            if points <= POINTS_KEPT:
                return
            if place not in self._wanted and place != newest:
                points -= len(self._histories.pop(place))
                for axis in XAxis:
                    self._series.pop((*place, axis), None)

    def forget(self) -> None:
        """Read everything again when it is needed."""
        self._histories.clear()
        self._series.clear()

    def series(self, run: Run, key: str, axis: XAxis) -> Series | None:
        """The curve of a metric; None without points. The same object while nothing changes."""
        history = self.get(run.run_id, key)
        if history is None or not len(history):
            return None
        self._histories.move_to_end((run.run_id, key))
        place = (run.run_id, key, axis)
        held = self._series.get(place)
        if held is None or held[0] is not history:
            series = series_from(history, axis, run.start_time, safe(run.run_name))
            held = self._series[place] = (history, series)
        return held[1]


def joined(held: History, news: History, from_step: int) -> History:
    """A history whose points from a step on are replaced by newer readings."""
    end = bisect_left(held.steps, from_step)
    return History(
        held.run_id,
        held.key,
        _replaced(held.steps, news.steps, end),
        _replaced(held.timestamps, news.timestamps, end),
        _replaced_values(held.values, news.values, end),
    )


def _replaced(held: array[int], news: array[int], end: int) -> array[int]:
    return held[:end] + news


def _replaced_values(held: array[float], news: array[float], end: int) -> array[float]:
    return held[:end] + news


def _alike(one: History, other: History) -> bool:
    """Whether two readings hold the same points; NaN is the same as NaN."""
    return (
        len(one) == len(other)
        and one.steps == other.steps
        and one.timestamps == other.timestamps
        and one.values.tobytes() == other.values.tobytes()
    )
