"""Where in the tables the field of a comparison stands, for runs and for experiments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from venturi.errors import InvalidInput
from venturi.filters.tree import Comparison, Entity
from venturi.stores.sql.dialects import Dialect, Truth
from venturi.stores.sql.tables import Tables

RUN_NAME_TAG = "mlflow.runName"
CONTEXT_TAG = "mlflow.data.context"


class Field(NamedTuple):
    """The column a comparison looks at.

    A field in a table of its own has a `link`, which ties its row to the record, and `where`,
    which picks the rows of its key. `is_nan` is true for a metric whose value is NaN.
    """

    value: sa.ColumnElement[Any]
    link: Truth | None = None
    where: Truth | None = None
    is_nan: sa.ColumnElement[bool] | None = None
    is_text: bool = True
    is_id: bool = False


class RunFields:
    """The fields of runs."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        self.record = tables.runs
        self._tables = tables
        self._dialect = dialect

    def __call__(self, comparison: Comparison) -> Field:
        """The field of a comparison. Raises InvalidInput when runs have no such field."""
        key = comparison.key
        if comparison.entity is Entity.METRIC:
            table = self._tables.latest_metrics
            return self._keyed(table, key, is_nan=table.c.is_nan)
        if comparison.entity is Entity.PARAM:
            return self._keyed(self._tables.params, key)
        if comparison.entity is Entity.TAG:
            return self._keyed(self._tables.tags, key)
        if comparison.entity is Entity.DATASET:
            return self._dataset(key)
        if key == "run_name":
            # As MLflow does: runs.name is empty in runs made before 1.30, the tag never is.
            return self._keyed(self._tables.tags, RUN_NAME_TAG)
        return attribute_field(run_columns(self._tables), key)

    def _keyed(
        self, table: sa.TableClause, key: str, is_nan: sa.ColumnElement[bool] | None = None
    ) -> Field:
        return Field(
            table.c.value,
            link=table.c.run_uuid == self.record.c.run_uuid,
            where=self._dialect.equals(table.c.key, key),
            is_nan=is_nan,
            is_text=is_nan is None,
        )

    def _dataset(self, key: str) -> Field:
        tables = self._tables.datasets
        if tables is None:
            return Field(sa.null(), where=sa.false())
        inputs, datasets, input_tags = tables.inputs, tables.datasets, tables.input_tags
        edge = sa.and_(
            inputs.c.destination_id == self.record.c.run_uuid,
            inputs.c.destination_type == "RUN",
            inputs.c.source_type == "DATASET",
        )
        if key == "context":
            return Field(
                input_tags.c.value,
                link=sa.and_(edge, input_tags.c.input_uuid == inputs.c.input_uuid),
                where=input_tags.c.name == CONTEXT_TAG,
            )
        columns = {"name": datasets.c.name, "digest": datasets.c.digest}
        found = attribute_field(columns, key)
        return Field(found.value, link=sa.and_(edge, datasets.c.dataset_uuid == inputs.c.source_id))


class ExperimentFields:
    """The fields of experiments."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        self.record = tables.experiments
        self._tables = tables
        self._dialect = dialect

    def __call__(self, comparison: Comparison) -> Field:
        """The field of a comparison. Raises InvalidInput when experiments have no such field."""
        if comparison.entity is Entity.ATTRIBUTE:
            return attribute_field(experiment_columns(self._tables), comparison.key)
        if comparison.entity is not Entity.TAG:
            raise InvalidInput(f"experiments have no {comparison.entity.value}s to search by")
        table = self._tables.experiment_tags
        return Field(
            table.c.value,
            link=table.c.experiment_id == self.record.c.experiment_id,
            where=self._dialect.equals(table.c.key, comparison.key),
        )


FieldOf = Callable[[Comparison], Field]


def run_columns(tables: Tables) -> Mapping[str, sa.ColumnElement[Any]]:
    """The columns of `runs` by the names of attributes. `run_name` is the column, for ordering."""
    columns = tables.runs.c
    return {
        "run_id": columns.run_uuid,
        "run_name": columns.name,
        "user_id": columns.user_id,
        "status": columns.status,
        "artifact_uri": columns.artifact_uri,
        "start_time": columns.start_time,
        "end_time": columns.end_time,
    }


def experiment_columns(tables: Tables) -> Mapping[str, sa.ColumnElement[Any]]:
    """The columns of `experiments` by the names of attributes."""
    columns = tables.experiments.c
    return {
        "experiment_id": columns.experiment_id,
        "name": columns.name,
        "creation_time": columns.creation_time,
        "last_update_time": columns.last_update_time,
    }


def attribute_field(columns: Mapping[str, sa.ColumnElement[Any]], key: str) -> Field:
    """The field of an attribute. Raises InvalidInput when there is none of that name."""
    column = columns.get(key)
    if column is None:
        raise InvalidInput(f"there is no attribute '{key}'", hint=f"known: {', '.join(columns)}")
    return Field(column, is_text=not key.endswith("_time"), is_id=key == "experiment_id")
