"""Finds the models that MLflow 3 logged in a file store: folders beside those of the runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from venturi.records import Lifecycle, Metric, Run, View
from venturi.stores.files.folders import experiment_folders, is_one_name
from venturi.stores.files.meta import META, fields_of, text_in
from venturi.stores.files.reading import read_file
from venturi.stores.files.values import Values


class LoggedModel(NamedTuple):
    """A logged model: its folder, where its files are, and the run that logged it, if any."""

    folder: str
    model_id: str
    location: str
    run_id: str


def find_logged_model(root: str, run: Run, name: str) -> str | None:
    """Id of the newest model of that name that a run logged; None for none."""
    return next((held for named, held in _logged_by(root, run) if named == name), None)


def logged_model_names(root: str, run: Run) -> list[str]:
    """Names of the models that a run logged; see NamesLoggedModels."""
    return list(dict.fromkeys(name for name, _ in _logged_by(root, run) if name))


def _logged_by(root: str, run: Run) -> list[tuple[str, str]]:
    """Names and ids of the models that a run logged, the newest first."""
    inside = os.path.join(os.path.realpath(root), "")
    found: list[tuple[int, str, str]] = []
    for experiment in experiment_folders(root, View.ACTIVE):
        if os.path.basename(experiment.path) != run.experiment_id:
            continue
        for folder in _folders(os.path.join(experiment.path, "models")):
            fields = _fields(folder, inside)
            if fields is None:
                continue
            said = [text_in(fields, key) for key in ("source_run_id", "name", "lifecycle_stage")]
            if said[0] == run.run_id and said[2] != Lifecycle.DELETED.value:
                made = text_in(fields, "creation_timestamp") or ""
                when = int(made) if made.isdecimal() else 0
                found.append((when, os.path.basename(folder), said[1] or ""))
    return [(name, held) for _, held, name in sorted(found, reverse=True)]


def logged_model(root: str, model_id: str) -> LoggedModel | None:
    """The logged model of that id, in whichever experiment it lies."""
    if not is_one_name(model_id):
        return None
    inside = os.path.join(os.path.realpath(root), "")
    for experiment in experiment_folders(root, View.ACTIVE):
        folder = os.path.join(experiment.path, "models", model_id)
        fields = _fields(folder, inside)
        if fields is None:
            continue
        if text_in(fields, "lifecycle_stage") == Lifecycle.DELETED.value:
            return None
        location = text_in(fields, "artifact_location") or ""
        return LoggedModel(folder, model_id, location, text_in(fields, "source_run_id") or "")
    return None


def logged_model_metrics(
    root: str, values: Values, model_id: str, keys: Sequence[str] | None
) -> dict[str, float]:
    """Latest value of each of these metrics of a logged model; see LoggedModels.

    A line of its metric files has a run's id behind the step, which does not matter here.
    """
    model = logged_model(root, model_id)
    return {each.key: each.value for each in _latest(values, model, keys)} if model else {}


def _latest(values: Values, model: LoggedModel, keys: Sequence[str] | None) -> Iterator[Metric]:
    if keys is None:
        return values.latest(model.folder)
    found = (values.latest_of(model.folder, key) for key in keys)
    return (metric for metric in found if metric is not None)


def _fields(folder: str, inside: str) -> Mapping[str, object] | None:
    """What is said of the logged model in a folder; None for none, or one outside the store."""
    if not os.path.realpath(folder).startswith(inside):
        return None
    try:
        return fields_of(read_file(os.path.join(folder, META))[0])
    except (FileNotFoundError, NotADirectoryError):
        return None


def _folders(path: str) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return [entry.path for entry in entries if entry.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
