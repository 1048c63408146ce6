"""Adds metric points by the thousand; those that are there already stay single."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from venturi.stores.sql.database import Reader
from venturi.stores.sql.latest import Point, latest_of, update_latest

_COLUMNS = "(run_uuid, key, value, timestamp, step, is_nan)"
_MYSQL_COLUMNS = "(run_uuid, `key`, value, timestamp, step, is_nan)"
_ROW = "(%s, %s, %s, %s, %s, %s)"

# Statements as the driver takes them. MySQL's changes nothing of a row that is there, where INSERT
# IGNORE would also pass over other faults; PyMySQL makes one statement of many rows.
_STATEMENTS = {
    "sqlite": f"INSERT INTO metrics {_COLUMNS} VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    "mysql": f"INSERT INTO metrics {_MYSQL_COLUMNS} VALUES {_ROW}"
    " ON DUPLICATE KEY UPDATE step = step",
    "postgresql": f"INSERT INTO metrics {_COLUMNS} SELECT * FROM unnest(%s::text[], %s::text[],"
    " %s::float8[], %s::bigint[], %s::bigint[], %s::boolean[]) ON CONFLICT DO NOTHING",
}  # fmt: skip

Row = tuple[str, str, float, int, int, bool]


def add_points(
    connection: sa.Connection, reader: Reader, run_id: str, points: Sequence[Point]
) -> None:
    """Insert the points of a run that are missing, and update its latest ones."""
    if not points:
        return
    rows: list[Row] = [
        (run_id, key, value, timestamp, step, is_nan)
        for key, value, timestamp, step, is_nan in points
    ]
    kind = reader.dialect.kind
    values: Any = tuple(map(list, zip(*rows, strict=True))) if kind == "postgresql" else rows
    connection.exec_driver_sql(_STATEMENTS[kind], values)
    update_latest(connection, reader, run_id, latest_of(points))
