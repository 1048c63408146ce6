"""Metric files: every form of line that MLflow wrote, the latest point, histories in order."""

from __future__ import annotations

import logging
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venturi.stores.files.points import history_of, latest_of, more_points, points_of

FLOATS = st.one_of(
    st.sampled_from((0.0, -0.0, 1.0, 0.5, math.nan, math.inf, -math.inf)), st.floats()
)
SMALL = st.integers(-2, 3)
POINTS = st.lists(st.tuples(SMALL, SMALL, FLOATS), max_size=25)


def as_mlflow_writes(points: list[tuple[int, int, float]]) -> bytes:
    return "".join(f"{time} {value} {step}\n" for step, time, value in points).encode()


def words(rows: object) -> str:
    return repr(rows)


def test_lines_of_two_three_and_five_fields() -> None:
    points = points_of(b"10 0.5\n11 0.25 3\n12 0.125 4 mnist abc123\n")
    assert list(points.timestamps) == [10, 11, 12]
    assert list(points.values) == [0.5, 0.25, 0.125]
    assert list(points.steps) == [0, 3, 4]


def test_a_line_with_a_dataset_keeps_its_step() -> None:
    """MLflow reads the step of such a line as 0."""
    assert latest_of(b"10 0.5 1\n11 0.25 7 mnist abc\n12 9.0 2\n") == (7, 11, 0.25)


def test_a_dataset_name_with_blanks_does_no_harm() -> None:
    """MLflow cannot read a run with such a line."""
    assert latest_of(b"11 0.25 7 my data set abc\n") == (7, 11, 0.25)


@pytest.mark.parametrize(
    "tail", [b"12", b"12 0.", b"12 0.5", b"12 0.5 9", b"12 0.5 9 mni", b"\x00"]
)
def test_a_half_written_last_line_does_not_count(tail: bytes) -> None:
    data = b"10 0.5 1\n11 0.25 2\n"
    assert words(points_of(data + tail)) == words(points_of(data))
    assert latest_of(tail) is None


def test_lines_that_are_no_points_are_left_out_with_a_note(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="venturi.files")
    data = b"10 0.5 1\n\nwords\n11 high 2\n12 0.5 99999999999999999999\n1.5 2 3\n\xff\n13 nan 4\r\n"
    points = points_of(data)
    assert list(points.steps) == [1, 4]
    assert math.isnan(points.values[1])
    assert len(caplog.records) == 5


def test_no_lines_no_latest() -> None:
    assert latest_of(b"") is None
    assert latest_of(b"\n\n") is None


@settings(deadline=None, max_examples=500)
@given(POINTS)
def test_the_latest_is_what_python_calls_the_largest(points: list[tuple[int, int, float]]) -> None:
    """MLflow takes max() over (step, timestamp, value); NaN makes the first of equals stay."""
    assert words(latest_of(as_mlflow_writes(points))) == words(max(points, default=None))


@pytest.mark.parametrize(
    ("values", "latest"),
    [
        ((math.nan, 5.0), math.nan),
        ((5.0, math.nan), 5.0),
        ((-5.0, math.nan), -5.0),
        ((1.0, 2.0), 2.0),
    ],
)
def test_the_latest_among_equals(values: tuple[float, ...], latest: float) -> None:
    row = latest_of(as_mlflow_writes([(1, 1, value) for value in values]))
    assert row is not None
    assert words(row[2]) == words(latest)


@settings(deadline=None, max_examples=500)
@given(POINTS, st.one_of(st.none(), SMALL))
def test_a_history_is_in_order_and_whole(
    points: list[tuple[int, int, float]], from_step: int | None
) -> None:
    history = history_of("run", "key", points_of(as_mlflow_writes(points)), from_step)
    rows = list(zip(history.steps, history.timestamps, history.values, strict=True))
    ranks = [
        (step, time, math.isnan(value), 0.0 if math.isnan(value) else value)
        for step, time, value in rows
    ]
    assert ranks == sorted(ranks)
    wanted = [row for row in points if from_step is None or row[0] >= from_step]
    assert sorted(map(words, rows)) == sorted(map(words, wanted))


@settings(deadline=None, max_examples=300)
@given(POINTS, POINTS)
def test_what_is_appended_is_added_to_what_is_known(
    first: list[tuple[int, int, float]], second: list[tuple[int, int, float]]
) -> None:
    one, two = as_mlflow_writes(first), as_mlflow_writes(second)
    assert words(latest_of(two, latest_of(one))) == words(latest_of(one + two))
    known = points_of(one)
    assert words(more_points(known, [two])) == words(points_of(one + two))
    assert words(known) == words(points_of(one))
