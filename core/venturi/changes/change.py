"""One change of an experiment or run, and all that one wish asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


def must_be_active(subject: Experiment | Run, kind: str) -> None:
    """Raises InvalidInput for a deleted experiment or run, which no store writes to."""
    if subject.lifecycle_stage is Lifecycle.DELETED:
        identity, name = label(subject)
        raise InvalidInput(
            f"the {kind} {name or identity} is deleted",
            hint=f"bring it back first: venturi {kind}s restore {identity}",
        )


def label(subject: Experiment | Run) -> tuple[str, str]:
    """Id and name of an experiment or run."""
    if isinstance(subject, Run):
        return subject.run_id, subject.run_name
    return subject.experiment_id, subject.name
