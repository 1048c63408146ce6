"""Writes steps to a registry, one after another, and notes in the journal what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from venturi.registry.journal import Entry, Journal, Note
from venturi.registry.steps import Step, do_step
from venturi.stores.registry import RegistryStore


@dataclass(frozen=True, slots=True)
class Written:
    """What was done: its steps, and the journal's entry, or why there is none."""

    steps: tuple[Step, ...]
    entry: Entry | None = None
    unnoted: str = ""


def write_steps(
    registry: RegistryStore,
    steps: Sequence[Step],
    note: Note,
    journal: Journal,
    told: Callable[[Step], None] = lambda _: None,
) -> Written:
    """Write steps in order, stop at the first that fails, and note what was done either way.

    Args:
        registry: Where to write.
        steps: What to write.
        note: What the journal remembers besides.
        journal: Where it is noted. One that cannot be written does not undo a write.
        told: Told each step once it is done.

    Raises:
        VenturiError: What the failing step raised. The steps before it are done and noted.
    """
    done: list[Step] = []
    try:
        for step in steps:
            done.append(do_step(registry, step))
            told(done[-1])
    except BaseException:
        _note(registry, done, note, journal)
        raise
    return _note(registry, done, note, journal)


def _note(registry: RegistryStore, done: Sequence[Step], note: Note, journal: Journal) -> Written:
    if not done:
        return Written(())
    try:
        entry = journal.add(registry.info.address, note, done)
    except OSError as error:
        return Written(tuple(done), None, f"{journal.path}: {error.strerror or error}")
    return Written(tuple(done), entry)
