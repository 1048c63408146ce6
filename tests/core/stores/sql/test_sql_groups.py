"""Sums over runs by statement are those of reading every run, on each kind of database."""

from __future__ import annotations

import math

import pytest

from venturi.browse.groups import Summing, read_all, read_groups
from venturi.filters.syntax import parse_filter
from venturi.filters.tree import Entity
from venturi.records import View
from venturi.stores.base import Figures, RunGroup, RunQuery, ValueIndex
from venturi.stores.sql import groups

QUERIES = {
    "active": RunQuery(),
    "everything": RunQuery(view=View.ALL),
    "some": RunQuery(filter=parse_filter("status = 'FINISHED'")),
    "none": RunQuery(experiment_ids=()),
}


def close(one: float | None, other: float | None) -> bool:
    if one is None or other is None or math.isnan(one) or math.isnan(other):
        return (one is None) == (other is None) and str(one) == str(other)
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def same(one: Figures, other: Figures) -> bool:
    extremes = (one.count, one.least, one.most) == (other.count, other.least, other.most)
    return extremes and close(one.mean, other.mean) and close(one.deviation, other.deviation)


def named(groups: list[RunGroup]) -> dict[str | None, RunGroup]:
    return {group.value: group for group in groups}


@pytest.mark.parametrize("asked", QUERIES)
def test_groups_are_those_of_all_runs(world, asked: str) -> None:
    store, query = world.store, QUERIES[asked]
    runs = [run for page in read_all(store, query) for run in page]
    keys = store.run_keys()
    metrics = [*keys.metrics, "never logged"]
    sources = [(Entity.PARAM, key) for key in keys.params[:4]]
    for entity, key in [
        *sources,
        *((Entity.TAG, key) for key in keys.tags[:3]),
        (Entity.TAG, "no"),
    ]:
        summing = Summing(entity, key, metrics)
        summing.add(runs)
        expected, found = summing.groups, read_groups(store, query, entity, key, metrics)
        assert [(each.value, each.count) for each in found] == [
            (each.value, each.count) for each in expected
        ], key
        for value, group in named(expected).items():
            figures = named(found)[value].metrics
            assert figures.keys() == group.metrics.keys(), (key, value)
            for name, held in group.metrics.items():
                assert same(figures[name], held), (key, value, name, figures[name], held)


def test_parents_are_those_that_the_runs_name(world) -> None:
    for query in QUERIES.values():
        runs = [run for page in read_all(world.store, query) for run in page]
        named_parents = {run.run_id: run.parent_id for run in runs if run.parent_id}
        assert world.store.run_parents(query) == named_parents
    assert world.store.run_parents(RunQuery())


def test_values_are_some_of_those_that_runs_have(world) -> None:
    store = world.store
    assert isinstance(store, ValueIndex)
    runs = [run for page in read_all(store, RunQuery(view=View.ALL)) for run in page]
    for key in store.run_keys().params:
        held = sorted({run.params[key] for run in runs if key in run.params})
        assert store.run_values(Entity.PARAM, key, most=1000) == held
        assert set(store.run_values(Entity.PARAM, key, most=2)) <= set(held)
    assert store.run_values(Entity.METRIC, "loss", most=9) == []


def test_groups_do_not_depend_on_how_metrics_are_found(world, monkeypatch) -> None:
    store = world.store
    keys = store.run_keys()
    asked = RunQuery(), Entity.PARAM, keys.params[0], keys.metrics
    by_run = store.run_groups(*asked)
    monkeypatch.setattr(groups, "_LYING_BESIDE", 0)
    by_key = store.run_groups(*asked)
    assert [(each.value, each.count) for each in by_key] == [
        (each.value, each.count) for each in by_run
    ]
    for one, other in zip(by_key, by_run, strict=True):
        assert one.metrics.keys() == other.metrics.keys()
        assert all(same(one.metrics[name], other.metrics[name]) for name in one.metrics)
