"""Lines of a card about a run, with a cursor on them and a search through them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from venturi_tui.present.pieces import Role, plain
from venturi_tui.present.run_card import CardLine
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.palette import Ground


class CardView(Lines):
    """A card. Lines that stay the same are not painted again when the card changes."""

    def __init__(self, *, id: str | None = None, pane: bool = True) -> None:  # noqa: A002
        super().__init__(id=id, pane=pane)
        self._card: Sequence[CardLine] = ()
        self._shown: list[CardLine] = []
        self.wanted = ""

    def show(self, card: Sequence[CardLine], *, from_top: bool = False) -> None:
        """Show a card; `from_top` when it is about something else than before."""
        before = self._shown
        self._card = card
        self._shown = self._narrowed()
        if len(before) != len(self._shown) or self.notice is not None:
            self.notice = None
            self.set_count(len(self._shown), cursor=0 if from_top else self._same_line(before))
            return
        if from_top:
            self.go(0)
        for row, (old, new) in enumerate(zip(before, self._shown, strict=True)):
            if old.pieces != new.pieces:
                self.redraw_row(row)

    def _same_line(self, before: Sequence[CardLine]) -> int | None:
        """Where the line under the cursor stands now, when others came or went around it."""
        held = before[self.cursor] if self.cursor < len(before) else None
        if held is None or not held.label:
            return None
        if self.cursor < len(self._shown) and self._shown[self.cursor].label == held.label:
            return self.cursor
        same = [at for at, line in enumerate(self._shown) if line.label == held.label]
        return same[0] if same else None

    @property
    def labels_in_view(self) -> list[str]:
        """What the lines are called that can be seen now."""
        return [line.label for line in self._shown[self.first : self.last + 1]]

    def narrow(self, wanted: str) -> None:
        """Show only lines that hold these letters."""
        self.wanted = wanted
        self._shown = self._narrowed()
        self.set_count(len(self._shown), cursor=0)

    @property
    def line(self) -> CardLine | None:
        """The line under the cursor."""
        return self._shown[self.cursor] if self._shown else None

    @property
    def text_width(self) -> int:
        """Cells a line may take."""
        return max(8, self.scrollable_content_region.width - 2)

    def _narrowed(self) -> list[CardLine]:
        letters = self.wanted.casefold()
        if not letters:
            return list(self._card)
        return [
            each
            for each in self._card
            if each.label and letters in f"{plain(each.pieces)} {each.value}".casefold()
        ]

    def line_key(self, row: int) -> object:
        """The words of the line."""
        return self._shown[row].pieces

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """A line of the card, with a little air before it."""
        if ground is Ground.REST:
            ground = Ground.PLAIN
        pieces = ((" ", Role.TEXT), *self._shown[row].pieces)
        return self.palette.strip(pieces, width, ground)
