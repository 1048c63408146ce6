"""The Textual app: opens the first screen, holds the connection, knows the themes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.command import Provider
from textual.driver import Driver
from textual.filter import ANSIToTruecolor, LineFilter
from textual.screen import Screen

from venturi.connection import Connection, connect
from venturi.settings import Place, Settings
from venturi_tui.loading import Loading
from venturi_tui.screens.home import HomeScreen
from venturi_tui.screens.palette import ActionProvider
from venturi_tui.state import Remembered
from venturi_tui.terminal import clipboard_sequences
from venturi_tui.theme import DARK, PLAIN, THEMES
from venturi_tui.widgets.bars import Standing


class VenturiApp(App[int]):
    """The terminal app on one place.

    Args:
        place: The store to open, once the first screen is painted.
        settings: How to open it.
        state: File of what is remembered; None remembers nothing.
        opener: What opens the store; `connect` when None.
    """

    TITLE = "Venturi"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {ActionProvider}
    ENABLE_SELECT_AUTO_SCROLL = False

    def __init__(
        self,
        place: Place,
        settings: Settings,
        state: Path | None = None,
        opener: Callable[[], Connection] | None = None,
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        self._place = place
        self.loading_room = Loading(self, opener or partial(connect, place, settings))
        self.remembered = Remembered(state, place.address)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._first_theme()

    def _first_theme(self) -> str:
        if self.no_color:
            return PLAIN.name
        held = self.remembered.theme
        return held if held in self.available_themes else DARK.name

    def get_driver_class(self) -> type[Driver]:
        """On Unix, a driver that sends only what changed."""
        standard = super().get_driver_class()
        if standard.__name__ != "LinuxDriver":
            return standard
        from venturi_tui.driver import ThriftyDriver

        return ThriftyDriver

    def on_resize(self) -> None:
        """What the terminal shows after that is its own matter."""
        self._forget_screen()

    def on_redraw_wanted(self) -> None:
        """Send the whole screen again."""
        self._forget_screen()
        self.screen.refresh()

    def _forget_screen(self) -> None:
        forget = getattr(self._driver, "forget", None)
        if forget is not None:
            forget()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Filters of what is drawn; our colours are no ANSI colours that need translating."""
        filters = super().get_line_filters()
        return [each for each in filters if not isinstance(each, ANSIToTruecolor)]

    def on_mount(self) -> None:
        """Show the first screen."""
        standing = Standing(address=self._place.address, context=self._place.context or "")
        self.push_screen(HomeScreen(self.loading_room, self.remembered, standing))

    def watch_theme(self, name: str) -> None:
        """Remember the theme that was chosen."""
        if name != PLAIN.name:
            self.remembered.theme = name

    def get_system_commands(self, screen: Screen[object]) -> list[SystemCommand]:
        """The palette holds our own actions only."""
        del screen
        return []

    def copy_to_clipboard(self, text: str) -> None:
        """Copy by OSC 52, which works over SSH, and through tmux."""
        self._clipboard = text
        if self._driver is None:
            return
        for sequence in clipboard_sequences(text, os.environ):
            self._driver.write(sequence)

    def action_help_quit(self) -> None:
        """Say how to leave to whoever presses ctrl+c."""
        self.notify("q leaves Venturi", timeout=4, markup=False)

    @property
    def connection(self) -> Connection | None:
        """The open store."""
        return self.loading_room.connection
