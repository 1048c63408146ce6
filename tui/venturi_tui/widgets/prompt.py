"""The line one types a filter or a command into, with the place of a mistake under it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from venturi_tui.present.pieces import Line, Role, fitted
from venturi_tui.present.words import safe
from venturi_tui.widgets.palette import palette_of


class Words(Widget):
    """One line of pieces."""

    ALLOW_SELECT = False

    def __init__(self, pieces: Line = (), *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._pieces = pieces

    def say(self, pieces: Line) -> None:
        """Say something else."""
        if pieces != self._pieces:
            self._pieces = pieces
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        pieces = self._pieces if y == 0 else ()
        return palette_of(self).strip(pieces, self.size.width)


class Prompt(Vertical):
    """Asks for one line. What is typed is posted; when to end is the screen's matter.

    Args:
        sign: What stands before the text: `/` or `:`.
        text: What stands there at first.
        past: Lines entered before, the newest last; the up key brings them back.
        hint: What one may type, while there is nothing wrong.
    """

    DEFAULT_CSS = """
    Prompt {
        layer: above;
        dock: bottom;
        height: 2;
        background: $surface;
    }
    Prompt Horizontal { height: 1; }
    Prompt Words { background: $surface; height: 1; }
    Prompt .sign { width: 2; }
    Prompt .below { width: 1fr; }
    Prompt Input { width: 1fr; background: $surface; border: none; padding: 0; height: 1; }
    """

    @dataclass
    class Typed(Message):
        """The text changed."""

        prompt: Prompt
        text: str

    def __init__(self, sign: str, text: str, past: Sequence[str], hint: str) -> None:
        super().__init__(id="prompt")
        self.sign = sign
        self._text = text
        self._past = [each for each in past if each != text]
        self._at = len(self._past)
        self._draft = text
        self._hint: Line = ((f"  {hint}", Role.DIM),)
        self._below = Words(self._hint, classes="below")

    def compose(self) -> ComposeResult:
        """The line, and one under it for the caret and the words."""
        with Horizontal():
            yield Words(((f" {self.sign}", Role.ACCENT),), classes="sign")
            line = Input(self._text, compact=True, select_on_focus=False)
            line.cursor_blink = False
            yield line
        yield self._below

    @property
    def input(self) -> Input:
        """Where one types."""
        return self.query_one(Input)

    def on_mount(self) -> None:
        """Type here."""
        self.screen.set_focus(self.input)

    def complain(self, words: str, position: int) -> None:
        """Say what is wrong at a place in the text, with a caret under it."""
        line = self.input
        before = cell_len(line.value[:position]) - int(line.scroll_offset.x)
        room = max(0, min(before, self.size.width - 12)) + 2
        message = safe(words)
        if room + cell_len(message) + 3 > self.size.width and room > len(message) + 3:
            pieces = ((" " * (room - cell_len(message) - 1) + message, Role.DIM), (" ^", Role.BAD))
        else:
            pieces = ((" " * room + "^ ", Role.BAD), (message, Role.DIM))
        self._below.say(fitted(pieces, self.size.width))

    def approve(self, pieces: Line | None = None) -> None:
        """Nothing is wrong."""
        self._below.say(self._hint if pieces is None else pieces)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what is typed."""
        event.stop()
        self.post_message(self.Typed(self, event.value))

    def bring_back(self, step: int) -> None:
        """An earlier line, or a later one, in place of what is typed."""
        at = self._at + step
        if not 0 <= at <= len(self._past):
            return
        if self._at == len(self._past):
            self._draft = self.input.value
        self._at = at
        self.input.value = self._draft if at == len(self._past) else self._past[at]
        self.input.cursor_position = len(self.input.value)


async def handled(widget: Widget) -> None:
    """Wait until a widget has handled all that it was sent, such as keys typed ahead."""
    done = asyncio.Event()
    if widget.call_later(done.set):
        await done.wait()
