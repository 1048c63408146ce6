"""Polylines of dots with as few corners as will do."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import inf

Dot = tuple[int, int]
_SLACK = 0.49
"""A dot less than half off a line is one that the line is drawn through."""


_NONE = inf, -inf


def simplified(corners: Iterable[Dot]) -> list[Dot]:
    """A polyline with fewer corners that a raster draws through exactly the same dots.

    A corner goes when it lies on a straight line, or on a stretch that goes on by one column at a
    time and is what a straight line looks like in dots.
    """
    kept: list[Dot] = []
    least, most = _NONE  # slopes, seen from the last corner but one, that run through all since
    for x, y in corners:
        is_step = False
        if kept:
            last_x, last_y = kept[-1]
            if x == last_x and y == last_y:
                continue
            is_step = x == last_x + 1 and abs(y - last_y) <= 1
        if len(kept) > 1:
            from_x, from_y = kept[-2]
            if is_step and least <= (y - from_y) / (x - from_x) <= most:
                kept[-1] = x, y
                least = max(least, (y - from_y - _SLACK) / (x - from_x))
                most = min(most, (y - from_y + _SLACK) / (x - from_x))
                continue
            if _is_on_the_way(kept[-2], kept[-1], (x, y)):
                kept[-1] = x, y
                least, most = _NONE
                continue
        least, most = (y - kept[-1][1] - _SLACK, y - kept[-1][1] + _SLACK) if is_step else _NONE
        kept.append((x, y))
    return kept


def _is_on_the_way(before: Dot, dot: Dot, after: Dot) -> bool:
    """Whether a dot lies exactly on the line between two others."""
    x0, y0 = dot[0] - before[0], dot[1] - before[1]
    x1, y1 = after[0] - dot[0], after[1] - dot[1]
    return x0 * y1 == y0 * x1 and x0 * x1 >= 0 and y0 * y1 >= 0


def length(dots: Iterable[Dot]) -> int:
    """How many dots a polyline runs through from its first to its last corner."""
    return sum(max(abs(x1 - x0), abs(y1 - y0)) for (x0, y0), (x1, y1) in pairwise(dots))
