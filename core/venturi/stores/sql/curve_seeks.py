"""Curves in SQLite by the index on run, key and step: a seek and a scan for each bucket."""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import nan

import sqlalchemy as sa

from venturi.curves.buckets import Bucket, Partition
from venturi.curves.tally import bucket_of
from venturi.stores.base import MOST_COUNTED, CurveExtent
from venturi.stores.sql.curve_rows import (
    STEP_INDEX,
    CurveId,
    Found,
    Job,
    Row,
    columns_of,
    metric_of,
    spread,
)
from venturi.stores.sql.hydrate import LARGEST, number

SAMPLED = 6
"""Points of each bucket in a sample."""
_PATIENCE_S = 0.08
"""How long one answer works before it says what it has."""

# SQLite has to be told which index: it would take the primary key, and go through every run.
_CURVE = f"FROM metrics INDEXED BY {STEP_INDEX} WHERE run_uuid = ? AND key = ?"
_PART = f"{_CURVE} AND step BETWEEN ? AND ?"
_ROW = "SELECT step, timestamp, value, is_nan"
_FIRST = "ORDER BY step, timestamp, is_nan, value LIMIT 1"
_LAST = "ORDER BY step DESC, timestamp DESC, is_nan DESC, value DESC LIMIT 1"

_COUNT = f"SELECT count(*) FROM (SELECT 1 {_CURVE} LIMIT {MOST_COUNTED + 1})"
_ENDS = f"SELECT * FROM ({_ROW} {_PART} {_FIRST}) UNION ALL SELECT * FROM ({_ROW} {_PART} {_LAST})"
_SOME = f"{_ROW} {_PART} ORDER BY step LIMIT {SAMPLED}"
_SUMS = f"SELECT count(*), sum(is_nan), min(value), max(value), total(value) {_PART}"

_SHRINK = 2.0**-40
_HUGE = 1e290
"""Beyond this a sum of values might not be a double any more."""
_FINITE = f"is_nan = 0 AND abs(value) < {LARGEST!r}"
_ODD_SUMS = f"""
    SELECT count(*),
           sum(is_nan),
           sum(is_nan = 0 AND value >= {LARGEST!r}),
           sum(is_nan = 0 AND value <= {-LARGEST!r}),
           min(CASE WHEN {_FINITE} THEN value END),
           max(CASE WHEN {_FINITE} THEN value END),
           total(CASE WHEN {_FINITE} AND abs(value) < {_HUGE!r} THEN value END),
           total(CASE WHEN {_FINITE} AND abs(value) >= {_HUGE!r} THEN value * {_SHRINK!r} END)
    {_PART}
"""


class SqliteSeeks:
    """A Way of the curves in a SQLite file that has the index."""

    def __init__(self, connection: sa.Connection, curve: CurveId) -> None:
        # The driver's own cursor: there are thousands of small statements.
        self._cursor = connection.connection.cursor()
        self._curve = curve

    def extent(self) -> CurveExtent | None:
        """See Way."""
        first = self._row(f"{_ROW} {_CURVE} {_FIRST}", ())
        last = self._row(f"{_ROW} {_CURVE} {_LAST}", ())
        if first is None or last is None:
            return None
        (points,) = self._row(_COUNT, ()) or (0,)
        key = self._curve.key
        return CurveExtent(
            metric_of(key, first),
            metric_of(key, last),
            points if points <= MOST_COUNTED else None,
        )

    def sample(self, cuts: Partition) -> list[Found]:
        """See Way."""
        found: list[Found] = []
        for place in range(len(cuts)):
            rows = self._cursor.execute(_SOME, (*self._curve, *cuts.bounds(place))).fetchall()
            if rows:
                found.append((place, bucket_of(*columns_of(rows))))
        return found

    def jobs(self, cuts: Partition) -> list[Job]:
        """See Way: places, far apart at first, so that the picture gets sharper everywhere."""
        return [(place, place) for place in spread(len(cuts))]

    def sums(self, cuts: Partition, jobs: Sequence[Job]) -> tuple[list[Found], int]:
        """See Way."""
        found: list[Found] = []
        end = time.monotonic() + _PATIENCE_S
        for count, (place, _) in enumerate(jobs, 1):
            bucket = self._bucket(cuts.bounds(place))
            if bucket is not None:
                found.append((place, bucket))
            if time.monotonic() > end:
                return found, count
        return found, len(jobs)

    def _bucket(self, bounds: tuple[int, int]) -> Bucket | None:
        points, nans, low, high, total = self._row(_SUMS, bounds) or (0, 0, 0, 0, 0)
        if not points:
            return None
        if nans or max(-low, high) >= _HUGE:
            return self._odd_bucket(bounds)
        return self._with_ends(bounds, (points, 0, 0, 0), low, high, total / points)

    def _odd_bucket(self, bounds: tuple[int, int]) -> Bucket | None:
        """Of values some of which are not finite, or so large that their sum might not be."""
        row = self._row(_ODD_SUMS, bounds)
        return None if row is None else self._with_ends(bounds, row[:4], *finite_sums(row))

    def _with_ends(
        self, bounds: tuple[int, int], counts: Row, low: float, high: float, mean: float
    ) -> Bucket | None:
        rows = self._cursor.execute(_ENDS, (*self._curve, *bounds) * 2).fetchall()
        return None if len(rows) < 2 else bucket_from(rows[0], rows[1], counts, low, high, mean)

    def _row(self, statement: str, more: tuple[int, ...]) -> Row | None:
        return self._cursor.execute(statement, (*self._curve, *more)).fetchone()


def finite_sums(row: Row) -> tuple[float, float, float]:
    """Lowest, highest and mean finite value, NaN without one.

    Args:
        row: Counts of points, NaN, inf and -inf, the lowest, the highest, the sum of the usual
            values and that of the huge ones, shrunk.
    """
    points, nans, ups, downs, low, high, usual, huge = row
    finite = points - nans - ups - downs
    if not finite:
        return nan, nan, nan
    mean = (usual or 0.0) / finite + (huge or 0.0) / finite / _SHRINK
    return low, high, mean


def bucket_from(first: Row, last: Row, counts: Row, low: float, high: float, mean: float) -> Bucket:
    """A bucket of its first and last row, the counts of Bucket, and what it has finite."""
    points, nans, ups, downs = counts
    return Bucket(
        points,
        nans,
        ups,
        downs,
        first_step=first[0],
        first_time=first[1],
        last_step=last[0],
        last_time=last[1],
        first=number(first[2], first[3]),
        last=number(last[2], last[3]),
        low=low,
        high=high,
        mean=min(max(mean, low), high),
    )
