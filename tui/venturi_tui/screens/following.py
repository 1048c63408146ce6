"""Looking again and again at what is running, as often as is chosen for all screens of a store."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

from textual.timer import Timer
from textual.widget import Widget

from venturi_tui.loading import Loading

_OFTENEST, _SELDOMEST = 0.5, 3600.0
"""Seconds between two looks, at least and at most."""


class Following:
    """The looks of one screen that lies above the home screen; off where that does not look.

    Args:
        screen: Whose timer it is.
        loading: Knows how often to look; `:live SECONDS` on any screen changes it for all.
        look: Is called each time, also while `on` is False.
    """

    def __init__(self, screen: Widget, loading: Loading, look: Callable[[], None]) -> None:
        self._screen = screen
        self._loading = loading
        self._look = look
        self._timer: Timer | None = None
        self._every = loading.live_every
        self.on = loading.live

    def begin(self) -> None:
        """Look from now on."""
        if self._timer is not None:
            self._timer.stop()
        self._every = self._loading.live_every
        self._timer = self._screen.set_interval(self._every, self._tick)

    def _tick(self) -> None:
        if self._every != self._loading.live_every:
            self.begin()
        self._look()

    def turn(self, seconds: str | None = None) -> str:
        """On or off, or every so many seconds; what to say of it."""
        if seconds is None:
            self.on = not self.on
        else:
            every = seconds_between(seconds)
            if every is None:
                return no_seconds(seconds)
            self.on = every > 0
            self._loading.live_every = clamped(every) if every else self._loading.live_every
            self.begin()
        often = f"following what is running, every {self._loading.live_every:g}s"
        return often if self.on else "no longer following"


def clamped(seconds: float) -> float:
    """Not so often that a store has no rest."""
    return max(_OFTENEST, seconds)


def seconds_between(text: str) -> float | None:
    """Seconds from 0.5 to 3600, or 0 for never; None for what is neither."""
    try:
        seconds = float(text.strip().removesuffix("s"))
    except ValueError:
        return None
    known = isfinite(seconds) and (seconds == 0 or _OFTENEST <= seconds <= _SELDOMEST)
    return seconds if known else None


def no_seconds(text: str) -> str:
    """What to say of such a text."""
    return f"{text!r} is no number of seconds from 0.5 to 3600; 0 turns it off"
