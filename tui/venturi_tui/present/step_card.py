"""Everything a write to the registry will change, before and after, one thing a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from venturi.registry.steps import FINAL, Kind, Step
from venturi_tui.present.notices import wrapped
from venturi_tui.present.pieces import Line, Role, length
from venturi_tui.present.run_card import CardLine, text_lines
from venturi_tui.present.stages import stage_words
from venturi_tui.present.words import safe

_NOTHING = "(nothing)"
_THERE = "there"
_GONE = "gone"
_FIELDS = {"run_id": "run", "model_id": "logged model", "run_link": "run link", "user_id": "user"}
_MAKING = (Kind.CREATE_MODEL, Kind.CREATE_VERSION)
_DESCRIBING = (Kind.DESCRIBE_MODEL, Kind.DESCRIBE_VERSION)


def step_card(steps: Sequence[Step], width: int) -> list[CardLine]:
    """The lines of a plan; a change that does not fit a line takes several, none is cut."""
    card: list[CardLine] = []
    short = [change for step in steps if step.kind not in _DESCRIBING for change in _of(step)]
    names = max((cell_len(name) for name, _, _ in short), default=0)
    befores = max((cell_len(before) for _, before, _ in short), default=0)
    for name, before, after in short:
        pieces: Line = (
            (name + " " * (names - cell_len(name)), Role.STRONG),
            (f"  {before}{' ' * (befores - cell_len(before))}", Role.DIM),
            (" → ", Role.ACCENT),
            (after, Role.TEXT),
        )
        if length(pieces) <= width:
            card.append(CardLine(pieces))
        else:
            card += _tall(name, before, after, width)
    for step in steps:
        if step.kind in _DESCRIBING:
            card += _described(step, width)
    return card


def _of(step: Step) -> Iterator[tuple[str, str, str]]:
    """What a step changes: name, before, after."""
    model = safe(step.model)
    if step.kind is Kind.STAGE:
        after = stage_words(step.after or "None")
        yield f"{model}/{step.version}", stage_words(step.before or "None"), after
        for version in step.archives:
            yield f"{model}/{version}", after, stage_words("Archived")
    elif step.kind is Kind.ALIAS:
        yield safe(step.thing), _version(step, step.before), _version(step, step.after)
    elif step.kind is Kind.RENAME_MODEL:
        yield f"{model} name", model, safe(step.after or "")
    elif step.kind in FINAL:
        yield safe(step.thing), _THERE, _GONE
    elif step.kind in _MAKING:
        yield from _made(step)
    else:
        words = [_NOTHING if each is None else safe(each) for each in (step.before, step.after)]
        yield f"{safe(step.thing)} tag {safe(step.key)}", words[0], words[1]


def _made(step: Step) -> Iterator[tuple[str, str, str]]:
    """What there is to be, and what it is to hold."""
    name = safe(step.thing)
    yield name, _NOTHING, "a new model" if step.kind is Kind.CREATE_MODEL else "a new version"
    for key, value in step.details.items():
        yield f"{name} {_FIELDS.get(key, key)}", _NOTHING, safe(value)
    for key, value in step.tags.items():
        yield f"{name} tag {safe(key)}", _NOTHING, safe(value)


def _version(step: Step, number: str | None) -> str:
    return _NOTHING if number is None else f"{safe(step.model)}/{number}"


def _tall(name: str, before: str, after: str, width: int) -> list[CardLine]:
    """A change on lines of its own: the name, and below it what was and what is to be."""
    named = [CardLine(((row, Role.STRONG),)) for row in wrapped(name, width)]
    change: Line = ((f"  {before}", Role.DIM), (" → ", Role.ACCENT), (after, Role.TEXT))
    if length(change) <= width:
        return [*named, CardLine(change)]
    return [
        *named,
        *(CardLine(((row, Role.DIM),)) for row in wrapped(f"  {before}", width)),
        *(CardLine(((row, Role.TEXT),)) for row in wrapped(f"  → {after}", width)),
    ]


def _described(step: Step, width: int) -> list[CardLine]:
    head = f"{safe(step.thing)} description"
    return [
        *(CardLine(((row, Role.STRONG),)) for row in wrapped(head, width)),
        *text_lines(step.before or _NOTHING, width, Role.DIM),
        CardLine((("→", Role.ACCENT),)),
        *text_lines(step.after or _NOTHING, width, Role.TEXT),
    ]
