"""MLflow's tables as SQLAlchemy names them, cut to what one database really has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from venturi.stores.sql.layout import Layout

_TEXT = sa.String()
_WHOLE = sa.BigInteger()


@dataclass(frozen=True, slots=True, eq=False)
class Datasets:
    """The three tables that say which datasets a run read."""

    datasets: sa.TableClause
    inputs: sa.TableClause
    input_tags: sa.TableClause


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The tables to read. What an older MLflow does not have is None."""

    experiments: sa.TableClause
    experiment_tags: sa.TableClause
    runs: sa.TableClause
    params: sa.TableClause
    tags: sa.TableClause
    metrics: sa.TableClause
    latest_metrics: sa.TableClause
    datasets: Datasets | None
    workspace: sa.ColumnClause[str] | None
    step_index: str | None
    """Index of `metrics` to force in SQLite for reading one curve; see history.py."""


def tables_of(layout: Layout) -> Tables:
    """The tables of a database that looks like `layout`."""
    experiments = _experiments(layout)
    return Tables(
        experiments=experiments,
        experiment_tags=_keyed("experiment_tags", "experiment_id", _WHOLE),
        runs=_runs(),
        params=_keyed("params", "run_uuid", _TEXT),
        tags=_keyed("tags", "run_uuid", _TEXT),
        metrics=_points("metrics"),
        latest_metrics=_points("latest_metrics"),
        datasets=_datasets() if layout.has_datasets else None,
        workspace=experiments.c.get("workspace"),
        step_index=next((name for name in _CURVE_INDEXES if name in layout.indexes), None),
    )


_CURVE_INDEXES = ("index_metrics_run_uuid_key_step", "index_metrics_run_uuid")


def _experiments(layout: Layout) -> sa.TableClause:
    columns: list[sa.ColumnClause[Any]] = [
        sa.column(name, _WHOLE) for name in ("experiment_id", "creation_time", "last_update_time")
    ]
    texts = ["name", "artifact_location", "lifecycle_stage"]
    if layout.has("experiments", "workspace"):
        texts.append("workspace")
    columns += [sa.column(name, _TEXT) for name in texts]
    return sa.table("experiments", *columns)


def _runs() -> sa.TableClause:
    texts = ("run_uuid", "name", "status", "lifecycle_stage", "user_id", "artifact_uri")
    numbers = ("experiment_id", "start_time", "end_time")
    columns = [sa.column(name, _TEXT) for name in texts]
    return sa.table("runs", *columns, *(sa.column(name, _WHOLE) for name in numbers))


def _keyed(name: str, owner: str, kind: sa.types.TypeEngine[Any]) -> sa.TableClause:
    return sa.table(
        name, sa.column(owner, kind), sa.column("key", _TEXT), sa.column("value", _TEXT)
    )


def _points(name: str) -> sa.TableClause:
    return sa.table(
        name,
        sa.column("run_uuid", _TEXT),
        sa.column("key", _TEXT),
        sa.column("value", sa.Double()),
        sa.column("timestamp", _WHOLE),
        sa.column("step", _WHOLE),
        sa.column("is_nan", sa.Boolean()),
    )


def _datasets() -> Datasets:
    def texts(name: str, *columns: str) -> sa.TableClause:
        return sa.table(name, *(sa.column(column, _TEXT) for column in columns))

    return Datasets(
        texts("datasets", "dataset_uuid", "name", "digest", "dataset_source_type",
              "dataset_source"),
        texts("inputs", "input_uuid", "source_type", "source_id", "destination_type",
              "destination_id"),
        texts("input_tags", "input_uuid", "name", "value"),
    )  # fmt: skip
