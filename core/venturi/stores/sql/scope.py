"""Which experiments and lifecycle stages a question reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from venturi.records import Lifecycle, View
from venturi.stores.sql.conditions import id_number
from venturi.stores.sql.dialects import Truth
from venturi.stores.sql.tables import Tables

WORKSPACE = "default"
"""The one workspace that MLflow shows when workspaces are not turned on."""

_LONGEST_LIST = 500


class Scope:
    """Writes the clauses that keep a search to what it may see."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def experiments(self, view: View) -> list[Truth]:
        """Clauses on `experiments`: its stage, and the workspace where there are several."""
        return [*self._workspace(), *_stages(self._tables.experiments.c.lifecycle_stage, view)]

    def runs(
        self, connection: sa.Connection, experiment_ids: Iterable[str] | None, view: View
    ) -> list[Truth]:
        """Clauses on `runs`: their stage, and their experiment where some are out of reach.

        Active runs are looked for in active experiments only, unless the experiments are given.
        """
        runs = self._tables.runs
        clauses = list(_stages(runs.c.lifecycle_stage, view))
        column = runs.c.experiment_id
        if experiment_ids is not None:
            numbers = {number for text in experiment_ids if (number := id_number(text)) is not None}
            clauses.append(column.in_(sorted(numbers)))
            return clauses + self._not_in(connection, column, self._workspace())
        reach = self._workspace()
        if view is View.ACTIVE:
            reach += _stages(self._tables.experiments.c.lifecycle_stage, view)
        return clauses + self._not_in(connection, column, reach)

    def outside(self, connection: sa.Connection, experiment_ids: Collection[str]) -> set[str]:
        """Those of the experiments that belong to another workspace."""
        if self._tables.workspace is None or not experiment_ids:
            return set()
        number = self._tables.experiments.c.experiment_id
        statement = sa.select(number).where(
            number.in_([int(text) for text in experiment_ids if text.isdecimal()]),
            self._tables.workspace != WORKSPACE,
        )
        return {str(found) for found in connection.execute(statement).scalars()}

    def _not_in(
        self, connection: sa.Connection, column: sa.ColumnElement[Any], reach: list[Truth]
    ) -> list[Truth]:
        """A clause that keeps out experiments out of `reach`: mostly none, so mostly no clause.

        Asking first costs less than a join: a bare scan of `runs` is three times faster.
        """
        if not reach:
            return []
        number = self._tables.experiments.c.experiment_id
        outside = sa.select(number).where(sa.not_(sa.and_(*reach)))
        found = connection.execute(outside.limit(_LONGEST_LIST + 1)).scalars().all()
        if not found:
            return []
        return [column.not_in(found if len(found) <= _LONGEST_LIST else outside)]

    def _workspace(self) -> list[Truth]:
        column = self._tables.workspace
        return [] if column is None else [column == WORKSPACE]


def _stages(column: sa.ColumnElement[Any], view: View) -> list[Truth]:
    if view is View.ALL:
        return [column.in_([stage.value for stage in Lifecycle])]
    return [column == view.value]
