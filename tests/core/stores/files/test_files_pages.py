"""Pages fit together though the store changes between them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from worlds.folders import START, write_experiment, write_run

from venturi.errors import InvalidInput
from venturi.filters.order import parse_orders
from venturi.records import View
from venturi.stores.base import ExperimentQuery, RunQuery, StoreOptions
from venturi.stores.files import FileStore, open_files

ALL = RunQuery()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    experiment = write_experiment(tmp_path / "mlruns")
    for number in range(10):
        add(experiment, number)
    return tmp_path / "mlruns"


def add(experiment: Path, number: int) -> None:
    write_run(experiment, f"r{number}", changes={"start_time": str(START + number)})


def opened(root: Path) -> FileStore:
    return open_files(str(root), StoreOptions())


def ids(store: FileStore, limit: int, token: str | None) -> tuple[list[str], str | None]:
    page = store.search_runs(ALL, limit=limit, token=token)
    return [run.run_id for run in page], page.next_token


def test_new_runs_move_no_page(root: Path) -> None:
    store = opened(root)
    first, token = ids(store, 4, None)
    add(root / "1", 11)
    second, token = ids(store, 4, token)
    third, token = ids(store, 4, token)
    assert first + second + third == [f"r{number}" for number in range(9, -1, -1)]
    assert token is None
    assert ids(store, 1, None)[0] == ["r11"]


def test_runs_that_go_leave_no_gap(root: Path) -> None:
    store = opened(root)
    first, token = ids(store, 3, None)
    for number in (5, 6, 4):
        shutil.rmtree(root / "1" / f"r{number}")
    second, token = ids(store, 3, token)
    assert (first, second) == (["r9", "r8", "r7"], ["r3", "r2", "r1"])
    assert ids(store, 3, token) == (["r0"], None)


def test_the_last_full_page_has_no_token(root: Path) -> None:
    store = opened(root)
    _, token = ids(store, 5, None)
    assert ids(store, 5, token)[1] is None


def test_a_token_outlives_its_answer(root: Path) -> None:
    """The store may have been opened anew, or have answered much else since."""
    store = opened(root)
    _, token = ids(store, 4, None)
    assert ids(opened(root), 3, token)[0] == ["r5", "r4", "r3"]
    store.close()
    assert ids(store, 3, token)[0] == ["r5", "r4", "r3"]
    for _ in range(20):
        ids(store, 4, None)
    assert ids(store, 3, token)[0] == ["r5", "r4", "r3"]


@pytest.mark.parametrize("token", ["", "x", "1.2", "....", "a.b.c", "00000000.ab.1", "é.1.²"])
def test_a_token_of_something_else_is_refused(root: Path, token: str) -> None:
    store = opened(root)
    if token == "":
        assert len(store.search_runs(ALL, limit=9, token=token)) == 9
        return
    with pytest.raises(InvalidInput, match="token"):
        store.search_runs(ALL, limit=9, token=token)


def test_a_token_belongs_to_its_question(root: Path) -> None:
    store = opened(root)
    _, token = ids(store, 4, None)
    others = (RunQuery(view=View.ALL), RunQuery(order=parse_orders(["run_id"])))
    for other in others:
        with pytest.raises(InvalidInput):
            store.search_runs(other, limit=4, token=token)
    with pytest.raises(InvalidInput):
        store.search_experiments(ExperimentQuery(), limit=4, token=token)
