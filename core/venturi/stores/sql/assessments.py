"""What goes when a run is deleted: the assessments of traces that it made."""

from __future__ import annotations

import sqlalchemy as sa

from venturi.stores.sql.database import Reader

_METADATA = sa.column("assessment_metadata", sa.String())
_ASSESSMENTS = sa.table("assessments", _METADATA)


def drop_assessments(
    connection: sa.Connection, reader: Reader, runs: sa.ColumnElement[bool]
) -> None:
    """Remove the assessments whose metadata, a JSON text, names one of the runs as their source.

    So does MLflow since 3.2; before 3.2 there are none.

    Args:
        connection: In a transaction.
        reader: What the database looks like.
        runs: A clause on the runs that are deleted.
    """
    if not reader.layout.has("assessments", "assessment_metadata"):
        return
    some = sa.select(_METADATA).where(_made_by("")).limit(1)
    if connection.execute(some).first() is None:
        return
    column = reader.tables.runs.c.run_uuid
    for run_id in connection.execute(sa.select(column).where(runs)).scalars().all():
        connection.execute(sa.delete(_ASSESSMENTS).where(_made_by(f'{run_id}"')))


def _made_by(run: str) -> sa.ColumnElement[bool]:
    return _METADATA.contains(f'"mlflow.assessment.sourceRunId": "{run}', autoescape=True)
