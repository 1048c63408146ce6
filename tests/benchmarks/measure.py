"""Measuring fairly: best of several turns, ours and the other's taken alternately."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Ratio:
    """How long ours took beside another, and the most it may take."""

    name: str
    ours_s: float
    other: str
    other_s: float
    goal: float

    @property
    def ratio(self) -> float:
        """Below 1 when ours is faster."""
        return self.ours_s / self.other_s

    def __str__(self) -> str:
        verdict = "ok" if self.ratio <= self.goal else "MISSED"
        return (
            f"{self.name:<46} {self.ours_s * 1000:9.1f} ms   {self.other:<22}"
            f" {self.other_s * 1000:9.1f} ms   {self.ratio:7.3f}x   goal {self.goal:g}x  {verdict}"
        )


def compare(
    name: str, ours: Work, other_name: str, other: Work, goal: float, turns: int = 7
) -> Ratio:
    """Both in turns, so that whatever else the machine does meets both; prints the line."""
    ours_s, other_s = best_of(turns, ours, other)
    found = Ratio(name, ours_s, other_name, other_s, goal)
    print(found, flush=True)
    return found


def best_of(turns: int, *works: Work) -> list[float]:
    """The shortest time of each, in seconds, over so many rounds of all."""
    best = [float("inf")] * len(works)
    for _ in range(turns):
        for number, work in enumerate(works):
            best[number] = min(best[number], timed(work))
    return best


def timed(work: Work) -> float:
    """Seconds that it takes once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
