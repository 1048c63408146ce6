"""From rows to records: whole runs and experiments of given ids, in a handful of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from venturi.errors import StoreBroken
from venturi.records import DatasetInput, Experiment, Lifecycle, Metric, Run
from venturi.stores.sql.fields import CONTEXT_TAG, RUN_NAME_TAG
from venturi.stores.sql.tables import Datasets, Tables

LARGEST = 1.7976931348623157e308
"""MLflow stores ±infinity as ± this, the largest finite double."""

_NAN = float("nan")
_INFINITY = float("inf")

_CHUNK = 500
"""Ids in one statement: SQLite before 3.32 takes 999 values."""

_FETCHED = 4_096

K = TypeVar("K", str, int)


def number(value: float, is_nan: object) -> float:
    """The value that a row of `metrics` or `latest_metrics` stands for."""
    if is_nan:
        return _NAN
    if -LARGEST < value < LARGEST:
        return value
    return _INFINITY if value > 0 else -_INFINITY if value < 0 else value


class Hydration:
    """Reads whole records by id. Rows come straight from the driver: they are many."""

    def __init__(self, tables: Tables) -> None:
        runs, latest = tables.runs, tables.latest_metrics
        self._runs = _by_ids(
            runs.c.run_uuid, runs.c.name, runs.c.experiment_id, runs.c.status, runs.c.start_time,
            runs.c.end_time, runs.c.lifecycle_stage, runs.c.user_id, runs.c.artifact_uri,
        )  # fmt: skip
        self._params = _key_values(tables.params, "run_uuid")
        self._tags = _key_values(tables.tags, "run_uuid")
        self._latest = _by_ids(
            latest.c.run_uuid, latest.c.key, latest.c.value, latest.c.is_nan, latest.c.timestamp,
            latest.c.step,
        )  # fmt: skip
        self._datasets = _datasets(tables.datasets) if tables.datasets else None
        self._experiment_tags = _key_values(tables.experiment_tags, "experiment_id")

    def runs(self, connection: sa.Connection, run_ids: Sequence[str]) -> Iterator[Run]:
        """The runs of those ids in that order; ids that are gone are left out."""
        for first in range(0, len(run_ids), _CHUNK):
            chunk = run_ids[first : first + _CHUNK]
            found = self._some_runs(connection, chunk)
            yield from (found[run_id] for run_id in chunk if run_id in found)

    def _some_runs(self, connection: sa.Connection, run_ids: Sequence[str]) -> dict[str, Run]:
        rows = _rows(connection, self._runs, run_ids)
        ids = [row[0] for row in rows]
        params = _texts_by_id(connection, self._params, ids)
        tags = _texts_by_id(connection, self._tags, ids)
        latest = _latest_by_id(_rows(connection, self._latest, ids), ids)
        datasets = self._datasets_of(connection, ids)
        return {
            row[0]: _run(row, params[row[0]], latest[row[0]], tags[row[0]], datasets(row[0]))
            for row in rows
        }

    def _datasets_of(
        self, connection: sa.Connection, run_ids: Sequence[str]
    ) -> Callable[[str], tuple[DatasetInput, ...]]:
        if self._datasets is None:
            return lambda _: ()
        found: dict[str, list[DatasetInput]] = {}
        for run_id, *columns in _rows(connection, self._datasets, run_ids):
            found.setdefault(run_id, []).append(DatasetInput(*columns))
        return lambda run_id: tuple(sorted(found.get(run_id, ()), key=_dataset_order))

    def experiments(
        self, connection: sa.Connection, rows: Sequence[Sequence[Any]]
    ) -> list[Experiment]:
        """The experiments of rows of `experiment_columns`, with their tags."""
        tags: dict[int, dict[str, str]] = {}
        ids = [row[0] for row in rows]
        for first in range(0, len(ids), _CHUNK):
            chunk = ids[first : first + _CHUNK]
            tags |= _texts_by_id(connection, self._experiment_tags, chunk)
        return [_experiment(row, tags[row[0]]) for row in rows]


def experiment_row(tables: Tables) -> tuple[sa.ColumnElement[Any], ...]:
    """The columns that `Hydration.experiments` takes."""
    columns = tables.experiments.c
    return (
        columns.experiment_id, columns.name, columns.artifact_location, columns.lifecycle_stage,
        columns.creation_time, columns.last_update_time,
    )  # fmt: skip


def _by_ids(owner: sa.ColumnClause[Any], *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(owner, *columns).where(owner.in_(sa.bindparam("ids", expanding=True)))


def _key_values(table: sa.TableClause, owner: str) -> sa.Select[Any]:
    return _by_ids(table.c[owner], table.c.key, table.c.value)


def _datasets(tables: Datasets) -> sa.Select[Any]:
    datasets, inputs, input_tags = tables.datasets, tables.inputs, tables.input_tags
    context = sa.and_(
        input_tags.c.input_uuid == inputs.c.input_uuid, input_tags.c.name == CONTEXT_TAG
    )
    joined = inputs.join(datasets, datasets.c.dataset_uuid == inputs.c.source_id)
    statement = _by_ids(
        inputs.c.destination_id, datasets.c.name, datasets.c.digest,
        datasets.c.dataset_source_type, datasets.c.dataset_source, input_tags.c.value,
    )  # fmt: skip
    return statement.select_from(joined.outerjoin(input_tags, context)).where(
        inputs.c.destination_type == "RUN", inputs.c.source_type == "DATASET"
    )


def _rows(connection: sa.Connection, statement: sa.Select[Any], ids: Sequence[K]) -> list[Any]:
    """The driver's own rows: SQLAlchemy's would cost as much again as reading them."""
    if not ids:
        return []
    return driver_rows(connection.execute(statement, {"ids": list(ids)}))


def driver_rows(result: sa.CursorResult[Any]) -> list[Any]:
    """All rows of a result as the driver gives them."""
    cursor = result.cursor
    if cursor is None:
        return []
    rows = list(cursor.fetchall())
    result.close()
    return rows


def driver_row_by_row(result: sa.CursorResult[Any]) -> Iterator[Any]:
    """The same, a few thousand at a time: for rows of which there may be a million."""
    cursor = result.cursor
    while cursor is not None and (rows := cursor.fetchmany(_FETCHED)):
        yield from rows
    result.close()


def _texts_by_id(
    connection: sa.Connection, statement: sa.Select[Any], ids: Sequence[K]
) -> dict[K, dict[str, str]]:
    found: dict[K, dict[str, str]] = {owner: {} for owner in ids}
    for owner, key, value in _rows(connection, statement, ids):
        found[owner][key] = "" if value is None else value
    return found


def _latest_by_id(rows: Iterable[Any], ids: Sequence[str]) -> dict[str, dict[str, Metric]]:
    found: dict[str, dict[str, Metric]] = {run_id: {} for run_id in ids}
    run_id = key = ""
    try:
        for run_id, key, value, is_nan, timestamp, step in rows:
            found[run_id][key] = Metric(key, number(value, is_nan), timestamp or 0, step)
    except TypeError as error:
        raise StoreBroken(f"metric '{key}' of run {run_id} has a value that is none") from error
    return found


def _run(
    row: Sequence[Any],
    params: Mapping[str, str],
    latest: Mapping[str, Metric],
    tags: Mapping[str, str],
    datasets: tuple[DatasetInput, ...],
) -> Run:
    run_id, name, experiment_id, status, start, end, stage, user, artifact_uri = row
    return Run(
        run_id=run_id,
        run_name=name or tags.get(RUN_NAME_TAG, ""),
        experiment_id=str(experiment_id),
        status=status or "",
        start_time=start,
        end_time=end,
        lifecycle_stage=_stage(stage),
        user_id=user or "",
        artifact_uri=artifact_uri or "",
        params=params,
        latest=latest,
        tags=tags,
        datasets=datasets,
    )


def _experiment(row: Iterable[Any], tags: Mapping[str, str]) -> Experiment:
    experiment_id, name, location, stage, created, updated = row
    return Experiment(
        str(experiment_id), name or "", _stage(stage), location, created, updated, tags
    )


def _stage(word: str | None) -> Lifecycle:
    return Lifecycle.DELETED if word == Lifecycle.DELETED.value else Lifecycle.ACTIVE


def _dataset_order(dataset: DatasetInput) -> tuple[str, str, str]:
    return dataset.name, dataset.digest, dataset.context or ""
