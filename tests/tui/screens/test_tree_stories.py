"""Stories of nested runs: a tree that folds, exact on every store, best children shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stories.driver import story, using
from stories.memory_store import MemoryStore, world

from venturi.errors import StoreUnreachable
from venturi.records import Run


def nested(*, indexed: bool = True, number: int = 40) -> MemoryStore:
    """Runs 1, 2 and 3 are nested in 0, run 5 in 2, run 39 in one that is not there."""
    store = world(number, indexed=indexed)
    parents = {1: 0, 2: 0, 3: 0, 5: 2, number - 1: 99_999}

    def child(run: Run) -> Run:
        parent = parents.get(int(run.run_id, 16))
        if parent is None:
            return run
        return replace(run, tags={**run.tags, "mlflow.parentRunId": f"{parent:032x}"})

    store.runs = [child(run) for run in store.runs]
    first = store.runs[0]
    store.runs[0] = replace(first, latest={"epoch": first.latest["epoch"]})
    return store


@pytest.mark.parametrize("indexed", [True, False])
@story
async def test_children_fold_under_their_parents(indexed) -> None:
    async with using(nested(indexed=indexed)) as user:
        await user.press("T")
        await user.sees("▸ brave-otter-00")
        await user.rest()
        assert "calm-finch-01" not in user.text
        await user.press("o")
        await user.sees("├ calm-finch-01", "├ ▸ dull-heron-02", "└ keen-ibis-03")
        await user.press("j", "j", "l")
        await user.sees("│ └ brave-otter-05")
        assert "▾ dull-heron-02" in user.line_of_cursor()
        await user.press("j", "h")
        assert "▾ dull-heron-02" in user.line_of_cursor()
        await user.press("h", "h")
        assert "▾ brave-otter-00" in user.line_of_cursor()
        await user.press("h")
        await user.sees_no("calm-finch-01")
        await user.press("G")
        await user.rest()
        assert "wry-stoat-39" in user.line_of_cursor()
        assert "40 runs" in user.lines[0]
        await user.press("g", "g", "O")
        await user.sees("│ └ brave-otter-05")
        await user.press("O")
        await user.sees_no("calm-finch-01")
        await user.press("T")
        await user.sees("calm-finch-01")
        await user.press("o")
        await user.hears("T turns that on")


@pytest.mark.parametrize("indexed", [True, False])
@story
async def test_the_best_child_stands_in_for_a_parent_without_the_metric(indexed) -> None:
    async with using(nested(indexed=indexed)) as user:
        await user.press("T")
        await user.sees("0.946ᶜ", "0.21ᶜ")
        assert "▸ brave-otter-00" in user.line_with("0.946ᶜ")


@story
async def test_a_tree_keeps_its_folds_through_sorting_and_remembers_itself(tmp_path) -> None:
    state = tmp_path / "tui.json"
    async with using(nested(), state=state) as user:
        await user.press("T")
        await user.sees("▸ brave-otter-00")
        await user.press("o", "j")
        await user.enter(":", "sort metrics.val/loss desc")
        await user.sees("by val/loss ▼")
        await user.rest()
        assert "wry-stoat-39" in user.line_of_cursor()
        await user.press("G")
        await user.rest()
        await user.sees("├ ▸ dull-heron-02", "├ calm-finch-01", "└ keen-ibis-03")
        await user.enter("/", "status = 'FINISHED'")
        await user.sees("16 of 40 runs", "▾ brave-otter-00")
        await user.rest()
        assert "└ keen-ibis-03" in user.text
        user.app.remembered.save()
    async with using(nested(), state=state) as user:
        await user.press("G")
        await user.sees("▸ brave-otter-00")


@story
async def test_all_that_match_are_marked_also_what_is_folded_away() -> None:
    async with using(nested()) as user:
        await user.press("T")
        await user.sees("▸ brave-otter-00")
        await user.press("A")
        await user.hears("40 runs marked")


@story
async def test_a_tree_on_a_store_that_reads_on_is_read_whole() -> None:
    async with using(nested(indexed=False, number=2_500)) as user:
        await user.press("T")
        await user.sees("▸ brave-otter-00", "2,500 runs")
        await user.press("G")
        await user.sees("wry-stoat-2499")


@story
async def test_a_tree_that_cannot_be_read_says_so_and_the_list_stays() -> None:
    store = nested()
    async with using(store) as user:
        store.failure = StoreUnreachable("nobody answers")
        await user.press("T")
        await user.hears("nobody answers")
        await user.sees("calm-finch-01")
