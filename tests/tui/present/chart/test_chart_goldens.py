"""Drawings that a reviewer can read: `VENTURI_UPDATE_GOLDENS=1 pytest` writes them anew.

Every drawing is made by both engines, which must agree.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timezone
from pathlib import Path

import pytest
from worlds.curves import START, history, training

from venturi.curves.align import over_metric
from venturi.curves.group import group
from venturi.curves.series import Series, XAxis, series_from
from venturi.records import History
from venturi_tui.present.chart import (
    PLAIN,
    Band,
    ChartLine,
    ChartOptions,
    Dots,
    Drawing,
    Engine,
    SeriesStyle,
    draw_chart,
    drawing_text,
    series_style,
)

GOLDENS = Path(__file__).parent / "goldens"
PLAINLY = ChartOptions(theme=PLAIN, zone=timezone.utc)
NAMES = ("brave-otter-12", "calm-finch-07", "dull-heron-31")


def lines_of(
    *histories: History, axis: XAxis = XAxis.STEP, names: Sequence[str] = NAMES
) -> list[ChartLine]:
    lines: list[ChartLine] = []
    for one, name in zip(histories, names, strict=False):
        style = series_style(one.run_id, [line.style for line in lines])
        lines.append(ChartLine(name, series_from(one, axis), style))
    return lines


def three(axis: XAxis = XAxis.STEP) -> list[ChartLine]:
    diverged = training(3, end=0.5)
    for row in range(700, 1000):
        diverged.values[row] = math.nan
    return lines_of(training(1), training(2, end=0.8), diverged, axis=axis)


def wave(size: int = 200) -> History:
    return history([math.sin(row / 12) for row in range(size)])


def growing() -> History:
    return history([1e-3 * 10 ** (row / 20) for row in range(100)])


def over_tokens() -> Series:
    tokens = history([2e7 * row for row in range(200)])
    return over_metric(wave(), tokens)


def spiked() -> History:
    one = training(7, 400)
    for row, value in ((40, 90.0), (41, 80.0), (200, -30.0)):
        one.values[row] = value
    return one


def seeds() -> list[ChartLine]:
    runs = [series_from(training(n, 300, end=0.1 * n)) for n in range(1, 6)]
    found = group(runs)
    return [ChartLine("5 seeds", found.mean, SeriesStyle(0), (found.low, found.high))]


Case = Callable[[], tuple[list[ChartLine], int, int, ChartOptions]]
CASES: dict[str, Case] = {
    "one-raw-line": lambda: (lines_of(wave()), 72, 14, replace(PLAINLY, title="wave")),
    "three-smoothed": lambda: (
        three(),
        90,
        22,
        replace(PLAINLY, title="train/loss", smoothing=0.97, focus=0),
    ),
    "band-of-all": lambda: (three(), 80, 16, replace(PLAINLY, smoothing=0.97, band=Band.ALL)),
    "log-y": lambda: (lines_of(growing()), 72, 16, replace(PLAINLY, y_log=True)),
    "log-y-leaves-out": lambda: (
        lines_of(history([10.0, 5.0, 0.0, 0.0, 2.0, 8.0, 20.0])),
        60,
        10,
        replace(PLAINLY, y_log=True),
    ),
    "symlog-y-of-both-signs": lambda: (
        lines_of(history([1000 * math.sin(row / 30) * math.exp(-row / 60) for row in range(300)])),
        80,
        16,
        replace(PLAINLY, title="reward", y_log=True),
    ),
    "log-x": lambda: (
        lines_of(history([5 / math.sqrt(max(row, 1)) for row in range(20_000)])),
        80,
        14,
        replace(PLAINLY, title="loss", x_log=True, y_log=True, cursor=100.0),
    ),
    "over-another-metric": lambda: (
        [replace(line, series=over_tokens()) for line in lines_of(wave())],
        72,
        12,
        replace(PLAINLY, title="loss", x_name="tokens", cursor=3e9),
    ),
    "robust-marks-outliers": lambda: (
        lines_of(spiked()),
        80,
        14,
        replace(PLAINLY, title="train/loss", robust=True),
    ),
    "lowest-and-highest": lambda: (
        lines_of(wave(130), history([0.5 + row / 400 for row in range(130)], run_id="b")),
        80,
        14,
        replace(PLAINLY, extremes=True, focus=0),
    ),
    "group-with-its-band": lambda: (
        seeds(),
        80,
        16,
        replace(PLAINLY, title="val/loss", smoothing=0.9),
    ),
    "compact": lambda: (three(), 48, 11, replace(PLAINLY, title="train/loss", compact=True)),
    "compact-least": lambda: (three(), 24, 6, replace(PLAINLY, title="train/loss", compact=True)),
    "compact-of-one": lambda: (
        lines_of(wave()),
        30,
        8,
        replace(PLAINLY, title="system/gpu_0_utilization_percentage", compact=True),
    ),
    "wall-time": lambda: (
        three(XAxis.TIME),
        90,
        14,
        replace(PLAINLY, smoothing=0.97, x_axis=XAxis.TIME, cursor=START + 250_000.0),
    ),
    "over-midnight": lambda: (
        lines_of(
            history([1.0, 3.0, 2.0], timestamps=[START + 12 * 3_600_000 * n for n in range(3)]),
            axis=XAxis.TIME,
        ),
        70,
        10,
        replace(PLAINLY, x_axis=XAxis.TIME),
    ),
    "time-since-start": lambda: (
        lines_of(wave(), axis=XAxis.RELATIVE),
        60,
        12,
        replace(PLAINLY, x_axis=XAxis.RELATIVE, y_window=(-2.0, 2.0)),
    ),
    "cursor-with-readings": lambda: (
        lines_of(wave(), wave(80)),
        72,
        14,
        replace(PLAINLY, title="wave", cursor=120.0),
    ),
    "zoomed": lambda: (
        lines_of(wave()),
        72,
        12,
        replace(PLAINLY, x_window=(30.0, 60.0), y_window=(-0.5, 0.5)),
    ),
    "gaps-of-all-kinds": lambda: (
        lines_of(history([1, 2, math.nan, 3, math.inf, 2, -math.inf, -math.inf, 1, 2])),
        64,
        12,
        PLAINLY,
    ),
    "nothing-yet": lambda: (lines_of(history([])), 50, 10, PLAINLY),
    "no-lines": lambda: ([], 40, 6, PLAINLY),
    "one-point": lambda: (lines_of(history([0.25], steps=[5000])), 60, 10, PLAINLY),
    "all-equal": lambda: (lines_of(history([7.0] * 50)), 60, 10, PLAINLY),
    "all-nan": lambda: (lines_of(history([math.nan] * 20)), 60, 10, PLAINLY),
    "near-equal-huge": lambda: (
        lines_of(history([1e9 + row * 1e-4 for row in range(50)])),
        64,
        10,
        PLAINLY,
    ),
    "limits-of-a-double": lambda: (
        lines_of(history([-1.7e308, 1.7e308, 0.0, 5e-324])),
        60,
        8,
        PLAINLY,
    ),
    "repeated-and-backward-steps": lambda: (
        lines_of(history([1.0, 4.0, 2.0, 3.0, 5.0], steps=[3, 3, 1, 2, 0])),
        60,
        10,
        PLAINLY,
    ),
    "blocks": lambda: (lines_of(wave()), 60, 12, replace(PLAINLY, dots=Dots.BLOCK)),
    "ascii": lambda: (
        three(),
        72,
        16,
        replace(PLAINLY, title="train/loss", smoothing=0.97, focus=1, dots=Dots.ASCII),
    ),
    "hostile-and-wide-names": lambda: (
        lines_of(
            wave(),
            wave(150),
            wave(100),
            names=("\x1b[31mred\x1b[0m\n", "漢字かな交じりの長い長い名前", "a\u202eb"),
        ),
        64,
        12,
        replace(PLAINLY, title="loss\x1b]0;owned\x07", notes=("~ sampled",)),
    ),
    "names-cut-to-fit": lambda: (
        lines_of(wave(), wave(150), names=("a-rather-long-run-name", "another-long-run-name")),
        40,
        9,
        PLAINLY,
    ),
    "least-pane": lambda: (lines_of(wave()), 10, 3, PLAINLY),
    "small-pane": lambda: (three(), 40, 12, replace(PLAINLY, title="loss", smoothing=0.97)),
}


def drawn(name: str, engine: Engine) -> Drawing:
    lines, width, height, options = CASES[name]()
    return draw_chart(lines, width, height, replace(options, engine=engine))


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize("name", CASES)
def test_drawing_is_as_agreed(name: str, engine: Engine) -> None:
    drawing = drawn(name, engine)
    text = drawing_text(drawing, color=False)
    shown = "".join(f"{line}\n" for line in text.split("\n"))
    shown += "".join(f"note: {note}\n" for note in drawing.notes)
    path = GOLDENS / f"{name}.txt"
    if os.environ.get("VENTURI_UPDATE_GOLDENS") and engine is Engine.RASTER:
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_every_golden_has_its_drawing() -> None:
    assert {path.stem for path in GOLDENS.glob("*.txt")} == set(CASES)
