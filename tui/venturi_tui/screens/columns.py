"""Chooses and orders the columns of the table of runs."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input

from venturi_tui.present.columns import NAME, Source, parse_column, title
from venturi_tui.present.pieces import Line, Role, line, spread
from venturi_tui.present.words import safe
from venturi_tui.screens.choose import Window
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.palette import Ground
from venturi_tui.widgets.prompt import Words, handled

_AROUND = 4
"""Lines of the window besides the columns: frame, line to type into, keys."""


class ColumnList(Lines):
    """Columns: those that are shown, in their order, then all others."""

    def __init__(self, every: Sequence[str], chosen: Sequence[str]) -> None:
        super().__init__(id="choices", pane=False)
        self.chosen = list(chosen)
        self._every = list(every)
        self.count = len({*every, *chosen})
        self._shown: list[str] = []
        self._wanted = ""

    def on_mount(self) -> None:
        """List them."""
        super().on_mount()
        self.narrow("")

    def narrow(self, wanted: str) -> None:
        """Show only what holds these letters."""
        self._wanted = wanted
        self._list(0)

    def _list(self, cursor: int) -> None:
        names = [*self.chosen, *(name for name in self._every if name not in self.chosen)]
        letters = self._wanted.casefold()
        self._shown = [name for name in names if letters in name.casefold()]
        self.set_count(len(self._shown), cursor=cursor)

    @property
    def name_here(self) -> str | None:
        """Name of the column under the cursor."""
        return self._shown[self.cursor] if self.cursor < len(self._shown) else None

    def toggle(self) -> None:
        """Show the column under the cursor, or not; the name always is."""
        name = self.name_here
        if name is None or name == NAME.name:
            return
        if name in self.chosen:
            self.chosen.remove(name)
        else:
            self.chosen.append(name)
        self.redraw()

    def shift(self, step: int) -> None:
        """Move the column under the cursor, and the cursor with it."""
        name = self.name_here
        if name is None or name not in self.chosen or name == NAME.name:
            return
        at = self.chosen.index(name)
        to = max(1, min(at + step, len(self.chosen) - 1))
        self.chosen.insert(to, self.chosen.pop(at))
        self._list(0)
        if name in self._shown:
            self.go(self._shown.index(name))
        self.redraw()

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """A mark when it is shown, the key, and what kind of column it is."""
        name = self._shown[row]
        column = parse_column(name)
        shown = name in self.chosen
        kind = "" if column.source is Source.ATTRIBUTE else column.source.value
        right: Line = ((f"{kind} ", Role.DIM),)
        lead = "▸ " if row == self.cursor else "  "
        left = line(
            (lead, Role.ACCENT),
            ("✓ " if shown else "· ", Role.ACCENT if shown else Role.FAINT),
            (safe(title(column)), Role.TEXT if shown else Role.DIM),
        )
        return self.palette.strip(spread(left, right, width), width, ground)

    def line_key(self, row: int) -> object:
        """The column, whether it is shown, and whether the cursor is on it."""
        return self._shown[row], self._shown[row] in self.chosen, row == self.cursor


class ColumnsScreen(ModalScreen[list[str]]):
    """Gives the chosen names in order; none when they are to choose themselves; None to leave."""

    def __init__(self, every: Sequence[str], chosen: Sequence[str]) -> None:
        super().__init__()
        self._list = ColumnList(every, chosen)

    def compose(self) -> ComposeResult:
        """The columns, a line to find one, and the keys."""
        keys = (("space", "show"), ("J K", "move"), ("/", "find"), ("a", "automatic"),
                ("enter", "done"), ("esc", "leave"))  # fmt: skip
        pieces = [
            piece
            for key, words in keys
            for piece in ((f" {key}", Role.ACCENT), (f" {words} ", Role.DIM))
        ]
        with Window():
            find = Input(placeholder="/ finds a column", compact=True)
            find.cursor_blink = False
            yield find
            yield self._list
            yield Words(line(*pieces))

    def on_mount(self) -> None:
        """Start in the list."""
        window = self.query_one(Window)
        set_frame(window, "Columns")
        window.styles.height = self._list.count + _AROUND
        self.set_focus(self._list)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self._list.narrow(event.value)

    def on_lines_opened(self, event: Lines.Opened) -> None:
        """A double click shows a column, or not."""
        event.stop()
        self._list.toggle()

    async def take_key(self, event: events.Key) -> bool:
        """Keys of this window; letters go into the line one types into, while one does."""
        line = self.query_one(Input)
        if self.focused is not line:
            self._list_key(event.character if event.is_printable else event.key, event.key)
            return True
        if event.key not in ("escape", "enter", "down"):
            return False
        await handled(line)
        self._list.narrow(line.value)
        self.set_focus(self._list)
        return True

    def _list_key(self, character: str | None, key: str) -> None:
        held = self._list
        steps = {"j": 1, "down": 1, "k": -1, "up": -1, "pagedown": held.room}
        steps |= {"pageup": -held.room, "home": -held.count, "end": held.count}
        pressed = key if key == "space" else character or key
        if pressed in steps:
            held.move(steps[pressed])
        elif pressed == "space":
            held.toggle()
            held.move(1)
        elif pressed in ("J", "K", "shift+down", "shift+up"):
            held.shift(1 if pressed in ("J", "shift+down") else -1)
        elif pressed == "/":
            self.set_focus(self.query_one(Input))
        elif pressed == "escape":
            self.dismiss(None)
        elif pressed == "a":
            self.dismiss([])
        elif pressed == "enter":
            self.dismiss(held.chosen)
