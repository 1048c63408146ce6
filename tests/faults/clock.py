"""A clock for tests: waits are written down and over at once."""

from __future__ import annotations

import threading


class TestClock:
    """Keeps the promise of the REST room's clock.

    Args:
        tick: Seconds that pass each time somebody looks.
    """

    __test__ = False

    def __init__(self, tick: float = 0.0) -> None:
        self.waits: list[float] = []
        self.tick = tick
        self._time = 1000.0
        self._woken = threading.Event()

    def monotonic(self) -> float:
        self._time += self.tick
        return self._time

    def now(self) -> float:
        return 1_700_000_000.0 + self._time

    def chance(self) -> float:
        return 0.5

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self._time += seconds
        return self._woken.is_set()

    def wake(self) -> None:
        self._woken.set()
