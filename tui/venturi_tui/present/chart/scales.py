"""From data to dots: a window of values spread over a row or column of dots."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from sys import float_info

_SMALLEST_SPAN = 1e-290
_LARGEST = float_info.max / 4


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

    def at(self, dot: float) -> float:
        """The value at a dot."""
        part = dot / max(self.dots - 1, 1)
        return self.low * (1 - part) + self.high * part


def widened(low: float, high: float, margin: float = 0.0) -> tuple[float, float]:
    """A window around values from `low` to `high` that can be drawn: finite, and never of no width.

    Args:
        low: The lowest value, finite.
        high: The highest, finite, not below `low`.
        margin: How much to add on each side, as a part of the span. Equal values get room by
            their own size: a window from 0 to 2 around 1, for example.
    """
    low, high = max(low, -_LARGEST * 4), min(high, _LARGEST * 4)
    if high - low <= max(abs(low), abs(high)) * 1e-14 or high - low < _SMALLEST_SPAN:
        room = max(abs(low), abs(high)) * 0.5 or 1.0
    else:
        room = (high - low) * margin if isfinite(high - low) else 0.0
    room = max(room, _SMALLEST_SPAN) if high - low < _SMALLEST_SPAN else room
    return max(low - room, -_LARGEST * 4), min(high + room, _LARGEST * 4)
