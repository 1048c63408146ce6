"""Stories of lines to type into, of what is pasted, copied and printed: all is shown as it is."""

from __future__ import annotations

import pytest
from stories.driver import User, story, using
from stories.memory_registry import opener
from stories.memory_store import world
from stories.places import faults
from textual import events
from worlds.hostile import HOSTILE, hostile_registry, hostile_store

from venturi.errors import StoreUnreachable
from venturi_tui.widgets.line_input import one_line, visible

TEXTS = [*HOSTILE.values()]
LINES = {
    "filter": ("slash",), "command": ("colon",), "rename a run": ("E",), "describe a run": ("e",),
    "tag a run": ("t",), "rename an experiment": ("1", "E"), "find a column": ("C", "slash"),
    "choose a metric": ("m",), "rename a model": ("M", "E"), "an alias": ("M", "enter", "a"),
    "a gate": ("M", "enter", "g"), "register": ("P",),
}  # fmt: skip


async def paste(user: User, text: str) -> None:
    """Paste as a terminal does."""
    user.app.post_message(events.Paste(text))
    await user.pilot.pause()
    await user.rest()


@pytest.mark.parametrize("place", LINES)
@story
async def test_what_a_line_holds_is_shown_and_not_obeyed(place) -> None:
    store = hostile_store(TEXTS[:-1])
    held = hostile_registry(TEXTS)
    async with using(store, (100, 24), opener=opener(held, store)) as user:
        await user.press(*LINES[place])
        await user.rest()
        assert not faults(user)
        for first in range(0, 12, 4):
            await paste(user, "".join(TEXTS[first : first + 4]))
            assert not faults(user)
        await user.press("home", *["delete"] * 3, "end", *["backspace"] * 3, "left")
        await user.resize(30, 8)
        await user.rest()
        assert not faults(user)


@story
async def test_a_name_with_escapes_is_taken_into_the_line_and_can_be_mended() -> None:
    store = hostile_store(["\x1b[31mred\x07", "other"])
    async with using(store, (100, 24)) as user:
        await user.press("E")
        await user.sees("> ␛[31mred␇")
        line = user.app.screen.query_one("#prompt Input")
        assert line.cursor_screen_offset.x == line.region.x + len("␛[31mred␇ ")
        await user.press("backspace", "home", *["delete"] * 5, "enter")
        await user.sees("Rename", "→ red")


@story
async def test_lines_that_are_pasted_are_one_filter() -> None:
    async with using(world()) as user:
        await user.press("slash")
        await paste(user, "metrics.epoch < 3\n  and\tparams.model = 'vit-b'\r\n")
        await user.press("enter")
        await user.sees("Runs ─ metrics.epoch < 3   and params.model = 'vit-b'")
        await user.press("slash")
        await paste(user, "\n")
        await paste(user, "x" * 10_000)
        assert not faults(user)


def test_every_character_of_a_line_is_one_that_shows() -> None:
    for text in TEXTS:
        assert len(visible(text)) == len(text)
        assert visible(text).isprintable() or "\n" not in visible(text)
    assert visible("a\x1b\x7f\u202e\ud800\x85b") == "a␛␡□□□b"
    assert one_line("a\r\nb\n\nc\td") == "a b c d"


@story
async def test_what_is_copied_is_what_is_stored() -> None:
    evil = "\x1b]52;c;ZXZpbA==\x07\u202e\ud800"
    store = hostile_store([evil])
    async with using(store) as user:
        await user.press("Y")
        await user.type("name")
        await user.press("enter")
        await user.until(lambda: bool(user.copied), "the copy")
        assert user.copied == [evil]
        del user.app.copy_to_clipboard
        user.app.copy_to_clipboard(evil)
        assert not faults(user)


@story
async def test_toasts_and_failures_are_short_and_keep_their_keys() -> None:
    store = hostile_store(TEXTS)
    async with using(store, (60, 20)) as user:
        user.app.screen.say("\x1b[2J[red]" + "x" * 10_000, title="[b]\x07")
        await user.pilot.pause()
        assert not faults(user)
        await user.sees("Runs")
        store.failure = StoreUnreachable("日" * 10_000, hint="\u202e" * 900)
        await user.press("3", "]", "2")
        await user.enter(":", "sort metrics.epoch asc")
        await user.rest()
        assert not faults(user)
    store = hostile_store(TEXTS)
    store.failure = StoreUnreachable("日" * 10_000, hint="\u202e" * 900)
    async with using(store, (60, 20)) as user:
        await user.sees("r try again")
        await user.resize(20, 8)
        await user.sees("r try")
