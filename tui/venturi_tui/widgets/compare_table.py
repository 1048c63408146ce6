"""Runs side by side, with a cursor on a row and a run."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from venturi_tui.present.chart import SeriesStyle
from venturi_tui.present.comparison import CompareRow, Kind
from venturi_tui.present.pieces import Hue, Line, Role, fitted, length
from venturi_tui.present.words import safe
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.palette import Ground

_WIDEST_TITLE = 36
_WIDEST_CELL = 44
_NARROWEST_TITLE = 18
_NARROWEST_CELL = 14
_GAP = 3


class CompareTable(Lines):
    """A comparison: titles at the left stay, runs scroll sideways."""

    def __init__(self) -> None:
        super().__init__(heads=2, id="compare")
        self._rows: Sequence[CompareRow] = ()
        self._names: Sequence[str] = ()
        self._styles: Sequence[SeriesStyle] = ()
        self._widths: list[int] = []
        self._title_width = 12
        self._fits: dict[int, tuple[int, list[int]]] = {}
        self._left = 0
        self.baseline = 0
        self.chosen: int = 0

    def show(
        self,
        rows: Sequence[CompareRow],
        names: Sequence[str],
        styles: Sequence[SeriesStyle],
        baseline: int,
    ) -> None:
        """Show these rows for runs of these names; `baseline` is one of them."""
        under = self.row.key if self.row is not None else ""
        self._rows, self._names, self._styles = rows, names, styles
        self.baseline = baseline
        self.chosen = max(0, min(self.chosen, len(names) - 1))
        self._measure()
        keys = [row.key for row in rows]
        cursor = keys.index(under) if under and under in keys else min(1, len(rows) - 1)
        self.set_notice(None)
        self.set_count(len(rows), cursor=max(0, cursor))
        self._keep_chosen_in_view()

    @property
    def row(self) -> CompareRow | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    def choose(self, run: int) -> None:
        """Put the cursor on a run."""
        run = max(0, min(run, len(self._names) - 1))
        if run != self.chosen:
            self.chosen = run
            self._keep_chosen_in_view()
            self.redraw()

    def _measure(self) -> None:
        titles = [length(row.title) for row in self._rows if row.kind is Kind.VALUES]
        self._title_width = min(max(titles, default=10) + 2, _WIDEST_TITLE)
        self._widths = []
        for run, name in enumerate(self._names):
            cells = [length(row.cells[run]) for row in self._rows if row.cells]
            widest = max([*cells, cell_len(safe(name)) + 2, _NARROWEST_CELL])
            self._widths.append(min(widest, _WIDEST_CELL) + _GAP)
        self._fits.clear()

    def _keep_chosen_in_view(self) -> None:
        room = self.scrollable_content_region.width
        title, widths = self._columns(room)
        self._left = min(self._left, self.chosen)
        while self._left < self.chosen and sum(widths[self._left : self.chosen + 1]) > room - title:
            self._left += 1

    def _columns(self, room: int) -> tuple[int, list[int]]:
        """Width of the titles and of each run, where `room` cells are there for all."""
        fit = self._fits.get(room)
        if fit is None:
            fit = self._fits[room] = fitting(self._title_width, self._widths, room)
        return fit

    def draw_head(self, number: int, width: int) -> Strip:
        """The runs' names, and which of them the others are compared with."""
        cells: list[Line] = []
        for run, (name, style) in enumerate(zip(self._names, self._styles, strict=True)):
            on = run == self.chosen and self.has_focus
            if number == 0:
                tone = Role.ACCENT if on else Role.STRONG
                cells.append(((f"{style.mark} ", Hue(style.color)), (safe(name), tone)))
            else:
                words = "baseline" if run == self.baseline else ""
                cells.append(((f"  {words}", Role.DIM),))
        return self._line((), cells, width, Ground.PLAIN)

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """A section's title, or the values of a key."""
        held = self._rows[row]
        if held.kind is Kind.SECTION:
            return self.palette.strip(((" ", Role.TEXT), *held.title), width, ground)
        lead: Line = (("▸" if row == self.cursor else " ", Role.ACCENT), *held.title)
        return self._line(lead, held.cells, width, ground)

    def _line(self, title: Line, cells: Sequence[Line], width: int, ground: Ground) -> Strip:
        title_width, widths = self._columns(width)
        segments = self._padded(title, title_width, ground)
        for run in range(self._left, len(cells)):
            on = ground is Ground.BAND and run == self.chosen
            under = Ground.CELL if on else ground
            segments += self._padded(cells[run], widths[run], under)
        blank = self.palette.style(Role.TEXT, ground)
        return Strip(segments).adjust_cell_length(width, blank)

    def _padded(self, pieces: Line, width: int, ground: Ground) -> list[Segment]:
        kept = fitted(pieces, width - 1)
        segments = [Segment(text, self.palette.style(tone, ground)) for text, tone in kept]
        room = width - length(kept)
        return [*segments, Segment(" " * room, self.palette.style(Role.TEXT, ground))]

    def line_key(self, row: int) -> object:
        """The words of the row, and where the cursor is."""
        return self._rows[row], row == self.cursor, self.chosen, self._left


def fitting(title: int, widths: Sequence[int], room: int) -> tuple[int, list[int]]:
    """Widths at which as many runs as can be read are in view at once.

    The titles give way first, then the widest cells.

    Args:
        title: Cells that the titles would like.
        widths: Cells that each run would like, its gap included.
        room: Cells that are there.
    """
    if title + sum(widths) <= room:
        return title, list(widths)
    title = min(title, max(_NARROWEST_TITLE, room // 4))
    room -= title
    shown = min(len(widths), max(1, room // (_NARROWEST_CELL + _GAP)))
    widest = room // shown
    if shown == len(widths):
        widest = _widest(sorted(widths), room)
    return title, [min(width, widest) for width in widths]


def _widest(widths: list[int], room: int) -> int:
    """The width to cut to so that all fit, where the narrow ones leave their rest to the wide."""
    for at, width in enumerate(widths):
        share = room // (len(widths) - at)
        if width > share:
            return share
        room -= width
    return widths[-1]
