"""Stories of terminals of any size: every key, in every place, while the size changes."""

from __future__ import annotations

import random

import pytest
from stories.driver import User, story, using
from stories.memory_registry import opener, registry
from stories.memory_store import world
from stories.memory_writer import writable
from stories.places import PLACES, bars, faults, is_whole

from venturi_tui.actions import ACTIONS

SIZES = [(80, 24), (160, 45), (200, 50), (40, 12), (20, 5)]
LEAVING = {"q", "escape", "ctrl+z"}
"""Keys that end the story; escape is pressed all the time."""

MAIN = [
    "home", "curves", "groups", "run", "artifacts", "compare", "metric grid", "columns",
    "tag a run", "versions", "journal", "gate", "version diff", "transition",
]  # fmt: skip
"""Every screen and every kind of window once."""

KEYS = sorted({key for action in ACTIONS for key in action.keys} - LEAVING)


@pytest.mark.parametrize("place", MAIN)
@story
async def test_every_key_is_pressed_everywhere_while_the_size_changes(place, tmp_path) -> None:
    chance = random.Random(place)
    keys = chance.sample(KEYS, len(KEYS))
    keys.sort(key=lambda key: key == "enter")  # which closes windows, so it comes last
    store = writable(12)
    (tmp_path / "notes.txt").write_text("hello")
    store.change(f"{0:032x}", artifact_uri=str(tmp_path))
    async with using(store, opener=opener(registry(), store)) as user:
        await PLACES[place](user)
        here = user.app.screen
        for at, key in enumerate(keys):
            if at % 30 == 0:
                await _resized(user, *chance.choice(SIZES))
            await user.press(*key.split())
            for _ in range(6):
                if user.app.screen is not here and here in user.app.screen_stack:
                    await user.press("escape")
        await user.rest()
        assert not faults(user)


async def _resized(user: User, width: int, height: int) -> None:
    await user.resize(width, height)
    await user.rest()
    assert not faults(user)
    assert is_whole(user) or bars(user) == (True, True), user.text


@pytest.mark.parametrize("size", [(20, 5), (3, 2)])
@story
async def test_a_tiny_terminal_may_be_begun_with(size) -> None:
    async with using(world(), size) as user:
        await user.press("j", "space", "j", "enter", "escape", "c", "G", "x", "escape", "slash")
        await user.type("status = 'FAILED'")
        await user.press("enter")
        await user.rest()
        assert not faults(user)
        await user.resize(80, 24)
        await user.sees("status = 'FAILED'")
        assert bars(user) == (True, True)


@story
async def test_the_terminal_may_change_its_size_at_any_time() -> None:
    async with using(world()) as user:
        await user.press("j", "space", "j")
        for width, height in [(80, 24), (40, 12), (10, 4), (200, 50), (111, 19), (160, 45)]:
            await user.resize(width, height)
            await user.press("j")
            await user.rest()
        await user.sees("Experiments 2", "brave-otter-00")
        await user.press("c")
        await user.sees("Compare")
        await user.resize(50, 14)
        await user.press("l", "x")
        await user.rest()
        await user.press("escape", "enter")
        await user.resize(160, 45)
        await user.sees("attributes")


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
@story
async def test_small_screens_show_runs_and_where_one_is(size) -> None:
    async with using(world(), size) as user:
        await user.sees("brave-otter-00", "vision-sweep", "40 runs")
        assert "status" in user.text
