"""MLflow's file store: experiments, runs and metric histories in a folder tree."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from venturi.curves.buckets import Buckets, Partition
from venturi.errors import LoginRefused, NotFound, StoreBroken
from venturi.records import Experiment, History, Page, Run, RunStatus, View
from venturi.stores.base import (
    CurveExtent,
    ExperimentQuery,
    RunKeys,
    RunQuery,
    StoreInfo,
    StoreOptions,
)
from venturi.stores.files.curves import FileCurves, Summing
from venturi.stores.files.experiment_changes import ExperimentChanges
from venturi.stores.files.experiments import ExperimentEntry, Experiments
from venturi.stores.files.keys import METRICS, PARAMS, TAGS
from venturi.stores.files.logged_models import (
    find_logged_model,
    logged_model_metrics,
    logged_model_names,
)
from venturi.stores.files.pages import Answers
from venturi.stores.files.place import find_root
from venturi.stores.files.run_changes import RunChanges
from venturi.stores.files.runs import RunFolder, Runs
from venturi.stores.files.search import Search
from venturi.stores.files.values import Values
from venturi.stores.writing import Batch, NewRun

_log = logging.getLogger("venturi.files")
T = TypeVar("T")

_MOVES = 5


def open_files(uri: str, options: StoreOptions) -> FileStore:
    """Open the file store at a path or file: URI. Of the options, its time-out is for locks.

    Raises ConfigError for a URI that names no local folder, NotFound when nothing is there,
    StoreBroken when it is not MLflow's, and LoginRefused when it may not be read.
    """
    return FileStore(find_root(uri), options.timeout_s)


class FileStore:
    """MLflow's file store as TrackingStore, TrackingWriter, RunIndex, KeyIndex and CurveSampler.

    What other programs write meanwhile is seen by the next question. Damaged runs and experiments
    are left out of lists, with a note to the logger "venturi.files"; asked for by id they raise
    StoreBroken. Writers that do as this one wait for each other; MLflow's do not.

    Args:
        root: Absolute path of the folder that holds the experiments.
        patience_s: How long a write waits for another one.
    """

    def __init__(self, root: str, patience_s: float = 120.0) -> None:
        self._root = root
        self._values = Values(os.path.realpath(root))
        self._experiments = Experiments(root, self._values)
        self._runs = Runs(root, self._values)
        self._curves = FileCurves(self._values)
        self._search = Search(self._experiments, self._runs)
        self._experiment_changes = ExperimentChanges(
            root, self._experiments, self._runs, patience_s
        )
        self._run_changes = RunChanges(root, self._runs, self._values, patience_s)
        self._experiment_answers: Answers[ExperimentEntry] = Answers()
        self._run_answers: Answers[RunFolder] = Answers()

    @property
    def info(self) -> StoreInfo:
        """What this store is: a file store has no revision, all MLflows write the same form."""
        return StoreInfo("file", self._root)

    def search_experiments(
        self, query: ExperimentQuery, *, limit: int, token: str | None = None
    ) -> Page[Experiment]:
        """Experiments that match, at most `limit` (>= 1) of them, after those of earlier pages."""
        return self._experiment_answers.page(
            query,
            token,
            limit,
            answer=lambda: self._search.experiments(query),
            record=self._experiments.record,
        )

    def get_experiment(self, experiment_id: str) -> Experiment:
        """The experiment of that id, also a deleted one. Raises NotFound."""
        return self._experiments.record(self._experiments.entry(experiment_id))

    def get_experiment_by_name(self, name: str) -> Experiment:
        """The experiment of exactly that name, also a deleted one. Raises NotFound."""
        entries = self._search.experiments(ExperimentQuery(view=View.ALL))
        named = [entry for entry in entries if entry.meta.name == name]
        if not named:
            raise NotFound(f"no experiment named '{name}' in {self._root}")
        # Two can have one name when folders were copied; the one in use is meant.
        return self._experiments.record(min(named, key=lambda entry: entry.folder.is_deleted))

    def search_runs(self, query: RunQuery, *, limit: int, token: str | None = None) -> Page[Run]:
        """Runs that match, whole, at most `limit` (>= 1) of them, after those of earlier pages."""
        return self._run_answers.page(
            query, token, limit, answer=lambda: self._search.runs(query), record=self._whole
        )

    def get_run(self, run_id: str) -> Run:
        """The run of exactly that id, also a deleted one. Raises NotFound.

        MLflow since 3.8 says that there is no such run when its metrics, params or artifacts
        folder is missing, as after a copy that left out empty folders, though it lists that run.
        Here what is listed can be got.
        """
        return self._read(run_id, self._runs.whole)

    def metric_history(self, run_id: str, key: str, *, from_step: int | None = None) -> History:
        """Every point of one metric, ordered as History says; from that step on when given."""
        return self._read(run_id, lambda run: self._runs.history(run, key, from_step))

    def curve_extent(self, run_id: str, key: str) -> CurveExtent | None:
        """See CurveSampler."""
        return self._read(run_id, lambda run: self._curves.extent(run, key))

    def curve_sample(self, run_id: str, key: str, cuts: Partition) -> Buckets | None:
        """See CurveSampler."""
        return self._read(run_id, lambda run: self._curves.sample(run, key, cuts))

    def curve_buckets(self, run_id: str, key: str, cuts: Partition) -> Iterator[Buckets]:
        """See CurveSampler."""
        summing = Summing(self._values, key, cuts)
        while not (found := self._read(run_id, summing.more)).is_exact:
            yield found
        yield found

    def curve_points(self, run_id: str, key: str, first_step: int, last_step: int) -> History:
        """See CurveSampler."""
        return self._read(run_id, lambda run: self._curves.points(run, key, first_step, last_step))

    def run_ids(self, query: RunQuery) -> list[str]:
        """Ids of all runs that match, in the order of the query."""
        return [folder.meta.run_id for folder in self._search.runs(query)]

    def get_runs(self, run_ids: Sequence[str]) -> list[Run]:
        """The runs of those ids in that order; ids that are gone are left out."""
        found: list[Run] = []
        for run_id in run_ids:
            try:
                found.append(self.get_run(run_id))
            except (NotFound, StoreBroken, LoginRefused) as error:
                _log.info("left out the run %s: %s", run_id, error.message)
        return found

    def count_runs(self, query: RunQuery) -> int:
        """Number of runs that match; the order of the query does not matter."""
        return len(self._search.runs(replace(query, order=())))

    def count_runs_by_experiment(self, view: View = View.ACTIVE) -> dict[str, int]:
        """Number of runs of each experiment, by id; those without runs left out."""
        folders = self._search.runs(RunQuery(view=view))
        return dict(Counter(folder.meta.experiment_id for folder in folders))

    def run_keys(self) -> RunKeys:
        """The keys of all runs in the store."""
        keys: dict[str, set[str]] = {METRICS: set(), PARAMS: set(), TAGS: set()}
        for folder in self._search.runs(RunQuery(view=View.ALL)):
            for kind, known in keys.items():
                known.update(self._values.keys(folder.path, kind))
        return RunKeys(*(tuple(sorted(keys[kind])) for kind in (METRICS, PARAMS, TAGS)))

    def logged_model_of(self, run: Run, name: str) -> str | None:
        """See LoggedModels."""
        return find_logged_model(self._root, run, name)

    def logged_model_names(self, run: Run) -> list[str]:
        """See NamesLoggedModels."""
        return logged_model_names(self._root, run)

    def logged_model_metrics(self, model_id: str, keys: Sequence[str] | None) -> dict[str, float]:
        """See LoggedModels."""
        return logged_model_metrics(self._root, self._values, model_id, keys)

    def create_experiment(
        self, name: str, *, artifact_location: str = "", tags: Mapping[str, str] | None = None
    ) -> str:
        """Create an experiment; its id. Raises Conflict when the name is taken, also in the trash.

        Without an `artifact_location` its artifacts lie in the store.
        """
        return self._experiment_changes.create(name, artifact_location, tags or {})

    def rename_experiment(self, experiment_id: str, name: str) -> None:
        """Rename an active experiment. Conflict when taken, InvalidInput when it is deleted."""
        self._experiment_changes.rename(experiment_id, name)

    def delete_experiment(self, experiment_id: str) -> None:
        """Move an experiment to the trash, marked as deleted with its runs. Not the `Default`."""
        self._experiment_changes.delete(experiment_id)

    def restore_experiment(self, experiment_id: str) -> None:
        """Bring back a deleted experiment and all its runs. InvalidInput when it is active."""
        self._experiment_changes.restore(experiment_id)

    def set_experiment_tag(self, experiment_id: str, key: str, value: str) -> None:
        """Set a tag of an active experiment."""
        self._experiment_changes.set_tag(experiment_id, key, value)

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag of an active experiment. NotFound when it has none of that key."""
        self._experiment_changes.delete_tag(experiment_id, key)

    def create_run(self, run: NewRun) -> Run:
        """Create a run in an active experiment (else InvalidInput); as it now is in the store."""
        for _ in range(_MOVES):
            entry = self._experiments.entry(run.experiment_id)
            experiment = self._experiments.record(entry, tags=False)
            try:
                run_id = self._run_changes.create(run, experiment, entry.folder.path)
            except FileNotFoundError:
                continue
            return self.get_run(run_id)
        raise NotFound(f"experiment '{run.experiment_id}' in {self._root} is moved again and again")

    def update_run(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> None:
        """Change what is given of an active run (else InvalidInput). A name goes into the tag too.

        An empty name changes nothing, as in MLflow.
        """
        self._run_changes.update(run_id, status, end_time, run_name)

    def erase_end_time(self, run_id: str) -> None:
        """Take the end time of an active run (else InvalidInput) away."""
        self._run_changes.erase_end(run_id)

    def delete_run(self, run_id: str) -> None:
        """Mark a run as deleted; one that is already stays so."""
        self._run_changes.delete(run_id)

    def restore_run(self, run_id: str) -> None:
        """Bring back a deleted run; an active one stays so. InvalidInput when in the trash."""
        self._run_changes.restore(run_id)

    def log_batch(self, run_id: str, batch: Batch) -> None:
        """Log params, then metrics, then tags to an active run (else InvalidInput).

        A key that would need a folder where a file is, as `a/b` beside `a`, is InvalidInput too.
        """
        self._run_changes.log(run_id, batch)

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag of an active run (else InvalidInput). NotFound when it has none."""
        self._run_changes.delete_tag(run_id, key)

    def close(self) -> None:
        """Let go of kept answers; no file stays open between questions."""
        self._experiment_answers.forget()
        self._run_answers.forget()

    def _whole(self, folder: RunFolder) -> Run | None:
        """The run, or None when it is gone meanwhile."""
        try:
            return self._runs.whole(folder)
        except FileNotFoundError:
            return None

    def _read(self, run_id: str, read: Callable[[RunFolder], T]) -> T:
        """What `read` makes of a run; once more when it was moved to the trash or back meanwhile.

        Raises NotFound, StoreBroken, LoginRefused.
        """
        for _ in range(_MOVES):
            try:
                return read(self._runs.find(run_id))
            except FileNotFoundError:
                continue
        raise NotFound(f"run '{run_id}' in {self._root} is moved again and again")
