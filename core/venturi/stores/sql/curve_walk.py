"""Curves in SQLite without an index on steps: along the rows of the run, as they were written."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from venturi.curves.buckets import Partition
from venturi.curves.tally import Tally
from venturi.records import Metric
from venturi.stores.base import MOST_COUNTED, CurveExtent
from venturi.stores.sql.curve_rows import (
    CHUNK,
    CurveId,
    Found,
    Job,
    Row,
    columns_of,
    metric_of,
    ranges,
)
from venturi.stores.sql.database import Reader

SAMPLED = 4
_PARTS = 64
_PATIENCE_S = 0.2
_ROW = "SELECT step, timestamp, value, is_nan"


class SqliteWalk:
    """A Way of the curves in a SQLite file of an MLflow before 3.12.

    An index on the run alone has its rows in the order in which they were written. That is the
    order of steps, or nearly; where it is not, buckets come together from several jobs.
    """

    def __init__(self, connection: sa.Connection, reader: Reader, curve: CurveId) -> None:
        self._cursor = connection.connection.cursor()
        self._curve = curve
        index = reader.tables.curve_index
        by = f" INDEXED BY {index}" if index else ""
        self._of_run = f"FROM metrics{by} WHERE run_uuid = ?"
        self._part = f"{_ROW} {self._of_run} AND rowid BETWEEN ? AND ? AND key = ?"

    def extent(self) -> CurveExtent | None:
        """See Way."""
        first, last = self._end("ASC"), self._end("DESC")
        if first is None or last is None:
            return None
        latest = self._cursor.execute(
            f"{_ROW} FROM latest_metrics WHERE run_uuid = ? AND key = ?", self._curve
        ).fetchone()
        known = [first, last, *([metric_of(self._curve.key, latest)] if latest else [])]
        known.sort(key=lambda point: (point.step, point.timestamp))
        counted = f"SELECT count(*) FROM (SELECT 1 {self._of_run} AND key = ? LIMIT ?)"
        (points,) = self._cursor.execute(counted, (*self._curve, MOST_COUNTED + 1)).fetchone()
        return CurveExtent(known[0], known[-1], points if points <= MOST_COUNTED else None)

    def sample(self, cuts: Partition) -> list[Found]:
        """See Way."""
        rows: list[Row] = []
        for job in self._jobs(len(cuts)):
            rows += self._rows(job, f"{self._part} ORDER BY rowid LIMIT {SAMPLED}").fetchall()
        tally = Tally(cuts)
        tally.add(*columns_of(rows))
        return list(tally.found())

    def jobs(self, cuts: Partition) -> list[Job]:
        """See Way: ranges of row ids."""
        del cuts
        return self._jobs(_PARTS)

    def sums(self, cuts: Partition, jobs: Sequence[Job]) -> tuple[list[Found], int]:
        """See Way."""
        tally = Tally(cuts)
        end = time.monotonic() + _PATIENCE_S
        for count, job in enumerate(jobs, 1):
            for rows in _chunks(self._rows(job, self._part)):
                tally.add(*columns_of(rows))
            if time.monotonic() > end:
                return list(tally.found()), count
        return list(tally.found()), len(jobs)

    def _jobs(self, parts: int) -> list[Job]:
        """Ranges that hold every row of the curve, the last also those to come; one when empty."""
        end = f"SELECT rowid {self._of_run} AND key = ? ORDER BY rowid"
        ids = [
            self._cursor.execute(f"{end} {order} LIMIT 1", self._curve).fetchone()
            for order in ("ASC", "DESC")
        ]
        low, high = (row[0] if row else 0 for row in ids)
        jobs = ranges(low, high, parts)
        return [*jobs[:-1], (jobs[-1][0], 2**63 - 1)]

    def _rows(self, job: Job, statement: str) -> Any:
        return self._cursor.execute(statement, (self._curve.run_id, *job, self._curve.key))

    def _end(self, order: str) -> Metric | None:
        row = self._cursor.execute(
            f"{_ROW} {self._of_run} AND key = ? ORDER BY rowid {order} LIMIT 1", self._curve
        ).fetchone()
        return None if row is None else metric_of(self._curve.key, row)


def _chunks(cursor: Any) -> Iterator[Sequence[Row]]:
    while rows := cursor.fetchmany(CHUNK):
        yield rows
