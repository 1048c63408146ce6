"""The frame of a pane before there is anything to put into it."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget

from venturi_tui.present.pieces import Line, Role
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.palette import palette_of


class Outline(Widget):
    """A frame with a title, and maybe a few centred words."""

    ALLOW_SELECT = False

    def __init__(self, title: str, words: str = "", *, id: str, classes: str = "pane") -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._title = title
        self._words = words

    def on_mount(self) -> None:
        """Write the title."""
        set_frame(self, self._title)

    def render_line(self, y: int) -> Strip:
        """The words in the middle."""
        width, height = self.content_size
        pieces: Line = ()
        if y == (height - 1) // 2:
            left = " " * max(0, (width - len(self._words)) // 2)
            pieces = ((left, Role.TEXT), (self._words, Role.DIM))
        return palette_of(self).strip(pieces, width)
