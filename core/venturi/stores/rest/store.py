"""A tracking server as a store that is read and written over MLflow's REST API."""

from __future__ import annotations

from collections.abc import Mapping

from venturi.errors import Conflict, InvalidInput, NotFound
from venturi.records import Experiment, Lifecycle, Run, RunStatus
from venturi.rules import check_experiment_name, check_experiment_tag, check_run_name, check_tag
from venturi.stores.base import StoreOptions
from venturi.stores.rest import wire
from venturi.stores.rest.address import read_address
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.clock import Clock
from venturi.stores.rest.logs import RunLog
from venturi.stores.rest.reader import RestReader
from venturi.stores.rest.refusals import NoEndpoint
from venturi.stores.rest.transport import Transport
from venturi.stores.writing import Batch, NewRun

_NAME_TAG = "mlflow.runName"
_USER_TAG = "mlflow.user"


def open_rest(uri: str, options: StoreOptions, *, clock: Clock | None = None) -> RestStore:
    """The store of a tracking server; nothing is sent before the first question.

    Args:
        uri: `http(s)://[name:password@]host[:port][/prefix]`.
        options: Patience and credentials.
        clock: Time; a test's own makes waiting free.

    Raises:
        ConfigError: The URI or the credentials cannot be used.
    """
    return RestStore(Transport(read_address(uri), options, clock))


class RestStore(RestReader):
    """Keeps the promises of TrackingStore and TrackingWriter for one tracking server.

    What is written to is looked at first: servers tell a missing thing from a deleted one in many
    ways, and take `007` for the experiment 7. Requests that must not arrive twice are sent again
    only when the server cannot have worked on them.
    """

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._log = RunLog(transport, self.get_run, self.metric_history)

    def create_experiment(
        self, name: str, *, artifact_location: str = "", tags: Mapping[str, str] | None = None
    ) -> str:
        """Create an experiment; its id. Raises Conflict when the name is taken, also in the trash.

        Without an `artifact_location` the server chooses one.
        """
        check_experiment_name(name)
        for key, value in (tags or {}).items():
            check_experiment_tag(key, value)
        body: dict[str, object] = {"name": name}
        if artifact_location:
            body["artifact_location"] = artifact_location
        if tags:
            body["tags"] = wire.to_pairs(tags)
        return self._transport.post(
            "experiments/create", body, wire.experiment_id, repeatable=False
        )

    def rename_experiment(self, experiment_id: str, name: str) -> None:
        """Rename an active experiment. Conflict when taken, InvalidInput when it is deleted."""
        check_experiment_name(name)
        if self._active_experiment(experiment_id).name == name:
            return
        if self._is_taken(name):
            raise Conflict(f"there is an experiment named '{name}' already")
        body = {"experiment_id": experiment_id, "new_name": name}
        self._write("experiments/update", body, repeatable=False)

    def delete_experiment(self, experiment_id: str) -> None:
        """Mark an experiment and its runs as deleted. InvalidInput when it is deleted already."""
        self._active_experiment(experiment_id)
        body = {"experiment_id": experiment_id}
        self._write("experiments/delete", body, repeatable=False)

    def restore_experiment(self, experiment_id: str) -> None:
        """Bring back a deleted experiment and all its runs. InvalidInput when it is active."""
        if self.get_experiment(experiment_id).lifecycle_stage is Lifecycle.ACTIVE:
            raise InvalidInput(f"the experiment {experiment_id} is not deleted")
        body = {"experiment_id": experiment_id}
        self._write("experiments/restore", body, repeatable=False)

    def set_experiment_tag(self, experiment_id: str, key: str, value: str) -> None:
        """Set a tag of an active experiment."""
        check_experiment_tag(key, value)
        self._active_experiment(experiment_id)
        body = {"experiment_id": experiment_id, "key": key, "value": value}
        self._write("experiments/set-experiment-tag", body)

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag of an active experiment. NotFound when it has none of that key."""
        if key not in self._active_experiment(experiment_id).tags:
            raise NotFound(f"the experiment {experiment_id} has no tag '{key}'")
        body = {"experiment_id": experiment_id, "key": key}
        try:
            self._write("experiments/delete-experiment-tag", body, repeatable=False)
        except NoEndpoint:
            msg = f"the server at {self.info.address} cannot remove tags of experiments"
            raise InvalidInput(msg, hint="servers can since MLflow 3.2") from None

    def create_run(self, run: NewRun) -> Run:
        """Create a run in an active experiment (else InvalidInput); as it now is in the store."""
        _check_new(run)
        self._active_experiment(run.experiment_id)
        start = self._transport.now_ms() if run.start_time is None else run.start_time
        body: dict[str, object] = {
            "experiment_id": run.experiment_id,
            "user_id": run.user_id or run.tags.get(_USER_TAG) or "unknown",
            "start_time": start,
            "tags": wire.to_pairs(run.tags),
        }
        name = run.run_name or run.tags.get(_NAME_TAG)
        if name:
            body["run_name"] = name
        return self._transport.post("runs/create", body, wire.one_run, repeatable=False)

    def update_run(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> None:
        """Change what is given of an active run (else InvalidInput). A name goes into the tag too.

        Servers pass over what they do not know without a word: that is InvalidInput as well.
        """
        if run_name is not None:
            check_run_name(run_name)
        self._active_run(run_id)
        given = {
            "status": None if status is None else status.value,
            "end_time": end_time,
            "run_name": run_name or None,
        }
        wanted = {field: value for field, value in given.items() if value is not None}
        if not wanted:
            return
        body: dict[str, object] = {"run_id": run_id, **wanted}
        now = self._transport.post("runs/update", body, wire.updated_run)
        for field, value in wanted.items():
            if getattr(now, field) != value:
                raise InvalidInput(f"the server did not take the {field} {value!r}")

    def delete_run(self, run_id: str) -> None:
        """Mark a run as deleted; one that is already stays so."""
        if self.get_run(run_id).lifecycle_stage is Lifecycle.ACTIVE:
            self._write("runs/delete", {"run_id": run_id})

    def restore_run(self, run_id: str) -> None:
        """Bring back a deleted run; an active one stays so. InvalidInput in the trash."""
        run = self.get_run(run_id)
        self._active_experiment(run.experiment_id)
        if run.lifecycle_stage is Lifecycle.DELETED:
            self._write("runs/restore", {"run_id": run_id})

    def log_batch(self, run_id: str, batch: Batch) -> None:
        """Log params, then metrics, then tags to an active run, in as many requests as it takes.

        A param that is there with another value is InvalidInput, and nothing of the batch is
        written. Points that are there already are not doubled.
        """
        self._log.batch(run_id, batch)

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag of an active run (else InvalidInput). NotFound when it has none."""
        if key not in self._active_run(run_id).tags:
            raise NotFound(f"the run {run_id} has no tag '{key}'")
        self._write("runs/delete-tag", {"run_id": run_id, "key": key}, repeatable=False)

    def _active_experiment(self, experiment_id: str) -> Experiment:
        experiment = self.get_experiment(experiment_id)
        if experiment.lifecycle_stage is not Lifecycle.ACTIVE:
            raise InvalidInput(
                f"the experiment {experiment_id} is deleted", hint="restore it first"
            )
        return experiment

    def _active_run(self, run_id: str) -> Run:
        run = self.get_run(run_id)
        if run.lifecycle_stage is not Lifecycle.ACTIVE:
            raise InvalidInput(f"the run {run_id} is deleted", hint="restore it first")
        return run

    def _is_taken(self, name: str) -> bool:
        try:
            self.get_experiment_by_name(name)
        except NotFound:
            return False
        return True

    def _write(self, endpoint: str, body: Mapping[str, object], *, repeatable: bool = True) -> None:
        self._transport.post(endpoint, body, _nothing, repeatable=repeatable)


def _check_new(run: NewRun) -> None:
    for key, value in run.tags.items():
        check_tag(key, value)
    check_run_name(run.run_name)
    tagged = run.tags.get(_NAME_TAG)
    if run.run_name and tagged and tagged != run.run_name:
        raise InvalidInput(
            f"the run is named '{run.run_name}' and by its tag {_NAME_TAG} '{tagged}'"
        )
    if run.start_time is not None and run.start_time < 0:
        raise InvalidInput(f"a run cannot start at {run.start_time}")


def _nothing(body: JsonObject) -> None:
    del body
