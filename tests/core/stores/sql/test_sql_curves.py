"""Curves summed up by databases equal those of every point, with the index on steps and without."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds.buckets import naive_buckets, same_buckets
from worlds.curves import histories, training
from worlds.twins import Twins

from venturi.curves.buckets import partition
from venturi.errors import NotFound
from venturi.records import History, Metric
from venturi.stores import open_tracking
from venturi.stores.base import MOST_COUNTED, CurveSampler
from venturi.stores.new_runs import NewRun
from venturi.stores.sql import SqlStore, curve_rows, curve_seeks, curve_walk
from venturi.stores.writing import Batch

_keys = map("curve {}".format, count())
_INDEX = curve_rows.STEP_INDEX


@pytest.fixture(scope="module")
def run_id(twins: Twins) -> str:
    home = twins.store.create_experiment(f"curves-{next(_keys)}")
    return twins.store.create_run(NewRun(home)).run_id


@pytest.fixture(scope="module", params=["with index", "without"])
def store(request: pytest.FixtureRequest, twins: Twins, run_id: str) -> Iterator[SqlStore]:
    """The same database again; at last without the index."""
    del run_id
    if request.param == "with index":
        yield twins.store
        return
    drop = f"DROP INDEX {_INDEX}"
    make = f"CREATE INDEX {_INDEX} ON metrics (run_uuid, {{}}, step)"
    quoted = "`key`" if twins.engine.dialect.name == "mysql" else "key"
    on = " ON metrics" if twins.engine.dialect.name == "mysql" else ""
    with twins.engine.begin() as connection:
        connection.execute(sa.text(drop + on))
    opened = open_tracking(twins.engine.url.render_as_string(hide_password=False))
    assert isinstance(opened, SqlStore)
    try:
        yield opened
    finally:
        opened.close()
        with twins.engine.begin() as connection:
            connection.execute(sa.text(make.format(quoted)))


def logged(store: SqlStore, run_id: str, one: History) -> str:
    """The key under which a history was logged."""
    key = next(_keys)
    points = [Metric(key, point.value, abs(point.timestamp), point.step) for point in one]
    store.log_batch(run_id, Batch(metrics=points))
    return key


@settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(one=histories().filter(len), wanted=st.integers(1, 9), data=st.data())
def test_buckets_equal_those_of_every_point(
    store: SqlStore, run_id: str, one: History, wanted: int, data: st.DataObject
) -> None:
    """With NaN, infinities, ties, steps and values of any size."""
    key = logged(store, run_id, one)
    known = store.metric_history(run_id, key)
    extent = store.curve_extent(run_id, key)
    assert extent is not None
    assert extent.points == len(known)
    whole = partition(extent.first.step, extent.last.step, wanted)
    *_, made = store.curve_buckets(run_id, key, whole)
    assert (made.is_exact, made.share) == (True, 1.0)
    same_buckets(made, naive_buckets(known, whole))
    first, last = sorted(data.draw(st.sampled_from(list(known.steps))) for _ in range(2))
    window = partition(first, last, wanted, is_whole=False)
    *_, made = store.curve_buckets(run_id, key, window)
    same_buckets(made, naive_buckets(known, window))
    points = store.curve_points(run_id, key, first, last)
    within = [point for point in known if first <= point.step <= last]
    assert repr(list(points)) == repr(within)


def test_a_sample_is_true_and_says_that_it_is_no_more(
    twins: Twins, store: SqlStore, run_id: str
) -> None:
    key = logged(store, run_id, training(1, 3000))
    known = store.metric_history(run_id, key)
    cuts = partition(0, 2999, 30)
    sampled = store.curve_sample(run_id, key, cuts)
    if sampled is None:
        assert store.info.kind != "sqlite"
        return
    assert not sampled.is_exact
    assert len(sampled) >= 30
    assert 30 <= sampled.total <= 31 * curve_seeks.SAMPLED
    exact = naive_buckets(known, cuts)
    for place, bucket in zip(sampled.places, sampled, strict=True):
        assert exact[place].low <= bucket.low <= bucket.high <= exact[place].high
    if store.info.kind != "sqlite" or store is twins.store:
        assert (sampled.last_step[-1], sampled.last[-1]) == (2999, known.values[-1])


def test_one_spike_among_all_points_is_found(store: SqlStore, run_id: str) -> None:
    one = training(2, 5000)
    one.values[3217] = 99.0
    key = logged(store, run_id, one)
    *_, made = store.curve_buckets(run_id, key, partition(0, 4999, 50))
    assert (max(made.high), made.total) == (99.0, 5000)


def test_answers_come_in_pieces_and_only_the_last_is_exact(
    store: SqlStore, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curve_seeks, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(curve_walk, "_PATIENCE_S", 0.0)
    key = logged(store, run_id, training(3, 500))
    answers = list(store.curve_buckets(run_id, key, partition(0, 499, 20)))
    shares = [answer.share for answer in answers]
    assert shares == sorted(shares)
    assert [answer.is_exact for answer in answers] == [False] * (len(answers) - 1) + [True]
    if store.info.kind == "sqlite":
        assert len(answers) >= 21
    totals = [answer.total for answer in answers]
    assert totals == sorted(totals)


def test_who_stops_asking_holds_nothing_open(store: SqlStore, run_id: str) -> None:
    key = logged(store, run_id, training(4, 300))
    pieces = store.curve_buckets(run_id, key, partition(0, 299, 20))
    next(pieces)
    store.log_batch(run_id, Batch(metrics=[Metric(key, 1.0, 1, 300)]))
    assert store.metric_history(run_id, key, from_step=300).values[-1] == 1.0


def test_a_metric_never_logged_and_a_run_that_is_not_there(store: SqlStore, run_id: str) -> None:
    assert isinstance(store, CurveSampler)
    cuts = partition(0, 9, 3)
    assert store.curve_extent(run_id, "never") is None
    assert not store.curve_sample(run_id, "never", cuts)
    assert [len(answer) for answer in store.curve_buckets(run_id, "never", cuts)][-1] == 0
    assert len(store.curve_points(run_id, "never", 0, 9)) == 0
    for ask in (
        lambda: store.curve_extent("nobody", "loss"),
        lambda: store.curve_sample("nobody", "loss", cuts),
        lambda: list(store.curve_buckets("nobody", "loss", cuts)),
        lambda: store.curve_points("nobody", "loss", 0, 9),
    ):
        with pytest.raises(NotFound, match="run with the id 'nobody'"):
            ask()


def test_other_runs_and_keys_do_not_count(store: SqlStore, run_id: str) -> None:
    key = logged(store, run_id, training(5, 100))
    home = store.get_run(run_id).experiment_id
    other = store.create_run(NewRun(home)).run_id
    points = [Metric(name, 50.0, 1, step) for name in (key, f"{key}0") for step in range(100)]
    store.log_batch(other, Batch(metrics=points))
    store.log_batch(run_id, Batch(metrics=[Metric(f"{key}0", 70.0, 1, 5)]))
    *_, made = store.curve_buckets(run_id, key, partition(0, 99, 4))
    assert (made.total, max(made.high) < 50.0) == (100, True)


@pytest.fixture
def many(tmp_path: Path, mlflow_sqlite: Path) -> tuple[SqlStore, str]:
    """More points than are counted, in a file."""
    path = Path(shutil.copy(mlflow_sqlite, tmp_path / "many.db"))
    with closing(sqlite3.connect(path)) as db:
        (run_id,) = db.execute(
            "SELECT run_uuid FROM runs WHERE lifecycle_stage='active'"
        ).fetchone()
        db.executemany(
            "INSERT INTO metrics(key, value, timestamp, run_uuid, step) VALUES ('big',?,?,?,?)",
            ((float(n % 7), n, run_id, n) for n in range(MOST_COUNTED + 1)),
        )
        db.commit()
    opened = open_tracking(f"sqlite:///{path}")
    assert isinstance(opened, SqlStore)
    return opened, run_id


def test_many_points_are_not_counted_to_their_end(many: tuple[SqlStore, str]) -> None:
    store, run_id = many
    with closing(store):
        extent = store.curve_extent(run_id, "big")
        assert extent is not None
        assert extent.points is None
        assert (extent.first.step, extent.last.step) == (0, MOST_COUNTED)
