"""How many terminal cells a text takes, and texts cut or filled to a number of cells."""

from __future__ import annotations

import re

# Letters and signs of one cell each; any other text is measured by Rich, which is imported late
# because most tables need nothing else.
_NARROW = re.compile(r"[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2026\u221e\u25b2\u25bc●✓✗◌⊘·␊␉␛]*")


def cells(text: str) -> int:
    """Cells that a line of text takes on a terminal."""
    if text.isascii() or _NARROW.fullmatch(text):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def clip(text: str, width: int, end: str = "…") -> str:
    """A text in at most so many cells; what does not fit is replaced by an ending."""
    if cells(text) <= width:
        return text
    room = width - len(end)
    if room < 0:
        return end[:width]
    if _NARROW.fullmatch(text):
        return text[:room] + end
    from rich.cells import chop_cells

    kept = chop_cells(text, room)[0] if room > 0 else ""
    return (kept if cells(kept) <= room else "") + end  # a wide letter may not fit at all


def left(text: str, width: int) -> str:
    """A text filled up with blanks on its right."""
    return text + " " * (width - cells(text))


def right(text: str, width: int) -> str:
    """A text filled up with blanks on its left."""
    return " " * (width - cells(text)) + text
