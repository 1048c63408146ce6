"""Taking back the last write, or a certain one, and doing again what was taken back, as wishes."""

from __future__ import annotations

from dataclasses import dataclass

from venturi.registry.journal import Entry, Journal
from venturi.registry.redo import REDO, entry_to_redo, steps_again
from venturi.registry.undo import entry_to_undo, steps_back
from venturi.stores.registry import RegistryStore
from venturi_tui.present.words import timestamp
from venturi_tui.screens.registry_wishes import Plan, RegistryWish, Said


@dataclass(slots=True)
class _Undoing:
    """The write to take back: found by the first plan, the same for all that follow."""

    number: int | None = None
    entry: Entry | None = None

    def plan(self, registry: RegistryStore, archive: bool) -> Plan:
        del archive
        if self.entry is None:
            self.entry = entry_to_undo(Journal(), registry.info.address, self.number)
        else:  # somebody may have taken it back meanwhile
            entry_to_undo(Journal(), registry.info.address, self.entry.number)
        return Plan(tuple(steps_back(registry, self.entry)), (_told(self.entry),))

    def command(self, said: Said) -> list[str]:
        words = ["registry", "undo", str(self.written)]
        return [*words, *(["--reason", said.reason] if said.reason else [])]

    @property
    def written(self) -> int:
        return 0 if self.entry is None else self.entry.number


@dataclass(slots=True)
class _Redoing:
    """The undo to take back: found by the first plan, the same for all that follow."""

    entry: Entry | None = None

    def plan(self, registry: RegistryStore, archive: bool) -> Plan:
        del archive
        number = None if self.entry is None else self.entry.number
        self.entry = found = entry_to_redo(Journal(), registry.info.address, number)
        about = f"it was undone in write {found.number}: {_told(found)}"
        return Plan(tuple(steps_again(registry, found)), (about,))

    def command(self, said: Said) -> list[str]:
        words = ["registry", "redo", str(0 if self.entry is None else self.entry.undoes)]
        return [*words, *(["--reason", said.reason] if said.reason else [])]


def undo_wish(number: int | None = None) -> RegistryWish:
    """Take back the last write of the journal that can be, or the one of that number."""
    undoing = _Undoing(number)
    what = "the last write" if number is None else f"write {number}"
    return RegistryWish(
        f"Undo {what}?",
        what,
        "undo",
        undoing.plan,
        undoing.command,
        reasoned=True,
        undoes=lambda: undoing.written,
    )


def redo_wish() -> RegistryWish:
    """Do again what was undone last."""
    redoing = _Redoing()
    return RegistryWish(
        "Do again what was undone last?",
        "what was undone",
        REDO,
        redoing.plan,
        redoing.command,
        reasoned=True,
    )


def _told(entry: Entry) -> str:
    """A write in a line: `write 12 of ana, 2026-11-01 14:03:22: versions transition, new AUC`."""
    reason = f", {entry.reason}" if entry.reason else ""
    head = f"write {entry.number} of {entry.who}, {timestamp(entry.time)}"
    return f"{head}: {entry.action}{reason}"
