"""The window that asks before a write to runs or an experiment: how many, and what changes."""

from __future__ import annotations

from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from venturi.errors import VenturiError
from venturi_tui import messages
from venturi_tui.loading import Loading
from venturi_tui.present.command_line import writing_command
from venturi_tui.present.notices import failed, loading, wrapped
from venturi_tui.present.pieces import Role
from venturi_tui.present.plan_card import plan_card
from venturi_tui.present.run_card import CardLine
from venturi_tui.present.words import safe
from venturi_tui.screens.choose import Window
from venturi_tui.screens.run_wishes import Agreed, Planned, RunWish, planned
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Words

_AROUND = 3
"""Lines of the window besides what will change: its frame, the keys."""

_BEFORE = 8
"""Lines of the window while there is nothing to show but words."""


class RunConfirmScreen(ModalScreen[Agreed]):
    """Asks once. Gives what was agreed to, or None.

    Args:
        loading: Reads how things are now.
        wish: What is wished for.
    """

    CSS = """
    RunConfirmScreen Window.pane {
        width: 92; max-width: 100%; max-height: 100%; min-height: 6;
    }
    """

    def __init__(self, loading: Loading, wish: RunWish) -> None:
        super().__init__()
        self._loading = loading
        self._wish = wish
        self._planned: Planned | None = None
        self._failure: VenturiError | None = None
        self._view = CardView(pane=False)
        self._view.can_focus = False
        self._keys = Words()

    def compose(self) -> ComposeResult:
        """What will change, and the keys."""
        with Window():
            yield self._view
            yield self._keys

    def on_mount(self) -> None:
        """Ask what would change."""
        set_frame(self.query_one(Window), self._wish.title)
        self.query_one(Window).styles.height = _BEFORE
        self._ask()

    def _ask(self) -> None:
        self._planned = self._failure = None
        self._view.set_notice(loading("what would change"))
        self._loading.ask(self, "plan", self._wish, partial(planned, self._wish))
        self._say_keys()

    def on_runs_planned(self, event: messages.RunsPlanned) -> None:
        """Show it."""
        if isinstance(event.planned, Planned):
            self._planned = event.planned
            self._show()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """It cannot be done, or cannot be known."""
        self._failure = event.error
        self._view.set_notice(failed(event.error))
        self._say_keys()

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Lay out for another width."""
        event.stop()
        self._show()

    def _show(self) -> None:
        held = self._planned
        if held is None:
            self._say_keys()
            return
        width = self._view.text_width
        card = plan_card(held.plans, held.same, held.about, width)
        if not held.plans:
            first = held.nothing or "it is so already: nothing would change"
            more = held.about if held.nothing else ()
            words = [(first, Role.TEXT), *((each, Role.DIM) for each in more)]
            card = [
                CardLine(((row, role),)) for each, role in words for row in wrapped(each, width)
            ]
        card += self._command(width)
        self._view.show(card)
        self.query_one(Window).styles.height = len(card) + _AROUND
        self._say_keys()

    def _command(self, width: int) -> list[CardLine]:
        connection, words = self._loading.connection, self._wish.command
        if connection is None or not words or self._planned is None or not self._planned.plans:
            return []
        lead = "the same by command" + (", given the ids on stdin" if "-" in words else "")
        rows = wrapped(safe(f"{lead}: {writing_command(connection.place, words)}"), width)
        return [CardLine(()), *(CardLine(((row, Role.DIM),)) for row in rows)]

    def _say_keys(self) -> None:
        pairs: list[tuple[str, str]] = []
        if self._failure is not None:
            pairs.append(("enter", "try again"))
        elif self._planned is not None and self._planned.plans:
            pairs.append(("enter", "do it"))
        pairs.append(("esc", "leave"))
        self._keys.say_keys(pairs)

    # Keys

    async def take_key(self, event: events.Key) -> bool:
        """Do it or leave; look at more of what will change."""
        steps = {"down": 1, "up": -1, "pagedown": self._view.room, "pageup": -self._view.room}
        if event.key in steps:
            self._view.move(steps[event.key])
        elif event.key == "enter":
            self._enter()
        elif event.key == "escape":
            self.dismiss(None)
        else:
            return False
        return True

    def _enter(self) -> None:
        if self._failure is not None:
            self._ask()
        elif self._planned is not None:
            needed = bool(self._planned.plans)
            self.dismiss(Agreed(self._wish, self._planned) if needed else None)
