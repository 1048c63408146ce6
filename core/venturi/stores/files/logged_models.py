"""Finds the models that MLflow 3 logged in a file store: folders beside those of the runs."""

from __future__ import annotations

import os

from venturi.records import Lifecycle, Run, View
from venturi.stores.files.folders import experiment_folders
from venturi.stores.files.meta import META, fields_of, text_in
from venturi.stores.files.reading import read_file


def find_logged_model(root: str, run: Run, name: str) -> str | None:
    """Id of the newest model of that name that a run logged; None for none."""
    inside = os.path.join(os.path.realpath(root), "")
    found: list[tuple[int, str]] = []
    for experiment in experiment_folders(root, View.ACTIVE):
        if os.path.basename(experiment.path) != run.experiment_id:
            continue
        for folder in _folders(os.path.join(experiment.path, "models")):
            if not os.path.realpath(folder).startswith(inside):
                continue
            try:
                fields = fields_of(read_file(os.path.join(folder, META))[0])
            except (FileNotFoundError, NotADirectoryError):
                continue
            said = [text_in(fields, key) for key in ("source_run_id", "name", "lifecycle_stage")]
            if said[:2] == [run.run_id, name] and said[2] != Lifecycle.DELETED.value:
                made = text_in(fields, "creation_timestamp") or ""
                found.append((int(made) if made.isdecimal() else 0, os.path.basename(folder)))
    return max(found)[1] if found else None


def _folders(path: str) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return [entry.path for entry in entries if entry.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
