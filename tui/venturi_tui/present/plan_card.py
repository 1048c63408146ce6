"""Everything that a write to runs or an experiment will change, one thing a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from venturi.changes import Change, Plan
from venturi_tui.present.cells import cut
from venturi_tui.present.notices import wrapped
from venturi_tui.present.pieces import Line, Role, length
from venturi_tui.present.run_card import DESCRIPTION, CardLine, text_lines
from venturi_tui.present.words import exact_count, safe, status_glyph, status_word, timestamp

MOST_SHOWN = 8
"""So many runs are shown by name; of the others it is said how many they are."""

_NOTHING = "(nothing)"
_WIDEST_NAME = 32


def plan_card(plans: Sequence[Plan], same: int, about: Sequence[str], width: int) -> list[CardLine]:
    """What plans will change, for the first of them by name.

    Args:
        plans: What is to be written.
        same: How many are so already.
        about: What else is to be known.
        width: Cells of a line.
    """
    twice = Counter(plan.name for plan in plans)
    rows = [
        (_name(plan, twice[plan.name] > 1), each)
        for plan in plans[:MOST_SHOWN]
        for each in plan.changes
        if each.key != DESCRIPTION
    ]
    card = list(_lines(rows, width))
    for plan in plans[:MOST_SHOWN]:
        card += _described(plan, width)
    more = len(plans) - MOST_SHOWN
    if more > 0:
        card.append(CardLine(((f"and {exact_count(more)} more", Role.DIM),)))
    told = [f"{exact_count(same)} {'is' if same == 1 else 'are'} so already"] if same else []
    for words in [*told, *about]:
        card += [CardLine(((row, Role.DIM),)) for row in wrapped(safe(words), width)]
    return card


def _name(plan: Plan, ambiguous: bool) -> str:
    name = cut(safe(plan.name), min(cell_len(safe(plan.name)), _WIDEST_NAME))
    if not plan.name:
        return safe(plan.identity[:8])
    return f"{name} {safe(plan.identity[:8])}" if ambiguous and plan.identity else name


def _lines(rows: Sequence[tuple[str, Change]], width: int) -> Iterator[CardLine]:
    names = max((cell_len(name) for name, _ in rows), default=0)
    said = [(name, *_said(change)) for name, change in rows]
    whats = max((cell_len(what) for _, what, _, _ in said), default=0)
    befores = max((cell_len(before) for _, _, before, _ in said), default=0)
    for name, what, before, after in said:
        lead = f"{name}{' ' * (names - cell_len(name))}  "
        middle = f"{what}{' ' * (whats - cell_len(what))}  " if whats else ""
        air = " " * (befores - cell_len(before))
        pieces: Line = (
            (lead, Role.STRONG),
            (middle, Role.DIM),
            (f"{before}{air}", Role.DIM),
            (" → ", Role.ACCENT),
            (after, Role.TEXT),
        )
        if length(pieces) <= width:
            yield CardLine(pieces)
        else:
            yield from _tall(f"{name}  {what}", before, after, width)


def _tall(name: str, before: str, after: str, width: int) -> Iterator[CardLine]:
    """A change that fits no line: the name, and below it what was and what is to be."""
    for row in wrapped(name, width):
        yield CardLine(((row, Role.STRONG),))
    for row in wrapped(f"  {before}", width):
        yield CardLine(((row, Role.DIM),))
    for row in wrapped(f"  → {after}", width):
        yield CardLine(((row, Role.TEXT),))


def _said(change: Change) -> tuple[str, str, str]:
    """What a change is about, before, and after, in words."""
    before, after = change.before, change.after
    if change.action == "create":
        return "", _NOTHING, "a new experiment"
    if change.action == "finish":
        return "status", _state(before), _state(after)
    if change.action == "end":
        return "end", _time(before), _time(after)
    what = f"tag {safe(change.key)}" if change.action in ("tag", "untag") else ""
    what = "name" if change.action == "rename" else what
    return what, _text(before), _text(after)


def _text(value: str | None) -> str:
    return _NOTHING if value is None else safe(value)


def _state(status: str | None) -> str:
    return _NOTHING if status is None else f"{status_glyph(status)} {status_word(status)}"


def _time(text: str | None) -> str:
    return _NOTHING if text is None else timestamp(int(text))


def _described(plan: Plan, width: int) -> list[CardLine]:
    card: list[CardLine] = []
    for change in plan.changes:
        if change.key == DESCRIPTION:
            head = f"{safe(plan.name or plan.identity)} description"
            card += [CardLine(((row, Role.STRONG),)) for row in wrapped(head, width)]
            card += text_lines(change.before or _NOTHING, width, Role.DIM)
            card.append(CardLine((("→", Role.ACCENT),)))
            card += text_lines(change.after or _NOTHING, width, Role.TEXT)
    return card
