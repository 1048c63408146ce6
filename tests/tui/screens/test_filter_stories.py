"""Stories of filtering: errors where one types, counts, history, and back again."""

from __future__ import annotations

import pytest
from stories.driver import story, using
from stories.memory_store import IndexedMemoryStore, world

from venturi.filters.tree import Entity
from venturi.stores.base import RunKeys


@pytest.mark.parametrize("indexed", [True, False])
@story
async def test_a_filter_leaves_out_what_does_not_match(indexed) -> None:
    async with using(world(indexed=indexed)) as user:
        await user.enter("/", "params.model = 'vit-l' and metrics.val/acc > 0.9")
        await user.sees("Runs ─ params.model = 'vit-l' and metrics.val/acc > 0.9")
        await user.rest()
        assert "calm-finch-01" in user.line_of_cursor()
        assert "dull-heron-02" not in user.text
        counts = "6 of 40 runs" if indexed else "6 runs"
        assert counts in user.lines[0]
        await user.press("escape")
        await user.sees("40 runs", "dull-heron-02")


@story
async def test_a_mistake_is_shown_where_it_is_as_one_types() -> None:
    async with using(world(), (120, 40)) as user:
        await user.press("slash")
        await user.until(lambda: bool(user.app.screen.query("#prompt")), "the prompt")
        await user.type("metrics.loss ! 3")
        await user.sees("expected one of")
        typed = next(at for at, line in enumerate(user.lines) if "metrics.loss ! 3" in line)
        place = user.lines[typed].index("!")
        assert user.lines[typed + 1][place] == "^"
        await user.press("enter")
        await user.sees("metrics.loss ! 3")
        assert "40 runs" in user.lines[0]
        await user.press("escape")
        await user.sees_no("metrics.loss !")


@story
async def test_earlier_filters_come_back() -> None:
    async with using(world()) as user:
        await user.enter("/", "status = 'FAILED'")
        await user.sees("8 of 40 runs")
        await user.press("escape")
        await user.sees_no("8 of 40 runs")
        await user.press("slash")
        await user.until(lambda: bool(user.app.screen.query("#prompt")), "the prompt")
        await user.press("up")
        await user.sees("status = 'FAILED'")
        await user.press("enter")
        await user.sees("8 of 40 runs")


@story
async def test_nothing_matches_and_the_screen_says_what_to_press() -> None:
    async with using(world()) as user:
        await user.enter("/", "metrics.val/acc > 5")
        await user.sees("no run matches", "/ change the filter", "esc clear it", "0 of 40 runs")
        await user.press("y")
        await user.hears("there is no run under the cursor")
        await user.press("escape")
        await user.sees("brave-otter-00")


@story
async def test_the_command_line_filters_too() -> None:
    async with using(world()) as user:
        await user.enter(":", "filter status = 'RUNNING'")
        await user.sees("8 of 40 runs")
        await user.enter(":", "filter status ==== 'RUNNING'")
        await user.until(lambda: bool(user.toasts), "a complaint")
        assert "8 of 40 runs" in user.lines[0]


@story
async def test_another_experiment_starts_without_the_filter() -> None:
    async with using(world()) as user:
        await user.enter("/", "status = 'FAILED'")
        await user.sees("8 of 40 runs")
        await user.enter(":", "experiment baselines")
        await user.sees("3 runs")
        assert "FAILED" not in user.text


@story
async def test_a_sort_stays_with_the_filter() -> None:
    async with using(world()) as user:
        await user.enter(":", "sort metrics.val/acc asc")
        await user.sees("by val/acc ▲")
        await user.enter("/", "params.model = 'vit-b'")
        await user.sees("20 of 40 runs", "by val/acc ▲")
        await user.rest()
        assert "keen-ibis-38" in user.line_of_cursor()


@story
async def test_keys_and_values_are_completed_by_tab() -> None:
    async with using(world(), (120, 40)) as user:
        await user.press("slash")
        await user.type("params.mo")
        await user.sees("params.model")
        await user.press("tab", "=", "space")
        await user.sees("'vit-b'", "'vit-l'")
        await user.press("tab", "tab")
        await user.sees("/params.model = 'vit-l'")
        await user.press("shift+tab")
        await user.sees("/params.model = 'vit-b'")
        await user.press("tab", "enter")
        await user.sees("20 of 40 runs", "Runs ─ params.model = 'vit-l'")


@story
async def test_odd_keys_get_back_ticks_and_what_was_typed_comes_back() -> None:
    async with using(world(), (120, 40)) as user:
        await user.press("slash")
        await user.type("acc")
        await user.sees("metrics.`val/acc`")
        await user.press("tab")
        await user.type("> 0.9 ")
        await user.sees("AND", "OR")
        await user.press("tab", "tab")
        await user.sees("`val/acc` > 0.9 OR")
        await user.press("escape")
        await user.sees_no("0.9 OR")
        await user.press("enter")
        await user.sees("13 of 40 runs")


@story
async def test_a_store_that_knows_its_keys_and_values_completes_more() -> None:
    class Knowing(IndexedMemoryStore):
        def run_keys(self) -> RunKeys:
            return RunKeys(params=("far_away", "model"))

        def run_values(self, entity: Entity, key: str, *, most: int) -> list[str]:
            return [f"{entity.value} {key}"][:most]

    plain = world()
    async with using(Knowing(plain.experiments, plain.runs), (120, 40)) as user:
        await user.press("slash")
        await user.type("params.far")
        await user.sees("params.far_away")
        await user.press("tab")
        await user.type("= ")
        await user.sees("'parameter far_away'")
        await user.press("tab", "enter")
        await user.sees("no run matches")
