"""A window that tries conditions on versions, and shows what each has and what it should have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input

from venturi.errors import UsageError, VenturiError
from venturi.records import ModelVersion
from venturi.registry.gates import Check, check_gates, read_gate
from venturi.stores.registry import RegistryStore
from venturi_tui import messages, registry_messages
from venturi_tui.loading import Loading
from venturi_tui.present.check_card import check_card, verdict
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.pieces import fitted
from venturi_tui.present.run_card import CardLine
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.choose import Window
from venturi_tui.screens.conditions import conditions_in
from venturi_tui.screens.resting import Resting
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.entry_line import EntryLine
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Words, handled

_AROUND = 4
_LEAST = 11
_TRY_AFTER = 0.3
"""Seconds nothing is typed before conditions are tried."""


@dataclass(frozen=True, slots=True)
class GateEnd:
    """How the window was left: the conditions to keep, or with the wish to go to the top."""

    gates: tuple[str, ...] = ()
    to_top: bool = False


class GateScreen(ModalScreen[GateEnd]):
    """Tries conditions. Gives those to keep, or None.

    Args:
        loading: Reads runs and versions.
        versions: The versions to try them on.
        metrics: Metrics that their runs are known to have.
        gates: Conditions that stand there at first.
    """

    CSS = """
    GateScreen Window.pane { width: 96; max-width: 100%; max-height: 100%; min-height: 6; }
    """

    def __init__(
        self,
        loading: Loading,
        versions: Sequence[ModelVersion],
        metrics: Sequence[str],
        gates: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._loading = loading
        self._versions = tuple(versions)
        self._metrics = metrics
        self._gates: tuple[str, ...] = ()
        self._fault: UsageError | None = None
        self._failure: VenturiError | None = None
        self._tried: tuple[str, ...] = ()
        self._checks: Sequence[Check] = ()
        self._untouched = True
        self._trying = Resting(self, _TRY_AFTER, self._try)
        self._view = CardView(pane=False)
        self._view.can_focus = False
        self._keys = Words()
        self._line = EntryLine(" gate", " and ".join(gates), "metrics.auc >= champion")
        known = [f"metrics.{_ticked(key)}" for key in metrics]
        self._line.input.suggester = SuggestFromList(known)

    def compose(self) -> ComposeResult:
        """Where one types, what came of it, the keys."""
        with Window():
            yield self._line
            yield self._view
            yield self._keys

    def on_mount(self) -> None:
        """Try what stands there already."""
        names = [version.full_name for version in self._versions]
        of = names[0] if len(names) == 1 else f"{exact_count(len(names))} versions"
        window = self.query_one(Window)
        set_frame(window, f"Gate of {of}")
        window.styles.height = _LEAST
        self.set_focus(self._line.input)
        self._read()
        self._try()

    # Trying

    def _read(self) -> None:
        self._fault = None
        try:
            self._gates = conditions_in(self._line.value)
        except UsageError as error:
            self._gates, self._fault = (), error

    def on_input_changed(self, event: Input.Changed) -> None:
        """Try it once one stops typing."""
        event.stop()
        self._read()
        self._trying.soon()
        self._say_keys()

    @property
    def _question(self) -> object:
        return self._versions, self._gates

    def _try(self) -> None:
        connection = self._loading.connection
        if not self._gates or connection is None:
            self._checks, self._tried = (), ()
            self._show()
            return
        self._failure = None
        if not self._checks:
            self._view.set_notice(loading("what the runs have"))
        question, versions, tracking = self._question, self._versions, connection.tracking
        gates = [read_gate(text) for text in self._gates]

        def read(registry: RegistryStore) -> registry_messages.GatesTried:
            checks = check_gates(registry, tracking, versions, gates)
            return registry_messages.GatesTried(question, tuple(checks))

        self._loading.ask_registry(self, "gates", question, read)

    def on_gates_tried(self, event: registry_messages.GatesTried) -> None:
        """Show what holds, when it is still what is asked."""
        if event.question == self._question:
            self._checks, self._tried = event.checks, self._gates
            self._show()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """It cannot be known."""
        if event.question == self._question:
            self._checks, self._tried = (), ()
            self._failure = event.error
            self._view.set_notice(failed(event.error))
            self._say_keys()

    # What is shown

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Lay out for another width."""
        event.stop()
        if self._failure is None:
            self._show()

    def _show(self) -> None:
        if not self._checks:
            self._view.set_notice(self._nothing())
        else:
            width = self._view.text_width
            rows = check_card(self._checks, width)
            card = [*rows, CardLine(()), CardLine(fitted(verdict(self._checks), width))]
            self._view.show(card)
            self.query_one(Window).styles.height = max(_LEAST, len(card) + _AROUND)
        self._say_keys()

    def _nothing(self) -> Notice:
        if self._fault is not None and self._line.value.strip():
            return Notice(Look.NONE, safe(self._fault.message), safe(self._fault.hint))
        shown = ", ".join(safe(key) for key in self._metrics[:6])
        more = ", …" if len(self._metrics) > 6 else ""
        known = f"the run has the metrics {shown}{more}" if shown else ""
        return Notice(Look.NONE, "type a condition, as in: metrics.auc >= champion", known)

    def _say_keys(self) -> None:
        pairs = [("esc", "leave")]
        if self._failure is not None or self._gates != self._tried:
            pairs.insert(0, ("enter", "try"))
        elif self._tried:
            pairs.insert(0, ("enter", "keep it for the next transition"))
        self._keys.say_keys(pairs)

    # Keys

    async def take_key(self, event: events.Key) -> bool:
        """Try, keep or leave. `g` at once after the `g` that opened this goes to the top."""
        untouched, self._untouched = self._untouched, False
        if event.key == "g" and untouched:
            self.dismiss(GateEnd(to_top=True))
            return True
        steps = {"down": 1, "up": -1, "pagedown": self._view.room, "pageup": -self._view.room}
        if event.key in steps:
            self._view.move(steps[event.key])
            return True
        if event.key not in ("enter", "escape"):
            return False
        await handled(self._line.input)
        self._read()
        if event.key == "escape":
            self.dismiss(None)
        elif self._gates and self._gates == self._tried:
            self.dismiss(GateEnd(self._gates))
        else:
            self._try()
        return True


def _ticked(key: str) -> str:
    """A key as conditions write it: odd ones in back-ticks."""
    return key if all(sign.isalnum() or sign in "_-./" for sign in key) else f"`{key}`"
