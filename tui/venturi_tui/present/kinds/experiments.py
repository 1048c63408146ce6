"""How experiments are printed."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.records import Experiment, Lifecycle
from venturi_tui.present.kinds.single import age_cell, keyed_names, text_cell, time_cell
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.shapes import experiment_shape
from venturi_tui.present.table import NOTHING, Cell
from venturi_tui.present.words import exact_count, safe


def _experiment_cell(name: str, experiment: Experiment, moment: Moment) -> Cell:
    group, dot, key = name.partition(".")
    if dot and group == "tags":
        return Cell(safe(experiment.tags[key])) if key in experiment.tags else NOTHING
    if name == "runs":
        counts = moment.run_counts
        count = None if counts is None else counts.get(experiment.experiment_id, 0)
        return NOTHING if count is None else Cell(exact_count(count))
    if name in ("creation_time", "last_update_time"):
        is_creation = name == "creation_time"
        return time_cell(experiment.creation_time if is_creation else experiment.last_update_time)
    if name == "age":
        return age_cell(experiment.creation_time, moment)
    words = {
        "experiment_id": experiment.experiment_id,
        "name": experiment.name,
        "lifecycle_stage": experiment.lifecycle_stage.value,
        "artifact_location": experiment.artifact_location,
    }
    return text_cell(words[name])


def _usual_experiment_names(
    experiments: Sequence[Experiment], moment: Moment, wide: bool
) -> list[str]:
    names = ["experiment_id", "name"]
    if moment.run_counts is not None:
        names.append("runs")
    if any(experiment.lifecycle_stage is Lifecycle.DELETED for experiment in experiments):
        names.append("lifecycle_stage")
    names.append("age")
    if wide:
        tags = keyed_names("tags", (experiment.tags for experiment in experiments))
        names += ["last_update_time", "artifact_location", *tags]
    return names


EXPERIMENTS: RecordKind[Experiment] = RecordKind(
    noun="experiment",
    shape=experiment_shape,
    identity=lambda experiment: experiment.experiment_id,
    fields=(
        "experiment_id",
        "name",
        "lifecycle_stage",
        "artifact_location",
        "creation_time",
        "last_update_time",
        "tags",
    ),
    extras=("age", "runs"),
    usual=_usual_experiment_names,
    cell=_experiment_cell,
)
