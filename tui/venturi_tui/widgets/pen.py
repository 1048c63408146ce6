"""Puts text after text into a line of a table, with as few segments as can be."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip

from venturi_tui.present.pieces import Role, Tone
from venturi_tui.widgets.palette import Ground, Palette


class Pen:
    """Puts text after text, one segment for all that looks alike."""

    def __init__(self, palette: Palette, ground: Ground) -> None:
        self.ground = ground
        self._palette = palette
        self._runs: list[tuple[str, Tone, Ground]] = []

    def write(self, text: str, tone: Tone, ground: Ground | None = None) -> None:
        """Put a text, on another ground than the line's when given."""
        if not text:
            return
        on = ground or self.ground
        if self._runs:
            before, last_tone, last_ground = self._runs[-1]
            blank = not text.strip(" ") and on is last_ground
            if blank or (last_tone == tone and last_ground is on):
                self._runs[-1] = (before + text, last_tone, last_ground)
                return
        self._runs.append((text, tone, on))

    def strip(self, width: int, end: str = "") -> Strip:
        """What was put, as exactly so many cells; `end` stands at the right where there is room."""
        style = self._palette.style
        segments = [Segment(text, style(tone, ground)) for text, tone, ground in self._runs]
        used = Segment.get_line_length(segments)
        if used < width:
            end = end if used + len(end) <= width else ""
            segments.append(Segment(" " * (width - used - len(end)), style(Role.TEXT, self.ground)))
            segments += [Segment(end, style(Role.ACCENT, self.ground))] if end else []
        elif used > width:
            segments = Segment.adjust_line_length(segments, width)
        return Strip(segments, width)
