"""The one window that asks before a write: everything that will change, conditions, a reason."""

from __future__ import annotations

from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input

from venturi.errors import ConfigError, UsageError, VenturiError
from venturi.registry.steps import Step
from venturi_tui import messages, registry_messages
from venturi_tui.loading import Loading
from venturi_tui.present.check_card import check_card, verdict
from venturi_tui.present.command_line import writing_command
from venturi_tui.present.notices import failed, loading, wrapped
from venturi_tui.present.pieces import Role, fitted
from venturi_tui.present.run_card import CardLine
from venturi_tui.present.step_card import step_card
from venturi_tui.present.words import safe
from venturi_tui.screens.choose import Window
from venturi_tui.screens.conditions import conditions_in
from venturi_tui.screens.registry_wishes import Agreed, Plan, RegistryWish, Said, planned
from venturi_tui.screens.resting import Resting
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.entry_line import EntryLine
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Words, handled

_AROUND = 3
"""Lines of the window besides what will change and what is asked: its frame, the keys."""

_TEAM = "the team is told on the versions, by the tag venturi.reason"

_TRY_AFTER = 0.3
"""Seconds nothing is typed before conditions are tried."""


class ConfirmScreen(ModalScreen[Agreed]):
    """Asks once. Gives what was agreed to, or None.

    Args:
        loading: Reads how things are now.
        wish: What is wished for.
        said: What stands there at first, such as what was said when it failed.
    """

    CSS = """
    ConfirmScreen Window.pane { width: 96; max-width: 100%; max-height: 100%; min-height: 6; }
    """

    def __init__(self, loading: Loading, wish: RegistryWish, said: Said | None = None) -> None:
        super().__init__()
        self._loading = loading
        self._wish = wish
        self._archive = wish.archives if said is None else said.archive
        self._forced = False
        self._at_first = said or Said()
        self._gates: tuple[str, ...] = ()
        self._fault: UsageError | None = None
        self._plan: registry_messages.StepsPlanned | None = None
        self._failure: VenturiError | None = None
        self._trying = Resting(self, _TRY_AFTER, self._ask)
        self._view = CardView(pane=False)
        self._view.can_focus = False
        self._keys = Words()
        self._gate = EntryLine(" gate", " and ".join(self._at_first.gates),
                               "metrics.auc >= champion, if it has to hold")  # fmt: skip
        self._reason = EntryLine(" reason", self._at_first.reason, "why, if you like to say so")
        self._typed = EntryLine(" type", "", f"{wish.typed}   to say that you mean it")

    @property
    def _lines(self) -> list[EntryLine]:
        """What is asked, from above."""
        return [
            *([self._gate] if self._wish.gated is not None else []),
            *([self._reason] if self._wish.reasoned else []),
            *([self._typed] if self._wish.typed else []),
        ]

    def compose(self) -> ComposeResult:
        """What will change, what is asked, the keys."""
        with Window():
            yield self._view
            yield from self._lines
            yield self._keys

    def on_mount(self) -> None:
        """Ask what would change."""
        set_frame(self.query_one(Window), self._wish.title)
        if self._lines:
            self.set_focus(self._lines[-1].input)
        self._read_gates()
        self._ask()

    @property
    def _said(self) -> Said:
        reason = self._reason.value.strip() if self._wish.reasoned else ""
        return Said(self._archive, reason, self._gates, self._forced)

    # The plan

    @property
    def _question(self) -> object:
        return self._wish, self._archive, self._gates

    def _ask(self) -> None:
        self._failure = None
        if self._plan is None:
            self._view.set_notice(loading("what would change"))
        connection = self._loading.connection
        if connection is None:
            self._fail(ConfigError("no store is open"))
            return
        read = partial(planned, self._wish, self._archive, self._gates, connection.tracking)
        self._loading.ask_registry(self, "plan", self._question, read)
        self._say_keys()

    def on_steps_planned(self, event: registry_messages.StepsPlanned) -> None:
        """Show it, when it is what is asked now."""
        if event.question == self._question:
            self._plan = event
            self._show()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """It cannot be known."""
        if event.question == self._question:
            self._fail(event.error)

    def _fail(self, error: VenturiError) -> None:
        self._plan = None
        self._failure = error
        self._view.set_notice(failed(error))
        self._say_keys()

    @property
    def _steps(self) -> tuple[Step, ...] | None:
        return None if self._plan is None else self._plan.steps

    @property
    def _is_tried(self) -> bool:
        """Whether what is shown is about the conditions as they are typed."""
        return self._plan is not None and self._plan.question == self._question

    @property
    def _refuses(self) -> bool:
        checks = () if self._plan is None else self._plan.checks
        return any(not check.passed for check in checks)

    @property
    def _may_be_done(self) -> bool:
        """Whether no condition stands in the way."""
        return not self._refuses or self._forced

    # Conditions

    def _read_gates(self) -> None:
        self._fault = None
        if self._wish.gated is None:
            return
        try:
            self._gates = conditions_in(self._gate.value)
        except UsageError as error:
            self._gates, self._fault = (), error

    def on_input_changed(self, event: Input.Changed) -> None:
        """A reason is written down too; conditions are tried once one stops typing."""
        event.stop()
        before = self._gates
        self._read_gates()
        if self._gates != before:
            self._forced = False
            self._trying.soon()
        self._show()

    # What is shown

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Lay out for another width."""
        event.stop()
        self._show()

    def _show(self) -> None:
        if self._plan is None:
            self._say_keys()
            return
        width = self._view.text_width
        card = [*self._changes(width), *self._checks(width), *self._command(width)]
        self._view.show(card)
        self.query_one(Window).styles.height = len(card) + _AROUND + len(self._lines)
        self._say_keys()

    def _changes(self, width: int) -> list[CardLine]:
        plan = self._plan
        if plan is None or not plan.steps:
            return _told(f"{self._wish.thing} is so already: nothing would change", width)
        words = [*plan.about, *([_TEAM] if self._loading.tag_writes else [])]
        about = [line for each in words for line in _told(each, width, Role.DIM)]
        steps = self._wish.all_steps(Plan(plan.steps), self._said)
        return [*step_card(steps, width), *([CardLine(())] if about else []), *about]

    def _checks(self, width: int) -> list[CardLine]:
        """The conditions, and whether they hold."""
        if not self._steps:
            return []
        if self._fault is not None and self._gate.value.strip():
            told = _told(self._fault.message, width, Role.BAD)
            return [CardLine(()), *told, *_told(self._fault.hint, width, Role.DIM)]
        if not self._gates:
            return []
        if not self._is_tried or self._plan is None:
            return [CardLine(()), *_told("trying the gate …", width, Role.DIM)]
        rows = check_card(self._plan.checks, width)
        end = verdict(self._plan.checks)
        if self._refuses and self._forced:
            end = (*end, ("  forced, which is written down", Role.BAD))
        return [CardLine(()), *rows, CardLine(fitted(end, width))]

    def _command(self, width: int) -> list[CardLine]:
        place = self._loading.connection.place if self._loading.connection else None
        words = self._wish.command(self._said)
        if not self._steps or place is None or not words:
            return []
        command = f"the same by command: {writing_command(place, words)}"
        return [CardLine(()), *_told(command, width, Role.DIM)]

    def _say_keys(self) -> None:
        pairs: list[tuple[str, str]] = []
        if self._failure is not None:
            pairs.append(("enter", "try again"))
        elif self._steps and self._may_be_done and self._is_meant:
            pairs.append(("enter", "do it"))
        pairs.append(("esc", "leave"))
        if self._wish.archives:
            pairs.append(("ctrl+a", f"archive others: {'on' if self._archive else 'off'}"))
        if self._refuses:
            pairs.append(("ctrl+f", f"force: {'on' if self._forced else 'off'}"))
        if len(self._lines) > 1:
            pairs.append(("tab", "next line"))
        self._keys.say_keys(pairs)

    # Keys

    async def take_key(self, event: events.Key) -> bool:
        """Do it or leave, archive others or not, overrule, look at more of what will change."""
        steps = {"down": 1, "up": -1, "pagedown": self._view.room, "pageup": -self._view.room}
        if event.key in steps:
            self._view.move(steps[event.key])
            return True
        acts = {
            "enter": self._enter,
            "escape": self._leave,
            "ctrl+a": self._turn_archiving,
            "ctrl+f": self._turn_force,
        }
        if event.key not in acts:
            return False
        for line in self._lines:
            await handled(line.input)
        acts[event.key]()
        return True

    def _leave(self) -> None:
        self.dismiss(None)

    def _turn_archiving(self) -> None:
        if self._wish.archives:
            self._archive = not self._archive
            self._ask()
            self._show()

    def _turn_force(self) -> None:
        if self._refuses:
            self._forced = not self._forced
            self._show()

    def _enter(self) -> None:
        before = self._gates
        self._read_gates()
        plan = self._plan
        if self._failure is not None:
            self._ask()
        elif plan is None:
            return
        elif not plan.steps:
            self.dismiss(None)
        elif self._fault is not None and self._gate.value.strip():
            self.set_focus(self._gate.input)
        elif self._gates != before or not self._is_tried:
            self._ask()
            self._show()
        elif not self._is_meant:
            self._typed.complain()
        elif self._may_be_done:
            agreed = Plan(plan.steps, plan.about)
            self.dismiss(Agreed(self._wish, agreed, self._said))

    @property
    def _is_meant(self) -> bool:
        """Whether what has to be typed was typed."""
        return not self._wish.typed or self._typed.value.strip() == self._wish.typed


def _told(words: str, width: int, role: Role = Role.TEXT) -> list[CardLine]:
    return [CardLine(((row, role),)) for row in wrapped(safe(words), width)]
