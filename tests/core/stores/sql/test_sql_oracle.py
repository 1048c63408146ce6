"""Every answer of the SQL store is the one MLflow's client gives, on each kind of database."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from mlflow.entities import Metric as MlflowMetric  # noqa: TID251
from worlds import odd_world
from worlds.files_oracle import (
    Words,
    all_experiments,
    all_runs,
    experiment_words,
    mlflow_experiments,
    mlflow_run_words,
    mlflow_runs,
    point_words,
    run_words,
)
from worlds.filter_texts import comparisons, conjunctions, trees

from venturi.filters.match import matches
from venturi.filters.pushdown import comparisons_of, sayable
from venturi.filters.subjects import Subject
from venturi.filters.tree import And, Comparison, Entity, Node, Not, Op, OrderKey
from venturi.records import Run, View
from venturi.stores.base import ExperimentQuery, KeyIndex, RunIndex, RunQuery, TrackingStore

KEYS = tuple({*odd_world.METRIC_KEYS, *odd_world.PARAM_KEYS, *odd_world.TAG_KEYS, "missing"})
TEXTS = (*odd_world.TEXT_VALUES, "%it%", "VIT%", "_it", "%", "%é%", "É", "ann", "run", "R%", "")
TIMES = (0, odd_world.START, odd_world.START + 3000, odd_world.START + 60_000.5)
NUMBERS = tuple(value for value in odd_world.METRIC_VALUES if abs(value) < 1e308)
VIEWS = st.sampled_from(View)
TWINS = ("loss", "LOSS")


def leaves(subject: Subject, *, beyond_mlflow: bool = False) -> st.SearchStrategy[Comparison]:
    return comparisons(
        subject,
        keys=KEYS,
        texts=st.sampled_from((*TEXTS, *odd_world.STATUSES)),
        numbers=NUMBERS,
        times=TIMES,
        beyond_mlflow=beyond_mlflow,
    )


def clauses(subject: Subject) -> st.SearchStrategy[Node]:
    """Filters that MLflow's grammar can say."""
    return conjunctions(leaves(subject).filter(lambda leaf: sayable(leaf, subject)))


def orders(subject: Subject) -> st.SearchStrategy[tuple[OrderKey, ...]]:
    attribute = st.just(Entity.ATTRIBUTE)
    if subject is Subject.EXPERIMENTS:
        keys = ("name", "experiment_id", "creation_time", "last_update_time")
        fields = st.tuples(attribute, st.sampled_from(keys))
    else:
        keys = ("run_id", "run_name", "user_id", "status", "start_time", "end_time", "artifact_uri")
        entities = st.sampled_from((Entity.METRIC, Entity.PARAM, Entity.TAG))
        fields = st.one_of(
            st.tuples(attribute, st.sampled_from(keys)), st.tuples(entities, st.sampled_from(KEYS))
        )
    key = st.builds(lambda field, up: OrderKey(*field, up), fields, st.booleans())
    return st.lists(key, max_size=3, unique_by=lambda key: (key.entity, key.key)).map(tuple)


def assume_mlflow_is_right(world, node: Node | None, order: tuple[OrderKey, ...] = ()) -> None:
    """Leave out what MLflow answers wrongly on MySQL: there it takes two keys for one.

    Keys that differ in case only are told apart by its filters, but not by its orders, nor by
    IS NULL. Ours always are; see test_keys_are_told_apart_by_case.
    """
    if world.kind != "mysql":
        return
    assume(not any(key.key in TWINS and key.entity is not Entity.ATTRIBUTE for key in order))
    for leaf in comparisons_of(node):
        assume(not (leaf.key in TWINS and leaf.op in (Op.IS_NULL, Op.IS_NOT_NULL)))


def infinite(words: Words) -> Words:
    """MLflow's record with ±infinity where its SQL store gives the largest finite number."""
    largest = re.compile(r"(-?)1\.7976931348623157e\+308")
    metrics = [(*point[:3], largest.sub(r"\1inf", point[3])) for point in words["metrics"]]
    return {**words, "metrics": sorted(metrics)}


def test_keeps_the_promise_and_its_talents(world) -> None:
    tracking: TrackingStore = world.store
    assert isinstance(tracking, RunIndex)
    assert isinstance(tracking, KeyIndex)
    assert world.store.info.kind == world.kind
    assert world.store.info.revision == "dc11669786a5"


@pytest.mark.parametrize("view", View)
def test_all_runs_are_as_mlflow_reads_them(world, view: View) -> None:
    ours = [run_words(run) for run in all_runs(world.store, RunQuery(view=view))]
    assert ours == [infinite(mlflow_run_words(run)) for run in mlflow_runs(world.client, view)]
    assert ours


@pytest.mark.parametrize("view", View)
def test_all_experiments_are_as_mlflow_reads_them(world, view: View) -> None:
    found = all_experiments(world.store, ExperimentQuery(view=view))
    ours = [experiment_words(each) for each in found]
    assert ours == [experiment_words(each) for each in mlflow_experiments(world.client, view)]
    assert ours


def test_each_one_got_is_as_mlflow_gets_it(world) -> None:
    for experiment in mlflow_experiments(world.client, View.ALL):
        ours = world.store.get_experiment(experiment.experiment_id)
        assert experiment_words(ours) == experiment_words(experiment)
        assert world.store.get_experiment_by_name(experiment.name) == ours
    for run in mlflow_runs(world.client, View.ALL):
        ours = world.store.get_run(run.info.run_id)
        assert run_words(ours) == infinite(mlflow_run_words(run))


@settings(deadline=None, max_examples=100)
@given(view=VIEWS, node=clauses(Subject.RUNS), order=orders(Subject.RUNS))
def test_random_filters_and_orders_of_runs(
    world, view: View, node: Node, order: tuple[OrderKey, ...]
) -> None:
    assume_mlflow_is_right(world, node, order)
    query = RunQuery(filter=node, order=order, view=view)
    theirs = [run.info.run_id for run in mlflow_runs(world.client, view, node, order)]
    event("some" if theirs else "none")
    assert world.store.run_ids(query) == theirs
    assert world.store.count_runs(query) == len(theirs)


@settings(deadline=None, max_examples=30)
@given(view=VIEWS, order=orders(Subject.RUNS), limit=st.integers(1, 60))
def test_random_orders_of_all_runs_page_by_page(
    world, view: View, order: tuple[OrderKey, ...], limit: int
) -> None:
    assume_mlflow_is_right(world, None, order)
    theirs = [run.info.run_id for run in mlflow_runs(world.client, view, None, order)]
    ours = all_runs(world.store, RunQuery(order=order, view=view), limit)
    assert [run.run_id for run in ours] == theirs


@settings(deadline=None, max_examples=60)
@given(view=VIEWS, node=clauses(Subject.EXPERIMENTS), order=orders(Subject.EXPERIMENTS))
def test_random_filters_and_orders_of_experiments(
    world, view: View, node: Node, order: tuple[OrderKey, ...]
) -> None:
    query = ExperimentQuery(filter=node, order=order, view=view)
    theirs = [each.experiment_id for each in mlflow_experiments(world.client, view, node, order)]
    event("some" if theirs else "none")
    assert [each.experiment_id for each in all_experiments(world.store, query)] == theirs


@settings(deadline=None, max_examples=120)
@given(node=trees(leaves(Subject.RUNS, beyond_mlflow=True)))
def test_random_trees_are_made_of_mlflows_answers_to_their_leaves(world, node: Node) -> None:
    """OR, NOT, parentheses, IN and regular expressions, which MLflow does not know."""
    assume_mlflow_is_right(world, node)
    everything = {run.run_id: run for run in known_runs(world)}

    def answer(part: Node) -> set[str]:
        if isinstance(part, Not):
            return set(everything) - answer(part.term)
        if isinstance(part, Comparison):
            if sayable(part, Subject.RUNS):
                return set(mlflow_leaf(world, part))
            return {run_id for run_id, run in everything.items() if matches(part, run)}
        sets = [answer(term) for term in part.terms]
        return set.intersection(*sets) if isinstance(part, And) else set.union(*sets)

    found = world.store.run_ids(RunQuery(filter=node, view=View.ALL))
    event("some" if 0 < len(found) < len(everything) else "none or all")
    assert len(found) == len(set(found))
    assert set(found) == answer(node)


@cache
def known_runs(world) -> tuple[Run, ...]:
    return tuple(all_runs(world.store, RunQuery(view=View.ALL)))


@cache
def mlflow_leaf(world, leaf: Comparison) -> frozenset[str]:
    return frozenset(run.info.run_id for run in mlflow_runs(world.client, View.ALL, leaf))


TEXT_FIELDS = (
    (Entity.PARAM, "model"),
    (Entity.TAG, "team"),
    (Entity.ATTRIBUTE, "run_name"),
    (Entity.ATTRIBUTE, "user_id"),
    (Entity.DATASET, "name"),
    (Entity.DATASET, "context"),
)
TRICKY = (
    "vit",
    "VIT",
    "Vit%",
    "%IT",
    "run",
    "R%",
    "_",
    "a_b",
    "a%b",
    "é",
    "É",
    "",
    "train",
    "MNIST",
)


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize("op", [Op.EQ, Op.NE, Op.LIKE, Op.ILIKE])
def test_each_comparison_of_a_text(world, field: tuple[Entity, str], op: Op) -> None:
    for value in TRICKY:
        leaf = Comparison(*field, op, value)
        found = world.store.run_ids(RunQuery(filter=leaf, view=View.ALL))
        assert set(found) == mlflow_leaf(world, leaf), leaf


@pytest.mark.parametrize("key", odd_world.METRIC_KEYS)
@pytest.mark.parametrize("op", [Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE])
def test_each_comparison_of_a_number(world, key: str, op: Op) -> None:
    """MLflow stores NaN as 0 with a mark beside it: 0 is where this could show."""
    for value in (0.0, 0.5, -1.5):
        leaf = Comparison(Entity.METRIC, key, op, value)
        found = world.store.run_ids(RunQuery(filter=leaf, view=View.ALL))
        assert set(found) == mlflow_leaf(world, leaf), leaf


@settings(deadline=None, max_examples=60)
@given(node=trees(leaves(Subject.EXPERIMENTS, beyond_mlflow=True)))
def test_random_trees_over_experiments(sqlite_world, node: Node) -> None:
    everything = list(all_experiments(sqlite_world.store, ExperimentQuery(view=View.ALL)))
    found = all_experiments(sqlite_world.store, ExperimentQuery(filter=node, view=View.ALL))
    assert list(found) == [each for each in everything if matches(node, each)]


@pytest.mark.parametrize("view", View)
def test_runs_of_named_experiments(world, view: View) -> None:
    ids = [each.experiment_id for each in mlflow_experiments(world.client, View.ALL)]
    for some in (ids[:1], ids[1:4], ids[:2] * 2, ["9999"]):
        theirs = mlflow_runs(world.client, view, experiment_ids=list(dict.fromkeys(some)))
        query = RunQuery(experiment_ids=tuple(some), view=view)
        assert world.store.run_ids(query) == [run.info.run_id for run in theirs]
        assert world.store.count_runs(query) == len(theirs)
    for none in ((), ("no such experiment",), ("-1",), ("9" * 40,), ("²",)):
        assert world.store.run_ids(RunQuery(experiment_ids=none, view=view)) == []
        assert world.store.count_runs(RunQuery(experiment_ids=none, view=view)) == 0


def test_histories_have_the_points_mlflow_has_in_the_order_of_steps(world) -> None:
    points = 0
    for run in mlflow_runs(world.client, View.ALL):
        for key in (*run.data.metrics, "missing"):
            theirs = world.client.get_metric_history(run.info.run_id, key)
            ours = world.store.metric_history(run.info.run_id, key)
            assert [point_words(point) for point in ours] == in_order(theirs)
            points += len(ours)
    assert points > 1000


@pytest.mark.parametrize("first", [-4, -3, 0, 1, 3, 10**12, 10**12 + 1])
def test_a_history_can_start_at_a_step(world, first: int) -> None:
    run_id = curve_run(world)
    theirs = world.client.get_metric_history(run_id, "odd curve")
    ours = world.store.metric_history(run_id, "odd curve", from_step=first)
    wanted = in_order(point for point in theirs if point.step >= first)
    assert [point_words(point) for point in ours] == wanted


def in_order(points: list[MlflowMetric]) -> list[tuple[str, int, int, str]]:
    def place(point: MlflowMetric) -> tuple[int, int, bool, float]:
        is_nan = point.value != point.value
        return point.step, point.timestamp, is_nan, 0.0 if is_nan else point.value

    words = [point_words(point) for point in sorted(points, key=place)]
    return [(*each[:3], each[3].replace("1.7976931348623157e+308", "inf")) for each in words]


def curve_run(world) -> str:
    name = Comparison(Entity.ATTRIBUTE, "run_name", Op.EQ, odd_world.CURVE_RUN)
    (run_id,) = world.store.run_ids(RunQuery(filter=name))
    return run_id


def test_counts_and_keys_are_those_of_the_runs(world) -> None:
    for view in View:
        counted: dict[str, int] = {}
        for run in mlflow_runs(world.client, view):
            counted[run.info.experiment_id] = counted.get(run.info.experiment_id, 0) + 1
        assert world.store.count_runs_by_experiment(view) == counted
    runs = [run.data for run in mlflow_runs(world.client, View.ALL)]
    keys = world.store.run_keys()
    assert keys.metrics == tuple(sorted({key for run in runs for key in run.metrics}))
    assert keys.params == tuple(sorted({key for run in runs for key in run.params}))
    assert keys.tags == tuple(sorted({key for run in runs for key in run.tags}))


def test_runs_of_ids_come_in_the_order_asked(world) -> None:
    ids = world.store.run_ids(RunQuery(view=View.ALL))[::-3]
    asked = [ids[0], "0" * 32, *ids[1:], ids[0].upper()]
    assert [run.run_id for run in world.store.get_runs(asked)] == ids
    assert world.store.get_runs([]) == []


def test_keys_are_told_apart_by_case(world) -> None:
    """As MLflow does on SQLite and PostgreSQL, and in its filters on MySQL."""
    runs = known_runs(world)
    for key in TWINS:
        having = {run.run_id for run in runs if key in run.latest}
        assert having
        leaf = Comparison(Entity.METRIC, key, Op.GE, -1e300)
        query = RunQuery(filter=leaf, view=View.ALL)
        finite = {run_id for run_id in having if is_number(world.store.get_run(run_id), key)}
        assert set(world.store.run_ids(query)) == finite
        ordered = world.store.run_ids(
            RunQuery(order=(OrderKey(Entity.METRIC, key),), view=View.ALL)
        )
        assert set(ordered[: len(having)]) == having


def is_number(run: Run, key: str) -> bool:
    value = run.metrics[key]
    return value == value and value >= -1e300
