"""The pane of curves: shows a drawing, keeps it until the next one is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from venturi_tui.present.notices import Notice
from venturi_tui.present.pieces import Role, length
from venturi_tui.widgets.chart_mouse import ChartMouse
from venturi_tui.widgets.palette import palette_of

if TYPE_CHECKING:
    from venturi_tui.pictures import Picture, Placed
    from venturi_tui.present.chart.drawing import Drawing


class CurvePane(ChartMouse, can_focus=True):
    """A chart of which only the lines that changed are painted again."""

    DEFAULT_CSS = "CurvePane { padding: 0 1; }"
    ALLOW_SELECT = False

    @dataclass
    class Resized(Message):
        """There is another amount of room to draw in."""

        pane: CurvePane

    def __init__(self, *, id: str = "curves") -> None:  # noqa: A002
        super().__init__(id=id, classes="pane")
        self.drawing: Drawing | None = None
        self.picture: Picture | None = None
        self.picture_cursor: int | None = None
        self.notice: Notice | None = None

    @property
    def room(self) -> tuple[int, int]:
        """Width and height there is to draw in."""
        return self.content_size.width, self.content_size.height

    def show(
        self, drawing: Drawing, picture: Picture | None = None, cursor: int | None = None
    ) -> None:
        """Show another drawing, and the picture that is seen through it."""
        before, self.drawing = self.drawing, drawing
        if (self.picture, self.picture_cursor) != (picture, cursor):
            self.picture, self.picture_cursor = picture, cursor
            self.refresh(Region(0, 0, self.content_size.width, 1))
        if self.notice is not None or before is None or before.height != drawing.height:
            self.notice = None
            self.refresh()
            return
        width = self.content_size.width
        for y, (old, new) in enumerate(zip(before.rows, drawing.rows, strict=True)):
            if old != new:
                self.refresh(Region(0, y, width, 1))

    @property
    def placed(self) -> Placed | None:
        """The picture, and where on the screen it is; None when none is to be seen."""
        drawing, picture = self.drawing, self.picture
        if picture is None or drawing is None or drawing.area is None or self.notice is not None:
            return None
        if not self.is_attached or (drawing.width, drawing.height) != self.room:
            return None
        from venturi_tui.pictures import Placed

        corner, area = self.content_region, drawing.area
        return Placed(picture, corner.y + area.top + 1, corner.x + area.left + 1,
                      self.picture_cursor)  # fmt: skip

    def set_notice(self, notice: Notice | None) -> None:
        """Show a few words in place of curves."""
        if notice != self.notice:
            self.notice = notice
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the drawing, or of the notice."""
        width, height = self.content_size
        palette = palette_of(self)
        blank = palette.style(Role.TEXT)
        if self.notice is not None:
            lines = self.notice.lines(width)
            top = max(0, (height - len(lines)) // 2)
            if not top <= y < top + len(lines):
                return Strip.blank(width, blank)
            pieces = lines[y - top]
            left = " " * max(0, (width - length(pieces)) // 2)
            return palette.strip(((left, Role.TEXT), *pieces), width)
        if self.drawing is None or y >= len(self.drawing.rows):
            return Strip.blank(width, blank)
        row = self.drawing.rows[y]
        segments = [Segment(span.text, palette.ink(span.look)) for span in row]
        return Strip(segments, self.drawing.width).adjust_cell_length(width, blank)

    def on_resize(self, event: events.Resize) -> None:
        """Ask for a drawing of the new size."""
        del event
        self.post_message(self.Resized(self))
