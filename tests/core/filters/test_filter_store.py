"""Filters and orders against the answers of MLflow's own client on a real SQLite store."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import partial

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from worlds import search_world
from worlds.filter_texts import comparisons, conjunctions, tree_text, trees
from worlds.search_world import SearchWorld, build_search_world

from venturi.filters.match import matches, select
from venturi.filters.order import order_text, parse_order, sort_experiments, sort_runs
from venturi.filters.pushdown import can_order, comparisons_of, sayable, separate, split, to_mlflow
from venturi.filters.subjects import Subject
from venturi.filters.syntax import MAX_DEPTH, parse_filter
from venturi.filters.tree import And, Comparison, Entity, Node, Not, Op, Or, OrderKey
from venturi.stores import open_tracking
from venturi.stores.base import RunQuery

RUNS, EXPERIMENTS = Subject.RUNS, Subject.EXPERIMENTS
KEYS = (*search_world.METRIC_KEYS, *search_world.PARAM_KEYS, *search_world.TAG_KEYS)
ATTRIBUTES = ("start_time", "end_time", "status", "run_name", "user_id", "run_id", "artifact_uri")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> SearchWorld:
    return build_search_world(f"sqlite:///{tmp_path_factory.mktemp('search')}/mlflow.db")


def leaves(
    subject: Subject, *, beyond_mlflow: bool = False, ids: tuple[str, ...] = ()
) -> st.SearchStrategy[Comparison]:
    return comparisons(
        subject,
        keys=KEYS,
        texts=st.sampled_from((*search_world.WANTED_TEXTS, *ids)),
        numbers=search_world.NUMBERS,
        times=search_world.TIMES,
        beyond_mlflow=beyond_mlflow,
    )


def drawn_leaves(data: st.DataObject, world: SearchWorld) -> st.SearchStrategy[Comparison]:
    ids = tuple(run.run_id for run in world.runs[:4])
    leaf = leaves(RUNS, ids=(*ids, ids[0][:8] + "%"))
    return leaf.filter(lambda clause: sayable(clause, RUNS))


def order_keys(subject: Subject) -> st.SearchStrategy[list[OrderKey]]:
    if subject is EXPERIMENTS:
        names = ("name", "experiment_id", "creation_time", "last_update_time")
        fields = st.tuples(st.just(Entity.ATTRIBUTE), st.sampled_from(names))
    else:
        fields = st.one_of(
            st.tuples(st.just(Entity.METRIC), st.sampled_from(KEYS)),
            st.tuples(st.just(Entity.PARAM), st.sampled_from(KEYS)),
            st.tuples(st.just(Entity.TAG), st.sampled_from(KEYS)),
            st.tuples(st.just(Entity.ATTRIBUTE), st.sampled_from(ATTRIBUTES)),
        )
    several = st.lists(fields, max_size=3, unique=True)
    return several.flatmap(
        lambda chosen: st.tuples(*(st.booleans().map(partial(OrderKey, *one)) for one in chosen))
    ).map(list)


def asked_runs(world: SearchWorld, node: Node | None, keys: Sequence[OrderKey] = ()) -> list[str]:
    orders = [order_text(key) for key in keys]
    found = world.client.search_runs(world.experiment_ids, to_mlflow(node), order_by=orders)
    return [run.info.run_id for run in found]


def asked_experiments(world: SearchWorld, node: Node | None, keys: list[OrderKey]) -> list[str]:
    orders = [order_text(key) for key in keys]
    text = to_mlflow(node, EXPERIMENTS)
    found = world.client.search_experiments(filter_string=text, order_by=orders or None)
    return [experiment.experiment_id for experiment in found]


@settings(deadline=None, max_examples=120)
@given(data=st.data(), keys=order_keys(RUNS))
def test_runs_come_as_mlflow_gives_them(
    world: SearchWorld, data: st.DataObject, keys: list[OrderKey]
) -> None:
    node = data.draw(st.one_of(st.none(), conjunctions(drawn_leaves(data, world))))
    ours = sort_runs(select(node, world.runs), keys)
    assert [run.run_id for run in ours] == asked_runs(world, node, keys)


@settings(deadline=None, max_examples=70)
@given(
    node=st.one_of(st.none(), conjunctions(leaves(EXPERIMENTS))),
    keys=order_keys(EXPERIMENTS),
)
def test_experiments_come_as_mlflow_gives_them(
    world: SearchWorld, node: Node | None, keys: list[OrderKey]
) -> None:
    assume(all(sayable(clause, EXPERIMENTS) for clause in comparisons_of(node)))
    ours = sort_experiments(select(node, world.experiments), keys)
    assert [found.experiment_id for found in ours] == asked_experiments(world, node, keys)


def by_sets(world: SearchWorld, node: Node) -> set[str]:
    """The answer by MLflow's answers to the comparisons alone."""
    if isinstance(node, Comparison):
        return set(asked_runs(world, node))
    if isinstance(node, Not):
        return {run.run_id for run in world.runs} - by_sets(world, node.term)
    parts = [by_sets(world, term) for term in node.terms]
    return set.intersection(*parts) if isinstance(node, And) else set.union(*parts)


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_or_and_not_join_mlflows_answers(world: SearchWorld, data: st.DataObject) -> None:
    node = data.draw(trees(drawn_leaves(data, world), max_leaves=5))
    assert {run.run_id for run in select(node, world.runs)} == by_sets(world, node)


@settings(deadline=None, max_examples=70)
@given(data=st.data())
def test_what_is_pushed_and_the_rest_are_the_whole(world: SearchWorld, data: st.DataObject) -> None:
    node = data.draw(trees(leaves(RUNS, beyond_mlflow=True), max_leaves=10))
    unknown = data.draw(st.sets(st.sampled_from(Op), max_size=6))
    pushed, rest = split(node, RUNS, lambda clause: clause.op not in unknown)
    assert all(clause.op not in unknown for clause in comparisons_of(pushed))
    first = set(asked_runs(world, pushed))
    ours = [run for run in world.runs if run.run_id in first and matches(rest, run)]
    assert ours == select(node, world.runs)


@settings(deadline=None, max_examples=120)
@given(
    node=trees(leaves(RUNS, beyond_mlflow=True), max_leaves=10),
    unknown=st.sets(st.sampled_from(Op), max_size=8),
)
def test_what_is_separated_is_the_whole(world: SearchWorld, node: Node, unknown: set[Op]) -> None:
    answered, rest = separate(node, lambda clause: clause.op not in unknown)
    assert all(clause.op not in unknown for clause in comparisons_of(answered))
    both = [run for run in world.runs if matches(answered, run) and matches(rest, run)]
    assert both == select(node, world.runs)


@settings(deadline=None, max_examples=120)
@given(trees(leaves(RUNS, beyond_mlflow=True), max_leaves=12))
def test_trees_are_read_from_their_text(node: Node) -> None:
    assert parse_filter(tree_text(node)) == node


@settings(deadline=None, max_examples=70)
@given(order_keys(RUNS))
def test_orders_are_read_from_their_text(keys: list[OrderKey]) -> None:
    assert can_order(keys)
    assert [parse_order(order_text(key)) for key in keys] == keys


@pytest.mark.parametrize("negation", ["", "NOT "])
def test_the_deepest_tree_is_answered_by_sqlite_too(world: SearchWorld, negation: str) -> None:
    levels = MAX_DEPTH // (4 if negation else 2) - 1
    opening = f"metrics.loss > 1e15 OR {negation}(metrics.loss <= 1 AND {negation}("
    tree = parse_filter(opening * levels + "params.model = 'vit'" + "))" * levels)
    with closing(open_tracking(world.uri)) as store:
        found = store.search_runs(RunQuery(filter=tree), limit=100)
    assert {run.run_id for run in found} == {run.run_id for run in select(tree, world.runs)}


def test_the_world_is_worth_searching(world: SearchWorld) -> None:
    everything = len(world.runs)
    for text in (
        "metrics.loss != 1", "metrics.loss > 0", "params.model LIKE '%v%'", "tags.team IS NULL",
        "dataset.context = 'train'", "end_time > 0", "status = 'FINISHED'", "params.lr ILIKE 'V%'",
    ):  # fmt: skip
        assert 0 < len(select(parse_filter(text), world.runs)) < everything, text


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("params.lr IN ('vit', 'VIT')", "params.lr = 'vit' OR params.lr = 'VIT'"),
        ("params.lr NOT IN ('vit', 'VIT')", "params.lr != 'vit' AND params.lr != 'VIT'"),
        ("params.lr ~ '^v'", "params.lr LIKE 'v%'"),
        ("params.lr !~ '^v'", "params.lr IS NOT NULL AND NOT params.lr LIKE 'v%'"),
        ("run_name ~ '(?i)^TRAIN$'", "run_name ILIKE 'train'"),
        ("dataset.context IN ('train')", "dataset.context = 'train'"),
        ("dataset.context !~ 'train'", "dataset.context NOT IN ('train')"),
        ("start_time > '2023-11-14T22:13:20.000Z'", "start_time > 1700000000000"),
    ],
)
def test_what_venturi_adds_means_the_same_as_longer_filters(
    world: SearchWorld, text: str, same_as: str
) -> None:
    found = select(parse_filter(text), world.runs)
    assert found == select(parse_filter(same_as), world.runs)
    assert found
    assert isinstance(parse_filter(text), Comparison)
    assert not isinstance(parse_filter(same_as), Or) or len(found) < len(world.runs)
