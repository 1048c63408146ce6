"""One metric of one run, every point, as columns; made for millions of points."""

from __future__ import annotations

import operator
from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Any

import sqlalchemy as sa

from venturi.errors import StoreBroken
from venturi.records import History
from venturi.stores.sql.dialects import Dialect
from venturi.stores.sql.hydrate import LARGEST, number
from venturi.stores.sql.tables import Tables

_CHUNK = 10_000


def read_history(
    connection: sa.Connection,
    tables: Tables,
    dialect: Dialect,
    run_id: str,
    key: str,
    from_step: int | None,
    to_step: int | None = None,
) -> History:
    """The points of one metric, from and up to a step when given; empty when there are none."""
    steps, timestamps, values = array("q"), array("q"), array("d")
    statement = _statement(tables, dialect, run_id, key, from_step)
    if to_step is not None:
        statement = statement.where(sa.column("step", sa.BigInteger()) <= to_step)
    result = connection.execute(statement)
    try:
        for rows in _chunks(result):
            chunk_steps, chunk_times, chunk_values, nans = zip(*rows, strict=True)
            if any(nans) or max(chunk_values) >= LARGEST or min(chunk_values) <= -LARGEST:
                chunk_values = map(number, chunk_values, nans)
            steps.extend(chunk_steps)
            timestamps.extend(chunk_times)
            values.extend(chunk_values)
    except (TypeError, OverflowError) as error:
        raise StoreBroken(f"metric '{key}' of run {run_id} holds no number: {error}") from error
    if any(map(operator.eq, steps, islice(steps, 1, None))):
        steps, timestamps, values = _settle_ties(steps, timestamps, values)
    return History(run_id, key, steps, timestamps, values)


def _statement(
    tables: Tables, dialect: Dialect, run_id: str, key: str, from_step: int | None
) -> sa.Select[Any]:
    """The points in the order of steps.

    SQLite would take the primary key (key, timestamp, …) and go through the points of every run,
    so it is told to take the index that starts at the run; for that the table is written by hand,
    and the columns without it. Ties are not settled here: an ORDER BY of more than the index holds
    costs more than all the rest.
    """
    source: sa.FromClause | sa.TextClause = tables.metrics
    if dialect.kind == "sqlite" and tables.curve_index is not None:
        source = sa.text(f"metrics INDEXED BY {tables.curve_index}")
    run_uuid, metric_key = sa.column("run_uuid", sa.String()), sa.column("key", sa.String())
    step = sa.column("step", sa.BigInteger())
    columns: list[sa.ColumnElement[Any]] = [
        sa.column(name) for name in ("step", "timestamp", "value", "is_nan")
    ]
    statement = (
        sa.select(*columns)
        .select_from(source)
        .where(run_uuid == run_id, dialect.equals(metric_key, key))
        .order_by(step)
    )
    return statement if from_step is None else statement.where(step >= from_step)


def _chunks(result: sa.CursorResult[Any]) -> Iterator[Sequence[Any]]:
    """The driver's own rows, without SQLAlchemy's around them."""
    cursor = result.cursor
    while cursor is not None and (rows := cursor.fetchmany(_CHUNK)):
        yield rows
    result.close()


def _settle_ties(
    steps: array[int], timestamps: array[int], values: array[float]
) -> tuple[array[int], array[int], array[float]]:
    """Points of equal step by timestamp, then value, NaN last."""
    new_times, new_values = array("q"), array("d")
    points = zip(steps, timestamps, values, strict=True)
    for _, group in groupby(points, key=operator.itemgetter(0)):
        settled = sorted(group, key=lambda point: (point[1], point[2] != point[2], point[2]))
        new_times.extend(point[1] for point in settled)
        new_values.extend(point[2] for point in settled)
    return steps, new_times, new_values
