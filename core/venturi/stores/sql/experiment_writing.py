"""What changes experiments in a database; each function runs inside one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from venturi.errors import Conflict, InvalidInput, NotFound
from venturi.stores.new_runs import below
from venturi.stores.sql.assessments import drop_assessments
from venturi.stores.sql.database import Reader
from venturi.stores.sql.rows import (
    ACTIVE,
    DELETED,
    RUNS,
    ExperimentRow,
    lock_active_experiment,
    lock_experiment,
    now_ms,
    put_texts,
    remove_text,
)
from venturi.stores.sql.scope import WORKSPACE


def create_experiment(
    connection: sa.Connection,
    reader: Reader,
    *,
    name: str,
    artifact_location: str,
    tags: Mapping[str, str],
) -> str:
    """Insert an experiment with its tags; its id. Raises Conflict when the name is taken."""
    table = reader.tables.experiments
    _check_free(connection, reader, name)
    now = now_ms()
    row = {"name": name, "lifecycle_stage": ACTIVE, "creation_time": now, "last_update_time": now}
    if reader.tables.workspace is not None:
        row["workspace"] = WORKSPACE
    connection.execute(sa.insert(table).values(row | {"artifact_location": artifact_location}))
    number = connection.execute(sa.select(table.c.experiment_id).where(*_named(reader, name)))
    experiment_id = number.scalar_one()
    if not artifact_location:
        location = below(_artifact_root(connection, reader), str(experiment_id))
        _update(connection, reader, experiment_id, artifact_location=location)
    put_texts(connection, reader.tables.experiment_tags, experiment_id, tags)
    return str(experiment_id)


def rename_experiment(
    connection: sa.Connection, reader: Reader, *, experiment_id: str, name: str
) -> None:
    """Rename an active experiment. Raises Conflict when the name is taken."""
    experiment = lock_active_experiment(connection, reader, experiment_id)
    if experiment.name != name:
        _check_free(connection, reader, name, but=experiment.number)
    _update(connection, reader, experiment.number, name=name, last_update_time=now_ms())


def delete_experiment(connection: sa.Connection, reader: Reader, *, experiment_id: str) -> None:
    """Mark an active experiment and all its runs as deleted."""
    experiment = lock_active_experiment(connection, reader, experiment_id)
    mine = reader.tables.runs.c.experiment_id == experiment.number
    drop_assessments(connection, reader, mine)
    _move(connection, reader, experiment, DELETED)


def restore_experiment(connection: sa.Connection, reader: Reader, *, experiment_id: str) -> None:
    """Bring back a deleted experiment and all its runs."""
    experiment = lock_experiment(connection, reader, experiment_id)
    if experiment.stage == ACTIVE:
        raise InvalidInput(f"the experiment '{experiment.name}' ({experiment_id}) is not deleted")
    _move(connection, reader, experiment, ACTIVE)


def set_tag(
    connection: sa.Connection, reader: Reader, *, experiment_id: str, key: str, value: str
) -> None:
    """Set a tag of an active experiment."""
    experiment = lock_active_experiment(connection, reader, experiment_id)
    put_texts(connection, reader.tables.experiment_tags, experiment.number, {key: value})


def delete_tag(connection: sa.Connection, reader: Reader, *, experiment_id: str, key: str) -> None:
    """Remove a tag of an active experiment."""
    experiment = lock_active_experiment(connection, reader, experiment_id)
    table = reader.tables.experiment_tags
    if not remove_text(connection, reader, table, experiment.number, key):
        raise NotFound(f"the experiment '{experiment.name}' ({experiment_id}) has no tag '{key}'")


def _move(connection: sa.Connection, reader: Reader, experiment: ExperimentRow, stage: str) -> None:
    """To a lifecycle stage, with all runs, as MLflow does it whatever stage each was in."""
    now = now_ms()
    _update(connection, reader, experiment.number, lifecycle_stage=stage, last_update_time=now)
    gone = {"lifecycle_stage": stage, "deleted_time": now if stage == DELETED else None}
    mine = RUNS.c.experiment_id == experiment.number
    connection.execute(sa.update(RUNS).where(mine).values(gone))


def _update(connection: sa.Connection, reader: Reader, number: int, **values: Any) -> None:
    table = reader.tables.experiments
    connection.execute(sa.update(table).where(table.c.experiment_id == number).values(values))


def _named(reader: Reader, name: str) -> list[sa.ColumnElement[bool]]:
    """Experiments of a name, as the database tells names apart."""
    clauses: list[sa.ColumnElement[bool]] = [reader.tables.experiments.c.name == name]
    if reader.tables.workspace is not None:
        clauses.append(reader.tables.workspace == WORKSPACE)
    return clauses


def _check_free(
    connection: sa.Connection, reader: Reader, name: str, *, but: int | None = None
) -> None:
    columns = reader.tables.experiments.c
    statement = sa.select(columns.experiment_id, columns.lifecycle_stage, columns.name)
    for number, stage, taken in connection.execute(statement.where(*_named(reader, name))):
        if number != but:
            raise Conflict(
                f"the {stage} experiment {number} has the name '{taken}' already",
                hint="restore it, or choose another name" if stage == DELETED else "",
            )


def _artifact_root(connection: sa.Connection, reader: Reader) -> str:
    """Where new experiments keep their artifacts: beside those of experiment 0.

    MLflow's server remembers that place by its options, its client takes `mlruns` in the folder it
    runs in. So do we where experiment 0 does not tell, or names a folder of another machine.
    """
    columns = reader.tables.experiments.c
    here = columns.experiment_id == 0
    first = connection.execute(sa.select(columns.artifact_location).where(here)).scalar() or ""
    root = first.removesuffix("/0")
    if root == first or not _can_be(root):
        return str(Path.cwd() / "mlruns")
    return f"{root}/" if root.endswith(":") else root


def _can_be(root: str) -> bool:
    """Whether files can be kept there from here, as far as one can see."""
    parts = urlsplit(root)
    if parts.scheme in ("", "file"):
        return Path(parts.path).parent.is_dir()
    return True
