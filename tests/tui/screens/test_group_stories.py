"""Stories of runs summed up by a param or tag."""

from __future__ import annotations

import pytest
from stories.driver import story, using
from stories.memory_store import world

from venturi.errors import StoreUnreachable


@pytest.mark.parametrize(("size", "indexed"), [((160, 45), True), ((80, 24), False)])
@story
async def test_runs_are_summed_up_by_a_param(size, indexed) -> None:
    async with using(world(2_400, indexed=indexed), size) as user:
        await user.press("b")
        await user.sees("Group runs by", "params, 3 values here")
        await user.type("model")
        await user.press("enter")
        await user.sees("2 groups of 2,400 runs", "val/acc", "± std", "vit-b", "1,200")
        line = user.line_with("vit-b").split()
        mean = sum(0.95 - 0.004 * at for at in range(0, 2_400, 2)) / 1_200
        assert f"{mean:.5g}" in line
        await user.press("j", "enter")
        await user.sees("Runs ─ params.model = 'vit-l'")
        await user.rest()
        assert "calm-finch-01" in user.line_of_cursor()


@story
async def test_groups_are_sorted_by_any_figure_and_a_filter_stays() -> None:
    async with using(world()) as user:
        await user.enter("/", "metrics.epoch < 3 or status = 'FAILED'")
        await user.sees("of 40 runs")
        await user.enter(":", "group lr")
        await user.sees("Runs by lr ─ metrics.epoch < 3", "3 groups of")
        first = user.line_with("▸ ")
        assert "0.0003" in first
        await user.press("s")
        await user.sees("lr▼")
        assert "0.01" in user.lines[4]
        await user.press("l", "l", "s")
        await user.sees("mean▼")
        await user.press("enter")
        await user.sees("Runs ─ (metrics.epoch < 3 or status = 'FAILED') and params.lr = '0.0003'")


@story
async def test_runs_without_the_value_are_a_group_of_their_own() -> None:
    store = world(5)
    store.change(f"{2:032x}", params={})
    async with using(store) as user:
        await user.enter(":", "group params.model")
        await user.sees("(not set)", "3 groups of 5 runs")
        await user.press("G", "enter")
        await user.sees("Runs ─ params.model IS NULL", "1 of 5 runs", "dull-heron-02")
        await user.enter(":", "group modle")
        await user.hears("no param or tag 'modle' of the runs here")


@story
async def test_groups_that_cannot_be_read_say_so_and_can_be_asked_for_again() -> None:
    store = world()
    async with using(store, (120, 30)) as user:
        store.failure = StoreUnreachable("nobody answers")
        await user.enter(":", "group model")
        await user.sees("nobody answers")
        store.failure = None
        await user.press("r")
        await user.sees("2 groups of 40 runs")
        await user.press("escape")
        await user.sees("brave-otter-00")
