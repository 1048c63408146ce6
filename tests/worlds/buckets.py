"""Buckets by a plain reference, and comparing with it."""

from __future__ import annotations

import math

import pytest

from venturi.curves.buckets import Bucket, Buckets, Partition
from venturi.records import History


def naive_buckets(history: History, cuts: Partition) -> dict[int, Bucket]:
    """What each bucket must hold, point by point."""
    held: dict[int, list[tuple[int, int, float]]] = {}
    low, high = cuts.span
    for point in history:
        if low <= point.step <= high:
            place = sum(edge <= point.step for edge in cuts.edges)
            held.setdefault(place, []).append((point.step, point.timestamp, point.value))
    return {place: _bucket(points) for place, points in held.items()}


def _bucket(points: list[tuple[int, int, float]]) -> Bucket:
    points.sort(key=lambda point: (point[0], point[1], math.isnan(point[2]), point[2]))
    values = [value for _, _, value in points]
    finite = [value for value in values if math.isfinite(value)]
    first, last = points[0], points[-1]
    return Bucket(
        points=len(points),
        nans=sum(map(math.isnan, values)),
        ups=values.count(math.inf),
        downs=values.count(-math.inf),
        first_step=first[0],
        first_time=first[1],
        last_step=last[0],
        last_time=last[1],
        first=first[2],
        last=last[2],
        low=min(finite, default=math.nan),
        high=max(finite, default=math.nan),
        mean=math.fsum(v / len(finite) for v in finite) if finite else math.nan,
    )


def same_buckets(made: Buckets, expected: dict[int, Bucket]) -> None:
    """The same buckets; their means but for rounding, all else exactly."""
    assert list(made.places) == sorted(expected)
    for place, bucket in zip(made.places, made, strict=True):
        wanted = expected[place]
        assert repr(bucket._replace(mean=0.0)) == repr(wanted._replace(mean=0.0))
        size = max(abs(wanted.low), abs(wanted.high))
        slack = 1e-300 if math.isnan(size) else size * 1e-12 + 1e-300
        assert bucket.mean == pytest.approx(wanted.mean, rel=1e-9, abs=slack, nan_ok=True)
