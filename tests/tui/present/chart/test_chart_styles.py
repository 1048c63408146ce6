"""Colours and marks: stable for a run, distinct among those shown, also for colour-blind eyes."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from venturi_tui.present.chart import DARK, LIGHT, PLAIN, ChartTheme, SeriesStyle, series_style
from venturi_tui.present.chart.theme import mix, theme_for

Matrix = tuple[tuple[float, float, float], ...]
NORMAL: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency" (2009), severity 1.0, on linear RGB.
PROTANOPIA: Matrix = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
DEUTERANOPIA: Matrix = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)


def linear(color: str) -> list[float]:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def lab(color: str, eyes: Matrix) -> tuple[float, float, float]:
    """CIE Lab of a colour as those eyes see it."""
    red, green, blue = (
        max(sum(a * b for a, b in zip(row, linear(color), strict=True)), 0.0) for row in eyes
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    a, b, c = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * b - 16, 500 * (a - b), 200 * (b - c)


def contrast(one: str, other: str) -> float:
    weights = (0.2126, 0.7152, 0.0722)
    light = [
        sum(w * part for w, part in zip(weights, linear(color), strict=True))
        for color in (one, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("eyes", [NORMAL, PROTANOPIA, DEUTERANOPIA])
def test_line_colors_can_be_told_apart(theme: ChartTheme, eyes: Matrix) -> None:
    for one, other in combinations(theme.palette, 2):
        pairs = zip(lab(one, eyes), lab(other, eyes), strict=True)
        assert sum((a - b) ** 2 for a, b in pairs) ** 0.5 > 15, (one, other)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_line_colors_stand_out_from_the_ground(theme: ChartTheme) -> None:
    assert all(contrast(color, theme.ground) >= 3 for color in theme.palette)
    assert theme.text is not None
    assert contrast(theme.text, theme.ground) >= 7


@given(st.text())
def test_a_run_always_has_the_same_style(run_id: str) -> None:
    assert series_style(run_id) == series_style(run_id)
    assert series_style(run_id).slot < 8


def test_styles_do_not_depend_on_the_process() -> None:
    assert [series_style(f"run-{n}").slot for n in range(6)] == [5, 3, 1, 7, 4, 2]


def test_eight_runs_differ_in_color_and_mark() -> None:
    taken: list[SeriesStyle] = []
    for number in range(8):
        taken.append(series_style(f"run-{number}", taken))
    assert len({style.color for style in taken}) == 8
    assert len({style.mark for style in taken}) == 8
    assert len({style.ascii_mark for style in taken}) == 8


@given(st.lists(st.text(max_size=4), unique=True, max_size=60))
def test_sixty_runs_differ_in_mark(run_ids: list[str]) -> None:
    taken: list[SeriesStyle] = []
    for run_id in run_ids:
        taken.append(series_style(run_id, taken))
    assert len({style.slot for style in taken}) == len(run_ids)
    assert len({style.mark for style in taken}) == len(run_ids)
    counts = sorted(sum(style.color == color for style in taken) for color in range(8))
    assert counts[-1] - counts[0] <= 1


@given(st.integers(0, 500))
def test_marks_take_one_cell(slot: int) -> None:
    style = SeriesStyle(slot)
    assert cell_len(style.mark) == 1
    assert style.ascii_mark.isascii()
    assert cell_len(style.ascii_mark) == 1


@pytest.mark.parametrize(
    ("environ", "theme"),
    [
        ({}, DARK),
        ({"NO_COLOR": "1"}, PLAIN),
        ({"NO_COLOR": ""}, DARK),
        ({"COLORFGBG": "15;0"}, DARK),
        ({"COLORFGBG": "0;15"}, LIGHT),
        ({"COLORFGBG": "0;default;7"}, LIGHT),
        ({"COLORFGBG": "12;8"}, DARK),
        ({"COLORFGBG": "nonsense"}, DARK),
        ({"COLORFGBG": "0;15", "NO_COLOR": "yes"}, PLAIN),
    ],
)
def test_theme_follows_the_environment(environ: dict[str, str], theme: ChartTheme) -> None:
    assert theme_for(environ) is theme


def test_mixing_goes_from_ground_to_color() -> None:
    steps = [mix("#ffffff", "#000000", amount / 4) for amount in range(5)]
    assert steps[0] == "#000000"
    assert steps[-1] == "#ffffff"
    assert all(before < after for before, after in pairwise(steps))
