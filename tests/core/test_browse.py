"""Rows of any answer: the right runs in the right rows, in little memory, over any store."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories.memory_store import IndexedMemoryStore, MemoryStore, sweep, world

from venturi.browse import (
    PAGE,
    RunIds,
    RunPage,
    RunRows,
    Wish,
    best_value,
    count_by_experiment,
    count_runs,
    read_ids,
    read_runs,
)
from venturi.filters.tree import Entity, OrderKey
from venturi.records import Metric, Run
from venturi.stores.base import RunIndex, RunQuery

QUERY = RunQuery(experiment_ids=("1",))


def show(rows: RunRows, store: MemoryStore, first: int, last: int) -> int:
    """Grant wishes until the rows are here; how many it took."""
    for count in range(200):
        wish = rows.wish(first, last)
        if wish is None:
            return count
        rows.take(wish.read(store))
    raise AssertionError("the rows never came")


@given(st.lists(st.integers(0, 2**128 - 1), unique=True, max_size=40))
def test_packed_ids_are_the_ids(numbers: list[int]) -> None:
    ids = [f"{number:032x}" for number in numbers]
    packed = RunIds(ids)
    assert list(packed) == ids
    assert len(packed) == len(ids)
    assert [packed.find(run_id) for run_id in ids] == list(range(len(ids)))
    assert packed.find("no such id") is None
    assert packed.find("f" * 31 + "0" if "f" * 31 + "0" not in ids else "e" * 32) is None
    assert packed[1:3] == ids[1:3]
    if ids:
        assert packed[-1] == ids[-1]


def test_ids_of_another_form_are_kept_as_they_are() -> None:
    ids = ["my-run", "A" * 32, "0" * 32]
    odd = RunIds(ids)
    assert list(odd) == ids
    assert odd.find("A" * 32) == 1
    assert odd.find("b") is None
    with pytest.raises(IndexError):
        odd[3]


def test_an_id_is_not_found_across_two_others() -> None:
    ids = ["0" * 31 + "1", "2" + "0" * 31]
    assert RunIds(ids).find("1" + "2" + "0" * 30) is None


@settings(deadline=None, max_examples=40)
@given(
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 420), st.integers(0, 60)), max_size=8),
    st.sampled_from([1_000, 20_000]),
)
def test_whatever_is_looked_at_shows_the_right_runs(indexed, looks, values_kept) -> None:
    store = (IndexedMemoryStore if indexed else MemoryStore)([], sweep(400))
    order = OrderKey(Entity.METRIC, "val/loss", ascending=True)
    query = RunQuery(experiment_ids=("1",), order=(order,))
    expected = store.answer(query)
    rows = RunRows(query, values_kept=values_kept)
    show(rows, store, 0, 40)
    ids = read_ids(store, query)
    if ids is not None:
        rows.take_ids(ids)
    for first, size in looks:
        last = min(first + size, len(rows) - 1)
        show(rows, store, first, last)
        for row in range(first, last + 1):
            assert rows.run_at(row) == expected[row]
            assert rows.row_of(expected[row].run_id) == row
    assert sum(10 + len(run.params) for run in rows.loaded) < values_kept + 4 * PAGE * 30


def test_a_store_that_knows_all_ids_is_never_read_on() -> None:
    store = world(400)
    rows = RunRows(QUERY)
    show(rows, store, 0, 20)
    assert rows.total is None
    rows.take_ids(RunIds(store.run_ids(QUERY)))
    assert rows.total == 400
    store.asked.clear()
    show(rows, store, 380, 399)
    assert rows.run_at(399) == store.answer(QUERY)[399]
    assert store.asked == ["runs"]


def test_neighbours_are_read_along_so_that_a_page_on_is_here_already() -> None:
    store = world(400)
    rows = RunRows(QUERY)
    show(rows, store, 0, 20)
    rows.take_ids(RunIds(store.run_ids(QUERY)))
    show(rows, store, 200, 230)
    assert rows.run_at(250) is not None
    assert rows.run_at(180) is not None


def test_without_the_talent_the_total_is_unknown_until_the_end() -> None:
    store = world(130, indexed=False)
    assert not isinstance(store, RunIndex)
    rows = RunRows(QUERY)
    rows.take(rows.wish(0, 0).read(store))
    assert (len(rows), rows.total) == (60, None)
    more = rows.wish_for_more()
    assert more is not None
    rows.take(more.read(store))
    assert (len(rows), rows.total) == (130, 130)
    assert rows.wish_for_more() is None


def test_a_run_that_is_gone_is_not_asked_for_again() -> None:
    store = world(100)
    rows = RunRows(QUERY)
    show(rows, store, 0, 20)
    rows.take_ids(RunIds(store.run_ids(QUERY)))
    store.delete(f"{90:032x}")
    show(rows, store, 80, 99)
    assert rows.run_at(90) is None
    assert rows.is_gone(90)
    assert not rows.is_gone(91)
    assert rows.wish(80, 99) is None


def test_newer_readings_replace_runs_and_say_what_changed() -> None:
    store = world(20)
    rows = RunRows(QUERY)
    show(rows, store, 0, 10)
    store.change(f"{1:032x}", status="FINISHED")
    store.delete(f"{2:032x}")
    ids = [f"{at:032x}" for at in (0, 1, 2)]
    changed = rows.update(ids, read_runs(store, ids))
    assert changed == [ids[1], ids[2]]
    run = rows.run_at(1)
    assert run is not None
    assert run.status == "FINISHED"
    assert rows.is_gone(2)


def test_an_empty_answer_is_complete_at_once() -> None:
    rows = RunRows(RunQuery(experiment_ids=("nowhere",)))
    rows.take(rows.wish(0, 0).read(world(5)))
    assert (len(rows), rows.total, rows.begun) == (0, 0, True)
    assert rows.wish(0, 10) is None
    assert rows.run_at(0) is None


def test_runs_are_read_one_by_one_where_the_store_cannot_do_better() -> None:
    store = world(5, indexed=False)
    found = read_runs(store, [f"{3:032x}", "f" * 32, f"{1:032x}"])
    assert [run.run_id for run in found] == [f"{3:032x}", f"{1:032x}"]
    assert count_runs(store, QUERY) is None
    assert count_by_experiment(store) is None
    assert read_ids(store, QUERY) is None


def test_the_best_value_is_that_of_all_runs() -> None:
    store = world(100)
    best = best_value(store, QUERY, OrderKey(Entity.METRIC, "val/loss", ascending=True))
    assert best == pytest.approx(0.2)
    assert best_value(store, QUERY, OrderKey(Entity.METRIC, "nothing", ascending=True)) is None
    nowhere = RunQuery(experiment_ids=())
    assert best_value(store, nowhere, OrderKey(Entity.METRIC, "val/loss")) is None


def test_a_run_whose_nan_stays_nan_is_no_news() -> None:
    def read(value: float, step: int = 1) -> Run:
        point = Metric("loss", value, 5, step)
        return replace(sweep(1)[0], latest={"loss": point, "acc": Metric("acc", 1.0, 5, 1)})

    query = RunQuery()
    rows = RunRows(query)
    rows.take(RunPage(Wish(query), (read(float("nan")),)))
    run_id = read(0.0).run_id
    assert rows.update([run_id], [read(float("nan"))]) == []
    assert rows.update([run_id], [read(float("nan"), step=2)]) == [run_id]
    assert rows.update([run_id], [read(0.5, step=2)]) == [run_id]
    assert rows.update([run_id], [read(0.5, step=2)]) == []
    assert rows.update([run_id], [replace(read(0.5, step=2), status="FAILED")]) == [run_id]
