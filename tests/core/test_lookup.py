"""Names: what a word means in a store, on SQLite and through a real server."""

from __future__ import annotations

import pytest

from venturi.errors import AmbiguousName, NotFound, UsageError
from venturi.lookup import find_experiment, find_run, find_runs
from venturi.records import Experiment, Lifecycle, Page, Run, View
from venturi.stores import open_tracking
from venturi.stores.base import ExperimentQuery, RunQuery, StoreInfo


@pytest.fixture(scope="module", params=["sqlite", "server"])
def store(request):
    fixture = "mlflow_sqlite_uri" if request.param == "sqlite" else "mlflow_server"
    opened = open_tracking(request.getfixturevalue(fixture))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def runs(store):
    return list(store.search_runs(RunQuery(view=View.ALL), limit=1000))


@pytest.fixture(scope="module")
def experiments(store):
    return list(store.search_experiments(ExperimentQuery(view=View.ALL), limit=1000))


def test_every_experiment_by_name_and_by_id(store, experiments):
    for experiment in experiments:
        assert find_experiment(store, experiment.experiment_id) == experiment
        assert find_experiment(store, experiment.name) == experiment


def test_an_unknown_experiment_offers_near_names(store):
    with pytest.raises(NotFound) as caught:
        find_experiment(store, "secnd")
    assert caught.value.hint == "did you mean 'second'?"
    with pytest.raises(NotFound) as caught:
        find_experiment(store, "zzzzzzzz")
    assert "venturi experiments list" in caught.value.hint


def test_every_run_by_id_and_by_the_beginning_of_its_id(store, runs):
    for run in runs[:12]:
        assert find_run(store, run.run_id).run_id == run.run_id
        assert find_run(store, run.run_id[:12]).run_id == run.run_id


def test_every_name_is_one_run_or_lists_the_candidates(store, runs):
    for name in {run.run_name for run in runs}:
        same = [run for run in runs if run.run_name == name]
        active = [run for run in same if run.lifecycle_stage is Lifecycle.ACTIVE] or same
        if len(active) == 1:
            assert find_run(store, name).run_id == active[0].run_id
        else:
            with pytest.raises(AmbiguousName) as caught:
                find_run(store, name)
            listed = {line.split()[0] for line in caught.value.candidates}
            assert listed <= {run.run_id for run in active}
            assert len(listed) == min(len(active), 12)


def test_a_name_may_be_unique_in_an_experiment_only(store, runs, experiments):
    found = 0
    for experiment in experiments:
        here = [run for run in runs if run.experiment_id == experiment.experiment_id]
        for name in {run.run_name for run in here}:
            if [run.run_name for run in here].count(name) == 1:
                run = find_run(store, name, [experiment.experiment_id])
                assert (run.run_name, run.experiment_id) == (name, experiment.experiment_id)
                found += 1
    assert found


def test_runs_in_the_order_asked_for_also_twice(store, runs):
    words = [runs[3].run_id, runs[0].run_id[:16], runs[3].run_id, "curve"]
    found = find_runs(store, words)
    assert [run.run_id for run in found[:3]] == [runs[3].run_id, runs[0].run_id, runs[3].run_id]
    assert found[3].run_name == "curve"


def test_one_unknown_among_whole_ids(store, runs):
    with pytest.raises(NotFound, match="0000000000000000"):
        find_runs(store, [runs[0].run_id, runs[1].run_id, "0" * 32])


def test_an_unknown_run(store):
    with pytest.raises(NotFound) as caught:
        find_run(store, "curv")
    assert caught.value.hint == "did you mean 'curve'?"
    with pytest.raises(NotFound) as caught:
        find_run(store, "abc")
    assert "needs 4 characters" in caught.value.hint
    with pytest.raises(UsageError):
        find_run(store, "")


def test_odd_words_are_only_not_found(store):
    for word in ("%", "____", "a%b", "o'brie", 'say "hi"', "../x", "\x1b[2J", "x" * 400, "é" * 5):
        with pytest.raises(NotFound):
            find_run(store, word)


class Shelf:
    """A store of a few runs that answers LIKE with more than was meant, as `_` does."""

    info = StoreInfo("sqlite", "shelf")

    def __init__(self, *runs):
        self.runs = {run.run_id: run for run in runs}

    def get_run(self, run_id):
        if run_id not in self.runs:
            raise NotFound(run_id)
        return self.runs[run_id]

    def get_experiment(self, experiment_id):
        return Experiment(experiment_id, f"name of {experiment_id}", Lifecycle.ACTIVE)

    def search_runs(self, query, *, limit, token=None):
        start = int(token or 0)
        key = query.filter.key if query.filter else ""
        held = [
            run
            for run in self.runs.values()
            if (key != "run_name" or run.run_name == query.filter.value)
            and (query.view is View.ALL or run.lifecycle_stage.value == query.view.value)
        ]
        stop = start + min(limit, 2)
        return Page(tuple(held[start:stop]), str(stop) if stop < len(held) else None)


def shelf_run(run_id, name, stage=Lifecycle.ACTIVE):
    return Run(run_id, name, "7", "FINISHED", 1, 2, stage)


def test_an_underscore_means_itself():
    store = Shelf(shelf_run("axbc1", "p"), shelf_run("a_bc1", "q"), shelf_run("a_bd1", "r"))
    assert find_run(store, "a_bc").run_id == "a_bc1"


def test_a_whole_id_wins_over_longer_ids_and_names():
    store = Shelf(shelf_run("abcd", "p"), shelf_run("abcde", "abcd"))
    assert find_run(store, "abcd").run_id == "abcd"


def test_a_beginning_and_a_name_of_different_runs_is_ambiguous():
    store = Shelf(shelf_run("abcdef", "p"), shelf_run("123456", "abcd"))
    with pytest.raises(AmbiguousName) as caught:
        find_run(store, "abcd")
    assert caught.value.candidates == (
        "abcdef  p  name of 7",
        "123456  abcd  name of 7",
    )


def test_a_beginning_and_a_name_of_one_run_is_that_run():
    assert find_run(Shelf(shelf_run("abcdef", "abcd")), "abcd").run_id == "abcdef"


def test_names_of_deleted_runs_count_last():
    gone = shelf_run("2" * 8, "x", Lifecycle.DELETED)
    assert find_run(Shelf(gone, shelf_run("1" * 8, "x")), "x").run_id == "1" * 8
    assert find_run(Shelf(gone), "x") == gone


def test_many_candidates_are_cut_and_say_so():
    store = Shelf(*(shelf_run(f"abcd{place:04}", "same") for place in range(40)))
    with pytest.raises(AmbiguousName) as caught:
        find_run(store, "same")
    assert len(caught.value.candidates) == 12
    assert caught.value.message == "'same' fits 12 or more runs"


class Labels:
    """A store of two experiments, one called like the id of the other."""

    info = StoreInfo("sqlite", "labels")

    def __init__(self):
        self.by_id = {"1": Experiment("1", "2", Lifecycle.ACTIVE)}
        self.by_id["2"] = Experiment("2", "other", Lifecycle.ACTIVE)

    def get_experiment(self, experiment_id):
        if experiment_id not in self.by_id:
            raise NotFound(experiment_id)
        return self.by_id[experiment_id]

    def get_experiment_by_name(self, name):
        for experiment in self.by_id.values():
            if experiment.name == name:
                return experiment
        raise NotFound(name)


def test_an_id_wins_over_a_name_of_digits():
    assert find_experiment(Labels(), "2").experiment_id == "2"
    assert find_experiment(Labels(), "other").experiment_id == "2"
    store = Labels()
    store.by_id["1"] = Experiment("1", "77", Lifecycle.ACTIVE)
    assert find_experiment(store, "77").experiment_id == "1"
