"""Conditions that were tried on versions as a table: what each has, what it should have."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.registry.gates import Check
from venturi_tui.present.grid import (
    GridColumn,
    fitting_widths,
    lay_row,
    lay_titles,
    natural_widths,
)
from venturi_tui.present.notices import wrapped
from venturi_tui.present.pieces import Line, Role
from venturi_tui.present.run_card import CardLine
from venturi_tui.present.words import MISSING, number, safe

_COLUMNS = (
    GridColumn("", least=1),
    GridColumn("version", least=6, spare=2),
    GridColumn("condition", least=12, spare=1),
    GridColumn("has", least=6, right=True),
    GridColumn("", least=2),
    GridColumn("compared with", least=8),
)


def check_card(checks: Sequence[Check], width: int) -> list[CardLine]:
    """A line for each condition, below it why it cannot be told when it cannot."""
    rows = [_row(check) for check in checks]
    widths = fitting_widths(_COLUMNS, natural_widths(_COLUMNS, rows), width)
    card = [CardLine(lay_titles(_COLUMNS, widths))]
    for check, row in zip(checks, rows, strict=True):
        card.append(CardLine(lay_row(_COLUMNS, row, widths), check.gate.text, _whole(check)))
        if check.problem:
            told = wrapped(safe(check.problem), max(8, width - 3))
            card += [CardLine(((f"   {each}", Role.BAD),)) for each in told]
    return card


def verdict(checks: Sequence[Check]) -> Line:
    """Whether all of them hold, in a few words."""
    failed = sum(not check.passed for check in checks)
    if not failed:
        words = "it holds" if len(checks) == 1 else f"all {len(checks)} hold"
        return ((f"✓ {words}", Role.GOOD),)
    if len(checks) == 1:
        return (("✗ it does not hold", Role.BAD),)
    return ((f"✗ {failed} of {len(checks)} do not hold", Role.BAD),)


def _row(check: Check) -> list[Line]:
    sign, tone = ("✓", Role.GOOD) if check.passed else ("✗", Role.BAD)
    return [
        ((sign, tone),),
        ((safe(check.version), Role.TEXT),),
        ((safe(f"{check.gate.group}.{check.gate.key}"), Role.DIM),),
        _value(check.have),
        ((safe(check.gate.op), Role.DIM),),
        _compared(check),
    ]


def _value(value: float | int | str | None) -> Line:
    if value is None:
        return ((MISSING, Role.FAINT),)
    return ((number(value) if isinstance(value, float) else safe(str(value)), Role.STRONG),)


def _compared(check: Check) -> Line:
    if not check.against:
        return _value(check.wanted)
    return (*_value(check.wanted), (f" of {safe(check.against)}", Role.DIM))


def _whole(check: Check) -> str:
    """Everything about a check, with every digit."""
    against = f" of {check.against}" if check.against else ""
    lines = [check.version, check.gate.text, f"has {check.have}", f"wanted {check.wanted}{against}"]
    return "\n".join([*lines, *([check.problem] if check.problem else [])])
