"""Stories of the columns of the table of runs: sorted by, pinned, hidden, made wider, as curves."""

from __future__ import annotations

import re
from dataclasses import replace

from stories.driver import story, using
from stories.memory_store import world

from venturi.records import Metric
from venturi_tui.browsing import Plan
from venturi_tui.present.columns import all_columns


@story
async def test_several_columns_sort_and_each_says_which_it_is(tmp_path) -> None:
    state = tmp_path / "tui.json"
    async with using(world(), state=state) as user:
        await user.enter(":", "sort metrics.epoch asc, metrics.val/acc desc")
        await user.sees("by epoch ▲, val/acc ▼", "epoch▲1", "val/acc▼2")
        await user.rest()
        assert [re.search(r"-(\d\d) ", line)[1] for line in rows(user)[:3]] == ["00", "07", "14"]
        await user.press("S")
        await user.sees("▲3")
        await user.press("s")
        await user.sees("by run_name ▼")
        await user.enter(":", "sort nonsense")
        await user.hears("unknown field 'nonsense'")
        await user.enter(":", "sort age, metrics.epoch desc")
        await user.sees("by age ▲, epoch ▼")
        user.app.remembered.save()
    async with using(world(), state=state) as user:
        await user.sees("by age ▲, epoch ▼")


@story
async def test_columns_are_pinned_hidden_and_made_wider_by_keys(tmp_path) -> None:
    state = tmp_path / "tui.json"
    async with using(world(), (70, 24), state=state) as user:
        for _ in range(3):
            await user.press("l")
        await user.press("p")
        await user.hears("metrics.val/acc stays at the left")
        assert head(user).split()[:2] == ["name", "val/acc"]
        for _ in range(12):
            await user.press("l")
        assert head(user).split()[:2] == ["name", "val/acc"]
        assert "model" in head(user)
        await user.press("-")
        await user.hears("is hidden: C shows it again")
        await user.press("shift+left", "shift+left")
        table = user.app.screen.table
        before = table.grid.fits[table.column_cursor].width
        await user.press(">", ">", "<")
        assert table.grid.fits[table.column_cursor].width == before + 2
        user.app.remembered.save()
    async with using(world(), (70, 24), state=state) as user:
        assert head(user).split()[:2] == ["name", "val/acc"]
        assert user.app.screen.table.browsing.layout.plan.widths


@story
async def test_the_picker_finds_pins_and_hides_and_goes_back_to_automatic() -> None:
    async with using(world(), (120, 40)) as user:
        await user.press("C")
        await user.sees("Columns", "p pin")
        await user.press("slash", *"tea", "enter", "p", "enter")
        await user.sees_no("p pin")
        assert head(user).split()[:2] == ["name", "team"]
        await user.press("C", "j", "space", ">", "a")
        await user.sees_no("p pin")
        assert "team" not in head(user)


@story
async def test_a_thousand_columns_are_as_quick_as_ten() -> None:
    store = world(60)
    metrics = {f"m{at:04}": Metric(f"m{at:04}", at / 7, 0, 0) for at in range(1_000)}
    store.runs = [replace(run, latest={**run.latest, **metrics}) for run in store.runs]
    async with using(store) as user:
        table = user.app.screen.table
        table.choose_columns(Plan(tuple(column.name for column in all_columns(store.runs))))
        await user.rest()
        laid_out = len(table.browsing.layout._fits)
        assert laid_out < 60
        table.go_column(900)
        await user.sees("m08")
        await user.press("shift+right", "l", "h", "shift+left")
        assert len(table.browsing.layout._fits) < 160
        assert "brave-otter-00" in user.line_of_cursor()


def rows(user) -> list[str]:
    """The lines of the table that show runs."""
    return [line.split("││")[-1] for line in user.lines if re.search(r"-\d\d  ", line)]


def head(user) -> str:
    """The titles of the table."""
    return next(line for line in user.lines if "name " in line).split("││")[-1].strip("│ ")


@story
async def test_a_metric_is_shown_as_a_little_curve_too() -> None:
    store = world()
    async with using(store) as user:
        await user.press("~")
        await user.hears("little curves are for metrics")
        await user.press("l", "l", "l", "~")
        falls = re.compile("█[▇▆▅▄▃▂]{7}▁ +0.95 ")
        await user.until(lambda: bool(falls.search(user.text)), "a curve that falls")
        await user.rest()
        asked = [each for each in store.asked if each.startswith("history val/acc")]
        table = user.app.screen.table
        assert len(asked) <= table.last - table.first + 4
        await user.press("s")
        await user.sees("by val/acc ▼")
        await user.rest()
        assert falls.search(user.line_with("brave-otter-00  ✓"))
        again = [each for each in store.asked if each.startswith("history val/acc")]
        assert len(again) <= len(asked) + 2
        await user.press("h", "~")
        await user.sees_no("▄▄▄▄▄▄▄▄▄")
