"""A tail gives every new point once, asks only for what is new, and ends with the run."""

from __future__ import annotations

import math

import pytest
from stories.memory_store import world

from venturi.records import Metric
from venturi.watching.tail import MetricTail


@pytest.fixture
def store():
    return world(2)


@pytest.fixture
def run(store):
    store.change(store.runs[1].run_id, latest={})
    return store.runs[1]


def log(store, run, *points):
    """Log points as a training script would, the latest by MLflow's rule."""
    for point in points:
        held = store.points.setdefault((run.run_id, point.key), [])
        held.append(point)
        held.sort(key=lambda one: (one.step, one.timestamp, math.isnan(one.value), one.value))
    latest = {key: held[-1] for (run_id, key), held in store.points.items() if run_id == run.run_id}
    store.change(run.run_id, latest=latest)


def at(step, value=0.5, *, key="loss", time=None):
    return Metric(key, value, 1000 + step if time is None else time, step)


@pytest.fixture(autouse=True)
def _nothing_logged(store, run):
    for key in [key for key in store.points if key[0] == run.run_id]:
        del store.points[key]


def test_new_points_come_once(store, run):
    log(store, run, at(1), at(2))
    tail = MetricTail(store, run.run_id)
    assert tail.last(10) == [at(1), at(2)]
    assert tail.more() == []
    log(store, run, at(3), at(4))
    assert tail.more() == [at(3), at(4)]
    assert tail.more() == []


def test_points_of_the_same_step_are_not_lost(store, run):
    log(store, run, at(5, 0.5, time=10))
    tail = MetricTail(store, run.run_id)
    tail.last(0)
    log(store, run, at(5, 0.4, time=11), at(5, 0.6, time=11))
    assert tail.more() == [at(5, 0.4, time=11), at(5, 0.6, time=11)]
    log(store, run, at(5, math.nan, time=12))
    (nan,) = tail.more()
    assert math.isnan(nan.value)
    assert tail.more() == []


def test_only_what_is_new_is_read(store, run):
    log(store, run, *(at(step) for step in range(1, 1001)), at(1, key="acc"))
    tail = MetricTail(store, run.run_id)
    assert [one.step for one in tail.last(3) if one.key == "loss"] == [998, 999, 1000]
    log(store, run, at(1001))
    store.asked.clear()
    assert tail.more() == [at(1001)]
    assert [one for one in store.asked if "history" in one] == ["history loss from 1000"]


def test_the_last_points_are_found_however_far_apart_the_steps_are(store, run):
    log(store, run, *(at(step) for step in (-5, 1000, 2_000_000)))
    assert MetricTail(store, run.run_id).last(2) == [at(1000), at(2_000_000)]
    assert MetricTail(store, run.run_id).last(0) == []
    assert MetricTail(store, run.run_id).last(9) == [at(-5), at(1000), at(2_000_000)]


def test_metrics_that_are_yet_to_come(store, run):
    tail = MetricTail(store, run.run_id, ["late"])
    assert tail.last(10) == []
    log(store, run, at(1), at(1, key="late"), at(2, key="late"))
    assert tail.more() == [at(1, key="late"), at(2, key="late")]


def test_when_the_run_is_over_everything_is_read_a_last_time(store, run):
    log(store, run, at(7, 0.9, time=50))
    tail = MetricTail(store, run.run_id)
    tail.last(0)
    log(store, run, at(7, 0.1, time=40))  # another worker's, which is not the latest
    assert (tail.more(), tail.is_over) == ([], False)
    store.change(run.run_id, status="FINISHED")
    assert (tail.more(), tail.is_over) == ([at(7, 0.1, time=40)], True)
    assert tail.more() == []
