"""How runs are printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from venturi.records import Lifecycle, Run
from venturi_tui.present.columns import Source, choose_columns
from venturi_tui.present.kinds.single import (
    age_cell,
    keyed_names,
    status_cell,
    text_cell,
    time_cell,
)
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.shapes import run_shape
from venturi_tui.present.table import NOTHING, Cell
from venturi_tui.present.words import duration, number, safe


def run_time(run: Run, now_ms: int) -> int | None:
    """How long a run took, or has been running; None when that is unknown."""
    if run.start_time is None:
        return None
    if run.end_time is not None:
        return run.end_time - run.start_time
    return now_ms - run.start_time if run.status == "RUNNING" else None


def _run_cell(name: str, run: Run, moment: Moment) -> Cell:
    group, dot, key = name.partition(".")
    if dot and group == "metrics":
        metric = run.latest.get(key)
        return NOTHING if metric is None else Cell(number(metric.value))
    if dot and group in ("params", "tags"):
        held = run.params if group == "params" else run.tags
        return Cell(safe(held[key])) if key in held else NOTHING
    return _ATTRIBUTES[name](run, moment)


def _duration_cell(run: Run, moment: Moment) -> Cell:
    took = run_time(run, moment.now_ms)
    return NOTHING if took is None else Cell(duration(took))


_ATTRIBUTES: Mapping[str, Callable[[Run, Moment], Cell]] = {
    "run_id": lambda run, _: text_cell(run.run_id),
    "run_name": lambda run, _: text_cell(run.run_name),
    "experiment_id": lambda run, _: text_cell(run.experiment_id),
    "experiment": lambda run, moment: text_cell(
        moment.experiments.get(run.experiment_id, run.experiment_id)
    ),
    "status": lambda run, _: status_cell(run.status),
    "start_time": lambda run, _: time_cell(run.start_time),
    "end_time": lambda run, _: time_cell(run.end_time),
    "age": lambda run, moment: age_cell(run.start_time, moment),
    "duration": _duration_cell,
    "lifecycle_stage": lambda run, _: text_cell(run.lifecycle_stage.value),
    "user_id": lambda run, _: text_cell(run.user_id),
    "artifact_uri": lambda run, _: text_cell(run.artifact_uri),
}


def _run_value(name: str, run: Run) -> float | None:
    metric = run.latest.get(name.removeprefix("metrics."))
    return None if metric is None else metric.value


def _usual_run_names(runs: Sequence[Run], moment: Moment, wide: bool) -> list[str]:
    names = ["run_id", "run_name"]
    if moment.experiments:
        names.append("experiment")
    names.append("status")
    if any(run.lifecycle_stage is Lifecycle.DELETED for run in runs):
        names.append("lifecycle_stage")
    if not wide:
        chosen = choose_columns(runs)
        keyed = [column.name for column in chosen if column.source is not Source.ATTRIBUTE]
        return [*names, "age", *keyed]
    return [
        *names,
        "age",
        "duration",
        "user_id",
        *keyed_names("metrics", (run.latest for run in runs)),
        *keyed_names("params", (run.params for run in runs)),
        *(
            name
            for name in keyed_names("tags", (run.tags for run in runs))
            if ".mlflow." not in name
        ),
    ]


RUNS: RecordKind[Run] = RecordKind(
    noun="run",
    shape=run_shape,
    identity=lambda run: run.run_id,
    fields=(
        "run_id",
        "run_name",
        "experiment_id",
        "status",
        "start_time",
        "end_time",
        "lifecycle_stage",
        "user_id",
        "artifact_uri",
        "params",
        "metrics",
        "tags",
    ),
    extras=("age", "duration", "experiment"),
    usual=_usual_run_names,
    cell=_run_cell,
    value=_run_value,
)
