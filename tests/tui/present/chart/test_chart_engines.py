"""Plotext and our own raster draw the same; what plotext cannot bear never reaches it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.curves import training

from venturi.curves.series import series_from
from venturi_tui.present.chart import (
    ChartLine,
    ChartOptions,
    Dots,
    Engine,
    draw_chart,
    engine,
    series_style,
)
from venturi_tui.present.chart.plan import BLANK, LINE, Inked, Plan, Stroke, Tick
from venturi_tui.present.chart.polylines import length, simplified
from venturi_tui.present.chart.raster import draw_raster

ROOT = Path(__file__).parents[4]


@pytest.fixture
def fresh_door() -> Iterator[None]:
    """Plotext is looked for anew, before and after."""
    engine.load_plotext.cache_clear()
    yield
    engine.load_plotext.cache_clear()


def by_plotext(plan: Plan) -> Inked:
    plotext = engine.load_plotext()
    assert plotext is not None, "plotext does not load here"
    return engine.draw_plotext(plotext, plan)


def seen(drawn: Inked) -> list[list[tuple[str, int]]]:
    """Characters with their inks; blanks have none."""
    return [
        [(char, BLANK if char == " " else ink) for char, ink in zip(chars, inks, strict=True)]
        for chars, inks in zip(drawn.chars, drawn.inks, strict=True)
    ]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    dots = draw(st.sampled_from(Dots))
    columns, rows = draw(st.integers(1, 40)), draw(st.integers(1, 12))
    x, y = st.integers(0, columns * dots.columns - 1), st.integers(0, rows * dots.rows - 1)
    points = st.lists(st.tuples(x, y), min_size=1, max_size=30)
    onward = points.map(lambda found: sorted(found, key=lambda dot: dot[0]))
    lines = draw(st.integers(1, 300))
    strokes = draw(st.lists(st.tuples(st.integers(0, lines - 1), onward), max_size=6))
    y_ticks = draw(st.sets(st.integers(0, rows - 1), max_size=3))
    gutter = 4 if y_ticks else 0
    x_cells = range(3, columns - 3, 9)
    return Plan(
        columns=columns,
        rows=rows,
        gutter=gutter,
        has_x_axis=draw(st.booleans()),
        x_ticks=tuple(Tick(cell, "12"[: 1 + cell % 2]) for cell in x_cells),
        y_ticks=tuple(Tick(row, "0.5 ") for row in sorted(y_ticks)),
        dots=dots,
        marks=tuple("*o#"[line % 3] for line in range(lines)),
        strokes=tuple(Stroke(line, found) for line, found in strokes),
    )


@settings(deadline=None, max_examples=150)
@given(plans())
def test_both_engines_draw_the_same(plan: Plan) -> None:
    ours, theirs = draw_raster(plan), by_plotext(plan)
    assert len(theirs.chars) == plan.height
    assert {len(row) for row in theirs.chars} == {plan.width}
    assert seen(theirs) == seen(ours)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 39)), min_size=1, max_size=60))
def test_fewer_corners_draw_the_same_dots(dots: list[tuple[int, int]]) -> None:
    def plan(corners: list[tuple[int, int]]) -> Plan:
        strokes = (Stroke(0, corners),)
        return Plan(31, 10, 0, False, (), (), Dots.BRAILLE, ("*",), strokes)

    dots.sort(key=lambda dot: dot[0])
    fewer = simplified(dots)
    assert len(fewer) <= len(dots)
    assert draw_raster(plan(fewer)).chars == draw_raster(plan(dots)).chars


def test_a_straight_line_needs_two_corners() -> None:
    assert simplified([(x, 2 * x) for x in range(50)]) == [(0, 0), (49, 98)]
    assert simplified([(x, (x + 1) // 3) for x in range(61)]) == [(0, 0), (60, 20)]
    assert simplified([(3, 9), (3, 9), (3, 9)]) == [(3, 9)]
    assert simplified([]) == []


def test_length_counts_dots_on_the_way() -> None:
    assert length([(0, 0), (3, 1), (3, 9)]) == 3 + 8
    assert length([(5, 5)]) == 0


def test_a_line_meets_every_dot_it_is_asked_to() -> None:
    plan = Plan(4, 1, 0, False, (), (), Dots.BRAILLE, ("*",), (Stroke(0, [(0, 3), (7, 0)]),))
    drawn = draw_raster(plan)
    assert "".join(drawn.chars[0]) == "⣀⠤⠒⠉"
    assert drawn.inks[0] == [LINE] * 4


WORST = """
import math, sys
from array import array
from dataclasses import replace
from venturi.curves.series import Series, XAxis
from venturi_tui.present.chart import *
from venturi_tui.present.chart import engine

assert engine.load_plotext() is not None
engine._MOST_WORK = math.inf  # plotext has to draw all of it
drawn = []
build = engine._build
engine._build = lambda *given: drawn.append(1) or build(*given)

nan, inf = math.nan, math.inf
columns = {
    "nan amid": [1.0, nan, 2.0, nan, nan, 3.0],
    "nan first and last": [nan, 1.0, 2.0, nan],
    "all nan": [nan] * 5,
    "infinities": [inf, 1.0, -inf, 2.0, inf],
    "all infinite": [inf, -inf] * 3,
    "nothing": [],
    "one": [1.0],
    "largest": [1.7976931348623157e308, -1.7976931348623157e308, 0.0],
    "smallest": [5e-324, 0.0, -5e-324],
    "constant": [3.0] * 10,
    "near equal": [1e16, 1e16 + 2, 1e16 + 4],
    "zero and below": [0.0, -1.0, 1e-300],
    "wild": [(-10.0) ** (n % 300) for n in range(600)],
}
windows = [None, (0.0, 1e-12), (2.0, 2.0 + 1e-12), (1.0, 1.0), (-1e308, 1e308), (1e300, 2e300)]
sizes = [(60, 12), (1, 1), (2, 30), (30, 2), (9, 5), (300, 80)]
for name, ys in columns.items():
    series = Series("run", name, array("d", map(float, range(len(ys)))), array("d", ys))
    for smoothing in (0.0, 0.9):
        for y_log in (False, True):
            for x_window in windows:
                for y_window in (None, (0.0, 1e-12), (1e300, 2e300)):
                    size = sizes[len(drawn) % len(sizes)]
                    turn = len(drawn)
                    options = ChartOptions(x_window=x_window, y_window=y_window, y_log=y_log,
                                           smoothing=smoothing, dots=list(Dots)[turn % 3],
                                           x_log=turn % 5 == 0, robust=turn % 2 == 0,
                                           extremes=turn % 7 == 0, compact=turn % 4 == 0)
                    edges = (series, series) if turn % 3 == 0 else None
                    line = ChartLine(name, series, series_style("run"), edges)
                    draw_chart([line], *size, options)
print("drew", len(drawn))
"""


def test_the_worst_data_does_not_abort_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORST],
        capture_output=True,
        text=True,
        timeout=240,
        env={"PYTHONPATH": f"{ROOT / 'core'}:{ROOT / 'tui'}", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("drew ")
    assert int(done.stdout.split()[1]) > 700
    assert done.stderr == ""


def _chart(engine_: Engine) -> list[str]:
    line = ChartLine("run", series_from(training(1)), series_style("run"))
    options = ChartOptions(engine=engine_, smoothing=0.97)
    return draw_chart([line], 60, 14, options).lines


@pytest.mark.parametrize("error", [ImportError, OSError])
def test_where_plotext_does_not_load_the_raster_draws(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, fresh_door: None
) -> None:
    expected = _chart(Engine.RASTER)
    monkeypatch.setattr("sys.meta_path", [_Refusing(error), *sys.meta_path])
    for name in [name for name in sys.modules if name.partition(".")[0] == "plotext"]:
        monkeypatch.delitem(sys.modules, name)
    engine.load_plotext.cache_clear()
    assert _chart(Engine.PLOTEXT) == expected
    assert engine.load_plotext() is None


def test_charts_may_be_drawn_in_several_threads() -> None:
    expected = _chart(Engine.RASTER)
    drawn: list[list[str]] = []

    def draw() -> None:
        drawn.extend(_chart(Engine.PLOTEXT) for _ in range(5))

    threads = [threading.Thread(target=draw) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [expected] * 30


class _Refusing:
    """Fails the import of plotext as a missing package or a broken library does."""

    def __init__(self, error: type[Exception]) -> None:
        self._error = error

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] == "plotext":
            raise self._error("no kernel here")


def test_a_busy_picture_is_left_to_the_raster(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Plan] = []
    monkeypatch.setattr(
        engine, "draw_plotext", lambda _, plan: asked.append(plan) or draw_raster(plan)
    )
    calm = Plan(20, 5, 0, False, (), (), Dots.BRAILLE, ("*",), (Stroke(0, [(0, 0), (39, 19)]),))
    busy = Plan(
        100, 20, 0, False, (), (), Dots.BRAILLE, ("*",),
        tuple(Stroke(0, [(x, 79 * (x % 2)) for x in range(200)]) for _ in range(50)),
    )  # fmt: skip
    engine.draw_plan(calm, Engine.PLOTEXT)
    engine.draw_plan(busy, Engine.PLOTEXT)
    engine.draw_plan(calm, Engine.RASTER)
    assert asked == [calm]


def test_importing_the_chart_does_not_load_plotext() -> None:
    code = "import sys, venturi_tui.present.chart; print('plotext' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": f"{ROOT / 'core'}:{ROOT / 'tui'}", "PATH": "/usr/bin:/bin"},
        check=True,
    )
    assert done.stdout.strip() == "False"
