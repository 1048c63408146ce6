"""What is asked of a database, each question with the few statements that answer it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from venturi.filters.tree import Entity, Node
from venturi.records import Experiment, History, Run, View
from venturi.stores.base import ExperimentQuery, RunKeys, RunQuery
from venturi.stores.ids import RunIds
from venturi.stores.sql.conditions import Conditions, id_number
from venturi.stores.sql.database import Reader
from venturi.stores.sql.dialects import Truth
from venturi.stores.sql.fields import ExperimentFields, RunFields
from venturi.stores.sql.history import read_history
from venturi.stores.sql.hydrate import driver_row_by_row, driver_rows, experiment_row
from venturi.stores.sql.keys import read_run_keys, read_run_values
from venturi.stores.sql.ordering import order_experiments, order_runs
from venturi.stores.sql.regexes import spell_out


def run_ids(
    connection: sa.Connection, reader: Reader, *, query: RunQuery, limit: int | None = None
) -> Sequence[str]:
    """Ids of the runs that match, in order; at most `limit` when given.

    Ids only: what SQLite sorts is then small, which makes it three times faster than whole rows.
    """
    if query.experiment_ids == ():
        return []
    order = order_runs(query.order, reader.tables, reader.dialect)
    statement = (
        sa.select(reader.tables.runs.c.run_uuid)
        .select_from(order.source)
        .where(*run_clauses(connection, reader, query))
        .order_by(*order.clauses)
        .limit(limit)
    )
    return RunIds(row[0] for row in driver_row_by_row(connection.execute(statement)))


def first_page(
    connection: sa.Connection, reader: Reader, *, query: RunQuery, limit: int
) -> tuple[Sequence[str], list[Run]]:
    """The first `limit` runs that match, and their ids with that of the next one, if any."""
    ids = run_ids(connection, reader, query=query, limit=limit + 1)
    return ids, list(reader.hydration.runs(connection, ids[:limit]))


def count_runs(connection: sa.Connection, reader: Reader, *, query: RunQuery) -> int:
    """Number of runs that match."""
    if query.experiment_ids == ():
        return 0
    statement = sa.select(sa.func.count()).select_from(reader.tables.runs)
    clauses = run_clauses(connection, reader, query)
    return connection.execute(statement.where(*clauses)).scalar_one()


def count_runs_by_experiment(
    connection: sa.Connection, reader: Reader, *, view: View
) -> dict[str, int]:
    """Number of runs of each experiment that has some."""
    column = reader.tables.runs.c.experiment_id
    clauses = reader.scope.runs(connection, None, view)
    statement = sa.select(column, sa.func.count()).where(*clauses).group_by(column)
    return {str(number): count for number, count in connection.execute(statement)}


def runs(connection: sa.Connection, reader: Reader, *, run_ids: Sequence[str]) -> list[Run]:
    """The runs of those ids in that order; ids that are gone or out of reach are left out."""
    found = list(reader.hydration.runs(connection, run_ids))
    outside = reader.scope.outside(connection, {run.experiment_id for run in found})
    return [run for run in found if run.experiment_id not in outside] if outside else found


def history(
    connection: sa.Connection, reader: Reader, *, run_id: str, key: str, from_step: int | None
) -> History | None:
    """Every point of one metric; None when there is no such run."""
    if not has_run(connection, reader, run_id):
        return None
    return read_history(connection, reader.tables, reader.dialect, run_id, key, from_step)


def has_run(connection: sa.Connection, reader: Reader, run_id: str) -> bool:
    """Whether there is such a run, in reach."""
    columns = reader.tables.runs.c
    here = reader.dialect.equals(columns.run_uuid, run_id)
    found = connection.execute(sa.select(columns.experiment_id).where(here)).first()
    return found is not None and not reader.scope.outside(connection, {str(found[0])})


def experiments(
    connection: sa.Connection, reader: Reader, *, query: ExperimentQuery, limit: int, offset: int
) -> list[Experiment]:
    """Experiments that match, from that place of the answer on."""
    clauses = reader.scope.experiments(query.view)
    if query.filter is not None:
        clauses.append(_clause(connection, reader, query.filter, reader.experiment_fields))
    statement = (
        sa.select(*experiment_row(reader.tables))
        .where(*clauses)
        .order_by(*order_experiments(query.order, reader.tables, reader.dialect))
        .limit(limit)
        .offset(offset)
    )
    return reader.hydration.experiments(connection, driver_rows(connection.execute(statement)))


def experiment(
    connection: sa.Connection, reader: Reader, *, experiment_id: str
) -> Experiment | None:
    """The experiment of that id; None when there is none."""
    number = id_number(experiment_id)
    if number is None:
        return None
    return _one_experiment(connection, reader, reader.tables.experiments.c.experiment_id == number)


def experiment_by_name(
    connection: sa.Connection, reader: Reader, *, name: str
) -> Experiment | None:
    """The experiment of exactly that name; None when there is none."""
    column = reader.tables.experiments.c.name
    return _one_experiment(connection, reader, reader.dialect.equals(column, name))


def run_keys(connection: sa.Connection, reader: Reader) -> RunKeys:
    """The keys that runs use."""
    return read_run_keys(connection, reader.tables, reader.dialect)


def run_values(
    connection: sa.Connection, reader: Reader, *, entity: Entity, key: str, most: int
) -> list[str]:
    """Some values of a param or tag."""
    return read_run_values(connection, reader.tables, reader.dialect, entity, key, most)


def _one_experiment(connection: sa.Connection, reader: Reader, clause: Truth) -> Experiment | None:
    clauses = [clause, *reader.scope.experiments(View.ALL)]
    statement = sa.select(*experiment_row(reader.tables)).where(*clauses)
    rows = driver_rows(connection.execute(statement))
    found = reader.hydration.experiments(connection, rows)
    return found[0] if found else None


def run_clauses(connection: sa.Connection, reader: Reader, query: RunQuery) -> list[Truth]:
    """What a run fulfils that matches."""
    clauses = reader.scope.runs(connection, query.experiment_ids, query.view)
    if query.filter is not None:
        clauses.append(_clause(connection, reader, query.filter, reader.run_fields))
    return clauses


def _clause(
    connection: sa.Connection,
    reader: Reader,
    node: Node,
    field_of: RunFields | ExperimentFields,
) -> Truth:
    tree = spell_out(node, connection, field_of, reader.dialect)
    return Conditions(field_of.record, field_of, reader.dialect).of(tree)
