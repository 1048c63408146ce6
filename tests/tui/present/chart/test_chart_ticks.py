"""Ticks: round, few enough, inside, and short for people."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venturi_tui.present.chart.clock import (
    clock_label,
    clock_ticks,
    duration_label,
    duration_ticks,
)
from venturi_tui.present.chart.ticks import Ticks, log_ticks, number_label, number_ticks, spread

UTC = timezone.utc
BERLIN = ZoneInfo("Europe/Berlin")


def stamp(*parts: int, zone: ZoneInfo | timezone = UTC) -> float:
    return datetime(*parts, tzinfo=zone).timestamp() * 1000  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "most", "labels"),
    [
        (0.0, 2.6, 6, "0.0 0.5 1.0 1.5 2.0 2.5"),
        (0.05, 0.97, 5, "0.2 0.4 0.6 0.8"),
        (0.0, 40_000.0, 9, "0 5k 10k 15k 20k 25k 30k 35k 40k"),
        (0.0, 2500.0, 6, "0 500 1000 1500 2000 2500"),
        (0.0, 3_100_000.0, 8, "0 500k 1.0M 1.5M 2.0M 2.5M 3.0M"),
        (-1.0, 1.0, 3, "-1 0 1"),
        (0.93412, 0.93415, 4, "0.93412 0.93413 0.93414 0.93415"),
        (1e-7, 9e-7, 5, "2e-7 4e-7 6e-7 8e-7"),
        (1e20, 5e20, 3, "2e20 4e20"),
        (9_990.0, 10_010.0, 5, "9990 9995 10000 10005 10010"),
    ],
)
def test_numbers_are_short_and_round(low: float, high: float, most: int, labels: str) -> None:
    ticks = number_ticks(low, high, most)
    assert " ".join(ticks.labels) == labels
    assert ticks.base == ""


def test_numbers_too_alike_are_told_from_a_base() -> None:
    ticks = number_ticks(1_000_000_000.0, 1_000_000_000.0045, 3)
    assert ticks.labels == ("+0", "+0.002", "+0.004")
    assert ticks.base == "1000000000"


def test_whole_numbers_stay_whole() -> None:
    assert number_ticks(0.0, 3.0, 9, least_step=1.0).labels == ("0", "1", "2", "3")


@settings(deadline=None)
@given(st.floats(-1e300, 1e300), st.floats(1e-12, 1e300), st.integers(1, 12))
def test_ticks_of_any_window(low: float, span: float, most: int) -> None:
    high = low + span
    ticks = number_ticks(low, high, most)
    assert len(ticks.values) == len(ticks.labels) <= most
    slack = 1e-8 * (high - low) + 1e-14 * max(abs(low), abs(high))
    assert all(low - slack <= value <= high + slack for value in ticks.values)
    assert all(before < after for before, after in pairwise(ticks.values))
    assert len(set(ticks.labels)) == len(ticks.labels)


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.integers(2, 12))
def test_a_window_of_common_size_has_ticks(low: float, span: float, most: int) -> None:
    assert number_ticks(low, low + span, most).values


@pytest.mark.parametrize(
    ("value", "step", "label"),
    [
        (0.0, 1.0, "0"),
        (1500.0, 500.0, "1.5k"),
        (1_000_000.0, 500_000.0, "1.0M"),
        (-12_000.0, 1000.0, "-12k"),
        (0.25, 0.05, "0.25"),
        (2e-7, 1e-7, "2e-7"),
        (2.5e-7, 5e-8, "2.5e-7"),
        (1e15, 1e15, "1e15"),
    ],
)
def test_number_labels(value: float, step: float, label: str) -> None:
    assert number_label(value, step) == label


@pytest.mark.parametrize(
    ("low", "high", "most", "labels"),
    [
        (-3.0, 2.0, 9, "0.001 0.01 0.1 1 10 100"),
        (-3.0, 2.0, 4, "0.01 1 100"),
        (-8.0, 8.0, 5, "1e-8 1e-4 1 10k 100M"),
        (0.1, 1.9, 6, "2 5 10 20 50"),
        (-1.2, 1.2, 5, "0.1 0.3 1 3 10"),
        (0.30, 0.45, 4, "2.0 2.5"),
        (-300.0, 300.0, 3, "1e-201 1 1e201"),
    ],
)
def test_logarithmic_ticks(low: float, high: float, most: int, labels: str) -> None:
    assert " ".join(log_ticks(low, high, most).labels) == labels


@settings(deadline=None)
@given(st.floats(-320, 308), st.floats(1e-9, 600), st.integers(1, 12))
def test_logarithmic_ticks_of_any_window(low: float, span: float, most: int) -> None:
    ticks = log_ticks(low, low + span, most)
    assert len(ticks.values) == len(ticks.labels) <= most
    assert all(low - 1e-6 <= value <= low + span + 1e-6 for value in ticks.values)
    assert all(before < after for before, after in pairwise(ticks.values))


@pytest.mark.parametrize(
    ("seconds", "label"),
    [
        *[(0, "0"), (45, "45s"), (90, "1m30s"), (720, "12m"), (7200, "2h"), (5400, "1h30m")],
        *[(3 * 86400 + 6 * 3600 + 59, "3d6h"), (-90, "-1m30s")],
    ],
)
def test_duration_labels(seconds: float, label: str) -> None:
    assert duration_label(seconds) == label


@pytest.mark.parametrize(
    ("high", "labels"),
    [
        (2.0, "0s 0.5s 1.0s 1.5s 2.0s"),
        (60.0, "0 15s 30s 45s 1m"),
        (2820.0, "0 10m 20m 30m 40m"),
        (36_000.0, "0 2h 4h 6h 8h 10h"),
        (864_000.0, "0 2d 4d 6d 8d 10d"),
        (8.64e8, "0 2000d 4000d 6000d 8000d 10000d"),
    ],
)
def test_duration_ticks(high: float, labels: str) -> None:
    got = duration_ticks(0.0, high, 6).labels
    assert " ".join(got).replace("0.0s", "0s") == labels


@settings(deadline=None)
@given(st.floats(-1e308, 1e308), st.floats(1e-9, 1e308), st.integers(1, 12))
def test_duration_ticks_of_any_window(low: float, span: float, most: int) -> None:
    ticks = duration_ticks(low, low + span, most)
    assert len(ticks.values) == len(ticks.labels) <= most
    assert all(before < after for before, after in pairwise(ticks.values))


@pytest.mark.parametrize(
    ("start", "end", "labels"),
    [
        ((2026, 11, 1, 14, 3), (2026, 11, 1, 14, 47), "14:10 14:20 14:30 14:40"),
        ((2026, 11, 1, 14, 3, 5), (2026, 11, 1, 14, 3, 58), "14:03:15 14:03:30 14:03:45"),
        ((2026, 11, 1, 14), (2026, 11, 2, 13), "18:00 Nov 02 06:00 12:00"),
        ((2026, 10, 30, 3), (2026, 11, 3, 9), "Oct 31 Nov 01 Nov 02 Nov 03"),
        ((2026, 1, 15), (2026, 7, 2), "Mar 2026 May 2026 Jul 2026"),
        ((2019, 5, 1), (2027, 5, 1), "2020 2022 2024 2026"),
    ],
)
def test_clock_ticks(start: tuple[int, ...], end: tuple[int, ...], labels: str) -> None:
    assert " ".join(clock_ticks(stamp(*start), stamp(*end), 5, UTC).labels) == labels


def test_clock_ticks_stand_on_the_zones_own_hours() -> None:
    start, end = stamp(2026, 6, 1, 10, zone=BERLIN), stamp(2026, 6, 1, 16, zone=BERLIN)
    ticks = clock_ticks(start, end, 7, BERLIN)
    assert ticks.labels[:2] == ("10:00", "11:00")
    assert ticks.values[0] == start


def test_clock_ticks_stay_in_order_over_a_change_to_winter_time() -> None:
    start, end = stamp(2026, 10, 24, 20, zone=BERLIN), stamp(2026, 10, 25, 8, zone=BERLIN)
    ticks = clock_ticks(start, end, 8, BERLIN)
    steps = {round(after - before) for before, after in pairwise(ticks.values)}
    assert steps == {2 * 3_600_000}


@settings(deadline=None)
@given(st.floats(-1e308, 1e308), st.floats(1e-9, 1e308), st.integers(1, 12))
def test_clock_ticks_of_any_window(low: float, span: float, most: int) -> None:
    ticks = clock_ticks(low, low + span, most, UTC)
    slack = 1e-8 * span + abs(low) * 1e-12
    assert len(ticks.values) == len(ticks.labels) <= most + 1
    assert all(low - slack <= value <= low + span + slack for value in ticks.values)
    assert all(before < after for before, after in pairwise(ticks.values))


def test_clock_label_is_as_exact_as_its_step() -> None:
    moment = stamp(2026, 11, 1, 14, 3, 22)
    assert clock_label(moment, 500.0, UTC) == "Nov 01 14:03:22"
    assert clock_label(moment, 120_000.0, UTC) == "Nov 01 14:03"
    assert clock_label(moment, 90_000_000.0, UTC) == "Nov 01"
    assert clock_label(1e25, 1.0, UTC) == f"{1e25:.0f}"


def test_spread_leaves_two_blanks_between_labels() -> None:
    def choose(most: int) -> Ticks:
        values = tuple(map(float, range(0, 100, 100 // most)))
        return Ticks(values, tuple(f"{value:08.0f}" for value in values))

    ticks = spread(choose, lambda value: int(value * 0.59), 60)
    assert 2 <= len(ticks.values) <= 6
    cells = [int(value * 0.59) for value in ticks.values]
    assert all(after - before >= 10 for before, after in pairwise(cells))


def test_spread_gives_up_where_not_even_one_label_fits() -> None:
    wide = Ticks((0.0,), ("a-label-that-is-long",))
    assert spread(lambda _: wide, lambda _: 0, 5) == Ticks((), ())
