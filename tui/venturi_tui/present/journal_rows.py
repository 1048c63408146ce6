"""The journal of registry writes as rows, and one of its writes as a card."""

from __future__ import annotations

from collections.abc import Mapping

from venturi.registry.journal import Entry
from venturi_tui.present.grid import GridColumn
from venturi_tui.present.pieces import Line, Piece, Role
from venturi_tui.present.run_card import CardLine, cut_lines, section, table, text_lines
from venturi_tui.present.step_card import step_card
from venturi_tui.present.words import MISSING, age, exact_count, safe, timestamp
from venturi_tui.present.writes import done_words

JOURNAL_COLUMNS = (
    GridColumn("#", least=3, right=True),
    GridColumn("when", least=4, spare=1, right=True),
    GridColumn("who", least=4, spare=4),
    GridColumn("verb", least=10, spare=6),
    GridColumn("what", least=20),
    GridColumn("reason", least=10, spare=3),
    GridColumn("", least=6, spare=2),
)

_VERBS = {"versions ": "", "models ": "", "registry ": ""}


def journal_row(entry: Entry, undone: Mapping[int, int], now_ms: int) -> list[Line]:
    """The cells of a write; one that was undone is dim.

    Args:
        entry: The write.
        undone: By number of a write, that of the write that undid it.
        now_ms: Now, in milliseconds since 1970.
    """
    gone = entry.number in undone
    tone = Role.DIM if gone else Role.TEXT
    mark = (("undone", Role.DIM),) if gone else _mark(entry, undone)
    return [
        ((str(entry.number), Role.DIM),),
        ((age(entry.time, now_ms), Role.DIM),),
        ((safe(entry.who), Role.DIM),),
        ((_verb(entry), tone),),
        ((what_words(entry), tone),),
        ((safe(entry.reason) or MISSING, tone if entry.reason else Role.FAINT),),
        mark,
    ]


def what_words(entry: Entry) -> str:
    """What was written, in a line."""
    return "; ".join(done_words(step) for step in entry.steps)


def entry_text(entry: Entry) -> str:
    """All that is known of a write as text to search and to copy."""
    undoes = f" {entry.undoes}" if entry.undoes else ""
    told = f"{entry.number} {timestamp(entry.time)} {entry.who}: {entry.action}{undoes}"
    forced = " (forced)" if entry.forced else ""
    parts = (told, what_words(entry), entry.reason, " and ".join(entry.gates))
    return "; ".join(part for part in parts if part) + forced


def entry_card(entry: Entry, undone: Mapping[int, int], width: int, now_ms: int) -> list[CardLine]:
    """Everything about a write."""
    pieces: list[Piece] = [(_verb(entry), Role.STRONG), (f"  {safe(entry.who)}", Role.TEXT)]
    pieces.append((f"  {timestamp(entry.time)}, {age(entry.time, now_ms)} ago", Role.DIM))
    mark = _mark(entry, undone)
    card = [CardLine((*pieces, ("  ", Role.TEXT), *mark))]
    if entry.reason:
        card += [CardLine(()), *text_lines(entry.reason, width, Role.TEXT)]
    card += [CardLine(()), *step_card(entry.steps, width)]
    if entry.gates:
        card += section("conditions", len(entry.gates))
        card += [CardLine(((safe(gate), Role.TEXT),), "condition", gate) for gate in entry.gates]
        if entry.forced:
            card.append(CardLine((("one of them refused, and was overruled", Role.BAD),)))
    facts = {"write": exact_count(entry.number), "store": entry.store}
    return cut_lines([*card, CardLine(()), *table(facts, width, in_order=True)], width)


def _verb(entry: Entry) -> str:
    words = f"{entry.action} {entry.undoes}" if entry.undoes else entry.action
    for lead, short in _VERBS.items():
        if words.startswith(lead):
            words = f"{short}{words.removeprefix(lead)}"
    return safe(words)


def _mark(entry: Entry, undone: Mapping[int, int]) -> Line:
    if entry.number in undone:
        return ((f"undone by {undone[entry.number]}", Role.DIM),)
    if entry.forced:
        return (("forced", Role.BAD),)
    if not entry.can_be_undone and not entry.undoes:
        return (("for good", Role.DIM),)
    return ((("by conditions" if entry.gates else ""), Role.DIM),)
