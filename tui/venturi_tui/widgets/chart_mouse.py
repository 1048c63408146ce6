"""What a mouse does on charts: a click reads, the wheel zooms, dragging pans, two clicks undo."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

_WHEEL = 1.25
"""How much more or less one notch of the wheel shows."""


class ChartMouse(Widget):
    """A widget that says what the mouse wants, in columns and rows of its content."""

    @dataclass
    class Pointed(Message):
        """A place was clicked."""

        column: int
        row: int

    @dataclass
    class Doubled(Message):
        """A place was clicked twice."""

        column: int
        row: int

    @dataclass
    class Wheeled(Message):
        """The wheel was turned at a place: show `factor` times as much."""

        column: int
        row: int
        factor: float

    @dataclass
    class Dragged(Message):
        """The mouse was dragged by so many columns, from a place on."""

        column: int
        row: int
        columns: int

    _held: Offset | None = None
    _has_dragged: bool = False

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A click begins, or a drag."""
        offset = event.get_content_offset(self)
        if offset is not None and event.button == 1:
            self._held = offset
            self._has_dragged = False
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """With the button held, what is seen moves along."""
        held = self._held
        if held is None:
            return
        if not event.button:
            self._let_go()
            return
        column = event.x - self.content_offset.x
        if column != held.x:
            self.post_message(self.Dragged(held.x, held.y, column - held.x))
            self._held = Offset(column, held.y)
            self._has_dragged = True

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """The drag is over."""
        del event
        self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            self._held = None
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Say where the chart was clicked, once or twice."""
        offset = event.get_content_offset(self)
        if offset is None or self._has_dragged:
            return
        kind = self.Doubled if event.chain == 2 else self.Pointed
        self.post_message(kind(offset.x, offset.y))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Closer."""
        self._wheel(event, 1 / _WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """From farther away."""
        self._wheel(event, _WHEEL)

    def _wheel(self, event: events.MouseEvent, factor: float) -> None:
        offset = event.get_content_offset(self)
        if offset is not None:
            event.stop()
            self.post_message(self.Wheeled(offset.x, offset.y, factor))
