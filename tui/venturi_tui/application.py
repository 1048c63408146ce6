"""The Textual app: paints an outline at once, then opens the first screen on a store."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.css.stylesheet import Stylesheet
from textual.driver import Driver
from textual.filter import LineFilter, NoColor

from venturi.settings import ContextEntry, Place, Settings, place_of_context
from venturi_tui.state import Remembered
from venturi_tui.terminal import clipboard_sequences
from venturi_tui.theme import DARK, PLAIN, THEMES, missing_colors
from venturi_tui.widgets.bars import Footer, Header, Standing
from venturi_tui.widgets.outline import Outline

if TYPE_CHECKING:
    from venturi.connection import Connection
    from venturi_tui.actions import Action
    from venturi_tui.brush import Brush
    from venturi_tui.loading import Loading
    from venturi_tui.pictures import Placed
    from venturi_tui.pixel_mode import PixelMode
    from venturi_tui.screens.carried import Carried

_GARBAGE_FROM_S = 2.0
"""Seconds after the first paint; nothing that opening a store makes is garbage."""


class VenturiApp(App[int]):
    """The terminal app on one place.

    Its own first screen is only an outline; what fills it is loaded when that is painted.

    Args:
        place: The store to open.
        settings: How to open it.
        state: File of what is remembered; None remembers nothing.
        opener: What opens the store; `connect` when None.
    """

    TITLE = "Venturi"
    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual's form
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012
    BINDINGS = [("q", "quit", "Quit")]  # noqa: RUF012
    ENABLE_COMMAND_PALETTE = False
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
        self._colorless = (NoColor(),)
        self._place = place
        self._settings = settings
        self._opener = opener
        self._carried: list[Carried] = []
        self._loading: Loading | None = None
        self.remembered = Remembered(state, place.address)
        self._begin_with_theme()

    def _begin_with_theme(self) -> None:
        """Put the first theme on before anything is drawn, so that no style is read twice."""
        for theme in THEMES:
            self.register_theme(theme)
        chosen = self._settings.theme
        held = f"venturi-{chosen}" if chosen else self.remembered.theme
        name = held if held in self.available_themes else DARK.name
        self.set_reactive(App[int].theme, PLAIN.name if self.no_color else name)
        self.stylesheet = Stylesheet(variables=self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours, for themes that do not know them."""
        return missing_colors(self.current_theme)

    def compose(self) -> ComposeResult:
        """The outline of the first screen."""
        yield Header(self._standing)
        with Horizontal(id="upper"):
            yield Outline("Experiments", id="experiments")
            yield Outline("Runs", "reading runs …", id="runs", classes="pane -first")
        with Horizontal(id="lower"):
            yield Outline("curves", id="curves")
            yield Outline("Run", id="detail")
        yield Footer()

    @property
    def _standing(self) -> Standing:
        return Standing(address=self._place.address, context=self._place.context or "")

    def on_mount(self) -> None:
        """Paint first."""
        self.call_after_refresh(self._open_home)
        if not self.is_headless:
            self._leave_when_told()

    def _leave_when_told(self) -> None:
        """Give the terminal back before the program ends, also when a signal ends it."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with suppress(RuntimeError, ValueError):  # not on every system, nor in every thread
                loop.add_signal_handler(number, partial(self.exit, 128 + number, 128 + number))

    def _open_home(self) -> None:
        """Load what fills the outline, and begin."""
        from venturi.connection import connect
        from venturi_tui.loading import Loading
        from venturi_tui.screens.home import HomeScreen

        if not gc.isenabled():
            gc.freeze()
            self.set_timer(_GARBAGE_FROM_S, gc.enable)
        opener = self._opener or partial(connect, self._place, self._settings)
        read_only, write = self._settings.readonly, self._settings.write
        self._loading = Loading(self, opener, read_only=read_only, write=write)
        self._loading.tag_writes = self._settings.tag_writes
        home = HomeScreen(self._loading, self.remembered, self._standing)
        home.take_along(self._carried)
        home.curves.plotting.looks.dots = self._settings.dots
        home.look_every(self._settings.live)
        self.push_screen(home)
        if (self._settings.pixels or self.remembered.pixels) and not self._knows_pixels:
            self.call_after_refresh(self._begin_pixels)

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """The action table, with the keys that the user chose."""
        from venturi_tui.actions import ACTIONS

        if not self._settings.keys:
            return ACTIONS
        from venturi_tui.keymap import with_choices

        return with_choices(ACTIONS, self._settings.keys)

    @property
    def contexts(self) -> Mapping[str, ContextEntry]:
        """Other stores that can be opened, by name."""
        return self._settings.contexts

    def open_context(self, name: str) -> None:
        """Open the store of another context in place of this one.

        Raises:
            ConfigError: There is no such context.
        """
        place = place_of_context(self._settings, name)
        self._carried = self._marked()
        self._leave_place()
        self._place, self._opener = place, None
        self.remembered = self.remembered.of(place.address)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self._open_home()

    def _marked(self) -> list[Carried]:
        """The runs that are marked, in whatever store, as the first screen knows them."""
        for screen in self.screen_stack:
            carry: Callable[[], list[Carried]] | None = getattr(screen, "carry", None)
            if carry is not None:
                return carry()
        return self._carried

    def _leave_place(self) -> None:
        self.remembered.save()
        left, self._loading = self._loading, None
        self.workers.cancel_all()
        if left is not None and left.connection is not None:
            left.connection.close()

    @property
    def connection(self) -> Connection | None:
        """The open store; None while none is."""
        return None if self._loading is None else self._loading.connection

    def watch_theme(self, name: str) -> None:
        """Remember the theme that was chosen."""
        if name not in (PLAIN.name, f"venturi-{self._settings.theme}"):
            self.remembered.theme = name

    async def on_event(self, event: events.Event) -> None:
        """Let the screen have a key first, and wait until it has done what it does."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            take = getattr(self.screen, "take_key", None)
            if take is not None and await take(event):
                return
        await super().on_event(event)

    # The terminal

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
        if self.brush is not None:
            self._pixel_mode.resized()

    def on_redraw_wanted(self) -> None:
        """Send the whole screen again."""
        self._forget_screen()
        self.screen.refresh()

    def _forget_screen(self) -> None:
        forget = getattr(self._driver, "forget", None)
        if forget is not None:
            forget()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without colour, take all of it away; our colours need no other filter."""
        return self._colorless if self.no_color else ()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy by OSC 52, which works over SSH, and through tmux."""
        self._clipboard = text
        if self._driver is None:
            return
        for sequence in clipboard_sequences(text, os.environ):
            self._driver.write(sequence)

    # Pixels

    @cached_property
    def _pixel_mode(self) -> PixelMode:
        from venturi_tui.pixel_mode import PixelMode

        say = partial(self.notify, timeout=4, markup=False)
        keep = self._keep_pixels
        return PixelMode(self, os.environ, self._placed, self._turn_curves, say, keep)

    @property
    def _knows_pixels(self) -> bool:
        return "_pixel_mode" in self.__dict__

    @property
    def brush(self) -> Brush | None:
        """What draws curves in pixels; None for dots."""
        return self._pixel_mode.brush if self._knows_pixels else None

    def turn_pixels(self) -> None:
        """Draw curves in pixels, or in dots again; remember what was chosen."""
        if self._pixel_mode.is_wanted:
            self._pixel_mode.turn_off()
        else:
            self._pixel_mode.turn_on()

    def _begin_pixels(self) -> None:
        if not self.is_headless:
            self._pixel_mode.turn_on(aloud=False)

    def _keep_pixels(self, wanted: bool) -> None:
        self.remembered.pixels = wanted

    def _placed(self) -> Placed | None:
        """The picture of the uppermost screen that has curves; windows may lie over it."""
        found = (getattr(screen, "curves", None) for screen in reversed(self.screen_stack))
        pane = next((pane for pane in found if pane is not None), None)
        return None if pane is None else pane.placed

    def _turn_curves(self) -> None:
        for screen in self.screen_stack:
            pane = getattr(screen, "curves", None)
            if pane is not None:
                pane.turned()

    @property
    def is_at_rest(self) -> bool:
        """Whether the first screen is there, and nothing more is being read or drawn for it."""
        waits = getattr(self.screen, "is_following", False)
        return len(self.screen_stack) > 1 and not list(self.workers) and not waits

    @property
    def crash(self) -> Exception | None:
        """The error that nobody foresaw and that ended the app; None without one."""
        return self._exception

    def _fatal_error(self) -> None:
        """End the app. What happened is told by who runs it, without the values of variables."""
        self._close_messages_no_wait()

    def action_help_quit(self) -> None:
        """Say how to leave to whoever presses ctrl+c."""
        self.notify("q leaves Venturi", timeout=4, markup=False)
