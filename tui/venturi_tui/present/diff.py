"""Runs side by side as a table: what is the same, what is better, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from venturi.compare import (
    Direction,
    Row,
    RunDiff,
    Value,
    best_positions,
    direction_of,
    relative_change,
    same,
)
from venturi_tui.present.table import NOTHING, Cell, TableColumn, TableRow, Tone
from venturi_tui.present.words import (
    exact_count,
    number,
    safe,
    status_glyph,
    status_word,
    timestamp,
)

SAME = Cell("=", Tone.DIM)
"""Stands for the baseline's value."""

_ARROWS = {Direction.LOWER: "▼", Direction.HIGHER: "▲", Direction.UNKNOWN: ""}
_OWN = "mlflow."


def diff_columns(diff: RunDiff) -> list[TableColumn]:
    """Columns for the key, the direction of a metric, and each run, the baseline marked."""
    runs = [
        TableColumn(_run_title(diff, position), floor=12) for position in range(len(diff.run_ids))
    ]
    return [TableColumn("", floor=16), TableColumn(""), *runs]


def diff_rows(diff: RunDiff) -> list[TableRow]:
    """A heading for each section that has rows, and its rows."""
    rows: list[TableRow] = []
    for section, values in diff.sections.items():
        if values:
            rows.append(Cell(section, Tone.STRONG))
            rows.extend(_section_rows(diff, section, values))
    return rows


def counted(diff: RunDiff, shown: RunDiff) -> str:
    """How many rows differ: `14 of 61 rows differ`."""
    return f"{len(shown.only_changed())} of {len(diff)} rows differ"


def _run_title(diff: RunDiff, position: int) -> str:
    name = safe(diff.run_names[position]) or safe(diff.run_ids[position])
    if diff.run_names.count(diff.run_names[position]) > 1:
        name = f"{name} {safe(diff.run_ids[position][:8])}"
    return f"{name} (baseline)" if position == diff.baseline and len(diff.run_ids) > 1 else name


def _section_rows(diff: RunDiff, section: str, values: Mapping[str, Row]) -> list[TableRow]:
    keys = (
        sorted(values, key=lambda key: (key.startswith(_OWN), key)) if section == "tags" else values
    )
    rows: list[TableRow] = []
    for key in keys:
        way = direction_of(key) if section == "metrics" else Direction.UNKNOWN
        cells = _row_cells(diff, section, key, values[key], way)
        rows.append([Cell(f"  {safe(key)}"), Cell(_ARROWS[way], Tone.DIM), *cells])
    return rows


def _row_cells(diff: RunDiff, section: str, key: str, row: Row, way: Direction) -> Sequence[Cell]:
    base = row[diff.baseline]
    best = set(best_positions(row, way))
    cells: list[Cell] = []
    for position, value in enumerate(row):
        if value is None:
            cells.append(NOTHING)
        elif position != diff.baseline and same(value, base):
            cells.append(SAME)
        elif section == "metrics":
            cells.append(_metric_cell(value, base, way, is_best=position in best))
        else:
            cells.append(Cell(_shown(section, key, value)))
    return cells


def _metric_cell(value: Value, base: Value, way: Direction, *, is_best: bool) -> Cell:
    text = number(float(value)) if isinstance(value, (int, float)) else str(value)
    change = relative_change(value, base)
    if change:
        text = f"{text}  {_percent(change)}"
    if is_best:
        return Cell(f"{text}  best", Tone.GOOD if change else Tone.STRONG)
    return Cell(text, _change_tone(change, way))


def _percent(change: float) -> str:
    """A change in percent with its sign; one of a hundredfold or more as a factor."""
    if abs(change) >= 100:
        factor = exact_count(round(abs(change))) if abs(change) < 1e6 else number(abs(change), 2)
        return f"{'+' if change > 0 else '-'}{factor}x"
    return f"{change:+.2%}"


def _change_tone(change: float | None, way: Direction) -> Tone:
    if not change or way is Direction.UNKNOWN:
        return Tone.NORMAL
    return Tone.GOOD if (change > 0) == (way is Direction.HIGHER) else Tone.BAD


def _shown(section: str, key: str, value: Value) -> str:
    if section != "attributes":
        return safe(str(value))
    if key in ("start_time", "end_time") and isinstance(value, int):
        return timestamp(value)
    if key == "status":
        return f"{status_glyph(str(value))} {status_word(str(value))}"
    return safe(str(value))
