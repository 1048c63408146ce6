"""A grid of characters with looks, on which bands, marks and words are laid."""

from __future__ import annotations

from collections.abc import Sequence

from venturi_tui.present.chart.cut import width_of
from venturi_tui.present.chart.drawing import Look, Span
from venturi_tui.present.chart.options import Dots
from venturi_tui.present.chart.plan import BLANK, GRID, Inked, Plan

_GRIDS = {Dots.BRAILLE: "─", Dots.BLOCK: "─", Dots.ASCII: "."}


class Cells:
    """What an engine drew, coloured; later things are laid over earlier ones."""

    def __init__(self, drawn: Inked, looks: Sequence[Look]) -> None:
        self._chars = drawn.chars
        self._inks = drawn.inks
        self._inked = looks
        self._looks = [[looks[ink] for ink in inks] for inks in drawn.inks]
        self._tinted: dict[tuple[Look, str | None], Look] = {}

    def lay_grid(self, plan: Plan) -> None:
        """Draw a thin line at each y tick, where the canvas is blank."""
        line, look = _GRIDS[plan.dots], self._inked[GRID]
        for row, _ in plan.y_ticks:
            for at in range(plan.left, plan.width):
                if self._inks[row][at] == BLANK:
                    self._chars[row][at] = line
                    self._looks[row][at] = look

    def is_free(self, row: int, column: int) -> bool:
        """Whether no line goes through a cell, and no letter stands there."""
        return self._inks[row][column] == BLANK or self._chars[row][column] == " "

    def put(self, row: int, column: int, char: str, look: Look) -> None:
        """Lay a character over a cell, on the background it has."""
        self._chars[row][column] = char
        self._looks[row][column] = self._on(look, self._looks[row][column].bg)

    def write(self, row: int, column: int, text: str, look: Look) -> None:
        """Lay a text over the cells from there on."""
        for at, char in enumerate(text):
            self.put(row, column + at, char, look)

    def write_wide(self, row: int, column: int, text: str, look: Look) -> None:
        """Lay a text over the cells from there on that has letters of two cells."""
        chars, looks = self._chars[row], self._looks[row]
        for char in text:
            cells = width_of(char)
            if cells == 0 and column:
                chars[column - 1] += char
                continue
            chars[column : column + cells] = [char, *[""] * (cells - 1)]
            looks[column : column + cells] = [look] * cells
            column += cells

    def clear_words(self, row: int, start: int, stop: int) -> None:
        """Blank what stands between two columns, and what of it sticks out at either side."""
        chars = self._chars[row]
        while start > 0 and chars[start - 1] != " ":
            start -= 1
        while stop < len(chars) and chars[stop] != " ":
            stop += 1
        chars[start:stop] = " " * (stop - start)

    def tint_row(
        self, row: int, left: int, upper: list[str | None], lower: list[str | None]
    ) -> None:
        """Give the cells of a row, from `left` on, backgrounds: one for each half of a cell."""
        looks, inks = self._looks[row], self._inks[row]
        for at, (above, below) in enumerate(zip(upper, lower, strict=True), left):
            if above is None and below is None:
                continue
            if above == below or inks[at] != BLANK:
                looks[at] = self._on(looks[at], above or below)
            elif above is None:
                self._chars[row][at], looks[at] = "▄", self._on(Look(below), None)
            else:
                self._chars[row][at], looks[at] = "▀", self._on(Look(above), below)

    def shade_row(
        self, row: int, left: int, upper: list[str | None], lower: list[str | None], shade: str
    ) -> None:
        """Fill the blank cells of a row, from `left` on, that have a background in either half."""
        for at, halves in enumerate(zip(upper, lower, strict=True), left):
            if any(halves) and self._inks[row][at] == BLANK:
                self._chars[row][at], self._looks[row][at] = shade, Look(dim=True)

    def _on(self, look: Look, ground: str | None) -> Look:
        """A look on a background; equal looks are the same object."""
        key = look, ground
        known = self._tinted.get(key)
        if known is None:
            known = self._tinted[key] = look._replace(bg=ground)
        return known

    def rows(self) -> list[tuple[Span, ...]]:
        """The grid as rows of as few spans as can be."""
        return [_spans(chars, looks) for chars, looks in zip(self._chars, self._looks, strict=True)]


def _spans(chars: list[str], looks: list[Look]) -> tuple[Span, ...]:
    spans: list[Span] = []
    start = 0
    for at in range(1, len(looks) + 1):
        if at == len(looks) or (looks[at] is not looks[start] and looks[at] != looks[start]):
            spans.append(Span("".join(chars[start:at]), looks[start]))
            start = at
    return tuple(spans)
