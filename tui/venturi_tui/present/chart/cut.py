"""Text measured and cut in terminal cells: a wide character never pushes a row over its edge."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def width_of(text: str) -> int:
    """How many terminal cells a text takes."""
    return cell_len(text)


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells, with an ellipsis where something is left out."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def fit(text: str, width: int) -> str:
    """The text in exactly `width` cells: cut, or filled with blanks at the right."""
    shown = cut(text, width)
    return shown + " " * (width - cell_len(shown))
