"""What screens share that write to the registry: the window that asks, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TypeVar

from venturi.registry.steps import Step
from venturi_tui import messages, registry_messages
from venturi_tui.loading import Loading
from venturi_tui.present.words import exact_count
from venturi_tui.present.writes import done_words
from venturi_tui.screens.base import VenturiScreen
from venturi_tui.screens.confirm import ConfirmScreen
from venturi_tui.screens.registry_wishes import Agreed, RegistryWish, Said, written
from venturi_tui.screens.undo_wishes import redo_wish, undo_wish

R = TypeVar("R")

_MOST_TOLD = 4
"""Writes that a toast tells one by one."""


class Confirming(VenturiScreen[R]):
    """A screen that writes to the registry, each time after one window that asks.

    A write that fails opens the window again, as it was: nothing that was typed is lost.
    """

    loader: Loading

    writing: str = ""
    """What is being written to; empty while nothing is."""

    def read_again(self) -> None:
        """Read everything that is shown."""

    def say_standing(self) -> None:
        """Bring the header up to date."""

    def said_at_first(self, wish: RegistryWish) -> Said | None:
        """What stands in the window of a wish when it opens; None for nothing."""
        del wish
        return None

    def was_written(self, steps: Sequence[Step]) -> None:
        """Something was written; what is shown is read again after this."""

    def was_agreed(self, agreed: Agreed) -> None:
        """Something is about to be written."""

    # The window

    def confirm(self, wish: RegistryWish, said: Said | None = None) -> None:
        """Ask for a wish to be confirmed, and write it when it is."""
        if self.writing:
            self.say(f"still writing to {self.writing}")
            return
        first = said or self.said_at_first(wish)
        self.host.clear_notifications()
        self.open(ConfirmScreen(self.loader, wish, first), self._agreed)

    def _agreed(self, agreed: Agreed | None) -> None:
        connection = self.loader.connection
        if agreed is None or connection is None:
            return
        self.writing = agreed.wish.thing
        self.was_agreed(agreed)
        write = partial(written, agreed, connection.tracking, self.loader.tag_writes)
        self.loader.ask_registry(self, "writing", agreed, write)

    # What came of it

    def on_steps_written(self, event: registry_messages.StepsWritten) -> None:
        """Say what was done, and show how it is now."""
        self.writing = ""
        self.loader.has_written = True
        self.was_written(event.steps)
        self._say_done(event.steps)
        if event.unnoted:
            self.say(f"the journal cannot be written: {event.unnoted}")
        if event.failure is not None:
            self.say_error(event.failure)
        self.say_standing()
        self.read_again()

    def _say_done(self, steps: Sequence[Step]) -> None:
        """One toast for all that was done."""
        told = [done_words(step) for step in steps[:_MOST_TOLD]]
        if len(steps) > _MOST_TOLD:
            told.append(f"and {exact_count(len(steps) - _MOST_TOLD)} more writes")
        if told:
            self.notify("\n".join(told), timeout=4, markup=False)

    def writing_failed(self, event: messages.QuestionFailed) -> None:
        """Say why nothing was written, show how it is now, and ask again with what was said."""
        self.writing = ""
        self.read_again()
        if isinstance(event.question, Agreed) and self.host.screen is self:
            self.confirm(event.question.wish, event.question.said)
        self.say_error(event.error)

    # Undo

    def act_undo(self) -> None:
        """Take back the last write that can be."""
        self.confirm(undo_wish())

    def act_redo(self) -> None:
        """Do again what was undone last."""
        self.confirm(redo_wish())

    # Leaving

    def act_back(self) -> None:
        """Leave, but not before what is being written is told."""
        if self.writing:
            self.say(f"still writing to {self.writing}")
        else:
            super().act_back()
