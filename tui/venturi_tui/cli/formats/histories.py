"""Metric histories as CSV, TSV or JSON lines, a million points in a second or two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

from venturi.records import History
from venturi_tui.cli.call import Call
from venturi_tui.present.kinds import POINTS
from venturi_tui.present.shapes import json_number, point_shape


def write_histories(call: Call, histories: Iterable[History]) -> None:
    """Every point of the histories, one after the other."""
    if call.settings.output == "jsonl":
        from venturi_tui.cli.formats.jsons import write_json_lines

        write_json_lines(call, (point_shape(h.run_id, point) for h in histories for point in h))
        return
    from venturi_tui.cli.formats.delimited import write_rows

    write_rows(call, POINTS.fields, (row for history in histories for row in _rows(history)))


def _rows(history: History) -> Iterator[tuple[Any, ...]]:
    return zip(
        repeat(history.run_id),
        repeat(history.key),
        history.steps,
        history.timestamps,
        map(json_number, history.values),
        strict=False,
    )
