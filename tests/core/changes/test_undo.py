"""Any writes, taken back one after another, leave a store as it was; what others changed stays."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stories.memory_store import world

from venturi.changes import Change
from venturi.changes.backwards import backwards, can_be_undone, reversed_change
from venturi.changes.carrying_out import Written, carry_out
from venturi.changes.experiments import (
    deleted_experiment,
    renamed_experiment,
    restored_experiment,
    tagged_experiment,
    untagged_experiment,
)
from venturi.changes.runs import (
    deleted_run,
    finished_run,
    renamed_run,
    restored_run,
    tagged_run,
    untagged_run,
)
from venturi.changes.undo import Deed, Deeds, deed_of, way_back
from venturi.errors import Conflict, InvalidInput, StoreUnreachable
from venturi.records import RunStatus
from venturi.stores import create_store, open_tracking
from venturi.stores.writing import Batch, NewRun

NOW = 1_790_000_000_000


class Place:
    """A store with two experiments of two runs each, and what is wished of it."""

    def __init__(self, uri: str) -> None:
        create_store(uri)
        self.store = open_tracking(uri)
        self.begin()

    def begin(self) -> None:
        """Make experiments and runs that nobody has written to."""
        self.deeds = Deeds()
        names = [f"{word} {time.monotonic_ns()}" for word in ("one", "two")]
        self.experiments = [self.store.create_experiment(name) for name in names]
        self.runs = [
            self.store.create_run(NewRun(each, f"{number}", start_time=NOW)).run_id
            for each in self.experiments
            for number in (1, 2)
        ]

    def state(self):
        """Everything that can be seen, but when an experiment was last changed."""
        found = [self.store.get_experiment(each) for each in self.experiments]
        return (
            [self.store.get_run(each) for each in self.runs],
            [replace(each, last_update_time=None) for each in found],
        )

    def wish(self, plan) -> None:
        deed = deed_of("a wish", self.store, plan.changes)
        if carry_out(self.store, [plan]).plans:
            self.deeds.note(deed)

    def undo(self) -> None:
        self.deeds.took_back(self._written(self.deeds.to_undo))

    def redo(self) -> None:
        self.deeds.wrote_again(self._written(self.deeds.to_redo))

    def _written(self, deed: Deed):
        done = carry_out(self.store, way_back(self.store, deed).plans)
        assert done.failure is None
        return done.changes


@pytest.fixture(scope="module", params=["sqlite", "files"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("undo")
    uri = f"sqlite:///{folder}/mlflow.db" if request.param == "sqlite" else str(folder / "mlruns")
    opened = Place(uri)
    yield opened
    opened.store.close()


RUN_WISHES = {
    "tag": lambda run, word: tagged_run(run, {f"key{len(word) % 2}": word, "mlflow.note": word}),
    "untag": lambda run, _: untagged_run(run, ["key0", "key1"]),
    "rename": lambda run, word: renamed_run(run, word or "plain"),
    "delete": lambda run, _: deleted_run(run),
    "restore": lambda run, _: restored_run(run),
    "finish": lambda run, word: finished_run(run, RunStatus.FAILED, None, NOW + len(word)),
    "kill": lambda run, word: finished_run(run, RunStatus.KILLED, NOW + 9, NOW),
}


def _experiment_wishes(place: Place):
    return {
        "tag": lambda one, word: tagged_experiment(one, {f"key{len(word) % 2}": word}),
        "untag": lambda one, _: untagged_experiment(one, ["key0", "key1"]),
        "rename": lambda one, word: renamed_experiment(place.store, one, f"{word} renamed"),
        "delete": lambda one, _: deleted_experiment(one),
        "restore": lambda one, _: restored_experiment(one),
    }


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=6)
ASKED = st.one_of(
    st.tuples(st.just("run"), st.sampled_from(sorted(RUN_WISHES)), st.integers(0, 3), WORDS),
    st.tuples(
        st.just("experiment"),
        st.sampled_from(["delete", "rename", "restore", "tag", "untag"]),
        st.integers(0, 1),
        WORDS,
    ),
)
"""What is wished of which run or experiment, with a word in it."""


def _wish(place: Place, kind: str, action: str, at: int, word: str) -> None:
    """A wish, when the store takes it as things are."""
    try:
        if kind == "run":
            place.wish(RUN_WISHES[action](place.store.get_run(place.runs[at]), word))
        else:
            held = place.store.get_experiment(place.experiments[at])
            place.wish(_experiment_wishes(place)[action](held, word))
    except (InvalidInput, Conflict):
        return


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(asked=st.lists(ASKED, max_size=8))
def test_writes_that_are_all_undone_leave_what_was_there(place: Place, asked) -> None:
    place.begin()
    first = place.state()
    for one in asked:
        _wish(place, *one)
    last = place.state()
    undone = 0
    while place.deeds.to_undo is not None:
        place.undo()
        undone += 1
    assert place.state() == first
    while place.deeds.to_redo is not None:
        place.redo()
    assert place.state() == last
    for _ in range(undone):
        place.undo()
    assert place.state() == first


# What there is no way back from, or none any more


RUN = world(2).runs[0]


def test_params_and_points_have_no_way_back() -> None:
    for action in ("param", "metric"):
        assert not can_be_undone(Change("run", action, "1", "one", "lr", None, "1"))
    assert not can_be_undone(Change("run", "create", "", "one"))
    assert not can_be_undone(Change("run", "rename", "1", "", "run_name", "", "one"))
    assert not can_be_undone(Change("run", "finish", "1", "one", "status", "ODD", "FAILED"))
    deeds = Deeds()
    deeds.note(Deed("log", (Change("run", "param", "1", "one", "lr", None, "1"),)))
    assert deeds.to_undo is None


def test_the_way_back_of_the_way_back_is_the_way_there() -> None:
    changes = (
        *tagged_run(RUN, {"team": "nlp", "new": "yes"}).changes,
        *untagged_run(RUN, ["team"]).changes,
        *renamed_run(RUN, "other").changes,
        *finished_run(RUN, RunStatus.KILLED, None, NOW).changes,
        *deleted_run(RUN).changes,
    )
    assert backwards(backwards(changes)) == changes


def test_a_new_experiment_goes_into_the_trash_and_comes_back() -> None:
    made = Change("experiment", "create", "7", "new")
    gone = reversed_change(made)
    assert (gone.action, gone.before, gone.after) == ("delete", "active", "deleted")
    assert reversed_change(gone).action == "restore"


@pytest.fixture
def spoiled(place: Place) -> Place:
    """A place in which a tag was set, as a deed that can be undone."""
    place.begin()
    _wish(place, "run", "tag", 0, "mine")
    return place


def test_what_somebody_changed_since_is_left_alone(spoiled: Place) -> None:
    spoiled.store.log_batch(spoiled.runs[0], tagged_batch(key0="theirs"))
    with pytest.raises(Conflict, match="changed by somebody since: its tag key0 is 'theirs'"):
        spoiled.undo()
    assert spoiled.store.get_run(spoiled.runs[0]).tags["key0"] == "theirs"
    assert spoiled.deeds.to_undo is not None


def tagged_batch(**tags: str):
    return Batch(tags=tags)


def test_what_is_gone_for_good_is_said_by_name() -> None:
    store = world(2)
    deed = Deed("tag it", tagged_run(store.runs[0], {"team": "nlp"}).changes)
    name = store.runs[0].run_name
    store.delete(store.runs[0].run_id)
    with pytest.raises(Conflict, match=f"the run {name} is gone"):
        way_back(store, deed)


def test_an_end_time_stays_where_a_store_cannot_take_it_away() -> None:
    store = world(2)
    run = replace(store.runs[0], status="RUNNING", end_time=None)
    deed = Deed("finish", finished_run(run, RunStatus.FAILED, None, NOW).changes)
    store.change(run.run_id, status="FAILED", end_time=NOW)
    back = way_back(store, deed)
    assert [one.action for one in back.stays] == ["end"]
    assert [one.action for plan in back.plans for one in plan.changes] == ["finish"]


# Many at once


class Writer:
    """Takes so many deletions."""

    def __init__(self, most: int) -> None:
        self.most, self.gone = most, list[str]()

    def delete_run(self, run_id: str) -> None:
        if len(self.gone) == self.most:
            raise StoreUnreachable("the line is cut")
        self.gone.append(run_id)


def _deleted(most: int) -> tuple[Written, list[int], tuple[str, ...]]:
    runs, told = world(4).runs[:4], list[int]()
    plans = [deleted_run(run) for run in runs]
    written = carry_out(Writer(most), plans, told.append)
    return written, told, tuple(plan.identity for plan in plans)


def test_it_stops_at_the_first_failure_and_says_how_far_it_came() -> None:
    written, told, ids = _deleted(2)
    assert str(written.failure) == "the line is cut"
    assert tuple(one.target for one in written.changes) == ids[:2]
    assert told == [1, 2]
    assert _deleted(9)[0].failure is None


def test_what_was_undone_in_part_is_undone_in_two_goes() -> None:
    written, _, ids = _deleted(4)
    deeds = Deeds()
    deeds.note(Deed("delete 4 runs", written.changes))
    half = backwards(written.changes)[:2]
    deeds.took_back(half)
    assert [one.target for one in deeds.to_undo.changes] == list(ids[:2])
    assert deeds.to_redo.changes == half
    deeds.took_back(backwards(deeds.to_undo.changes))
    assert deeds.to_undo is None
    deeds.note(Deed("something else", written.changes[:1]))
    assert deeds.to_redo is None
    assert deeds.further == ()
