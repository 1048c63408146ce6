"""What can be wished of runs: an end, another name, more logged, other tags, the trash and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from venturi.changes.change import (
    Change,
    Plan,
    brought_back,
    change_of,
    changed_tags,
    must_be_active,
    plan_for,
    trashed,
    untagged,
)
from venturi.errors import InvalidInput
from venturi.records import Experiment, Run, RunStatus
from venturi.rules import check_metric, check_param, check_run_name, check_tag
from venturi.stores.writing import Batch, NewRun

_KIND = "run"


def created_run(run: NewRun, experiment: Experiment | None) -> list[Change]:
    """What making a run would change; in an experiment that is yet to be made when None.

    Raises:
        InvalidInput: MLflow's rules refuse the name or a tag, or the experiment is deleted.
    """
    check_run_name(run.run_name)
    for key, value in run.tags.items():
        check_tag(key, value)
    if experiment is not None:
        must_be_active(experiment)
    made = Change(_KIND, "create", "", run.run_name, "experiment_id", None, run.experiment_id)
    tags = run.tags.items()
    return [made, *(Change(_KIND, "tag", "", run.run_name, key, None, tag) for key, tag in tags)]


def finished_run(run: Run, status: RunStatus, end_time: int | None, now_ms: int) -> Plan:
    """A run that is over.

    Args:
        run: Which one.
        status: How it ended.
        end_time: When, in milliseconds; None keeps the time of one that is over already, and is
            now for any other.
        now_ms: Now, in milliseconds.
    """
    must_be_active(run)
    end = end_time
    if end is None:
        keeps = run.status == status.value and run.end_time is not None
        end = run.end_time if keeps else now_ms
    changes: list[Change] = []
    if run.status != status.value:
        changes.append(change_of(run, "finish", "status", run.status, status.value))
    if run.end_time != end:
        changes.append(change_of(run, "end", "end_time", _text(run.end_time), _text(end)))
    return plan_for(
        run,
        *changes,
        write=lambda writer: writer.update_run(run.run_id, status=status, end_time=end),
    )


def renamed_run(run: Run, name: str) -> Plan:
    """A run with another name. Raises InvalidInput."""
    if not name:
        raise InvalidInput("the name of a run is empty")
    check_run_name(name)
    must_be_active(run)
    if name == run.run_name:
        return plan_for(run)
    change = change_of(run, "rename", "run_name", run.run_name, name)
    return plan_for(run, change, write=lambda writer: writer.update_run(run.run_id, run_name=name))


def deleted_run(run: Run) -> Plan:
    """A run in the trash."""
    return trashed(run, lambda writer: writer.delete_run(run.run_id))


def restored_run(run: Run) -> Plan:
    """A run back from the trash."""
    return brought_back(run, lambda writer: writer.restore_run(run.run_id))


def tagged_run(run: Run, tags: Mapping[str, str]) -> Plan:
    """A run with these tags beside its others."""
    return logged_run(run, Batch(tags=tags))


def untagged_run(run: Run, keys: Sequence[str]) -> Plan:
    """A run without the tags of these keys."""
    return untagged(run, keys, lambda writer, key: writer.delete_tag(run.run_id, key))


def logged_run(run: Run, batch: Batch) -> Plan:
    """A run with more logged: what is new of params and tags, and every metric point.

    Raises:
        InvalidInput: A param is there with another value, MLflow's rules refuse a key or value, or
            the run is deleted.
    """
    must_be_active(run)
    _check(batch)
    params = dict(_new_params(run, batch.params))
    tags = changed_tags(run, batch.tags)
    changes = [change_of(run, "param", key, None, value) for key, value in params.items()]
    changes += [
        change_of(run, "metric", point.key, None, repr(point.value), point.step)
        for point in batch.metrics
    ]
    changes += [change_of(run, "tag", key, run.tags.get(key), value) for key, value in tags.items()]
    needed = Batch(params, batch.metrics, tags)
    return plan_for(run, *changes, write=lambda writer: writer.log_batch(run.run_id, needed))


def _new_params(run: Run, params: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in params.items():
        held = run.params.get(key)
        if held is None:
            yield key, value
        elif held != value:
            raise InvalidInput(
                f"the param {key!r} of the run {run.run_name or run.run_id} is {_short(held)} "
                f"and cannot become {_short(value)}",
                hint="params are logged once; log another key, or a tag",
            )


def _check(batch: Batch) -> None:
    for key, value in batch.params.items():
        check_param(key, value)
    for point in batch.metrics:
        check_metric(point)
    for key, value in batch.tags.items():
        check_tag(key, value)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
