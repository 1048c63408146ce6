"""The memory store, to write to as well: keeps the promise of a writer, and can fail half-way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from stories.memory_store import START, IndexedMemoryStore, world
from venturi.errors import InvalidInput, NotFound, VenturiError
from venturi.records import Experiment, Lifecycle, Page, Run, RunStatus, View
from venturi.stores.base import ExperimentQuery
from venturi.stores.writing import Batch, NewRun


@dataclass
class WritableMemoryStore(IndexedMemoryStore):
    """Keeps as much of the promise of a tracking writer as the screens use."""

    write_failure: VenturiError | None = None
    failing_after: int | None = None
    written: list[str] = field(default_factory=list)

    def _write(self, what: str) -> None:
        if self.gate is not None:
            self.gate.wait(20)
        over = self.failing_after is not None and len(self.written) >= self.failing_after
        if self.write_failure is not None and (self.failing_after is None or over):
            raise self.write_failure
        self.written.append(what)

    def search_experiments(
        self, query: ExperimentQuery, *, limit: int, token: str | None = None
    ) -> Page[Experiment]:
        self._enter("experiments")
        every = query.view is View.ALL
        held = [each for each in self.experiments if every or each.lifecycle_stage == query.view]
        return Page(tuple(held))

    # Runs

    def create_run(self, run: NewRun) -> Run:
        made = Run(
            f"{len(self.runs) + 500_000:032x}",
            run.run_name,
            run.experiment_id,
            "RUNNING",
            run.start_time or START,
            None,
            Lifecycle.ACTIVE,
            tags={**run.tags, "mlflow.runName": run.run_name},
        )
        self.runs.append(made)
        return made

    def update_run(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> None:
        self._write(f"update {run_id}")
        run = self._active(run_id)
        if status is not None:
            self.change(run_id, status=status.value)
        if end_time is not None:
            self.change(run_id, end_time=end_time)
        if run_name:
            self.change(run_id, run_name=run_name, tags={**run.tags, "mlflow.runName": run_name})

    def delete_run(self, run_id: str) -> None:
        self._write(f"delete {run_id}")
        self.change(run_id, lifecycle_stage=Lifecycle.DELETED)

    def restore_run(self, run_id: str) -> None:
        self._write(f"restore {run_id}")
        self.change(run_id, lifecycle_stage=Lifecycle.ACTIVE)

    def log_batch(self, run_id: str, batch: Batch) -> None:
        self._write(f"log {run_id}")
        run = self._active(run_id)
        self.change(
            run_id,
            tags={**run.tags, **batch.tags},
            latest={**run.latest, **{point.key: point for point in batch.metrics}},
        )

    def delete_tag(self, run_id: str, key: str) -> None:
        self._write(f"untag {run_id}")
        tags = dict(self._active(run_id).tags)
        if tags.pop(key, None) is None:
            raise NotFound(f"no tag {key}")
        self.change(run_id, tags=tags)

    def _active(self, run_id: str) -> Run:
        run = self.get_run(run_id)
        if run.lifecycle_stage is Lifecycle.DELETED:
            raise InvalidInput(f"run {run_id} is deleted")
        return run

    # Experiments

    def get_experiment(self, experiment_id: str) -> Experiment:
        for each in self.experiments:
            if each.experiment_id == experiment_id:
                return each
        raise NotFound(f"no experiment {experiment_id}")

    def get_experiment_by_name(self, name: str) -> Experiment:
        for each in self.experiments:
            if each.name == name:
                return each
        raise NotFound(f"no experiment {name}")

    def _change_experiment(self, experiment_id: str, **changes: object) -> None:
        held = self.get_experiment(experiment_id)
        self.experiments[self.experiments.index(held)] = replace(held, **changes)

    def create_experiment(
        self, name: str, *, artifact_location: str = "", tags: dict[str, str] | None = None
    ) -> str:
        self._write(f"create {name}")
        made = str(len(self.experiments) + 1)
        self.experiments.append(
            Experiment(made, name, Lifecycle.ACTIVE, artifact_location, tags=tags or {})
        )
        return made

    def rename_experiment(self, experiment_id: str, name: str) -> None:
        self._write(f"rename {experiment_id}")
        self._change_experiment(experiment_id, name=name)

    def delete_experiment(self, experiment_id: str) -> None:
        self._write(f"delete experiment {experiment_id}")
        self._move_experiment(experiment_id, Lifecycle.DELETED)

    def restore_experiment(self, experiment_id: str) -> None:
        self._write(f"restore experiment {experiment_id}")
        self._move_experiment(experiment_id, Lifecycle.ACTIVE)

    def _move_experiment(self, experiment_id: str, stage: Lifecycle) -> None:
        self._change_experiment(experiment_id, lifecycle_stage=stage)
        for run in [*self.runs]:
            if run.experiment_id == experiment_id:
                self.change(run.run_id, lifecycle_stage=stage)

    def set_experiment_tag(self, experiment_id: str, key: str, value: str) -> None:
        self._write(f"tag {experiment_id}")
        held = self.get_experiment(experiment_id)
        self._change_experiment(experiment_id, tags={**held.tags, key: value})

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        self._write(f"untag {experiment_id}")
        tags = dict(self.get_experiment(experiment_id).tags)
        if tags.pop(key, None) is None:
            raise NotFound(f"no tag {key}")
        self._change_experiment(experiment_id, tags=tags)


def writable(number: int = 40) -> WritableMemoryStore:
    """The story's world, to write to."""
    held = world(number)
    return WritableMemoryStore(held.experiments, held.runs, held.points)
