"""What the keys of lists do, on every screen that has one."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import Screen

from venturi_tui.widgets.lines import Lines

R = TypeVar("R")


class ListKeys(Screen[R]):
    """Moves the cursor of the list that has the focus."""

    @property
    def lines(self) -> Lines | None:
        """The list that has the focus."""
        return self.focused if isinstance(self.focused, Lines) else None

    def act_down(self) -> None:
        """One line down."""
        self._move(1)

    def act_up(self) -> None:
        """One line up."""
        self._move(-1)

    def act_top(self) -> None:
        """First line."""
        if self.lines:
            self.lines.go(0)

    def act_bottom(self) -> None:
        """Last line."""
        if self.lines:
            self.lines.go(self.lines.count - 1)

    def act_half_down(self) -> None:
        """Half a page down."""
        self._move_pages(0.5)

    def act_half_up(self) -> None:
        """Half a page up."""
        self._move_pages(-0.5)

    def act_page_down(self) -> None:
        """A page down."""
        self._move_pages(1)

    def act_page_up(self) -> None:
        """A page up."""
        self._move_pages(-1)

    def _move(self, lines: int) -> None:
        if self.lines:
            self.lines.move(lines)

    def _move_pages(self, pages: float) -> None:
        if self.lines:
            self.lines.move(int(self.lines.room * pages))
