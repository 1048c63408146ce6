"""The words in a pane's frame: a title above, what else is to know below."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from venturi_tui.present.words import safe


def set_frame(pane: Widget, title: str, below: str = "") -> None:
    """Write into a pane's frame, when that says something new. Markup is shown, not obeyed."""
    above, under = Content(safe(title)), Content(safe(below))
    if pane.border_title != above.markup:
        pane.border_title = above
    if (pane.border_subtitle or "") != under.markup:
        pane.border_subtitle = under if below else None
