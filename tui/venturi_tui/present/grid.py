"""Cells in columns that fit a width: what matters least is cut first, then left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from venturi_tui.present.pieces import Line, Piece, Role, fitted, length

_GAP = 2


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of a grid.

    Args:
        title: What stands above it.
        least: The fewest cells it can be cut to.
        spare: How well one can do without it; the highest is left out first.
        right: Whether it stands to the right.
    """

    title: str
    least: int = 4
    spare: int = 0
    right: bool = False


def natural_widths(columns: Sequence[GridColumn], rows: Sequence[Sequence[Line]]) -> list[int]:
    """Cells that each column needs to show all it holds."""
    widths = [cell_len(column.title) for column in columns]
    for row in rows:
        for at, cell in enumerate(row):
            widths[at] = max(widths[at], length(cell))
    return widths


def fitting_widths(columns: Sequence[GridColumn], natural: Sequence[int], room: int) -> list[int]:
    """Width of each column where `room` cells are there for all; 0 for one that is left out."""
    least = [min(width, column.least) for column, width in zip(columns, natural, strict=True)]
    kept = sorted(range(len(columns)), key=lambda at: columns[at].spare)
    while len(kept) > 1 and sum(least[at] + _GAP for at in kept) - _GAP > room:
        kept.pop()
    widths = [least[at] if at in kept else 0 for at in range(len(columns))]
    rest = room - sum(widths) - _GAP * (len(kept) - 1)
    for at in kept:
        more = min(natural[at] - widths[at], max(rest, 0))
        widths[at] += more
        rest -= more
    return widths


def lay_row(columns: Sequence[GridColumn], cells: Sequence[Line], widths: Sequence[int]) -> Line:
    """A row of cells, each as wide as its column."""
    drawn: list[Piece] = []
    for column, cell, width in zip(columns, cells, widths, strict=True):
        if not width:
            continue
        kept = fitted(cell, width)
        air = (" " * (width - length(kept)), Role.TEXT)
        gap = (" " * (_GAP if drawn else 0), Role.TEXT)
        drawn += [gap, air, *kept] if column.right else [gap, *kept, air]
    return tuple(drawn)


def lay_titles(columns: Sequence[GridColumn], widths: Sequence[int]) -> Line:
    """The columns' titles."""
    return lay_row(columns, [((column.title, Role.DIM),) for column in columns], widths)
