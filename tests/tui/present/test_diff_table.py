"""Runs side by side as a reader sees them."""

from __future__ import annotations

import math
import time
from textwrap import dedent

import pytest

from venturi.compare import compare_runs
from venturi.records import Lifecycle, Metric, Run
from venturi_tui.present.diff import diff_columns, diff_rows
from venturi_tui.present.table import Cell, Tone, draw_table


@pytest.fixture(autouse=True)
def utc_clock(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def run(run_id, name, params, metrics, tags):
    latest = {key: Metric(key, value, 1, 0) for key, value in metrics.items()}
    return Run(
        run_id, name, "1", "FINISHED", 1_793_541_802_000, None, Lifecycle.ACTIVE, "ana", "",
        params, latest, tags,
    )  # fmt: skip


RUNS = [
    run(
        "a" * 32,
        "brave",
        {"lr": "3e-4", "model": "vit-b"},
        {"val/acc": 0.9412, "val/loss": 0.2131, "x": 1.0},
        {"status": "fine", "mlflow.user": "ana"},
    ),
    run(
        "b" * 32,
        "calm",
        {"lr": "0.0003", "model": "vit-l\x1b[2J"},
        {"val/acc": 0.9388, "val/loss": 0.2204, "x": 400.0},
        {"status": "fine"},
    ),
    run("c" * 32, "calm", {"lr": "1e-2"}, {"val/acc": 0.8127, "val/loss": math.nan}, {}),
]


def rows_of(diff):
    return {row[0].text.strip(): row[1:] for row in diff_rows(diff) if not isinstance(row, Cell)}


def test_as_it_reads():
    diff = compare_runs(RUNS)
    assert "\n".join(draw_table(diff_columns(diff), diff_rows(diff)).lines) == dedent("""\
                              brave (baseline)     calm bbbbbbbb   calm cccccccc
        params
          lr                  3e-4                 =               1e-2
          model               vit-b                vit-l␛[2J       ·
        metrics
          val/acc          ▲  0.9412  best         0.9388  -0.25%  0.8127  -13.65%
          val/loss         ▼  0.2131  best         0.2204  +3.43%  NaN
          x                   1                    400  +399x      ·
        tags
          status              fine                 =               ·
          mlflow.user         ana                  ·               ·
        attributes
          run_name            brave                calm            calm
          experiment_id       1                    =               =
          status              ✓ done               =               =
          start_time          2026-11-01 14:03:22  =               =
          end_time            ·                    ·               ·
          lifecycle_stage     active               =               =
          user_id             ana                  =               =""")


def test_another_baseline():
    rows = rows_of(compare_runs(RUNS, baseline=2))
    assert [cell.text for cell in rows["lr"]] == ["", "3e-4", "0.0003", "1e-2"]
    assert [cell.text for cell in rows["val/acc"]][1] == "0.9412  +15.81%  best"
    titles = [column.title for column in diff_columns(compare_runs(RUNS, baseline=2))]
    assert titles[-1] == "calm cccccccc (baseline)"


def test_tones_say_better_and_worse_only_where_that_is_known():
    rows = rows_of(compare_runs(RUNS))
    assert [cell.tone for cell in rows["val/acc"][1:]] == [Tone.STRONG, Tone.BAD, Tone.BAD]
    assert [cell.tone for cell in rows["val/loss"][1:]] == [Tone.STRONG, Tone.BAD, Tone.NORMAL]
    assert rows["x"][2].tone is Tone.NORMAL
    assert rows["lr"][2].tone is Tone.DIM
    other = rows_of(compare_runs(RUNS, baseline=1))
    assert other["val/acc"][1].tone is Tone.GOOD


def test_nothing_changed_has_no_sections():
    assert diff_rows(compare_runs([RUNS[0], RUNS[0]]).only_changed()) == []
