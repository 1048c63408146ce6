"""The lines around small charts: a name and the runs' values above each, a legend below all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from venturi_tui.present.chart_wall import Group
from venturi_tui.present.pieces import Hue, Line, Piece, Role, fitted, length, spread
from venturi_tui.present.words import MISSING, exact_count, number, safe

_LEAST_NAME = 12
_LONGEST_NAME = 32
_LONGEST_MEASURED = 400
_BETWEEN = 2


@dataclass(frozen=True, slots=True)
class Sign:
    """How a run is told from the others: its mark, the place of its colour, its name."""

    mark: str
    color: int
    name: str
    is_focused: bool = False


def title_line(
    key: str, values: Sequence[tuple[Sign, float | None]], width: int, *, focused: bool
) -> Line:
    """`▸ val/loss    ◆ 0.2131  ● 0.2204`, in at most so many cells.

    A long name is cut in its middle, for its end tells most. The value of the focused run comes
    first, and of the others as many as there is room for.
    """
    ordered = sorted(values, key=lambda pair: not pair[0].is_focused)
    lead = ("▸ " if focused else "", Role.ACCENT)
    name = _measurable(key)
    kept = min(cell_len(name), max(_LEAST_NAME, width // 2)) + len(lead[0]) + _BETWEEN
    shown: list[Piece] = []
    for sign, value in ordered:
        words = MISSING if value is None else brief(value)
        mark = f"{sign.mark} " if len(values) > 1 else ""
        pieces: list[Piece] = [
            ("  " if shown else "", Role.TEXT),
            (mark, Hue(sign.color)),
            (words, Role.TEXT),
        ]
        if kept + length((*shown, *pieces)) > width:
            break
        shown += pieces
    room = width - length(tuple(shown)) - len(lead[0]) - (_BETWEEN if shown else 0)
    tone = Role.ACCENT if focused else Role.STRONG
    left: Line = (lead, (middle_cut(name, max(room, 1)), tone))
    return spread(left, tuple(shown), width)


def brief(value: float) -> str:
    """A number in few characters: `0.2131`, `811.1k`, `1.089M`, `3e-5`, `NaN`."""
    for size, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e5, "k")):
        if size <= abs(value) < 1e15:
            return f"{value / (1e3 if unit == 'k' else size):.4g}{unit}"
    return number(value, 5 if abs(value) >= 1e4 else 4)


def middle_cut(text: str, width: int) -> str:
    """A text in at most so many cells, with `…` in its middle when it is longer."""
    if cell_len(text) <= width:
        return text
    if width < 5:
        return set_cell_size(text, max(width - 1, 0)).rstrip() + "…"
    front = (width - 1) // 3
    back = width - 1 - front
    end = text[-back:]
    while cell_len(end) > back:
        end = end[1:]
    return set_cell_size(text, front) + "…" + end


def heading_line(group: Group, width: int, *, about: str = "") -> Line:
    """`val/ 3 ─────────────`: the name of a group and how many metrics it has."""
    count = f" {exact_count(len(group.keys))} "
    said = f" {about} " if about else " "
    name = middle_cut(safe(group.name or "metrics"), max(1, width - len(count)))
    left: Line = ((name, Role.DIM), (count, Role.DIM))
    rule = max(0, width - length(left) - len(said) + 1)
    return fitted((*left, ("─" * rule, Role.FAINT), (said.rstrip(), Role.DIM)), width)


def legend_line(signs: Sequence[Sign], width: int) -> Line:
    """`◆ brave-otter  ● calm-finch  +3 more`: which mark is which run's."""
    drawn: list[Piece] = []
    for at, sign in enumerate(signs):
        more = f"  +{len(signs) - at} more"
        pieces: list[Piece] = [
            ("  " if drawn else "", Role.TEXT),
            (f"{sign.mark} ", Hue(sign.color)),
            (_short(sign.name), Role.STRONG if sign.is_focused else Role.TEXT),
        ]
        rest = len(more) if at + 1 < len(signs) else 0
        if drawn and length((*drawn, *pieces)) + rest > width:
            drawn.append((more, Role.DIM))
            break
        drawn += pieces
    return fitted(tuple(drawn), width)


def _short(name: str) -> str:
    return middle_cut(_measurable(name), _LONGEST_NAME)


def _measurable(text: str) -> str:
    """A text that may be measured cell by cell: of a very long one the beginning and the end."""
    half = _LONGEST_MEASURED // 2
    return safe(text if len(text) <= _LONGEST_MEASURED else f"{text[:half]}…{text[-half:]}")
