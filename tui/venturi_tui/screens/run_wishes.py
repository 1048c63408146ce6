"""What one can wish for runs and experiments: how it is planned, written, and said as a command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from venturi.browse import read_runs
from venturi.changes import Change, Plan
from venturi.changes.carrying_out import carry_out
from venturi.changes.change import joined
from venturi.changes.runs import (
    deleted_run,
    finished_run,
    renamed_run,
    restored_run,
    tagged_run,
    untagged_run,
)
from venturi.changes.undo import Deed, deed_of, way_back
from venturi.connection import Connection
from venturi.errors import Conflict, NotFound
from venturi.records import Run, RunStatus
from venturi.stores.base import TrackingStore
from venturi_tui import messages
from venturi_tui.present.run_card import DESCRIPTION
from venturi_tui.present.words import exact_count

_TOLD_EVERY_S = 0.2
_WRITTEN_OUT = 12
"""So many runs are named in a command; more come from its standard input."""

Planning = Callable[[TrackingStore], "Planned"]


@dataclass(frozen=True, slots=True)
class Planned:
    """What a wish would change as things are now.

    Args:
        plans: What is to be written.
        same: How many are so already.
        about: What else is to be known, a line each.
        nothing: Why there is nothing to write; empty when it is so already.
    """

    plans: tuple[Plan, ...]
    same: int = 0
    about: tuple[str, ...] = ()
    nothing: str = ""

    @property
    def changes(self) -> list[tuple[str, tuple[Change, ...]]]:
        """Everything that would change, by which the same plan is known again."""
        return [(plan.identity, plan.changes) for plan in self.plans]


@dataclass(frozen=True, slots=True, eq=False)
class RunWish:
    """A wish for runs or an experiment.

    Args:
        title: What is asked, as a question.
        words: What it is: `delete 12 runs`.
        done: How it is said when it is done: `deleted`.
        plan: What it takes as things are now.
        command: Words of the command that does the same; none for no command.
        noun: What it is for: run or experiment.
        undoes: The deed it takes back or writes again; None when it is a new one.
        again: Whether it writes again what was undone.
    """

    title: str
    words: str
    done: str
    plan: Planning
    command: Sequence[str] = ()
    noun: str = "run"
    undoes: Deed | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Agreed:
    """A wish that was confirmed, with the plan that was shown."""

    wish: RunWish
    planned: Planned


@dataclass(frozen=True, slots=True)
class Chosen:
    """The runs that something is wished for.

    Args:
        ids: Which ones.
        name: Name of a single one; empty for several.
        place: Name of the experiment they are in; empty for several.
    """

    ids: tuple[str, ...]
    name: str = ""
    place: str = field(default="")

    @property
    def words(self) -> str:
        """`12 runs of vision-sweep`, or the name of a single one."""
        if len(self.ids) == 1:
            return self.name or self.ids[0][:8]
        return f"{self.number}{f' of {self.place}' if self.place else ''}"

    @property
    def number(self) -> str:
        """`12 runs`."""
        return counted(len(self.ids), "run")

    def named(self) -> list[str]:
        """Words that name them in a command."""
        if len(self.ids) > _WRITTEN_OUT:
            return ["-"]
        return [each[:12] for each in self.ids]


def counted(count: int, noun: str) -> str:
    """`1 run`, `4,106 runs`."""
    return f"{exact_count(count)} {noun}{'' if count == 1 else 's'}"


# Runs


def delete_wish(runs: Chosen) -> RunWish:
    """Put runs into the trash."""
    command = ["runs", "delete", *runs.named(), "--yes"]
    return _wish(runs, "Delete", "deleted", deleted_run, command)


def restore_wish(runs: Chosen) -> RunWish:
    """Bring runs back from the trash."""
    command = ["runs", "restore", *runs.named()]
    return _wish(runs, "Restore", "restored", restored_run, command)


def tag_wish(runs: Chosen, tags: Mapping[str, str | None]) -> RunWish:
    """Set tags of runs, and remove those whose value is None."""
    wanted = {key: value for key, value in tags.items() if value is not None}
    unwanted = [key for key, value in tags.items() if value is None]

    def plan(run: Run) -> Plan:
        return joined(tagged_run(run, wanted), untagged_run(run, unwanted))

    command: list[str] = []
    if not (wanted and unwanted):
        words = [f"{key}={value}" for key, value in wanted.items()] or unwanted
        command = ["runs", "tag" if wanted else "untag", *runs.named(), *words]
    return _wish(runs, "Tag", "tagged", plan, command)


def describe_wish(runs: Chosen, text: str) -> RunWish:
    """Write what runs are; an empty text takes the description away."""

    def plan(run: Run) -> Plan:
        return tagged_run(run, {DESCRIPTION: text}) if text else untagged_run(run, [DESCRIPTION])

    words = ["tag", *runs.named(), f"{DESCRIPTION}={text}"]
    command = ["runs", *(words if text else ["untag", *runs.named(), DESCRIPTION])]
    return _wish(runs, "Describe", "described", plan, command)


def rename_wish(runs: Chosen, name: str) -> RunWish:
    """Give a run another name."""
    command = ["runs", "rename", *runs.named(), name]
    return _wish(runs, "Rename", f"renamed to {name}", lambda run: renamed_run(run, name), command)


def finish_wish(runs: Chosen, status: RunStatus, now_ms: int) -> RunWish:
    """Say that runs are over, and how they ended."""
    command = ["runs", "finish", *runs.named(), "--status", status.value]
    return _wish(
        runs,
        f"Finish as {status.value}:",
        f"finished as {status.value}",
        lambda run: finished_run(run, status, None, now_ms),
        command,
    )


def _wish(
    runs: Chosen, verb: str, done: str, plan: Callable[[Run], Plan], command: Sequence[str]
) -> RunWish:
    def planned(store: TrackingStore) -> Planned:
        found = read_runs(store, runs.ids)
        gone = len(runs.ids) - len(found)
        if not found:
            raise NotFound(f"{runs.words}: no longer in the store", hint="r reads the runs again")
        about = (f"{counted(gone, 'run')} no longer in the store",) if gone else ()
        return needed((plan(run) for run in found), about)

    title = f"{verb} {runs.words}?"
    words = f"{verb.lower().removesuffix(':')} {runs.name if len(runs.ids) == 1 else runs.number}"
    return RunWish(title, words, done, planned, command)


def needed(plans: Iterable[Plan], about: Sequence[str] = ()) -> Planned:
    """The plans that change something, and how many do not."""
    held = list(plans)
    wanted = tuple(plan for plan in held if plan.is_needed)
    return Planned(wanted, len(held) - len(wanted), tuple(about))


# Undo


def undo_wish(deed: Deed, further: Sequence[str]) -> RunWish:
    """Take back what was written last.

    Args:
        deed: What it was.
        further: What can be undone after it.
    """
    return RunWish(
        f"Undo: {deed.words}?", f"undo: {deed.words}", "undone", _back(deed, further), undoes=deed
    )


def redo_wish(deed: Deed) -> RunWish:
    """Write again what was undone last."""
    return RunWish(
        f"Do again: {deed.words}?",
        f"do again: {deed.words}",
        "done again",
        _back(deed, ()),
        undoes=deed,
        again=True,
    )


def _back(deed: Deed, further: Sequence[str]) -> Planning:
    def planned(store: TrackingStore) -> Planned:
        back = way_back(store, deed)
        about: list[str] = []
        if back.stays:
            about.append("the end time stays: only files and databases can take one away")
        if further:
            about.append(f"after that, z can undo: {_listed(further)}")
        return Planned(back.plans, about=tuple(about))

    return planned


def _listed(words: Sequence[str]) -> str:
    more = f" and {exact_count(len(words) - 3)} more" if len(words) > 3 else ""
    return ", ".join(words[:3]) + more


# In a thread


def planned(wish: RunWish, connection: Connection) -> messages.RunsPlanned:
    """What a wish would change as things are now."""
    return messages.RunsPlanned(wish, wish.plan(connection.tracking))


def written(
    agreed: Agreed, tell: Callable[[int], object], connection: Connection
) -> messages.RunsWritten:
    """Write exactly what was agreed to, and read again what was written to.

    Args:
        agreed: What is to be written.
        tell: Told now and then how many are written.
        connection: Where.

    Raises:
        Conflict: Things are not as they were shown; nothing is written.
        ConfigError: The place can only be read.
        VenturiError: The first one could not be written.
    """
    wish, plans = agreed.wish, agreed.planned.plans
    store, writer = connection.tracking, connection.writer
    if wish.plan(store).changes != agreed.planned.changes:
        raise Conflict(
            "somebody changed it meanwhile: nothing is written",
            hint="look at it again, and then try again",
        )
    every = [change for plan in plans for change in plan.changes]
    deed = deed_of(wish.words, store, every)
    done = carry_out(writer, plans, _now_and_then(tell))
    if done.failure is not None and not done.plans:
        raise done.failure
    ids = tuple(plan.identity for plan in done.plans if plan.kind == "run")
    runs = tuple(read_runs(store, ids))
    noted = Deed(deed.words, done.changes, deed.trashed)
    return messages.RunsWritten(agreed, noted, ids, runs, done.failure)


def _now_and_then(tell: Callable[[int], object]) -> Callable[[int], object]:
    last = monotonic()

    def told(count: int) -> None:
        nonlocal last
        if monotonic() - last >= _TOLD_EVERY_S:
            last = monotonic()
            tell(count)

    return told
