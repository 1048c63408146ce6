"""Changes of a store in words and shapes: what a dry run prints."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.changes import Change
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.shapes import Shape
from venturi_tui.present.table import NOTHING, Cell
from venturi_tui.present.words import safe, timestamp

_FIELDS = ("action", "kind", "id", "name", "key", "before", "after", "step")


def change_shape(change: Change) -> Shape:
    """A change as printed in JSON; `id` is null for what is yet to be made."""
    return {
        "action": change.action,
        "kind": change.kind,
        "id": change.target or None,
        "name": change.name,
        "key": change.key or None,
        "before": change.before,
        "after": change.after,
        "step": change.step,
    }


def change_line(change: Change) -> str:
    """A change as one line: `tag run 3fa91c2d…: team = nlp (was vision)`."""
    subject = f"{change.kind} {change.target or change.name}".rstrip()
    return safe(f"{_verb(change)} {subject}{_rest(change)}")


def _verb(change: Change) -> str:
    return "log to" if change.action in ("param", "metric") else change.action


def _rest(change: Change) -> str:
    after = change.after
    if change.action == "create":
        return f" in experiment {after}" if after else ""
    if change.action in ("use", "remove"):
        return ""
    if change.action in ("delete", "restore"):
        return f" ({change.name})" if change.name else ""
    if change.action in ("rename", "finish"):
        return f": {change.before} → {after}"
    if change.action == "end":
        return f": at {timestamp(int(after or 0))}"
    return _keyed(change)


def _keyed(change: Change) -> str:
    if change.action == "untag":
        return f": {change.key} (was {change.before})"
    kind = "" if change.action in ("tag", "add") else f"{change.action} "
    step = "" if change.step is None else f" at step {change.step}"
    was = "" if change.before is None else f" (was {change.before})"
    return f": {kind}{change.key} = {change.after}{step}{was}"


def _usual(_changes: Sequence[Change], _moment: Moment, _wide: bool) -> list[str]:
    return list(_FIELDS)


def _cell(name: str, change: Change, _moment: Moment) -> Cell:
    value = change_shape(change)[name]
    return NOTHING if value is None else Cell(safe(str(value)))


CHANGES: RecordKind[Change] = RecordKind(
    noun="change",
    shape=change_shape,
    identity=lambda change: change.target,
    fields=_FIELDS,
    extras=(),
    usual=_usual,
    cell=_cell,
)
