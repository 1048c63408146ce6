"""The first rows of CSV, TSV and Parquet files, as texts."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from venturi.errors import MissingDriver, StoreBroken

MOST_ROWS = 64
MOST_COLUMNS = 200
LONGEST_CELL = 500
"""Characters of a cell that are kept."""

LARGEST_GROUP = 256 * 1024 * 1024
"""Bytes, unpacked: a Parquet row group that says it is larger is not read."""

_OLDEST_SAFE = (14, 0, 1)
"""Before this release pyarrow could be led to run code by a Parquet file (CVE-2023-47248)."""


@dataclass(frozen=True, slots=True)
class SmallTable:
    """The first rows of a table.

    `types` are the columns' own words for what they hold, none where a format has no types.
    `rows_in_all` and `columns_in_all` count what the file has; None when that is not known.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    types: tuple[str, ...] = ()
    rows_in_all: int | None = None
    columns_in_all: int = 0


def read_delimited(text: str, separator: str = "", *, is_whole: bool = True) -> SmallTable:
    """The first rows of a CSV or TSV text, whose first line has the names.

    Args:
        text: The text, or its beginning.
        separator: What stands between cells; found in the first line when empty.
        is_whole: Whether that is all of it; else the last line, which may be cut, is left out.

    Raises:
        StoreBroken: It is no such text.
    """
    lines = text.splitlines(keepends=True)
    if not is_whole and len(lines) > 1:
        lines.pop()
    separator = separator or _separator(lines[0] if lines else "")
    held: list[list[str]] = []
    count = 0
    try:
        for row in csv.reader(lines, delimiter=separator):
            count += bool(row)
            if row and len(held) <= MOST_ROWS:
                held.append(row)
    except csv.Error as error:
        raise StoreBroken(f"this is no table: {error}") from error
    widest = max((len(row) for row in held), default=0)
    names, rows = (held[0], held[1:]) if held else ([], [])
    return SmallTable(
        names=_padded(names, min(widest, MOST_COLUMNS)),
        rows=tuple(_padded(row, min(widest, MOST_COLUMNS)) for row in rows),
        rows_in_all=max(0, count - 1) if is_whole else None,
        columns_in_all=widest,
    )


def _separator(line: str) -> str:
    return max(",\t;|", key=line.count)


def _padded(row: Sequence[str], width: int) -> tuple[str, ...]:
    cut = [cell[:LONGEST_CELL] for cell in row[:width]]
    return (*cut, *[""] * (width - len(cut)))


def read_parquet(data: bytes) -> SmallTable:
    """The first rows of a Parquet file.

    Raises:
        MissingDriver: pyarrow is not installed, or so old that files could make it run code.
        StoreBroken: It cannot be understood, or its first rows are too large to unpack.
    """
    pa, parquet = _pyarrow()
    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        about, schema = file.metadata, file.schema_arrow
        names = list(schema.names[:MOST_COLUMNS])
        if about.num_row_groups and about.row_group(0).total_byte_size > LARGEST_GROUP:
            raise StoreBroken("its first rows are too large to be unpacked for a look")
        batches = file.iter_batches(batch_size=MOST_ROWS, columns=_roots(names))
        batch = next(iter(batches), None)
        rows = [] if batch is None else _rows(batch)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        words = str(error).strip().partition("\n")[0] or type(error).__name__
        raise StoreBroken(f"this Parquet file cannot be read: {words[:200]}") from error
    return SmallTable(
        names=tuple(names),
        rows=tuple(rows),
        types=tuple(str(schema.field(at).type)[:LONGEST_CELL] for at in range(len(names))),
        rows_in_all=about.num_rows,
        columns_in_all=len(schema.names),
    )


def _roots(names: Iterable[str]) -> list[str] | None:
    """The columns to read: by name, unless a dot in one would be taken for a nested column."""
    found = list(dict.fromkeys(names))
    return None if any("." in name for name in found) else found


def _rows(batch: Any) -> list[tuple[str, ...]]:
    columns = [
        [_cell(value) for value in batch.column(at).slice(0, MOST_ROWS).to_pylist()]
        for at in range(min(batch.num_columns, MOST_COLUMNS))
    ]
    return list(zip(*columns, strict=True))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value[: LONGEST_CELL // 2].hex()
    return str(value)[:LONGEST_CELL]


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        hint = "pip install 'venturi[parquet]'"
        raise MissingDriver("Parquet needs pyarrow, which is not installed", hint=hint) from None
    version = tuple(int(part) for part in pa.__version__.split(".")[:3] if part.isdigit())
    if version < _OLDEST_SAFE:
        hint = "pip install -U 'venturi[parquet]'"
        raise MissingDriver(f"pyarrow {pa.__version__} is too old to be safe", hint=hint)
    return pa, parquet
