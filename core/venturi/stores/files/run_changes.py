"""Changes to runs: made, renamed, ended, deleted, restored, and what they log."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping

from venturi import rules
from venturi.errors import InvalidInput, NotFound
from venturi.records import Experiment, Lifecycle, RunStatus
from venturi.stores.files.atomic import failure_of, make_folder, replace_file
from venturi.stores.files.batches import Batches, write_tags
from venturi.stores.files.key_places import check_inside, places_of
from venturi.stores.files.keys import METRICS, PARAMS, TAGS, key_file
from venturi.stores.files.locks import locked
from venturi.stores.files.meta import META
from venturi.stores.files.meta_changes import Changes, rewrite_meta
from venturi.stores.files.meta_text import meta_text
from venturi.stores.files.place import TRASH
from venturi.stores.files.run_meta import run_meta
from venturi.stores.files.runs import RunFolder, Runs
from venturi.stores.files.values import Values
from venturi.stores.new_runs import NAME_TAG, below, named
from venturi.stores.writing import Batch, NewRun

_STATUS_NUMBER = {status: number for number, status in enumerate(RunStatus, 1)}
_LOCAL_SOURCE = 4


class RunChanges:
    """Writes the runs of one store.

    Args:
        root: The store's folder.
        runs: Finds them.
        values: Reads what they logged.
        patience_s: How long to wait for another writer.
    """

    def __init__(self, root: str, runs: Runs, values: Values, patience_s: float) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._runs = runs
        self._batches = Batches(self._real_root, values)
        self._patience_s = patience_s

    def create(self, run: NewRun, experiment: Experiment, folder: str) -> str:
        """Make a run in the folder of an experiment; its id.

        It is one once its meta.yaml is there, which comes last. Raises FileNotFoundError when the
        experiment goes away meanwhile.
        """
        if experiment.lifecycle_stage is not Lifecycle.ACTIVE:
            raise InvalidInput(
                f"experiment {experiment.experiment_id} is deleted", hint="restore it first"
            )
        run = named(run)
        check_writable(run.tags)
        run_id = os.urandom(16).hex()
        path = os.path.join(folder, run_id)
        fields = _new_fields(run, run_id, experiment.artifact_location or folder)
        check_inside(folder, self._real_root)
        tags = places_of(path, TAGS, run.tags, self._real_root)
        try:
            os.mkdir(path)
            for name in (METRICS, PARAMS, "artifacts", TAGS):
                make_folder(os.path.join(path, name))
            write_tags(path, {tags[key]: (key, text) for key, text in run.tags.items()})
            replace_file(os.path.join(path, META), meta_text(fields), path)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise failure_of(error, path) from error
        return run_id

    def update(
        self, run_id: str, status: RunStatus | None, end_time: int | None, run_name: str | None
    ) -> None:
        """Change what is given of an active run. An empty name changes nothing, as in MLflow."""
        changes: dict[str, object] = {}
        if status is not None:
            changes["status"] = _STATUS_NUMBER[status]
        if end_time is not None:
            changes["end_time"] = end_time
        if run_name:
            rules.check_run_name(run_name)
            check_writable({NAME_TAG: run_name})
            changes["run_name"] = run_name

        def work(run: RunFolder) -> None:
            _check_active(run)
            if run_name:
                self._batches.log(run, Batch(tags={NAME_TAG: run_name}))
            if changes:
                _rewrite(run, changes)

        self._locked(run_id, work)

    def erase_end(self, run_id: str) -> None:
        """Make an active run one that has not ended."""

        def work(run: RunFolder) -> None:
            _check_active(run)
            _rewrite(run, {"end_time": None})

        self._locked(run_id, work)

    def delete(self, run_id: str) -> None:
        """Mark a run as deleted; one that is stays so."""
        self._locked(run_id, mark_deleted)

    def restore(self, run_id: str) -> None:
        """Bring back a deleted run."""

        def work(run: RunFolder) -> None:
            experiment = os.path.dirname(run.path)
            if os.path.dirname(experiment) == os.path.join(self._root, TRASH):
                raise InvalidInput(
                    f"run {run_id} was deleted with its experiment {run.meta.experiment_id}",
                    hint="restore the experiment",
                )
            mark_active(run)

        self._locked(run_id, work)

    def log(self, run_id: str, batch: Batch) -> None:
        """Log a batch to an active run."""
        check_batch(batch)

        def work(run: RunFolder) -> None:
            _check_active(run)
            self._batches.log(run, batch)
            if name := batch.tags.get(NAME_TAG):
                _rewrite(run, {"run_name": name})

        self._locked(run_id, work)

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag of an active run."""

        def work(run: RunFolder) -> None:
            _check_active(run)
            remove_tag(run.path, key, f"run {run_id}", self._real_root)

        self._locked(run_id, work)

    def _locked(self, run_id: str, work: Callable[[RunFolder], None]) -> None:
        """Do something to a run while no other writes it."""
        try:
            self._try(run_id, work)
        except (FileNotFoundError, NotFound):
            self._try_again(run_id, work)

    def _try(self, run_id: str, work: Callable[[RunFolder], None]) -> None:
        """Raises FileNotFoundError when the run is moved away meanwhile."""
        run = self._runs.find(run_id)
        check_inside(run.path, self._real_root)
        try:
            with locked(run.path, self._patience_s):
                work(self._runs.find(run_id))
        except FileNotFoundError:
            raise
        except OSError as error:
            raise failure_of(error, run.path) from error

    def _try_again(self, run_id: str, work: Callable[[RunFolder], None]) -> None:
        """For a run whose experiment was moved while we looked; it is not while we hold this."""
        try:
            with locked(self._root, self._patience_s):
                self._try(run_id, work)
        except FileNotFoundError as error:
            raise NotFound(f"no run '{run_id}' in {self._root}: it is gone") from error
        except OSError as error:
            raise failure_of(error, self._root) from error


def mark_deleted(run: RunFolder, *, durable: bool = True) -> None:
    """Mark a run as deleted, from now on; one that is stays as it is. Raises OSError."""
    if not run.meta.is_deleted:
        changes = {"lifecycle_stage": Lifecycle.DELETED.value, "deleted_time": now_ms()}
        _rewrite(run, changes, durable=durable)


def mark_active(run: RunFolder, *, durable: bool = True) -> None:
    """Mark a deleted run as active. Raises OSError."""
    if run.meta.is_deleted:
        changes = {"lifecycle_stage": Lifecycle.ACTIVE.value}
        _rewrite(run, changes, without=("deleted_time",), durable=durable)


def remove_tag(folder: str, key: str, owner: str, root: str) -> None:
    """Remove the tag of a run or experiment. Raises NotFound, OSError."""
    path = key_file(os.path.join(folder, TAGS), key, root)
    if path is None or os.path.isdir(path) or not os.path.lexists(path):
        raise NotFound(f"{owner} has no tag '{key}'")
    os.unlink(path)


def check_batch(batch: Batch) -> None:
    """Raises InvalidInput for what MLflow's rules or a file store refuse."""
    for key, value in batch.params.items():
        rules.check_param(key, value)
    for metric in batch.metrics:
        rules.check_metric(metric)
    for key, value in batch.tags.items():
        rules.check_tag(key, value)
    rules.check_run_name(batch.tags.get(NAME_TAG, ""))
    check_writable(batch.params)
    check_writable(batch.tags)


def check_writable(texts: Mapping[str, str]) -> None:
    """Raises InvalidInput for a text that is not Unicode throughout, so no file can hold it."""
    for key, text in texts.items():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidInput(f"the value of '{key}' is no valid Unicode text") from None


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def _check_active(run: RunFolder) -> None:
    if run.is_deleted:
        raise InvalidInput(f"run {run.meta.run_id} is deleted", hint="restore it first")


def _rewrite(
    run: RunFolder, changes: Changes, *, without: Iterable[str] = (), durable: bool = True
) -> None:
    """Both names of the id go in as well: MLflow before 2.4 reads the one, later ones the other."""
    ids = {"run_id": run.meta.run_id, "run_uuid": run.meta.run_id}
    rewrite_meta(run.path, run_meta, {**ids, **changes}, without=without, durable=durable)


def _new_fields(run: NewRun, run_id: str, location: str) -> dict[str, object]:
    return {
        "artifact_uri": below(location, run_id, "artifacts"),
        "end_time": None,
        "entry_point_name": "",
        "experiment_id": run.experiment_id,
        "lifecycle_stage": Lifecycle.ACTIVE.value,
        "run_id": run_id,
        "run_name": run.run_name,
        "run_uuid": run_id,
        "source_name": "",
        "source_type": _LOCAL_SOURCE,
        "source_version": "",
        "start_time": now_ms() if run.start_time is None else run.start_time,
        "status": _STATUS_NUMBER[RunStatus.RUNNING],
        "tags": [],
        "user_id": run.user_id,
    }
