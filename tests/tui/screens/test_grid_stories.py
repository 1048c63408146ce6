"""Stories of all metrics at once: pages, focus, one cursor, filter, large charts, live growth."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest
from stories.driver import User, story, using
from stories.memory_store import MemoryStore, world
from textual.geometry import Offset

from venturi.curves.series import XAxis
from venturi.records import Metric, Run

KEYS = ("epoch", "lr", "train/acc", "train/loss", "val/acc", "val/loss", "system/gpu", "system/ram")


def with_metrics(store: MemoryStore, at: int, keys=KEYS, steps: int = 100) -> Run:
    """Give a run these metrics: values by step, system metrics every 10 s, others every second."""
    run = store.runs[at]
    latest: dict[str, Metric] = {}
    for place, key in enumerate(keys):
        apart = 10_000 if key.startswith("system/") else 1000
        count = steps // 10 if key.startswith("system/") else steps
        points = [
            Metric(key, place + step / 1000, run.start_time + step * apart, step)
            for step in range(1, count + 1)
        ]
        store.points[run.run_id, key] = points
        latest[key] = points[-1]
    store.runs[at] = replace(run, latest=latest)
    return store.runs[at]


def grids(number: int = 3) -> MemoryStore:
    """Runs with metrics in several groups."""
    store = world(number)
    for at in range(number):
        with_metrics(store, at)
    return store


def asked(user: User) -> set[str]:
    return {each.partition(" ")[2] for each in user.store.asked if each.startswith("history")}


def title_of(user: User) -> str:
    return user.line_with("╭─")


@pytest.mark.parametrize(
    ("size", "pages"), [((80, 24), 2), ((160, 45), 1), ((200, 50), 1), ((40, 12), 8)]
)
@story
async def test_all_metrics_stand_in_groups_on_as_many_pages_as_needed(size, pages) -> None:
    async with using(grids(), size) as user:
        await user.press("a", "g", "g")
        await user.sees("epoch")
        await user.rest()
        assert "8 metrics of brave-otter-00" in title_of(user)
        assert (f"of {pages} ─" in title_of(user)) == (pages > 1 and size[0] > 40)
        seen: list[str] = []
        for _ in range(pages):
            await user.rest()
            seen += [slot.key for slot in user.app.screen._grid.page.slots]
            for slot in user.app.screen._grid.page.slots:
                assert user.app.screen._grid.cell(slot.key).drawing is not None
            await user.press("]")
        assert seen == list(KEYS)
        await user.hears("this is the last page")


@story
async def test_only_what_is_seen_is_read() -> None:
    async with using(grids(), (80, 24)) as user:
        await user.rest()
        user.store.asked.clear()
        await user.press("a")
        await user.rest()
        first = asked(user)
        await user.press("]")
        await user.rest()
        assert first | {"val/acc"} == set(KEYS[:6])
        assert asked(user) - first == {"system/gpu", "system/ram"}
        user.store.asked.clear()
        await user.press("[", "]")
        await user.rest()
        assert asked(user) == set()


@story
async def test_marked_runs_lie_over_each_other_and_the_legend_names_them() -> None:
    async with using(grids()) as user:
        await user.press("space", "space", "a")
        await user.sees("8 metrics of 2 runs", "brave-otter-00", "calm-finch-01")
        await user.rest()
        assert "dull-heron" not in user.text
        line = user.line_with("epoch")
        assert line.count("0.1") >= 2


@story
async def test_the_focus_goes_about_and_over_the_edge_of_a_page() -> None:
    async with using(grids(), (80, 24)) as user:
        await user.press("a")
        await user.rest()
        grid = user.app.screen._grid
        assert grid.key == "val/acc"
        await user.press("g", "g")
        assert grid.key == "epoch"
        await user.press("l")
        assert grid.key == "lr"
        await user.press("j", "j")
        assert (grid.key, grid.page_number) == ("val/loss", 0)
        await user.press("j")
        assert (grid.key, grid.page_number) == ("system/ram", 1)
        await user.press("h", "k")
        assert (grid.key, grid.page_number) == ("val/acc", 0)
        await user.press("G")
        assert grid.key == "system/ram"
        await user.press("m")
        await user.type("val/l")
        await user.press("enter")
        assert grid.key == "val/loss"


@story
async def test_one_cursor_in_all_charts_also_over_another_axis() -> None:
    async with using(grids()) as user:
        await user.press("a", "g", "g")
        await user.rest()
        for _ in range(12):
            await user.press(".")
        await user.rest()
        grid = user.app.screen._grid
        step = grid.plotting.cursor
        assert step is not None
        read = f"step {round(step)} "
        await user.sees(read)
        assert f" {round(step) / 1000:.4g} " in user.line_with("▸ epoch")
        assert f"{2 + round(step) / 1000:.4g}" in user.line_with("  loss")
        gpu = grid.plot_of("system/gpu")
        assert gpu.cursor == pytest.approx(round(step), abs=1)
        assert "relative, for steps count samples" in user.text
        await user.press("escape")
        await user.sees_no(read)
        assert grid.is_mounted


@story
async def test_charts_over_time_show_the_same_time() -> None:
    async with using(grids()) as user:
        await user.press("a")
        await user.rest()
        await user.press("X", "X")
        grid = user.app.screen._grid

        async def all_show(part: str, wanted: tuple[float, float]) -> None:
            def holds() -> bool:
                return {getattr(grid.plot_of(key), part) for key in KEYS} == {wanted}

            await user.until(holds, f"{wanted} in all charts")

        await all_show("frame", (0.0, 100.0))
        await user.rest()
        await user.press("+")
        await all_show("window", (25.0, 75.0))
        await user.press(">", ">", ">", ">")
        await all_show("window", (50.0, 100.0))
        await user.press("0", "<")
        await user.hears("the whole curve is in sight")


@story
async def test_a_filter_narrows_as_one_types_and_escape_shows_all_again() -> None:
    async with using(grids()) as user:
        await user.press("a", "slash")
        await user.type("loss")
        await user.sees("2 of 8 metrics", "/loss")
        await user.press("enter")
        await user.rest()
        assert [slot.key for slot in user.app.screen._grid.page.slots] == ["train/loss", "val/loss"]
        await user.press("slash")
        await user.type("x")
        await user.sees("no metric holds lossx")
        await user.press("enter", "escape")
        await user.sees("8 metrics of")
        await user.press("escape")
        await user.sees("Experiments")


@story
async def test_one_chart_gets_the_whole_screen_and_gives_it_back() -> None:
    async with using(grids()) as user:
        await user.press("a")
        await user.rest()
        await user.press("g", "g", "enter")
        await user.sees("╭─ epoch ─ step")
        await user.press("S", "L")
        await user.sees("epoch ─ smooth 0.3, log, step")
        await user.press("]")
        await user.sees("╭─ lr ─ smooth 0.3, log, step")
        await user.rest()
        await user.press("right", "right", "escape")
        await user.sees("8 metrics of brave-otter-00 ─ smooth 0.3, log, step", "▸ lr", "step 2")
        assert "a all metrics" not in user.lines[-1]
        await user.press("escape", "escape")
        await user.sees("Experiments", "smooth 0.3, log")


@story
async def test_a_mean_of_runs_has_a_sign_and_a_name_of_its_own() -> None:
    store = grids(4)
    async with using(store) as user:
        await user.press("space", "space", "space", "space", "a")
        await user.rest()
        await user.press("B")
        await user.sees("each run by itself", "params.model", "2 groups")
        await user.type("params.model")
        await user.press("enter")
        await user.sees("mean by model", "vit-b (2)", "vit-l (2)")
        await user.press("B")
        await user.sees("band: one standard deviation", "now the whole range")
        await user.type("band")
        await user.press("enter")
        await user.sees("mean ± std by model")
        assert user.app.screen.charts.plotting.looks.command_words(XAxis.STEP)[-2:] == [
            "--band",
            "std",
        ]
        await user.enter(":", "mean range")
        await user.sees("mean by model")
        await user.enter(":", "mean all std")
        await user.sees("mean ± std of all", "all (4)")
        await user.enter(":", "mean none")
        await user.sees("keen-ibis-03")
        await user.enter(":", "mean seed")
        await user.hears("the runs drawn do not differ in 'seed'")


@story
async def test_new_points_are_asked_only_of_charts_that_are_seen_and_have_some() -> None:
    store = grids()
    async with using(store, (80, 24)) as user:
        await user.press("j", "a")
        await user.rest()
        run = store.runs[1]
        for key in ("epoch", "system/ram"):
            new = Metric(key, 0.777, run.start_time + 101_000, 101)
            store.points[run.run_id, key].append(new)
            store.change(run.run_id, latest={**store.runs[1].latest, key: new})
        store.asked.clear()
        await user.sees("0.777")
        await user.rest()
        assert asked(user) == {"epoch from 100"}
        await user.press("]")
        await user.rest()
        await user.sees("0.777")


@story
async def test_a_window_at_the_end_follows_and_any_other_stays() -> None:
    store = grids()
    async with using(store) as user:
        await user.press("j", "a")
        await user.rest()
        await user.press("g", "g", ",", "+")
        await user.rest()
        grid = user.app.screen._grid
        assert grid.plotting.window == pytest.approx((50.5, 100.0))
        run = store.runs[1]
        new = Metric("epoch", 0.777, run.start_time + 120_000, 120)
        store.points[run.run_id, "epoch"].append(new)
        store.change(run.run_id, latest={**run.latest, "epoch": new})
        user.app.screen._look_at_live()
        await user.until(lambda: grid.plotting.window[1] == 120.0, "the window's move")
        await user.press("<")
        await user.rest()
        held = grid.plotting.window
        newer = Metric("epoch", 0.888, run.start_time + 150_000, 150)
        store.points[run.run_id, "epoch"].append(newer)
        store.change(run.run_id, latest={**store.runs[1].latest, "epoch": newer})
        user.app.screen._look_at_live()
        await user.sees("0.888") if grid.plotting.cursor is None else await user.rest()
        assert grid.plotting.window == held


@story
async def test_bad_curves_say_what_they_are() -> None:
    store = grids(1)
    run = store.runs[0]
    keys = ("none", "one", "nan", "same", "\x1b[31mred\x07", "long/" + "x" * 10_000)
    with_metrics(store, 0, keys)
    store.points[run.run_id, "none"] = []
    store.points[run.run_id, "one"] = store.points[run.run_id, "one"][:1]
    for key, value in (("nan", nan), ("same", 3.0)):
        held = store.points[run.run_id, key]
        store.points[run.run_id, key] = [replace(point, value=value) for point in held]
    async with using(store) as user:
        await user.press("a")
        await user.sees("no points", "NaN", "␛[31mred␇")
        await user.rest()
        for key in ("enter", "]", "]", "]", "]", "]", "right", "escape", ".", "+", "X", "L"):
            await user.press(key)
            await user.rest()
        await user.resize(10, 5)
        await user.rest()
        await user.resize(160, 45)
        await user.sees("no points")


@story
async def test_a_thousand_metrics_page_and_narrow_at_once() -> None:
    store = world(1)
    with_metrics(store, 0, [f"layer{at // 10}/grad_{at}" for at in range(1000)], steps=3)
    async with using(store) as user:
        await user.press("a")
        await user.sees("1,000 metrics", "page 1 of")
        for _ in range(20):
            await user.press("]")
        await user.rest()
        assert user.app.screen._grid.page_number == 20
        assert len(asked(user)) <= 20 * 21
        await user.press("m")
        await user.type("grad_777")
        await user.press("enter")
        await user.sees("▸ grad_777")


@story
async def test_a_failure_is_said_in_place_and_mended_by_a_key() -> None:
    store = grids()
    real = store.metric_history

    def broken(run_id: str, key: str, *, from_step: int | None = None):
        from venturi.errors import StoreUnreachable

        if key == "lr":
            raise StoreUnreachable("the store is locked")
        return real(run_id, key, from_step=from_step)

    store.metric_history = broken
    async with using(store) as user:
        await user.press("a")
        await user.sees("✗ not read", "0.1")
        await user.hears("the store is locked")
        store.metric_history = real
        await user.press("r")
        await user.sees_no("✗ not read")


@story
async def test_the_mouse_points_zooms_pans_and_enlarges() -> None:
    async with using(grids()) as user:
        await user.press("a")
        await user.rest()
        screen = user.app.screen
        grid = screen._grid
        slot = grid.slot("lr")
        inside = Offset(slot.x + slot.width // 2 + 2, slot.y + 3)
        await user.pilot.click(grid, offset=inside)
        await user.rest()
        assert grid.key == "lr"
        assert 40 < grid.plotting.cursor < 60
        grid.post_message(grid.Wheeled(inside.x, inside.y, 0.5))
        await user.rest()
        low, high = grid.plotting.window
        assert 45 < high - low < 55
        grid.post_message(grid.Dragged(inside.x, inside.y, 5))
        await user.rest()
        assert grid.plotting.window[0] < low
        await user.pilot.click(grid, offset=inside, times=2)
        await user.sees("╭─ lr ─ step")


@story
async def test_nothing_is_painted_while_nothing_changes() -> None:
    async with using(grids()) as user:
        await user.press("j", "a")
        await user.rest()
        grid = user.app.screen._grid
        painted: list[object] = []
        grid.refresh = lambda *regions, **_: painted.append(regions)
        for _ in range(3):
            user.app.screen._look_at_live()
            await user.rest()
            grid.update()
            await user.rest()
        assert painted == []


@story
async def test_small_charts_stay_in_dots() -> None:
    async with using(world()) as user:
        await user.press("a")
        await user.rest()
        await user.press("p")
        await user.hears("small charts are drawn in dots: enter makes one large")
