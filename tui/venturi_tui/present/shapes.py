"""Records as JSON objects: the stable shapes that scripts rely on, and the same made flat."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from venturi.compare import RunDiff
from venturi.records import Experiment, Metric, Run

Shape: TypeAlias = dict[str, Any]
"""A JSON object: its keys in the order to print, holding only what JSON can hold."""

GROUPS = ("params", "metrics", "tags")
"""Keys of a shape that hold objects, in the order of flat columns."""


def json_number(value: float) -> float | str:
    """A number for JSON, which has no NaN and no infinity: these become their names."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def experiment_shape(experiment: Experiment) -> Shape:
    """An experiment as printed in JSON."""
    return {
        "experiment_id": experiment.experiment_id,
        "name": experiment.name,
        "lifecycle_stage": experiment.lifecycle_stage.value,
        "artifact_location": experiment.artifact_location,
        "creation_time": experiment.creation_time,
        "last_update_time": experiment.last_update_time,
        "tags": dict(sorted(experiment.tags.items())),
    }


def run_shape(run: Run) -> Shape:
    """A run as printed in JSON; `metrics` holds MLflow's latest values."""
    return {
        "run_id": run.run_id,
        "run_name": run.run_name,
        "experiment_id": run.experiment_id,
        "status": run.status,
        "start_time": run.start_time,
        "end_time": run.end_time,
        "lifecycle_stage": run.lifecycle_stage.value,
        "user_id": run.user_id,
        "artifact_uri": run.artifact_uri,
        "params": dict(sorted(run.params.items())),
        "metrics": {key: json_number(run.latest[key].value) for key in sorted(run.latest)},
        "tags": dict(sorted(run.tags.items())),
    }


def point_shape(run_id: str, metric: Metric) -> Shape:
    """One point of a metric as printed in JSON."""
    return {
        "run_id": run_id,
        "key": metric.key,
        "step": metric.step,
        "timestamp": metric.timestamp,
        "value": json_number(metric.value),
    }


def diff_shape(diff: RunDiff) -> Shape:
    """Runs side by side as printed in JSON; a missing value is null."""
    shape: Shape = {"runs": list(diff.run_ids)}
    for section, rows in diff.sections.items():
        shape[section] = {key: [_json_value(value) for value in row] for key, row in rows.items()}
    return shape


def _json_value(value: str | int | float | None) -> str | int | float | None:
    return json_number(value) if isinstance(value, float) else value


def flat_names(shape: Shape) -> Iterator[str]:
    """Names of the flat columns that a shape fills: `run_id`, …, `params.lr`."""
    for key, value in shape.items():
        if key not in GROUPS:
            yield key
        else:
            yield from (f"{key}.{name}" for name in value)


def flat_value(shape: Shape, name: str) -> Any:
    """What a shape holds under the name of a flat column; None when it holds nothing."""
    group, dot, key = name.partition(".")
    if dot and group in GROUPS:
        return shape.get(group, {}).get(key)
    return shape.get(name)


def only_fields(shape: Shape, names: Iterable[str]) -> Shape:
    """A shape with only the fields of these flat names, in their order, nested as before."""
    kept: Shape = {}
    for name in names:
        group, dot, key = name.partition(".")
        if dot and group in GROUPS:
            values: Mapping[str, Any] = shape.get(group, {})
            inner = kept.setdefault(group, {})
            if key in values:
                inner[key] = values[key]
        else:
            kept[name] = shape[name]
    return kept
