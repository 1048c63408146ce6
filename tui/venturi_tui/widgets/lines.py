"""A list of any length with a cursor, of which only the lines on screen are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from venturi_tui.present.notices import Notice
from venturi_tui.present.pieces import Role, length
from venturi_tui.widgets.palette import Ground, Palette, palette_of


class Lines(ScrollView, can_focus=True):
    """Lines below `heads` fixed ones. Subclasses draw single lines; this one does the rest.

    A cursor that moves without scrolling repaints two lines. What is drawn is kept by line until
    something it depends on changes.
    """

    DEFAULT_CSS = """
    Lines {
        background: $background;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    """

    ALLOW_SELECT = False

    @dataclass
    class CursorMoved(Message):
        """The cursor came to stand on another line."""

        lines: Lines
        row: int

        @property
        def control(self) -> Lines:
            """The list whose cursor moved."""
            return self.lines

    @dataclass
    class Opened(Message):
        """A line was opened with the mouse."""

        lines: Lines
        row: int

    @dataclass
    class Scrolled(Message):
        """Other lines came into view."""

        lines: Lines

    @dataclass
    class Resized(Message):
        """There is another amount of room."""

        lines: Lines

    def __init__(self, *, heads: int = 0, id: str | None = None, pane: bool = True) -> None:  # noqa: A002
        super().__init__(id=id, classes="pane" if pane else "")
        self.heads = heads
        self.count = 0
        self.cursor = 0
        self.notice: Notice | None = None
        self._strips: dict[tuple[object, ...], Strip] = {}

    # What subclasses say

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """The line of a row, `width` cells wide, on a ground."""
        del row
        return self.palette.strip((), width, ground)

    def draw_head(self, number: int, width: int) -> Strip:
        """A fixed line above the others."""
        del number
        return self.palette.strip((), width)

    def line_key(self, row: int) -> object:
        """What the look of a line depends on, besides its row, ground and width."""
        return row

    # What is shown

    @property
    def palette(self) -> Palette:
        """Styles of the theme that is on."""
        return palette_of(self)

    @property
    def room(self) -> int:
        """Lines that can be seen at once."""
        return max(1, self.scrollable_content_region.height - self.heads)

    @property
    def first(self) -> int:
        """The row on top."""
        return self.scroll_offset.y

    @property
    def last(self) -> int:
        """The last row in view."""
        return min(self.count, self.first + self.room) - 1

    def set_count(self, count: int, *, cursor: int | None = None) -> None:
        """Say how many lines there are, and where the cursor goes."""
        before = self.cursor
        self.count = count
        self.cursor = max(0, min(self.cursor if cursor is None else cursor, count - 1))
        self.virtual_size = Size(1, count + self.heads)
        self._keep_in_view()
        self.redraw()
        if self.cursor != before:
            self.post_message(self.CursorMoved(self, self.cursor))

    def set_notice(self, notice: Notice | None) -> None:
        """Show a few words in place of lines; None shows the lines again."""
        if notice != self.notice:
            self.notice = notice
            self.redraw()

    def redraw(self) -> None:
        """Draw everything anew."""
        self._strips.clear()
        self.refresh()

    def redraw_row(self, row: int) -> None:
        """Draw one line anew, when it is in view."""
        y = row - self.first + self.heads
        region = self.scrollable_content_region
        if self.heads <= y < region.height:
            self.refresh(Region(0, y, region.width, 1))

    def redraw_head(self) -> None:
        """Draw the fixed lines anew."""
        width = self.scrollable_content_region.width
        self.refresh(Region(0, 0, width, self.heads))

    # The cursor

    def go(self, row: int) -> None:
        """Put the cursor on a row, or on the nearest there is."""
        row = max(0, min(row, self.count - 1))
        if row == self.cursor:
            return
        before, self.cursor = self.cursor, row
        first = self.first
        self._keep_in_view()
        if self.first == first:
            self.redraw_row(before)
            self.redraw_row(row)
        self.post_message(self.CursorMoved(self, row))

    def move(self, lines: int) -> None:
        """Move the cursor by so many lines."""
        self.go(self.cursor + lines)

    def _keep_in_view(self) -> None:
        first = min(max(self.first, self.cursor - self.room + 1), self.cursor)
        first = max(0, min(first, self.count - self.room))
        if first != self.first:
            self.scroll_to(y=first, animate=False, immediate=True, force=True)

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line of the widget, from the lines drawn before when they still hold."""
        region = self.scrollable_content_region
        width = region.width
        if self.notice is not None:
            return self._notice_line(self.notice, y, width, region.height)
        if y < self.heads:
            return self.draw_head(y, width)
        row = y - self.heads + self.first
        if not 0 <= row < self.count:
            return self.palette.strip((), width)
        ground = self._ground(row)
        key = (row, ground, width, self.line_key(row))
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) > 512:
                self._strips.clear()
            strip = self._strips[key] = self.draw_line(row, width, ground)
        return strip

    def _ground(self, row: int) -> Ground:
        if row != self.cursor:
            return Ground.PLAIN
        return Ground.BAND if self.has_focus else Ground.REST

    def _notice_line(self, notice: Notice, y: int, width: int, height: int) -> Strip:
        lines = notice.lines(width, height)
        top = max(0, (height - len(lines)) // 2)
        if not top <= y < top + len(lines):
            return self.palette.strip((), width)
        strip = self.palette.strip(lines[y - top], min(width, length(lines[y - top])))
        left = (width - strip.cell_length) // 2
        blank = self.palette.style(Role.TEXT)
        right = width - left - strip.cell_length
        return Strip([Segment(" " * left, blank), *strip, Segment(" " * right, blank)], width)

    # What Textual tells

    def notify_style_update(self) -> None:
        """The theme may have changed."""
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view."""
        del event
        self._strips.clear()
        self._keep_in_view()
        self.post_message(self.Scrolled(self))
        self.post_message(self.Resized(self))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say that other lines are in view, also when the mouse moved them."""
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)
            self.post_message(self.Scrolled(self))
        if not self.show_vertical_scrollbar:
            return
        bar = self.vertical_scrollbar
        if _thumb(bar, old_value) != _thumb(bar, new_value):
            bar.position = new_value
        else:  # it would be drawn anew, and look the same: as long as drawing the lines
            bar.set_reactive(ScrollBar.position, new_value)

    def row_under(self, event: events.MouseEvent) -> int | None:
        """The row a mouse event is on; None beside the lines."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self.heads or self.notice is not None:
            return None
        row = offset.y - self.heads + self.first
        return row if row < self.count else None

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a line, a double click opens it."""
        row = self.row_under(event)
        if row is None:
            return
        self.go(row)
        if event.chain == 2:
            self.post_message(self.Opened(self, row))


def _thumb(bar: ScrollBar, row: float) -> int:
    """Where the thumb of a bar begins at a row, in eighths of a cell, which is how it is drawn."""
    height, shown, lines = bar.size.height, bar.window_size, bar.window_virtual_size
    if lines <= shown:
        return 0
    way = height - max(1, height * shown / lines)
    return int(way * row / (lines - shown) * 8)
