"""Metric histories in each format, a million points of CSV in a second or two."""

from __future__ import annotations

import io
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any, BinaryIO, cast

from venturi.curves.align import align
from venturi.errors import MissingDriver, UsageError
from venturi.records import History
from venturi_tui.cli.call import Call
from venturi_tui.cli.fields import Fields
from venturi_tui.cli.formats import side_by_side
from venturi_tui.cli.formats.answer import write_records
from venturi_tui.cli.formats.delimited import write_rows
from venturi_tui.cli.formats.jsons import write_json_lines
from venturi_tui.cli.landing import landing, say_where
from venturi_tui.present.kinds import POINTS, Point
from venturi_tui.present.listing import Moment
from venturi_tui.present.shapes import json_number, point_shape


def write_histories(call: Call, histories: Iterable[History]) -> None:
    """Every point of the histories, one after the other."""
    output = call.settings.output
    if output == "jsonl" and not call.settings.columns:
        write_json_lines(call, (point_shape(h.run_id, point) for h in histories for point in h))
    elif output in ("csv", "tsv") and not call.settings.columns:
        write_rows(call, POINTS.fields, (row for history in histories for row in _rows(history)))
    else:
        flat = (Point(history.run_id, metric) for history in histories for metric in history)
        write_records(call, POINTS, flat, lambda _shown: Moment(call.now_ms))


def write_wide_histories(call: Call, histories: Iterable[History]) -> None:
    """A row for each step, with a column for each of the histories."""
    held = list(histories)
    side_by_side.write_side_by_side(call, held, align(held))


def write_parquet(
    call: Call, histories: Iterable[History], path: Path | None, *, wide: bool
) -> None:
    """The histories as a Parquet file.

    Raises:
        MissingDriver: What writes Parquet is not installed.
        UsageError: It would go to a terminal.
    """
    try:
        from venturi_tui.cli.formats.parquets import write_long, write_wide
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "pyarrow":
            raise
        hint = 'pip install "venturi[parquet]"'
        raise MissingDriver("-o parquet needs pyarrow, which is not installed", hint=hint) from None
    if path is None and call.report.on_terminal:
        raise UsageError("Parquet would spoil the terminal", hint="--to FILE writes a file")
    with _destination(call, path) as file:
        if not wide:
            names = _chosen(Fields(call.settings.columns, POINTS), POINTS.fields)
            write_long(file, histories, names)
            return
        held = list(histories)
        aligned, names = align(held), side_by_side.column_names(held)
        kind = side_by_side.step_kind(names)
        wanted = _chosen(Fields(call.settings.columns, kind), kind.fields)
        write_wide(file, aligned, names, wanted)
        side_by_side.say_what_is_hidden(call, held, aligned)


class _Pipe(io.RawIOBase):
    """The answer as a file that is only written to."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Any, /) -> int:
        """Write bytes of the answer."""
        self._call.report.raw(bytes(data))
        return len(data)


def _chosen(fields: Fields, names: Sequence[str]) -> Sequence[str]:
    return fields.choose(names) if fields else names


@contextmanager
def _destination(call: Call, path: Path | None) -> Generator[BinaryIO, None, None]:
    if path is None:
        yield cast("BinaryIO", _Pipe(call))
        return
    with landing(path) as file:
        yield file
    say_where(call, path)


def _rows(history: History) -> Iterator[tuple[Any, ...]]:
    return zip(
        repeat(history.run_id),
        repeat(history.key),
        history.steps,
        history.timestamps,
        map(json_number, history.values),
        strict=False,
    )
