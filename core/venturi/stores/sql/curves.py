"""Curves of millions of points, summed up by the database itself: the talent CurveSampler."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa

from venturi.curves.buckets import Buckets, Partition
from venturi.curves.tally import Tally
from venturi.errors import NotFound, StoreBroken
from venturi.records import History
from venturi.stores.base import CurveExtent
from venturi.stores.sql.curve_rows import CurveId, Found, Job, Way
from venturi.stores.sql.curve_seeks import SqliteSeeks
from venturi.stores.sql.curve_sums import ServerSums
from venturi.stores.sql.curve_walk import SqliteWalk
from venturi.stores.sql.database import Database, Reader
from venturi.stores.sql.history import read_history
from venturi.stores.sql.questions import has_run

T = TypeVar("T")


class SqlCurves:
    """Asks one database for curves.

    With the index that MLflow makes since 3.12, each bucket is a seek. Without it, SQLite is read
    along the run's own rows, and other databases sum everything up in one statement.

    Args:
        database: Open.
        no_run: The error that says that there is no such run.
    """

    def __init__(self, database: Database, no_run: Callable[[str], NotFound]) -> None:
        self._database = database
        self._no_run = no_run

    def extent(self, run_id: str, key: str) -> CurveExtent | None:
        """See CurveSampler."""
        return self._ask(CurveId(run_id, key), lambda way: way.extent())

    def sample(self, run_id: str, key: str, cuts: Partition) -> Buckets | None:
        """See CurveSampler."""
        found = self._ask(CurveId(run_id, key), lambda way: way.sample(cuts))
        if found is None:
            return None
        return _added(Tally(cuts), found).buckets(run_id, key, is_exact=False, share=0.0)

    def buckets(self, run_id: str, key: str, cuts: Partition) -> Iterator[Buckets]:
        """See CurveSampler."""
        curve, tally, done = CurveId(run_id, key), Tally(cuts), 0
        jobs = self._ask(curve, lambda way: way.jobs(cuts))
        while done < len(jobs):
            found, count = self._ask(curve, _some(cuts, jobs[done:]))
            done += count
            _added(tally, found)
            yield tally.buckets(run_id, key, is_exact=done == len(jobs), share=done / len(jobs))

    def points(self, run_id: str, key: str, first_step: int, last_step: int) -> History:
        """See CurveSampler."""

        def read(connection: sa.Connection, reader: Reader) -> History | None:
            if not has_run(connection, reader, run_id):
                return None
            steps = first_step, last_step
            return read_history(connection, reader.tables, reader.dialect, run_id, key, *steps)

        found = self._database.ask(read)
        if found is None:
            raise self._no_run(run_id)
        return found

    def _ask(self, curve: CurveId, question: Callable[[Way], T]) -> T:
        def ask(connection: sa.Connection, reader: Reader) -> tuple[T] | None:
            if not has_run(connection, reader, curve.run_id):
                return None
            try:
                return (question(_way(connection, reader, curve)),)
            except (TypeError, OverflowError) as error:
                msg = f"metric '{curve.key}' of run {curve.run_id} holds no number: {error}"
                raise StoreBroken(msg) from error

        found = self._database.ask(ask)
        if found is None:
            raise self._no_run(curve.run_id)
        return found[0]


def _some(cuts: Partition, jobs: Sequence[Job]) -> Callable[[Way], tuple[list[Found], int]]:
    return lambda way: way.sums(cuts, jobs)


def _added(tally: Tally, found: Sequence[Found]) -> Tally:
    for place, bucket in found:
        tally.put(place, bucket)
    return tally


def _way(connection: sa.Connection, reader: Reader, curve: CurveId) -> Way:
    if reader.dialect.kind != "sqlite":
        return ServerSums(connection, reader, curve)
    if reader.tables.has_step_index:
        return SqliteSeeks(connection, curve)
    return SqliteWalk(connection, reader, curve)
