"""Stories of long curves: a sample at once, exact after, closer on zoom, and new points joined."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stories.driver import User, story, using
from stories.memory_store import world
from stories.sampling_store import SamplingStore

from venturi.browse import curves
from venturi.curves.buckets import Buckets
from venturi.records import Metric
from venturi_tui import loading
from venturi_tui.plotting import histories

POINTS = 4_000
SPIKE_AT = 1_001
KEY = "val/acc"


def long_world() -> SamplingStore:
    """The usual world, in which the first run has thousands of points and one spike."""
    plain = world()
    run = plain.runs[0]
    points = [
        Metric(KEY, 50.0 if step == SPIKE_AT else step / POINTS, 1000 * step, step)
        for step in range(POINTS)
    ]
    store = SamplingStore(
        plain.experiments, plain.runs, {**plain.points, (run.run_id, KEY): points}
    )
    store.runs[0] = replace(run, status="RUNNING", latest={**run.latest, KEY: points[-1]})
    return store


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few buckets, so that few points are many; each form of a curve is shown."""
    monkeypatch.setattr(loading, "_REFINED_S", 0.0)
    monkeypatch.setattr(curves, "BUCKETS", 100)
    monkeypatch.setattr(curves, "MOST_COUNTED", 100)
    monkeypatch.setattr(curves.read_curve, "__defaults__", (100,))
    monkeypatch.setattr(curves.read_closer, "__defaults__", (100,))
    monkeypatch.setattr(histories, "_BUCKETS_IN_SIGHT", 40)


def held(user: User) -> Buckets | None:
    run = user.store.runs[0]
    return user.app.screen.curves.plotting.histories.buckets((run.run_id, KEY))


async def exact(user: User) -> Buckets:
    await user.until(
        lambda: (curve := held(user)) is not None and curve.is_exact, "the exact curve"
    )
    await user.rest()
    found = held(user)
    assert found is not None
    return found


@story
async def test_a_sample_is_drawn_and_marked_until_every_point_was_looked_at() -> None:
    store = long_world()
    async with using(store, settle=False) as user:
        await user.sees("~ sampled, 50% read")
        assert max(held(user).high) < 50
        store.half_way.set()
        await user.sees_no("~ sampled")
        curve = await exact(user)
        assert (curve.total, max(curve.high)) == (POINTS, 50.0)
        await user.sees("40 ┤")


@story
async def test_looking_closer_reads_that_window_until_each_point_is_seen() -> None:
    store = long_world()
    store.half_way.set()
    async with using(store) as user:
        await exact(user)
        await user.press("3", *["plus"] * 5)
        await user.rest()
        low, high = user.app.screen.curves.plotting.window
        inside = [b for b in held(user) if b.first_step <= high and b.last_step >= low]
        assert len(inside) >= 40 or all(bucket.points == 1 for bucket in inside)
        windows = [each for each in store.asked if each.startswith(("points", "buckets"))]
        assert windows[0] == f"buckets {KEY} 0 {POINTS - 1}"
        assert len(windows) >= 2
        assert held(user).total == POINTS
        before = len(store.asked)
        await user.press("left", "right")
        await user.rest()
        assert len(store.asked) == before


@story
async def test_what_a_running_run_logs_is_joined_and_nothing_else_is_read_again() -> None:
    store = long_world()
    store.half_way.set()
    async with using(store) as user:
        await exact(user)
        before = len(store.asked)
        run = store.runs[0]
        new = [Metric(KEY, 60.0, 1000 * step, step) for step in range(POINTS, POINTS + 50)]
        store.points[run.run_id, KEY].extend(new)
        store.runs[0] = replace(run, latest={**run.latest, KEY: new[-1]})
        user.app.screen.curves.follow()
        await user.until(lambda: held(user).total == POINTS + 50, "what is new")
        await user.rest()
        asked = [each for each in store.asked[before:] if "history" in each or "buckets" in each]
        assert set(asked) == {f"history {KEY} from {POINTS - 1}"}
        assert held(user).last[-1] == 60.0


@story
async def test_a_curve_that_is_left_is_given_up_and_read_when_it_is_wanted_again() -> None:
    store = long_world()
    async with using(store, settle=False) as user:
        await user.sees("~ sampled, 50% read")
        await user.press("j")
        store.half_way.set()
        await user.until(lambda: not user.app.screen.curves._reading.is_reading(KEY), "an end")
        await user.press("k")
        assert (await exact(user)).total == POINTS


@story
async def test_a_long_curve_has_its_small_steps_on_a_logarithmic_axis() -> None:
    store = long_world()
    store.half_way.set()
    async with using(store) as user:
        curve = await exact(user)
        assert list(curve.first_step[:6]) == [0, 1, 2, 3, 4, 5]
        await user.press("3", "H")
        await user.rest()
        (line, *_) = user.app.screen.curves.plotting.lines(user.app.screen.curves.shown)
        assert {1.0, 2.0, 3.0, 4.0, 5.0} <= set(line.series.xs)
