"""Writes to a registry in words: `-` and `+` lines, one line of what was done, tables of gates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from venturi.registry.gates import Check
from venturi.registry.steps import Kind, Step
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.registry_shapes import write_shape
from venturi_tui.present.table import NOTHING, Cell, Paint, TableColumn, Tone, draw_table
from venturi_tui.present.words import number, safe

_WORDS = {
    Kind.DESCRIBE_MODEL: "description",
    Kind.DESCRIBE_VERSION: "description",
    Kind.STAGE: "stage",
}


def write_lines(step: Step) -> Iterator[str]:
    """What a write takes away behind `-`, and what it puts there behind `+`."""
    thing = safe(step.thing)
    if step.kind in (Kind.CREATE_MODEL, Kind.CREATE_VERSION):
        source = step.details.get("source")
        yield f"+ {thing}{f'  from {safe(source)}' if source else ''}"
        yield from (f"+ {thing}  tag {safe(key)}: {safe(tag)}" for key, tag in step.tags.items())
    elif step.kind in (Kind.DELETE_MODEL, Kind.DELETE_VERSION):
        yield f"- {thing}"
    elif step.kind is Kind.RENAME_MODEL:
        yield f"- {thing}"
        yield f"+ {safe(step.after or '')}"
    else:
        yield from _changed(step, thing)


def _changed(step: Step, thing: str) -> Iterator[str]:
    if step.kind is Kind.ALIAS:
        lead, before, after = thing, _version(step, step.before), _version(step, step.after)
    else:
        word = _WORDS.get(step.kind) or f"tag {safe(step.key)}"
        lead, before, after = f"{thing}  {word}", step.before, step.after
    for version in step.archives:
        name = f"{safe(step.model)}/{version}  stage"
        yield f"- {name}: {safe(step.after or '')}"
        yield f"+ {name}: Archived"
    if before:
        yield f"- {lead}: {safe(before)}"
    if after is not None:
        yield f"+ {lead}: {safe(after)}"


def _version(step: Step, number: str | None) -> str | None:
    return None if number is None else f"{step.model}/{number}"


def done_words(step: Step) -> str:
    """A write as one line that says what is so now: `churn/9: stage Staging → Production`."""
    thing = safe(step.thing)
    if step.kind is Kind.RENAME_MODEL:
        return f"{thing}: renamed to {safe(step.after or '')}"
    if step.kind in (Kind.CREATE_MODEL, Kind.CREATE_VERSION):
        return f"{thing}: made"
    if step.kind in (Kind.DELETE_MODEL, Kind.DELETE_VERSION):
        return f"{thing}: deleted"
    word = "" if step.kind is Kind.ALIAS else _WORDS.get(step.kind) or f"tag {safe(step.key)}"
    if step.kind in (Kind.DESCRIBE_MODEL, Kind.DESCRIBE_VERSION):
        return f"{thing}: description set"
    before, after = (
        NOTHING.text if one is None else safe(one) for one in (step.before, step.after)
    )
    archived = ", ".join(f"{safe(step.model)}/{version}" for version in step.archives)
    rest = f", {archived} → Archived" if archived else ""
    return f"{thing}: {f'{word} ' if word else ''}{before} → {after}{rest}"


def check_lines(checks: Sequence[Check], paint: Paint) -> list[str]:
    """Gates that were tried as a table: what a version has, and what it should have."""
    columns = [TableColumn(title) for title in ("", "version", "condition", "has", "compared with")]
    rows = [
        [
            Cell("✓", Tone.GOOD) if check.passed else Cell("✗", Tone.BAD),
            Cell(safe(check.version)),
            Cell(safe(check.gate.text)),
            _value(check.have),
            _compared(check),
        ]
        for check in checks
    ]
    return list(draw_table(columns, rows, width=None, headers=True, paint=paint).lines)


def _value(value: float | str | None) -> Cell:
    if value is None:
        return NOTHING
    return Cell(number(value) if isinstance(value, float) else safe(str(value)))


def _compared(check: Check) -> Cell:
    if check.problem:
        return Cell(safe(check.problem), Tone.BAD)
    value = _value(check.wanted)
    return Cell(f"{value.text} of {safe(check.against)}") if check.against else value


_FIELDS = ("kind", "model", "version", "key", "from", "to", "archives", "details", "tags")


def _cell(name: str, step: Step, _moment: Moment) -> Cell:
    value = write_shape(step).get(name)
    return NOTHING if value is None else Cell(safe(str(value)))


def _usual(_steps: Sequence[Step], _moment: Moment, _wide: bool) -> list[str]:
    return list(_FIELDS[:7])


WRITES: RecordKind[Step] = RecordKind(
    noun="write",
    shape=write_shape,
    identity=lambda step: step.thing,
    fields=_FIELDS[:8],
    extras=(),
    usual=_usual,
    cell=_cell,
)
