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


def entry_to_redo(journal: Journal, store: str, number: int | None = None) -> Entry:
    """The last undo in a store that was not done again since, or that of a certain write.

    As in an editor, a new write to a model ends what could be done again of it.

    Args:
        journal: Where writes are noted.
        store: The registry's address.
        number: Of the write that was undone, or of the undo itself.

    Raises:
        NotFound: There is none.
        Conflict: That one was not undone, was done again or written over since, or what was undone
            made a model or version, which gets another number next time.
    """
    entries = journal.entries(store)
    waiting = _waiting(entries)
    if number is not None:
        waiting = _those_of(entries, waiting, number, store)
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
    return _again(entry)


def _again(entry: Entry) -> list[Step]:
    return [back for step in reversed(entry.steps) for back in undone(step)]


def _is_again(redo: Entry, entry: Entry) -> bool:
    """Whether a redo did again what that undo took back; it may have noted its reason besides."""
    return all(step in redo.steps for step in _again(entry))


def _waiting(entries: Sequence[Entry]) -> list[Entry]:
    """Undos that can be done again, the last one at the end."""
    waiting: list[Entry] = []
    for entry in entries:
        if entry.undoes:
            waiting.append(entry)
        elif entry.action == REDO:
            done = next((each for each in reversed(waiting) if _is_again(entry, each)), None)
            waiting = [each for each in waiting if each is not done]
        else:
            waiting = [each for each in waiting if not each.models & entry.models]
    return waiting


def _those_of(
    entries: Sequence[Entry], waiting: Sequence[Entry], number: int, store: str
) -> list[Entry]:
    """The undo of a write, or of that number itself, when it can be done again."""
    found = [entry for entry in waiting if number in (entry.number, entry.undoes)]
    if found:
        return found
    if not any(entry.number == number for entry in entries):
        raise NotFound(f"the journal has no write {number} to {store}", hint="see: registry log")
    if not any(entry.undoes and number in (entry.number, entry.undoes) for entry in entries):
        raise Conflict(f"write {number} was not undone")
    raise Conflict(
        f"write {number} was done again already, or something was written there since",
        hint="see: registry log",
    )
