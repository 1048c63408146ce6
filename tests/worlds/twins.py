"""One database with two hands on it, ours and MLflow's, and all the rows of what each one made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.stores import open_tracking
from venturi.stores.sql import SqlStore

_OWNED = ("runs", "params", "tags", "metrics", "latest_metrics")
_TIMES = ("creation_time", "deleted_time")


@dataclass(frozen=True)
class Twins:
    """One database, with our hand and MLflow's on it."""

    store: SqlStore
    client: MlflowClient
    engine: sa.Engine

    def rows(self, statement: str, **values: object) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(sa.text(statement), values).mappings()]

    def experiment_id(self, name: str) -> str:
        return self.client.get_experiment_by_name(name).experiment_id


@contextmanager
def twins_of(uri: str) -> Iterator[Twins]:
    client = MlflowClient(uri)
    client.search_experiments()  # makes the tables
    engine = sa.create_engine(uri, poolclass=sa.NullPool)
    store = open_tracking(uri)
    assert isinstance(store, SqlStore)
    try:
        yield Twins(store, client, engine)
    finally:
        store.close()


def what_there_is(twins: Twins, experiment_id: str) -> dict[str, list[Any]]:
    """All rows of an experiment, every column, without what no two experiments share."""
    [home] = twins.rows("SELECT * FROM experiments WHERE experiment_id = :i", i=int(experiment_id))
    assert home["creation_time"] <= home["last_update_time"]
    home["last_update_time"] = home["last_update_time"] > home["creation_time"]
    home["name"] = home["name"].split("-", 1)[1]
    found = {"experiments": [home]}
    mine = f"WHERE experiment_id = {int(experiment_id)}"
    found["experiment_tags"] = twins.rows(f"SELECT * FROM experiment_tags {mine}")
    for table in _OWNED:
        which = f"WHERE run_uuid IN (SELECT run_uuid FROM runs {mine})"
        found[table] = twins.rows(f"SELECT * FROM {table} {which}")
    runs = {run["run_uuid"]: run["name"] for run in found["runs"]}
    return {table: sorted(_plain(rows, experiment_id, runs)) for table, rows in found.items()}


def _plain(rows: list[dict[str, Any]], experiment_id: str, runs: dict[str, str]) -> Iterator[str]:
    for row in rows:
        plain = row | {name: "a time" for name in _TIMES if row.get(name)}
        plain |= {"experiment_id": "E"} if "experiment_id" in row else {}
        plain["is_nan"] = bool(row.get("is_nan"))
        text = repr(sorted(plain.items())).replace(f"mlruns/{experiment_id}", "mlruns/E")
        for run_id, name in runs.items():
            text = text.replace(run_id, f"run {name}")
        yield text
