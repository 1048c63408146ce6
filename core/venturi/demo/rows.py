"""Writes a demo world into a fresh SQLite store, in one transaction and by plain rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from venturi.demo.names import hex_id
from venturi.demo.registry import DELETED
from venturi.demo.world import (
    DAY,
    Dataset,
    DemoExperiment,
    DemoModel,
    DemoRun,
    DemoVersion,
    DemoWorld,
)
from venturi.stores.sql import schema

Row = tuple[object, ...]

_LARGEST = 1.7976931348623157e308  # how MLflow's databases hold infinity


def write_rows(path: Path, world: DemoWorld, artifact_root: str) -> None:
    """Make the database `path` and fill it.

    Args:
        path: A file that does not exist yet.
        world: What to write.
        artifact_root: Where the store will say that the experiments' artifacts are.
    """
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))
    try:
        with engine.begin() as connection:
            # Nobody else sees the file before it is whole, and a broken one is thrown away.
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -64000"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
            schema.create_schema(
                connection, artifact_root=artifact_root, now_ms=_oldest(world.experiments) - DAY
            )
            for table, rows in _tables(world, artifact_root):
                _insert(connection, table, rows)
    finally:
        engine.dispose()


def artifact_uri(root: str, experiment_id: int, run_id: str) -> str:
    """Where the store says that a run's artifacts are."""
    return f"{root}/{experiment_id}/{run_id}/artifacts"


def _oldest(experiments: Iterable[DemoExperiment]) -> int:
    return min(experiment.creation_time for experiment in experiments)


def _insert(connection: sa.Connection, table: sa.Table, rows: Iterable[Row]) -> None:
    """Insert rows whose values stand in the order of the table's columns."""
    marks = ", ".join("?" for _ in table.columns)
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    listed = list(rows)
    if listed:
        text = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'
        connection.exec_driver_sql(text, listed)


def _tables(world: DemoWorld, root: str) -> Iterator[tuple[sa.Table, Iterable[Row]]]:
    """Rows of every table, those that are referred to first."""
    experiments, models = world.experiments, world.models
    runs = [(one, run) for one in experiments for run in one.runs]
    yield schema.EXPERIMENTS, (_experiment(one, root) for one in experiments)
    yield (
        schema.EXPERIMENT_TAGS,
        ((key, value, one.experiment_id) for one in experiments for key, value in one.tags.items()),
    )
    yield schema.RUNS, (_run(one.experiment_id, run, root) for one, run in runs)
    yield schema.PARAMS, (row for _, run in runs for row in _pairs(run.params.items(), run))
    yield schema.TAGS, (row for _, run in runs for row in _pairs(run.tags.items(), run))
    yield schema.METRICS, (row for _, run in runs for row in _points(run))
    yield schema.LATEST_METRICS, (row for _, run in runs for row in _latest(run))
    yield from _dataset_tables(experiments)
    yield from _model_tables(models)


def _experiment(one: DemoExperiment, root: str) -> Row:
    location = f"{root}/{one.experiment_id}"
    return one.experiment_id, one.name, location, "active", one.creation_time, one.creation_time


def _run(experiment_id: int, run: DemoRun, root: str) -> Row:
    return (
        run.run_id,
        run.name,
        "UNKNOWN",
        "",
        "",
        run.user,
        run.status,
        run.start_time,
        run.end_time,
        "",
        "deleted" if run.deleted_time else "active",
        artifact_uri(root, experiment_id, run.run_id),
        experiment_id,
        run.deleted_time,
    )


def _pairs(pairs: Iterable[tuple[str, str]], run: DemoRun) -> Iterator[Row]:
    return ((key, value, run.run_id) for key, value in pairs)


def _points(run: DemoRun) -> Iterator[Row]:
    run_id = run.run_id
    for key, steps, timestamps, values in run.curves:
        for step, timestamp, value in zip(steps, timestamps, values, strict=True):
            # This fails for NaN and both infinities.
            if -_LARGEST <= value <= _LARGEST:
                yield key, value, timestamp, run_id, step, 0
            else:
                number, is_nan = _kept(value)
                yield key, number, timestamp, run_id, step, is_nan


def _kept(value: float) -> tuple[float, int]:
    """A value as MLflow's databases keep it, and whether it stands for NaN."""
    if math.isnan(value):
        return 0.0, 1
    return min(max(value, -_LARGEST), _LARGEST), 0


def _latest(run: DemoRun) -> Iterator[Row]:
    """MLflow's latest value is that of the greatest step, NaN or not; here it is the last one."""
    for key, steps, timestamps, values in run.curves:
        if steps:
            number, is_nan = _kept(values[-1])
            yield key, number, timestamps[-1], steps[-1], is_nan, run.run_id


def _dataset_tables(
    experiments: Sequence[DemoExperiment],
) -> Iterator[tuple[sa.Table, Iterable[Row]]]:
    uses = [
        (one.experiment_id, run, dataset, context)
        for one in experiments
        for run in one.runs
        for dataset, context in run.datasets
    ]
    distinct = {_dataset_id(one, dataset): (one, dataset) for one, _, dataset, _ in uses}
    yield (
        schema.DATASETS,
        (
            (key, one, at.name, at.digest, at.source_type, at.source, at.schema, at.profile)
            for key, (one, at) in distinct.items()
        ),
    )
    inputs = [
        (hex_id("input", run.run_id, dataset.digest), _dataset_id(one, dataset), run, context)
        for one, run, dataset, context in uses
    ]
    yield schema.INPUTS, ((one, "DATASET", at, "RUN", run.run_id) for one, at, run, _ in inputs)
    yield schema.INPUT_TAGS, ((one, "mlflow.data.context", word) for one, _, _, word in inputs)


def _dataset_id(experiment_id: int, dataset: Dataset) -> str:
    return hex_id("dataset", experiment_id, dataset.name, dataset.digest)


def _model_tables(models: Sequence[DemoModel]) -> Iterator[tuple[sa.Table, Iterable[Row]]]:
    versions = [(model.name, version) for model in models for version in model.versions]
    yield schema.REGISTERED_MODELS, (_model(model) for model in models)
    yield (
        schema.REGISTERED_MODEL_TAGS,
        ((key, value, model.name) for model in models for key, value in model.tags.items()),
    )
    yield (
        schema.REGISTERED_MODEL_ALIASES,
        ((alias, at, model.name) for model in models for alias, at in model.aliases.items()),
    )
    yield schema.MODEL_VERSIONS, (_version(name, version) for name, version in versions)
    yield (
        schema.MODEL_VERSION_TAGS,
        (
            (key, value, name, version.version)
            for name, version in versions
            for key, value in version.tags.items()
        ),
    )


def _model(model: DemoModel) -> Row:
    changed = max(version.last_updated_time for version in model.versions)
    return model.name, model.creation_time, changed, model.description or None


def _version(name: str, version: DemoVersion) -> Row:
    times = (version.creation_time, version.last_updated_time)
    if version.stage == DELETED:
        # What MLflow leaves of a deleted version: its number is never used again.
        redacted = ("REDACTED-SOURCE-PATH", "REDACTED-RUN-ID", "READY", None, "REDACTED-RUN-LINK")
        return name, version.version, *times, None, None, DELETED, *redacted, None
    return (
        name,
        version.version,
        *times,
        version.description,
        version.run.user if version.run else None,
        version.stage,
        version.source,
        version.run.run_id if version.run else None,
        "READY",
        None,
        None,
        version.source,
    )
