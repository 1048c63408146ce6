"""Curves in a few cells of a table: levels, gaps, bounds, logarithms."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from worlds.curves import any_values, series

from venturi_tui.present.chart.sparkline import sparkline_text


@settings(deadline=None)
@given(any_values, st.integers(0, 40), st.booleans(), st.booleans())
def test_sparklines_have_one_cell_for_each_of_the_width(
    values: list[float], width: int, log: bool, ascii_only: bool
) -> None:
    text = sparkline_text(series(values), width, log=log, ascii_only=ascii_only)
    assert cell_len(text) == len(text) == width
    assert set(text) <= set(" _.,-~=*#x^v" if ascii_only else " ▁▂▃▄▅▆▇█\N{MULTIPLICATION SIGN}↑↓")


@pytest.mark.parametrize(
    ("values", "width", "text"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8], 8, "▁▂▃▄▅▆▇█"),
        ([5, 5, 5], 6, "▄▄▄▄▄▄"),
        ([3], 4, "▄▄▄▄"),
        ([], 3, "   "),
        ([1, 2, math.nan, 4, 5], 5, "▁▃\N{MULTIPLICATION SIGN}▆█"),
        ([8, 4, 2, 1, math.inf], 5, "█▄▂▁↑"),
        ([0, -math.inf, 1], 3, "▁↓█"),
        ([math.nan], 2, 2 * "\N{MULTIPLICATION SIGN}"),
        ([1.7e308, -1.7e308], 2, "█▁"),
    ],
)
def test_sparkline_levels(values: list[float], width: int, text: str) -> None:
    assert sparkline_text(series(values), width) == text


def test_sparklines_of_a_column_can_share_their_bounds() -> None:
    assert sparkline_text(series([1, 2]), 2, bounds=(0, 7)) == "▂▃"
    assert sparkline_text(series([-5, 99]), 2, bounds=(0, 7)) == "▁█"


def test_a_log_sparkline_shows_what_is_small() -> None:
    values = [10.0**-n for n in range(8)]
    assert sparkline_text(series(values), 8) == "█▂▁▁▁▁▁▁"
    assert sparkline_text(series(values), 8, log=True) == "█▇▆▅▄▃▂▁"
