"""Runs that begin are seen once each, wherever they are kept, and looking costs what is new."""

from __future__ import annotations

from pathlib import Path

import pytest
from stories.memory_writer import writable

from venturi.stores import create_store, open_tracking
from venturi.stores.writing import NewRun
from venturi.watching.arrivals import Arrivals

START = 1_790_000_000_000


@pytest.fixture(params=["sqlite", "files"])
def store(request: pytest.FixtureRequest, tmp_path: Path):
    uri = f"sqlite:///{tmp_path}/mlflow.db" if request.param == "sqlite" else str(tmp_path / "runs")
    create_store(uri)
    opened = open_tracking(uri)
    yield opened
    opened.close()


def begin(store, experiment: str, name: str, start: int) -> str:
    return store.create_run(NewRun(experiment, name, start_time=start)).run_id


def test_each_run_that_begins_is_seen_once(store) -> None:
    one, two = (store.create_experiment(name) for name in ("one", "two"))
    begin(store, one, "before", START)
    arrivals = Arrivals(store, None)
    assert arrivals.look() == ()
    assert arrivals.look() == ()
    first = begin(store, one, "first", START + 5)
    second = begin(store, two, "second", START + 9)
    assert [run.run_id for run in arrivals.look()] == [second, first]
    assert arrivals.look() == ()
    late = begin(store, two, "by a slow clock", START - 20_000)
    assert [run.run_id for run in arrivals.look()] == [late]


def test_only_the_experiments_that_are_asked_for(store) -> None:
    one, two = (store.create_experiment(name) for name in ("one", "two"))
    arrivals = Arrivals(store, (one,))
    assert arrivals.look() == ()
    begin(store, two, "elsewhere", START)
    here = begin(store, one, "here", START)
    assert [run.run_id for run in arrivals.look()] == [here]


def test_a_store_that_nobody_writes_to_is_not_asked(store, monkeypatch) -> None:
    experiment = store.create_experiment("one")
    begin(store, experiment, "before", START)
    arrivals = Arrivals(store, None)
    arrivals.look()
    asked = []
    real = store.search_runs
    monkeypatch.setattr(
        store, "search_runs", lambda *given, **more: asked.append(given) or real(*given, **more)
    )
    assert arrivals.look() == ()
    assert asked == []
    begin(store, experiment, "new", START + 1)
    assert len(arrivals.look()) == 1
    assert len(asked) == 1


def test_other_stores_are_asked_for_what_began_lately() -> None:
    store = writable(40)
    arrivals = Arrivals(store, None)
    arrivals.look()
    store.asked.clear()
    assert arrivals.look() == ()
    assert store.asked == ["search"]
    newest = max(run.start_time or 0 for run in store.runs)
    made = store.create_run(NewRun("1", "new", start_time=newest + 1))
    assert arrivals.look() == (made,)


def test_an_empty_store_gets_its_first_run() -> None:
    store = writable(0)
    store.runs.clear()
    arrivals = Arrivals(store, None)
    assert arrivals.look() == ()
    made = store.create_run(NewRun("1", "new", start_time=START))
    assert arrivals.look() == (made,)
