"""The journal as a story: which writes were taken back, and which belong to one model."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.registry.journal import Entry
from venturi.registry.steps import Kind


def taken_back(entries: Sequence[Entry]) -> dict[int, int]:
    """Numbers of the writes that were undone, each with the number of the undo."""
    return {entry.undoes: entry.number for entry in entries if entry.undoes}


def writes_to(entries: Sequence[Entry], model: str) -> list[Entry]:
    """The writes to a model, also those under names that it had before, in their order.

    Args:
        entries: Writes to one store, the oldest first.
        model: The name the model has now.
    """
    found: list[Entry] = []
    names = {model}
    for entry in reversed(entries):
        renamed = [step for step in entry.steps if step.kind is Kind.RENAME_MODEL]
        names |= {step.model for step in renamed if step.after in names}
        if entry.models & names:
            found.append(entry)
    return found[::-1]
