"""A run as lines to read, in a small pane and whole."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from stories.memory_store import START, sweep

from venturi.records import DatasetInput, Lifecycle, Metric
from venturi_tui.present.cells import Moment
from venturi_tui.present.pieces import length, plain
from venturi_tui.present.run_card import CardLine, summary
from venturi_tui.present.run_whole import full

NOW = Moment(START + 3_600_000, {"1": "vision-sweep"})
RUN = sweep(1)[0]


def text(card: list[CardLine]) -> str:
    return "\n".join(plain(line.pieces).rstrip() for line in card)


def test_the_small_card() -> None:
    run = replace(
        RUN,
        params={"lr": "0.001", "model": "vit-b", "seed": "7"},
        tags={
            "team": "vision",
            "mlflow.source.name": "/home/ana/train.py",
            "mlflow.source.git.commit": "3fa91c2d00",
            "mlflow.note.content": "tried a\nlonger warm-up",
        },
    )
    assert text(summary(run, 44, NOW)) == (
        "✓ done  1h ago, took 30m 0s  ana\n"
        "lr 0.001   model vit-b   seed 7\n"
        "\n"
        "epoch              0  at 100\n"
        "val/acc         0.95  at 100\n"
        "val/loss         0.2  at 100\n"
        "\n"
        "git 3fa91c2  train.py\n"
        "team vision\n"
        "\n"
        "tried a\n"
        "longer warm-up"
    )


def test_the_whole_card_unfolds_json_and_keeps_the_full_values() -> None:
    card = full(RUN, 60, NOW)
    shown = text(card)
    assert "params 4" in shown
    assert "optim\n  name       adam\n  betas      [0.9, 0.999]\n  extra.eps  1e-08" in shown
    values = {line.label: line.value for line in card if line.label}
    assert json.loads(values["optim"] or "")["name"] == "adam"
    assert values["val/acc"] == "0.95 at step 100, " + (values["val/acc"] or "")[-19:]
    assert values["run id"] == RUN.run_id
    assert "experiment  vision-sweep" in shown


def test_running_failed_and_deleted_runs_say_so() -> None:
    running = replace(RUN, status="RUNNING", end_time=None)
    assert text(summary(running, 60, NOW)).startswith("● running  for 1h 0m")
    deleted = replace(RUN, lifecycle_stage=Lifecycle.DELETED)
    assert "deleted" in text(summary(deleted, 60, NOW))


def test_datasets_and_what_mlflow_keeps_have_their_sections() -> None:
    run = replace(RUN, datasets=(DatasetInput("mnist", "abc123", context="train"),))
    shown = text(full(run, 70, NOW))
    assert "datasets 1\nmnist (train)  abc123" in shown
    assert "kept by MLflow 1\nmlflow.runName  brave-otter-00" in shown


def test_json_that_is_none_or_endless_is_shown_as_it_is() -> None:
    odd = {"a": "{not json", "b": "[1, 2, 3]", "c": "{}", "d": "[" * 10_000, "e": "[[1], [2]]"}
    shown = text(full(replace(RUN, params=odd), 60, NOW))
    assert "a  {not json" in shown
    assert "b  [1, 2, 3]" in shown
    assert "c  {}" in shown
    assert "e\n  [0]  [1]\n  [1]  [2]" in shown


def test_a_large_json_value_ends_somewhere() -> None:
    many = json.dumps({str(number): number for number in range(5_000)})
    assert len(full(replace(RUN, params={"huge": many}), 60, NOW)) < 500


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=4),
    st.dictionaries(st.text(min_size=1, max_size=20), st.floats(), max_size=4),
    st.integers(8, 100),
)
def test_no_line_is_wider_than_the_pane_and_none_acts(texts, metrics, width) -> None:
    latest = {key: Metric(key, value, START, 3) for key, value in metrics.items()}
    run = replace(RUN, params=texts, tags=texts, latest=latest, run_name="\x1b[2J")
    for make in (summary, full):
        for line in make(run, width, NOW):
            assert length(line.pieces) <= width
            assert "\x1b" not in plain(line.pieces)
