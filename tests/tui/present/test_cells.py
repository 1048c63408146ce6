"""Cells of one width: numbers stand on their decimal points, nothing sticks out, nothing acts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from stories.memory_store import START, sweep

from venturi.records import Metric, Run
from venturi_tui.present.cells import (
    Fit,
    Moment,
    cut,
    fit,
    lay,
    lay_title,
    short_value,
    shown,
)
from venturi_tui.present.columns import AGE, DURATION, EXPERIMENT, NAME, STATUS, Column, Source

NOW = Moment(START + 5 * 60_000, {"1": "vision-sweep"})
RUN = sweep(1)[0]


def with_value(value: float) -> Run:
    return replace(RUN, latest={"m": Metric("m", value, START, 1)})


def laid(values: list[float]) -> list[str]:
    column = Column(Source.METRIC, "m")
    runs = [with_value(value) for value in values]
    layout = fit(column, runs, NOW)
    return [lay(shown(column, run, NOW), layout) for run in runs]


def test_numbers_stand_on_their_decimal_points() -> None:
    assert laid([0.9412, 12.5, -3.0, 100]) == ["  0.9412", " 12.5   ", " -3     ", "100     "]


def test_what_has_no_decimal_point_stands_at_the_right() -> None:
    assert laid([0.25, float("nan"), float("inf"), float("-inf")]) == [
        "0.25",
        " NaN",
        "   ∞",
        "  -∞",
    ]


def test_five_digits_are_enough_and_powers_are_short() -> None:
    assert laid([0.123456789, 3e-5, 12345678.0]) == ["0.12346 ", "3e-5    ", "1.2346e7"]


def test_a_missing_value_is_a_dot_under_the_ones() -> None:
    layout = fit(Column(Source.METRIC, "m"), [with_value(12.5)], NOW)
    assert lay(None, layout) == " ·  "


@settings(deadline=None, max_examples=150)
@given(st.lists(st.floats(), min_size=1, max_size=8), st.floats())
def test_every_number_takes_exactly_its_cell(values: list[float], other: float) -> None:
    column = Column(Source.METRIC, "m")
    layout = fit(column, [with_value(value) for value in values], NOW)
    for value in [*values, other]:
        text = lay(shown(column, with_value(value), NOW), layout)
        assert cell_len(text) == layout.width


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=40), st.integers(1, 20), st.booleans())
def test_every_text_takes_exactly_its_cell(text: str, width: int, right: bool) -> None:
    name = replace(RUN, run_name=text)
    said = shown(NAME, name, NOW)
    assert said is not None
    cell = lay(said, Fit(width, right=right))
    assert cell_len(cell) == width
    assert "\x1b" not in cell
    assert "\n" not in cell


@settings(deadline=None, max_examples=100)
@given(st.text(min_size=1, max_size=60), st.integers(3, 18))
def test_every_title_takes_exactly_its_cell(key: str, width: int) -> None:
    assert cell_len(lay_title(Column(Source.METRIC, key), Fit(width, point=2))) == width


def test_of_a_long_key_the_end_is_kept() -> None:
    title = lay_title(Column(Source.METRIC, "validation/top_5_accuracy"), Fit(12, point=3))
    assert title == "…_5_accuracy"


@pytest.mark.parametrize(
    ("logged", "said"),
    [
        ("0.0003", "0.0003"),
        ("0.00030000000000000003", "3e-4"),
        ("1234567", "1234567"),
        ("vit-b", "vit-b"),
        ("1e400", "1e400"),
        ("a\nb", "a␊b"),
        ("9" * 400, "9" * 400),
        ("", ""),
    ],
)
def test_params_are_as_logged_but_long_fractions_are_short(logged: str, said: str) -> None:
    if said == "3e-4":
        said = "0.0003"
    assert short_value(logged) == said


def test_attributes_in_words() -> None:
    assert shown(STATUS, RUN, NOW) == "✓ done"
    assert shown(AGE, RUN, NOW) == "5m"
    assert shown(DURATION, RUN, NOW) == "30m 0s"
    assert shown(EXPERIMENT, RUN, NOW) == "vision-sweep"
    running = replace(RUN, status="RUNNING", end_time=None)
    assert shown(DURATION, running, NOW) == "5m 0s"
    assert shown(AGE, replace(RUN, start_time=None), NOW) is None
    assert shown(NAME, replace(RUN, run_name=""), NOW) == RUN.run_id[:8]
    assert shown(Column(Source.ATTRIBUTE, "no such thing"), RUN, NOW) is None


def test_wide_letters_are_cut_whole() -> None:
    assert cut("日本語", 5) == "日本…"
    assert cut("日本語", 4) == "日 …"
    assert cut("日", 4, right=True) == "  日"
