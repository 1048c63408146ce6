"""Whether curves are drawn in pixels: asks the terminal while the app runs, and lays pictures."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol as Typed
from typing import runtime_checkable

from textual.app import App

from venturi_tui.brush import MOST_PIXELS, MOST_PIXELS_OVER_SSH, Brush
from venturi_tui.pictures import CellPictures, KittyPictures, Placed
from venturi_tui.present.chart.graphics import Protocol
from venturi_tui.present.chart.pixels import CELL
from venturi_tui.terminal_graphics import QUESTION, Listener, graphics_of, why_not_ask

_PATIENCE_S = 1.0
"""How long a terminal may think before we say that it does not answer; it is heard later too."""

_NAMES = {
    Protocol.KITTY: "kitty's protocol",
    Protocol.ITERM: "iTerm2's protocol",
    Protocol.SIXEL: "sixel",
}


@runtime_checkable
class AskingDriver(Typed):
    """A driver that asks the terminal, and lays things over its text."""

    ear: Callable[[str], str] | None
    fileno: int

    def ask(self, question: str) -> None:
        """Ask the terminal something that leaves the screen alone."""

    def overlay(self, overlay: KittyPictures | CellPictures | None) -> None:
        """Lay something over the text, in place of what lay there."""


class PixelMode:
    """Pixels in place of dots, on and off.

    Args:
        app: The app, whose driver asks the terminal.
        environ: The environment: TERM, TMUX, SSH_CONNECTION ….
        placed: Says which picture is to be seen where.
        turned: Called when curves are to be drawn in another way.
        say: Tells the user something.
        keep: Remembers whether pixels were chosen and are possible.

    `brush` is how curves are drawn; None for dots.
    """

    def __init__(
        self,
        app: App[int],
        environ: Mapping[str, str],
        placed: Callable[[], Placed | None],
        turned: Callable[[], None],
        say: Callable[[str], None],
        keep: Callable[[bool], None],
    ) -> None:
        self.brush: Brush | None = None
        self._app, self._environ = app, environ
        self._placed, self._turned, self._say, self._keep = placed, turned, say, keep
        self._asked = 0
        self._wanted = self._hoping = False
        self._aloud = self._untold = False

    @property
    def _driver(self) -> AskingDriver | None:
        driver = self._app._driver  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return driver if isinstance(driver, AskingDriver) else None

    @property
    def is_wanted(self) -> bool:
        """Whether pixels are wanted, be they possible or not yet known to be."""
        return self._wanted

    def turn_off(self) -> None:
        """Draw dots again."""
        self._wanted = self._hoping = False
        self._keep(False)
        self.brush = None
        if self._driver is not None:
            self._driver.overlay(None)
        self._turned()

    def turn_on(self, *, aloud: bool = True) -> None:
        """Draw pixels where the terminal can.

        Where the user asked for it, `aloud`, they hear why it cannot, or how much a picture costs.
        """
        self._aloud = self._untold = aloud
        reason = self._why_not()
        if reason:
            self._refuse(reason)
            return
        self._wanted = True
        self._ask()

    def resized(self) -> None:
        """The size of a cell may be another one now."""
        if self.brush is not None:
            self._ask()

    def _why_not(self) -> str:
        if self._driver is None:
            return "the output is not a terminal that can be asked"
        if self._app.no_color:
            return "NO_COLOR is set, and pictures have colours"
        if self._app.current_theme.ansi:
            return "this theme leaves colours to the terminal; :theme dark has its own"
        return why_not_ask(self._environ, self._driver.fileno, self._screen_fd)

    @property
    def _screen_fd(self) -> int:
        return sys.__stderr__.fileno() if sys.__stderr__ is not None else 2

    def _refuse(self, reason: str) -> None:
        self._wanted = False
        if self._aloud:
            self._keep(False)
            self._say(f"no pixels: {reason}")

    # Asking

    def _ask(self) -> None:
        driver, loop = self._driver, asyncio.get_running_loop()
        if driver is None:
            return

        def heard(answer: bytes) -> None:
            loop.call_soon_threadsafe(self._answered, answer)

        self._asked += 1
        driver.ear = Listener(heard)
        driver.ask(QUESTION.decode("ascii"))
        self._app.set_timer(_PATIENCE_S, partial(self._give_up, self._asked))

    def _give_up(self, asked: int) -> None:
        if asked == self._asked and self._wanted and self.brush is None:
            self._refuse("the terminal did not answer")
            self._hoping = True

    def _answered(self, answer: bytes) -> None:
        self._asked += 1
        self._wanted = self._wanted or self._hoping
        self._hoping = False
        if not self._wanted:
            return
        found = graphics_of(answer, self._environ, self._screen_fd)
        way = found.protocol
        if way is None:
            self._refuse(f"{found.reason} (kitty, iTerm2, sixel)")
        elif way is Protocol.SIXEL and found.cell is None:
            self._refuse("the terminal does not say how large its cells are")
        else:
            self._take(Brush(way, found.cell or CELL, self._most))

    @property
    def _most(self) -> int:
        far = self._environ.get("SSH_CONNECTION") or self._environ.get("SSH_TTY")
        return MOST_PIXELS_OVER_SSH if far else MOST_PIXELS

    def _take(self, brush: Brush) -> None:
        before, self.brush = self.brush, brush
        self._keep(True)
        if brush == before or self._driver is None:
            return
        if before is None or before.way is not brush.way:
            make = KittyPictures if brush.way is Protocol.KITTY else CellPictures
            self._driver.overlay(make(self._seen))
        self._turned()

    def _seen(self) -> Placed | None:
        placed = self._placed()
        if placed is not None and self._untold:
            self._untold = False
            size = max(round(len(placed.picture.whole) / 1000), 1)
            words = f"pixels by {_NAMES[placed.picture.way]}, {size} kB a picture"
            self._app.call_later(self._say, words)
        return placed
