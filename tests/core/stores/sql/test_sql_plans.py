"""How SQLite goes about our statements: few of them, by the right index, none built on the way."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from venturi.filters.syntax import parse_filter
from venturi.filters.tree import Entity, OrderKey
from venturi.records import View
from venturi.stores.base import ExperimentQuery, RunQuery, StoreOptions
from venturi.stores.sql import SqlStore, open_sql

FOSSILS = Path(__file__).parents[3] / "fossils"
BY_METRIC = (OrderKey(Entity.METRIC, "loss", ascending=False),)
FILTER = parse_filter("metrics.loss > 0.9 AND NOT (params.model = 'vit' OR tags.a LIKE 'x%')")
DATASET = parse_filter("dataset.name = 'mnist' AND dataset.context = 'train'")

Asked = list[tuple[str, object]]


@contextmanager
def listening() -> Iterator[Asked]:
    """Every statement that any engine runs meanwhile."""
    asked: Asked = []

    def hear(_c: object, _d: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(sa.Engine, "before_cursor_execute", hear)


def asked_by(store: SqlStore, question: Callable[[SqlStore], object]) -> Asked:
    with listening() as asked:
        question(store)
    return asked


def plan(path: Path, asked: tuple[str, object]) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        db.create_function("venturi_search", 2, lambda *_: None)
        rows = db.execute(f"EXPLAIN QUERY PLAN {asked[0]}", asked[1]).fetchall()
    return [row[3] for row in rows]


@pytest.fixture(params=["plain", "analyzed"])
def path(request: pytest.FixtureRequest, tmp_path: Path, mlflow_sqlite: Path) -> Path:
    """The odd world, once as MLflow leaves it, and once with statistics that a user made."""
    copy = Path(shutil.copy(mlflow_sqlite, tmp_path / "mlflow.db"))
    if request.param == "analyzed":
        with closing(sqlite3.connect(copy)) as db:
            db.execute("ANALYZE")
    return copy


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    with closing(open_sql(f"sqlite:///{path}", StoreOptions())) as opened:
        yield opened


QUESTIONS: dict[str, tuple[Callable[[SqlStore], object], int]] = {
    "first page": (lambda store: store.search_runs(RunQuery(), limit=100), 7),
    "page by metric": (lambda store: store.search_runs(RunQuery(order=BY_METRIC), limit=100), 7),
    "page with filter": (lambda store: store.search_runs(RunQuery(filter=FILTER), limit=100), 7),
    "page by dataset": (lambda store: store.search_runs(RunQuery(filter=DATASET), limit=100), 7),
    "ids": (lambda store: store.run_ids(RunQuery()), 2),
    "count": (lambda store: store.count_runs(RunQuery(view=View.ALL)), 2),
    "counts": (lambda store: store.count_runs_by_experiment(), 2),
    "experiments": (lambda store: store.search_experiments(ExperimentQuery(), limit=99), 2),
    "keys": (lambda store: store.run_keys(), 3),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_takes_few_statements(store: SqlStore, name: str) -> None:
    question, most = QUESTIONS[name]
    question(store)
    assert 0 < len(asked_by(store, question)) <= most


def test_opening_takes_few_statements(path: Path) -> None:
    with listening() as asked, closing(open_sql(f"sqlite:///{path}", StoreOptions())):
        assert len(asked) <= 2


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_index_is_built_on_the_way(store: SqlStore, path: Path, name: str) -> None:
    for asked in asked_by(store, QUESTIONS[name][0]):
        assert not any("AUTOMATIC" in step for step in plan(path, asked))


def steps_on(path: Path, asked: Asked, table: str) -> list[str]:
    words = (f" {table} ", f" {table}_1 ", " order_0 ")
    steps = [step for each in asked for step in plan(path, each)]
    return [step for step in steps if any(word in f"{step} " for word in words)]


def test_a_run_search_scans_the_runs_and_seeks_the_rest(mlflow_sqlite: Path) -> None:
    """Starting from the key instead would fetch rows all over the file: several times slower."""
    path = mlflow_sqlite
    with closing(open_sql(f"sqlite:///{path}", StoreOptions())) as store:
        for query in (RunQuery(order=BY_METRIC), RunQuery(filter=FILTER)):
            asked = asked_by(store, lambda store, query=query: store.run_ids(query))[-1:]
            assert plan(path, asked[0])[0].startswith("SCAN runs")
            (seek,) = steps_on(path, asked, "latest_metrics")
            assert "(key=? AND run_uuid=?)" in seek


def test_whole_runs_are_sought_by_run(store: SqlStore, path: Path) -> None:
    ids = store.run_ids(RunQuery())[:3]  # of more, statistics would rightly say: scan
    asked = asked_by(store, lambda store: store.get_runs(ids))
    for table in ("params", "tags", "latest_metrics", "runs"):
        (seek,) = steps_on(path, [each for each in asked if f"FROM {table}" in each[0]], table)
        assert "(run_uuid=?)" in seek


def test_keys_are_leaped_to(store: SqlStore, path: Path) -> None:
    for asked in asked_by(store, lambda store: store.run_keys()):
        steps = plan(path, asked)
        assert any("USING COVERING INDEX" in step and "(key>?)" in step for step in steps)


@pytest.mark.parametrize(
    ("version", "index"),
    [
        ("1.30.1", "index_metrics_run_uuid (run_uuid=?)"),
        ("3.1.4", "index_metrics_run_uuid (run_uuid=?)"),
        ("3.18.0", "index_metrics_run_uuid_key_step (run_uuid=? AND key=?)"),
    ],
)
@pytest.mark.parametrize("from_step", [None, 3])
def test_a_curve_is_read_by_the_index_of_its_run(
    version: str, index: str, from_step: int | None
) -> None:
    """Never by the primary key, which starts at the metric's key and goes through every run."""
    path = FOSSILS / f"sql-{version}.sqlite"
    with closing(open_sql(f"sqlite:///{path}", StoreOptions())) as store:
        run_id = store.run_ids(RunQuery())[-1]
        with listening() as asked:
            assert len(store.metric_history(run_id, "loss", from_step=from_step)) > 0
    steps = plan(path, asked[-1])
    wanted = index.replace(")", " AND step>?)") if from_step and "step" in index else index
    assert any(f"USING INDEX {wanted}" in step for step in steps)
    assert any("TEMP B-TREE" in step for step in steps) is ("key_step" not in index)
