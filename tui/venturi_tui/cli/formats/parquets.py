"""Metric histories as Parquet, some hundred thousand points in memory at a time."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import parquet

from venturi.curves.align import Aligned
from venturi.records import History

_CHUNK = 1 << 17
"""Points of a row group, which is what is in memory at once beside the history itself."""

_TYPES = {
    "run_id": pa.string(),
    "key": pa.string(),
    "step": pa.int64(),
    "timestamp": pa.int64(),
    "value": pa.float64(),
}


def write_long(file: BinaryIO, histories: Iterable[History], names: Sequence[str]) -> None:
    """A row for each point, with the columns of these names.

    `run_id` and `key` are strings, `step` and `timestamp` (ms) 64-bit integers, `value` is a
    double, in which NaN and infinity are themselves.
    """
    schema = pa.schema([(name, _TYPES[name]) for name in names])
    with parquet.ParquetWriter(file, schema) as writer:
        waiting: list[Any] = []
        for piece in _pieces(histories):
            columns = [_column(piece, name) for name in names]
            waiting.append(pa.Table.from_arrays(columns, schema=schema))
            if sum(table.num_rows for table in waiting) >= _CHUNK:
                writer.write_table(pa.concat_tables(waiting))
                waiting.clear()
        if waiting:
            writer.write_table(pa.concat_tables(waiting))


def write_wide(
    file: BinaryIO, aligned: Aligned, names: Sequence[str], wanted: Sequence[str]
) -> None:
    """A row for each step, with a nullable column of doubles for each history.

    Args:
        file: Where to.
        aligned: The histories.
        names: What their columns are called.
        wanted: Which columns to write, in this order: `step`, or one of the names.
    """
    places = {name: place for place, name in enumerate(names)}
    types = [(name, _TYPES["value" if name in places else "step"]) for name in wanted]
    schema = pa.schema(types)
    with parquet.ParquetWriter(file, schema) as writer:
        for start in range(0, len(aligned), _CHUNK):
            rows = slice(start, start + _CHUNK)
            columns = [_aligned_column(aligned, places.get(name), rows) for name in wanted]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def _pieces(histories: Iterable[History]) -> Iterator[History]:
    """The histories in pieces that are no larger than a row group."""
    for history in histories:
        for start in range(0, len(history), _CHUNK):
            rows = slice(start, start + _CHUNK)
            columns = (history.steps[rows], history.timestamps[rows], history.values[rows])
            yield History(history.run_id, history.key, *columns)


def _column(piece: History, name: str) -> Any:
    if name in ("run_id", "key"):
        text = _encodable(piece.run_id if name == "run_id" else piece.key)
        return pa.repeat(pa.scalar(text, _TYPES[name]), len(piece))
    held = {"step": piece.steps, "timestamp": piece.timestamps, "value": piece.values}[name]
    return _numbers(held, _TYPES[name])


def _numbers(column: array[int] | array[float], kind: Any) -> Any:
    """A column as it lies in memory."""
    return pa.Array.from_buffers(kind, len(column), [None, pa.py_buffer(column)])


def _aligned_column(aligned: Aligned, place: int | None, rows: slice) -> Any:
    if place is None:
        return _numbers(aligned.steps[rows], _TYPES["step"])
    pairs = zip(aligned.rows[place][rows], aligned.columns[place][rows], strict=True)
    values = [value if row >= 0 else None for row, value in pairs]
    return pa.array(values, _TYPES["value"], from_pandas=False)


def _encodable(text: str) -> str:
    """A text that UTF-8 can hold."""
    return text.encode("utf-8", "backslashreplace").decode()
