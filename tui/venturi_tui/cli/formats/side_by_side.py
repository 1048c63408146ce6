"""Several histories side by side: a row for each step, a column for each run and metric."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from venturi.curves.align import Aligned
from venturi.records import History
from venturi_tui.cli.call import Call
from venturi_tui.cli.formats.answer import write_records
from venturi_tui.cli.formats.delimited import write_rows
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.shapes import GROUPS, json_number
from venturi_tui.present.table import NOTHING, Cell
from venturi_tui.present.words import exact_count, exact_number, safe

StepRow = tuple[int, Sequence[float | None]]
_STEP = "step"


def column_names(histories: Sequence[History]) -> list[str]:
    """What the columns are called after `step`: the keys, or with several runs `RUN_ID.KEY`."""
    keys = [history.key for history in histories]
    one_run = len({history.run_id for history in histories}) < 2
    if one_run and not {_STEP, *GROUPS}.intersection(key.partition(".")[0] for key in keys):
        return keys
    return [f"{history.run_id}.{history.key}" for history in histories]


def write_side_by_side(call: Call, histories: Sequence[History], aligned: Aligned) -> None:
    """Print aligned histories; what only the other form has is told."""
    names = column_names(histories)
    output = call.settings.output
    if output in ("csv", "tsv") and not call.settings.columns:
        rows = ((step, *map(_cell_value, values)) for step, values in aligned)
        write_rows(call, (_STEP, *names), rows)
    else:
        kind = replace(step_kind(names), titles=_short_titles(histories, names))
        write_records(call, kind, iter(aligned), lambda _shown: Moment(call.now_ms))
    say_what_is_hidden(call, histories, aligned)


def _short_titles(histories: Sequence[History], names: Sequence[str]) -> dict[str, str]:
    """Titles with the beginnings of run ids, where these tell the runs apart."""
    titles = [safe(f"{history.run_id[:8]} {history.key}") for history in histories]
    runs = {history.run_id for history in histories}
    told_apart = len(runs) == len({run_id[:8] for run_id in runs}) > 1
    return dict(zip(names, titles, strict=True)) if told_apart else {}


def say_what_is_hidden(call: Call, histories: Sequence[History], aligned: Aligned) -> None:
    """Tell how many points share their step with a later one, and so are not among the rows."""
    shown = sum(row >= 0 for rows in aligned.rows for row in rows)
    hidden = sum(map(len, histories)) - shown
    if hidden:
        points = "point shares its" if hidden == 1 else "points share their"
        call.report.say(
            f"{exact_count(hidden)} {points} step with a later one: without --wide all are there"
        )


def step_kind(names: Sequence[str]) -> RecordKind[StepRow]:
    """How rows with these columns are printed."""
    places: Mapping[str, int] = {name: place for place, name in enumerate(names)}
    usual: Callable[[Sequence[StepRow], Moment, bool], list[str]]
    usual = lambda _rows, _moment, _wide: [_STEP, *names]  # noqa: E731

    def cell(name: str, row: StepRow, _moment: Moment) -> Cell:
        if name == _STEP:
            return Cell(str(row[0]))
        value = row[1][places[name]]
        return NOTHING if value is None else Cell(exact_number(value))

    return RecordKind(
        noun=_STEP,
        shape=lambda row: dict(_items(row, names)),
        identity=lambda row: str(row[0]),
        fields=(_STEP, *names),
        extras=(),
        usual=usual,
        cell=cell,
        numeric=frozenset(names),
    )


def _items(row: StepRow, names: Sequence[str]) -> Iterator[tuple[str, float | str | None]]:
    yield _STEP, row[0]
    for name, value in zip(names, row[1], strict=True):
        yield name, _cell_value(value)


def _cell_value(value: float | None) -> float | str | None:
    return None if value is None else json_number(value)
