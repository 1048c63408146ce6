"""A person at the keyboard: presses keys, looks at the screen, and waits until it shows things."""

from __future__ import annotations

import asyncio
import functools
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ParamSpec

from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot

from stories.memory_store import START, MemoryStore
from venturi.connection import Connection
from venturi.settings import Place, Settings
from venturi_tui.application import VenturiApp
from venturi_tui.present.notices import Look
from venturi_tui.screens import models, runs_pane

P = ParamSpec("P")

_HOPS = 4
"""From the app to the pane with the focus, and from there up to the screen."""

_PRINTED = {
    "space": " ", "slash": "/", "colon": ":", "question_mark": "?", "plus": "+", "minus": "-",
}  # fmt: skip

PATIENCE_S = 12.0
LOADING = Look.LOADING
NOW = START + 90 * 60_000


def story(function: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Run an async test."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def told() -> None:
            await function(*args, **kwargs)

        asyncio.run(told())

    return run


class User:
    """Somebody who uses the app."""

    def __init__(self, app: VenturiApp, pilot: Pilot[int], store: MemoryStore | None) -> None:
        self.app = app
        self.pilot = pilot
        self.store = store
        self.copied: list[str] = []

    # Looking

    @property
    def lines(self) -> list[str]:
        """The screen as text."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    def line_with(self, words: str) -> str:
        """The first line of the screen that holds these words."""
        found = [line for line in self.lines if words in line]
        assert found, f"{words!r} is not on the screen:\n{self.text}"
        return found[0]

    def line_of_cursor(self) -> str:
        """The line the table's cursor is on."""
        found = [line for line in self.lines if re.search("▸[^a-z] ", line)]
        assert found, f"there is no cursor on the screen:\n{self.text}"
        return found[-1]

    @property
    def toasts(self) -> list[str]:
        """What was said in toasts."""
        return [each.message for each in self.app._notifications]

    # Waiting

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds; fail with the screen when it does not come."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, f"{what} never came:\n{self.text}"
            await asyncio.sleep(0.005)

    async def sees(self, *words: str) -> None:
        """Wait until all these words are on the screen."""
        for each in words:
            await self.until(lambda each=each: each in self.text, repr(each))

    async def sees_no(self, words: str) -> None:
        """Wait until these words are gone from the screen."""
        await self.until(lambda: words not in self.text, f"the end of {words!r}")

    async def hears(self, words: str) -> None:
        """Wait until a toast says these words."""
        await self.until(
            lambda: any(words in each for each in self.toasts), f"a toast of {words!r}"
        )

    async def settled(self) -> None:
        """Wait until the home screen shows what it was opened for, be it a failure."""

        def answered() -> bool:
            table = getattr(self.app.screen, "table", None)
            return table is not None and (table.notice is None or table.notice.look is not LOADING)

        await self.until(answered, "the first answer")
        await self.rest()

    async def rest(self) -> None:
        """Wait until nothing is under way: no question, no timer that follows the cursor."""

        def resting() -> bool:
            following = getattr(self.app.screen, "_following", None)
            return not list(self.app.workers) and not (following and following.is_due)

        await self.until(resting, "rest")
        await self.pilot.pause()
        await self.until(resting, "rest")

    # Doing

    async def press(self, *keys: str) -> None:
        """Press keys one after another, each when the one before has done what it does."""
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
            printed = key if len(key) == 1 else _PRINTED.get(key)
            self.app._driver.send_message(Key(name, printed))
            for _ in range(_HOPS):
                await self.pilot._wait_for_screen()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*text)

    async def enter(self, sign: str, text: str) -> None:
        """Open a prompt, type, and press enter."""
        await self.press({"/": "slash", ":": "colon"}[sign])
        await self.until(lambda: bool(self.app.screen.query("#prompt Input:focus")), "the prompt")
        await self.type(text)
        await self.press("enter")

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(width, height)


@asynccontextmanager
async def using(
    store: MemoryStore,
    size: tuple[int, int] = (160, 45),
    *,
    state: Path | None = None,
    opener: Callable[[], Connection] | None = None,
    settle: bool = True,
    read_only: bool = False,
) -> AsyncIterator[User]:
    """Use the app on a store, at a frozen time."""
    place = Place("memory://test", "--store")
    opens = opener or (lambda: Connection(place, store))
    app = VenturiApp(place, Settings(readonly=read_only), state, opens)
    real_time = runs_pane.clock
    runs_pane.clock = models.clock = lambda: NOW / 1000
    try:
        async with app.run_test(size=size) as pilot:
            user = User(app, pilot, store)
            app.copy_to_clipboard = user.copied.append
            if settle:
                await user.settled()
            yield user
    finally:
        runs_pane.clock = models.clock = real_time
