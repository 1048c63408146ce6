"""Curves of any length through a real store: a sample at once, then exact, closer, and growing."""

from __future__ import annotations

import math
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from venturi.browse import curves
from venturi.browse.curves import read_closer, read_curve, with_news
from venturi.curves.buckets import Buckets
from venturi.errors import NotFound
from venturi.records import History
from venturi.stores import open_tracking
from venturi.stores.base import TrackingStore

POINTS = 5000
SPIKE_AT, GAP_AT = 3210, 1234


def value_at(step: int) -> float:
    return 99.0 if step == SPIKE_AT else math.sin(step / 50)


@pytest.fixture
def path(tmp_path: Path, mlflow_sqlite: Path) -> Path:
    """A store of MLflow with a curve of some length."""
    path = Path(shutil.copy(mlflow_sqlite, tmp_path / "long.db"))
    add(path, range(POINTS))
    return path


def add(path: Path, steps: range) -> None:
    rows = ((value_at(step), 1000 * step, run_of(path), step, step == GAP_AT) for step in steps)
    with closing(sqlite3.connect(path)) as db:
        db.executemany(
            "INSERT INTO metrics(key, value, timestamp, run_uuid, step, is_nan)"
            " VALUES ('long', ?, ?, ?, ?, ?)",
            rows,
        )
        db.commit()


def run_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as db:
        query = "SELECT min(run_uuid) FROM runs WHERE lifecycle_stage = 'active'"
        return db.execute(query).fetchone()[0]


@pytest.fixture
def store(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrackingStore]:
    """The store, to which more than 400 points are many."""
    monkeypatch.setattr("venturi.stores.sql.curve_seeks.MOST_COUNTED", 400)
    monkeypatch.setattr(
        "venturi.stores.sql.curve_seeks._COUNT",
        "SELECT count(*) FROM (SELECT 1 FROM metrics WHERE run_uuid = ? AND key = ? LIMIT 401)",
    )
    monkeypatch.setattr(curves, "MOST_COUNTED", 400)
    with closing(open_tracking(f"sqlite:///{path}")) as opened:
        yield opened


def long_curve(store: TrackingStore, path: Path, buckets: int = 100) -> Buckets:
    *_, exact = read_curve(store, run_of(path), "long", buckets)
    assert isinstance(exact, Buckets)
    return exact


def test_a_long_curve_comes_as_a_sample_and_ends_exact(store: TrackingStore, path: Path) -> None:
    forms = list(read_curve(store, run_of(path), "long", 100))
    first, last = forms[0], forms[-1]
    assert isinstance(first, Buckets)
    assert isinstance(last, Buckets)
    assert (first.is_exact, first.share, first.total < POINTS) == (False, 0.0, True)
    assert (last.is_exact, last.total, max(last.high)) == (True, POINTS, 99.0)
    assert (sum(last.nans), last.first_step[-1], last.points[-1]) == (1, POINTS - 1, 1)


def test_a_short_curve_comes_whole(store: TrackingStore, path: Path) -> None:
    run = store.get_run(run_of(path))
    for key in [*run.latest, "never logged"]:
        (only,) = read_curve(store, run.run_id, key)
        assert isinstance(only, History)
        assert repr(list(only)) == repr(list(store.metric_history(run.run_id, key)))
    with pytest.raises(NotFound):
        list(read_curve(store, "nobody", "loss"))


class Plain:
    """A store without talents."""

    def __init__(self, store: TrackingStore) -> None:
        self.metric_history = store.metric_history


def test_a_store_that_cannot_sample_gives_every_point(store: TrackingStore, path: Path) -> None:
    plain: TrackingStore = Plain(store)  # pyright: ignore[reportAssignmentType]
    (only,) = read_curve(plain, run_of(path), "long")
    assert len(only) == POINTS
    assert list(read_closer(plain, long_curve(store, path), 0, 100)) == []


def test_a_few_points_are_read_one_by_one_when_looked_at_closer(
    store: TrackingStore, path: Path
) -> None:
    whole = long_curve(store, path)
    (closer,) = read_closer(store, whole, 3200, 3220)
    inside = [b for b in closer if b.first_step >= 3200 and b.last_step <= 3249]
    assert [bucket.first_step for bucket in inside] == list(range(3200, 3250))
    assert {bucket.first_step: bucket.first for bucket in inside}[SPIKE_AT] == 99.0
    assert (closer.total, closer.is_exact) == (POINTS, True)
    assert list(read_closer(store, closer, 3205, 3215)) == []


def test_many_points_are_summed_up_when_looked_at_closer(store: TrackingStore, path: Path) -> None:
    whole = long_curve(store, path)
    forms = list(read_closer(store, whole, 1000, 2999, 400))
    assert not forms[0].is_exact
    assert (forms[-1].is_exact, forms[-1].total) == (True, POINTS)
    assert 430 < len(forms[-1]) < 520
    assert list(forms[-1].first_step) == sorted(forms[-1].first_step)


def test_there_is_nothing_closer_beyond_the_ends_or_before_all_is_known(
    store: TrackingStore, path: Path
) -> None:
    forms = list(read_curve(store, run_of(path), "long", 100))
    assert isinstance(forms[0], Buckets)
    assert list(read_closer(store, forms[0], 0, 100)) == []
    assert list(read_closer(store, long_curve(store, path), 9000, 9999)) == []


def test_what_is_logged_meanwhile_is_joined_without_reading_the_rest(
    store: TrackingStore, path: Path
) -> None:
    known = long_curve(store, path)
    for at in range(POINTS, POINTS + 500, 100):
        add(path, range(at, at + 100))
        begin = known.first_step[-1]
        news = store.metric_history(run_of(path), "long", from_step=begin)
        assert len(news) == 101
        known = with_news(known, news)
    assert (known.total, known.last_step[-1], known.last[-1]) == (
        POINTS + 500,
        POINTS + 499,
        value_at(POINTS + 499),
    )
    assert known.is_exact
    assert max(known.high) == 99.0


def test_a_curve_that_grows_for_long_stays_short(
    store: TrackingStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = long_curve(store, path)
    monkeypatch.setattr(curves, "BUCKETS", 50)
    add(path, range(POINTS, POINTS + 300))
    news = store.metric_history(run_of(path), "long", from_step=known.first_step[-1])
    grown = with_news(known, news)
    assert len(grown) <= 150
    assert (grown.total, max(grown.high), sum(grown.nans)) == (POINTS + 300, 99.0, 1)
    assert grown.points[-1] < POINTS


def test_nothing_new_changes_nothing(store: TrackingStore, path: Path) -> None:
    known = long_curve(store, path)
    news = store.metric_history(run_of(path), "long", from_step=known.first_step[-1])
    assert repr(list(with_news(known, news))) == repr(list(known))
