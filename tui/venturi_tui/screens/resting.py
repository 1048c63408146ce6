"""Doing something once nobody asked for it for a moment, such as when a cursor rests."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget


class Resting:
    """Does something when it was last asked for some time ago; asking again starts anew.

    Args:
        screen: Whose timer it is.
        after: Seconds of rest.
        act: What is done then.
    """

    def __init__(self, screen: Widget, after: float, act: Callable[[], None]) -> None:
        self._screen = screen
        self._after = after
        self._act = act
        self._timer: Timer | None = None

    @property
    def is_due(self) -> bool:
        """Whether it was asked for and is still to be done."""
        return self._timer is not None

    def soon(self) -> None:
        """Do it when nobody asks again until then."""
        if self._timer is None:
            self._timer = self._screen.set_timer(self._after, self._rested)
        else:
            self._timer.reset()

    def _rested(self) -> None:
        self._timer = None
        self._act()
