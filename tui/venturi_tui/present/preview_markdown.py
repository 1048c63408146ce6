"""Markdown as lines to read: headings, lists, tables, code; links as text, nothing is followed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import StringIO
from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Heading, Markdown, MarkdownElement
from rich.segment import Segment
from rich.style import Style
from rich.theme import Theme

from venturi_tui.present.notices import wrapped
from venturi_tui.present.pieces import Line, Piece, Role
from venturi_tui.present.words import safe

LONGEST_MARKDOWN = 48_000
"""Characters that are laid out; what is longer ends there."""

_ROLES = {1: Role.ACCENT, 2: Role.DIM, 3: Role.STRONG, 4: Role.FAINT}
_ACCENT, _DIM, _STRONG, _FAINT = (Style(color=f"color({number})") for number in _ROLES)
_THEME = Theme(
    {
        **{f"markdown.h{level}": _ACCENT for level in range(1, 8)},
        "markdown.h1.border": _FAINT,
        "markdown.code": _ACCENT,
        "markdown.code_block": _DIM,
        "markdown.block_quote": _DIM,
        "markdown.item.bullet": _ACCENT,
        "markdown.item.number": _ACCENT,
        "markdown.hr": _FAINT,
        "markdown.link": _ACCENT,
        "markdown.link_url": _DIM,
        "markdown.strong": _STRONG,
        "markdown.em": Style(),
        "markdown.table.header": _STRONG,
        "markdown.table.border": _FAINT,
    }
)
"""Colours by number, that stand for roles: a theme decides how these look."""


_IMAGE = re.compile(r"!(\[[^\[\]\n]{0,500}\]\()")


class _Title(Heading):
    """A heading where all other lines begin, too."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Its words."""
        del console, options
        yield self.text.copy()


class _Page(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Title,
    }


def markdown_lines(text: str, width: int) -> list[Line]:
    """A Markdown text laid out for so many cells; as plain text when it is beyond understanding.

    What is in it is data: control characters show as pictures, and a link or image is its words
    with the address behind them.
    """
    plain = "\n".join(safe(row.expandtabs(4)) for row in _rows(text[:LONGEST_MARKDOWN]))
    try:
        found = _laid_out(_IMAGE.sub(r"\1", plain), max(8, width))
    except (RecursionError, ValueError, IndexError, KeyError):
        found = []
    if not any(found):
        rows = (row for each in plain.split("\n") for row in wrapped(each, max(8, width)))
        return [((row, Role.TEXT),) for row in rows]
    while found and not found[-1]:
        found.pop()
    while found and not found[0]:
        found.pop(0)
    return found


def _rows(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _laid_out(text: str, width: int) -> list[Line]:
    console = Console(
        file=StringIO(), width=width, theme=_THEME, color_system="256", force_terminal=True,
        legacy_windows=False, markup=False, emoji=False, highlight=False,
    )  # fmt: skip
    page = _Page(text, hyperlinks=False, code_theme="bw")
    rows = console.render_lines(page, console.options.update(width=width), pad=False)
    return [_line(row) for row in rows]


def _line(row: Iterable[Segment]) -> Line:
    pieces: list[Piece] = []
    for segment in row:
        if segment.control or not segment.text:
            continue
        role = _role(segment.style)
        if pieces and pieces[-1][1] is role:
            pieces[-1] = (pieces[-1][0] + segment.text, role)
        else:
            pieces.append((segment.text, role))
    while pieces and not pieces[-1][0].strip():
        pieces.pop()
    return tuple(pieces)


def _role(style: Style | None) -> Role:
    if style is None:
        return Role.TEXT
    number = style.color.number if style.color is not None else None
    if number in _ROLES:
        return _ROLES[number]
    return Role.STRONG if style.bold else Role.TEXT
