"""Rows that writing starts from: runs and experiments, locked, and texts by key."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from venturi.errors import InvalidInput, NotFound
from venturi.records import Lifecycle
from venturi.stores.sql.conditions import id_number
from venturi.stores.sql.database import Reader
from venturi.stores.sql.scope import WORKSPACE

ACTIVE = Lifecycle.ACTIVE.value
DELETED = Lifecycle.DELETED.value


RUNS = sa.table(
    "runs",
    *(
        sa.column(name, sa.String())
        for name in (
            "run_uuid", "name", "source_type", "source_name", "entry_point_name", "source_version",
            "user_id", "status", "lifecycle_stage", "artifact_uri",
        )
    ),
    *(
        sa.column(name, sa.BigInteger())
        for name in ("experiment_id", "start_time", "end_time", "deleted_time")
    ),
)  # fmt: skip
"""With the columns that are only written."""


class RunRow(NamedTuple):
    """What of a run decides whether it may be written to."""

    run_id: str
    experiment_id: int
    stage: str


class ExperimentRow(NamedTuple):
    """What of an experiment decides whether it may be written to."""

    number: int
    stage: str
    name: str
    artifact_location: str


def now_ms() -> int:
    """Now, as MLflow writes it."""
    return time.time_ns() // 1_000_000


def lock_run(connection: sa.Connection, reader: Reader, run_id: str) -> RunRow:
    """The run, which nobody else of us changes before the transaction ends. Raises NotFound.

    In PostgreSQL the lock lets others insert what refers to the run, as MLflow does.
    """
    columns = reader.tables.runs.c
    statement = (
        sa.select(columns.run_uuid, columns.experiment_id, columns.lifecycle_stage)
        .where(reader.dialect.equals(columns.run_uuid, run_id))
        .with_for_update(key_share=True)
    )
    found = connection.execute(statement).first()
    if found is None or reader.scope.outside(connection, {str(found[1])}):
        raise NotFound(f"there is no run with the id '{run_id}'", hint="it may have been removed")
    return RunRow(*found)


def lock_active_run(connection: sa.Connection, reader: Reader, run_id: str) -> RunRow:
    """As `lock_run`. Raises InvalidInput for a deleted run."""
    run = lock_run(connection, reader, run_id)
    if run.stage != ACTIVE:
        raise InvalidInput(f"the run {run_id} is deleted", hint="restore it first")
    return run


def lock_experiment(connection: sa.Connection, reader: Reader, experiment_id: str) -> ExperimentRow:
    """The experiment, which nobody else of us changes meanwhile. Raises NotFound."""
    columns = reader.tables.experiments.c
    number = id_number(experiment_id)
    found = None
    if number is not None:
        here = [columns.experiment_id == number]
        if reader.tables.workspace is not None:
            here.append(reader.tables.workspace == WORKSPACE)
        statement = sa.select(
            columns.experiment_id, columns.lifecycle_stage, columns.name, columns.artifact_location
        )
        found = connection.execute(statement.where(*here).with_for_update(key_share=True)).first()
    if found is None:
        raise NotFound(f"there is no experiment with the id '{experiment_id}'")
    return ExperimentRow(found[0], found[1], found[2], found[3] or "")


def lock_active_experiment(
    connection: sa.Connection, reader: Reader, experiment_id: str
) -> ExperimentRow:
    """As `lock_experiment`. Raises InvalidInput for a deleted one."""
    experiment = lock_experiment(connection, reader, experiment_id)
    if experiment.stage != ACTIVE:
        raise InvalidInput(
            f"the experiment '{experiment.name}' ({experiment_id}) is deleted",
            hint="restore it first",
        )
    return experiment


def put_texts(
    connection: sa.Connection, table: sa.TableClause, owner: str | int, texts: Mapping[str, str]
) -> None:
    """Set texts by key that belong to one run or experiment, of a table owner, key, value."""
    if not texts:
        return
    mine = table.columns[0] == owner
    known = set(connection.execute(sa.select(table.c.key).where(mine)).scalars())
    new = [_text_row(table, owner, key, texts[key]) for key in texts if key not in known]
    old = [{"its_key": key, "its_value": texts[key]} for key in texts if key in known]
    if old:
        here = table.c.key == sa.bindparam("its_key", type_=sa.String())
        change = sa.update(table).where(mine, here)
        connection.execute(change.values(value=sa.bindparam("its_value", type_=sa.String())), old)
    if new:
        connection.execute(sa.insert(table), new)


def _text_row(
    table: sa.TableClause, owner: str | int, key: str, value: str
) -> dict[str, str | int]:
    return {table.columns[0].name: owner, "key": key, "value": value}


def remove_text(
    connection: sa.Connection, reader: Reader, table: sa.TableClause, owner: str | int, key: str
) -> bool:
    """Remove one text; whether it was there."""
    mine = table.columns[0] == owner
    gone = connection.execute(sa.delete(table).where(mine, reader.dialect.equals(table.c.key, key)))
    return gone.rowcount > 0
