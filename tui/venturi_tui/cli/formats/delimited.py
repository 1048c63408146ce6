"""CSV and TSV: one header row, one flat row for each record."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any, TextIO, cast

from venturi_tui.cli.call import Call
from venturi_tui.cli.fields import Fields
from venturi_tui.present.shapes import GROUPS, Shape, flat_names, flat_value
from venturi_tui.present.words import safe

_IN_MEMORY = 32 * 1024 * 1024


class _Out:
    """What csv writes to."""

    def __init__(self, call: Call) -> None:
        self.write = call.report.data


def write_delimited(call: Call, shapes: Iterable[Shape], fields: Fields) -> None:
    """Records as rows.

    Which params, metrics and tags there are is known only after the last record, so the records
    wait in a file, unless every column was named. An empty cell is a missing value.
    """
    first, rest = _peek(shapes)
    if fields.is_exact or first is None or not any(group in first for group in GROUPS):
        names = list(first or fields.plain)
        _write_rows(call, fields.choose(names) if fields else names, rest)
        return
    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="ascii") as file:
        waiting = cast("TextIO", file)
        seen: dict[str, None] = {}
        for shape in rest:
            waiting.write(json.dumps(shape) + "\n")
            seen.update((name, None) for name in flat_names(shape))
        names = sorted(seen, key=_place)
        waiting.seek(0)
        kept = (json.loads(line) for line in waiting)
        _write_rows(call, fields.choose(names) if fields else names, kept)


def write_rows(call: Call, names: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Rows under a header."""
    writer = _writer(call)
    if call.settings.headers:
        writer.writerow(_shown(call, names))
    writer.writerows((_shown(call, row) for row in rows) if call.report.on_terminal else rows)


def _write_rows(call: Call, names: list[str], shapes: Iterable[Shape]) -> None:
    if names:
        write_rows(
            call, names, ([_flat(flat_value(shape, name)) for name in names] for shape in shapes)
        )


def _flat(value: Any) -> Any:
    """A value as one cell: of a list its texts with commas, of anything else but text its JSON."""
    if isinstance(value, list | tuple):
        texts = [each for each in cast("Sequence[Any]", value) if isinstance(each, str)]
        if len(texts) == len(cast("Sequence[Any]", value)):
            return ",".join(texts)
    return json.dumps(value) if isinstance(value, list | tuple | dict | bool) else value


def _writer(call: Call) -> Any:
    delimiter = "\t" if call.settings.output == "tsv" else ","
    return csv.writer(_Out(call), delimiter=delimiter, lineterminator="\n")


def _shown(call: Call, row: Iterable[Any]) -> list[Any]:
    """Cells as they are; on a terminal what is in them is shown, not obeyed."""
    if not call.report.on_terminal:
        return list(row)
    return [safe(cell) if isinstance(cell, str) else cell for cell in row]


def _peek(shapes: Iterable[Shape]) -> tuple[Shape | None, Iterator[Shape]]:
    """The first of the shapes, and all of them."""
    walk = iter(shapes)
    first = next(walk, None)

    def again() -> Iterator[Shape]:
        if first is not None:
            yield first
        yield from walk

    return first, again()


def _place(name: str) -> tuple[int, str]:
    """Where a column stands: plain ones as they come, then params, metrics, tags by key."""
    group = name.partition(".")[0]
    return (GROUPS.index(group) + 1, name) if group in GROUPS else (0, "")
