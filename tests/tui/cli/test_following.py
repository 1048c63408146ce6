"""`metrics tail` and `wait`: new points as they come, conditions that come true, how they end."""

from __future__ import annotations

import json

import pytest
from stories.memory_store import world

from venturi.connection import Connection
from venturi.errors import NotFound, StoreUnreachable
from venturi.records import Lifecycle, Metric
from venturi.settings import Place


@pytest.fixture
def store():
    """A store in memory; its second run is running and has logged one point."""
    store = world(5)
    log(store, Metric("loss", 0.5, 1000, 1))
    return store


def log(store, point):
    """Log a point of the running run, as a training script would."""
    run = store.runs[1]
    store.points.setdefault((run.run_id, point.key), []).append(point)
    store.change(run.run_id, latest={**run.latest, point.key: point})


@pytest.fixture
def at(venturi, store, monkeypatch):
    """The command on that store; what is to happen meanwhile happens in its pauses."""
    place = Place("memory", "a test")
    monkeypatch.setattr("venturi.connection.connect", lambda *_, **__: Connection(place, store))

    def call(*args, meanwhile=(), **how):
        events = iter(meanwhile)
        times = [0.0]

        def pause(seconds):
            times[0] += seconds
            next(events, lambda: None)()

        for module in ("tailing", "waiting"):
            monkeypatch.setattr(f"venturi_tui.cli.{module}.pause", pause)
        monkeypatch.setattr("venturi_tui.cli.waiting.clock", lambda: times[0])
        return venturi("-s", "memory", *args, **how)

    return call


def over(store, **changes):
    return lambda: store.change(store.runs[1].run_id, **(changes or {"status": "FINISHED"}))


def new(store, *points):
    def log_them():
        for point in points:
            log(store, point)

    return log_them


RUN = f"{1:032x}"


def test_points_come_as_json_lines_until_the_run_is_over(at, store):
    events = [
        new(store, Metric("loss", 0.4, 2000, 2), Metric("loss", float("nan"), 2001, 2)),
        lambda: None,
        new(store, Metric("loss", 0.3, 2002, 2)),
        over(store),
    ]
    answer = at("metrics", "tail", RUN, "-m", "loss", meanwhile=events)
    assert (answer.code, answer.err) == (0, "")
    points = [json.loads(line) for line in answer.out.splitlines()]
    assert [(one["step"], one["value"]) for one in points] == [
        (1, 0.5),
        (2, 0.4),
        (2, "NaN"),
        (2, 0.3),
    ]
    assert list(points[0]) == ["run_id", "key", "step", "timestamp", "value"]


def test_every_metric_and_no_earlier_point(at, store):
    events = [new(store, Metric("new", 1.0, 9_000_000_000_000, 5)), over(store)]
    answer = at("metrics", "tail", RUN, "--lines", "0", meanwhile=events)
    assert [json.loads(line)["key"] for line in answer.out.splitlines()] == ["new"]


def test_lines_for_a_person_and_rows_for_a_program(at, store):
    over(store)()
    plain = at("metrics", "tail", RUN, "-m", "loss", terminal=True)
    assert plain.out == "1970-01-01 00:00:01  loss  step 1  0.5\n"
    rows = at("metrics", "tail", RUN, "-m", "loss", "-o", "csv")
    assert rows.out == f"run_id,key,step,timestamp,value\n{RUN},loss,1,1000,0.5\n"


def test_an_interrupted_tail(at, store):
    def interrupt():
        raise KeyboardInterrupt

    answer = at("metrics", "tail", RUN, "-m", "loss", meanwhile=[interrupt])
    assert (answer.code, len(answer.out.splitlines())) == (130, 1)


def test_a_tail_outlasts_a_store_that_is_away(at, store):
    def goes():
        log(store, Metric("loss", 0.4, 2000, 2))
        log(store, Metric("other", 0.4, 2000, 2))
        calls = iter([False, True, False])
        history = type(store).metric_history

        def fails_once(run_id, key, *, from_step=None):
            if next(calls, False):
                raise StoreUnreachable("nobody answers at memory")
            return history(store, run_id, key, from_step=from_step)

        store.metric_history = fails_once

    answer = at("metrics", "tail", RUN, "-m", "loss", "-m", "other",
                meanwhile=[goes, lambda: None, over(store)])  # fmt: skip
    assert answer.code == 0
    assert answer.err.splitlines() == [
        "nobody answers at memory; asked again for 10 minutes",
        "it answers again",
    ]
    points = [json.loads(line) for line in answer.out.splitlines()]
    assert [(one["key"], one["step"]) for one in points] == [("loss", 1), ("loss", 2), ("other", 2)]


def test_a_condition_that_comes_true(at, store):
    events = [new(store, Metric("loss", 0.1, 2, 2))]
    answer = at("wait", RUN, "metrics.loss < 0.2", meanwhile=events)
    assert (answer.code, answer.out) == (0, f"{RUN}\n")
    assert "the condition holds, after 5s" in answer.err
    record = at("wait", RUN, "metrics.loss < 0.2", "-o", "json", "-q")
    assert (json.loads(record.out)["run_id"], record.err) == (RUN, "")


def test_a_condition_that_does_not_come_in_time(at):
    answer = at("wait", RUN, "status = 'FINISHED'", "--timeout", "1m", "--every", "25s")
    assert (answer.code, answer.out) == (124, "")
    assert "time is up" in answer.err


def test_a_condition_that_cannot_come_any_more(at, store):
    events = [over(store, status="FAILED")]
    answer = at("wait", RUN, "status = 'FINISHED'", meanwhile=events)
    assert (answer.code, answer.out) == (1, "")
    assert "it is FAILED" in answer.err
    gone = at("wait", RUN, "metrics.loss < 0")
    assert gone.code == 1


def test_a_deleted_run_and_one_that_is_gone(at, store):
    deleted = over(store, lifecycle_stage=Lifecycle.DELETED)
    answer = at("wait", RUN, "status = 'FINISHED'", meanwhile=[deleted])
    assert (answer.code, "it is deleted" in answer.err) == (1, True)

    def refuse(*_):
        raise NotFound("no run")

    store.change(RUN, lifecycle_stage=Lifecycle.ACTIVE)
    events = [lambda: setattr(store, "get_run", refuse)]
    assert at("wait", RUN, "status = 'FINISHED'", meanwhile=events).code == 5


@pytest.mark.parametrize(
    "words",
    [
        ["wait", RUN, ""],
        ["wait", RUN, "metrics.loss <"],
        ["wait", RUN, "status = 'A'", "--every", "often"],
        ["wait", RUN, "status = 'A'", "--timeout", "-"],
        ["wait", RUN],
        ["metrics", "tail", RUN, "--every", "x"],
        ["metrics", "tail"],
    ],
    ids=lambda words: " ".join(words[:1] + words[2:]),
)
def test_what_cannot_be_meant(at, words):
    answer = at(*words)
    assert (answer.code, answer.out) == (2, "")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5s", 5),
        ("500ms", 0.5),
        ("2h", 7200),
        ("1h 30m", 5400),
        ("3", 3),
        ("0.5", 0.5),
        ("2 min", 120),
    ],
)
def test_lengths_of_time(text, seconds):
    from venturi_tui.cli.pauses import seconds_of

    assert seconds_of("--every", text) == seconds


def test_points_of_a_real_run_are_followed_from_another_process(venturi, there, monkeypatch):
    experiment = f"tail-{there.kind}"
    there("experiments", "create", experiment)
    run = there("runs", "create", "-e", experiment).out.strip()
    steps = iter(range(100))

    def go_on(_seconds):
        step = next(steps)
        if step < 4:
            there.mlflow.log_metric(run, "loss", step / 10, step=step // 2)
        else:
            there.mlflow.update_run(run, status="FINISHED")

    monkeypatch.setattr("venturi_tui.cli.tailing.pause", go_on)
    answer = there("metrics", "tail", run)
    points = [json.loads(line) for line in answer.out.splitlines()]
    assert [(one["step"], one["value"]) for one in points] == [
        (0, 0.0),
        (0, 0.1),
        (1, 0.2),
        (1, 0.3),
    ]
    held = there("wait", run, "status = 'FINISHED' and metrics.loss > 0.2")
    assert (held.code, held.out) == (0, f"{run}\n")
