"""Doing again what an undo took back, where nobody changed since what it left."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.errors import Conflict, NotFound
from venturi.registry.journal import Entry, Journal
from venturi.registry.state import read_state, take_back
from venturi.registry.steps import FINAL, Kind, Step, undone
from venturi.stores.registry import RegistryStore

REDO = "redo"
"""The verb that the journal has for it; such a write can be undone like any other."""


def entry_to_redo(journal: Journal, store: str) -> Entry:
    """The last undo in a store that was not done again since.

    As in an editor, a new write to a model ends what could be done again of it.

    Raises:
        NotFound: There is none.
        Conflict: What was undone made a model or version, which gets another number next time.
    """
    waiting = _waiting(journal.entries(store))
    if not waiting:
        raise NotFound(f"the journal has nothing to do again in {store}", hint="see: registry log")
    entry = waiting[-1]
    if any(step.kind in FINAL for step in entry.steps):
        raise Conflict(
            f"write {entry.undoes} registered something, which is not done again by itself",
            hint="register it anew",
        )
    return entry


def steps_again(registry: RegistryStore, entry: Entry) -> list[Step]:
    """The steps that do again what an undo took back, in the order to write them.

    Raises:
        Conflict: Somebody changed since what the undo left.
    """
    names = {step.model for step in entry.steps}
    names |= {step.after or "" for step in entry.steps if step.kind is Kind.RENAME_MODEL}
    state = read_state(registry, names)
    for step in reversed(entry.steps):
        problem = take_back(state, step)
        if problem:
            hint = "somebody changed it since; nothing was done again"
            raise Conflict(f"write {entry.undoes} cannot be done again: {problem}", hint=hint)
    return [back for step in reversed(entry.steps) for back in undone(step)]


def _waiting(entries: Sequence[Entry]) -> list[Entry]:
    """Undos that can be done again, the last one at the end."""
    waiting: list[Entry] = []
    for entry in entries:
        if entry.undoes:
            waiting.append(entry)
        elif entry.action == REDO:
            waiting = waiting[:-1]
        else:
            waiting = [each for each in waiting if not each.models & entry.models]
    return waiting
