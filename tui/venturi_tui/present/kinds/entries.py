"""How the journal of registry writes is printed."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.registry.journal import Entry
from venturi_tui.present.kinds.single import age_cell, text_cell, time_cell
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.registry_shapes import journal_shape
from venturi_tui.present.table import Cell
from venturi_tui.present.writes import done_words

_FIELDS = (
    "number",
    "time",
    "who",
    "store",
    "action",
    "steps",
    "reason",
    "gates",
    "forced",
    "undoes",
)


def _cell(name: str, entry: Entry, moment: Moment) -> Cell:
    if name == "time":
        return time_cell(entry.time)
    if name == "age":
        return age_cell(entry.time, moment)
    words = {
        "number": str(entry.number),
        "who": entry.who,
        "store": entry.store,
        "action": f"{entry.action} {entry.undoes}" if entry.undoes else entry.action,
        "steps": "; ".join(done_words(step) for step in entry.steps),
        "reason": entry.reason,
        "gates": ", ".join(entry.gates),
        "forced": "forced" if entry.forced else "",
        "undoes": str(entry.undoes or ""),
    }
    return text_cell(words[name])


def _usual(entries: Sequence[Entry], _moment: Moment, wide: bool) -> list[str]:
    names = ["number", "time" if wide else "age", "who", "action", "steps"]
    names += ["reason"] if wide or any(entry.reason for entry in entries) else []
    names += ["gates"] if wide or any(entry.gates for entry in entries) else []
    names += ["forced"] if wide or any(entry.forced for entry in entries) else []
    return [*names, "store"] if wide else names


ENTRIES: RecordKind[Entry] = RecordKind(
    noun="write",
    shape=journal_shape,
    identity=lambda entry: str(entry.number),
    fields=_FIELDS,
    extras=("age",),
    usual=_usual,
    cell=_cell,
)
