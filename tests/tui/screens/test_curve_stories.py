"""Stories of curves: which are drawn, looking closer, and following what is running."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stories.driver import User, story, using
from stories.memory_store import curve, world
from textual.events import MouseScrollUp

from venturi.records import Metric

RUNNING = f"{1:032x}"


def steps_asked(user: User) -> list[str]:
    return [each for each in user.store.asked if each.startswith("history")]


@story
async def test_marked_runs_lie_over_each_other_with_signs_of_their_own() -> None:
    async with using(world()) as user:
        await user.press("space", "space", "j")
        await user.rest()
        legend = user.line_with("brave-otter-00 0.95")
        assert "calm-finch-01 0.946" in legend
        assert "keen-ibis-03 0.938" in legend
        signs = {part.split()[0] for part in legend.split("   ") if part.strip(" │")}
        assert len(signs) >= 3


@story
async def test_another_metric_is_chosen_and_kept() -> None:
    async with using(world()) as user:
        await user.press("m")
        await user.sees("Metric", "val/loss")
        await user.type("loss")
        await user.press("enter")
        await user.sees("─ val/loss ─ step")
        await user.enter(":", "metric nonsense")
        await user.hears("no run here has a metric 'nonsense'")
        await user.enter(":", "metric val/acc")
        await user.sees("─ val/acc ─ step")


@story
async def test_axes_smoothing_and_zoom() -> None:
    async with using(world()) as user:
        await user.press("3")
        await user.rest()
        await user.press("S", "L")
        await user.sees("val/acc ─ smooth 0.3, log, step")
        await user.press("X")
        await user.sees("log, time")
        await user.press("X")
        await user.sees("log, relative")
        await user.press("X")
        await user.rest()
        assert user.app.screen.curves.plotting.window is None
        await user.press("plus", "plus")
        await user.rest()
        low, high = user.app.screen.curves.plotting.window
        assert 45 < high - low < 55
        await user.press("minus")
        await user.rest()
        low, high = user.app.screen.curves.plotting.window
        assert 95 < high - low < 105
        await user.press("0")
        await user.rest()
        assert user.app.screen.curves.plotting.window is None
        await user.enter(":", "smooth 0.75")
        await user.sees("smooth 0.75")
        await user.enter(":", "smooth much")
        await user.hears("smoothing is a number from 0 to 1")


@story
async def test_the_cursor_reads_values() -> None:
    async with using(world()) as user:
        await user.press("3")
        await user.rest()
        await user.press("right")
        await user.sees("step 2 ")
        for _ in range(10):
            await user.press("right")
        await user.rest()
        assert user.app.screen.curves.plotting.cursor > 10
        await user.press("escape")
        await user.sees_no(" step 1")


@story
async def test_a_run_without_the_metric_says_so_and_what_to_press() -> None:
    store = world()
    store.runs[1] = replace(store.runs[1], latest={})
    async with using(store) as user:
        await user.press("j")
        await user.sees("this run has no val/acc", "m another metric")
        await user.press("j")
        await user.sees("dull-heron-02 0.942")


@story
async def test_runs_without_any_metric() -> None:
    store = world(3)
    store.runs = [replace(run, latest={}) for run in store.runs]
    async with using(store) as user:
        await user.sees("brave-otter-00 has logged no metrics")
        await user.press("m")
        await user.hears("no metric was logged by the runs here")
        await user.press("3", "L")
        await user.hears("no curve is drawn yet")


@story
async def test_a_running_run_is_followed_by_its_new_points_only() -> None:
    store = world()
    async with using(store) as user:
        await user.press("j")
        await user.sees("calm-finch-01 0.946")
        await user.rest()
        points = store.points[RUNNING, "val/acc"]
        points.append(Metric("val/acc", 0.5, points[-1].timestamp + 1000, 201))
        latest = dict(store.runs[1].latest) | {"val/acc": points[-1]}
        store.change(RUNNING, latest=latest)
        store.asked.clear()
        await user.sees("calm-finch-01 0.5")
        await user.rest()
        assert "history val/acc from 200" in steps_asked(user)
        assert all("from" in each for each in steps_asked(user))
        assert "0.5 " in user.line_of_cursor()


@story
async def test_a_run_that_ends_is_no_longer_followed() -> None:
    store = world(2)
    async with using(store) as user:
        await user.press("j")
        await user.sees("● running  for")
        store.change(RUNNING, status="FINISHED", end_time=store.runs[0].end_time)
        await user.sees_no("● running")
        await user.rest()
        assert "○ live 2s" in user.lines[0]


@story
async def test_every_running_run_is_followed_not_only_the_first() -> None:
    store = world(4)
    for at in range(4):
        store.runs[at] = replace(store.runs[at], status="RUNNING")
    async with using(store) as user:
        await user.press("space", "space", "space", "space")
        await user.rest()
        store.asked.clear()
        user.app.screen.curves.follow()
        await user.rest()
        assert steps_asked(user) == ["history val/acc from 200"] * 4


@story
async def test_panning_and_looking_closer_by_mouse() -> None:
    async with using(world()) as user:
        await user.press("3")
        await user.rest()
        await user.press(">")
        await user.hears("the whole curve is in sight")
        curves = user.app.screen.curves
        await user.press("plus", "<")
        await user.rest()
        assert curves.plotting.window == pytest.approx((25.5, 125.25), abs=1)
        await user.press("shift+right", "shift+right", "shift+right")
        await user.rest()
        assert curves.plotting.window[1] == 200.0
        await user.press("0")
        await user.rest()
        area = curves.plotting.area
        middle = area.left + area.columns // 2
        await user.pilot.click(curves, offset=(middle + 2, 3))
        await user.rest()
        assert 90 < curves.plotting.cursor < 110
        for _ in range(4):
            await user.pilot._post_mouse_events([MouseScrollUp], curves, (middle + 2, 3))
        await user.rest()
        low, high = curves.plotting.window
        assert high - low == pytest.approx(199 / 1.25**4, rel=0.01)
        assert low < 100 < high
        await user.pilot.mouse_down(curves, offset=(middle, 3))
        await user.pilot.hover(curves, offset=(middle + 10, 3))
        await user.pilot.mouse_up(curves, offset=(middle + 10, 3))
        await user.rest()
        cursor = curves.plotting.cursor
        await user.pilot.click(curves, offset=(middle, 3), times=2)
        await user.rest()
        assert curves.plotting.window is None
        assert cursor is not None


@story
async def test_outliers_extremes_and_steps_through_metrics() -> None:
    async with using(world()) as user:
        await user.press("3")
        await user.rest()
        await user.press("e")
        await user.sees("▾")
        await user.press("o")
        await user.sees("val/acc ─ outliers out of sight, step")
        await user.press("]")
        await user.sees("─ val/loss ─")
        await user.press("[", "[")
        await user.sees("─ epoch ─")


@story
async def test_how_curves_are_drawn_is_remembered_for_the_next_launch(tmp_path) -> None:
    state = tmp_path / "tui.json"
    async with using(world(), state=state) as user:
        await user.press("3")
        await user.rest()
        await user.press("L", "S", "S", "X", "o")
        await user.sees("smooth 0.6, log, outliers out of sight, time")
        user.app.remembered.save()
    async with using(world(), state=state) as user:
        await user.sees("val/acc ─ smooth 0.6, log, outliers out of sight, time")
        await user.enter(":", "experiment baselines")
        await user.sees("╭─ val/acc ─ step")


@story
async def test_a_chart_is_drawn_again_only_when_it_looks_different() -> None:
    async with using(world()) as user:
        await user.rest()
        curves = user.app.screen.curves
        before = curves._number
        curves.follow()
        curves.update_curves()
        await user.rest()
        assert curves._number == before
        await user.press("j", "k", "j", "k")
        await user.rest()
        assert curves._number <= before + 1


@story
async def test_live_can_be_turned_off() -> None:
    async with using(world()) as user:
        await user.press("R")
        await user.sees("○ live off")
        user.store.asked.clear()
        user.app.screen._look_at_live()
        await user.rest()
        assert user.store.asked == []
        await user.press("R")
        await user.sees("● live 2s")


@story
async def test_nothing_is_asked_while_another_screen_lies_above() -> None:
    async with using(world()) as user:
        home = user.app.screen
        await user.press("question_mark")
        await user.sees("Keys")
        user.store.asked.clear()
        home._look_at_live()
        await user.rest()
        assert user.store.asked == []


@story
async def test_a_curve_that_cannot_be_read_says_why_and_comes_back() -> None:
    store = world()
    real = store.metric_history

    def broken(run_id: str, key: str, *, from_step: int | None = None):
        from venturi.errors import StoreUnreachable

        raise StoreUnreachable("the store is locked", hint="try again in a moment")

    store.metric_history = broken
    async with using(store) as user:
        await user.sees("✗ the store is locked", "try again in a moment", "r try again")
        store.metric_history = real
        await user.press("r")
        await user.sees("◆ brave-otter-00 0.95")


@story
async def test_the_curve_of_a_run_screen_is_that_of_the_metric_under_the_cursor() -> None:
    async with using(world()) as user:
        await user.press("enter")
        await user.sees("metrics 3", "─ val/acc ─ step")
        await user.press("j", "j", "j", "j", "j")
        await user.sees("─ val/loss ─ step")
        await user.press("tab", "L")
        await user.sees("val/loss ─ log, step")
        await user.press("f")
        await user.sees_no("metrics 3")
        await user.press("escape")
        await user.sees("metrics 3")


@story
async def test_steps_of_one_run_do_not_reach_another() -> None:
    store = world()
    store.points[RUNNING, "val/acc"] = curve(store.runs[1], "val/acc", steps=50)
    async with using(store) as user:
        await user.press("j", "k", "j", "k", "j")
        await user.rest()
        shown = user.app.screen.curves
        assert shown.run_ids == [RUNNING]
        assert len(shown.plotting.lines(shown._runs)[0].series) == 50


@story
async def test_pixels_need_a_terminal_that_can_be_asked() -> None:
    async with using(world()) as user:
        await user.press("3")
        await user.rest()
        before = user.lines
        await user.press("p")
        await user.hears("no pixels: the output is not a terminal that can be asked")
        assert user.app.remembered.pixels is False
        assert user.lines[:30] == before[:30]


@story
async def test_a_key_pressed_before_a_chart_is_drawn_moves_its_cursor_once_it_is() -> None:
    async with using(world()) as user:
        await user.rest()
        screen = user.app.screen
        for _ in range(2):
            before = screen.metric_here
            screen.act_next_metric()
            screen.act_read_right()
            screen.act_read_right()
            await user.rest()
            plot = screen.curves.plotting
            assert plot.key != before
            assert plot.area.column_of(plot.cursor) == plot.area.left + 1


@story
async def test_x_is_logarithmic_at_a_key_and_looked_at_closer() -> None:
    async with using(world()) as user:
        await user.press("3", "H")
        await user.sees("─ log x, step")
        await user.rest()
        plot = user.app.screen.curves.plotting
        last = plot.whole[1]
        assert plot.area.x == pytest.approx((1, last))
        await user.press("plus")
        await user.rest()
        low, high = plot.area.x
        assert low > 1
        assert low * high == pytest.approx(last)
        await user.press("0", "right", "right")
        await user.rest()
        assert 1 < plot.cursor < 2
        assert plot.command_words == ["--log-x"]
        await user.press("H")
        await user.sees_no("log x")
        await user.rest()
        assert not plot.area.x_log
