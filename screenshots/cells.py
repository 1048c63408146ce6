"""A terminal screen as a grid of cells: what a Textual app shows right now."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.color import blend_rgb
from rich.color_triplet import ColorTriplet
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI
from textual.app import App

Colour = tuple[int, int, int]

_DIM = 0.45  # how far a dim letter moves towards its background


@dataclass(frozen=True, slots=True)
class Look:
    """Colours and shape of a letter, worked out."""

    ink: Colour
    paper: Colour
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of the grid. A wide letter has `width` 2 and an empty cell after it."""

    text: str
    look: Look
    width: int = 1


def screen_cells(app: App[object]) -> list[list[Cell]]:
    """The rows of the screen, also below an open dialog, as the terminal would get them."""
    width, height = app.size
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    rows = app.console.render_lines(
        update, app.console.options.update(width=width, height=height), pad=False
    )
    return [
        row_cells([(one.text, one.style or Style.null()) for one in row if not one.control])
        for row in rows[:height]
    ]


def row_cells(pieces: list[tuple[str, Style]]) -> list[Cell]:
    """Cells of styled pieces of one row."""
    cells = list[Cell]()
    for text, style in pieces:
        look = look_of(style)
        for letter in text.replace("\n", ""):
            width = cell_len(letter)
            if width == 0 and cells:  # belongs to the letter before
                last = cells[-1]
                cells[-1] = Cell(last.text + letter, last.look, last.width)
                continue
            cells.append(Cell(letter, look, width))
            cells += [Cell("", look)] * (width - 1)
    return cells


def look_of(style: Style) -> Look:
    """Colours with dim and reverse worked in."""
    ink = style.color.get_truecolor(DIMMED_MONOKAI) if style.color else ColorTriplet(211, 216, 223)
    paper = (
        style.bgcolor.get_truecolor(DIMMED_MONOKAI, foreground=False)
        if style.bgcolor
        else ColorTriplet(16, 19, 23)
    )
    if style.reverse:
        ink, paper = paper, ink
    if style.dim:
        ink = blend_rgb(ink, paper, _DIM)
    return Look(
        ink=tuple(ink),
        paper=tuple(paper),
        bold=bool(style.bold),
        italic=bool(style.italic),
        underline=bool(style.underline),
        strike=bool(style.strike),
    )
