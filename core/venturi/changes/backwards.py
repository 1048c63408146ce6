"""Changes the other way round, held against what is there now, and written one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from venturi.changes.change import Change
from venturi.errors import ConfigError
from venturi.records import Experiment, Lifecycle, Run, RunStatus
from venturi.stores.writing import Batch, EndEraser, TrackingWriter

_OPPOSITES = {
    "create": "delete",
    "delete": "restore",
    "restore": "delete",
    "rename": "rename",
    "finish": "finish",
    "end": "end",
}
_KEYED = ("tag", "untag")


def can_be_undone(change: Change) -> bool:
    """Whether there is a way back.

    There is none for params and metric points, which MLflow never takes away, none to a name that
    was empty, and none to a state that MLflow does not know.
    """
    if change.action == "rename":
        return bool(change.before)
    if change.action == "finish":
        return change.before in RunStatus.__members__
    if change.action == "create":
        return change.kind == "experiment" and bool(change.target)
    return change.action in _OPPOSITES or change.action in _KEYED


def reversed_change(change: Change) -> Change:
    """The change that takes one back; of the change that `can_be_undone`."""
    if change.action == "create":
        return replace(
            change, action="delete", key="lifecycle_stage", before="active", after="deleted"
        )
    if change.action in _KEYED:
        action = "untag" if change.before is None else "tag"
    else:
        action = _OPPOSITES[change.action]
    return replace(change, action=action, before=change.after, after=change.before)


def backwards(changes: Iterable[Change]) -> tuple[Change, ...]:
    """What takes these changes back, the last of them first; without what has no way back."""
    held = [reversed_change(change) for change in changes if can_be_undone(change)]
    return tuple(reversed(held))


def now_of(change: Change, subject: Experiment | Run) -> str | None:
    """What is there now of the thing that a change is about."""
    if change.action in _KEYED:
        return subject.tags.get(change.key)
    if change.action in ("create", "delete", "restore"):
        return subject.lifecycle_stage.value
    if change.action == "rename":
        return subject.run_name if isinstance(subject, Run) else subject.name
    if isinstance(subject, Experiment):
        return None
    if change.action == "finish":
        return subject.status
    return None if subject.end_time is None else str(subject.end_time)


def expected_of(change: Change) -> str | None:
    """What is there when nobody changed it since it was written."""
    return Lifecycle.ACTIVE.value if change.action == "create" else change.after


def can_write(change: Change, writer: object) -> bool:
    """Whether a store can do a change; only some can take an end time away."""
    return not (change.action == "end" and change.after is None) or isinstance(writer, EndEraser)


def write_changes(writer: TrackingWriter, changes: Sequence[Change]) -> None:
    """Write changes of one experiment or run, in an order in which stores take them.

    What is in the trash is brought back first, and put there last: nothing else can be written to
    it meanwhile.

    Raises:
        ConfigError: The store cannot do one of them.
        VenturiError: The store did not take one.
    """
    for change in sorted(changes, key=_turn):
        if change.kind == "experiment":
            _write_experiment(writer, change)
        else:
            _write_run(writer, change)


def _turn(change: Change) -> int:
    return {"restore": 0, "finish": 1, "end": 2, "delete": 4}.get(change.action, 3)


def _write_experiment(writer: TrackingWriter, change: Change) -> None:
    identity, after = change.target, change.after
    if change.action == "delete":
        writer.delete_experiment(identity)
    elif change.action == "restore":
        writer.restore_experiment(identity)
    elif change.action == "rename":
        writer.rename_experiment(identity, after or "")
    elif after is None:
        writer.delete_experiment_tag(identity, change.key)
    else:
        writer.set_experiment_tag(identity, change.key, after)


def _write_run(writer: TrackingWriter, change: Change) -> None:
    identity, after = change.target, change.after
    if change.action == "delete":
        writer.delete_run(identity)
    elif change.action == "restore":
        writer.restore_run(identity)
    elif change.action == "rename":
        writer.update_run(identity, run_name=after)
    elif change.action == "finish":
        writer.update_run(identity, status=RunStatus(after or ""))
    elif change.action == "end":
        _write_end(writer, identity, after)
    elif after is None:
        writer.delete_tag(identity, change.key)
    else:
        writer.log_batch(identity, Batch(tags={change.key: after}))


def _write_end(writer: TrackingWriter, run_id: str, after: str | None) -> None:
    if after is not None:
        writer.update_run(run_id, end_time=int(after))
    elif isinstance(writer, EndEraser):
        writer.erase_end_time(run_id)
    else:
        raise ConfigError("this store cannot take the end time of a run away")
