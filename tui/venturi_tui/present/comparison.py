"""Runs side by side as rows of cells: what differs, by how much, and which value is best."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from venturi.compare import (
    Direction,
    RunDiff,
    Value,
    best_positions,
    direction_of,
    relative_change,
    row_differs,
    same,
)
from venturi_tui.present.cells import Moment
from venturi_tui.present.pieces import Line, Piece, Role
from venturi_tui.present.words import (
    MISSING,
    exact_count,
    number,
    safe,
    status_glyph,
    status_word,
    timestamp,
)

_TIMES = frozenset({"start_time", "end_time"})
_SIGNS = {Direction.HIGHER: " ▲", Direction.LOWER: " ▼", Direction.UNKNOWN: ""}


class Kind(Enum):
    """What a row of a comparison is."""

    SECTION = "section"
    VALUES = "values"


@dataclass(frozen=True, slots=True)
class CompareRow:
    """A row: its title, and for each run a cell and the full text behind it."""

    kind: Kind
    title: Line
    cells: tuple[Line, ...] = ()
    texts: tuple[str | None, ...] = ()
    key: str = ""


def compare_rows(diff: RunDiff, moment: Moment, *, only_changed: bool) -> list[CompareRow]:
    """The rows of a comparison, section by section.

    Args:
        diff: The runs, and which one is the baseline.
        moment: Names of experiments.
        only_changed: Leave out rows whose values are all the same.
    """
    rows: list[CompareRow] = []
    for section, held in diff.sections.items():
        kept = {
            key: row
            for key, row in held.items()
            if not _is_bookkeeping(section, key) and (row_differs(row) or not only_changed)
        }
        if not kept:
            continue
        whole = sum(not _is_bookkeeping(section, key) for key in held)
        count = f"{exact_count(len(kept))} of {exact_count(whole)}"
        title = ((section, Role.ACCENT), (f"  {count}", Role.DIM))
        if rows:
            rows.append(CompareRow(Kind.SECTION, ()))
        rows.append(CompareRow(Kind.SECTION, title))
        for key, row in sorted(kept.items(), key=_system_last):
            rows.append(_values(section, key, row, diff.baseline, moment))
    return rows


def apart_rows(
    key: str, steps: Sequence[int | None], has: Sequence[bool], baseline: int
) -> list[CompareRow]:
    """At which step the curve of each run leaves that of the baseline, under a heading.

    Args:
        key: The metric.
        steps: One a run; None where the curves stay together.
        has: Which of the runs have a curve.
        baseline: Place of the run that the others are held against.
    """
    if not has[baseline] or sum(has) < 2:
        return []
    cells: list[Line] = []
    texts: list[str | None] = []
    for place, step in enumerate(steps):
        if not has[place]:
            cells.append(((MISSING, Role.FAINT),))
            texts.append(None)
            continue
        words = "stays together" if step is None else f"from step {exact_count(step)}"
        base = place == baseline
        cells.append((("baseline" if base else words, Role.DIM if base else Role.TEXT),))
        texts.append("the baseline" if base else words)
    title: Line = ((f"  {safe(key)} apart", Role.TEXT),)
    return [
        CompareRow(Kind.SECTION, (("curves", Role.ACCENT),)),
        CompareRow(Kind.VALUES, title, tuple(cells), tuple(texts), f"{key} apart"),
        CompareRow(Kind.SECTION, ()),
    ]


def before_metrics(rows: Sequence[CompareRow], more: Sequence[CompareRow]) -> list[CompareRow]:
    """The rows with some more above those of metrics, or at the end where there are none."""
    headings = [row.title[0][0] if row.title else "" for row in rows]
    at = headings.index("metrics") if "metrics" in headings else len(rows)
    return [*rows[:at], *more, *rows[at:]]


def _system_last(entry: tuple[str, Sequence[Value]]) -> bool:
    """Metrics of the machine come after those of the run; all else keeps its order."""
    return entry[0].startswith("system/")


def narrowed(rows: Sequence[CompareRow], letters: str) -> list[CompareRow]:
    """The rows whose key holds some letters, in whatever case, under their headings."""
    kept: list[CompareRow] = []
    heading: list[CompareRow] = []
    for row in rows:
        if row.kind is Kind.SECTION:
            heading = [row] if row.title else []
        elif letters.casefold() in row.key.casefold():
            kept += [*heading, row]
            heading = []
    return kept


def changed_count(diff: RunDiff) -> tuple[int, int]:
    """How many rows differ, of how many."""
    shown = [
        row
        for section, held in diff.sections.items()
        for key, row in held.items()
        if not _is_bookkeeping(section, key)
    ]
    return sum(map(row_differs, shown)), len(shown)


def _is_bookkeeping(section: str, key: str) -> bool:
    """What MLflow keeps for itself and would only be noise here."""
    noise = ("mlflow.log-model.history", "mlflow.loggedArtifacts", "mlflow.runName")
    return section == "tags" and key in noise


def _values(
    section: str, key: str, row: Sequence[Value], baseline: int, moment: Moment
) -> CompareRow:
    direction = direction_of(key) if section == "metrics" else Direction.UNKNOWN
    best = best_positions(row, direction)
    cells = [
        _cell(section, key, value, row[baseline], at == baseline, at in best, direction, moment)
        for at, value in enumerate(row)
    ]
    title: Line = ((f"  {safe(key)}", Role.TEXT), (_SIGNS[direction], Role.DIM))
    texts = tuple(None if value is None else str(value) for value in row)
    return CompareRow(Kind.VALUES, title, tuple(cells), texts, key)


def _cell(
    section: str,
    key: str,
    value: Value,
    base: Value,
    is_base: bool,
    is_best: bool,
    direction: Direction,
    moment: Moment,
) -> Line:
    if value is None:
        return ((MISSING, Role.FAINT),)
    if not is_base and same(value, base):
        return (("=", Role.DIM),)
    words = value_words(section, key, value, moment)
    pieces: list[Piece] = [(words, Role.STRONG if is_best else Role.TEXT)]
    if is_best:
        pieces.append(("  best", Role.DIM))
    if not is_base and section == "metrics":
        pieces += _change(value, base, direction)
    return tuple(pieces)


def _change(value: Value, base: Value, direction: Direction) -> list[Piece]:
    """By how much a metric differs from the baseline: `-0.26%  -0.0024`; the last is cut first."""
    if not isinstance(value, (int, float)) or not isinstance(base, (int, float)):
        return []
    change = value - base
    share = relative_change(value, base)
    if share is None:
        return []
    better = change > 0 if direction is Direction.HIGHER else change < 0
    role = Role.DIM if direction is Direction.UNKNOWN else Role.GOOD if better else Role.BAD
    return [(f"  {_share(share)}", role), (f"  {_signed(change)}", Role.DIM)]


def _share(share: float) -> str:
    """A relative change: `-0.26%`; from eleven times as much on, how many times."""
    return (
        f"\N{MULTIPLICATION SIGN}{number(share + 1, digits=3)}" if share >= 10 else f"{share:+.2%}"
    )


def _signed(change: float) -> str:
    shown = number(change, digits=3)
    return shown if shown.startswith("-") else f"+{shown}"


def value_words(section: str, key: str, value: Value, moment: Moment) -> str:
    """A value as a person reads it."""
    if section == "attributes":
        return _attribute_words(key, value, moment)
    if isinstance(value, float):
        return number(value)
    return safe(str(value))


def _attribute_words(key: str, value: Value, moment: Moment) -> str:
    if key in _TIMES and isinstance(value, int):
        return timestamp(value)
    if key == "status":
        return f"{status_glyph(str(value))} {status_word(str(value))}"
    if key == "experiment_id":
        return safe(moment.experiments.get(str(value), str(value)))
    return safe(str(value))


def as_json(diff: RunDiff) -> str:
    """A comparison as the command line's JSON has it."""
    sections: dict[str, Mapping[str, Sequence[Value]]] = dict(diff.sections)
    return json.dumps({"runs": list(diff.run_ids), **sections}, ensure_ascii=False, default=str)
