"""`metrics plot`: axes, windows, groups, grids, formats, shapes over runs, and the live picture."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import yaml
from stories.memory_store import world

from venturi.records import Metric

IDS = [f"{at:032x}" for at in range(5)]
A, B = IDS[:2]
EVIL = "ev\x1b[31mil\u202e<b>&"


@pytest.fixture
def store():
    """Five runs with curves of val/acc and val/loss."""
    return world(5)


@pytest.fixture
def plot(held, store):
    """`metrics plot` on that store."""
    return lambda *args, **how: held(store, "metrics", "plot", *args, **how)


def give(store, run_id, key, pairs):
    points = [
        Metric(key, value, 1_760_000_000_000 + 1000 * at, step)
        for at, (step, value) in enumerate(pairs)
    ]
    store.points[run_id, key] = points
    run = next(run for run in store.runs if run.run_id == run_id)
    latest = {**run.latest, key: points[-1]} if points else run.latest
    store.change(run_id, latest=latest)


def data(answer):
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


@pytest.mark.parametrize("size", ["20x6", "80x24", "200x50"])
def test_the_picture_has_the_size_that_is_asked_for(plot, size):
    answer = plot(A, B, "-m", "val/acc", "-m", "val/loss", "--size", size)
    width, height = map(int, size.split("x"))
    lines = answer.out.splitlines()
    assert (answer.code, len(lines)) == (0, height)
    assert max(map(len, lines)) <= width


def test_points_as_data(plot, store):
    give(store, A, "m", [(0, 1.0), (2, math.nan), (2, math.inf), (2**53 - 1, 1 / 3)])
    assert data(plot(A, "-m", "m", "-o", "json")) == [
        {
            "run_id": A,
            "run_name": "brave-otter-00",
            "key": "m",
            "x_axis": "step",
            "x": [0, 2, 2, 2**53 - 1],
            "y": [1.0, "NaN", "Infinity", 1 / 3],
        }
    ]


def test_points_over_each_axis(plot, store):
    give(store, A, "m", [(0, 1.0), (1, 2.0), (2, 3.0)])
    give(store, A, "tokens", [(0, 10.0), (2, 30.5)])
    (by_time,) = data(plot(A, "-m", "m", "-o", "json", "--x", "time"))
    assert by_time["x"] == [1_760_000_000_000, 1_760_000_001_000, 1_760_000_002_000]
    (since,) = data(plot(A, "-m", "m", "-o", "json", "--x", "relative"))
    assert since["x"] == [0.0, 1.0, 2.0]
    (over,) = data(plot(A, "-m", "m", "-o", "json", "--x", "metric:tokens"))
    assert (over["x_axis"], over["x"], over["y"]) == ("metric:tokens", [10.0, 30.5], [1.0, 3.0])
    assert "m over tokens" in plot(A, "-m", "m", "--x", "metric:tokens", "--size", "80x12").out


def test_two_metrics_without_a_common_step(plot, store):
    give(store, A, "m", [(0, 1.0)])
    give(store, A, "x", [(1, 1.0)])
    answer = plot(A, "-m", "m", "--x", "metric:x", "--size", "60x8")
    assert (answer.code, "no points yet" in answer.out) == (0, True)
    assert answer.err == "brave-otter-00: m and x have no step in common\n"


@pytest.mark.parametrize(
    ("axis", "window", "steps"),
    [
        ("step", "2:4", [2, 3, 4]),
        ("step", "9:", [9, 10]),
        ("step", ":1.5", [1]),
        ("relative", "8s:9s", [8, 9]),
        ("time", "2025-10-09T08:53:28Z..2025-10-09T08:53:29Z", [8, 9]),
    ],
)
def test_a_part_of_the_points(plot, store, axis, window, steps):
    give(store, A, "m", [(step, float(step)) for step in range(1, 11)])
    if axis != "step":
        store.points[A, "m"] = [
            replace(point, timestamp=1_760_000_000_000 + 1000 * point.step)
            for point in store.points[A, "m"]
        ]
    (curve,) = data(plot(A, "-m", "m", "-o", "json", "--x", axis, "--window", window))
    assert curve["y"] == steps


def test_a_window_without_points_is_told(plot):
    answer = plot(A, "-m", "val/acc", "--window", "1000:2000", "--size", "60x8")
    assert answer.code == 0
    assert answer.err == "no points in the --window: they lie between 1 and 200\n"


def test_a_range_of_values(plot):
    text = plot(A, "-m", "val/loss", "--range", "0:10", "--size", "60x12").out
    assert "10 ┤" in text
    text = plot(A, "-m", "val/loss", "--range", ":0.5", "--size", "60x12").out
    assert "0.4 ┤" in text
    assert "1.0 ┤" not in text


def test_smoothing_and_points(plot):
    (raw,) = data(plot(A, "-m", "val/loss", "-o", "json"))
    (smoothed,) = data(plot(A, "-m", "val/loss", "-o", "json", "--smooth", "0.9"))
    assert smoothed["x"] == raw["x"]
    assert smoothed["y"][0] == raw["y"][0]
    assert smoothed["y"][-1] > raw["y"][-1]
    (few,) = data(plot(A, "-m", "val/loss", "-o", "json", "--points", "20"))
    assert len(few["x"]) <= 20
    assert {0, 199} <= {raw["x"].index(x) for x in few["x"]}


def test_groups_have_a_mean_and_a_range(plot, store):
    for at, run_id in enumerate(IDS[:4]):
        give(store, run_id, "m", [(0, float(at)), (1, 10.0 * at)])
    args = (*IDS[:4], "-m", "m", "--group-by", "param:model", "-o", "json")
    one, other = data(plot(*args))
    assert (one["group"], one["runs"]) == ("model=vit-b", [IDS[0], IDS[2]])
    assert (one["y"], one["low"], one["high"], one["count"]) == ([1, 10], [0, 0], [2, 20], [2, 2])
    deviations, _ = data(plot(*args, "--band", "std"))
    assert deviations["y"] == one["y"]
    assert deviations["low"] == pytest.approx([1 - 2**0.5, 10 - 200**0.5])
    assert deviations["high"] == pytest.approx([1 + 2**0.5, 10 + 200**0.5])
    assert (other["group"], other["y"]) == ("model=vit-l", [2, 20])
    names = [each["group"] for each in data(plot(*args[:-3], "param:lr", "-o", "json"))]
    assert names == ["lr=0.0003", "lr=0.001", "lr=0.01"]
    store.change(IDS[3], params={})
    names = [each["group"] for each in data(plot(*args))]
    assert names == ["model=vit-b", "model=vit-l", "no model"]
    text = plot(*args[:-2], "--size", "80x12").out
    assert "model=vit-b (2 runs)" in text
    assert "░" in text


def test_a_grid_of_all_metrics(plot, store):
    give(store, A, "system/cpu", [(0, 1.0), (1, 3.0)])
    answer = plot(A, B, "--grid", "--size", "100x40")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert max(map(len, lines)) <= 100
    for words in ("val/ 2 ─", "val/acc", "val/loss", "system/cpu", "epoch", "brave-otter-00"):
        assert words in answer.out
    chosen = plot(A, "--grid", "-m", "val/*", "-m", "epoch")
    assert (chosen.code, "never logged 'val/*'" in chosen.err) == (5, True)
    two = plot(A, "--grid", "-m", "val/acc", "-m", "epoch").out
    assert "val/acc" in two
    assert "val/loss" not in two


def test_what_a_grid_has_no_room_for_is_told(plot, store):
    for at in range(12):
        give(store, A, f"m{at}", [(0, 1.0), (1, 3.0)])
    answer = plot(A, "--grid", "--size", "60x12")
    assert "more metrics do not fit: a larger --size" in answer.err
    assert len(answer.out.splitlines()) <= 12
    everything = plot(A, "--grid", "--color", "never", terminal=True, columns=60)
    assert everything.err == ""
    assert all(f"m{at} " in everything.out for at in range(12))


@pytest.mark.parametrize("output", ["svg", "html"])
def test_pictures_for_browsers(plot, store, tmp_path, output):
    give(store, A, EVIL, [(0, 1.0), (1, 3.0)])
    store.change(A, run_name=EVIL)
    path = tmp_path / f"x.{output}"
    for args in (["-m", EVIL], ["-m", EVIL, "-m", "val/acc", "--grid"]):
        answer = plot(A, *args, "-o", output, "--to", path)
        assert (answer.code, answer.out) == (0, "")
        text = path.read_text(encoding="utf-8")
        assert text == plot(A, *args, "-o", output).out
        assert "<b>" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        svg = text[text.index("<svg") : text.index("</svg>") + 6]
        assert ET.fromstring(svg).tag.endswith("svg")
    light = plot(A, "-m", EVIL, "-o", output, "--theme", "light").out
    assert "#ffffff" in light


def test_lines_of_a_picture_are_smooth_unless_a_style_is_asked_for(plot):
    smooth = plot(A, B, "-m", "val/acc", "-o", "svg").out
    assert smooth.count('stroke-linejoin="round"') == 1
    assert "h.01" not in smooth
    dots = plot(A, B, "-m", "val/acc", "-o", "svg", "--style", "braille").out
    assert dots.count("h.01") > 100
    page = plot(A, B, "-m", "val/acc", "-o", "html").out
    assert 'stroke-linejoin="round"' in page
    assert any("\u2801" <= letter <= "\u28ff" for letter in page)


def test_hostile_names_and_color(plot, store):
    give(store, A, EVIL, [(0, 1.0), (1, 3.0)])
    store.change(A, run_name=EVIL)
    plain = plot(A, "-m", EVIL, terminal=True, columns=60)
    assert "\x1b[31m" not in plain.out
    assert "\x1b[" in plain.out
    bare = plot(A, "-m", EVIL, "--grid", "--color", "never", terminal=True)
    assert "\x1b" not in bare.out
    forced = plot(A, "-m", EVIL, "--color", "always")
    assert "\x1b[38;5;" in forced.out


def test_no_color_and_letters_that_stdout_lacks(plot, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in plot(A, "-m", "val/acc", terminal=True).out
    plain = plot(A, B, "-m", "val/acc", encoding="ascii")
    assert plain.out.isascii()
    assert "\\u" not in plain.out
    blocks = plot(A, "-m", "val/acc", "--style", "block").out
    assert set(blocks) & set("▀▄▖▗▘▝▞▚")
    assert plot(A, "-m", "val/acc", "--style", "ascii").out.isascii()


def test_a_configured_format_does_not_change_pictures(plot, monkeypatch):
    usual = plot(A, "-m", "val/acc").out
    monkeypatch.setenv("VENTURI_OUTPUT", "json")
    assert plot(A, "-m", "val/acc").out == usual
    assert plot(A, "-m", "val/acc", "-o", "text").out == usual
    assert plot(A, "-m", "val/acc", "-o", "table").out == usual


def test_a_format_before_the_noun(held, store):
    answer = held(store, "-o", "svg", "metrics", "plot", A, "-m", "val/acc")
    assert answer.out.startswith("<svg")


@pytest.mark.parametrize(
    "pairs",
    [
        [(0, math.nan), (1, math.nan)],
        [(0, math.inf), (1, -math.inf)],
        [(5, 1.5)],
        [(0, 2.0), (1, 2.0)],
        [(0, 0.0), (1, -1.0)],
        [(0, 1.7e308), (1, -1.7e308), (2**62, 5e-324)],
        [(-5, 1.0), (3, 2.0), (3, 1.0)],
    ],
    ids=["nan", "infinite", "one", "constant", "negative", "huge", "repeated"],
)
@pytest.mark.parametrize(
    "flags",
    [[], ["--log-y", "--log-x", "--robust"], ["--grid", "--smooth", "0.5"], ["--x", "time"]],
    ids=" ".join,
)
def test_odd_values_are_drawn(plot, store, pairs, flags):
    give(store, A, "m", pairs)
    for size in ("20x6", "90x14"):
        answer = plot(A, B, "-m", "m", *flags, "--size", size)
        assert answer.code == 0
        assert answer.err == "calm-finch-01 never logged m\n"
        assert "Traceback" not in answer.err


def test_the_lowest_and_the_highest_value_are_marked(plot, store):
    give(store, A, "m", [(0, 5.0), (1, 9.25), (2, 4.5), (3, 5.0)])
    args = (A, "-m", "m", "--size", "60x14", "--style", "braille")
    bare, marked = plot(*args), plot(*args, "--extremes")
    assert "9.25" not in bare.out
    assert all(sign in marked.out for sign in ("▾", "▴", "9.25", "4.5"))


def test_a_metric_without_points(plot, store):
    run = store.runs[0]
    store.points[A, "m"] = []
    store.change(A, latest={**run.latest, "m": Metric("m", 1.0, 0, 0)})
    answer = plot(A, "-m", "m", "--size", "60x8")
    assert (answer.code, "no points" in answer.out) == (0, True)
    assert data(plot(A, "-m", "m", "-o", "json")) == []


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        ([], 2, "no metric is named: -m KEY"),
        (["-m", "val/los"], 5, "did you mean 'val/loss'?"),
        (["-m", "val/acc", "--x", "metric:val/los"], 5, "did you mean 'val/loss'?"),
        (["-m", "val/acc", "--x", "stpe"], 2, "did you mean 'step'?"),
        (["-m", "val/acc", "--x", "metric:"], 2, "--x 'metric:' is no axis"),
        (["-m", "val/acc", "--window", "5:1"], 2, "--window is empty: 5 is not below 1"),
        (["-m", "val/acc", "--window", "a:b"], 2, "--window 'a:b' is no range"),
        (["-m", "val/acc", "--window", ":"], 2, "--window ':' is no range"),
        (["-m", "val/acc", "--window", "1:2:3"], 2, "is no range"),
        (["-m", "val/acc", "--window", "nan:1"], 2, "is no range"),
        (["-m", "val/acc", "--x", "time", "--window", "1:2"], 2, "'2h ago..now'"),
        (["-m", "val/acc", "--x", "relative", "--window", "x:1h"], 2, "lengths of time"),
        (["-m", "val/acc", "--range", "1"], 2, "--range '1' is no range"),
        (["-m", "val/acc", "--range", "inf:"], 2, "is no range"),
        (["-m", "val/acc", "--band", "std"], 2, "say which with --group-by"),
        (["-m", "val/acc", "--group-by", "lr"], 2, "param:NAME or tag:NAME"),
        (["-m", "val/acc", "--group-by", "param:modle"], 5, "did you mean 'model'?"),
        (["-m", "val/acc", "--group-by", "tag:zzz"], 5, "there are team"),
        (["-m", "val/acc", "--size", "19x6"], 2, "--size must be"),
        (["-m", "val/acc", "--smooth", "1"], 2, "0.0<=x<=0.999"),
        (["-m", "val/acc", "--points", "1"], 2, "x>=2"),
        (["-m", "val/acc", "--style", "dots"], 2, "'braille', 'block', 'ascii'"),
        (["-m", "val/acc", "-o", "sgv"], 2, "did you mean 'svg'?"),
        (["-m", "val/acc", "--watch"], 2, "stdout is none"),
        (["-m", "val/acc", "--watch", "-o", "svg"], 2, "draws on the terminal alone"),
        (["-m", "val/acc", "--watch", "--every", "x"], 2, "is no length of time"),
        (["-m", "val/acc", "--against", "params.lr"], 2, "--against is for --kind scatter"),
        (["-m", "val/acc", "--kind", "scatter"], 2, "--against params.KEY"),
        (["-m", "val/acc", "--kind", "scatter", "--against", "lr"], 2, "'params.lr'"),
        (["-m", "val/acc", "--kind", "scatter", "--against", "params.rl"], 5, "params.lr"),
        (["-m", "val/acc", "--kind", "bars", "--against", "params.lr"], 2, "nothing to draw"),
        (["-m", "val/acc", "-m", "epoch", "--kind", "bars"], 2, "draws one metric, not 2"),
        (["-m", "val/acc", "--kind", "bars", "--log-y"], 2, "the other options are for curves"),
        (["-m", "val/los", "--kind", "bars"], 5, "did you mean 'val/loss'?"),
        (["--kind", "bars"], 2, "no metric is named"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_meant(plot, args, code, words):
    answer = plot(A, *args)
    assert (answer.code, answer.out) == (code, "")
    assert words in answer.err
    assert "unexpected" not in answer.err


def test_runs_without_metrics(plot, store):
    store.change(A, latest={})
    answer = plot(A, "--grid")
    assert (answer.code, answer.out) == (5, "")
    assert "run brave-otter-00 has no metrics" in answer.err


def test_what_is_drawn_comes_in_every_format_for_programs(plot):
    args = (A, B, "-m", "val/loss", "--smooth", "0.5")
    curves = data(plot(*args, "-o", "json"))
    assert [json.loads(line) for line in plot(*args, "-o", "jsonl").out.splitlines()] == curves
    assert yaml.safe_load(plot(*args, "-o", "yaml").out) == curves
    assert plot(*args, "-o", "name").out.split() == [each["run_id"] for each in curves]
    head, *rows = csv.reader(io.StringIO(plot(*args, "-o", "csv").out))
    assert head == ["run_id", "run_name", "key", "x_axis", "x", "y"]
    assert [(row[0], row[4], row[5]) for row in rows] == [
        (each["run_id"], str(x), str(y))
        for each in curves
        for x, y in zip(each["x"], each["y"], strict=True)
    ]


def test_a_picture_is_a_block_in_markdown(plot):
    args = (A, "-m", "val/loss", "--size", "40x8", "-o")
    text = plot(*args, "text").out
    assert plot(*args, "md").out == f"```text\n{text}```\n"
    assert plot(*args, "wide").out == plot(*args, "table").out == text
