"""Curves of any length: whole when they are short, else a sample at once that gets exact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from venturi.curves.buckets import (
    Buckets,
    Partition,
    closer_at_start,
    halved,
    overlaid,
    partition,
    spliced,
)
from venturi.curves.tally import Tally
from venturi.records import History
from venturi.stores.base import MOST_COUNTED, CurveExtent, CurveSampler, TrackingStore

BUCKETS = 1_000
"""What a long curve is read in: twice as many as any chart has columns of dots."""

Curve: TypeAlias = "History | Buckets"
"""Every point of a curve, or what its points amount to."""


def read_curve(
    store: TrackingStore, run_id: str, key: str, buckets: int = BUCKETS
) -> Iterator[Curve]:
    """A curve in ever better forms, the last of which is exact.

    A curve of no more than MOST_COUNTED points, and any of a store that cannot sample, comes whole
    as its only form. A longer one comes as a sample after some ten milliseconds, then again and
    again while it is summed up. Nothing is held open in between: stop asking when it is no longer
    wanted.

    Args:
        store: Where the run is.
        run_id: Which run. NotFound when there is none.
        key: Which metric; an empty history when it was never logged.
        buckets: How many buckets, besides that of the last step and those of small steps.
    """
    extent = store.curve_extent(run_id, key) if isinstance(store, CurveSampler) else None
    if extent is not None and extent.whole is not None:
        yield extent.whole
        return
    if extent is None or extent.points is not None or not isinstance(store, CurveSampler):
        yield store.metric_history(run_id, key)
        return
    yield from _refined(store, run_id, key, whole_of(extent, buckets))


def whole_of(extent: CurveExtent, buckets: int = BUCKETS) -> Partition:
    """The whole curve cut in buckets of equal width, and closer for a logarithmic axis."""
    first = extent.first.step
    return closer_at_start(partition(first, max(first, extent.last.step), buckets), buckets // 2)


def _refined(store: CurveSampler, run_id: str, key: str, cuts: Partition) -> Iterator[Buckets]:
    """A sample, then what was found so far laid over it, then the exact buckets."""
    sampled = store.curve_sample(run_id, key, cuts)
    if sampled is not None:
        yield sampled
    for found in store.curve_buckets(run_id, key, cuts):
        yield found if found.is_exact or sampled is None else overlaid(sampled, found)


def read_closer(
    store: TrackingStore,
    curve: Buckets,
    first_step: int,
    last_step: int,
    buckets: int = BUCKETS,
) -> Iterator[Buckets]:
    """A curve with more detail between two steps, in ever better forms as `read_curve` gives them.

    Only what lies there is read. Nothing comes when there is no more detail, when the curve is
    not exact yet, and from a store that cannot sample.

    Args:
        store: Where the run is.
        curve: What is known of the whole curve, from `read_curve` or this function.
        first_step: Where to look closer.
        last_step: Where that ends.
        buckets: How many buckets to read there.
    """
    if not (isinstance(store, CurveSampler) and curve.is_exact):
        return
    while len(curve) > 4 * BUCKETS:
        curve = halved(curve)
    within = [b for b in curve if b.last_step >= first_step and b.first_step <= last_step]
    if all(bucket.is_one_step for bucket in within):
        return
    low, high = within[0].first_step, within[-1].last_step
    if curve.points_between(low, high) <= MOST_COUNTED:
        points = store.curve_points(curve.run_id, curve.key, low, high)
        yield spliced(curve, _summed(points, 2 * buckets), low, high)
        return
    cuts = closer_at_start(partition(low, high, buckets, is_whole=False), buckets // 2)
    for finer in _refined(store, curve.run_id, curve.key, cuts):
        yield spliced(curve, finer, low, high)


def _summed(history: History, buckets: int) -> Buckets:
    """A history in buckets: one for each step when there are no more than that."""
    if len(history) <= buckets:
        edges = history.steps[:0]
        edges.extend(sorted(set(history.steps))[1:])
        first, last = (history.steps[0], history.steps[-1]) if len(history) else (0, 0)
        cuts = Partition(first, last, edges)
    else:
        cuts = partition(history.steps[0], history.steps[-1], buckets)
    tally = Tally(cuts)
    tally.add(history.steps, history.timestamps, history.values)
    return tally.buckets(history.run_id, history.key, is_exact=True, share=1.0)


def with_news(curve: Buckets, news: History) -> Buckets:
    """A curve with what was logged since: what its last bucket holds is read anew.

    That is one step, so little is read twice. When the curve gets too long, neighbours become one.

    Args:
        curve: What was known, at least one bucket.
        news: Every point from `curve.first_step[-1]` on.
    """
    begin, end = curve.first_step[-1], max(curve.last_step)
    grown = spliced(curve, _summed(news, BUCKETS), begin, end)
    while len(grown) > 3 * BUCKETS:
        grown = halved(grown)
    return grown
