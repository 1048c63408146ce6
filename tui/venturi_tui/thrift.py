r"""Sends a terminal only what changed: cells that look different, and the colours that differ.

Textual paints whole lines of widgets, each piece with all its colours. Over a slow link most of
that is there already. `Thrift` knows what the terminal shows and rewrites a frame so that it does
the same with far fewer bytes. A frame is text between `\x1b[y;xH` moves and `\x1b[…m` styles; any
other output is passed through, and forgotten is what the terminal shows unless it is known to leave
the screen alone.

What lies over text, such as a picture, is an `Overlay`: after each frame it is asked what to send.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

from rich.cells import split_graphemes

SYNC_START = "\x1b[?2026h"
SYNC_END = "\x1b[?2026l"

_TOKEN = re.compile(
    r"\x1b\[(\d+);(\d+)H"  # a move
    r"|(?:\x1b\[([\d;]+)m)?([^\x1b\n]+)(\x1b\[0m)?"  # a piece, styled before and reset after
    r"|\x1b\[([\d;]+)m|\n"
)
_FOREIGN = re.compile(r"\x1b(?!\[\d+;\d+H|\[[\d;]+m)|[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f]")
_HARMLESS = re.compile(
    r"(?:\x1b\].*?(?:\x07|\x1b\\)"  # clipboard, title, pointer
    r"|\x1bP.*?\x1b\\"  # passed through tmux
    r"|\x1b\[\?(?!1049|1047|47|3h|3l)[\d;]*(?:[hl]|\$p)"  # modes of mouse, paste, focus …
    r"|\x1b\[[<>=?][\d;]*u"  # keyboard protocol
    r"|\x07)+\Z",
    re.DOTALL,
)
# Characters whose width all terminals agree on.
_NARROW = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2200-\u22ff\u2400-\u2426"
    "\u2500-\u25fc\u25fe-\u25ff\u2605\u2713\u2717\u271a\u2800-\u28ff]*\\Z"
)


class Look(NamedTuple):
    """A style taken apart: attributes, foreground, background, as SGR parameters."""

    attributes: frozenset[str] = frozenset()
    fore: str = ""
    back: str = ""


PLAIN = Look()


@lru_cache(4096)
def look_of(parameters: str) -> Look:
    """The look that the parameters of one SGR sequence give to plain text."""
    numbers = parameters.split(";") if parameters else ["0"]
    attributes: set[str] = set()
    fore = back = ""
    at = 0
    while at < len(numbers):
        number = numbers[at]
        size = _color_size(numbers, at)
        code = ";".join(numbers[at : at + size])
        value = int(number or 0)
        if value == 0:
            attributes.clear()
            fore = back = ""
        elif value == 38 or 30 <= value <= 37 or 90 <= value <= 97:
            fore = code
        elif value == 48 or 40 <= value <= 47 or 100 <= value <= 107:
            back = code
        elif value in (39, 49):
            fore, back = ("", back) if value == 39 else (fore, "")
        else:
            attributes.add(code)
        at += size
    return Look(frozenset(attributes), fore, back)


def _color_size(numbers: list[str], at: int) -> int:
    if numbers[at] not in ("38", "48") or at + 1 >= len(numbers):
        return 1
    return 5 if numbers[at + 1] == "2" else 3


@lru_cache(8192)
def change(old: Look, new: Look) -> str:
    """The shortest sequence that turns one look into another."""
    if old == new:
        return ""
    if new == PLAIN:
        return "\x1b[0m"
    codes: list[str] = []
    if not old.attributes <= new.attributes:
        codes.append("0")
        old = PLAIN
    codes += sorted(new.attributes - old.attributes)
    if new.fore != old.fore:
        codes.append(new.fore or "39")
    if new.back != old.back:
        codes.append(new.back or "49")
    return f"\x1b[{';'.join(codes)}m"


class Piece(NamedTuple):
    """Text of one look, from a cell on; `careful` when terminals may disagree about its width."""

    x: int
    text: str
    cells: list[str]
    look: int
    careful: bool


class Row:
    """What a row of the terminal shows, cell by cell; what nobody knows has the look -1."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.looks: list[int] = []
        self.careful = False

    def reach(self, width: int) -> None:
        """Know of at least so many cells."""
        missing = width - len(self.cells)
        if missing > 0:
            self.cells += [""] * missing
            self.looks += [-1] * missing

    def shows(self, piece: Piece) -> bool:
        """Whether a piece is there already."""
        size = len(piece.cells)
        stop = piece.x + size
        return (
            self.cells[piece.x : stop] == piece.cells
            and self.looks[piece.x : stop].count(piece.look) == size
        )

    def changed(self, piece: Piece) -> tuple[int, int]:
        """The stretch of a piece that is not there yet."""
        first, last = 0, len(piece.cells)
        cells, looks, x = self.cells, self.looks, piece.x
        while cells[x + first] == piece.cells[first] and looks[x + first] == piece.look:
            first += 1
        while cells[x + last - 1] == piece.cells[last - 1] and looks[x + last - 1] == piece.look:
            last -= 1
        return first, last

    def put(self, piece: Piece) -> None:
        """A piece is there now."""
        stop = piece.x + len(piece.cells)
        self.cells[piece.x : stop] = piece.cells
        self.looks[piece.x : stop] = [piece.look] * len(piece.cells)


class Overlay(Protocol):
    """What lies over or under the text of a terminal."""

    def after(self, shown: Thrift) -> str:
        """What to send after the text of a frame."""
        ...

    def forget(self) -> None:
        """The terminal may show anything now."""

    def leave(self) -> str:
        """What takes everything away."""
        ...


class Thrift:
    """Rewrites what is sent to one terminal.

    `overlay` is what lies over its text; None for nothing.
    """

    def __init__(self) -> None:
        self.overlay: Overlay | None = None
        self._touched: list[tuple[int, int, int]] = []
        self._rows: dict[int, Row] = {}
        self._cursor: tuple[int, int] | None = None
        self._looks: list[Look] = []
        self._numbers: dict[str, int] = {}
        self._waiting_sync = False
        self._in_sync = False

    def forget(self) -> None:
        """Nothing is known about what the terminal shows any more."""
        self._rows.clear()
        self._cursor = None
        if self.overlay is not None:
            self.overlay.forget()

    def cells(self, y: int, x: int, size: int) -> list[str]:
        """The text of so many cells from a place on, counted from 1; fewer where none is known."""
        row = self._rows.get(y)
        return [] if row is None else row.cells[x : x + size]

    def take_touched(self) -> list[tuple[int, int, int]]:
        """Row, first cell and end of what was written since this was asked last."""
        taken, self._touched = self._touched, []
        return taken

    def encode(self, data: str) -> str:
        """What to send in place of this."""
        if data == SYNC_START:
            self._waiting_sync = True
            return ""
        if data == SYNC_END:
            ended, self._in_sync, self._waiting_sync = self._in_sync, False, False
            return SYNC_END if ended else ""
        if _FOREIGN.search(data) or not data.startswith("\x1b["):
            if not _HARMLESS.match(data):
                self.forget()
            return self._begun(data)
        frame = self._frame(data)
        if self.overlay is not None:
            frame += self.overlay.after(self)
        return self._begun(frame)

    def _begun(self, data: str) -> str:
        if not data or not self._waiting_sync:
            return data
        self._waiting_sync, self._in_sync = False, True
        return SYNC_START + data

    def _frame(self, data: str) -> str:
        """The parts of a frame that change something, and the cursor where the frame leaves it."""
        pen = _Pen(self._cursor, self._looks)
        plain = look = self._number("")
        y = x = 0
        line: list[Piece] = []
        for move_y, move_x, before, text, after, parameters in _TOKEN.findall(data):
            if text:
                if before:
                    look = self._number(before)
                piece = _piece(x, text, look)
                line.append(piece)
                x += len(piece.cells)
                if after:
                    look = plain
            elif move_y:
                self._send(y, line, pen)
                y, x, line = int(move_y), int(move_x), []
            elif parameters:
                look = self._number(parameters)
        self._send(y, line, pen)
        pen.reset()
        pen.go(y, x)
        self._cursor = pen.at
        return pen.text

    def _number(self, parameters: str) -> int:
        number = self._numbers.get(parameters)
        if number is None:
            look = look_of(parameters)
            if look not in self._looks:
                self._looks.append(look)
            number = self._numbers[parameters] = self._looks.index(look)
        return number

    def _send(self, y: int, line: list[Piece], pen: _Pen) -> None:
        """Send what is new of pieces that stand side by side."""
        if not line:
            return
        row = self._rows.get(y)
        if row is None:
            row = self._rows[y] = Row()
        row.reach(line[-1].x + len(line[-1].cells))
        new = [piece for piece in line if not row.shows(piece)]
        if not new:
            return
        if row.careful or any(piece.careful for piece in line):
            row.careful = True
            for piece in line:
                self._write(y, piece, 0, len(piece.cells), pen)
                row.put(piece)
            return
        for piece in new:
            self._write(y, piece, *row.changed(piece), pen)
            row.put(piece)

    def _write(self, y: int, piece: Piece, first: int, last: int, pen: _Pen) -> None:
        pen.write(y, piece, first, last)
        if self.overlay is not None:
            self._touched.append((y, piece.x + first, piece.x + last))


class _Pen:
    """Writes cells, with the fewest moves and styles."""

    def __init__(self, at: tuple[int, int] | None, looks: list[Look]) -> None:
        self.at = at
        self._looks = looks
        self._look = PLAIN
        self._parts: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def go(self, y: int, x: int) -> None:
        """Move to a cell."""
        if self.at == (y, x):
            return
        if self.at is not None and self.at[0] == y and x > self.at[1]:
            gap = x - self.at[1]
            self._parts.append("\x1b[C" if gap == 1 else f"\x1b[{gap}C")
        else:
            self._parts.append(f"\x1b[{y};{x}H")
        self.at = (y, x)

    def write(self, y: int, piece: Piece, first: int, last: int) -> None:
        """Write some cells of a piece; all of them when terminals disagree about their width."""
        if piece.careful:
            for x, text in _stretches(piece):
                self._put(y, x, text, piece.look)
                self.at = None
        else:
            self._put(y, piece.x + first, piece.text[first:last], piece.look)
            self.at = (y, piece.x + last)

    def _put(self, y: int, x: int, text: str, number: int) -> None:
        self.go(y, x)
        look = self._looks[number]
        if look is not self._look:
            self._parts.append(change(self._look, look))
            self._look = look
        self._parts.append(text)

    def reset(self) -> None:
        """Leave nothing coloured behind."""
        self._parts.append(change(self._look, PLAIN))
        self._look = PLAIN


def _piece(x: int, text: str, look: int) -> Piece:
    if _NARROW.match(text):
        return Piece(x, text, list(text), look, careful=False)
    return Piece(x, text, cells_of(text), look, careful=True)


def cells_of(text: str) -> list[str]:
    """Text cell by cell; the second half of a wide character is an empty string."""
    cells: list[str] = []
    for start, end, size in split_graphemes(text)[0]:
        if size:
            cells += [text[start:end], *[""] * (size - 1)]
        elif cells:
            cells[-1] += text[start:end]
    return cells


def _stretches(piece: Piece) -> Iterator[tuple[int, str]]:
    """The parts of a piece, each with the cell it begins at: one ends after each disputed sign.

    A terminal may take an emoji of several characters for wider or narrower than we do: what
    stands after it is moved to where it belongs.
    """
    begin, held, disputed = 0, "", False
    for at, cell in enumerate(piece.cells):
        if not cell:
            continue
        if disputed:
            yield piece.x + begin, held
            begin, held = at, ""
        held += cell
        disputed = len(cell) > 1 or not (cell.isalnum() or _NARROW.match(cell))
    yield piece.x + begin, held
