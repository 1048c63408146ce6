"""Many charts on one page, without boxes: only the lines of those that changed are painted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from venturi_tui.present.chart_wall import Page, Slot
from venturi_tui.present.notices import Notice
from venturi_tui.present.pieces import Line, Role, fitted, length
from venturi_tui.widgets.chart_mouse import ChartMouse
from venturi_tui.widgets.palette import palette_of

if TYPE_CHECKING:
    from venturi_tui.present.chart.drawing import Drawing


@dataclass
class Cell:
    """What is shown in a slot: a drawing with a line in place of its first, or a word."""

    title: Line = ()
    drawing: Drawing | None = None
    word: Line = ()


@dataclass
class _Shown:
    page: Page = field(default_factory=lambda: Page((), ()))
    cells: dict[str, Cell] = field(default_factory=dict[str, Cell])
    heads: dict[int, Line] = field(default_factory=dict[int, Line])


class ChartGrid(ChartMouse, can_focus=True):
    """Charts in rows and columns under headings, and a line about all of them at the bottom."""

    DEFAULT_CSS = "ChartGrid { padding: 0 1; }"
    ALLOW_SELECT = False

    @dataclass
    class Resized(Message):
        """There is another amount of room."""

        grid: ChartGrid

    def __init__(self, *, id: str = "grid") -> None:  # noqa: A002
        super().__init__(id=id, classes="pane")
        self._shown = _Shown()
        self.notice: Notice | None = None
        self.legend: Line = ()

    @property
    def room(self) -> tuple[int, int]:
        """Width and height there is for charts."""
        return self.content_size.width, max(0, self.content_size.height - self._foot)

    @property
    def _foot(self) -> int:
        return 1 if self.content_size.height >= 8 else 0

    @property
    def page(self) -> Page:
        """What is seen."""
        return self._shown.page

    def show_page(self, page: Page, heads: dict[int, Line]) -> None:
        """Show charts in other places; those that are known keep what they show."""
        if page == self._shown.page and heads == self._shown.heads:
            return
        known = self._shown.cells
        cells = {slot.key: known.get(slot.key, Cell()) for slot in page.slots}
        self._shown = _Shown(page, cells, heads)
        self.refresh()

    def cell(self, key: str) -> Cell | None:
        """What a chart on the page shows."""
        return self._shown.cells.get(key)

    def set_title(self, key: str, title: Line) -> None:
        """Write above a chart."""
        slot, cell = self.slot(key), self.cell(key)
        if slot is not None and cell is not None and cell.title != title:
            cell.title = title
            self.refresh(Region(slot.x, slot.y, slot.width, 1))

    def set_word(self, key: str, word: Line) -> None:
        """Show a word in place of a chart."""
        slot, cell = self.slot(key), self.cell(key)
        if slot is not None and cell is not None and (cell.word != word or cell.drawing):
            cell.word, cell.drawing = word, None
            self.refresh(Region(slot.x, slot.y + 1, slot.width, slot.height - 1))

    def set_drawing(self, key: str, drawing: Drawing) -> None:
        """Show a chart."""
        slot, cell = self.slot(key), self.cell(key)
        if slot is None or cell is None:
            return
        before, cell.drawing, cell.word = cell.drawing, drawing, ()
        same = before is not None and len(before.rows) == len(drawing.rows)
        for y, row in enumerate(drawing.rows):
            if y and (before is None or not same or before.rows[y] != row):
                self.refresh(Region(slot.x, slot.y + y, slot.width, 1))

    def set_legend(self, legend: Line) -> None:
        """Write below all charts."""
        if legend != self.legend:
            self.legend = legend
            self.refresh(Region(0, self.content_size.height - 1, self.content_size.width, 1))

    def set_notice(self, notice: Notice | None) -> None:
        """Show a few words in place of all charts."""
        if notice != self.notice:
            self.notice = notice
            self.refresh()

    def slot(self, key: str) -> Slot | None:
        """Where a metric's chart stands; None when it is on another page."""
        return next((slot for slot in self.page.slots if slot.key == key), None)

    def slot_at(self, column: int, row: int) -> Slot | None:
        """The slot at a place of the content."""
        for slot in self.page.slots:
            if slot.x <= column < slot.x + slot.width and slot.y <= row < slot.y + slot.height:
                return slot
        return None

    # Painting

    def render_line(self, y: int) -> Strip:
        """Whatever of headings, charts and the legend lies in a line."""
        width, height = self.content_size
        palette = palette_of(self)
        if self.notice is not None:
            return palette.strip(self._notice_line(self.notice, y), width)
        if self._foot and y == height - 1:
            return palette.strip(self.legend, width)
        head = self._shown.heads.get(y)
        if head is not None:
            return palette.strip(head, width)
        strips: list[Strip] = []
        at = 0
        blank = palette.style(Role.TEXT)
        for slot in self.page.slots:
            if slot.y <= y < slot.y + slot.height and slot.x >= at:
                strips += [Strip.blank(slot.x - at, blank), self._slot_line(slot, y - slot.y)]
                at = slot.x + slot.width
        return Strip.join(strips).adjust_cell_length(width, blank)

    def _slot_line(self, slot: Slot, y: int) -> Strip:
        palette = palette_of(self)
        cell = self._shown.cells[slot.key]
        if y == 0:
            return palette.strip(fitted(cell.title, slot.width), slot.width)
        blank = palette.style(Role.TEXT)
        if cell.drawing is not None and y < len(cell.drawing.rows):
            row = cell.drawing.rows[y]
            segments = [Segment(span.text, palette.ink(span.look)) for span in row]
            return Strip(segments, cell.drawing.width).adjust_cell_length(slot.width, blank)
        if cell.drawing is None and cell.word and y == max(1, slot.height // 2):
            left = max(0, (slot.width - length(cell.word)) // 2)
            return palette.strip(((" " * left, Role.TEXT), *cell.word), slot.width)
        return Strip.blank(slot.width, blank)

    def _notice_line(self, notice: Notice, y: int) -> Line:
        width, height = self.content_size
        lines = notice.lines(width)
        top = max(0, (height - len(lines)) // 2)
        if not top <= y < top + len(lines):
            return ()
        pieces = lines[y - top]
        return ((" " * max(0, (width - length(pieces)) // 2), Role.TEXT), *pieces)

    def on_resize(self, event: events.Resize) -> None:
        """Ask for charts of another size."""
        del event
        self.post_message(self.Resized(self))
