"""The promise of a tracking store where no oracle is needed: paging, threads, bad questions."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import reduce
from pathlib import Path

import pytest
from worlds import odd_world
from worlds.files_oracle import all_runs

from venturi.errors import InvalidInput, NotFound
from venturi.filters.tree import And, Comparison, Entity, Node, Not, Op, Or, OrderKey
from venturi.records import View
from venturi.stores.base import ExperimentQuery, RunQuery, StoreOptions
from venturi.stores.sql import SqlStore, open_sql
from venturi.stores.sql.conditions import DEEPEST, MOST_COMPARISONS

ALL = RunQuery(view=View.ALL)
BY_LOSS = RunQuery(order=(OrderKey(Entity.METRIC, "loss"),))


@pytest.fixture
def path(tmp_path: Path, mlflow_sqlite: Path) -> Path:
    return shutil.copy(mlflow_sqlite, tmp_path / "mlflow.db")


@pytest.fixture
def copy(path: Path) -> Iterator[SqlStore]:
    with closing(open_sql(f"sqlite:///{path}", StoreOptions())) as store:
        yield store


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(statement, values)
        db.commit()


INSERT = """INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, experiment_id)
 VALUES (?, 'new', 'RUNNING', ?, 'active', 1)"""


def test_pages_fit_together_while_runs_are_added_and_deleted(path: Path, copy: SqlStore) -> None:
    before = copy.run_ids(RunQuery())
    page = copy.search_runs(RunQuery(), limit=10)
    found = [run.run_id for run in page]
    for number in range(3):
        change(path, INSERT, f"{number:032x}", odd_world.START + 10**9 + number)
        page = copy.search_runs(RunQuery(), limit=10, token=page.next_token)
        found += [run.run_id for run in page]
    change(path, "DELETE FROM runs WHERE run_uuid = ?", before[-1])
    page = copy.search_runs(RunQuery(), limit=100, token=page.next_token)
    found += [run.run_id for run in page]
    assert page.next_token is None
    assert found == before[:-1]


def test_a_token_outlives_the_answer_that_gave_it(path: Path, copy: SqlStore) -> None:
    """Another process, or one that asked much else meanwhile, goes on behind the same run."""
    token = copy.search_runs(RunQuery(), limit=10).next_token
    rest = [run.run_id for run in copy.search_runs(RunQuery(), limit=100, token=token)]
    change(path, INSERT, "0" * 32, odd_world.START + 10**9)
    with closing(open_sql(f"sqlite:///{path}", StoreOptions())) as other:
        assert [r.run_id for r in other.search_runs(RunQuery(), limit=100, token=token)] == rest
    for number in range(10):
        query = RunQuery(order=(OrderKey(Entity.PARAM, f"p{number}"),))
        list(all_runs(copy, query, limit=10))
    assert [run.run_id for run in copy.search_runs(RunQuery(), limit=100, token=token)] == rest


@pytest.mark.parametrize("token", ["", "x", "1:2", "::", "00000000:10:abc", "é:1:a", "0" * 999])
def test_a_token_that_is_not_ours_is_refused(copy: SqlStore, token: str) -> None:
    other = copy.search_runs(BY_LOSS, limit=5).next_token
    for wrong in (token, other):
        if not wrong:
            continue
        with pytest.raises(InvalidInput, match="token"):
            copy.search_runs(RunQuery(), limit=5, token=wrong)
        with pytest.raises(InvalidInput, match="token"):
            copy.search_experiments(ExperimentQuery(), limit=5, token=wrong)


@pytest.mark.parametrize("limit", [1, 2, 5, 46, 47, 48, 1000])
def test_every_limit_gives_the_same_runs(world, limit: int) -> None:
    ids = world.store.run_ids(BY_LOSS)
    assert [run.run_id for run in all_runs(world.store, BY_LOSS, limit)] == ids


def test_what_is_not_there(world) -> None:
    store = world.store
    for run_id in ("0" * 32, "", "x'y", "%", "\x00", "é", "a" * 5000):
        with pytest.raises((NotFound, InvalidInput)):
            store.get_run(run_id)
        with pytest.raises((NotFound, InvalidInput)):
            store.metric_history(run_id, "loss")
    for experiment_id in ("999", "", "x", "-1", "1.0", "0x1", "9" * 30, "\u0661"):
        with pytest.raises(NotFound):
            store.get_experiment(experiment_id)
    for name in ("nobody", "", "ODD", "odd ", "od_", "%"):
        with pytest.raises(NotFound, match="no experiment"):
            store.get_experiment_by_name(name)


def test_a_run_id_is_exact(world) -> None:
    """MySQL compares without an eye to case; ids are looked up with one."""
    run_id = next(each for each in world.store.run_ids(ALL) if each.upper() != each)
    with pytest.raises(NotFound):
        world.store.get_run(run_id.upper())
    with pytest.raises(NotFound):
        world.store.metric_history(run_id.upper(), "loss")


@pytest.mark.parametrize(
    "value",
    ["'; DROP TABLE runs; --", "\\", "\\'", "%s", ":x", "?", "{}", "\ud800", "\x00", "é" * 9000],
)
@pytest.mark.parametrize("op", [Op.EQ, Op.NE, Op.LIKE, Op.ILIKE, Op.IN])
def test_values_are_never_taken_for_sql(world, op: Op, value: str) -> None:
    listed = (value, "vit") if op is Op.IN else value
    for entity, key in ((Entity.PARAM, "model"), (Entity.TAG, value), (Entity.ATTRIBUTE, "status")):
        query = RunQuery(filter=Comparison(entity, key, op, listed), view=View.ALL)
        try:
            assert len(world.store.run_ids(query)) <= 51
        except InvalidInput as error:
            assert "\n" not in str(error)  # noqa: PT017
    assert world.store.count_runs(ALL) == 51


def test_keys_of_an_order_are_never_taken_for_sql(world) -> None:
    for key in ("x' OR 1", "%(x)s", ":a", "loss; --", "`", '"'):
        for entity in (Entity.METRIC, Entity.PARAM, Entity.TAG):
            query = RunQuery(order=(OrderKey(entity, key),), view=View.ALL)
            assert len(world.store.run_ids(query)) == 51


LEAF = Comparison(Entity.METRIC, "loss", Op.GT, 0.0)


def wide(terms: int) -> Node:
    return Or(tuple(Comparison(Entity.METRIC, "loss", Op.EQ, float(i)) for i in range(terms)))


def deep(levels: int) -> Node:
    """Nested so that each level is a pair of parentheses."""
    joints = (lambda node: Not(And((node, LEAF))), lambda node: Not(Or((node, LEAF))))
    return reduce(lambda node, level: joints[level % 2](node), range(levels // 2), LEAF)


def test_the_longest_and_the_deepest_search_that_is_allowed(world) -> None:
    having = {run.run_id for run in all_runs(world.store, ALL) if "loss" in run.latest}
    for node in (wide(MOST_COMPARISONS), deep(DEEPEST - 1), wide(MOST_COMPARISONS // 2)):
        found = set(world.store.run_ids(RunQuery(filter=node, view=View.ALL)))
        if isinstance(node, Or):
            assert set() < found < having


def test_a_search_that_is_longer_or_deeper_is_refused(world) -> None:
    nodes = (wide(MOST_COMPARISONS + 1), wide(50_000), deep(DEEPEST + 2), deep(10_000))
    for node in nodes:
        with pytest.raises(InvalidInput):
            world.store.run_ids(RunQuery(filter=node))


def test_a_long_list_is_answered_or_refused(world) -> None:
    ids = world.store.run_ids(ALL)
    for length in (1000, 30_000, 100_000):
        listed = (*(str(number) for number in range(length)), *ids)
        leaf = Comparison(Entity.ATTRIBUTE, "run_id", Op.IN, listed)
        try:
            found = world.store.run_ids(RunQuery(filter=leaf, view=View.ALL))
        except InvalidInput:
            assert length > 30_000
            assert world.kind == "sqlite"
        else:
            assert found == ids


@pytest.mark.parametrize(
    "value", [2**63, -(2**63) - 1, 10**400, 1e400, -1e400, float("nan"), 1e308]
)
def test_numbers_beyond_what_a_database_holds(world, value: float) -> None:
    for entity, key in ((Entity.METRIC, "loss"), (Entity.ATTRIBUTE, "start_time")):
        for op in (Op.LT, Op.EQ, Op.NE, Op.GE):
            query = RunQuery(filter=Comparison(entity, key, op, value))
            found = world.store.count_runs(query)
            assert 0 <= found <= 47
    below = Comparison(Entity.ATTRIBUTE, "start_time", Op.LT, 2**63)
    assert world.store.count_runs(RunQuery(filter=below)) == 47


def test_fields_that_do_not_exist_are_refused(world) -> None:
    for entity, key in ((Entity.ATTRIBUTE, "colour"), (Entity.DATASET, "colour")):
        with pytest.raises(InvalidInput, match="colour"):
            world.store.run_ids(RunQuery(filter=Comparison(entity, key, Op.EQ, "x")))
    with pytest.raises(InvalidInput, match="colour"):
        world.store.run_ids(RunQuery(order=(OrderKey(Entity.ATTRIBUTE, "colour"),)))
    with pytest.raises(InvalidInput, match="dataset"):
        world.store.run_ids(RunQuery(order=(OrderKey(Entity.DATASET, "name"),)))
    metric = Comparison(Entity.METRIC, "loss", Op.EQ, 1.0)
    with pytest.raises(InvalidInput, match="metric"):
        world.store.search_experiments(ExperimentQuery(filter=metric), limit=1)
    tag = ExperimentQuery(order=(OrderKey(Entity.TAG, "owner"),))
    with pytest.raises(InvalidInput, match="attributes"):
        world.store.search_experiments(tag, limit=1)


def test_an_order_that_repeats_a_key_uses_the_first(world) -> None:
    down = OrderKey(Entity.METRIC, "loss", ascending=False)
    twice = RunQuery(order=(down, OrderKey(Entity.METRIC, "loss")))
    assert world.store.run_ids(twice) == world.store.run_ids(RunQuery(order=(down,)))


def test_many_threads_at_once(world) -> None:
    ids = world.store.run_ids(BY_LOSS)
    runs = world.store.get_runs(ids)

    def everything(number: int) -> bool:
        store = world.store
        start = number % len(ids)
        return (
            store.run_ids(BY_LOSS) == ids
            and repr(store.get_runs(ids[start : start + 5])) == repr(runs[start : start + 5])
            and [run.run_id for run in all_runs(store, BY_LOSS, 9)] == ids
            and store.count_runs(BY_LOSS) == len(ids)
            and len(store.run_keys().params) == 7
        )

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(everything, range(64)))


def test_a_regular_expression_over_many_values(world) -> None:
    for pattern, some in (
        (r"(?i)^VIT\b", True),
        (r"^.$", True),
        (r"(?<!x)é", True),
        (r"\Ax\Z", False),
    ):
        leaf = Comparison(Entity.PARAM, "model", Op.MATCHES, pattern)
        found = world.store.run_ids(RunQuery(filter=leaf, view=View.ALL))
        opposite = Comparison(Entity.PARAM, "model", Op.NOT_MATCHES, pattern)
        others = world.store.run_ids(RunQuery(filter=opposite, view=View.ALL))
        having = {run.run_id for run in all_runs(world.store, ALL) if "model" in run.params}
        assert set(found) | set(others) == having
        assert not set(found) & set(others)
        assert bool(found) or not some
