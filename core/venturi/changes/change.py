"""One change of an experiment or run, and all that one wish asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from venturi.errors import InvalidInput
from venturi.records import Experiment, Lifecycle, Run
from venturi.stores.writing import TrackingWriter


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be other than it is.

    `kind` is store, context, experiment or run; `action` create, rename, delete, restore, tag,
    untag, finish, end, param, metric, add, use or remove. `target` is the id, empty for what is
    yet to be made. `before` and `after` are None where there is nothing, `step` is that of a
    metric point.
    """

    kind: str
    action: str
    target: str
    name: str
    key: str = ""
    before: str | None = None
    after: str | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a wish asks of one experiment or run; without changes it is so already."""

    kind: str
    identity: str
    name: str
    changes: tuple[Change, ...]
    write: Callable[[TrackingWriter], object]

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.changes)


def joined(first: Plan, *further: Plan) -> Plan:
    """Plans of one experiment or run as one plan, written one after another."""
    plans = (first, *further)

    def write(writer: TrackingWriter) -> None:
        for plan in plans:
            if plan.is_needed:
                plan.write(writer)

    return replace(first, changes=tuple(one for plan in plans for one in plan.changes), write=write)


def changed_tags(subject: Experiment | Run, tags: Mapping[str, str]) -> dict[str, str]:
    """The tags whose value is another than the one that is there."""
    return {key: value for key, value in tags.items() if subject.tags.get(key) != value}


def must_be_active(subject: Experiment | Run) -> None:
    """Raises InvalidInput for a deleted experiment or run, which no store writes to."""
    if subject.lifecycle_stage is Lifecycle.DELETED:
        kind, (identity, name) = kind_of(subject), label(subject)
        raise InvalidInput(
            f"the {kind} {name or identity} is deleted",
            hint=f"bring it back first: venturi {kind}s restore {identity}",
        )


def trashed(subject: Experiment | Run, write: Callable[[TrackingWriter], object]) -> Plan:
    """An experiment or run in the trash."""
    if subject.lifecycle_stage is Lifecycle.DELETED:
        return plan_for(subject)
    change = change_of(subject, "delete", "lifecycle_stage", "active", "deleted")
    return plan_for(subject, change, write=write)


def brought_back(subject: Experiment | Run, write: Callable[[TrackingWriter], object]) -> Plan:
    """An experiment or run back from the trash."""
    if subject.lifecycle_stage is Lifecycle.ACTIVE:
        return plan_for(subject)
    change = change_of(subject, "restore", "lifecycle_stage", "deleted", "active")
    return plan_for(subject, change, write=write)


def untagged(
    subject: Experiment | Run,
    keys: Sequence[str],
    delete: Callable[[TrackingWriter, str], object],
) -> Plan:
    """An experiment or run without the tags of these keys, each of which `delete` takes away."""
    must_be_active(subject)
    held = [key for key in dict.fromkeys(keys) if key in subject.tags]
    changes = [change_of(subject, "untag", key, subject.tags[key], None) for key in held]

    def write(writer: TrackingWriter) -> None:
        for key in held:
            delete(writer, key)

    return plan_for(subject, *changes, write=write)


def plan_for(
    subject: Experiment | Run,
    *changes: Change,
    write: Callable[[TrackingWriter], object] = lambda _writer: None,
) -> Plan:
    """The plan of these changes of an experiment or run."""
    return Plan(kind_of(subject), *label(subject), changes, write)


def change_of(
    subject: Experiment | Run,
    action: str,
    key: str,
    before: str | None,
    after: str | None,
    step: int | None = None,
) -> Change:
    """One change of an experiment or run."""
    return Change(kind_of(subject), action, *label(subject), key, before, after, step)


def kind_of(subject: Experiment | Run) -> str:
    """What an experiment or run is called in changes."""
    return "run" if isinstance(subject, Run) else "experiment"


def label(subject: Experiment | Run) -> tuple[str, str]:
    """Id and name of an experiment or run."""
    if isinstance(subject, Run):
        return subject.run_id, subject.run_name
    return subject.experiment_id, subject.name
