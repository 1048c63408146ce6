"""Taking back a write that the journal knows, where nobody changed since what it wrote."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.errors import Conflict, NotFound
from venturi.registry.journal import Entry, Journal, Note
from venturi.registry.state import read_state, take_back
from venturi.registry.steps import Step, undone
from venturi.registry.writing import Written, write_steps
from venturi.stores.registry import RegistryStore


def entry_to_undo(journal: Journal, store: str, number: int | None = None) -> Entry:
    """The last write to a store that can be taken back, or the one of that number.

    Raises:
        NotFound: There is none.
        Conflict: That one cannot be taken back, or was already.
    """
    entries = journal.entries(store)
    taken = {entry.undoes for entry in entries}
    if number is None:
        for entry in reversed(entries):
            if entry.can_be_undone and entry.number not in taken:
                return entry
        raise NotFound(f"the journal has nothing to undo in {store}", hint="see: registry log")
    for entry in entries:
        if entry.number == number:
            return _checked(entry, taken)
    raise NotFound(f"the journal has no write {number} to {store}", hint="see: registry log")


def steps_back(registry: RegistryStore, entry: Entry) -> list[Step]:
    """The steps that take a write back, in the order to write them.

    Raises:
        Conflict: Somebody changed since what it wrote.
    """
    names = {name for step in entry.steps for name in _names(step)}
    state = read_state(registry, names)
    for step in reversed(entry.steps):
        problem = take_back(state, step)
        if problem:
            hint = "somebody changed it since; nothing was undone"
            raise Conflict(f"write {entry.number} cannot be undone: {problem}", hint=hint)
    return [back for step in reversed(entry.steps) for back in undone(step)]


def undo(
    registry: RegistryStore,
    entry: Entry,
    steps: Sequence[Step],
    journal: Journal,
    *,
    reason: str = "",
) -> Written:
    """Take a write back by its steps, and note that it was."""
    note = Note("undo", reason=reason, undoes=entry.number)
    return write_steps(registry, steps, note, journal)


def _names(step: Step) -> list[str]:
    return [step.model, step.after or ""] if step.before == step.model else [step.model]


def _checked(entry: Entry, taken: set[int]) -> Entry:
    if entry.number in taken:
        raise Conflict(f"write {entry.number} was undone already")
    if not entry.can_be_undone:
        what = "an undo" if entry.undoes else "a deletion"
        raise Conflict(f"write {entry.number} is {what}, which cannot be undone")
    return entry
