"""From data to dots: a window of values spread over a row or column of dots."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from sys import float_info

_SMALLEST_SPAN = 1e-290
_ALIKE = 1e-13
"""Values whose difference is a smaller part of them than this are drawn as one."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`low` lies at the centre of dot 0, `high` at the centre of the last of `dots` dots.

    Any finite `low < high` will do: spans beyond the largest double and tiny ones included. Where
    the axis is logarithmic, the values here are logarithms.
    """

    low: float
    high: float
    dots: int
    shrink: float = field(init=False)
    factor: float = field(init=False)

    def __post_init__(self) -> None:
        huge = not isfinite(self.high - self.low)
        shrink = 0.25 if huge else 1.0
        span = self.high * shrink - self.low * shrink
        object.__setattr__(self, "shrink", shrink)
        object.__setattr__(self, "factor", (self.dots - 1) / span)

    def position(self, value: float) -> float:
        """Where a value lies, in dots; a fraction, and far outside for values far outside."""
        return (value * self.shrink - self.low * self.shrink) * self.factor

    def dot(self, value: float) -> int:
        """The dot nearest to a value, held inside."""
        position = self.position(value)
        return int(min(max(position, 0.0), self.dots - 1.0) + 0.5)

    def cells(self, dots: int) -> tuple[float, float, int]:
        """Values at the middle of the first and of the last cell, and how many cells there are.

        Args:
            dots: How many dots make a cell. A single cell has the whole window.
        """
        count = self.dots // dots
        if count == 1:
            return self.low, self.high, 1
        return self.at((dots - 1) / 2), self.at(self.dots - 1 - (dots - 1) / 2), count

    def at(self, dot: float) -> float:
        """The value at a dot."""
        part = dot / max(self.dots - 1, 1)
        return self.low * (1 - part) + self.high * part


def widened(
    low: float, high: float, margin: float = 0.0, alone: float | None = None
) -> tuple[float, float]:
    """A window around values from `low` to `high` that can be drawn: finite, never of no width.

    Args:
        low: The lowest value, not NaN.
        high: The highest, not below `low`.
        margin: How much to add on each side, as a part of the span.
        alone: How much to add on each side when there is no span; without it, half of the value.
    """
    low, high = max(low, -float_info.max), min(high, float_info.max)
    size, span = max(abs(low), abs(high)), high - low
    if span <= size * _ALIKE or span < _SMALLEST_SPAN:
        room = max(size * 0.5 or 1.0, _SMALLEST_SPAN) if alone is None else alone
        room = max(room, size * _ALIKE * 10)
    else:
        room = span * margin if isfinite(span) else 0.0
    return max(low - room, -float_info.max), min(high + room, float_info.max)
