"""A line to type into that shows every character it holds, and obeys none."""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.suggester import SuggestionReady
from textual.widgets import Input

_BREAKS = re.compile("[\t\v\f]|[\r\n\x1c-\x1e\x85\u2028\u2029]+")
_ACTING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_STAND_IN = "□"


class LineInput(Input):
    """An Input for text that may come from a store or from a clipboard.

    What acts on a terminal, or is invisible, is shown as one cell: a control picture or a box. So
    the cursor steps over it like over any letter, and it can be deleted.
    """

    @property
    def _value(self) -> Text:
        if self.value.isprintable():
            return super()._value
        return Text(visible(self.value), no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(visible(self.value[:position]))

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines of what is pasted, as one."""
        event.stop()
        event.prevent_default()
        line = one_line(event.text)
        if line:
            self.replace(line, *self.selection)

    async def _on_suggestion_ready(self, event: SuggestionReady) -> None:
        """Suggest only what shows all that it holds."""
        if not event.suggestion.isprintable():
            event.prevent_default()


def visible(text: str) -> str:
    """A text of as many characters, each of which shows."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _shown(letter) for letter in text)


def _shown(letter: str) -> str:
    code = ord(letter)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return _STAND_IN if unicodedata.category(letter) in _ACTING else letter


def one_line(text: str) -> str:
    """What was pasted as one line: a blank for each break between its lines."""
    return _BREAKS.sub(" ", text.strip("\r\n"))
