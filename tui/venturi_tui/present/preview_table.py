"""The first rows of a file that is a table, as lines: numbers right, and as many columns as fit."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from venturi.artifacts.tables import SmallTable
from venturi_tui.present.cells import cut
from venturi_tui.present.pieces import Piece, Role
from venturi_tui.present.run_card import CardLine
from venturi_tui.present.words import exact_count, safe

_WIDEST = 28
_GAP = 2


def table_lines(table: SmallTable, width: int) -> list[CardLine]:
    """Names, types where there are some, and rows; a row's value is all of its cells."""
    if not table.names:
        return [CardLine((("no columns", Role.DIM),))]
    texts = [[safe(cell) for cell in row] for row in table.rows]
    names = [safe(name) for name in table.names]
    types = [safe(each) for each in table.types]
    sizes = _sizes(names, types, texts, width)
    shown = len(sizes)
    right = [_are_numbers([row[at] for row in texts]) for at in range(shown)]
    card = [CardLine(_row(names, sizes, right, Role.STRONG))]
    if types:
        card.append(CardLine(_row(types, sizes, right, Role.FAINT)))
    for at, (row, cells) in enumerate(zip(table.rows, texts, strict=True)):
        whole = "\n".join(f"{name}: {cell}" for name, cell in zip(table.names, row, strict=True))
        card.append(CardLine(_row(cells, sizes, right, Role.TEXT), f"row {at + 1}", whole))
    return [*card, *_rest(table, shown)]


def _rest(table: SmallTable, shown: int) -> list[CardLine]:
    """What there is besides."""
    parts: list[str] = []
    if table.rows_in_all is None:
        parts.append("more rows")
    elif table.rows_in_all > len(table.rows):
        parts.append(f"{exact_count(table.rows_in_all - len(table.rows))} more rows")
    if table.columns_in_all > shown:
        parts.append(f"{exact_count(table.columns_in_all - shown)} more columns")
    return [CardLine(((f"… {', '.join(parts)}", Role.DIM),))] if parts else []


def _sizes(
    names: Sequence[str], types: Sequence[str], texts: Sequence[Sequence[str]], width: int
) -> list[int]:
    sizes: list[int] = []
    used = 0
    for at, name in enumerate(names):
        held = [name, *(row[at] for row in texts), *(types[at : at + 1])]
        size = max(1, min(_WIDEST, max(map(cell_len, held))))
        if sizes and used + _GAP + size > width:
            break
        sizes.append(min(size, width))
        used += size + (_GAP if len(sizes) > 1 else 0)
    return sizes


def _are_numbers(cells: Sequence[str]) -> bool:
    return any(cells) and all(_is_number(cell) for cell in cells if cell)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _row(
    cells: Sequence[str], sizes: Sequence[int], right: Sequence[bool], role: Role
) -> tuple[Piece, ...]:
    parts = [
        cut(cell, size, right=is_right)
        for cell, size, is_right in zip(cells, sizes, right, strict=False)
    ]
    return (((" " * _GAP).join(parts).rstrip(), role),)
