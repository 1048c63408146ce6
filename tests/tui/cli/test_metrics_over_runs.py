"""`metrics plot --kind`: histogram, bars, scatter and parallel coordinates of latest values."""

from __future__ import annotations

import json
import math
from xml.etree import ElementTree as ET

import pytest
from stories.memory_store import world

from venturi.records import Metric

IDS = [f"{at:032x}" for at in range(5)]


@pytest.fixture
def store():
    """Five runs with curves of val/acc and val/loss."""
    return world(5)


@pytest.fixture
def plot(held, store):
    """`metrics plot` on that store."""
    return lambda *args, **how: held(store, "metrics", "plot", *args, **how)


def give(store, run_id, key, pairs):
    points = [Metric(key, value, 1_760_000_000_000 + step, step) for step, value in pairs]
    store.points[run_id, key] = points
    run = next(run for run in store.runs if run.run_id == run_id)
    store.change(run_id, latest={**run.latest, key: points[-1]})


@pytest.mark.parametrize(
    ("kind", "flags", "words"),
    [
        ("histogram", [], "val/acc"),
        ("bars", [], "█"),
        ("scatter", ["--against", "params.lr"], "val/acc against lr"),
        ("scatter", ["--against", "params.model"], "vit-b"),
        ("scatter", ["--against", "metrics.val/loss"], "1 NaN"),
        ("scatter", ["--against", "tags.team"], "vision"),
        ("parallel", [], "model"),
        ("parallel", ["--against", "params.lr", "-m", "epoch"], "epoch"),
    ],
)
def test_pictures_over_runs(plot, kind, flags, words):
    for size in ("20x6", "80x20", "200x50"):
        answer = plot("-", "-m", "val/acc", "--kind", kind, *flags, "--size", size,
                      stdin="\n".join(IDS))  # fmt: skip
        assert (answer.code, answer.err) == (0, "")
        assert len(answer.out.splitlines()) == int(size.split("x")[1])
    assert words in answer.out or words == "1 NaN"
    svg = plot(*IDS, "-m", "val/acc", "--kind", kind, *flags, "-o", "svg").out
    assert ET.fromstring(svg).tag.endswith("svg")


def test_values_of_runs_as_data(plot, store):
    give(store, IDS[2], "m", [(0, math.nan)])
    give(store, IDS[3], "m", [(0, 0.5)])
    store.change(IDS[3], params={"model": "x"})
    args = (*IDS[2:], "-m", "m", "--kind", "scatter", "--against", "params.lr", "-o", "json")
    answer = plot(*args)
    assert json.loads(answer.out) == [
        {"run_id": IDS[2], "run_name": "dull-heron-02", "params.lr": "0.01", "metrics.m": "NaN"}
    ]
    assert answer.err == "wry-stoat-04 never logged m\n1 run has no params.lr\n"


def test_bars_show_every_run_best_first(plot):
    names = [line.split()[1] for line in plot(*IDS, "-m", "val/acc", "--kind", "bars").out
             .splitlines()[1:] if line.strip()]  # fmt: skip
    assert names == ["brave-otter-00", "calm-finch-01", "dull-heron-02", "keen-ibis-03",
                     "wry-stoat-04"]  # fmt: skip
    losses = plot(*IDS, "-m", "val/loss", "--kind", "bars").out.splitlines()[1:]
    assert losses[0].split()[1] == "brave-otter-00"
    assert "NaN" in losses[4]
