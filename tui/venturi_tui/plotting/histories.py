"""Points of curves that were read: kept while they are wanted, and within a bound after that."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from venturi.browse.curves import Curve, with_news
from venturi.curves.buckets import Buckets
from venturi.curves.outline import outline
from venturi.curves.series import Series, XAxis, series_from
from venturi.records import History, Run
from venturi_tui.messages import CurveWish
from venturi_tui.present.words import safe

POINTS_KEPT = 1_500_000
"""What is no longer wanted is forgotten, the oldest first, when more points than this are here."""

Place = tuple[str, str]
"""A run's id and a metric's key."""

_BUCKETS_IN_SIGHT = 400
"""A long curve shows all there is to see when the window has so many of its buckets."""


class Histories:
    """Histories by run and metric, shared by all charts of a screen; long ones in buckets.

    What is wanted is never forgotten: it would only be read again, for ever.
    """

    def __init__(self) -> None:
        self._histories: OrderedDict[Place, Curve] = OrderedDict()
        self._series: dict[tuple[str, str, XAxis], tuple[Curve, Series]] = {}
        self._wanted: frozenset[Place] = frozenset()

    def want(self, places: Iterable[Place]) -> None:
        """Keep these, come what may; those wanted before may be forgotten."""
        self._wanted = frozenset(places)

    def is_wanted(self, place: Place) -> bool:
        """Whether a curve is still worth reading; may be asked from any thread."""
        return place in self._wanted

    def get(self, run_id: str, key: str) -> History | None:
        """A history, of a long one some of its points; None when it is not here."""
        curve = self._histories.get((run_id, key))
        return curve.ends if isinstance(curve, Buckets) else curve

    def buckets(self, place: Place) -> Buckets | None:
        """A long curve; None when it is not here, or is a short one."""
        curve = self._histories.get(place)
        return curve if isinstance(curve, Buckets) else None

    def notes(self, runs: Iterable[Run], key: str) -> tuple[str, ...]:
        """What must be said of the curves of a metric: that they may still miss something."""
        held = [self.buckets((run.run_id, key)) for run in runs]
        shares = [curve.share for curve in held if curve is not None and not curve.is_exact]
        if not shares:
            return ()
        return (f"~ sampled, {min(shares):.0%} read" if min(shares) else "~ sampled",)

    def closer(
        self, runs: Iterable[Run], key: str, axis: XAxis, window: tuple[float, float] | None
    ) -> list[CurveWish]:
        """What to ask so that long curves show everything in a window of x."""
        wishes: list[CurveWish] = []
        for run in runs:
            curve = self.buckets((run.run_id, key))
            if curve is None or window is None or not curve.is_exact:
                continue
            low, high = window
            firsts, lasts = curve.first_step, curve.last_step
            if axis is not XAxis.STEP:
                zero, unit = (0, 1) if axis is XAxis.TIME else (run.start_time or 0, 1000)
                low, high = zero + low * unit, zero + high * unit
                firsts, lasts = curve.first_time, curve.last_time
            rows = [at for at, end in enumerate(lasts) if end >= low and firsts[at] <= high]
            steps = [(curve.first_step[at], curve.last_step[at]) for at in rows]
            if len(rows) < _BUCKETS_IN_SIGHT and any(first < last for first, last in steps):
                ends = min(first for first, _ in steps), max(last for _, last in steps)
                wishes.append(CurveWish(run.run_id, key, within=ends))
        return wishes

    def wishes(self, runs: Sequence[Run], key: str) -> list[CurveWish]:
        """Histories of a metric that are not here yet."""
        return [
            CurveWish(run.run_id, key)
            for run in runs
            if key in run.latest and not self._is_here((run.run_id, key))
        ]

    def _is_here(self, place: Place) -> bool:
        curve = self._histories.get(place)
        return curve is not None and not (isinstance(curve, Buckets) and not curve.is_exact)

    def _news_of(self, place: Place) -> list[CurveWish]:
        """What to ask to learn how a curve goes on; nothing while it is being read."""
        curve = self._histories.get(place)
        if isinstance(curve, Buckets):
            return [CurveWish(*place, curve.first_step[-1])] if curve.is_exact else []
        return [CurveWish(*place, curve.steps[-1] if curve else None)]

    def news(self, runs: Sequence[Run], key: str) -> list[CurveWish]:
        """What to ask to learn what running runs have logged since."""
        wishes: list[CurveWish] = []
        for run in runs:
            if run.status == "RUNNING" and key:
                wishes += self._news_of((run.run_id, key))
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
                wishes += self._news_of((run.run_id, key))
        return wishes

    def take(self, wish: CurveWish, curve: Curve) -> bool:
        """Keep a curve, or what is new of it; True when that changes it."""
        place = (wish.run_id, wish.key)
        held = self._histories.get(place)
        if held is not None and wish.from_step is not None and isinstance(curve, History):
            if isinstance(held, History):
                curve = joined(held, curve, wish.from_step)
            elif held.is_exact and held.first_step[-1] == wish.from_step:
                curve = with_news(held, curve)
            else:
                return False
        if held is not None and _alike(held, curve):
            return False
        self._histories[place] = curve
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
        curve = self._histories.get((run.run_id, key))
        if curve is None or not len(curve):
            return None
        self._histories.move_to_end((run.run_id, key))
        place = (run.run_id, key, axis)
        held = self._series.get(place)
        if held is None or held[0] is not curve:
            how = axis, run.start_time, safe(run.run_name)
            long = isinstance(curve, Buckets)
            series = outline(curve, *how) if long else series_from(curve, *how)
            held = self._series[place] = (curve, series)
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


def _alike(one: Curve, other: Curve) -> bool:
    """Whether two readings hold the same points; NaN is the same as NaN."""
    if isinstance(one, Buckets) and isinstance(other, Buckets):
        return one.share == other.share and repr(one) == repr(other)
    if isinstance(one, Buckets) or isinstance(other, Buckets):
        return False
    return (
        len(one) == len(other)
        and one.steps == other.steps
        and one.timestamps == other.timestamps
        and one.values.tobytes() == other.values.tobytes()
    )
