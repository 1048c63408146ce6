"""The promise of tracking stores about writing: experiments, runs, and what runs log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from venturi.records import Metric, Run, RunStatus


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to create; it starts as RUNNING.

    Without a `run_name` (here or in the tag `mlflow.runName`) the store makes one up as MLflow
    does. Without a `start_time` the run starts now. Without a `user_id` it is the tag
    `mlflow.user`, else `unknown`.
    """

    experiment_id: str
    run_name: str = ""
    user_id: str = ""
    start_time: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Batch:
    """What a run logs at once, of any size."""

    params: Mapping[str, str] = field(default_factory=dict[str, str])
    metrics: Sequence[Metric] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@runtime_checkable
class TrackingWriter(Protocol):
    """Writes to a tracking store, with MLflow's invariants, so that MLflow reads it as its own.

    Everything may be called from several threads and processes at once. Every method raises, beside
    what TrackingStore says: NotFound when there is no such experiment or run; InvalidInput when
    MLflow's rules (`venturi.rules`) or the store's own refuse a value, before anything is written;
    Conflict when a name is taken. LoginRefused also means that the place cannot be written to.
    A write is done when the method returns: whole, and on its way to disk.
    """

    def create_experiment(
        self, name: str, *, artifact_location: str = "", tags: Mapping[str, str] | None = None
    ) -> str:
        """Create an experiment; its id. Raises Conflict when the name is taken, also in the trash.

        Without an `artifact_location` the store chooses one, as MLflow does.
        """
        ...

    def rename_experiment(self, experiment_id: str, name: str) -> None:
        """Rename an active experiment. Conflict when taken, InvalidInput when it is deleted."""
        ...

    def delete_experiment(self, experiment_id: str) -> None:
        """Mark an experiment and its runs as deleted. InvalidInput when it is deleted already."""
        ...

    def restore_experiment(self, experiment_id: str) -> None:
        """Bring back a deleted experiment and all its runs. InvalidInput when it is active."""
        ...

    def set_experiment_tag(self, experiment_id: str, key: str, value: str) -> None:
        """Set a tag of an active experiment."""
        ...

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag of an active experiment. NotFound when it has none of that key."""
        ...

    def create_run(self, run: NewRun) -> Run:
        """Create a run in an active experiment (else InvalidInput); as it now is in the store."""
        ...

    def update_run(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> None:
        """Change what is given of an active run (else InvalidInput). A name goes into the tag too.

        An `end_time` is milliseconds since the epoch; a status does not bring one along.
        """
        ...

    def delete_run(self, run_id: str) -> None:
        """Mark a run as deleted; one that is already stays so."""
        ...

    def restore_run(self, run_id: str) -> None:
        """Bring back a deleted run; an active one stays. InvalidInput in a deleted experiment."""
        ...

    def log_batch(self, run_id: str, batch: Batch) -> None:
        """Log params, then metrics, then tags to an active run (else InvalidInput).

        A param that is there with another value is InvalidInput, and nothing of the batch is
        written, as far as the store can know before; with the same value it is fine. Points that
        are there already are not doubled, so the same batch may be logged again after an error.
        """
        ...

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag of an active run (else InvalidInput). NotFound when it has none."""
        ...


@runtime_checkable
class EndEraser(Protocol):
    """A talent: can take the end time of a run away, which MLflow's own API has no way to say.

    A run that was never ended has none either, so MLflow reads such a run as its own.
    """

    def erase_end_time(self, run_id: str) -> None:
        """Take the end time of an active run (else InvalidInput) away. NotFound without a run."""
        ...
