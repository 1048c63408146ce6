"""`metrics plot --watch`: asks only what is new, moves only what changes, ends as it should."""

from __future__ import annotations

import os
import signal

import pytest
from stories.memory_store import world

from venturi.errors import StoreUnreachable
from venturi.records import Metric

A, B = f"{0:032x}", f"{1:032x}"


@pytest.fixture
def store():
    """Five runs with curves of val/acc and val/loss."""
    return world(5)


@pytest.fixture
def plot(held, store):
    """`metrics plot` on that store."""
    return lambda *args, **how: held(store, "metrics", "plot", *args, **how)


def give(store, run_id, key, pairs):
    points = [Metric(key, value, 1_760_000_000_000 + step, step) for step, value in pairs]
    store.points[run_id, key] = points
    run = next(run for run in store.runs if run.run_id == run_id)
    store.change(run_id, latest={**run.latest, key: points[-1]})


@pytest.fixture
def live(plot, monkeypatch):
    """`metrics plot --watch` on a terminal; what happens meanwhile happens in its pauses."""

    def call(*args, meanwhile=(), **how):
        events = iter(meanwhile)
        monkeypatch.setattr(
            "venturi_tui.cli.plot_watch.pause", lambda _seconds: next(events, lambda: None)()
        )
        return plot(*args, "--watch", terminal=True, **how)

    return call


def log(store, step, value):
    def happen():
        point = Metric("val/acc", value, 1_760_000_000_000 + step, step)
        run = next(run for run in store.runs if run.run_id == B)
        store.points[B, "val/acc"].append(point)
        store.change(B, latest={**run.latest, "val/acc": point})

    return happen


def over(store):
    return lambda: store.change(B, status="FINISHED")


def test_the_live_picture_asks_only_what_is_new(live, store):
    events = [log(store, 201, 0.5), lambda: None, lambda: None, over(store)]
    store.asked.clear()
    answer = live(A, B, "-m", "val/acc", "--color", "never", meanwhile=events)
    assert (answer.code, answer.err) == (0, "")
    asked = [each for each in store.asked if each.startswith("history")]
    assert asked == [
        "history val/acc",
        "history val/acc",
        "history val/acc from 200",
        "history val/acc from 201",
    ]
    assert answer.out.count("\x1b[J") == 3
    assert "calm-finch-01 0.5" in answer.out.split("\x1b[J")[1]


def test_the_live_picture_moves_only_what_changes(live, store):
    first = live(B, "-m", "val/acc", "--color", "never", meanwhile=[over(store)]).out
    lines = first.partition("\x1b[J")[0].splitlines()
    again = first.split("\x1b[J")[1]
    assert again == f"\r\x1b[{len(lines)}A" + "\n" * len(lines)


def test_the_live_picture_waits_for_a_metric_that_is_yet_to_come(live, store):
    events = [lambda: give(store, B, "later", [(1, 0.25)]), over(store)]
    answer = live(B, "-m", "later", "--color", "never", meanwhile=events)
    assert answer.code == 0
    assert "no points yet" in answer.out.partition("\x1b[J")[0]
    assert "0.25" in answer.out.rpartition("\x1b[J")[0]
    over(store)()
    assert live(B, "-m", "nothing").code == 5


def test_an_interrupted_live_picture_leaves_the_terminal_clean(live):
    def interrupt():
        raise KeyboardInterrupt

    answer = live(B, "-m", "val/acc", meanwhile=[interrupt], watched=True)
    assert answer.code == 130
    assert answer.out.endswith("\x1b[J")
    assert "1 run goes on, ctrl+c ends" in answer.err
    assert answer.err.endswith("\r\x1b[K")


def test_a_live_picture_outlasts_a_store_that_is_away(live, store):
    away = StoreUnreachable("nobody answers at memory")
    back = log(store, 201, 0.5)

    def answers():
        store.failure = None
        back()

    events = [lambda: setattr(store, "failure", away), lambda: None, answers, over(store)]
    answer = live(B, "-m", "val/acc", "--color", "never", meanwhile=events, watched=True)
    assert answer.code == 0
    assert answer.err.count("nobody answers at memory") == 2
    assert "calm-finch-01 0.5" in answer.out.split("\x1b[J")[1]


def test_a_live_picture_does_not_wait_for_ever(live, store, monkeypatch):
    times = iter(range(0, 10_000, 250))
    monkeypatch.setattr("venturi_tui.cli.pauses.clock", lambda: next(times))
    store_goes = [lambda: setattr(store, "failure", StoreUnreachable("nobody answers"))]
    answer = live(B, "-m", "val/acc", meanwhile=store_goes)
    assert answer.code == 3
    assert answer.err == "venturi: nobody answers\n"


def test_a_live_picture_on_a_terminal_that_changes_its_size(live, store, monkeypatch):
    wider = [log(store, 201, 0.5), lambda: monkeypatch.setenv("COLUMNS", "60"), over(store)]
    parts = live(B, "-m", "val/acc", "--color", "never", meanwhile=wider).out.split("\x1b[J")
    assert "\x1b[2J\x1b[H" in parts[2]
    assert max(map(len, parts[2].splitlines())) <= 70
    assert max(map(len, parts[1].splitlines())) > 90


@pytest.mark.skipif(not hasattr(signal, "SIGCONT"), reason="no shell stops programs there")
def test_a_live_picture_is_drawn_whole_when_the_shell_brings_it_back(live, store):
    def back():
        os.kill(os.getpid(), signal.SIGCONT)

    before = signal.getsignal(signal.SIGCONT)
    events = [log(store, 201, 0.5), back, over(store)]
    parts = live(B, "-m", "val/acc", "--color", "never", meanwhile=events).out.split("\x1b[J")
    assert parts[2].startswith("\x1b[2J\x1b[H")
    assert len(parts[2].splitlines()) == len(parts[0].splitlines())
    assert "calm-finch-01 0.5" in parts[2]
    assert parts[3].startswith("\r\x1b[")
    assert signal.getsignal(signal.SIGCONT) == before


def test_a_live_grid_takes_up_metrics_that_appear_later(live, store):
    events = [lambda: give(store, B, "later", [(1, 0.25), (2, 0.5)]), over(store)]
    args = (B, "--grid", "--size", "120x60", "--color", "never")
    parts = live(*args, meanwhile=events).out.split("\x1b[J")
    assert ["later" in part for part in parts[:2]] == [False, True]
    assert "later" not in live(B, "--grid", "-m", "val/acc", "--size", "120x60").out


def test_a_live_grid_waits_for_the_first_metric(live, store):
    store.change(B, latest={})
    store.points = {place: points for place, points in store.points.items() if place[0] != B}
    events = [lambda: give(store, B, "later", [(1, 0.25), (2, 0.5)]), over(store)]
    answer = live(B, "--grid", "--color", "never", meanwhile=events)
    assert answer.code == 0
    assert "no points yet" in answer.out.partition("\x1b[J")[0]
    assert "later" in answer.out
