"""Where the outliers of a few values begin: one value of each run, not points of a curve."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite
from statistics import quantiles

_FEWEST = 8
_REACH = 3.0


def fences(values: Sequence[float]) -> tuple[float, float]:
    """The lowest and the highest value that is no outlier, of those that are finite.

    An outlier lies more than three interquartile ranges beyond the quartiles: what Tukey calls far
    out (Exploratory Data Analysis, 1977). Of fewer than 8 values, and of those whose middle half is
    equal, none is one. Without any finite value, -inf and inf.
    """
    finite = sorted(value for value in values if isfinite(value))
    if not finite:
        return -inf, inf
    if len(finite) < _FEWEST:
        return finite[0], finite[-1]
    # A quarter of each, so that the difference of huge values has no overflow.
    lower, _, upper = quantiles([value / 4 for value in finite], n=4, method="inclusive")
    room = (upper - lower) * _REACH
    if not room:
        return finite[0], finite[-1]
    inside = [value for value in finite if lower - room <= value / 4 <= upper + room]
    return inside[0], inside[-1]
