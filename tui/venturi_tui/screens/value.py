"""A window that shows one value whole, however long it is."""

from __future__ import annotations

import json

from textual.app import ComposeResult

from venturi_tui.actions import Where
from venturi_tui.present.notices import wrapped
from venturi_tui.present.pieces import Role
from venturi_tui.present.run_card import CardLine
from venturi_tui.present.words import safe
from venturi_tui.screens.base import VenturiScreen
from venturi_tui.screens.choose import Window
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines

_LONGEST = 200_000


class ValueScreen(VenturiScreen[None]):
    """A value, line by line, with what is JSON laid out."""

    def __init__(self, label: str, value: str) -> None:
        super().__init__()
        self._label = label
        self._value = value
        self._view = CardView(pane=False)

    def compose(self) -> ComposeResult:
        """The value in a frame."""
        with Window(large=True):
            yield self._view

    def on_mount(self) -> None:
        """Show the value."""
        set_frame(self.query_one(Window), self._label, "y copies  esc leaves")
        self.set_focus(self._view)

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Break lines anew."""
        event.stop()
        self._fill()

    def _fill(self) -> None:
        width = self._view.text_width
        rows: list[str] = []
        for each in laid_out(self._value[:_LONGEST]).splitlines() or [""]:
            rows += wrapped(safe(each), width)
        if len(self._value) > _LONGEST:
            rows.append(f"… and {len(self._value) - _LONGEST:,} more characters; y copies all")
        self._view.show([CardLine(((row, Role.TEXT),)) for row in rows])

    def places(self) -> tuple[Where, ...]:
        """A value."""
        return (Where.VALUE, *super().places())

    def act_copy_value(self) -> None:
        """Copy the value."""
        self.copy(self._value, safe(self._label))

    def act_open(self) -> None:
        """There is nothing further in."""
        self.act_back()


def laid_out(value: str) -> str:
    """A value as it is; JSON objects and lists with a line for each part."""
    if value[:1] not in ("{", "["):
        return value
    try:
        return json.dumps(json.loads(value), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return value
