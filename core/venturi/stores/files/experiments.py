"""Experiments: the meta.yaml of each, and its tags when they are asked for."""

from __future__ import annotations

import os
from typing import NamedTuple

from venturi.errors import NotFound, StoreBroken
from venturi.records import Experiment, Lifecycle, View
from venturi.stores.files.folders import ExperimentFolder, experiment_folder, experiment_folders
from venturi.stores.files.keys import TAGS
from venturi.stores.files.meta import META, HalfWritten, fields_of, number_in, text_in
from venturi.stores.files.metas import Metas
from venturi.stores.files.values import Values


class ExperimentMeta(NamedTuple):
    """What an experiment's meta.yaml says."""

    experiment_id: str
    name: str
    artifact_location: str | None
    creation_time: int | None
    last_update_time: int | None

    def is_at(self, path: str) -> bool:
        """Whether the folder of that path is this experiment's."""
        return path.endswith(os.sep + self.experiment_id)


def experiment_meta(data: bytes, *, as_it_is: bool = False) -> ExperimentMeta:
    """What the bytes of an experiment's meta.yaml say.

    Raises StoreBroken; HalfWritten for a last line without an end, unless taken as it is.
    """
    fields = fields_of(data, as_it_is=as_it_is)
    experiment_id = text_in(fields, "experiment_id")
    name = text_in(fields, "name")
    if experiment_id is None or name is None:
        raise HalfWritten("names no experiment_id or no name")
    return ExperimentMeta(
        experiment_id=experiment_id,
        name=name,
        artifact_location=text_in(fields, "artifact_location"),
        creation_time=number_in(fields, "creation_time"),
        last_update_time=number_in(fields, "last_update_time"),
    )


class ExperimentEntry(NamedTuple):
    """An experiment found in the tree."""

    folder: ExperimentFolder
    meta: ExperimentMeta


class Experiments:
    """Reads the experiments of one store.

    Args:
        root: The store's folder.
        values: What reads keys and values in this store.
    """

    def __init__(self, root: str, values: Values) -> None:
        self._root = root
        self._values = values
        self._metas = Metas(experiment_meta, limit=20_000)

    def entries(self, view: View) -> list[ExperimentEntry]:
        """All sound experiments; damaged ones are noted in the log only.

        Raises NotFound when the store is gone, LoginRefused when it may not be read.
        """
        folders = {folder.path: folder for folder in experiment_folders(self._root, view)}
        return [ExperimentEntry(folders[path], meta) for path, meta in self._metas.all_at(folders)]

    def folder(self, experiment_id: str) -> ExperimentFolder | None:
        """Where the experiment of that id lies, if there is one."""
        return experiment_folder(self._root, experiment_id)

    def entry(self, experiment_id: str) -> ExperimentEntry:
        """One experiment. Raises NotFound, StoreBroken, LoginRefused."""
        for _ in range(2):  # the second time for one that was moved while we read
            folder = self.folder(experiment_id)
            if folder is None:
                break
            try:
                return ExperimentEntry(folder, self._metas.one_at(folder.path))
            except FileNotFoundError:
                if os.path.isdir(folder.path):
                    message = f"experiment {experiment_id}: {folder.path} has no {META}"
                    raise StoreBroken(message) from None
        raise NotFound(f"no experiment '{experiment_id}' in {self._root}")

    def record(self, entry: ExperimentEntry, *, tags: bool = True) -> Experiment:
        """The experiment, with its tags or with none."""
        folder, meta = entry
        return Experiment(
            experiment_id=meta.experiment_id,
            name=meta.name,
            lifecycle_stage=Lifecycle.DELETED if folder.is_deleted else Lifecycle.ACTIVE,
            artifact_location=meta.artifact_location,
            creation_time=meta.creation_time,
            last_update_time=meta.last_update_time,
            tags=dict(self._values.texts(folder.path, TAGS)) if tags else {},
        )
