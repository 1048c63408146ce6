"""Where in a store experiments and runs lie."""

from __future__ import annotations

import os
from typing import NamedTuple

from venturi.errors import NotFound
from venturi.records import View
from venturi.stores.files.keys import entries_of
from venturi.stores.files.place import REGISTRY, TRASH, refused

_NO_RUNS = frozenset({"tags", "datasets", "traces", "models"})


class ExperimentFolder(NamedTuple):
    """The folder of an experiment. It is deleted when it lies in the trash.

    MLflow 1.x moved the folder and left the meta.yaml as it was, so that does not decide.
    """

    experiment_id: str
    path: str
    is_deleted: bool


def experiment_folders(root: str, view: View = View.ALL) -> list[ExperimentFolder]:
    """The folders that may hold an experiment.

    An id that is in use and in the trash as well (as after a restore that was broken off) is
    listed once by View.ALL: the one in use, as MLflow picks it.

    Raises NotFound when the root is gone, LoginRefused when it may not be read.
    """
    trash = os.path.join(root, TRASH)
    found: dict[str, ExperimentFolder] = {}
    if view is not View.ACTIVE:
        found.update(_folders_in(trash, is_deleted=True))
    if view is not View.DELETED:
        found.update(_folders_in(root, is_deleted=False))
    if view is View.ALL:  # once more, for what went there since
        found = {**_folders_in(trash, is_deleted=True), **found}
    return list(found.values())


def experiment_folder(root: str, experiment_id: str) -> ExperimentFolder | None:
    """The folder of one experiment, or None."""
    if not is_one_name(experiment_id) or experiment_id in (TRASH, REGISTRY):
        return None
    used = ExperimentFolder(experiment_id, os.path.join(root, experiment_id), is_deleted=False)
    path = os.path.join(root, TRASH, experiment_id)
    trashed = ExperimentFolder(experiment_id, path, is_deleted=True)
    # Once more, for one that was restored since.
    return next((each for each in (used, trashed, used) if os.path.isdir(each.path)), None)


def run_folders(experiment: ExperimentFolder) -> list[str]:
    """Paths of the folders that may hold a run. Raises PermissionError."""
    return [
        entry.path
        for entry in entries_of(experiment.path)
        if entry.name not in _NO_RUNS and entry.is_dir()
    ]


def may_be_run(run_id: str) -> bool:
    """Whether a folder of that name can be a run's."""
    return is_one_name(run_id) and run_id not in _NO_RUNS


def is_one_name(text: str) -> bool:
    """Whether the text names something directly in a folder, and no other place."""
    return text not in ("", ".", "..") and not any(mark in text for mark in ("/", "\\", "\0"))


def _folders_in(parent: str, *, is_deleted: bool) -> dict[str, ExperimentFolder]:
    """What may be an experiment, by id. A store may have no trash, but must have a root."""
    try:
        with os.scandir(parent) as entries:
            return {
                entry.name: ExperimentFolder(entry.name, entry.path, is_deleted)
                for entry in entries
                if entry.name not in (TRASH, REGISTRY) and entry.is_dir()
            }
    except (FileNotFoundError, NotADirectoryError):
        if is_deleted:
            return {}
        raise NotFound(f"the folder {parent} is gone") from None
    except PermissionError as error:
        raise refused(parent) from error
