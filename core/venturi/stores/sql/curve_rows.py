"""What the ways of summing up a curve in a database share: rows, jobs, the order of the work."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from venturi.curves.buckets import Bucket, Partition
from venturi.records import Metric
from venturi.stores.base import CurveExtent
from venturi.stores.sql.hydrate import LARGEST, number

STEP_INDEX = "index_metrics_run_uuid_key_step"
"""MLflow's since 3.12."""

CHUNK = 10_000
"""Rows taken from a cursor at once."""

Row: TypeAlias = Sequence[Any]
"""Step, timestamp, value, is_nan, as the driver gives them."""
Found: TypeAlias = tuple[int, Bucket]
"""The place of a bucket and what some of its points amount to."""
Job: TypeAlias = tuple[int, int]
"""A part of the work: both ends of a range, of whatever the way goes along."""


class CurveId(NamedTuple):
    """Which curve."""

    run_id: str
    key: str


class Way(Protocol):
    """One way of summing up a curve, on one connection. See CurveSampler for what it is to give."""

    def extent(self) -> CurveExtent | None:
        """Where the curve begins and ends."""
        ...

    def sample(self, cuts: Partition) -> list[Found] | None:
        """A few points of each bucket."""
        ...

    def jobs(self, cuts: Partition) -> list[Job]:
        """The parts of the work, none of which needs another."""
        ...

    def sums(self, cuts: Partition, jobs: Sequence[Job]) -> tuple[list[Found], int]:
        """What the first of these jobs find, at least one of them, and how many were done."""
        ...


def metric_of(key: str, row: Row) -> Metric:
    """The point of a row."""
    step, timestamp, value, is_nan = row
    return Metric(key, number(value, is_nan), timestamp, step)


def columns_of(rows: Iterable[Row]) -> tuple[array[int], array[int], array[float]]:
    """Steps, timestamps and values of rows. Raises TypeError or OverflowError for no numbers."""
    steps, timestamps, values, nans = tuple(zip(*rows, strict=True)) or ((), (), (), ())
    if any(nans) or (values and (max(values) >= LARGEST or min(values) <= -LARGEST)):
        values = map(number, values, nans)
    return array("q", steps), array("q", timestamps), array("d", values)


def spread(places: int) -> Iterator[int]:
    """The numbers below `places`, each once, so that the first of them lie far apart."""
    bits = max(places - 1, 0).bit_length()
    for number_ in range(1 << bits):
        place = int(f"{number_:0{bits}b}"[::-1], 2) if bits else 0
        if place < places:
            yield place


def ranges(low: int, high: int, parts: int) -> list[Job]:
    """The whole numbers from `low` to `high` as at most `parts` ranges, ends included."""
    width = max(1, -(-(high - low + 1) // parts))
    return [(at, min(at + width - 1, high)) for at in range(low, high + 1, width)]
