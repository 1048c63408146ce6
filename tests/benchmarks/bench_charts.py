"""How fast charts are drawn at 200x50: few lines and many, smoothed and raw, a million points.

    python tests/benchmarks/bench_charts.py [--rounds 5]

Times are those of this machine as busy as it is; the ratios to plotext drawing one unthinned
curve of 10,000 points, measured in the same run, hold. Exit 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "tui"))
sys.path.insert(0, str(Path(__file__).parents[2] / "core"))

from worlds.curves import training

from venturi.curves.sample import sample
from venturi.curves.series import series_from
from venturi_tui.present.chart import Band, ChartLine, ChartOptions, draw_chart, series_style
from venturi_tui.present.chart.engine import load_plotext

POINTS = 10_000
SIZE = 200, 50
SMOOTH = ChartOptions(smoothing=0.97, focus=0)
CASES = (
    # name, lines, options, goal as a part of the measure
    ("5 lines, smoothed, a band", 5, SMOOTH, 0.20),
    ("5 lines, raw", 5, ChartOptions(focus=0), 0.25),
    ("50 lines, smoothed, a band", 50, SMOOTH, 1.0),
    ("50 lines, smoothed, all bands", 50, ChartOptions(smoothing=0.97, band=Band.ALL), 1.5),
    ("50 lines, raw", 50, ChartOptions(), 1.5),
    (
        "5 lines, all of it",
        5,
        replace(SMOOTH, x_log=True, y_log=True, robust=True, extremes=True),
        0.4,
    ),
)


GOALS_MS = {"5 lines, smoothed, a band": 30, "50 lines, smoothed, a band": 230, "zoomed": 50}
"""Milliseconds at 200x50 on a quiet machine of 2 cores; twice that is a miss here."""


def best(action: Callable[[], object], rounds: int) -> float:
    """Milliseconds of the fastest of some rounds."""
    took: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        action()
        took.append(time.perf_counter() - began)
    return 1000 * min(took)


def unthinned() -> str:
    """What a plain use of plotext does with one curve."""
    plotext = load_plotext()
    assert plotext is not None, "plotext does not load here"
    figure = type(plotext.figure)(plotext.terminal)
    figure.plot_size(*SIZE)
    values = list(training(1, POINTS).values)
    figure.draw(figure.signal(range(POINTS), values, marker="braille").lines(True))
    return figure.build().string()


def lines_of(count: int, points: int) -> list[ChartLine]:
    """Lines with styles of their own."""
    made: list[ChartLine] = []
    for number in range(count):
        one = training(number, points, end=0.02 * number)
        style = series_style(one.run_id, [line.style for line in made])
        made.append(ChartLine(one.run_id, series_from(one), style))
    return made


def zoomed(lines: list[ChartLine], rounds: int) -> int:
    """Windows never seen before, of lines in memory; 1 when that takes too long."""
    windows = iter([(100.0 + at, 4000.0 + at) for at in range(rounds)])
    took = best(lambda: draw_chart(lines, *SIZE, replace(SMOOTH, x_window=next(windows))), rounds)
    missed = took > 2 * GOALS_MS["zoomed"]
    print(f"{'5 lines, zoomed and panned':32} {took:8.1f} ms  goal {GOALS_MS['zoomed']} ms"
          f" {'MISSED' if missed else 'ok'}")  # fmt: skip
    return int(missed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    measure = best(unthinned, rounds)
    print(f"{'one unthinned curve by plotext':32} {measure:8.1f} ms")
    lines = lines_of(50, POINTS)
    missed = 0
    for name, count, options, goal in CASES:
        first = best(lambda n=count, o=options: draw_chart(lines[:n], *SIZE, o), 1)
        again = best(lambda n=count, o=options: draw_chart(lines[:n], *SIZE, o), rounds)
        part = again / measure
        is_missed = part > goal or again > 2 * GOALS_MS.get(name, 1e9)
        missed += is_missed
        verdict = "MISSED" if is_missed else "ok"
        print(f"{name:32} {again:8.1f} ms  {part:5.2f} of it, goal {goal:.2f} {verdict}"
              f"  (first time {first:.1f} ms)")  # fmt: skip
    missed += zoomed(lines[:5], rounds)
    (large,) = lines_of(1, 1_000_000)
    history = training(0, 1_000_000)
    for name, action, times in (
        ("a million points, first time", lambda: draw_chart([large], *SIZE, SMOOTH), 1),
        ("a million points, again", lambda: draw_chart([large], *SIZE, SMOOTH), rounds),
        ("sample 400 of a million", lambda: sample(history, 400), rounds),
    ):
        print(f"{name:32} {best(action, times):8.1f} ms")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
