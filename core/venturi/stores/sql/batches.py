"""Logs a batch of any size: checked whole, then written piece by piece, each in a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from venturi import rules
from venturi.errors import InvalidInput
from venturi.records import Metric
from venturi.stores.new_runs import NAME_TAG
from venturi.stores.sql.database import Reader
from venturi.stores.sql.latest import Point
from venturi.stores.sql.points import add_points
from venturi.stores.sql.rows import lock_active_run
from venturi.stores.sql.run_writing import set_tags
from venturi.stores.writing import Batch

POINTS_AT_ONCE = 5_000
"""In one transaction: some hundredths of a second, in which others wait."""

_INT64 = 1 << 63


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a batch is written in one transaction."""

    params: Mapping[str, str] = field(default_factory=dict[str, str])
    points: Sequence[Point] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


def check_batch(batch: Batch) -> None:
    """Raises InvalidInput for the first thing that MLflow's rules refuse."""
    for key, value in batch.params.items():
        rules.check_param(key, value)
    _check_metrics(batch.metrics)
    for key, value in batch.tags.items():
        rules.check_tag(key, value)
    rules.check_run_name(batch.tags.get(NAME_TAG, ""))


def _check_metrics(metrics: Sequence[Metric]) -> None:
    """Each key once: to look at it costs more than all the rest."""
    good: set[str] = set()
    for metric in metrics:
        is_good = 0 <= metric.timestamp < _INT64 and -_INT64 <= metric.step < _INT64
        if not (is_good and metric.key in good):
            rules.check_metric(metric)
            good.add(metric.key)


def pieces_of(batch: Batch) -> Iterator[Piece]:
    """The batch in pieces: params with the first points, tags with the last ones.

    So a param that is refused is refused before anything is written, and tags tell the end.
    """
    count = len(batch.metrics)
    for first in range(0, max(count, 1), POINTS_AT_ONCE):
        end = first + POINTS_AT_ONCE
        yield Piece(
            params=batch.params if first == 0 else {},
            points=[_point(metric) for metric in batch.metrics[first:end]],
            tags=batch.tags if end >= count else {},
        )


def _point(metric: Metric) -> Point:
    value, is_nan = rules.finite_or_flag(float(metric.value))
    return Point(metric.key, value, metric.timestamp, metric.step, is_nan)


def log_piece(connection: sa.Connection, reader: Reader, *, run_id: str, piece: Piece) -> None:
    """Write one piece to an active run."""
    run = lock_active_run(connection, reader, run_id)
    _log_params(connection, reader, run.run_id, piece.params)
    add_points(connection, reader, run.run_id, piece.points)
    set_tags(connection, reader, run_id=run.run_id, tags=dict(piece.tags))


def _log_params(
    connection: sa.Connection, reader: Reader, run_id: str, params: Mapping[str, str]
) -> None:
    """Insert params that are new. Raises InvalidInput when one has another value already."""
    if not params:
        return
    table = reader.tables.params
    statement = sa.select(table.c.key, table.c.value).where(table.c.run_uuid == run_id)
    known = {row.key: row.value for row in connection.execute(statement)}
    for key, value in params.items():
        if key in known and known[key] != value:
            raise InvalidInput(
                f"the param '{key}' of the run {run_id} is {_short(known[key])} already,"
                f" it cannot become {_short(value)}",
                hint="params never change; log a tag instead, or make another run",
            )
    new = [
        {"run_uuid": run_id, "key": key, "value": value}
        for key, value in params.items()
        if key not in known
    ]
    if new:
        connection.execute(sa.insert(table), new)


def _short(value: str | None) -> str:
    text = value or ""
    return f"'{text}'" if len(text) <= 40 else f"'{text[:39]}…'"
