"""The models that MLflow 3 keeps beside runs: which of them a run logged, and their metrics."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from venturi.records import Run
from venturi.stores.sql.conditions import id_number
from venturi.stores.sql.database import Reader
from venturi.stores.sql.hydrate import number

_MODELS = sa.table(
    "logged_models",
    *map(
        sa.column,
        ("model_id", "experiment_id", "name", "source_run_id", "lifecycle_stage",
         "creation_timestamp_ms"),
    ),
)  # fmt: skip
_METRICS = sa.table(
    "logged_model_metrics",
    *map(
        sa.column,
        ("model_id", "metric_name", "metric_timestamp_ms", "metric_step", "metric_value", "run_id"),
    ),
)


def logged_model_of(
    connection: sa.Connection, reader: Reader, *, run: Run, name: str
) -> str | None:
    """Id of the newest model of that name that a run logged, where the schema has such models."""
    if "logged_models" not in reader.layout.columns:
        return None
    statement = (
        sa.select(_MODELS.c.model_id)
        .where(
            _MODELS.c.experiment_id == id_number(run.experiment_id),
            reader.dialect.equals(_MODELS.c.source_run_id, run.run_id),
            reader.dialect.equals(_MODELS.c.name, name),
            _MODELS.c.lifecycle_stage == "active",
        )
        .order_by(_MODELS.c.creation_timestamp_ms.desc())
        .limit(1)
    )
    return connection.execute(statement).scalar()


def logged_model_names(connection: sa.Connection, reader: Reader, *, run: Run) -> list[str]:
    """Names of the models that a run logged; see NamesLoggedModels."""
    if "logged_models" not in reader.layout.columns:
        return []
    statement = (
        sa.select(_MODELS.c.name)
        .where(
            _MODELS.c.experiment_id == id_number(run.experiment_id),
            reader.dialect.equals(_MODELS.c.source_run_id, run.run_id),
            _MODELS.c.lifecycle_stage == "active",
        )
        .order_by(_MODELS.c.creation_timestamp_ms.desc())
    )
    return list(dict.fromkeys(name for name in connection.execute(statement).scalars() if name))


def logged_model_metrics(
    connection: sa.Connection, reader: Reader, *, model_id: str, keys: Sequence[str] | None
) -> dict[str, float]:
    """Latest value of each of these metrics of a logged model; see LoggedModels.

    MLflow writes NaN as 0 here. The run it was logged by has the same point, marked as NaN.
    """
    if "logged_model_metrics" not in reader.layout.columns:
        return {}
    mine, points = _METRICS.c, reader.tables.metrics.c
    same = sa.and_(
        points.run_uuid == mine.run_id,
        points.key == mine.metric_name,
        points.timestamp == mine.metric_timestamp_ms,
        points.step == mine.metric_step,
        points.is_nan == sa.true(),
        mine.metric_value == 0,
    )
    statement = (
        sa.select(mine.metric_name, mine.metric_value, points.is_nan)
        .select_from(
            _METRICS.join(_MODELS, _MODELS.c.model_id == mine.model_id).outerjoin(
                reader.tables.metrics, same
            )
        )
        .where(
            reader.dialect.equals(mine.model_id, model_id),
            sa.true() if keys is None else mine.metric_name.in_(keys),
            _MODELS.c.lifecycle_stage == "active",
        )
        .order_by(mine.metric_step, mine.metric_timestamp_ms, mine.metric_value)
    )
    rows = connection.execute(statement)
    return {
        key: number(value or 0.0, is_nan)
        for key, value, is_nan in rows
        if keys is None or key in keys
    }
