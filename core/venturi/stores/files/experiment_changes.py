"""Changes to experiments: made, renamed, moved to the trash and back, tagged."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

from venturi import rules
from venturi.errors import Conflict, InvalidInput, NotFound
from venturi.records import Lifecycle, View
from venturi.stores.files.atomic import failure_of, make_folder, replace_file, sync_folder
from venturi.stores.files.batches import write_tags
from venturi.stores.files.experiments import ExperimentEntry, Experiments, experiment_meta
from venturi.stores.files.folders import ExperimentFolder, experiment_folder
from venturi.stores.files.key_places import check_inside, places_of
from venturi.stores.files.keys import TAGS
from venturi.stores.files.locks import locked
from venturi.stores.files.meta import META, fields_of
from venturi.stores.files.meta_changes import Changes, rewrite_meta
from venturi.stores.files.meta_text import meta_text
from venturi.stores.files.place import TRASH, file_uri
from venturi.stores.files.reading import read_file
from venturi.stores.files.run_changes import (
    check_writable,
    mark_active,
    mark_deleted,
    now_ms,
    remove_tag,
)
from venturi.stores.files.runs import RunFolder, Runs
from venturi.stores.new_runs import below, resolved_location

DEFAULT_ID = "0"


class ExperimentChanges:
    """Writes the experiments of one store.

    Args:
        root: The store's folder.
        experiments: Finds them.
        runs: Finds the runs in them.
        patience_s: How long to wait for another writer.
    """

    def __init__(self, root: str, experiments: Experiments, runs: Runs, patience_s: float) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._experiments = experiments
        self._runs = runs
        self._patience_s = patience_s

    def create(self, name: str, artifact_location: str, tags: Mapping[str, str]) -> str:
        """Make an experiment; its id. Its meta.yaml comes last, and makes it one."""
        rules.check_experiment_name(name)
        for key, value in tags.items():
            rules.check_experiment_tag(key, value)
        check_writable({"name": name, **tags})
        location = resolved_location(artifact_location) if artifact_location else ""
        with self._writing():
            self._check_free(name)
            experiment_id, folder = self._new_folder()
            places = places_of(folder, TAGS, tags, self._real_root)
            write_tags(folder, {places[key]: (key, text) for key, text in tags.items()})
            text = meta_text(new_fields(self._root, experiment_id, name, location))
            replace_file(os.path.join(folder, META), text, folder)
            sync_folder(self._root)
        return experiment_id

    def rename(self, experiment_id: str, name: str) -> None:
        """Rename an active experiment. That it has the name already is fine."""
        rules.check_experiment_name(name)
        check_writable({"name": name})
        with self._writing():
            entry = self._active(experiment_id)
            if entry.meta.name == name:
                return
            self._check_free(name)
            _rewrite(entry.folder, {"name": name})

    def delete(self, experiment_id: str) -> None:
        """Mark an experiment and its runs as deleted, and move it to the trash.

        When it is broken off, the experiment stays in use, and can be deleted again.
        """
        with self._writing():
            folder = self._active(experiment_id).folder
            if experiment_id == DEFAULT_ID:
                raise InvalidInput("the experiment 0 cannot be deleted: MLflow relies on it")
            trash = os.path.join(self._root, TRASH)
            make_folder(trash)
            target = self._free_place(trash, experiment_id)
            self._mark_runs(folder, mark_deleted)
            _rewrite(folder, {"lifecycle_stage": Lifecycle.DELETED.value})
            os.rename(folder.path, target)
            sync_folder(trash)

    def restore(self, experiment_id: str) -> None:
        """Bring back a deleted experiment with all its runs.

        Also one in use that MLflow takes for deleted, because its deletion was broken off.
        """
        with self._writing():
            folder = self._entry(experiment_id).folder
            if not folder.is_deleted and not _says_deleted(folder):
                raise InvalidInput(f"experiment {experiment_id} is not deleted")
            if folder.is_deleted:
                self._free_place(self._root, experiment_id)
            self._mark_runs(folder, mark_active)
            _rewrite(folder, {"lifecycle_stage": Lifecycle.ACTIVE.value})
            if folder.is_deleted:
                os.rename(folder.path, os.path.join(self._root, experiment_id))
                sync_folder(self._root)

    def set_tag(self, experiment_id: str, key: str, value: str) -> None:
        """Set a tag of an active experiment."""
        rules.check_experiment_tag(key, value)
        check_writable({key: value})
        with self._writing():
            folder = self._active(experiment_id).folder
            places = places_of(folder.path, TAGS, (key,), self._real_root)
            write_tags(folder.path, {places[key]: (key, value)})

    def delete_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag of an active experiment."""
        with self._writing():
            folder = self._active(experiment_id).folder
            remove_tag(folder.path, key, f"experiment {experiment_id}", self._real_root)

    @contextmanager
    def _writing(self) -> Generator[None]:
        """The only writer of experiments meanwhile: names are compared over all of them."""
        try:
            with locked(self._root, self._patience_s):
                yield
        except FileNotFoundError as error:
            raise NotFound(f"{error.filename or self._root} is gone") from error
        except OSError as error:
            raise failure_of(error, self._root) from error

    def _active(self, experiment_id: str) -> ExperimentEntry:
        """An experiment in use. Raises NotFound, InvalidInput when it is deleted."""
        entry = self._entry(experiment_id)
        if entry.folder.is_deleted:
            raise InvalidInput(f"experiment {experiment_id} is deleted", hint="restore it first")
        return entry

    def _entry(self, experiment_id: str) -> ExperimentEntry:
        entry = self._experiments.entry(experiment_id)
        check_inside(entry.folder.path, self._real_root)
        return entry

    def _check_free(self, name: str) -> None:
        """Raises Conflict when an experiment has that name, also one in the trash."""
        for folder, meta in self._experiments.entries(View.ALL):
            if meta.name == name:
                where = f"is taken by the experiment {meta.experiment_id}"
                if not folder.is_deleted:
                    raise Conflict(f"the name '{name}' {where}")
                raise Conflict(
                    f"the name '{name}' {where}, which is deleted",
                    hint="restore that one, or take another name",
                )

    def _new_folder(self) -> tuple[str, str]:
        """A new id, 18 digits as MLflow's, and its folder, which is made."""
        while True:
            experiment_id = str(10**17 + int.from_bytes(os.urandom(8), "big") % (9 * 10**17))
            folder = os.path.join(self._root, experiment_id)
            if experiment_folder(self._root, experiment_id) is None:
                os.mkdir(folder)
                return experiment_id, folder

    def _free_place(self, parent: str, experiment_id: str) -> str:
        """Where to move an experiment. Raises Conflict when something is there."""
        path = os.path.join(parent, experiment_id)
        if os.path.lexists(path):
            raise Conflict(f"{path} is there already: it holds an experiment of the same id")
        return path

    def _mark_runs(self, folder: ExperimentFolder, mark: Callable[..., None]) -> None:
        """Mark all sound runs in a folder, each while nobody else writes it."""
        for run in self._runs.folders_in(folder):
            with locked(run.path, self._patience_s):
                mark(self._again(folder, run), durable=False)

    def _again(self, folder: ExperimentFolder, run: RunFolder) -> RunFolder:
        """The run as it is now that it is locked."""
        return self._runs.folder_in(folder, run.meta.run_id)


def new_fields(root: str, experiment_id: str, name: str, location: str = "") -> dict[str, object]:
    """What the meta.yaml of a new experiment says; its artifacts go into the store by default."""
    now = now_ms()
    return {
        "artifact_location": location or below(file_uri(root), experiment_id),
        "creation_time": now,
        "experiment_id": experiment_id,
        "last_update_time": now,
        "lifecycle_stage": Lifecycle.ACTIVE.value,
        "name": name,
    }


def _rewrite(folder: ExperimentFolder, changes: Changes) -> None:
    rewrite_meta(folder.path, experiment_meta, {"last_update_time": now_ms(), **changes})


def _says_deleted(folder: ExperimentFolder) -> bool:
    fields = fields_of(read_file(os.path.join(folder.path, META))[0], as_it_is=True)
    return fields.get("lifecycle_stage") == Lifecycle.DELETED.value
