"""Polylines of dots with as few corners as will do."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby, pairwise
from math import inf

Dot = tuple[int, int]
_SLACK = 0.49
"""A dot less than half off a line is one that the line is drawn through."""


def simplified(corners: Iterable[Dot]) -> list[Dot]:
    """A polyline with fewer corners that a raster draws through exactly the same dots.

    Corners go that lie on a straight line, or on a stretch that goes on by one column at a time
    and is what a straight line looks like in dots.
    """
    dots = [dot for dot, _ in groupby(corners)]
    kept = dots[:1]
    at = 0
    while at < len(dots) - 1:
        at = _stretch(dots, at) if _is_step(dots, at) else _straight(dots, at)
        kept.append(dots[at])
    return kept


def _is_step(dots: list[Dot], at: int) -> bool:
    """Whether the next dot is in the next column, and at most one row away."""
    return dots[at + 1][0] == dots[at][0] + 1 and abs(dots[at + 1][1] - dots[at][1]) <= 1


def _stretch(dots: list[Dot], start: int) -> int:
    """The furthest dot to which a line from `start` is drawn through all dots between."""
    x0, y0 = dots[start]
    least, most = -inf, inf  # slopes of the lines that run through all dots so far
    furthest = at = start
    while at < len(dots) - 1 and _is_step(dots, at) and least <= most:
        at += 1
        width, rise = dots[at][0] - x0, dots[at][1] - y0
        if least <= rise / width <= most:
            furthest = at
        least = max(least, (rise - _SLACK) / width)
        most = min(most, (rise + _SLACK) / width)
    return furthest


def _straight(dots: list[Dot], start: int) -> int:
    """The furthest dot on the very line from `start` to the next."""
    at = start + 1
    while at < len(dots) - 1 and _is_on_the_way(dots[at - 1], dots[at], dots[at + 1]):
        at += 1
    return at


def _is_on_the_way(before: Dot, dot: Dot, after: Dot) -> bool:
    """Whether a dot lies exactly on the line between two others."""
    x0, y0 = dot[0] - before[0], dot[1] - before[1]
    x1, y1 = after[0] - dot[0], after[1] - dot[1]
    return x0 * y1 == y0 * x1 and x0 * x1 >= 0 and y0 * y1 >= 0


def length(dots: Iterable[Dot]) -> int:
    """How many dots a polyline runs through from its first to its last corner."""
    return sum(max(abs(x1 - x0), abs(y1 - y0)) for (x0, y0), (x1, y1) in pairwise(dots))
