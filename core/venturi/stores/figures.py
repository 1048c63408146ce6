"""Figures of many values, from sums of them, or one by one without losing digits."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan, sqrt

from venturi.stores.base import TOO_LARGE_TO_SUM, Figures


def figures_of(count: int, mean: float, least: float, most: float, squares: float) -> Figures:
    """Figures as they promise to be.

    Args:
        count: How many values, at least one.
        mean: Their mean, should all be small enough.
        least: The lowest.
        most: The highest.
        squares: Sum of the squared differences to the mean, should all be small enough.
    """
    sinks, soars = least <= -TOO_LARGE_TO_SUM, most >= TOO_LARGE_TO_SUM
    if sinks or soars:
        beyond = nan if sinks and soars else -inf if sinks else inf
        return Figures(count, beyond, least, most, None)
    deviation = sqrt(max(squares, 0.0) / (count - 1)) if count > 1 else None
    return Figures(count, mean, least, most, deviation)


@dataclass
class Sum:
    """Values summed up one by one, after B. P. Welford (Technometrics 4, 1962)."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    least: float = inf
    most: float = -inf

    def add(self, value: float) -> None:
        """Take one more value in, which is not NaN."""
        self.count += 1
        self.least = min(self.least, value)
        self.most = max(self.most, value)
        if abs(value) < TOO_LARGE_TO_SUM:
            off = value - self.mean
            self.mean += off / self.count
            self.squares += off * (value - self.mean)

    @property
    def figures(self) -> Figures:
        """What the values come to; there must be one at least."""
        return figures_of(self.count, self.mean, self.least, self.most, self.squares)
