"""The models that MLflow 3 keeps beside runs, asked of a server: whose they are, their metrics."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from urllib.parse import quote

from venturi.errors import InvalidInput, NotFound
from venturi.records import History, Metric, Run
from venturi.stores.rest import wire
from venturi.stores.rest.refusals import NoEndpoint
from venturi.stores.rest.transport import Transport

_MOST_NAMES = 50

ReadHistory = Callable[[str, str, int], History]


def logged_model_of(transport: Transport, run: Run, name: str) -> str | None:
    """Id of the newest model of that name that a run logged; None for none."""
    if "'" in name or '"' in name:
        return None
    body = {
        "experiment_ids": [run.experiment_id],
        "filter": f"source_run_id = '{run.run_id}' AND name = '{name}'",
        "order_by": [{"field_name": "creation_timestamp", "ascending": False}],
        "max_results": 1,
    }
    try:
        return transport.post("logged-models/search", body, wire.logged_model_id)
    except (NotFound, InvalidInput):
        return None


def logged_model_names(transport: Transport, run: Run) -> list[str]:
    """Names of the newest models that a run logged; see NamesLoggedModels."""
    body = {
        "experiment_ids": [run.experiment_id],
        "filter": f"source_run_id = '{run.run_id}'",
        "order_by": [{"field_name": "creation_timestamp", "ascending": False}],
        "max_results": _MOST_NAMES,
    }
    try:
        return transport.post("logged-models/search", body, wire.logged_model_names)
    except (NotFound, InvalidInput):
        return []


def logged_model_metrics(
    transport: Transport, read_history: ReadHistory, model_id: str, keys: Sequence[str] | None
) -> dict[str, float]:
    """Latest value of each of these metrics of a logged model; see LoggedModels.

    Servers on a database give NaN as 0. The run it was logged by has the same point, as NaN.
    """
    if keys is not None and not keys:
        return {}
    try:
        found = transport.get(
            f"logged-models/{quote(model_id, safe='')}", (), wire.logged_model_points
        )
    except (NotFound, InvalidInput, NoEndpoint):
        return {}
    latest: dict[str, tuple[Metric, str]] = {}
    for point, run_id in found:
        if point.key not in latest or _rank(point) > _rank(latest[point.key][0]):
            latest[point.key] = point, run_id
    return {
        key: math.nan if _is_nan(read_history, *latest[key]) else latest[key][0].value
        for key in (latest if keys is None else keys)
        if key in latest
    }


def _rank(point: Metric) -> tuple[int, int, float]:
    return point.step, point.timestamp, point.value


def _is_nan(read_history: ReadHistory, point: Metric, run_id: str) -> bool:
    if point.value != 0 or not run_id:
        return math.isnan(point.value)
    try:
        history = read_history(run_id, point.key, point.step)
    except NotFound:
        return False
    return any(
        math.isnan(each.value)
        for each in history
        if (each.step, each.timestamp) == (point.step, point.timestamp)
    )
