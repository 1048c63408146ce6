"""`runs list --group-by`: what it prints is what the runs themselves come to."""

from __future__ import annotations

import csv
import json
import math
import statistics

import pytest
from stories.memory_store import world

from venturi.records import Metric


@pytest.fixture(params=[True, False], ids=["indexed", "page by page"])
def runs(request, held):
    """`runs list` on twelve runs of one experiment and three of another."""
    store = world(12, indexed=request.param)
    run = store.runs[1]
    store.change(run.run_id, latest={**run.latest, "val/acc": Metric("val/acc", math.inf, 1, 1)})
    return lambda *args, **how: held(store, "runs", "list", *args, **how)


def grouped(runs, key):
    """Values of val/acc by the values of a param, from the runs one by one."""
    found = {}
    for run in json.loads(runs("--all", "-o", "json").out):
        values = found.setdefault(run["params"].get(key), [0, []])
        values[0] += 1
        accuracy = run["metrics"].get("val/acc", "NaN")
        if accuracy != "NaN":
            values[1].append(math.inf if accuracy == "Infinity" else accuracy)
    return found


def test_figures_are_those_of_the_runs(runs) -> None:
    expected = grouped(runs, "model")
    groups = json.loads(runs("--group-by", "params.model", "-o", "json").out)
    assert {each["value"] for each in groups} == set(expected)
    assert len(groups) > 1
    for group in groups:
        count, values = expected[group["value"]]
        figures = group["metrics"]["val/acc"]
        assert (group["key"], group["runs"]) == ("params.model", count)
        assert figures["count"] == len(values)
        assert figures["min"] == min(values)
        if math.inf in values:
            assert (figures["mean"], figures["max"]) == ("Infinity", "Infinity")
            assert figures["std"] is None
        else:
            assert math.isclose(figures["mean"], statistics.fmean(values))
            assert figures["max"] == max(values)
            assert math.isclose(figures["std"], statistics.stdev(values))


def test_rows_of_one_line_have_a_column_for_each_figure(runs) -> None:
    answer = runs("--group-by", "params.model", "-o", "csv", "--columns", "value,metrics.val/acc")
    rows = list(csv.DictReader(answer.out.splitlines()))
    figures = [f"metrics.val/acc.{each}" for each in ("count", "mean", "std", "min", "max")]
    assert list(rows[0]) == ["value", *figures]
    lines = runs("--group-by", "params.model", "-o", "jsonl").out.splitlines()
    assert [json.loads(line)["value"] for line in lines] == [row["value"] for row in rows]


def test_the_table_shows_values_runs_and_figures(runs) -> None:
    answer = runs("--group-by", "params.model", "--columns", "value,runs,metrics.val/*")
    assert answer.out.split("\n")[0].split() == (
        ["model", "runs", "val/acc", "±", "std", "min", "max", "val/loss", "±", "std", "min", "max"]
    )
    usual = runs("--group-by", "params.model").out
    assert usual.split()[:2] == ["model", "runs"]
    assert "val/acc" in usual


def test_groups_are_ordered_and_cut_with_a_word(runs) -> None:
    order = ("--group-by", "params.model", "--order-by", "metrics.val/loss DESC", "-o", "jsonl")
    groups = [json.loads(line) for line in runs(*order).out.splitlines()]
    means = [each["metrics"]["val/loss"]["mean"] for each in groups if each["metrics"]]
    assert means == sorted(means, reverse=True)
    cut = runs(*order, "-n", "1")
    assert json.loads(cut.out) == groups[0]
    assert cut.err == f"1 of {len(groups)} groups, {len(groups) - 1} more: --limit N or --all\n"
    assert runs("--group-by", "params.model", "--filter", "params.model = 'no'").code == 0


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        (["params.modl"], 5, "no run here has a param 'modl'"),
        (["tags.no-such-tag"], 5, "no run here has a tag 'no-such-tag'"),
        (["status"], 2, "say params.KEY or tags.KEY"),
        (["metrics.val/acc"], 2, "runs are not grouped by 'metrics.val/acc'"),
        (["params."], 2, "runs are not grouped by 'params.'"),
        (["params.model", "--columns", "run_id"], 2, "a group has no field 'run_id'"),
        (["params.model", "--order-by", "status"], 2, "groups are ordered by one key only"),
    ],
)
def test_what_cannot_be_grouped_is_named(runs, flags, code, words) -> None:
    answer = runs("--group-by", *flags)
    assert (answer.code, answer.out) == (code, "")
    assert words in answer.err
