"""Polylines of dots with as few corners as will do."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import inf

Dot = tuple[int, int]
_SLACK = 0.49
"""A dot less than half off a line is the one that the line is drawn through."""


def simplified(dots: Iterable[Dot]) -> list[Dot]:
    """A polyline with fewer corners through the same dots, as a raster draws it.

    A corner goes when the line past it still runs through its dot: on straight lines, and on
    stretches that go to the right by at least as much as up or down, where a digital line does.
    """
    kept: list[Dot] = []
    least, most = -inf, inf  # slopes from the last corner but one that run through all between
    for x, y in dots:
        if not kept:
            kept.append((x, y))
            continue
        last_x, last_y = kept[-1]
        if x == last_x and y == last_y:
            continue
        if len(kept) > 1:
            from_x, from_y = kept[-2]
            if x == last_x:
                straight = last_x == from_x and (y > last_y) == (last_y > from_y)
            else:
                steep = abs(y - last_y) > x - last_x
                straight = not steep and least <= (y - from_y) / (x - from_x) <= most
            if straight:
                kept.pop()
            else:
                least, most = -inf, inf
        from_x, from_y = kept[-1]
        kept.append((x, y))
        if x == from_x or abs(y - from_y) > x - from_x:
            least, most = inf, -inf
        else:
            least = max(least, (y - from_y - _SLACK) / (x - from_x))
            most = min(most, (y - from_y + _SLACK) / (x - from_x))
    return kept


def length(dots: Iterable[Dot]) -> int:
    """How many dots a polyline runs through from its first to its last corner."""
    return sum(max(abs(x1 - x0), abs(y1 - y0)) for (x0, y0), (x1, y1) in pairwise(dots))
