"""What changes runs in a database; each function runs inside one transaction."""

from __future__ import annotations

import sqlalchemy as sa

from venturi.errors import NotFound
from venturi.records import Run, RunStatus
from venturi.stores.new_runs import NAME_TAG, below
from venturi.stores.sql.assessments import drop_assessments
from venturi.stores.sql.database import Reader
from venturi.stores.sql.rows import (
    ACTIVE,
    DELETED,
    RUNS,
    lock_active_experiment,
    lock_active_run,
    lock_run,
    now_ms,
    put_texts,
    remove_text,
)
from venturi.stores.writing import NewRun


def create_run(connection: sa.Connection, reader: Reader, *, run_id: str, run: NewRun) -> Run:
    """Insert a run that has a name, a user and a start; as it now is.

    The id is fresh: a run that has it was made by this same call, whose connection then broke.
    """
    made = list(reader.hydration.runs(connection, [run_id]))
    if made:
        return made[0]
    experiment = lock_active_experiment(connection, reader, run.experiment_id)
    row = {
        "run_uuid": run_id,
        "name": run.run_name,
        "source_type": "UNKNOWN",
        "source_name": "",
        "entry_point_name": "",
        "source_version": "",
        "user_id": run.user_id,
        "status": RunStatus.RUNNING.value,
        "start_time": now_ms() if run.start_time is None else run.start_time,
        "end_time": None,
        "deleted_time": None,
        "lifecycle_stage": ACTIVE,
        "artifact_uri": below(experiment.artifact_location, run_id, "artifacts"),
        "experiment_id": experiment.number,
    }
    connection.execute(sa.insert(RUNS).values(row))
    put_texts(connection, reader.tables.tags, run_id, run.tags)
    return next(reader.hydration.runs(connection, [run_id]))


def update_run(
    connection: sa.Connection,
    reader: Reader,
    *,
    run_id: str,
    status: RunStatus | None = None,
    end_time: int | None = None,
    run_name: str | None = None,
) -> None:
    """Change what is given of an active run; an empty name counts as not given."""
    run = lock_active_run(connection, reader, run_id)
    given = {
        "status": status.value if status else None,
        "end_time": end_time,
        "name": run_name or None,
    }
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        connection.execute(sa.update(RUNS).where(RUNS.c.run_uuid == run.run_id).values(values))
    if run_name:
        put_texts(connection, reader.tables.tags, run.run_id, {NAME_TAG: run_name})


def erase_end_time(connection: sa.Connection, reader: Reader, *, run_id: str) -> None:
    """Make an active run one that has not ended."""
    run = lock_active_run(connection, reader, run_id)
    connection.execute(sa.update(RUNS).where(RUNS.c.run_uuid == run.run_id).values(end_time=None))


def delete_run(connection: sa.Connection, reader: Reader, *, run_id: str) -> None:
    """Mark a run as deleted; when it was first deleted stays with one that is."""
    run = lock_run(connection, reader, run_id)
    if run.stage == DELETED:
        return
    drop_assessments(connection, reader, reader.tables.runs.c.run_uuid == run.run_id)
    _move(connection, run.run_id, DELETED, now_ms())


def restore_run(connection: sa.Connection, reader: Reader, *, run_id: str) -> None:
    """Bring back a deleted run. Raises InvalidInput when its experiment is deleted."""
    run = lock_run(connection, reader, run_id)
    if run.stage == ACTIVE:
        return
    lock_active_experiment(connection, reader, str(run.experiment_id))
    _move(connection, run.run_id, ACTIVE, None)


def set_tags(
    connection: sa.Connection, reader: Reader, *, run_id: str, tags: dict[str, str]
) -> None:
    """Set tags of an active run; the one with the run's name renames it."""
    others = {key: value for key, value in tags.items() if key != NAME_TAG}
    put_texts(connection, reader.tables.tags, run_id, others)
    if tags.get(NAME_TAG):
        update_run(connection, reader, run_id=run_id, run_name=tags[NAME_TAG])


def delete_tag(connection: sa.Connection, reader: Reader, *, run_id: str, key: str) -> None:
    """Remove a tag of an active run."""
    run = lock_active_run(connection, reader, run_id)
    if not remove_text(connection, reader, reader.tables.tags, run.run_id, key):
        raise NotFound(f"the run {run_id} has no tag '{key}'")


def _move(connection: sa.Connection, run_id: str, stage: str, deleted_time: int | None) -> None:
    values = {"lifecycle_stage": stage, "deleted_time": deleted_time}
    connection.execute(sa.update(RUNS).where(RUNS.c.run_uuid == run_id).values(values))
