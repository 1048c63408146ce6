"""What a wish for the registry is: how it is planned, checked, written, and said as a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from venturi.errors import Conflict, VenturiError
from venturi.records import ModelVersion
from venturi.registry import changes
from venturi.registry.gates import check_gates, read_gate, refusal
from venturi.registry.journal import Journal, Note
from venturi.registry.reasons import reason_of, with_reason
from venturi.registry.steps import Step
from venturi.registry.writing import write_steps
from venturi.stores.base import TrackingStore
from venturi.stores.registry import RegistryStore
from venturi_tui import registry_messages


@dataclass(frozen=True, slots=True)
class Plan:
    """What a wish takes as things are now: its steps, and lines that say what else to know."""

    steps: tuple[Step, ...]
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said in the window.

    Args:
        archive: Whether others in the stage are archived.
        reason: Why; empty for no reason.
        gates: Conditions that have to hold.
        forced: Whether it is to be done although one of them does not.
    """

    archive: bool = False
    reason: str = ""
    gates: tuple[str, ...] = ()
    forced: bool = False


@dataclass(frozen=True, slots=True)
class RegistryWish:
    """A wish for a model or version.

    Args:
        title: What is asked, as a question.
        thing: Name of the model or version.
        action: The verb of the command line that does the same; it is what the journal keeps.
        plan: What it takes as things are now; told whether others are archived.
        command: Words of the command that does the same, for what was said; none for no command.
        archives: Whether others in the stage can be archived along.
        gated: The version whose run has to meet conditions, when some are given; else None.
        reasoned: Whether a reason is asked for.
        kept_at: The version that keeps the reason as a tag; None where only the journal does.
        typed: What has to be typed before it is done; empty for nothing.
        undoes: Number of the write it takes back, known once it was planned; None for no undo.
    """

    title: str
    thing: str
    action: str
    plan: Callable[[RegistryStore, bool], Plan]
    command: Callable[[Said], Sequence[str]]
    archives: bool = False
    gated: ModelVersion | None = None
    reasoned: bool = False
    kept_at: ModelVersion | None = None
    typed: str = ""
    undoes: Callable[[], int] | None = None

    def reason_steps(self, reason: str) -> list[Step]:
        """The steps that keep a reason beside the version."""
        if self.kept_at is None or not reason:
            return []
        return changes.tag(self.kept_at, {changes.REASON_TAG: reason})

    def all_steps(self, plan: Plan, said: Said) -> list[Step]:
        """The steps of a plan, and those that keep the reason."""
        return [*plan.steps, *self.reason_steps(said.reason)]

    def note(self, said: Said, *, forced: bool) -> Note:
        """What the journal remembers of it."""
        undoes = 0 if self.undoes is None else self.undoes()
        return Note(self.action, said.reason, said.gates, forced, undoes)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A wish that was confirmed: the plan that was shown, and what was said to it."""

    wish: RegistryWish
    plan: Plan
    said: Said


def planned(
    wish: RegistryWish,
    archive: bool,
    gates: tuple[str, ...],
    tracking: TrackingStore,
    registry: RegistryStore,
) -> registry_messages.StepsPlanned:
    """What a wish would change as things are now, and whether conditions hold."""
    plan = wish.plan(registry, archive)
    checks = ()
    if gates and plan.steps and wish.gated is not None:
        held = [read_gate(text) for text in gates]
        checks = tuple(check_gates(registry, tracking, [wish.gated], held))
    return registry_messages.StepsPlanned((wish, archive, gates), plan.steps, plan.about, checks)


def written(
    agreed: Agreed, tracking: TrackingStore, tag_writes: bool, registry: RegistryStore
) -> registry_messages.StepsWritten:
    """Write exactly the steps that were agreed to.

    Args:
        agreed: The steps, and what was said to them.
        tracking: Where the runs are whose metrics conditions look at.
        tag_writes: Whether the team is told by a tag on each version that is written to.
        registry: Where to write.

    Raises:
        Conflict: Things are not as they were shown, or a condition does not hold; nothing is
            written.
        VenturiError: The first step could not be written.
    """
    wish, said, done = agreed.wish, agreed.said, list[Step]()
    if wish.plan(registry, said.archive) != agreed.plan:
        raise Conflict(
            f"{wish.thing} was changed by somebody meanwhile: nothing is written",
            hint="look at it again, and then try again",
        )
    forced = _overruled(agreed, tracking, registry)
    note = wish.note(said, forced=forced)
    steps = wish.all_steps(agreed.plan, said)
    if tag_writes:
        steps = with_reason(registry, steps, reason_of(note))
    try:
        held = write_steps(registry, steps, note, Journal(), done.append)
    except VenturiError as error:
        if not done:
            raise
        return registry_messages.StepsWritten(agreed, tuple(done), failure=error)
    return registry_messages.StepsWritten(agreed, held.steps, held.unnoted)


def _overruled(agreed: Agreed, tracking: TrackingStore, registry: RegistryStore) -> bool:
    """Whether a condition refuses and is overruled. Raises Conflict when it is not."""
    wish, said = agreed.wish, agreed.said
    if not said.gates or wish.gated is None:
        return False
    gates = [read_gate(text) for text in said.gates]
    refused = refusal(check_gates(registry, tracking, [wish.gated], gates))
    if refused is not None and not said.forced:
        raise Conflict(refused.message, hint="nothing was written; ctrl+f overrules")
    return refused is not None
