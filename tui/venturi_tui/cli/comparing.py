"""Writes runs side by side in every format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from venturi.compare import RunDiff, compare_runs
from venturi.errors import UsageError
from venturi.records import Run
from venturi_tui.cli.call import Call
from venturi_tui.cli.formats.answer import TABLES, write_shape
from venturi_tui.present.diff import diff_columns, diff_rows
from venturi_tui.present.shapes import diff_shape
from venturi_tui.present.table import draw_markdown, draw_table
from venturi_tui.present.words import exact_count, safe


@dataclass(frozen=True, slots=True)
class Comparison:
    """What to compare with, and whether equal rows are left out."""

    baseline: int = 0
    only_changed: bool = False


def write_diff(call: Call, runs: Sequence[Run], how: Comparison) -> bool:
    """Print runs side by side; True when something differs among what was asked for.

    For people, params that hold dictionaries are taken apart; for scripts they stay as they are.
    """
    whole = compare_runs(runs, how.baseline)
    fields = call.settings.columns
    asked = whole.only(fields) if fields else whole
    if fields and not len(asked):
        raise UsageError(
            f"these runs have no field {', '.join(fields)}",
            hint="name sections (params, metrics, tags, attributes) or keys such as params.lr",
        )
    if call.settings.output in TABLES:
        asked = asked.unfolded()
    changed = asked.only_changed()
    shown = changed if how.only_changed else asked
    output = call.settings.output
    if output in TABLES:
        write_diff_table(call, shown)
        call.report.say(f"{_rows(len(changed))} of {exact_count(len(asked))} differ")
    elif output == "name":
        call.report.lines(f"{section}.{safe(key)}" for section, key, _ in _flat(shown))
    elif output in ("csv", "tsv"):
        from venturi_tui.cli.formats.delimited import write_rows

        rows = ([section, key, *row] for section, key, row in _flat(shown))
        write_rows(call, ["section", "key", *shown.run_ids], rows)
    else:
        write_shape(call, diff_shape(shown))
    return asked.differs


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{exact_count(count)} rows"


def write_diff_table(call: Call, shown: RunDiff) -> None:
    """Print a difference for people, each in a column: of runs, or of what is shown like runs."""
    columns, rows = diff_columns(shown), diff_rows(shown)
    headers, report = call.settings.headers, call.report
    if call.settings.output == "md":
        lines = draw_markdown(columns, rows)
        report.lines(lines if headers else lines[2:])
        return
    width = report.width if call.settings.output == "table" else None
    drawing = draw_table(columns, rows, width=width, headers=headers, paint=report.paint)
    report.lines(drawing.lines)
    if drawing.hidden:
        report.say(f"no room for {', '.join(drawing.hidden)}: -o wide shows all")


def _flat(diff: RunDiff) -> Iterable[tuple[str, str, Sequence[Any]]]:
    shape = diff_shape(diff)
    for section in diff.sections:
        for key, row in shape[section].items():
            yield section, key, row
