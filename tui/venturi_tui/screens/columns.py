"""Chooses and orders the columns of the table of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input

from venturi_tui.browsing import Layout, Plan
from venturi_tui.present.columns import NAME, Source, parse_column, title
from venturi_tui.present.pieces import Line, Role, key_pieces, line, spread
from venturi_tui.present.words import safe
from venturi_tui.screens.choose import Window
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.line_input import LineInput
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.palette import Ground
from venturi_tui.widgets.prompt import Words, handled

_STEP = 2
"""Cells by which a column gets wider with one key."""

_AROUND = 4
"""Lines of the window besides the columns: frame, line to type into, keys."""


class ColumnList(Lines):
    """Columns: those that are shown, in their order, then all others."""

    def __init__(self, every: Sequence[str], layout: Layout) -> None:
        super().__init__(id="choices", pane=False)
        self._layout = layout
        plan = layout.as_plan
        self.plan = replace(plan, names=tuple(plan.names), pinned=layout.pinned)
        self._every = list(every)
        self.count = len({*every, *plan.names})
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
        chosen = self.plan.names
        held = set(chosen)
        names = [*chosen, *(name for name in self._every if name not in held)]
        letters = self._wanted.casefold()
        self._shown = [name for name in names if letters in name.casefold()]
        self.set_count(len(self._shown), cursor=cursor)

    @property
    def name_here(self) -> str | None:
        """Name of the column under the cursor."""
        return self._shown[self.cursor] if self.cursor < len(self._shown) else None

    def _change(self, names: Sequence[str], pinned: int) -> None:
        pinned = max(1, min(pinned, len(names)))
        self.plan = replace(self.plan, names=tuple(names), pinned=pinned)
        self.redraw()

    def toggle(self) -> None:
        """Show the column under the cursor, or not; the name always is."""
        name, names, pinned = self.name_here, list(self.plan.names), self.plan.pinned
        if name is None or name == NAME.name:
            return
        if name in names:
            pinned -= names.index(name) < pinned
            names.remove(name)
        else:
            names.append(name)
        self._change(names, pinned)

    def shift(self, step: int) -> None:
        """Move the column under the cursor, and the cursor with it."""
        name, names = self.name_here, list(self.plan.names)
        if name is None or name not in names or name == NAME.name:
            return
        at = names.index(name)
        to = max(1, min(at + step, len(names) - 1))
        names.insert(to, names.pop(at))
        self._change(names, self.plan.pinned)
        self._list(self.cursor)
        self._follow(name)

    def pin(self) -> None:
        """Let the column under the cursor stay at the left, or go again."""
        name, names, pinned = self.name_here, list(self.plan.names), self.plan.pinned
        if name is None or name == NAME.name:
            return
        stays = name not in names[:pinned]
        if name in names:
            names.remove(name)
        names.insert(pinned if stays else pinned - 1, name)
        self._change(names, pinned + (1 if stays else -1))
        self._list(self.cursor)
        self._follow(name)

    def widen(self, cells: int) -> None:
        """Give the column under the cursor a width; 0 lets it find its own again."""
        name = self.name_here
        if name is None:
            return
        if cells:
            now = self.plan.widths.get(name) or self._layout.fit_of(parse_column(name)).width
            self.plan = self.plan.wider(name, cells, now)
        else:
            kept = {key: width for key, width in self.plan.widths.items() if key != name}
            self.plan = replace(self.plan, widths=kept)
        self.redraw()

    def _follow(self, name: str) -> None:
        if name in self._shown:
            self.go(self._shown.index(name))
        self.redraw()

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """A mark when it is shown, the key, and what kind of column it is."""
        name = self._shown[row]
        column = parse_column(name)
        shown = name in self.plan.names
        kind = "" if column.source is Source.ATTRIBUTE else column.source.value
        cells = self.plan.widths.get(name)
        own = f"{cells} cells  " if cells else ""
        right: Line = ((f"{own}{kind} ", Role.DIM),)
        lead = "▸ " if row == self.cursor else "  "
        pinned = name in self.plan.names[: self.plan.pinned]
        mark = "│ " if pinned else "✓ " if shown else "· "
        left = line(
            (lead, Role.ACCENT),
            (mark, Role.ACCENT if shown else Role.FAINT),
            (safe(title(column)), Role.TEXT if shown else Role.DIM),
        )
        return self.palette.strip(spread(left, right, width), width, ground)

    def line_key(self, row: int) -> object:
        """The column, whether and how it is shown, and whether the cursor is on it."""
        name, plan = self._shown[row], self.plan
        pinned = name in plan.names[: plan.pinned]
        return name, name in plan.names, pinned, plan.widths.get(name), row == self.cursor


class ColumnsScreen(ModalScreen[Plan]):
    """Gives a plan; one without names when columns are to choose themselves; None to leave."""

    def __init__(self, every: Sequence[str], layout: Layout) -> None:
        super().__init__()
        self._list = ColumnList(every, layout)

    def compose(self) -> ComposeResult:
        """The columns, a line to find one, and the keys."""
        keys = (("space", "show"), ("J K", "move"), ("p", "pin"), ("< >", "width"),
                ("/", "find"), ("a", "automatic"), ("enter", "done"))  # fmt: skip
        with Window():
            find = LineInput(placeholder="/ finds a column", compact=True)
            find.cursor_blink = False
            yield find
            yield self._list
            yield Words(key_pieces(keys))

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
        elif pressed == "p":
            held.pin()
        elif pressed in ("<", ">", "0"):
            held.widen({"<": -_STEP, ">": _STEP, "0": 0}[pressed])
        elif pressed == "/":
            self.set_focus(self.query_one(Input))
        elif pressed == "escape":
            self.dismiss(None)
        elif pressed == "a":
            self.dismiss(Plan())
        elif pressed == "enter":
            self.dismiss(held.plan)
