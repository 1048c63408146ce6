"""What goes when a run is deleted: the assessments of traces that it made."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from venturi.stores.sql.database import Reader

_METADATA = sa.column("assessment_metadata", sa.String())
_ASSESSMENTS = sa.table("assessments", _METADATA)


def drop_assessments(connection: sa.Connection, reader: Reader, run_ids: Sequence[str]) -> None:
    """Remove the assessments whose metadata, a JSON text, names one of the runs as their source.

    So does MLflow since 3.2; before 3.2 there are none.
    """
    if not reader.layout.has("assessments", "assessment_metadata"):
        return
    some = sa.select(_METADATA).where(_made_by("")).limit(1)
    if connection.execute(some).first() is None:
        return
    for run_id in run_ids:
        connection.execute(sa.delete(_ASSESSMENTS).where(_made_by(f'{run_id}"')))


def _made_by(run: str) -> sa.ColumnElement[bool]:
    return _METADATA.contains(f'"mlflow.assessment.sourceRunId": "{run}', autoescape=True)
