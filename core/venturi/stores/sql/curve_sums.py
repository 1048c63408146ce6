"""Curves in PostgreSQL and MySQL: many buckets in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from venturi.curves.buckets import Partition
from venturi.curves.tally import Tally
from venturi.stores.base import MOST_COUNTED, CurveExtent
from venturi.stores.sql.curve_rows import (
    STEP_INDEX,
    CurveId,
    Found,
    Job,
    Row,
    columns_of,
    metric_of,
    ranges,
    spread,
)
from venturi.stores.sql.curve_seeks import bucket_from, finite_sums
from venturi.stores.sql.database import Reader
from venturi.stores.sql.hydrate import LARGEST, driver_rows

SAMPLED = 4
_PARTS = 8
_AT_ONCE = 100
"""Small selects, or steps, in one statement."""

_HUGE = 1e290
_SHRINK = 2.0**-40


class ServerSums:
    """A Way of the curves on a database server."""

    def __init__(self, connection: sa.Connection, reader: Reader, curve: CurveId) -> None:
        self._connection = connection
        self._curve = curve
        self._kind = reader.dialect.kind
        self._has_index = reader.tables.has_step_index
        self._c = columns = reader.tables.metrics.c
        self._here = sa.and_(
            columns.run_uuid == curve.run_id, reader.dialect.equals(columns.key, curve.key)
        )
        row: list[sa.ColumnElement[Any]] = [
            columns.step,
            columns.timestamp,
            columns.value,
            columns.is_nan,
        ]
        self._row = sa.select(*row)

    def extent(self) -> CurveExtent | None:
        """See Way."""
        c = self._c
        up = (c.step, c.timestamp, c.is_nan, c.value)
        first = self._rows(self._row.where(self._here).order_by(*up).limit(1))
        last = self._rows(
            self._row.where(self._here).order_by(*(column.desc() for column in up)).limit(1)
        )
        if not (first and last):
            return None
        some = sa.select(c.step).where(self._here).limit(MOST_COUNTED + 1).subquery()
        points = self._connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
        key = self._curve.key
        return CurveExtent(
            metric_of(key, first[0]),
            metric_of(key, last[0]),
            points if points <= MOST_COUNTED else None,
        )

    def sample(self, cuts: Partition) -> list[Found] | None:
        """See Way. Without the index each seek would sort the whole run."""
        if not self._has_index:
            return None
        tally = Tally(cuts)
        seeks = self._lateral if self._kind == "postgresql" else self._unions
        for rows in seeks([cuts.bounds(place) for place in range(len(cuts))]):
            tally.add(*columns_of(rows))
        return list(tally.found())

    def jobs(self, cuts: Partition) -> list[Job]:
        """See Way: ranges of places. Without the index each would read everything."""
        parts = ranges(0, len(cuts) - 1, _PARTS if self._has_index else 1)
        return [parts[at] for at in spread(len(parts))]

    def sums(self, cuts: Partition, jobs: Sequence[Job]) -> tuple[list[Found], int]:
        """See Way."""
        first, last = jobs[0]
        low, high = cuts.bounds(first)[0], cuts.bounds(last)[1]
        rows = self._rows(self._sums(cuts, low, high))
        ends = self._ends(cuts, {step for row in rows for step in row[1:3]})
        return [_found(row, ends) for row in rows], 1

    def _sums(self, cuts: Partition, low: int, high: int) -> sa.Select[Any]:
        c = self._c
        finite = sa.and_(sa.not_(c.is_nan), sa.func.abs(c.value) < LARGEST)
        huge = sa.func.abs(c.value) >= _HUGE
        place = _place(c.step, cuts, self._kind).label("place")
        value = sa.case((finite, c.value))
        columns: list[sa.ColumnElement[Any]] = [
            place,
            sa.func.min(c.step),
            sa.func.max(c.step),
            sa.func.count(),
            _count(c.is_nan),
            _count(sa.and_(sa.not_(c.is_nan), c.value >= LARGEST)),
            _count(sa.and_(sa.not_(c.is_nan), c.value <= -LARGEST)),
            sa.func.min(value),
            sa.func.max(value),
            sa.func.sum(sa.case((sa.and_(finite, sa.not_(huge)), c.value))),
            sa.func.sum(sa.case((sa.and_(finite, huge), c.value * _SHRINK))),
        ]
        return (
            sa.select(*columns)
            .where(self._here, c.step.between(low, high))
            .group_by(sa.text("place"))
        )

    def _ends(self, cuts: Partition, steps: set[int]) -> dict[int, tuple[Row, Row]]:
        """First and last row of each place, of which the first and last step are among these."""
        ends: dict[int, tuple[Row, Row]] = {}
        wanted = sorted(steps)
        for at in range(0, len(wanted), _AT_ONCE):
            within = self._c.step.in_(wanted[at : at + _AT_ONCE])
            for row in self._rows(self._row.where(self._here, within)):
                place = cuts.place_of(row[0])
                first, last = ends.get(place, (row, row))
                ends[place] = min(first, row, key=_rank), max(last, row, key=_rank)
        return ends

    def _lateral(self, bounds: Sequence[tuple[int, int]]) -> Iterator[Sequence[Row]]:
        statement = sa.text(
            "SELECT s.* FROM"
            " unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS e(lo, hi),"
            " LATERAL (SELECT step, timestamp, value, is_nan FROM metrics"
            " WHERE run_uuid = :run AND key = :key AND step BETWEEN e.lo AND e.hi"
            f" ORDER BY step LIMIT {SAMPLED}) s"
        )
        lows, highs = (list(ends) for ends in zip(*bounds, strict=True))
        values = {"lows": lows, "highs": highs, "run": self._curve.run_id, "key": self._curve.key}
        yield driver_rows(self._connection.execute(statement, values))

    def _unions(self, bounds: Sequence[tuple[int, int]]) -> Iterator[Sequence[Row]]:
        for at in range(0, len(bounds), _AT_ONCE):
            parts = [
                "(SELECT step, timestamp, value, is_nan"
                f" FROM metrics FORCE INDEX ({STEP_INDEX})"
                " WHERE run_uuid = :run AND `key` = :key AND CAST(`key` AS BINARY) = :key"
                f" AND step BETWEEN {low} AND {high} ORDER BY step LIMIT {SAMPLED})"
                for low, high in bounds[at : at + _AT_ONCE]
            ]
            statement = sa.text(" UNION ALL ".join(parts))
            values = {"run": self._curve.run_id, "key": self._curve.key}
            yield driver_rows(self._connection.execute(statement, values))

    def _rows(self, statement: sa.Select[Any]) -> list[Any]:
        return driver_rows(self._connection.execute(statement))


def _place(step: sa.ColumnElement[int], cuts: Partition, kind: str) -> sa.ColumnElement[int]:
    """The number of the bucket of a step: how many edges are not above it."""
    edges = list(cuts.edges)
    if not edges:
        return sa.literal_column("0")
    if kind == "postgresql":
        return sa.func.width_bucket(step, sa.cast(edges, sa.ARRAY(sa.BigInteger())))
    return sa.func.interval(step, *(sa.literal_column(str(edge)) for edge in edges))


def _count(which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((which, 1), else_=0))


def _rank(row: Row) -> tuple[int, int, bool, float]:
    step, timestamp, value, is_nan = row
    return step, timestamp, bool(is_nan), value


def _found(row: Row, ends: dict[int, tuple[Row, Row]]) -> Found:
    place, _, _, points, nans, ups, downs, *values = row
    first, last = ends[place]
    counts = tuple(map(int, (points, nans, ups, downs)))  # MySQL sums up to decimals
    return place, bucket_from(first, last, counts, *finite_sums((*counts, *values)))
