"""Histories that grow: each read once, then from the last step on; a failed look loses nothing."""

from __future__ import annotations

import math

import pytest
from stories.memory_store import world

from venturi.errors import NotFound, StoreUnreachable
from venturi.records import Lifecycle, Metric
from venturi.watching.growth import GrowingHistories

OVER, GOING = f"{0:032x}", f"{1:032x}"


@pytest.fixture(params=[True, False], ids=["indexed", "plain"])
def store(request):
    """A store in memory; its second run goes on."""
    return world(5, indexed=request.param)


def log(store, *points):
    for point in points:
        run = store.get_run(GOING)
        store.points.setdefault((GOING, point.key), []).append(point)
        store.change(GOING, latest={**run.latest, point.key: point})


def growing(store, *keys):
    found = GrowingHistories(store, [(store.get_run(run), key) for run in (OVER, GOING)
                                     for key in keys])  # fmt: skip
    found.read()
    return found


def steps(histories):
    return {(run.run_id, history.key): list(history.steps) for run, history in histories}


def test_only_what_is_new_is_asked(store):
    histories = growing(store, "val/acc", "val/loss")
    assert histories.going_on == 1
    store.asked.clear()
    assert not histories.look()
    assert not any(each.startswith("history") for each in store.asked)
    log(store, Metric("val/acc", 0.5, 1, 200), Metric("val/acc", math.nan, 2, 201))
    assert histories.look()
    assert [each for each in store.asked if "history" in each] == ["history val/acc from 200"]
    assert steps(histories)[GOING, "val/acc"][-3:] == [200, 200, 201]
    assert not histories.look()


def test_what_is_yet_to_be_logged(store):
    histories = growing(store, "later")
    assert list(histories) == []
    log(store, Metric("later", 0.5, 1, 3))
    assert histories.look()
    assert steps(histories) == {(GOING, "later"): [3]}


def test_the_last_points_of_a_run_that_ends(store):
    histories = growing(store, "val/acc")
    store.points[GOING, "val/acc"].append(Metric("val/acc", 0.5, 1, 201))
    store.change(GOING, status="FINISHED")
    assert histories.look()
    assert histories.going_on == 0
    assert steps(histories)[GOING, "val/acc"][-1] == 201
    store.asked.clear()
    assert not histories.look()
    assert not any("history" in each for each in store.asked)


def test_a_deleted_run_is_over_and_one_that_is_gone_is_told(store):
    histories = growing(store, "val/acc")
    store.change(GOING, lifecycle_stage=Lifecycle.DELETED)
    assert histories.look()
    assert histories.going_on == 0
    store.change(GOING, lifecycle_stage=Lifecycle.ACTIVE)
    again = growing(store, "val/acc")
    store.delete(GOING)
    with pytest.raises(NotFound):
        again.look()


def test_nothing_is_lost_when_a_look_fails(store, monkeypatch):
    histories = growing(store, "val/acc", "val/loss")
    log(store, Metric("val/acc", 0.5, 1, 201), Metric("val/loss", 0.5, 1, 201))
    read = store.metric_history

    def fails(run_id, key, *, from_step=None):
        if key == "val/loss":
            raise StoreUnreachable("nobody answers")
        return read(run_id, key, from_step=from_step)

    monkeypatch.setattr(store, "metric_history", fails)
    with pytest.raises(StoreUnreachable):
        histories.look()
    monkeypatch.undo()
    assert histories.look()
    assert {key[1]: its[-1] for key, its in steps(histories).items() if key[0] == GOING} == {
        "val/acc": 201,
        "val/loss": 201,
    }
