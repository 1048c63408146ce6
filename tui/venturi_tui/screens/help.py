"""All keys and commands, from the action table; `/` finds one."""

from __future__ import annotations

from textual.app import ComposeResult

from venturi_tui.actions import Action, Where, shown_keys
from venturi_tui.present.cells import cut
from venturi_tui.present.pieces import Role, fitted, line
from venturi_tui.present.run_card import CardLine
from venturi_tui.screens.base import VenturiScreen
from venturi_tui.screens.choose import Window
from venturi_tui.widgets.bars import Footer
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Prompt


class HelpScreen(VenturiScreen[None]):
    """The action table, place by place, those of where one came from first."""

    def __init__(self, places: tuple[Where, ...]) -> None:
        super().__init__()
        self._places = places
        self._view = CardView(id="help", pane=False)

    def compose(self) -> ComposeResult:
        """The table in a frame."""
        with Window(large=True):
            yield self._view
        yield Footer()

    def places(self) -> tuple[Where, ...]:
        """Help can be filtered."""
        return (Where.FILTERED, *super().places())

    def on_mount(self) -> None:
        """Show all keys."""
        set_frame(self.query_one(Window), "Keys", "/ finds  esc leaves")
        self.set_focus(self._view)

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Lay out for another width."""
        event.stop()
        self._fill()

    def _fill(self) -> None:
        card: list[CardLine] = []
        width = self._view.text_width
        for place in dict.fromkeys((*self._places, *Where)):
            actions = [each for each in self.actions if each.where[0] is place]
            if actions:
                card += [CardLine(()), CardLine(((place.value, Role.ACCENT),))]
                card += [_entry(action, width) for action in actions]
        self._view.show(card[1:])

    def act_filter(self, text: str | None = None) -> None:
        """Show only what holds these letters."""
        if text is None:
            self.ask_line("/", self._view.wanted, hint="a part of a key, a word or a command")
        else:
            self._view.narrow(text)

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Narrow as one types."""
        prompt.approve()
        self._view.narrow(text)

    def leave_prompt(self, prompt: Prompt) -> None:
        """Show all again."""
        self._view.narrow("")
        super().leave_prompt(prompt)

    def act_help(self) -> None:
        """The same key leaves."""
        self.act_back()

    def act_back(self) -> None:
        """First show all again, then leave."""
        if self._view.wanted:
            self._view.narrow("")
        else:
            super().act_back()


def _entry(action: Action, width: int) -> CardLine:
    keys = shown_keys(action)
    command = f":{action.command} {action.argument}".strip() if action.command else ""
    pieces = line(
        (cut(keys, 12), Role.STRONG),
        (f"  {cut(command, 26)}" if width > 90 else "", Role.DIM),
        f"  {action.help}",
    )
    return CardLine(fitted(pieces, width), action.words, f"{keys} {command} {action.words}")
