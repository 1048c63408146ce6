"""How fast runs go and how long they have been silent, by the points they logged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stories.memory_store import START, world

from venturi.records import Metric
from venturi.watching.health import (
    Health,
    Pulse,
    busiest_metric,
    last_heard,
    read_pulse,
    signs_of,
)
from venturi.watching.pace import pace_of, totals_of, usual_gap_ms

HOUR = 3_600_000
RUN = replace(
    world(1).runs[0], status="RUNNING", end_time=None, start_time=START, params={}, tags={}
)


def points(*steps: int, every_ms: int = 1000, key: str = "loss") -> list[Metric]:
    """A point for each step, so many milliseconds apart."""
    return [Metric(key, 1.0, START + at * every_ms, step) for at, step in enumerate(steps)]


# Pace


def test_the_pace_is_that_of_the_last_points() -> None:
    slow = points(*range(30), every_ms=1000)
    fast = [Metric("loss", 1.0, slow[-1].timestamp + at * 250, 30 + at) for at in range(1, 30)]
    pace = pace_of(RUN, [*slow, *fast], fast[-1].timestamp)
    assert pace is not None
    assert pace.per_s == pytest.approx(4.0)
    assert pace.step == 59
    assert pace.total is pace.eta_ms is None


@pytest.mark.parametrize(
    "held",
    [
        [],
        points(5),
        points(7, 7, 7),
        points(3, 4, every_ms=0),
        points(9, 3),
    ],
)
def test_points_that_tell_nothing(held: list[Metric]) -> None:
    assert pace_of(RUN, held, START) is None


def _eta(
    params: dict[str, str], held: list[Metric], **more: Metric
) -> tuple[str | None, int | None]:
    run = replace(RUN, params=params, latest=dict(more.items()))
    pace = pace_of(run, held, held[-1].timestamp)
    assert pace is not None
    return (None if pace.total is None else pace.total.key), pace.eta_ms


def test_the_end_is_told_by_the_param_that_says_how_many_steps_there_are() -> None:
    held = points(*range(0, 110, 10))
    assert _eta({"max_steps": "200", "epochs": "3"}, held) == ("max_steps", 10_000)
    assert _eta({"trainer/max_steps": "1e3"}, held) == ("trainer/max_steps", 90_000)
    assert _eta({"hp.n_iter": "100"}, held) == ("hp.n_iter", 0)


def test_what_is_no_end_is_passed_over() -> None:
    held = points(*range(0, 110, 10))
    assert _eta({"max_steps": "-1", "total_steps": "150"}, held) == ("total_steps", 5000)
    for value in ("many", "", "0", "nan", "inf", "1_000", "50"):  # 50: it is past that already
        assert _eta({"max_steps": value}, held) == (None, None), value


def test_epochs_are_counted_by_the_metric_of_that_name() -> None:
    held = points(*range(0, 110, 10))
    epoch = Metric("epoch", 2.5, START, 100)
    assert _eta({"num_train_epochs": "10"}, held, epoch=epoch) == ("num_train_epochs", 30_000)
    begun = Metric("epoch", 0.0, START, 100)
    assert _eta({"epochs": "10"}, held, epoch=begun) == (None, None)


def test_steps_may_be_epochs() -> None:
    assert _eta({"epochs": "10"}, points(1, 2, 3, 4, every_ms=60_000)) == ("epochs", 6 * 60_000)


def test_the_end_comes_nearer_while_nothing_is_logged() -> None:
    run = replace(RUN, params={"max_steps": "20"})
    held = points(*range(11))
    later = pace_of(run, held, held[-1].timestamp + 4000)
    assert later is not None
    assert later.eta_ms == 6000
    late = pace_of(run, held, held[-1].timestamp + HOUR)
    assert late is not None
    assert late.eta_ms == 0


def test_tags_say_it_when_no_param_does() -> None:
    run = replace(RUN, params={"max_steps": "x"}, tags={"total_steps": "9"})
    assert [each.key for each in totals_of(run)] == ["total_steps"]


# Silence


def test_the_usual_gap_is_that_of_most_points() -> None:
    held = points(*range(10), every_ms=2000)
    paused = [*held, Metric("loss", 1.0, held[-1].timestamp + HOUR, 10)]
    assert usual_gap_ms(held) == usual_gap_ms(paused) == 2000
    assert usual_gap_ms(held[:3]) is None
    assert usual_gap_ms([held[0]] * 9) is None


def heard_at(ms: int, key: str = "loss"):
    return replace(RUN, latest={key: Metric(key, 1.0, ms, 5)})


@pytest.mark.parametrize(
    ("gap_ms", "silent_ms", "health"),
    [
        (10_000, 59_000, Health.ALIVE),
        (10_000, 60_000, Health.SILENT),
        (100, 29_000, Health.ALIVE),
        (100, 30_000, Health.SILENT),
        (100, HOUR - 1, Health.SILENT),
        (100, HOUR, Health.GONE),
        (2 * HOUR, 11 * HOUR, Health.ALIVE),
        (2 * HOUR, 119 * HOUR, Health.SILENT),
        (2 * HOUR, 120 * HOUR, Health.GONE),
        (None, 24 * HOUR - 1, Health.ALIVE),
        (None, 24 * HOUR, Health.GONE),
        (1000, -5000, Health.ALIVE),
    ],
)
def test_thresholds(gap_ms: int | None, silent_ms: int, health: Health) -> None:
    signs = signs_of(heard_at(START), gap_ms, START + silent_ms)
    assert signs.health is health
    assert signs.silent_ms == max(0, silent_ms)


def test_only_who_is_said_to_be_running_can_be_gone() -> None:
    for status in ("FINISHED", "FAILED", "SCHEDULED", "ODD"):
        run = replace(heard_at(START), status=status)
        assert signs_of(run, 1000, START + 99 * HOUR).health is Health.ALIVE
    nothing = replace(RUN, latest={}, start_time=None)
    assert signs_of(nothing, 1000, START + 99 * HOUR).health is Health.ALIVE


def test_system_metrics_are_signs_of_life_but_no_progress() -> None:
    held = {
        "loss": Metric("loss", 1.0, START, 5),
        "system/cpu": Metric("system/cpu", 1.0, START + 9000, 900),
    }
    run = replace(RUN, latest=held)
    assert last_heard(run) == START + 9000
    assert busiest_metric(run) == held["loss"]
    assert last_heard(replace(RUN, latest={})) == START


# The pulse


def test_the_pulse_reads_no_more_than_the_tail() -> None:
    store = world(2)
    run = replace(RUN, latest={"loss": Metric("loss", 1.0, START, 9000)})
    store.points[run.run_id, "loss"] = points(*range(9001))
    pulse = read_pulse(store, run)
    assert store.asked == ["history loss from 8968"]
    pace = pulse.pace(run, START)
    assert pace is not None
    assert pace.per_s == pytest.approx(1.0)
    assert pulse.gap_ms == 1000


def test_the_pulse_goes_further_back_for_who_logs_seldom() -> None:
    store = world(2)
    run = replace(RUN, latest={"loss": Metric("loss", 1.0, START, 9000)})
    store.points[run.run_id, "loss"] = points(*range(0, 9001, 500))
    assert read_pulse(store, run).gap_ms == 1000
    assert store.asked == ["history loss from 8968", "history loss from 5800"]


def test_what_has_no_steps_is_not_read() -> None:
    store = world(2)
    run = replace(RUN, latest={"loss": Metric("loss", 1.0, START, 0)})
    assert read_pulse(store, run).gap_ms is None
    assert read_pulse(store, replace(RUN, latest={})).gap_ms is None
    assert store.asked == []


def test_the_pulse_grows_by_what_is_seen_of_the_run() -> None:
    pulse = Pulse([])
    for at, point in enumerate(points(*range(5))):
        assert pulse.see(replace(RUN, latest={"loss": point})) is True
        assert pulse.see(replace(RUN, latest={"loss": point})) is False, at
    assert pulse.gap_ms == 1000
    assert pulse.see(replace(RUN, latest={})) is False
