"""Stories of long tables: any row at once, or read on and on; the cursor stays where it was."""

from __future__ import annotations

import pytest
from stories.driver import story, using
from stories.memory_store import sweep, world
from textual.scrollbar import ScrollBar


@story
async def test_the_end_of_a_long_table_is_one_key_away() -> None:
    async with using(world(5_000)) as user:
        await user.sees("5,000 runs")
        user.store.asked.clear()
        await user.press("G")
        await user.sees("wry-stoat-4999")
        await user.rest()
        assert user.store.asked.count("runs") <= 2
        await user.press("g", "g")
        await user.sees("brave-otter-00")


@story
async def test_a_store_that_reads_on_says_that_there_are_more() -> None:
    async with using(world(700, indexed=False)) as user:
        await user.sees("60+ runs")
        for _ in range(6):
            await user.press("pagedown")
        await user.rest()
        await user.sees("+ runs")
        await user.press("G")
        await user.sees("700 runs", "wry-stoat-699")


@pytest.mark.parametrize("indexed", [True, False])
@story
async def test_refreshing_keeps_the_cursor_on_its_run(indexed) -> None:
    store = world(300, indexed=indexed)
    async with using(store) as user:
        for _ in range(8):
            await user.press("pagedown")
        await user.rest()
        under = user.line_of_cursor()
        row = next(at for at, line in enumerate(user.lines) if "▸  " in line)
        store.runs = [*sweep(5, first=-5), *store.runs]
        await user.press("r")
        await user.rest()
        assert user.line_of_cursor().split()[2:4] == under.split()[2:4]
        assert row == next(at for at, line in enumerate(user.lines) if "▸  " in line)


@story
async def test_refreshing_after_the_run_is_gone_stays_near() -> None:
    store = world(100)
    async with using(store) as user:
        for _ in range(50):
            await user.press("j")
        await user.rest()
        store.delete(f"{50:032x}")
        await user.press("r")
        await user.rest()
        assert "calm-finch-51" in user.line_of_cursor()


@story
async def test_holding_page_down_reads_what_is_looked_at() -> None:
    async with using(world(1_200)) as user:
        for _ in range(20):
            await user.press("pagedown")
        await user.rest()
        assert "…" not in user.line_of_cursor()
        table = user.app.screen.table
        assert all(table._run_at(row) is not None for row in range(table.first, table.last + 1))


@story
async def test_memory_does_not_grow_with_the_rows_looked_at() -> None:
    async with using(world(1_500)) as user:
        table = user.app.screen.table
        rows = table.browsing.rows
        rows._values_kept = 6_000
        for _ in range(30):
            await user.press("pagedown")
        await user.rest()
        assert len(rows.loaded) < 600


@story
async def test_the_best_value_is_bold_also_when_it_is_far_away() -> None:
    async with using(world(2_000)) as user:
        await user.rest()
        table = user.app.screen.table
        await user.until(lambda: len(table.browsing.best) >= 2, "the best values")
        await user.until(lambda: None not in table.browsing.best.values(), "the best values")
        assert table.browsing.best == {"val/acc": 0.95, "val/loss": 0.2}


@story
async def test_numbers_that_need_more_room_get_it() -> None:
    store = world(300)
    async with using(store) as user:
        await user.press("G")
        await user.sees("wry-stoat-299")
        await user.rest()
        assert "-0.246" in user.line_with("wry-stoat-299")


@story
async def test_a_scroll_bar_is_drawn_anew_only_when_its_thumb_moves(monkeypatch) -> None:
    drawn: list[float] = []
    render = ScrollBar.render

    def counted(bar: ScrollBar) -> object:
        drawn.append(bar.position)
        return render(bar)

    async with using(world(5_000)) as user:
        await user.sees("5,000 runs")
        table = user.app.screen.table
        await user.press(*["j"] * table.room)
        await user.rest()
        monkeypatch.setattr(ScrollBar, "render", counted)
        await user.press(*["j"] * 5)
        await user.rest()
        assert table.vertical_scrollbar.position == table.scroll_y == 6
        assert drawn == []
        await user.press("G")
        await user.rest()
        assert table.vertical_scrollbar.position == table.scroll_y == 5_000 - table.room
        assert drawn[-1] == table.scroll_y
