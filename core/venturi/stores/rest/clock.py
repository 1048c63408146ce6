"""Time as a store lives it: how late it is, waiting, and being woken to go home."""

from __future__ import annotations

import random
import threading
import time
from typing import Protocol


class Clock(Protocol):
    """What retries need of time, so that tests need not wait."""

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def chance(self) -> float:
        """A random number in [0, 1), to keep many clients from coming back at once."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait; True when `wake` cut it short. Ctrl-C interrupts it too."""
        ...

    def wake(self) -> None:
        """End this and every later wait."""
        ...


class WallClock:
    """The real one."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def chance(self) -> float:
        """A random number in [0, 1)."""
        return random.random()  # noqa: S311 - spreads load, guards nothing

    def wait(self, seconds: float) -> bool:
        """Wait; True when `wake` cut it short."""
        return self._woken.wait(seconds)

    def wake(self) -> None:
        """End this and every later wait."""
        self._woken.set()
