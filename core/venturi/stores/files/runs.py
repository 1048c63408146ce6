"""Runs: the meta.yaml of each, and as much of the rest as is asked for."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from typing import NamedTuple

from venturi.errors import LoginRefused, NotFound, StoreBroken, VenturiError
from venturi.records import DatasetInput, History, Lifecycle, Metric, Run
from venturi.stores.files.folders import (
    ExperimentFolder,
    experiment_folders,
    may_be_run,
    run_folders,
)
from venturi.stores.files.inputs import Inputs
from venturi.stores.files.keys import PARAMS, TAGS
from venturi.stores.files.meta import META
from venturi.stores.files.metas import Metas
from venturi.stores.files.needs import Needs
from venturi.stores.files.place import file_uri, local_path
from venturi.stores.files.run_meta import RunMeta, run_meta
from venturi.stores.files.values import Values

_log = logging.getLogger("venturi.files")

NAME_TAG = "mlflow.runName"


class RunFolder(NamedTuple):
    """A run found in the tree. Runs of an experiment in the trash are deleted with it."""

    path: str
    meta: RunMeta
    is_deleted: bool


class Runs:
    """Reads the runs of one store.

    Args:
        root: The store's folder.
        values: What reads keys and values in this store.
    """

    def __init__(self, root: str, values: Values) -> None:
        self._root = root
        self._where: dict[str, ExperimentFolder] = {}
        self._metas = Metas(run_meta, limit=50_000)
        self._values = values
        self._inputs = Inputs()

    def folders_in(self, experiment: ExperimentFolder) -> list[RunFolder]:
        """All runs in an experiment's folder, deleted ones too; damaged ones are noted only."""
        try:
            paths = run_folders(experiment)
        except PermissionError:
            _log.info("left out the runs of %s: no permission to read it", experiment.path)
            return []
        found = [
            RunFolder(path, meta, experiment.is_deleted or meta.is_deleted)
            for path, meta in self._metas.all_at(paths)
        ]
        self._where.update(dict.fromkeys([run.meta.run_id for run in found], experiment))
        return found

    def find(self, run_id: str) -> RunFolder:
        """The run of that id in whatever experiment.

        Raises NotFound, StoreBroken when it is damaged, LoginRefused when it may not be read.
        """
        if not may_be_run(run_id):
            raise NotFound(f"no run '{run_id}' in {self._root}")
        problem: VenturiError = NotFound(f"no run '{run_id}' in {self._root}")
        known = self._where.get(run_id)
        # All over twice, for one whose experiment goes to the trash or back while we look.
        for look in range(3):
            folders = experiment_folders(self._root) if look else [known] if known else []
            for experiment in folders:
                try:
                    return self.folder_in(experiment, run_id)
                except FileNotFoundError:
                    continue
                except (StoreBroken, LoginRefused) as error:
                    problem = error
            if look and not isinstance(problem, NotFound):
                break
        raise problem

    def folder_in(self, experiment: ExperimentFolder, run_id: str) -> RunFolder:
        """The run in that experiment. Raises FileNotFoundError when it has no such folder."""
        path = os.path.join(experiment.path, run_id)
        try:
            meta = self._metas.one_at(path)
        except (FileNotFoundError, NotADirectoryError):
            if os.path.isdir(path):
                raise StoreBroken(f"run {run_id}: {path} has no {META}") from None
            raise FileNotFoundError(path) from None
        return RunFolder(path, meta, experiment.is_deleted or meta.is_deleted)

    def whole(self, folder: RunFolder) -> Run:
        """The run with all it logged. Raises FileNotFoundError when it is gone meanwhile."""
        path = folder.path
        tags = dict(self._values.texts(path, TAGS))
        run = _record(
            folder,
            name=folder.meta.name or tags.get(NAME_TAG, ""),
            artifact_uri=_artifact_uri(folder),
            params=dict(self._values.texts(path, PARAMS)),
            latest={metric.key: metric for metric in self._values.latest(path)},
            tags=tags,
            datasets=self._inputs.of(path),
        )
        check_still_there(path)
        return run

    def history(self, folder: RunFolder, key: str, from_step: int | None) -> History:
        """All points of a metric. Raises FileNotFoundError when the run is gone meanwhile."""
        history = self._values.history(folder.path, folder.meta.run_id, key, from_step)
        check_still_there(folder.path)
        return history

    def partial(self, folder: RunFolder, needs: Needs) -> Run:
        """The run with no more than a question needs.

        Its artifact_uri is the recorded one, which MLflow compares, also when that is stale.
        """
        path, values = folder.path, self._values
        name = folder.meta.name
        if not name and "run_name" in needs.attributes:
            name = values.text(path, TAGS, NAME_TAG) or ""
        metrics = [values.latest_of(path, key) for key in needs.metrics]
        return _record(
            folder,
            name=name,
            artifact_uri=folder.meta.artifact_uri,
            params=_present((key, values.text(path, PARAMS, key)) for key in needs.params),
            latest={metric.key: metric for metric in metrics if metric is not None},
            tags=_present((key, values.text(path, TAGS, key)) for key in needs.tags),
            datasets=self._inputs.of(path) if needs.datasets else (),
        )


def _record(
    folder: RunFolder,
    *,
    name: str,
    artifact_uri: str,
    params: dict[str, str],
    latest: dict[str, Metric],
    tags: dict[str, str],
    datasets: tuple[DatasetInput, ...],
) -> Run:
    meta = folder.meta
    return Run(
        run_id=meta.run_id,
        run_name=name,
        experiment_id=meta.experiment_id,
        status=meta.status,
        start_time=meta.start_time,
        end_time=meta.end_time,
        lifecycle_stage=Lifecycle.DELETED if folder.is_deleted else Lifecycle.ACTIVE,
        user_id=meta.user_id,
        artifact_uri=artifact_uri,
        params=params,
        latest=latest,
        tags=tags,
        datasets=datasets,
    )


def check_still_there(path: str) -> None:
    """Raise FileNotFoundError when the run was moved or removed, so that half of it was read."""
    os.stat(os.path.join(path, META))


def _present(pairs: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    return {key: value for key, value in pairs if value is not None}


def _artifact_uri(folder: RunFolder) -> str:
    """Where the artifacts are: as recorded, or beside the run when the store was moved.

    A store records absolute paths. The recorded one is stale when nothing is there and it ends
    as this run's own folder would; other places may just hold nothing yet.
    """
    meta = folder.meta
    recorded = local_path(meta.artifact_uri)
    if recorded is None or (recorded and os.path.exists(recorded)):
        return meta.artifact_uri
    own_end = ["artifacts", meta.run_id, meta.experiment_id]
    if recorded and recorded.rstrip("/").split("/")[:-4:-1] != own_end:
        return meta.artifact_uri
    own = os.path.join(folder.path, "artifacts")
    return file_uri(own) if os.path.isdir(own) else meta.artifact_uri
