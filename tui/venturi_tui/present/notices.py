"""What a pane says when it has nothing to show: loading, none, failed, with the next key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rich.cells import cell_len

from venturi.errors import VenturiError
from venturi_tui.present.pieces import Line, Role
from venturi_tui.present.width import clip
from venturi_tui.present.words import safe

_LONGEST = 600
"""Cells of a headline, or of a hint: more says no more."""


class Look(Enum):
    """Why there is nothing to show."""

    LOADING = "loading"
    NONE = "none"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Notice:
    """A few centred words.

    Args:
        look: Why they are shown.
        headline: What happened, to what.
        hint: How to go on.
        keys: Keys to press next, with what they do.
    """

    look: Look
    headline: str
    hint: str = ""
    keys: tuple[tuple[str, str], ...] = ()

    def lines(self, width: int, height: int | None = None) -> list[Line]:
        """The words as lines no wider than `width`, all of one length.

        Of words that do not go into `height` lines the last are left out, the keys never.
        """
        room = max(8, width - 4)
        head = Role.DIM if self.look is Look.LOADING else Role.TEXT
        words, tone = self.headline, head
        if self.look is Look.FAILED:
            words, tone = f"✗ {words}", Role.BAD
        drawn = _centred(wrapped(clip(words, _LONGEST), room), tone)
        if self.hint:
            drawn += _centred(wrapped(clip(self.hint, _LONGEST), room), Role.DIM)
        keys = self._key_lines(room) if self.keys else []
        if height is not None and len(drawn) + len(keys) > height:
            drawn = drawn[: max(1, height - len(keys))]
        elif keys and (height is None or len(drawn) + len(keys) < height):
            drawn.append(())
        drawn += keys
        widest = max(sum(cell_len(text) for text, _ in pieces) for pieces in drawn)
        return [_padded(pieces, widest) for pieces in drawn]

    def _key_lines(self, room: int) -> list[Line]:
        rows: list[Line] = [()]
        used = 0
        for key, words in self.keys:
            size = cell_len(key) + cell_len(words) + 4
            if used and used + size > room:
                rows.append(())
                used = 0
            gap = "   " if used else ""
            rows[-1] = (*rows[-1], (f"{gap}{key}", Role.ACCENT), (f" {words}", Role.DIM))
            used += size
        return rows


def loading(what: str) -> Notice:
    """Something is being read."""
    return Notice(Look.LOADING, f"reading {what} …")


def failed(error: VenturiError) -> Notice:
    """Something went wrong, in the words the command line has for it."""
    return Notice(Look.FAILED, safe(error.message), safe(error.hint), (("r", "try again"),))


def wrapped(text: str, width: int) -> list[str]:
    """Text broken into lines at spaces, and within words that are too long for a line."""
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        joined = f"{current} {word}" if current else word
        if cell_len(joined) <= width:
            current = joined
            continue
        if current:
            lines.append(current)
        *full, current = _broken(word, width)
        lines += full
    return [*lines, current] if current or not lines else lines


def _broken(word: str, width: int) -> list[str]:
    parts = [""]
    used = 0
    for character in word:
        size = cell_len(character)
        if used + size > width and parts[-1]:
            parts.append("")
            used = 0
        parts[-1] += character
        used += size
    return parts


def _centred(texts: list[str], role: Role) -> list[Line]:
    return [((text, role),) for text in texts]


def _padded(pieces: Line, width: int) -> Line:
    size = sum(cell_len(text) for text, _ in pieces)
    left = (width - size) // 2
    return ((" " * left, Role.TEXT), *pieces, (" " * (width - size - left), Role.TEXT))
