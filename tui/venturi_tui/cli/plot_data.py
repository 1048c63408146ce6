"""What a picture shows, written for programs, or fenced for Markdown."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from venturi_tui.cli.call import Call
from venturi_tui.cli.formats.jsons import write_json_array, write_json_lines
from venturi_tui.present.shapes import Shape

DATA = ("json", "jsonl", "csv", "tsv", "yaml", "name")
"""Formats that give what is drawn instead of a picture."""

_LISTS = ("x", "y", "low", "high", "count")


def write_data(call: Call, shapes: Iterable[Shape]) -> None:
    """Print shapes of curves or runs in the format that was asked for.

    In CSV and TSV each point of a curve has a row; `name` gives the ids of the runs.
    """
    output = call.settings.output
    if output == "name":
        ids = chain.from_iterable(map(_ids, shapes))
        call.report.lines(dict.fromkeys(ids))
    elif output in ("csv", "tsv"):
        _write_rows(call, shapes)
    elif output == "yaml":
        from venturi_tui.cli.formats.yamls import write_yaml_list

        write_yaml_list(call, shapes)
    else:
        (write_json_lines if output == "jsonl" else write_json_array)(call, shapes)


@contextmanager
def fenced(call: Call) -> Generator[None, None, None]:
    """While it lasts, the answer is a block of plain text in Markdown, where that is asked for."""
    is_markdown = call.flags.get("output") == "md"
    if is_markdown:
        call.report.data("```text\n")
    yield
    if is_markdown:
        call.report.data("```\n")


def _ids(shape: Shape) -> list[str]:
    return shape["runs"] if "runs" in shape else [shape["run_id"]]


def _write_rows(call: Call, shapes: Iterable[Shape]) -> None:
    from venturi_tui.cli.formats.delimited import write_rows

    walk = iter(shapes)
    first = next(walk, None)
    if first is not None:
        write_rows(call, first, chain.from_iterable(map(_rows, chain([first], walk))))


def _rows(shape: Shape) -> Iterator[list[Any]]:
    """The points of a curve, or the one row of a run."""
    same = [
        ",".join(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType]
        for name, value in shape.items()
        if name not in _LISTS
    ]
    held = [shape[name] for name in _LISTS if name in shape]
    if not held:
        yield same
    yield from ([*same, *point] for point in zip(*held, strict=True))
