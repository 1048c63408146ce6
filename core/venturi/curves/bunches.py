"""Rows of a series that stand together for many points, of which there are too many to hold."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, eq=False, slots=True)
class Bunches:
    """How the rows of a series fall into bunches, one after another; an entry of each for each.

    A bunch of more than one point has rows for its first and last point, for its lowest and
    highest value, and for each kind of gap in it; so lines through the rows cover what lines
    through all points would.
    """

    starts: array[int]  # its first row
    points: array[int]  # how many points it stands for
    finite: array[int]  # how many of them are finite
    means: array[float]  # of the finite ones; NaN without any
    gaps: int  # how many points in all are not finite
    infinities: int  # how many of those are inf or -inf

    def __len__(self) -> int:
        return len(self.starts)

    def end(self, bunch: int, rows: int) -> int:
        """The last row of a bunch, in a series of so many rows."""
        return (self.starts[bunch + 1] if bunch + 1 < len(self.starts) else rows) - 1

    def of_row(self, row: int) -> int:
        """The number of the bunch that a row belongs to."""
        return bisect_right(self.starts, row) - 1
