"""Model versions side by side as rows of cells: what differs, and by how much metrics do."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.compare import (
    Direction,
    Row,
    Value,
    best_positions,
    direction_of,
    relative_change,
    row_differs,
    same,
)
from venturi.registry.side_by_side import UNREAD, VersionDiff
from venturi_tui.present.comparison import CompareRow, Kind
from venturi_tui.present.kinds.artifacts import byte_count
from venturi_tui.present.pieces import Line, Piece, Role
from venturi_tui.present.stages import stage_words
from venturi_tui.present.words import MISSING, exact_count, number, safe

_SIGNS = {Direction.HIGHER: " ▲", Direction.LOWER: " ▼", Direction.UNKNOWN: ""}


def version_diff_rows(diff: VersionDiff, *, only_changed: bool) -> list[CompareRow]:
    """The rows of a comparison, section by section."""
    rows: list[CompareRow] = []
    for section, held in diff.sections.items():
        kept = {
            key: row
            for key, row in held.items()
            if row_differs(row) or key == UNREAD or not only_changed
        }
        if not kept:
            continue
        count = f"{exact_count(len(kept))} of {exact_count(len(held))}"
        if rows:
            rows.append(CompareRow(Kind.SECTION, ()))
        title: Line = ((section, Role.ACCENT), (f"  {count}", Role.DIM))
        rows.append(CompareRow(Kind.SECTION, title))
        rows += [_row(section, key, row, diff.baseline) for key, row in kept.items()]
    return rows


def _row(section: str, key: str, row: Row, baseline: int) -> CompareRow:
    way = direction_of(key) if section == "metrics" else Direction.UNKNOWN
    best = best_positions(row, way)
    title: Line = ((f"  {safe(key)}", Role.TEXT), (_SIGNS[way], Role.DIM))
    cells = [
        _cell(section, key, row, at, is_base=at == baseline, base=row[baseline], best=best, way=way)
        for at in range(len(row))
    ]
    texts = tuple(None if value is None else str(value) for value in row)
    return CompareRow(Kind.VALUES, title, tuple(cells), texts, f"{section}.{key}")


def _cell(
    section: str,
    key: str,
    row: Row,
    at: int,
    *,
    is_base: bool,
    base: Value,
    best: Sequence[int],
    way: Direction,
) -> Line:
    value = row[at]
    if value is None:
        return ((MISSING, Role.FAINT),)
    if not is_base and same(value, base):
        return (("=", Role.DIM),)
    pieces: list[Piece] = [(_words(section, key, value), Role.STRONG if at in best else Role.TEXT)]
    if at in best:
        pieces.append(("  best", Role.DIM))
    share = None if is_base or section != "metrics" else relative_change(value, base)
    if share is not None:
        better = (share > 0) == (way is Direction.HIGHER)
        tone = Role.DIM if way is Direction.UNKNOWN else Role.GOOD if better else Role.BAD
        pieces.append((f"  {share:+.2%}", tone))
    return tuple(pieces)


def _words(section: str, key: str, value: Value) -> str:
    if section == "version" and key == "stage":
        return stage_words(str(value))
    if isinstance(value, float):
        return number(value)
    if section == "version" and key == "size" and isinstance(value, int):
        return byte_count(value)
    return safe(str(value))
