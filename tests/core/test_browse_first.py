"""The first runs of an answer: never more than asked, and it is known whether there are more."""

from __future__ import annotations

import pytest
from stories.memory_store import world

from venturi.browse.first import FirstRuns, read_first, read_named
from venturi.stores.base import RunQuery

SWEEP = RunQuery(experiment_ids=("1",))


@pytest.mark.parametrize("indexed", [True, False])
def test_of_many_runs_the_first_are_read_and_the_rest_counted(indexed) -> None:
    store = world(2_400, indexed=indexed)
    told: list[int] = []
    found = read_first(store, SWEEP, 1_500, told.append)
    assert found == FirstRuns(tuple(store.answer(SWEEP)[:1_500]), True, 2_400 if indexed else None)
    assert told == [1_000, 1_500]
    assert store.asked.count("search") == 2


def test_an_answer_of_exactly_so_many_runs_is_whole() -> None:
    store = world(2_000)
    assert read_first(store, SWEEP, 2_000) == FirstRuns(tuple(store.answer(SWEEP)))
    assert not read_first(world(0), SWEEP, 10).is_cut


def test_reading_is_given_up_when_nobody_wants_it() -> None:
    store = world(2_400)
    found = read_first(store, SWEEP, 2_400, wanted=lambda: False)
    assert (len(found.runs), found.is_cut, store.asked.count("search")) == (1_000, True, 1)


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("number", [3, 1_200])
def test_named_runs_come_in_their_order_from_any_experiment(indexed, number) -> None:
    store = world(1_300, indexed=indexed)
    ids = [f"{100_001:032x}", *(f"{at:032x}" for at in reversed(range(number)))]
    store.delete(ids[2])
    told: list[int] = []
    found = read_named(store, ids, told.append)
    assert [run.run_id for run in found.runs] == [ids[0], ids[1], *ids[3:]]
    assert told[-1] == number
    assert not found.is_cut
