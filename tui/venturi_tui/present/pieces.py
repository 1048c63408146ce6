"""Lines of text in pieces, each with a role instead of a colour: what faces draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size


class Role(Enum):
    """What a piece of text means; a theme decides how that looks."""

    TEXT = "text"
    STRONG = "strong"
    DIM = "dim"
    FAINT = "faint"
    ACCENT = "accent"
    RUNNING = "running"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Hue:
    """The role of what belongs to a curve: its place among the colours of lines."""

    color: int


@dataclass(frozen=True, slots=True)
class Ink:
    """The very colours of a cell of a picture, each as red, green and blue."""

    fore: tuple[int, int, int]
    back: tuple[int, int, int]


Tone: TypeAlias = Role | Hue | Ink
Piece: TypeAlias = tuple[str, Tone]
Line: TypeAlias = tuple[Piece, ...]


def line(*pieces: Piece | str) -> Line:
    """A line of pieces; a bare string is plain text."""
    return tuple((piece, Role.TEXT) if isinstance(piece, str) else piece for piece in pieces)


def key_pieces(pairs: Sequence[tuple[str, str]]) -> Line:
    """Keys and what they do, one after another."""
    return tuple(
        piece
        for key, words in pairs
        for piece in ((f" {key}", Role.ACCENT), (f" {words} ", Role.DIM))
    )


def plain(pieces: Line) -> str:
    """The text of a line alone."""
    return "".join(text for text, _ in pieces)


def length(pieces: Line) -> int:
    """Cells that a line takes."""
    return sum(cell_len(text) for text, _ in pieces)


def fitted(pieces: Line, width: int) -> Line:
    """A line in at most so many cells; what does not fit ends in `…`."""
    if length(pieces) <= width:
        return pieces
    kept: list[Piece] = []
    room = width - 1
    for text, tone in pieces:
        size = cell_len(text)
        if size > room:
            kept.append((set_cell_size(text, max(room, 0)) + "…", tone))
            break
        kept.append((text, tone))
        room -= size
    return tuple(kept) if width > 0 else ()


def spread(left: Line, right: Line, width: int) -> Line:
    """Two lines as one: one at each end, at least two cells apart; the left one is cut."""
    room = width - length(right) - 2
    if not right or room < min(length(left), 8):
        return fitted(left, width)
    start = fitted(left, room)
    return (*start, (" " * (width - length(start) - length(right)), Role.TEXT), *right)
