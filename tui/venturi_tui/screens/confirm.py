"""The one window that asks before a write: everything that will change, and for a reason."""

from __future__ import annotations

from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input

from venturi.errors import VenturiError
from venturi.registry.steps import Step
from venturi_tui import messages
from venturi_tui.loading import Loading
from venturi_tui.present.command_line import writing_command
from venturi_tui.present.notices import failed, loading, wrapped
from venturi_tui.present.pieces import Line, Piece, Role, fitted
from venturi_tui.present.run_card import CardLine
from venturi_tui.present.step_card import step_card
from venturi_tui.present.words import safe
from venturi_tui.screens.choose import Window
from venturi_tui.screens.registry_wishes import Agreed, RegistryWish, planned
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Words, handled

_AROUND = 4
"""Lines of the window besides what will change: its frame, the reason, the keys."""


class ConfirmScreen(ModalScreen[Agreed]):
    """Asks once. Gives what was agreed to, or None.

    Args:
        loading: Reads how things are now.
        wish: What is wished for.
    """

    CSS = """
    ConfirmScreen Window { width: 92; max-width: 100%; max-height: 100%; min-height: 7; }
    ConfirmScreen .reason { height: 1; }
    ConfirmScreen .reason Words { width: 9; }
    ConfirmScreen .reason Input { width: 1fr; }
    """

    def __init__(self, loading: Loading, wish: RegistryWish) -> None:
        super().__init__()
        self._loading = loading
        self._wish = wish
        self._archive = wish.archives
        self._steps: tuple[Step, ...] | None = None
        self._failure: VenturiError | None = None
        self._view = CardView(pane=False)
        self._view.can_focus = False
        self._keys = Words()

    def compose(self) -> ComposeResult:
        """What will change, the reason, the keys."""
        with Window():
            yield self._view
            if self._wish.reasoned is not None:
                with Horizontal(classes="reason"):
                    yield Words(((" reason", Role.DIM),))
                    line = Input(placeholder="why, if you like to say so", compact=True)
                    line.cursor_blink = False
                    yield line
            yield self._keys

    def on_mount(self) -> None:
        """Ask what would change."""
        set_frame(self.query_one(Window), self._wish.title)
        if self._wish.reasoned is not None:
            self.set_focus(self.query_one(Input))
        self._plan()

    @property
    def _reason(self) -> str:
        return self.query_one(Input).value.strip() if self._wish.reasoned is not None else ""

    # The plan

    def _plan(self) -> None:
        self._steps = self._failure = None
        self._view.set_notice(loading("what would change"))
        question = (self._wish, self._archive)
        self._loading.ask_registry(
            self, "plan", question, partial(planned, self._wish, self._archive)
        )
        self._say_keys()

    def on_steps_planned(self, event: messages.StepsPlanned) -> None:
        """Show it, when it is what is asked now."""
        if event.question == (self._wish, self._archive):
            self._steps = event.steps
            self._show()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """It cannot be known."""
        self._failure = event.error
        self._view.set_notice(failed(event.error))
        self._say_keys()

    def on_input_changed(self, event: Input.Changed) -> None:
        """A reason is written down too."""
        event.stop()
        self._show()

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Lay out for another width."""
        event.stop()
        self._show()

    def _show(self) -> None:
        if self._steps is None:
            return
        width = self._view.text_width
        card = self._changes(width)
        place = self._loading.connection.place if self._loading.connection else None
        if self._steps and place is not None:
            words = self._wish.command(self._archive, self._reason)
            command = f"the same by command: {writing_command(place, words)}"
            card += [CardLine(())]
            card += [CardLine(((row, Role.DIM),)) for row in wrapped(safe(command), width)]
        self._view.show(card)
        self.query_one(Window).styles.height = len(card) + _AROUND
        self._say_keys()

    def _changes(self, width: int) -> list[CardLine]:
        if not self._steps:
            words = f"{safe(self._wish.thing)} is so already: nothing would change"
            return [CardLine(((row, Role.TEXT),)) for row in wrapped(words, width)]
        return step_card([*self._steps, *self._wish.reason_steps(self._reason)], width)

    def _say_keys(self) -> None:
        pairs: list[tuple[str, str]] = []
        if self._failure is not None:
            pairs.append(("enter", "try again"))
        elif self._steps:
            pairs.append(("enter", "do it"))
        pairs.append(("esc", "leave"))
        if self._wish.archives:
            pairs.append(("ctrl+a", f"archive others: {'on' if self._archive else 'off'}"))
        pieces: list[Piece] = []
        for key, words in pairs:
            pieces += [(f" {key}", Role.ACCENT), (f" {words} ", Role.DIM)]
        shown: Line = tuple(pieces)
        self._keys.say(fitted(shown, self._keys.size.width or 88))

    # Keys

    async def take_key(self, event: events.Key) -> bool:
        """Do it or leave, archive others or not, look at more of what will change."""
        steps = {"down": 1, "up": -1, "pagedown": self._view.room, "pageup": -self._view.room}
        if event.key in steps:
            self._view.move(steps[event.key])
            return True
        if event.key not in ("enter", "escape", "ctrl+a"):
            return False
        if self._wish.reasoned is not None:
            await handled(self.query_one(Input))
        if event.key == "escape":
            self.dismiss(None)
        elif event.key == "ctrl+a":
            self._turn_archiving()
        else:
            self._enter()
        return True

    def _turn_archiving(self) -> None:
        if self._wish.archives:
            self._archive = not self._archive
            self._plan()

    def _enter(self) -> None:
        if self._failure is not None:
            self._plan()
        elif self._steps:
            self.dismiss(Agreed(self._wish, self._steps, self._archive, self._reason))
        elif self._steps is not None:
            self.dismiss(None)
