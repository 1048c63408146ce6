"""Writes records in the format that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from venturi_tui.cli.call import Call
from venturi_tui.cli.fields import Fields
from venturi_tui.present.listing import Moment, RecordKind, lay_out
from venturi_tui.present.shapes import Shape, flat_names, only_fields
from venturi_tui.present.table import draw_markdown, draw_table
from venturi_tui.present.words import safe

T = TypeVar("T")

TABLES = ("table", "wide", "md")
"""Formats for people; the others are for programs."""

COLLECTING = (*TABLES, "csv", "tsv")
"""Formats that have to see every record before they can print the first."""


def write_records(
    call: Call,
    kind: RecordKind[T],
    records: Iterable[T],
    moment: Callable[[Sequence[T]], Moment],
) -> None:
    """Print records; those for programs one after the other, so that memory stays flat.

    Args:
        call: Whose settings say the format and whose report is written to.
        kind: How such records are printed.
        records: What to print.
        moment: What a table of these records needs to know besides.
    """
    output = call.settings.output
    fields = Fields(call.settings.columns, kind, tables=output in TABLES)
    counted = call.report.counting(f"{kind.noun}s", records, collects=output in COLLECTING)
    if output in TABLES:
        _write_table(call, kind, list(counted), moment, fields)
    elif output == "name":
        call.report.lines(safe(kind.identity(record)) for record in counted)
    else:
        write_shapes(call, (kind.shape(record) for record in counted), fields)


def write_shapes(call: Call, shapes: Iterable[Shape], fields: Fields) -> None:
    """Print shapes in one of the formats for programs that have several records."""
    output = call.settings.output
    if output in ("csv", "tsv"):
        from venturi_tui.cli.formats.delimited import write_delimited

        write_delimited(call, shapes, fields)
        return
    kept = (only_fields(s, fields.choose(flat_names(s))) for s in shapes) if fields else shapes
    if output == "yaml":
        from venturi_tui.cli.formats.yamls import write_yaml_list

        write_yaml_list(call, kept)
    else:
        from venturi_tui.cli.formats.jsons import write_json_array, write_json_lines

        (write_json_array if output == "json" else write_json_lines)(call, kept)


def write_one(call: Call, kind: RecordKind[T], record: T) -> None:
    """Print a single record for programs: an object where several would be a list."""
    output = call.settings.output
    if output == "name":
        call.report.lines([safe(kind.identity(record))])
        return
    fields = Fields(call.settings.columns, kind)
    shape = kind.shape(record)
    if output in ("csv", "tsv"):
        write_shapes(call, [shape], fields)
        return
    write_shape(call, only_fields(shape, fields.choose(flat_names(shape))) if fields else shape)


def write_shape(call: Call, shape: Shape) -> None:
    """Print one object as json, jsonl or yaml."""
    if call.settings.output == "yaml":
        from venturi_tui.cli.formats.yamls import write_yaml

        write_yaml(call, shape)
        return
    from venturi_tui.cli.formats.jsons import write_json, write_json_lines

    if call.settings.output == "jsonl":
        write_json_lines(call, [shape])
    else:
        write_json(call, shape)


def _write_table(
    call: Call,
    kind: RecordKind[T],
    records: Sequence[T],
    moment: Callable[[Sequence[T]], Moment],
    fields: Fields,
) -> None:
    output, headers = call.settings.output, call.settings.headers
    known = moment(records)
    names = _names(kind, records, known, fields, wide=output == "wide")
    columns, rows = lay_out(kind, records, names, known)
    if output == "md":
        lines = draw_markdown(columns, rows)
        call.report.lines(lines if headers else lines[2:])
        _say_what_is_left(call, kind, records, known, fields, len(names))
        return
    width = call.report.width if output == "table" else None
    drawing = draw_table(columns, rows, width=width, headers=headers, paint=call.report.paint)
    call.report.lines(drawing.lines)
    _say_what_is_left(call, kind, records, known, fields, len(names) - len(drawing.hidden))


def _names(
    kind: RecordKind[T], records: Sequence[T], moment: Moment, fields: Fields, *, wide: bool
) -> list[str]:
    if not fields:
        return kind.usual(records, moment, wide)
    available: dict[str, None] = dict.fromkeys(name for name in kind.fields)
    if not fields.is_exact and kind.has_groups:
        available.update(
            (name, None) for record in records for name in flat_names(kind.shape(record))
        )
    return fields.choose(available)


def _say_what_is_left(
    call: Call,
    kind: RecordKind[T],
    records: Sequence[T],
    moment: Moment,
    fields: Fields,
    shown: int,
) -> None:
    """Nothing is left out silently: neither what does not fit nor what is not usual."""
    if call.settings.output == "wide" or not records:
        return
    all_names = _names(kind, records, moment, fields, wide=True)
    left = len(all_names) - shown
    if left > 0:
        columns = "column" if left == 1 else "columns"
        call.report.say(f"{left} more {columns} with -o wide")
