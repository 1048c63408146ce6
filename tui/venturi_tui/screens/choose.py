"""Small windows to choose from: one of many by typing, or several in an order of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.fuzzy import Matcher
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from venturi_tui.present.notices import Look, Notice
from venturi_tui.present.pieces import Line, Role, line, spread
from venturi_tui.present.words import safe
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.line_input import LineInput
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.palette import Ground
from venturi_tui.widgets.prompt import Words, handled

_AROUND = 4
"""Lines of a window besides its choices: frame, line to type into, keys."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose.

    Args:
        key: What is given back.
        words: What it is called.
        beside: What is said beside it.
    """

    key: str
    words: str
    beside: str = ""


class ChoiceList(Lines):
    """Choices that hold the letters typed."""

    def __init__(self, choices: Sequence[Choice], current: str = "") -> None:
        super().__init__(id="choices", pane=False)
        self.choices = list(choices)
        self.shown = list(choices)
        self.current = current
        self._wanted: str = ""

    def on_mount(self) -> None:
        """Start at the current choice."""
        super().on_mount()
        keys = [choice.key for choice in self.shown]
        at = keys.index(self.current) if self.current in keys else 0
        self.set_count(len(self.shown), cursor=at)

    def narrow(self, wanted: str) -> None:
        """Show only what these letters could mean, the likeliest first."""
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if wanted:
            like = Matcher(wanted).match
            scores = {choice.key: like(choice.words) for choice in self.choices}
            held = [choice for choice in self.choices if scores[choice.key] > 0]
            self.shown = sorted(held, key=lambda choice: -scores[choice.key])
        else:
            self.shown = list(self.choices)
        self.set_notice(None if self.shown else Notice(Look.NONE, "nothing is called that"))
        self.set_count(len(self.shown), cursor=0)

    @property
    def choice(self) -> Choice | None:
        """The choice under the cursor."""
        return self.shown[self.cursor] if self.cursor < len(self.shown) else None

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """Words left, what is beside them right."""
        choice = self.shown[row]
        right: Line = ((f"{safe(choice.beside)} ", Role.DIM),) if choice.beside else ()
        tone = Role.STRONG if choice.key == self.current else Role.TEXT
        lead = "▸ " if row == self.cursor else "  "
        left = line((lead, Role.ACCENT), (safe(choice.words), tone))
        if ground is Ground.REST:
            ground = Ground.BAND
        return self.palette.strip(spread(left, right, width), width, ground)

    def line_key(self, row: int) -> object:
        """The choice and whether the cursor is on it."""
        return self.shown[row], row == self.cursor


class Window(Vertical):
    """A frame over the screen."""

    SCOPED_CSS = False  # one rule is about the screen around it

    DEFAULT_CSS = """
    ModalScreen {
        background: transparent;
        align: center middle;
    }
    Window {
        background: $background;
        width: 72;
        max-width: 95%;
        min-height: 8;
        max-height: 80%;
    }
    Window.large {
        width: 100%;
        max-width: 100%;
        height: 1fr;
        min-height: 0;
        max-height: 100%;
    }
    Window Input { background: $surface; border: none; padding: 0 1; height: 1; }
    Window Words { height: 1; }
    Window Lines { height: 1fr; }
    """

    def __init__(self, *content: Widget, large: bool = False) -> None:
        super().__init__(*content, classes="pane large" if large else "pane")


class ChooseScreen(ModalScreen[str]):
    """One of many, by typing a part of its name. Gives its key, or None."""

    def __init__(self, title: str, choices: Sequence[Choice], current: str = "") -> None:
        super().__init__()
        self._title = title
        self._list = ChoiceList(choices, current)
        self._list.can_focus = False

    def compose(self) -> ComposeResult:
        """A line to type into, and the choices."""
        with Window():
            line_ = LineInput(placeholder="type to find", compact=True)
            line_.cursor_blink = False
            yield line_
            yield self._list
            yield Words(
                line(("  enter", Role.ACCENT), (" take", Role.DIM), ("  esc", Role.ACCENT),
                     (" leave", Role.DIM))
            )  # fmt: skip

    def on_mount(self) -> None:
        """Give the window its title and as much height as it needs."""
        window = self.query_one(Window)
        set_frame(window, self._title)
        window.styles.height = len(self._list.choices) + _AROUND
        self.set_focus(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the choices."""
        event.stop()
        self._list.narrow(event.value)

    def on_lines_opened(self, event: Lines.Opened) -> None:
        """Take the choice that was double-clicked."""
        event.stop()
        self._take()

    def _take(self) -> None:
        choice = self._list.choice
        self.dismiss(None if choice is None else choice.key)

    async def take_key(self, event: events.Key) -> bool:
        """Take or leave, or move the cursor while one types."""
        steps = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1}
        steps |= {"pagedown": self._list.room, "pageup": -self._list.room}
        if event.key not in steps and event.key not in ("enter", "escape"):
            return False
        line = self.query_one(Input)
        await handled(line)
        self._list.narrow(line.value)
        if event.key in steps:
            self._list.move(steps[event.key])
        elif event.key == "enter":
            self._take()
        else:
            self.dismiss(None)
        return True
