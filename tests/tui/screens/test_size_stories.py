"""Stories of terminals of any size, and of text that wants to do harm."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from stories.driver import story, using
from stories.memory_store import world

from venturi.records import Experiment, Lifecycle

KEYS = (
    "j", "k", "l", "h", "G", "g", "g", "tab", "shift+tab", "f", "1", "2", "3", "4", "space", "v",
    "u", "s", "c", "escape", "enter", "escape", "x", "b", "m", "escape", "L", "S", "X", "plus",
    "minus", "0", "left", "right", "question_mark", "escape", "C", "escape", "Y", "escape", "y",
    "r", "R", "pagedown", "pageup", "ctrl+d", "ctrl+u", "home", "end", "n", "N", "ctrl+l",
    "slash", "escape", "colon", "escape", "ctrl+p", "escape", "down", "up",
    "a", "j", "l", "]", "[", ".", ",", "+", "<", ">", "0", "o", "e", "enter", "f", "B", "escape",
    "a",
)  # fmt: skip


@pytest.mark.parametrize("size", [(160, 45), (80, 24), (40, 12), (20, 6), (3, 2), (200, 50)])
@story
async def test_no_key_does_harm_at_any_size(size) -> None:
    async with using(world(), size) as user:
        order = list(KEYS)
        random.Random(size[0]).shuffle(order)
        for key in order:
            await user.press(key)
        await user.rest()


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


HOSTILE = (
    "\x1b[2J\x1b[31mred\x07",
    "[bold red]markup[/] [@click=app.quit()]x[/]",
    "\u202eright to left\u202c",
    "line one\nline two\r\x00",
    "x" * 10_000,
    "e\u0301\u200b\ufeff\u2028",
    "日本語 👩🏽‍🚀 ☃",
    "\ud800",
    "",
)


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
@story
async def test_hostile_text_is_shown_in_every_pane_and_never_obeyed(size) -> None:
    store = world(len(HOSTILE))
    for at, text in enumerate(HOSTILE):
        run = store.runs[at]
        store.runs[at] = replace(
            run,
            run_name=text,
            user_id=text,
            status=text or run.status,
            params={"p": text, text or "k": "1"},
            tags={text or "k": text, "mlflow.note.content": text, "mlflow.source.name": text},
            latest={**run.latest, (text or "m"): replace(run.latest["val/acc"], key=text or "m")},
        )
    store.experiments[0] = Experiment("1", "\x1b[2J[red]evil", Lifecycle.ACTIVE)
    async with using(store, size) as user:
        await user.sees("␛[2J")
        for at in range(len(HOSTILE)):
            for key in ("space", "enter", "tab", "tab", "escape", "escape", "escape"):
                await user.press(key)
            await user.rest()
            assert not {"\x1b", "\x07", "\u202e", "\x00"} & set(user.text), at
        for key in ("c", "x", "enter", "escape", "escape", "m", "escape", "C", "escape", "Y"):
            await user.press(key)
        await user.rest()
        assert not {"\x1b", "\x07", "\u202e", "\x00"} & set(user.text)
