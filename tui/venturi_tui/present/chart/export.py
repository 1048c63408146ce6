"""A drawing as a picture for browsers: standalone SVG, and a page of HTML around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from venturi_tui.present.chart.cut import width_of
from venturi_tui.present.chart.drawing import Drawing, Look, Span, drawing_text
from venturi_tui.present.chart.glyphs import Shape, shape_of
from venturi_tui.present.chart.theme import DARK, ChartTheme
from venturi_tui.present.words import safe

WIDE, HIGH = 10, 20
"""Units of a cell."""
_MARGIN = 16
_FONT_SIZE = 16
_BASE = 15
"""Where letters stand, below the upper edge of their row."""
_DOT = 3.4
_FONTS = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
_INK = "#d9d9d9"
_ARMS = {"l": "M{x} {y}h-5", "r": "M{x} {y}h5", "u": "M{x} {y}v-10", "d": "M{x} {y}v10"}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ margin: 0; padding: 1.5rem; background: {ground}; color: {ink}; font: 1rem {fonts}; }}
h1 {{ font-size: 1.1rem; }}
svg {{ max-width: 100%; height: auto; }}
</style>
</head>
<body>
<h1>{title}</h1>
{picture}
<details>
<summary>as text</summary>
<pre>{text}</pre>
</details>
</body>
</html>
"""


def drawing_svg(drawing: Drawing, theme: ChartTheme = DARK, between: Sequence[str] = ()) -> str:
    """The drawing as a standalone SVG document of 10x20 units a cell, with a margin.

    Dots, blocks and frames are shapes, so that they look the same with any font; words are text
    that is set into exactly the cells it has. Any text is escaped, and the document is well formed
    whatever stands in it.

    Args:
        drawing: What to show.
        theme: What it was drawn with: the ground it stands on, the colour of plain text.
        between: Elements of SVG that lie under the words and over all else.
    """
    width = drawing.width * WIDE + 2 * _MARGIN
    height = drawing.height * HIGH + 2 * _MARGIN
    pen = _Pen(theme.text or _INK)
    for row, spans in enumerate(drawing.rows):
        pen.draw_row(row, spans)
    size = f'width="{width}" height="{height}"'
    box = f'viewBox="0 0 {width} {height}"'
    fonts = f'font-family="{_FONTS}" font-size="{_FONT_SIZE}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="img">',
            f'<rect {size} fill="{theme.ground}"/>',
            f'<g transform="translate({_MARGIN} {_MARGIN})" {fonts}>',
            *pen.shapes(),
            *between,
            *pen.words(),
            "</g>",
            "</svg>",
            "",
        ]
    )


def drawing_html(
    drawing: Drawing,
    title: str,
    theme: ChartTheme = DARK,
    between: Sequence[str] = (),
    told: Drawing | None = None,
) -> str:
    """The drawing as a page of HTML that stands alone: title, picture, and the same as text.

    Args:
        drawing: What to show.
        title: Any text; it is made safe.
        theme: What it was drawn with.
        between: As `drawing_svg` has it.
        told: What is shown as text; None for the drawing.
    """
    return _PAGE.format(
        title=_escaped(safe(title)),
        ground=theme.ground,
        ink=theme.text or _INK,
        fonts=_FONTS,
        picture=drawing_svg(drawing, theme, between).rstrip(),
        text=_escaped(drawing_text(told or drawing, color=False)),
    )


class _Word(NamedTuple):
    """Letters that a font draws, and the cells they have."""

    column: int
    row: int
    cells: int
    text: str
    look: Look


class _Pen:
    """Collects what is drawn, so that shapes of one look become one path."""

    def __init__(self, ink: str) -> None:
        self._ink = ink
        self._grounds: dict[str, list[str]] = {}
        self._boxes: dict[tuple[str, float], list[str]] = {}
        self._dots: dict[str, list[str]] = {}
        self._lines: dict[str, list[str]] = {}
        self._words: list[_Word] = []

    def draw_row(self, row: int, spans: tuple[Span, ...]) -> None:
        """Draw one row of text."""
        column = 0
        for text, look in spans:
            cells = width_of(text)
            if look.bg and cells:
                self._grounds.setdefault(look.bg, []).append(
                    _rectangle(column * WIDE, row * HIGH, cells * WIDE, HIGH)
                )
            for piece, place in _pieces(text, column):
                self._draw_piece(piece, place, row, look)
            column += cells

    def _draw_piece(self, text: str, column: int, row: int, look: Look) -> None:
        shape = shape_of(text[0])
        if shape is None:
            self._words.append(_Word(column, row, width_of(text), text, look))
            return
        for at in range(len(text)):
            self._draw_shape(shape, (column + at) * WIDE, row * HIGH, look)

    def _draw_shape(self, shape: Shape, x: int, y: int, look: Look) -> None:
        ink = look.fg or self._ink
        for across, down in shape.dots:
            dot = f"M{x + across * WIDE:g} {y + down * HIGH:g}h.01"
            self._dots.setdefault(ink, []).append(dot)
        for box in shape.boxes:
            fill = (ink, box.alpha / 2 if look.dim else box.alpha)
            self._boxes.setdefault(fill, []).append(
                _rectangle(
                    x + box.left * WIDE, y + box.top * HIGH, box.width * WIDE, box.height * HIGH
                )
            )
        middle = {"x": x + WIDE // 2, "y": y + HIGH // 2}
        lines = [_ARMS[arm].format(**middle) for arm in shape.arms]
        if lines:
            self._lines.setdefault(_dimmed(ink, look), []).extend(lines)

    def shapes(self) -> Iterator[str]:
        """Everything but words, from the ground up."""
        for color, places in self._grounds.items():
            yield _path(places, f'fill="{color}" shape-rendering="crispEdges"')
        for (color, alpha), places in self._boxes.items():
            seen = f' fill-opacity="{alpha:g}"' if alpha < 1 else ""
            yield _path(places, f'fill="{color}"{seen} shape-rendering="crispEdges"')
        for color, places in self._lines.items():
            yield _path(places, f'fill="none" stroke="{color}" stroke-width="1"')
        for color, places in self._dots.items():
            stroke = f'stroke-width="{_DOT}" stroke-linecap="round"'
            yield _path(places, f'fill="none" stroke="{color}" {stroke}')

    def words(self) -> Iterator[str]:
        """Everything that a font draws."""
        return (_text(word, self._ink) for word in self._words)


def _pieces(text: str, column: int) -> Iterator[tuple[str, int]]:
    """Words, and runs of one shape, each with the column it begins at; blanks are left out."""
    for kind, chars in groupby(text, lambda char: char if char == " " or shape_of(char) else ""):
        piece = "".join(chars)
        if kind != " ":
            yield piece, column
        column += width_of(piece)


def _dimmed(ink: str, look: Look) -> str:
    return f'{ink}" stroke-opacity="0.5' if look.dim else ink


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}z"


def _path(places: list[str], how: str) -> str:
    return f'<path {how} d="{"".join(places)}"/>'


def _text(word: _Word, ink: str) -> str:
    """A word fitted into its cells; a single sign stands in the middle of its own."""
    look, y = word.look, word.row * HIGH + _BASE
    how = f'fill="{look.fg or ink}"'
    how += ' font-weight="bold"' if look.bold else ""
    how += ' fill-opacity="0.6"' if look.dim else ""
    x = word.column * WIDE
    if len(word.text) == 1:
        place = f'x="{x + word.cells * WIDE / 2:g}" y="{y}" text-anchor="middle"'
    else:
        place = f'x="{x}" y="{y}" textLength="{word.cells * WIDE}" lengthAdjust="spacingAndGlyphs"'
    return f"<text {place} {how}>{_escaped(word.text)}</text>"


def _escaped(text: str) -> str:
    """The text for XML: markup is escaped, and what no document may hold is replaced."""
    kept = "".join(char if _is_allowed(ord(char)) else "\N{REPLACEMENT CHARACTER}" for char in text)
    return escape(kept)


def _is_allowed(code: int) -> bool:
    """Whether XML 1.0 (section 2.2) allows a character."""
    return (
        code in (0x9, 0xA, 0xD)
        or 0x20 <= code < 0xD800
        or 0xE000 <= code < 0xFFFE
        or 0x10000 <= code < 0x110000
    )
