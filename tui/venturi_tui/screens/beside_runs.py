"""What compared runs differ in beside their records: packages, and where curves separate."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.compare import Row
from venturi.compare.separation import separation_step
from venturi.connection import Connection
from venturi.environment import environment_of
from venturi.errors import VenturiError
from venturi.records import Run
from venturi_tui.messages import BesideRuns

_MOST_RUNS = 24
"""With more runs than this, files and curves are left alone: that would take long."""


def read_beside(
    connection: Connection, runs: Sequence[Run], baseline: int, key: str
) -> BesideRuns | None:
    """Read it: the models' files of each run, and the curve of a metric.

    Args:
        connection: The store of the runs.
        runs: Those that are compared, of that store.
        baseline: Place of the run that the others' curves are held against.
        key: The metric; empty for none.
    """
    if len(runs) > _MOST_RUNS:
        return None
    ids = tuple(run.run_id for run in runs)
    environment, problem = _environment(connection, runs)
    apart = _apart(connection, runs, baseline, key) if key else (None,) * len(runs)
    return BesideRuns(ids, environment, baseline, key, apart, problem)


def _environment(connection: Connection, runs: Sequence[Run]) -> tuple[dict[str, Row], str]:
    pairs = [_needs(connection, run) for run in runs]
    names = sorted({name for held, _ in pairs for name in held})
    problem = next((words for _, words in pairs if words), "")
    return {name: tuple(held.get(name) for held, _ in pairs) for name in names}, problem


def _needs(connection: Connection, run: Run) -> tuple[dict[str, str], str]:
    """The packages of a run, and why they are not known."""
    try:
        return environment_of(run, connection.artifacts), ""
    except VenturiError as error:
        return {}, error.message


def _apart(
    connection: Connection, runs: Sequence[Run], baseline: int, key: str
) -> tuple[int | None, ...]:
    if key not in runs[baseline].latest:
        return (None,) * len(runs)
    base = connection.tracking.metric_history(runs[baseline].run_id, key)
    found: list[int | None] = []
    for place, run in enumerate(runs):
        if place == baseline or key not in run.latest:
            found.append(None)
        else:
            history = connection.tracking.metric_history(run.run_id, key)
            found.append(separation_step(base, history))
    return tuple(found)
