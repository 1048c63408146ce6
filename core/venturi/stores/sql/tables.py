"""MLflow's tables as SQLAlchemy names them, cut to what one database really has."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from venturi.stores.sql.layout import Layout

_TEXT = sa.String()
_WHOLE = sa.BigInteger()


class Datasets:
    """The three tables that say which datasets a run read."""

    def __init__(self) -> None:
        self.datasets = _texts(
            "datasets", "dataset_uuid", "name", "digest", "dataset_source_type", "dataset_source"
        )
        self.inputs = _texts(
            "inputs", "input_uuid", "source_type", "source_id", "destination_type", "destination_id"
        )
        self.input_tags = _texts("input_tags", "input_uuid", "name", "value")


class Tables:
    """The tables to read, in a database that looks like `layout`.

    `datasets` and `workspace` are None where an older MLflow does not have them. `curve_index` is
    the index of `metrics` to name when SQLite reads one curve; see history.py. `has_step_index`
    says whether there is the one on run, key and step, which MLflow makes since 3.12.
    """

    def __init__(self, layout: Layout) -> None:
        self.experiments = _experiments(layout)
        self.experiment_tags = _keyed("experiment_tags", "experiment_id", _WHOLE)
        self.runs = _runs()
        self.params = _keyed("params", "run_uuid", _TEXT)
        self.tags = _keyed("tags", "run_uuid", _TEXT)
        self.metrics = _points("metrics")
        self.latest_metrics = _points("latest_metrics")
        self.datasets = Datasets() if layout.has_datasets else None
        self.workspace: sa.ColumnClause[str] | None = self.experiments.c.get("workspace")
        self.curve_index = next((name for name in _CURVE_INDEXES if name in layout.indexes), None)
        self.has_step_index = _CURVE_INDEXES[0] in layout.indexes


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


def _texts(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, _TEXT) for column in columns))
