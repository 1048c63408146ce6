"""Lists of records as tables: which columns, what they are called, and what each cell says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from venturi.compare import best_positions, direction_of
from venturi_tui.present.shapes import GROUPS, Shape
from venturi_tui.present.table import NOTHING, Cell, TableColumn, TableRow, Tone
from venturi_tui.present.words import safe

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moment:
    """What cells depend on besides the record.

    The time now, the names of experiments by id where they are worth a column, and the number of
    runs of each experiment where the store knows it.
    """

    now_ms: int
    experiments: Mapping[str, str] = field(default_factory=dict[str, str])
    run_counts: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class RecordKind(Generic[T]):
    """How records of one kind are printed.

    `fields` are the names that every format knows, `extras` those that only tables do. `usual`
    chooses the columns of a table, `cell` says what a record shows under a name, `value` is the
    number behind a metric's cell. `numeric` are further names whose columns are of numbers,
    `titles` what columns are called in tables when that does not follow from their names.
    """

    noun: str
    shape: Callable[[T], Shape]
    identity: Callable[[T], str]
    fields: tuple[str, ...]
    extras: tuple[str, ...]
    usual: Callable[[Sequence[T], Moment, bool], list[str]]
    cell: Callable[[str, T, Moment], Cell]
    value: Callable[[str, T], float | None] = lambda _name, _record: None
    numeric: frozenset[str] = frozenset()
    titles: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def has_groups(self) -> bool:
        """True when the shape holds params, metrics or tags, whose keys differ by record."""
        return bool(set(GROUPS).intersection(self.fields))


_TITLES = {
    "run_id": "id",
    "run_name": "name",
    "experiment_id": "id",
    "user_id": "user",
    "lifecycle_stage": "stage",
    "creation_time": "created",
    "last_update_time": "updated",
    "timestamp": "time",
    "file_size": "size",
}
_FLOORS = {"run_id": 8, "run_name": 12, "name": 16, "experiment": 10}
_UNCUT = frozenset({"status", "experiment_id", "lifecycle_stage", "age", "timestamp", "step"})
_NUMERIC = frozenset({"step", "value", "runs"})
_RIGHT = frozenset({"size", "age", "duration", "created_age", "updated_age"})
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|NaN|-?∞", re.ASCII)
_NARROWEST = 10


def titles(names: Sequence[str]) -> list[str]:
    """Short titles for columns: a key alone, or the whole name where two would be the same."""
    short = [_short_title(name) for name in names]
    often = Counter(short)
    return [
        safe(title if often[title] == 1 else name) for name, title in zip(names, short, strict=True)
    ]


def _short_title(name: str) -> str:
    group, dot, key = name.partition(".")
    return key if dot and group in GROUPS else _TITLES.get(name, name)


def lay_out(
    kind: RecordKind[T], records: Sequence[T], names: Sequence[str], moment: Moment
) -> tuple[list[TableColumn], list[TableRow]]:
    """Columns of these names, and a row of cells for each record; best metrics stand out."""
    columns: list[TableColumn] = []
    bodies: list[list[Cell]] = []
    for name, title in zip(names, titles(names), strict=True):
        body = [kind.cell(name, record, moment) for record in records]
        numeric = name in kind.numeric
        columns.append(_column(name, kind.titles.get(name, title), body, numeric=numeric))
        bodies.append(_with_best(name, body, [kind.value(name, record) for record in records]))
    return columns, [list(row) for row in zip(*bodies, strict=True)]


def _column(name: str, title: str, body: Sequence[Cell], *, numeric: bool) -> TableColumn:
    group = name.partition(".")[0]
    may_be_numeric = numeric or name in _NUMERIC or group in ("metrics", "params")
    numeric = may_be_numeric and all(
        cell is NOTHING or _NUMBER.fullmatch(cell.text) for cell in body
    )
    return TableColumn(
        title,
        numeric=numeric,
        right=title in _RIGHT,
        floor=None if name in _UNCUT else _FLOORS.get(name, _NARROWEST),
        end="" if name == "run_id" else "…",
    )


def _with_best(name: str, body: list[Cell], values: Sequence[float | None]) -> list[Cell]:
    group, _, key = name.partition(".")
    if group != "metrics":
        return body
    best = set(best_positions(values, direction_of(key)))
    return [
        Cell(cell.text, Tone.STRONG) if position in best else cell
        for position, cell in enumerate(body)
    ]
