"""What a metric file comes to: its latest point, and which steps lie where in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from venturi.curves.buckets import FEWEST_STEP, MOST_STEP
from venturi.stores.files.growing import BLOCK
from venturi.stores.files.points import Points, Row, extent_of, later, points_of
from venturi.stores.files.reading import open_file, stamp_of

_SEEN = 256
"""Bytes read at each place of a sample: some five lines."""


class Span(NamedTuple):
    """Whole lines of a file: from which byte up to which, and between which steps they lie."""

    start: int
    end: int
    low: int
    high: int


class Summary(NamedTuple):
    """What the whole lines of a metric file come to.

    Args:
        latest: MLflow's latest point; None when no line is a point.
        points: How many there are.
        size: How many bytes they are.
        spans: One after the other, without a gap; none of a file of less than a block.
    """

    latest: Row | None
    points: int
    size: int
    spans: tuple[Span, ...]


NOTHING = Summary(None, 0, 0, ())


def more_lines(summary: Summary, blocks: Iterable[bytes]) -> Summary:
    """What a file comes to with more lines."""
    latest, points, size, spans = summary
    known = list(spans)
    for block in blocks:
        found = extent_of(block)
        low, high = (MOST_STEP, FEWEST_STEP) if found is None else (found.low, found.high)
        if found is not None:
            latest, points = later(latest, found), points + found.points
        _lengthen(known, size, size + len(block), low, high)
        size += len(block)
    return Summary(latest, points, size, tuple(known))


def _lengthen(spans: list[Span], start: int, end: int, low: int, high: int) -> None:
    """Add what lies between two bytes: to the last span while that is small."""
    if not spans:
        if end < BLOCK:
            return
        if start:
            # What was too little to be remembered may hold any step.
            spans.append(Span(0, start, FEWEST_STEP, MOST_STEP))
    if spans and end - spans[-1].start <= BLOCK:
        last = spans.pop()
        start, low, high = last.start, min(last.low, low), max(last.high, high)
    spans.append(Span(start, end, low, high))


def spans_between(summary: Summary, first_step: int, last_step: int) -> list[Span]:
    """The parts of a file in which points of these steps, both included, can be."""
    spans = summary.spans or (Span(0, summary.size, FEWEST_STEP, MOST_STEP),)
    return [span for span in spans if span.low <= last_step and span.high >= first_step]


def points_in(path: str, spans: Iterable[Span], *, follow: bool) -> Iterator[Points]:
    """The points of some parts of a file, in their order.

    Raises OSError; FileNotFoundError also when the file became shorter, so that it is another one.
    """
    handle = open_file(path, follow=follow)
    try:
        for span in spans:
            if stamp_of(os.fstat(handle)).size < span.end:
                raise FileNotFoundError(path)
            os.lseek(handle, span.start, os.SEEK_SET)
            yield points_of(os.read(handle, span.end - span.start))
    finally:
        os.close(handle)


def sampled_in(path: str, spans: list[Span], places: int, *, follow: bool) -> Iterator[Points]:
    """A few points at about so many places of these parts, evenly spread, and at their end.

    Raises OSError.
    """
    handle = open_file(path, follow=follow)
    try:
        for start, span in _places(spans, places):
            os.lseek(handle, start, os.SEEK_SET)
            data = os.read(handle, min(_SEEN, span.end - start))
            # The line that the place is in begins before it, but for the first of a part.
            begin = 0 if start == span.start else data.find(b"\n") + 1
            yield points_of(data[begin : data.rfind(b"\n") + 1])
    finally:
        os.close(handle)


def _places(spans: list[Span], count: int) -> Iterator[tuple[int, Span]]:
    """About so many places, as far from each other as they can be, and one near the end."""
    stride = max(sum(span.end - span.start for span in spans) // max(count, 1), 1)
    ahead = 0
    for span in spans:
        starts = range(span.start + ahead, span.end, stride)
        yield from ((start, span) for start in starts)
        ahead += len(starts) * stride - (span.end - span.start)
    if spans:
        last = spans[-1]
        yield max(last.start, last.end - _SEEN), last
