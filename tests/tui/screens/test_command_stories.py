"""Stories of the command line, the palette and the help, as one who is new here uses them."""

from __future__ import annotations

import pytest
from stories.driver import story, using
from stories.memory_registry import opener, registry
from stories.memory_store import world

from venturi_tui.actions import ACTIONS, BY_COMMAND, Where
from venturi_tui.screens.commands import completed, explained, hint, useful_first


@story
async def test_tab_completes_a_command_and_what_it_takes() -> None:
    async with using(world()) as user:
        await user.press("colon")
        await user.sees("tab completes   compare  filter  sort")
        await user.type("met")
        await user.sees("metric  KEY  choose the metric that is drawn", "metrics  show all")
        await user.press("escape", "colon")
        await user.type("sor")
        await user.press("tab")
        await user.sees(":sort ")
        await user.press("escape", "colon")
        await user.type("metric ac")
        await user.sees("val/acc", ":metric KEY")
        await user.press("tab", "enter")
        await user.sees("─ val/acc ─ step")
        await user.enter(":", "view del")
        await user.hears("'del'")
        await user.press("colon")
        await user.type("view del")
        await user.press("tab", "enter")
        await user.sees(" 0 runs")


@story
async def test_a_command_that_is_not_known_says_what_is_near() -> None:
    async with using(world()) as user:
        await user.enter(":", "filtre a")
        await user.hears("no command 'filtre'; did you mean :filter?")
        await user.press("colon")
        await user.type("exper")
        await user.press("tab")
        await user.type("base")
        await user.press("tab", "enter")
        await user.sees("baselines", "3 runs")


@story
async def test_the_palette_lists_what_is_useful_first() -> None:
    async with using(world()) as user:
        await user.press("ctrl+p")
        await user.sees("▸ open: open what is under the cursor")
        assert "one line down" not in user.text
        await user.type("side")
        await user.press("escape")
        await user.press("ctrl+p")
        await user.type("all metr")
        await user.sees("▸ all metrics")
        await user.press("enter")
        await user.sees("3 metrics of brave-otter-00")


@story
async def test_help_finds_a_key_by_a_word() -> None:
    async with using(world()) as user:
        await user.press("question_mark")
        await user.sees("runs", "mark the run", "/ finds")
        await user.enter("/", "logarithmic")
        await user.sees("logarithmic y-axis")
        assert "mark the run" not in user.text
        await user.press("r")
        await user.hears("there is nothing to refresh here")
        await user.press("escape", "escape")
        await user.sees("brave-otter-00")


@story
async def test_every_screen_says_its_first_commands() -> None:
    store = world()
    async with using(store, (80, 24), opener=opener(registry(), store)) as user:
        await user.press("M", "enter")
        await user.rest()
        await user.press("colon")
        await user.sees("tab completes   transition  filter  alias")


@pytest.mark.parametrize("command", BY_COMMAND)
def test_every_command_is_completed_from_its_beginning_and_explained(command: str) -> None:
    found = completed(command[:2], len(command[:2]), ACTIONS, lambda _: ())
    assert found is not None
    assert command in [choice.text for choice in found.choices]
    line = explained(f"{command} x", ACTIONS)
    assert line is not None
    assert BY_COMMAND[command].help in "".join(text for text, _ in line)


def test_what_a_placeholder_names_is_offered() -> None:
    found = completed("finish F", 8, ACTIONS, lambda _: ())
    assert found is not None
    assert [choice.text for choice in found.choices] == ["FINISHED", "FAILED"]
    assert found.put("finish F", 1) == ("finish FAILED ", 14)
    assert completed("", 0, ACTIONS, lambda _: ()) is None
    assert completed("nothing x", 9, ACTIONS, lambda _: ()) is None
    assert explained("nothing", ACTIONS) is None


def test_moves_of_the_cursor_come_last() -> None:
    order = useful_first(ACTIONS)
    assert order[0].id in ("open", "enlarge", "differences", "copy_value")
    assert {each.where for each in order[-8:]} == {(Where.LIST,)}
    assert hint(ACTIONS).startswith("tab completes")
