"""Asks for histories, a few at a time, each once; what is no longer wanted is never asked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.widget import Widget

from venturi.errors import VenturiError
from venturi_tui.loading import Loading
from venturi_tui.messages import CurveWish, HistoryRead, QuestionFailed
from venturi_tui.plotting import Histories

_AT_ONCE = 2
"""Histories that are read at the same time."""


class CurveReading:
    """What is asked, waits to be asked, and could not be read.

    Args:
        loading: Who asks.
        asker: The widget that gets the answers, and passes them on to `took` or `failed`.
        histories: Where points are kept.
    """

    def __init__(self, loading: Loading, asker: Widget, histories: Histories) -> None:
        self._loading = loading
        self._asker = asker
        self._histories = histories
        self._asked: dict[tuple[str, str], CurveWish] = {}
        self._waiting: dict[tuple[str, str], CurveWish] = {}
        self._failed: dict[tuple[str, str], VenturiError] = {}

    def want(self, wishes: Iterable[CurveWish]) -> None:
        """Read these, in this order, and none of those that were waiting."""
        self._waiting.clear()
        self.add(wishes)

    def add(self, wishes: Iterable[CurveWish]) -> None:
        """Read these, too."""
        for wish in wishes:
            place = wish.run_id, wish.key
            if place not in self._asked and place not in self._failed:
                self._waiting.setdefault(place, wish)
        self._ask()

    def _ask(self) -> None:
        while self._waiting and len(self._asked) < _AT_ONCE:
            place = next(iter(self._waiting))
            wish = self._asked[place] = self._waiting.pop(place)
            known = self._histories.buckets(place) if wish.within else None
            wanted = partial(self._histories.is_wanted, place)
            self._loading.history(self._asker, wish, known, wanted)

    def took(self, event: HistoryRead) -> bool:
        """Points are here; True when they change the curve."""
        if event.is_last:
            self._asked.pop((event.wish.run_id, event.wish.key), None)
        changed = self._histories.take(event.wish, event.history)
        self._ask()
        return changed

    def failed(self, event: QuestionFailed) -> CurveWish | None:
        """A question failed; the wish when it was one for a curve."""
        wish = event.question
        if not isinstance(wish, CurveWish):
            return None
        self._asked.pop((wish.run_id, wish.key), None)
        if wish.from_step is None and wish.within is None:
            self._failed[wish.run_id, wish.key] = event.error
        self._ask()
        return wish

    def try_again(self) -> None:
        """Forget what could not be read."""
        self._failed.clear()

    def error(self, key: str) -> VenturiError | None:
        """Why the last of a metric's curves could not be read; None when none failed."""
        errors = [error for (_, held), error in self._failed.items() if held == key]
        return errors[-1] if errors else None

    def is_reading(self, key: str) -> bool:
        """Whether curves of a metric are still to come."""
        return any(held == key for _, held in (*self._asked, *self._waiting))
