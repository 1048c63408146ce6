"""Curves of metric files, summed up part by part, equal those of every point."""

from __future__ import annotations

import math
import random
import tracemalloc
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds.buckets import naive_buckets, same_buckets
from worlds.files_written import opened

from venturi.browse.curves import read_closer, read_curve
from venturi.curves.buckets import Buckets, partition
from venturi.errors import NotFound
from venturi.stores.base import CurveSampler
from venturi.stores.files import FileStore, curves, growing, spans, values
from venturi.stores.new_runs import NewRun

Row = tuple[int, int, float]

STEPS = st.one_of(st.integers(-5, 60), st.integers(-(2**63), 2**63 - 1))
VALUES = st.one_of(st.sampled_from((math.nan, math.inf, -math.inf, 0.0)), st.floats(-9, 9))
ROWS = st.lists(st.tuples(STEPS, st.integers(0, 3), VALUES), min_size=1, max_size=60)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a few lines are long ones, read in many blocks; an answer does the least it can."""
    monkeypatch.setattr(growing, "BLOCK", 64)
    monkeypatch.setattr(spans, "BLOCK", 64)
    monkeypatch.setattr(values, "LONG", 3)
    monkeypatch.setattr(curves, "MOST_COUNTED", 3)
    monkeypatch.setattr(curves, "_PATIENCE_S", 0.0)


@pytest.fixture
def run_id(store: FileStore) -> str:
    return store.create_run(NewRun(store.create_experiment("curves"))).run_id


@pytest.fixture
def path(root: Path, store: FileStore, run_id: str) -> Path:
    """A metric's file, not there yet."""
    folder = root / store.get_run(run_id).experiment_id / run_id / "metrics"
    folder.mkdir(exist_ok=True)
    return folder / "loss"


def lines(rows: Sequence[Row]) -> str:
    return "".join(f"{time} {value!r} {step}\n" for step, time, value in rows)


def climbing(count: int, first: int = 0) -> list[Row]:
    chance = random.Random(7)
    return [(step, 1000 + step, chance.random()) for step in range(first, first + count)]


def exact(answers: Iterator[Buckets]) -> Buckets:
    *before, last = answers
    assert last.is_exact
    assert last.share == 1.0
    assert not any(found.is_exact for found in before)
    return last


@pytest.mark.usefixtures("small")
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS, more=ROWS, wanted=st.integers(1, 9), data=st.data())
def test_buckets_equal_those_of_every_point(
    root: Path,
    path: Path,
    run_id: str,
    rows: list[Row],
    more: list[Row],
    wanted: int,
    data: st.DataObject,
) -> None:
    """In any order, with NaN and infinities, written in one go or read in between."""
    path.write_text(lines(rows))
    store = opened(root)
    store.get_run(run_id)
    with path.open("a") as file:
        file.write(lines(more) + "17 0.")
    known = store.metric_history(run_id, "loss")
    assert len(known) == len(rows) + len(more)
    latest = max((*rows, *more), key=lambda row: row[0])[0]
    extent = store.curve_extent(run_id, "loss")
    assert extent is not None
    assert (extent.last.step, extent.points is None) == (latest, len(known) > 3)
    whole = partition(min(extent.first.step, latest), latest, wanted)
    same_buckets(exact(store.curve_buckets(run_id, "loss", whole)), naive_buckets(known, whole))
    first, last = sorted(data.draw(st.sampled_from(list(known.steps))) for _ in range(2))
    window = partition(first, last, wanted, is_whole=False)
    same_buckets(exact(store.curve_buckets(run_id, "loss", window)), naive_buckets(known, window))
    within = [point for point in known if first <= point.step <= last]
    assert repr(list(store.curve_points(run_id, "loss", first, last))) == repr(within)
    news = [point for point in known if point.step >= first]
    assert repr(list(store.metric_history(run_id, "loss", from_step=first))) == repr(news)


def test_a_sample_is_true_and_reaches_to_the_end(store: FileStore, path: Path, run_id: str) -> None:
    path.write_text(lines(climbing(30_000)))
    cuts = partition(0, 29_999, 100)
    sampled = store.curve_sample(run_id, "loss", cuts)
    assert sampled is not None
    assert (sampled.is_exact, sampled.share, len(sampled)) == (False, 0.0, 101)
    assert sampled.total < 2500
    assert sampled.last_step[-1] == 29_999
    known = naive_buckets(store.metric_history(run_id, "loss"), cuts)
    for place, bucket in zip(sampled.places, sampled, strict=True):
        assert known[place].low <= bucket.low <= bucket.high <= known[place].high


@pytest.mark.usefixtures("small")
def test_lines_too_long_to_sample_are_summed_up_all_the_same(
    store: FileStore, path: Path, run_id: str
) -> None:
    path.write_text("".join(f"1 {step}.5 {step} set {'x' * 900}\n" for step in range(40)))
    forms = list(read_curve(store, run_id, "loss", 10))
    assert all(isinstance(form, Buckets) and len(form) for form in forms)
    assert isinstance(forms[-1], Buckets)
    assert (forms[-1].is_exact, forms[-1].total) == (True, 40)


@pytest.mark.usefixtures("small")
def test_only_the_parts_that_hold_the_steps_are_read(
    store: FileStore, path: Path, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(lines(climbing(5000)))
    *_, whole = read_curve(store, run_id, "loss", 20)
    assert isinstance(whole, Buckets)
    read: list[int] = []
    plain = spans.points_of

    def counted(data: bytes) -> spans.Points:
        read.append(data.count(b"\n"))
        return plain(data)

    monkeypatch.setattr(spans, "points_of", counted)
    news = store.metric_history(run_id, "loss", from_step=4999)
    assert (list(news.steps), sum(read) < 10) == ([4999], True)
    *_, closer = read_closer(store, whole, 1000, 1100)
    assert closer.points_between(1000, 1100) >= 101
    assert sum(read) < 600


@pytest.mark.usefixtures("small")
def test_a_file_replaced_in_between_is_summed_up_anew(
    store: FileStore, path: Path, run_id: str
) -> None:
    path.write_text(lines(climbing(900)))
    cuts = partition(0, 899, 10)
    answers = store.curve_buckets(run_id, "loss", cuts)
    assert len(list(islice(answers, 5))) == 5
    path.unlink()
    path.write_text(lines(climbing(200, first=300)))
    found = exact(answers)
    same_buckets(found, naive_buckets(store.metric_history(run_id, "loss"), cuts))
    assert found.total == 200


@pytest.mark.usefixtures("small")
def test_a_file_that_goes_in_between_has_no_points(
    store: FileStore, path: Path, run_id: str
) -> None:
    path.write_text(lines(climbing(900)))
    answers = store.curve_buckets(run_id, "loss", partition(0, 899, 10))
    next(answers)
    path.unlink()
    assert exact(answers).total == 0


def test_memory_does_not_grow_with_the_file(store: FileStore, path: Path, run_id: str) -> None:
    path.write_text(lines(climbing(200_000)))
    tracemalloc.start()
    try:
        assert store.get_run(run_id).latest["loss"].step == 199_999
        *_, whole = read_curve(store, run_id, "loss")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(whole, Buckets)
    assert whole.total == 200_000
    assert peak < 5_000_000 < path.stat().st_size


def test_a_metric_never_logged_and_a_run_that_is_not_there(store: FileStore, run_id: str) -> None:
    assert isinstance(store, CurveSampler)
    cuts = partition(0, 9, 3)
    assert store.curve_extent(run_id, "never") is None
    assert not store.curve_sample(run_id, "never", cuts)
    assert not exact(store.curve_buckets(run_id, "never", cuts))
    assert not store.curve_points(run_id, "never", 0, 9)
    for ask in (
        lambda: store.curve_extent("nobody", "loss"),
        lambda: store.curve_sample("nobody", "loss", cuts),
        lambda: list(store.curve_buckets("nobody", "loss", cuts)),
        lambda: store.curve_points("nobody", "loss", 0, 9),
    ):
        with pytest.raises(NotFound):
            ask()
