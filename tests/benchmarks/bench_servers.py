"""Sorting 100,000 runs by a metric on PostgreSQL and MySQL, beside the best hand-written SQL.

    python tests/benchmarks/bench_servers.py [postgresql] [mysql]

Copies the SQLite store of the other benchmarks into a fresh database, which takes minutes. Servers
are looked for as the tests do: VENTURI_TEST_POSTGRES and VENTURI_TEST_MYSQL name others.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlalchemy as sa
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.database_servers import fresh_database

from benchmarks.bench_sql import BEST_BY_METRIC, BY_METRIC, KEY, PAGE, Plain, page
from benchmarks.large_store import runs_store
from benchmarks.measure import Ratio, compare
from venturi.stores import open_tracking
from venturi.stores.base import RunQuery

TABLES = {
    "experiments": "experiment_id, name, artifact_location, lifecycle_stage, creation_time,"
    " last_update_time",
    "runs": "run_uuid, name, source_type, source_name, entry_point_name, user_id, status,"
    " start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id",
    "params": "key, value, run_uuid",
    "tags": "key, value, run_uuid",
    "latest_metrics": "key, value, timestamp, step, is_nan, run_uuid",
}
ROWS_AT_ONCE = 20_000


class PlainServer(Plain):
    """The same statements as on SQLite, by the driver of a server."""

    def __init__(self, uri: str) -> None:
        self.is_mysql = uri.startswith("mysql")
        self._engine = sa.create_engine(uri, isolation_level="AUTOCOMMIT")
        self._connection = self._engine.raw_connection()
        self._cursor = self._connection.cursor()

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        text = statement.replace("?", "%s")
        if self.is_mysql:
            text = text.replace("m.key", "m.`key`").replace(" key,", " `key`,")
        self._cursor.execute(text, values)
        return list(self._cursor.fetchall())

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()


def copy_runs(source: Path, uri: str) -> None:
    """Fill MLflow's own tables with the rows of the SQLite store."""
    MlflowClient(uri).search_experiments()
    engine = sa.create_engine(uri)
    with closing(sqlite3.connect(source)) as db, engine.begin() as connection:
        quote = "`{}`" if uri.startswith("mysql") else '"{}"'
        for table, columns in TABLES.items():
            names = [name.strip() for name in columns.split(",")]
            rows = db.execute(f"SELECT {columns} FROM {table}")
            listed = ", ".join(quote.format(name) for name in names)
            marks = ", ".join(["%s"] * len(names))
            text = f"INSERT INTO {table} ({listed}) VALUES ({marks})"
            cursor = connection.connection.cursor()
            for part in _parts(rows):
                if table == "experiments":
                    part = [row for row in part if row[0]]  # noqa: PLW2901
                if "is_nan" in names:
                    part = [(*row[:4], bool(row[4]), row[5]) for row in part]  # noqa: PLW2901
                cursor.executemany(text, part)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        word = "ANALYZE TABLE {}" if uri.startswith("mysql") else "ANALYZE {}"
        for table in TABLES:
            connection.exec_driver_sql(word.format(table))
    engine.dispose()


def _parts(rows: sqlite3.Cursor) -> Iterator[list[tuple[object, ...]]]:
    while part := rows.fetchmany(ROWS_AT_ONCE):
        yield part


def bench(kind: str) -> Ratio:
    """A page of a hundred whole runs out of 100,000, the best first."""
    with fresh_database(kind) as uri:
        copy_runs(runs_store(), uri)
        with closing(open_tracking(uri)) as store, closing(PlainServer(uri)) as plain:
            query = RunQuery(order=BY_METRIC)
            found = plain.ask(BEST_BY_METRIC.format(""), KEY)
            assert [run.run_id for run in page(store, query)] == [row[0] for row in found][:PAGE]
            return compare(
                f"best 100 of 100,000 by a metric, {kind}",
                lambda: page(store, query),
                "best hand-written SQL",
                lambda: plain.runs(BEST_BY_METRIC.format(""), KEY),
                2,
            )


def main() -> int:
    """Measure the servers that were named, or both."""
    kinds = sys.argv[1:] or ["postgresql", "mysql"]
    slow = [kind for kind in kinds if bench(kind).ratio > 2]
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
