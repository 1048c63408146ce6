"""Shapes over runs as text a reviewer can read: `VENTURI_UPDATE_GOLDENS=1 pytest` writes them."""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from worlds.curves import any_value

from venturi_tui.present.chart import (
    DARK,
    LIGHT,
    PLAIN,
    Dots,
    Drawing,
    SeriesStyle,
)
from venturi_tui.present.chart.bars import draw_bars
from venturi_tui.present.chart.frame import RunValue, ShapeOptions
from venturi_tui.present.chart.histogram import bin_edges, draw_histogram
from venturi_tui.present.chart.parallel import ParallelRun, draw_parallel
from venturi_tui.present.chart.ramp import ramp
from venturi_tui.present.chart.scatter import ScatterPoint, draw_scatter

GOLDENS = Path(__file__).parent / "goldens" / "shapes"
PLAINLY = ShapeOptions(theme=PLAIN)
MARKED = {3: 0, 9: 1, 11: 2}
HOSTILE = "\x1b[31mred\x1b[0m\n漢字"


def style(number: int) -> SeriesStyle | None:
    return SeriesStyle(MARKED[number]) if number in MARKED else None


def run_values(count: int, draw: Callable[[random.Random], float]) -> list[RunValue]:
    rng = random.Random(7)
    return [RunValue(f"run-{n}", draw(rng), style(n)) for n in range(count)]


def scores() -> list[RunValue]:
    return [
        RunValue("brave-otter-12", 0.9412, SeriesStyle(0)),
        RunValue("calm-finch-07", 12.5),
        RunValue("a-very-long-name-of-a-run-indeed", -3.25, SeriesStyle(1)),
        RunValue("dull-heron-31", math.nan),
        RunValue("eager-lynx-02", math.inf),
        RunValue("faint-moth-88", 1e-7),
        RunValue(HOSTILE, -12.0),
    ]


def sweep(count: int) -> list[ParallelRun]:
    rng = random.Random(3)
    runs: list[ParallelRun] = []
    for number in range(count):
        rate = 10 ** rng.uniform(-5, -1)
        values: dict[str, str | float] = {
            "lr": f"{rate:.2g}",
            "model": rng.choice(["vit-b", "vit-l", "resnet50"]),
            "batch": str(rng.choice([32, 64, 128, 256])),
            "val/acc": round(0.95 - 0.02 * (math.log10(rate) + 3) ** 2, 4),
        }
        if number == 2:
            del values["batch"]
        runs.append(ParallelRun(f"run-{number}", values, SeriesStyle(number)))
    return runs


def points(count: int, words: bool) -> list[ScatterPoint]:
    rng = random.Random(5)
    made: list[ScatterPoint] = []
    for number in range(count):
        rate = 10 ** rng.uniform(-5, -1)
        y = 0.95 - 0.02 * (math.log10(rate) + 3) ** 2 + rng.gauss(0, 0.008)
        x = rng.choice(["vit-b", "vit-l", "resnet50", "漢字"]) if words else f"{rate:.3g}"
        made.append(ScatterPoint(f"run-{number}", x, y, style(number)))
    return made


CASES: dict[str, Callable[[], Drawing]] = {
    "histogram": lambda: draw_histogram(
        run_values(120, lambda rng: rng.gauss(0.9, 0.02)), 80, 14, replace(PLAINLY, title="val/acc")
    ),
    "histogram-of-many": lambda: draw_histogram(
        run_values(2000, lambda rng: rng.gauss(0, 1)), 70, 14, PLAINLY
    ),
    "histogram-over-decades": lambda: draw_histogram(
        run_values(40, lambda rng: 10 ** rng.uniform(-5, -1)), 60, 10, replace(PLAINLY, title="lr")
    ),
    "histogram-of-equals": lambda: draw_histogram(run_values(12, lambda _: 0.5), 40, 8, PLAINLY),
    "histogram-of-nothing": lambda: draw_histogram([RunValue("a", math.nan)], 40, 6, PLAINLY),
    "histogram-ascii": lambda: draw_histogram(
        run_values(50, lambda rng: rng.gauss(5, 2)), 50, 10, replace(PLAINLY, dots=Dots.ASCII)
    ),
    "bars": lambda: draw_bars(scores(), 80, 9, replace(PLAINLY, title="reward")),
    "bars-ascending-with-too-few-rows": lambda: draw_bars(
        run_values(30, lambda rng: abs(rng.gauss(3, 1))), 50, 8, PLAINLY, ascending=True
    ),
    "bars-ascii": lambda: draw_bars(scores(), 60, 8, replace(PLAINLY, dots=Dots.ASCII)),
    "scatter-of-numbers": lambda: draw_scatter(
        points(60, words=False), 80, 16, replace(PLAINLY, title="val/acc"), x_name="lr"
    ),
    "scatter-of-words": lambda: draw_scatter(points(60, words=True), 72, 14, PLAINLY),
    "parallel": lambda: draw_parallel(
        sweep(4), ["lr", "model", "batch", "val/acc"], 80, 16, replace(PLAINLY, title="4 runs")
    ),
    "parallel-too-narrow-for-all": lambda: draw_parallel(
        sweep(3), ["lr", "model", "batch", "val/acc", "none"], 22, 10, PLAINLY
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_shape_is_as_agreed(name: str) -> None:
    drawing = CASES[name]()
    check(drawing)
    shown = "".join(f"{line.rstrip()}\n" for line in drawing.lines)
    path = GOLDENS / f"{name}.txt"
    if os.environ.get("VENTURI_UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_every_golden_has_its_shape() -> None:
    assert {path.stem for path in GOLDENS.glob("*.txt")} == set(CASES)


def check(drawing: Drawing) -> None:
    """As wide and high as it says, and nothing in it that a terminal would obey."""
    assert len(drawing.rows) == drawing.height
    for text in drawing.lines:
        assert cell_len(text) == drawing.width, text
        shown = (char for char in text if char not in "\u200c\u200d")
        assert not any(category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in shown)


_sizes = st.tuples(
    st.one_of(st.integers(1, 30), st.integers(1, 150)),
    st.one_of(st.integers(1, 10), st.integers(1, 40)),
)
_labels = st.one_of(st.sampled_from(["", HOSTILE, "run"]), st.text(max_size=12))
_styles = st.one_of(st.none(), st.integers(0, 60).map(SeriesStyle))
_runs = st.lists(st.builds(RunValue, _labels, any_value, _styles), max_size=40)
_options = st.builds(
    ShapeOptions,
    title=_labels,
    legend=st.booleans(),
    dots=st.sampled_from(Dots),
    theme=st.sampled_from([DARK, LIGHT, PLAIN]),
    notes=st.sampled_from([(), ("~ sampled",)]),
)


@settings(deadline=None, max_examples=80)
@given(_runs, _sizes, _options, st.sampled_from([None, True, False]))
@example([RunValue("", 0.0), RunValue("", 5e-324, SeriesStyle(0))], (1, 1), PLAINLY, None)
@example(
    [RunValue("", 1e-9 * n) for n in range(9)] + [RunValue("", 1.7e308)], (9, 5), PLAINLY, None
)
@example([RunValue("", 8.2e-223)], (5, 5), PLAINLY, None)
def test_histograms_of_anything_fit_exactly(
    runs: list[RunValue], size: tuple[int, int], options: ShapeOptions, log: bool | None
) -> None:
    drawing = draw_histogram(runs, *size, options, log=log)
    assert (drawing.width, drawing.height) == size
    check(drawing)


@settings(deadline=None, max_examples=60)
@given(_runs, _sizes, _options, st.booleans())
def test_bars_of_anything_fit_exactly(
    runs: list[RunValue], size: tuple[int, int], options: ShapeOptions, ascending: bool
) -> None:
    drawing = draw_bars(runs, *size, options, ascending=ascending)
    assert (drawing.width, drawing.height) == size
    check(drawing)


_params = st.one_of(st.sampled_from(["1e-3", "0.1", "vit", HOSTILE, "nan", "1e308"]), _labels)


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.builds(ScatterPoint, _labels, _params, any_value, _styles), max_size=30),
    _sizes,
    _options,
    _labels,
)
def test_scatters_of_anything_fit_exactly(
    found: list[ScatterPoint], size: tuple[int, int], options: ShapeOptions, name: str
) -> None:
    drawing = draw_scatter(found, *size, options, x_name=name)
    assert (drawing.width, drawing.height) == size
    check(drawing)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.builds(
            ParallelRun,
            _labels,
            st.dictionaries(st.sampled_from("abcd"), st.one_of(_params, any_value)),
            st.integers(0, 60).map(SeriesStyle),
        ),
        max_size=8,
    ),
    st.lists(st.sampled_from("abcd"), max_size=6),
    _sizes,
    _options,
    st.sampled_from(["", "a", "z"]),
)
def test_parallel_axes_of_anything_fit_exactly(
    runs: list[ParallelRun],
    names: list[str],
    size: tuple[int, int],
    options: ShapeOptions,
    color_by: str,
) -> None:
    drawing = draw_parallel(runs, names, *size, options, color_by=color_by)
    assert (drawing.width, drawing.height) == size
    check(drawing)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=200), st.integers(1, 60))
def test_bins_hold_every_value(values: list[float], most: int) -> None:
    edges = bin_edges(values, most)
    assert edges == sorted(set(edges))
    assert edges[0] <= min(values)
    assert max(values) <= edges[-1]
    assert 1 <= len(edges) - 1 <= most + 1


def test_bins_are_about_as_wide_as_freedman_and_diaconis_say() -> None:
    rng = random.Random(1)
    values = [rng.gauss(0, 1) for _ in range(1000)]
    edges = bin_edges(values, 100)
    width = edges[1] - edges[0]
    assert width == pytest.approx(0.2)
    assert width == pytest.approx(2 * 1.349 / 10, rel=0.6)


def test_counts_of_a_histogram_are_those_of_its_bins() -> None:
    values = [0.5] * 3 + [1.5] * 7 + [2.5] * 2 + [3.5]
    drawing = draw_histogram([RunValue("", value) for value in values], 60, 12, PLAINLY)
    found = [int(word) for line in drawing.lines[1:9] for word in line.split() if word.isdigit()]
    assert sorted(found) == [1, 2, 3, 7]
    assert drawing.notes == ("13 runs",)


def test_marked_runs_of_a_histogram_are_seen_also_at_one_place() -> None:
    runs = [RunValue(f"r{n}", 1.0, SeriesStyle(n)) for n in range(3)] + [RunValue("x", 9.0)]
    text = "\n".join(draw_histogram(runs, 60, 12, ShapeOptions(legend=False)).lines)
    assert all(SeriesStyle(n).mark in text for n in range(3))


def test_bars_are_as_long_as_their_values() -> None:
    runs = [RunValue("a", 4.0), RunValue("b", 2.0), RunValue("c", 1.0)]
    drawing = draw_bars(runs, 60, 4, PLAINLY)
    cells = [line.count("█") for line in drawing.lines[1:]]
    assert cells[0] == 2 * cells[1] == 4 * cells[2] or max(cells) - 2 * cells[1] in (0, 1)
    assert [line.split()[0] for line in drawing.lines if "█" in line] == ["a", "b", "c"]


def test_marked_bars_are_the_last_to_go() -> None:
    runs = [RunValue(f"r{n}", 100.0 - n) for n in range(50)] + [
        RunValue("mine", 0.1, SeriesStyle(0))
    ]
    text = "\n".join(draw_bars(runs, 60, 6).lines)
    assert "mine" in text
    assert "… 47 more" in text


def test_a_scatter_keeps_every_run_in_a_column_of_words() -> None:
    found = [ScatterPoint(f"r{n}", "ab"[n % 2], 1.0 + n % 3) for n in range(12)]
    drawing = draw_scatter(found, 60, 12)
    assert sum(line.count("•") for line in drawing.lines) == 12


def test_a_scatter_says_how_many_values_it_leaves_out() -> None:
    found = [ScatterPoint(f"r{n}", f"value-{n}", float(n)) for n in range(40)]
    assert "32 values left out" in draw_scatter(found, 40, 12).notes


def test_a_broken_line_of_parallel_axes_has_no_dots_where_nothing_is() -> None:
    run = ParallelRun("r", {"a": 1.0, "c": 2.0}, SeriesStyle(0))
    other = ParallelRun("s", {"a": 2.0, "b": 1.0, "c": 3.0}, SeriesStyle(1))
    names = ["a", "b", "c"]
    both = draw_parallel([run, other], names, 60, 12)
    alone = draw_parallel([other], names, 60, 12)
    dots = [sum(0x2800 < ord(c) < 0x2900 for line in d.lines for c in line) for d in (both, alone)]
    assert dots[0] <= dots[1] + 4


def test_ramps_go_one_way_from_the_ground() -> None:
    for theme in (DARK, LIGHT):
        light = [
            sum(w * int(c[at : at + 2], 16) for w, at in ((0.2126, 1), (0.7152, 3), (0.0722, 5)))
            for c in ramp(theme)
        ]
        assert light == sorted(light, reverse=theme is LIGHT)
        assert len(set(ramp(theme))) == 9
    assert ramp(PLAIN) == ()
