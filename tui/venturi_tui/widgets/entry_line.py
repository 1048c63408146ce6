"""One line of a window to type into, with a word before it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from venturi_tui.present.pieces import Role
from venturi_tui.present.words import safe
from venturi_tui.widgets.line_input import LineInput
from venturi_tui.widgets.prompt import Words


class EntryLine(Horizontal):
    """A word, and a line to type into.

    Args:
        label: What stands before it, at most eight cells.
        text: What stands in it at first.
        hint: What one may type; shown while it is empty.
    """

    DEFAULT_CSS = """
    EntryLine { height: 1; }
    EntryLine Words { width: 9; }
    EntryLine Input { width: 1fr; }
    """

    def __init__(self, label: str, text: str = "", hint: str = "") -> None:
        super().__init__()
        self._label = Words(((label, Role.DIM),))
        self._words = label
        self.input = LineInput(text, placeholder=safe(hint), compact=True, select_on_focus=False)
        self.input.cursor_blink = False

    def compose(self) -> ComposeResult:
        """The word, then the line."""
        yield self._label
        yield self.input

    @property
    def value(self) -> str:
        """What is typed."""
        return self.input.value

    def complain(self) -> None:
        """Show by the word before it that what is typed does not do."""
        self._label.say(((self._words, Role.BAD),))
