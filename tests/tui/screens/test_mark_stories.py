"""Stories of marking runs and comparing them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stories.driver import story, using
from stories.memory_store import world

from venturi_tui.screens import browsed


@story
async def test_marked_runs_are_compared_against_the_first() -> None:
    async with using(world(), (120, 36)) as user:
        await user.press("space", "j", "space", "c")
        await user.sees("Compare 2 runs ─ differences only", "baseline brave-otter-00")
        await user.rest()
        assert "0.95  best" in user.line_with("val/acc ▲")
        assert "0.942" in user.line_with("val/acc ▲")
        assert "-0.84%" in user.line_with("val/acc ▲")
        assert "seed" not in user.text
        await user.press("x")
        await user.sees("everything", "seed")
        await user.press("l", "b")
        await user.sees("baseline dull-heron-02", "+0.85%")
        await user.press("x", "slash")
        await user.until(lambda: bool(user.app.screen.query("#prompt")), "the prompt")
        await user.type("loss")
        await user.sees_no("val/acc")
        await user.press("enter", "escape")
        await user.sees("val/acc")
        await user.press("escape")
        await user.sees("2 marked")


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
@story
async def test_comparing_works_on_a_small_screen(size) -> None:
    async with using(world(), size) as user:
        await user.press("space", "space", "space", "c")
        await user.sees("Compare 3 runs")
        await user.rest()
        await user.press("l", "l", "j", "j", "h", "G")
        await user.sees("escape" if False else "▸")


@story
async def test_one_mark_and_the_cursor_make_a_pair() -> None:
    async with using(world()) as user:
        await user.press("space", "j", "c")
        await user.sees("Compare 2 runs", "brave-otter-00", "dull-heron-02")


@story
async def test_ranges_are_marked_and_unmarked() -> None:
    async with using(world()) as user:
        await user.press("v")
        await user.hears("range begins here")
        await user.press("j", "j", "j", "v")
        await user.hears("4 runs marked")
        await user.sees("4 marked")
        await user.press("G", "n")
        await user.rest()
        assert "brave-otter-00" in user.line_of_cursor()
        await user.press("n")
        await user.rest()
        assert "calm-finch-01" in user.line_of_cursor()
        await user.press("N")
        await user.rest()
        assert "brave-otter-00" in user.line_of_cursor()
        await user.press("u")
        await user.sees_no("4 marked")
        await user.press("v", "escape")
        await user.hears("the range is given up")


@story
async def test_more_than_can_be_marked_is_refused_and_nothing_is_marked(monkeypatch) -> None:
    monkeypatch.setattr(browsed, "MOST_MARKED", 30)
    async with using(world()) as user:
        for keys in (("v", "G", "v"), ("A",), ("!",)):
            await user.press(*keys)
            await user.hears("40 runs are more than can be marked at once")
            assert not user.app.screen.table.browsing.marks


@story
async def test_all_that_match_are_marked_and_the_marks_turned_round() -> None:
    async with using(world()) as user:
        await user.enter("/", "params.model = 'vit-l'")
        await user.sees("20 of 40 runs")
        await user.press("A")
        await user.hears("20 runs marked")
        await user.sees("20 marked")
        await user.press("escape")
        await user.sees("40 runs")
        await user.press("!")
        await user.hears("20 runs marked")
        assert {int(run_id, 16) % 2 for run_id in user.app.screen.table.browsing.marks.ids} == {0}


@story
async def test_a_store_that_reads_on_is_read_to_its_end_before_all_is_marked() -> None:
    async with using(world(300, indexed=False)) as user:
        await user.sees("60+ runs")
        await user.press("A")
        await user.hears("300 runs marked")
        await user.sees("300 marked", "300 runs")


@story
async def test_marks_stay_when_the_rows_change() -> None:
    async with using(world()) as user:
        await user.press("space", "space")
        await user.enter("/", "params.model = 'vit-l'")
        await user.sees("20 of 40 runs", "2 marked")
        await user.press("c")
        await user.sees("Compare 2 runs", "brave-otter-00", "calm-finch-01")


@story
async def test_marked_runs_of_two_experiments_are_compared() -> None:
    async with using(world()) as user:
        await user.press("space")
        await user.enter(":", "experiment baselines")
        await user.sees("3 runs")
        await user.press("space", "c")
        await user.sees("Compare 2 runs", "brave-otter-00", "brave-otter-100000", "experiment_id")
        await user.rest()
        assert "baselines" in user.line_with("experiment_id")


@story
async def test_equal_runs_say_that_nothing_differs() -> None:
    store = world(2)
    first = store.runs[0]
    store.runs[1] = replace(
        first, run_id=store.runs[1].run_id, run_name=first.run_name, tags=first.tags
    )
    for (run_id, key), points in list(store.points.items()):
        if run_id == first.run_id:
            store.points[store.runs[1].run_id, key] = points
    async with using(store) as user:
        await user.press("space", "space", "c")
        await user.sees("nothing differs", "x show everything")
        await user.press("x")
        await user.sees("vit-b")


@story
async def test_a_marked_run_that_is_gone_is_left_out() -> None:
    store = world()
    async with using(store) as user:
        await user.press("space", "space", "space")
        store.delete(f"{1:032x}")
        await user.press("c")
        await user.hears("1 of the marked runs are gone")
        await user.sees("Compare 2 runs")
        store.runs.clear()
        await user.press("r")
        await user.sees("the marked runs are gone")
        await user.press("escape")
        await user.sees("3 marked")


@story
async def test_the_comparison_can_be_copied_as_a_command() -> None:
    async with using(world()) as user:
        await user.press("space", "space", "c")
        await user.sees("Compare 2 runs")
        await user.rest()
        await user.press("Y")
        await user.sees("the command that shows this comparison")
        await user.press("enter")
        await user.until(lambda: bool(user.copied), "the copy")
        ids = f"{0:032x} {1:032x}"
        assert user.copied == [f"venturi runs diff {ids} -s memory://test --only-changed"]
