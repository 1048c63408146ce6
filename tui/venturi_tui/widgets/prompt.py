"""The line one types a filter or a command into, with the place of a mistake under it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from venturi_tui.present.pieces import Line, Role, fitted, key_pieces
from venturi_tui.present.words import safe
from venturi_tui.widgets.line_input import LineInput
from venturi_tui.widgets.palette import Ground, palette_of

if TYPE_CHECKING:
    from venturi.filters.completing import Choice, Completion

_MOST_SHOWN = 6
"""Choices that are shown at once."""


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

    def say_keys(self, pairs: Sequence[tuple[str, str]], width: int = 88) -> None:
        """Say which keys do what, as many as fit; into `width` cells before it has its own."""
        self.say(fitted(key_pieces(pairs), self.size.width or width))

    def render_line(self, y: int) -> Strip:
        """The line."""
        pieces = self._pieces if y == 0 else ()
        return palette_of(self).strip(pieces, self.size.width)


class Suggestions(Widget):
    """A few lines of choices, the one that is taken among them."""

    DEFAULT_CSS = """
    Suggestions { height: 0; }
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._choices: Sequence[Choice] = ()
        self._indent = 0
        self._at: int | None = None

    def show(self, choices: Sequence[Choice], indent: int) -> None:
        """Show other choices, so many cells from the left."""
        self._choices, self._indent, self._at = choices, indent, None
        self.styles.height = min(len(choices), _MOST_SHOWN)
        self.refresh(layout=True)

    def turn(self, step: int) -> int:
        """Go to the next choice, or the one before; its place."""
        begins = 0 if step > 0 else len(self._choices) - 1
        at = begins if self._at is None else (self._at + step) % len(self._choices)
        self._at = at
        self.refresh()
        return at

    def render_line(self, y: int) -> Strip:
        """A choice."""
        total, width = len(self._choices), self.size.width
        room = min(total, _MOST_SHOWN)
        first = max(0, min((self._at or 0) - room + 1, total - room))
        at = first + y
        if at >= total:
            return palette_of(self).strip((), width)
        choice = self._choices[at]
        widest = max(cell_len(safe(each.text)) for each in self._choices[first : first + room])
        indent = max(1, min(self._indent, width - widest - 8))
        more = f"  {at + 1} of {total}" if y == room - 1 and total > room else ""
        taken = at == self._at
        lead = ("▸ " if taken else "  ", Role.ACCENT)
        tone = Role.ACCENT if taken else Role.TEXT
        pieces = ((" " * (indent - 1), Role.TEXT), lead, (safe(choice.text), tone),
                  (f"  {choice.about}{more}", Role.DIM))  # fmt: skip
        return palette_of(self).strip(pieces, width, Ground.BAND if taken else Ground.PLAIN)


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
        height: auto;
        background: $surface;
    }
    Prompt Suggestions { background: $panel; }
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
        self._completion: Completion | None = None
        self._base = ""
        self._taken: str | None = None
        self._suggestions = Suggestions()
        self._hint: Line = ((f"  {hint}", Role.DIM),)
        self._below = Words(self._hint, classes="below")

    def compose(self) -> ComposeResult:
        """The line, what it may go on with above, and the caret and its words below."""
        yield self._suggestions
        with Horizontal():
            sign = Words(((f" {self.sign}", Role.ACCENT),), classes="sign")
            if self.sign not in ("/", ":"):
                sign.styles.width = cell_len(self.sign) + 2
            yield sign
            line = LineInput(self._text, compact=True, select_on_focus=False)
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
        # What is typed ahead may be wrong before the line has a place on the screen.
        width = self.size.width or self.screen.size.width
        before = cell_len(line.value[:position]) - int(line.scroll_offset.x)
        room = max(0, min(before, width - 12)) + 2
        message = safe(words)
        if room + cell_len(message) + 3 > width and room > len(message) + 3:
            pieces = ((" " * (room - cell_len(message) - 1) + message, Role.DIM), (" ^", Role.BAD))
        else:
            pieces = ((" " * room + "^ ", Role.BAD), (message, Role.DIM))
        self._below.say(fitted(pieces, width))

    def approve(self, pieces: Line | None = None) -> None:
        """Nothing is wrong."""
        self._below.say(self._hint if pieces is None else pieces)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what is typed."""
        event.stop()
        if self.input.value != self._taken:
            self._taken = None
        self.post_message(self.Typed(self, event.value))

    def suggest(self, completion: Completion | None) -> None:
        """Show what may stand at the cursor; not while one goes through what was shown before."""
        if self._taken is not None:
            return
        self._completion, self._base = completion, self.input.value
        choices = () if completion is None else completion.choices
        before = 0 if completion is None else cell_len(self._base[: completion.start])
        self._suggestions.show(choices, before + 2 - int(self.input.scroll_offset.x))

    def complete(self, step: int) -> bool:
        """Take the next choice, or the one before; False when there is none.

        The only choice is taken for good, so that the next place is completed by the next key.
        """
        completion = self._completion
        if completion is None or not completion.choices:
            return False
        number = self._suggestions.turn(step)
        text, cursor = completion.put(self._base, number)
        self._taken = None if len(completion.choices) == 1 else text
        self.input.value = text
        self.input.cursor_position = cursor
        return True

    def leave_suggestions(self) -> bool:
        """Give back what was typed before choices were gone through; False when none were."""
        if self._taken is None:
            return False
        self._taken = None
        self.input.value = self._base
        self.input.cursor_position = len(self._base)
        return True

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
