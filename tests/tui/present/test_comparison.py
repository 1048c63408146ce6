"""Runs side by side in words: differences, deltas, and the best."""

from __future__ import annotations

import json
from dataclasses import replace

from stories.memory_store import START, sweep

from venturi.compare import compare_runs
from venturi.records import Metric
from venturi_tui.present.cells import Moment
from venturi_tui.present.comparison import (
    CompareRow,
    Kind,
    as_json,
    changed_count,
    compare_rows,
)
from venturi_tui.present.pieces import Role, plain

NOW = Moment(START, {"1": "vision-sweep"})
RUNS = sweep(3)


def row(rows: list[CompareRow], key: str) -> CompareRow:
    return next(each for each in rows if each.key == key)


def cells(each: CompareRow) -> list[str]:
    return [plain(cell) for cell in each.cells]


def test_only_what_differs_with_deltas_against_the_baseline() -> None:
    rows = compare_rows(compare_runs(RUNS), NOW, only_changed=True)
    assert cells(row(rows, "val/acc")) == [
        "0.95  best",
        "0.946  -0.42%  -0.004",
        "0.942  -0.84%  -0.008",
    ]
    assert plain(row(rows, "val/acc").title) == "  val/acc ▲"
    assert plain(row(rows, "val/loss").title) == "  val/loss ▼"
    assert "seed" not in {each.key for each in rows}
    assert cells(row(rows, "model")) == ["vit-b", "vit-l", "="]


def test_another_baseline_turns_the_deltas_round() -> None:
    rows = compare_rows(compare_runs(RUNS, 1), NOW, only_changed=True)
    assert cells(row(rows, "val/acc"))[0] == "0.95  best  +0.42%  +0.004"


def test_what_is_many_times_as_much_is_told_in_times() -> None:
    latest = [{"lr": Metric("lr", value, START, 1)} for value in (1e-7, 0.1, 1e-6)]
    runs = [replace(RUNS[0], latest=each) for each in latest]
    rows = compare_rows(compare_runs(runs), NOW, only_changed=True)
    times = "\N{MULTIPLICATION SIGN}"
    assert cells(row(rows, "lr"))[1:] == [f"0.1  {times}1e6  +0.1", "1e-6  +900.00%  +9e-7"]


def test_better_and_worse_have_colours_only_where_that_is_known() -> None:
    rows = compare_rows(compare_runs(RUNS), NOW, only_changed=True)
    assert Role.BAD in [tone for _, tone in row(rows, "val/acc").cells[1]]
    assert not {Role.BAD, Role.GOOD} & {tone for _, tone in row(rows, "epoch").cells[1]}


def test_everything_has_what_is_the_same_too() -> None:
    rows = compare_rows(compare_runs(RUNS), NOW, only_changed=False)
    assert cells(row(rows, "seed")) == ["7", "=", "="]
    sections = [plain(each.title) for each in rows if each.kind is Kind.SECTION and each.title]
    assert sections[0] == "params  4 of 4"
    changed, whole = changed_count(compare_runs(RUNS))
    assert 0 < changed < whole


def test_missing_nan_and_infinity_are_three_things() -> None:
    values = [float("nan"), float("inf")]
    latest = [{"loss": Metric("loss", value, START, 1)} for value in values]
    runs = [replace(RUNS[0], latest={}), *(replace(RUNS[0], latest=each) for each in latest)]
    rows = compare_rows(compare_runs(runs), NOW, only_changed=True)
    assert cells(row(rows, "loss")) == ["·", "NaN", "∞"]


def test_equal_runs_have_no_rows() -> None:
    assert compare_rows(compare_runs([RUNS[0], RUNS[0]]), NOW, only_changed=True) == []


def test_attributes_are_in_words() -> None:
    rows = compare_rows(compare_runs(RUNS), NOW, only_changed=False)
    assert cells(row(rows, "status"))[1] == "● running"
    assert cells(row(rows, "experiment_id"))[0] == "vision-sweep"


def test_it_can_be_taken_along_as_json() -> None:
    held = json.loads(as_json(compare_runs(RUNS)))
    assert held["runs"] == [run.run_id for run in RUNS]
    assert held["params"]["lr"] == ["0.001", "0.0003", "0.01"]
