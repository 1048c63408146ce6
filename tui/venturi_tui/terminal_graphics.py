"""Asks the terminal whether and how it draws pictures, and how large its cells are."""

from __future__ import annotations

import os
import re
import select
import struct
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from venturi_tui.present.chart.graphics import Protocol

_WAIT = 0.4
"""Seconds that a terminal has to answer; over a slow link one that does not counts as unable."""
QUESTION = (
    b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"  # kitty: would you take this pixel?
    b"\x1b[>q"  # XTVERSION: who are you?
    b"\x1b[16t"  # how large is a cell?
    b"\x1b[c"  # DA1: what can you do? Every terminal answers this, so it stands last
)
_KITTY = re.compile(rb"\x1b_Gi=31;OK\x1b\\")
_CELL = re.compile(rb"\x1b\[6;(\d{1,4});(\d{1,4})t")
_ABILITIES = re.compile(rb"\x1b\[\?([\d;]*)c")
_VERSION = re.compile(rb"\x1bP>\|([^\x1b]*)\x1b\\")
_ANSWER = re.compile(
    r"\x1b_G[^\x1b]*\x1b\\|\x1bP>\|[^\x1b]*\x1b\\|\x1b\[6;\d{1,4};\d{1,4}t|\x1b\[\?[\d;]*c"
)
_BEGUN = re.compile(
    r"\x1b(?:_G[^\x1b]*\x1b?|P>(?:\|[^\x1b]*\x1b?)?|\[(?:6;\d*(?:;\d*)?|\?[\d;]*))\Z"
)
_LONGEST = 512
_SIXEL_ABILITY = b"4"
_ITERM_NAMES = ("iterm", "wezterm")


@dataclass(frozen=True, slots=True)
class Graphics:
    """What a terminal can. Without a `protocol`, `reason` says why there will be no picture."""

    protocol: Protocol | None
    cell: tuple[int, int] | None = None
    reason: str = ""


def ask_terminal(
    environ: Mapping[str, str], source: int = 0, target: int = 1, wait: float = _WAIT
) -> Graphics:
    """Ask the terminal of this process what pictures it draws.

    Nothing is asked where there is no terminal at both ends, and inside tmux and screen, which keep
    pictures from the terminal around them. Keys pressed while it answers are lost.

    Args:
        environ: The environment: TERM, TERM_PROGRAM, LC_TERMINAL, TMUX.
        source: The file descriptor to read answers from.
        target: The file descriptor of the screen.
        wait: How many seconds it may take to answer.
    """
    reason = why_not_ask(environ, source, target)
    if reason:
        return Graphics(None, reason=reason)
    return graphics_of(_answer(source, target, wait), environ, target)


def graphics_of(answer: bytes, environ: Mapping[str, str], target: int = 1) -> Graphics:
    """What a terminal can that answered this to the `QUESTION`; nothing is no answer."""
    found = _CELL.search(answer)
    cell = (int(found[2]), int(found[1])) if found else _cell_of_window(target)
    if cell is not None and not (0 < cell[0] <= 200 and 0 < cell[1] <= 400):
        cell = None
    protocol = _protocol(answer, environ)
    if protocol is None:
        silent = not _ABILITIES.search(answer)
        words = "the terminal did not answer" if silent else "the terminal draws no pictures"
        return Graphics(None, cell, words)
    return Graphics(protocol, cell)


def why_not_ask(environ: Mapping[str, str], source: int = 0, target: int = 1) -> str:
    """Why not to ask at all; empty when there is no reason."""
    if sys.platform == "win32":
        return "pictures are not drawn in consoles of Windows"
    if not (os.isatty(source) and os.isatty(target)):
        return "the output is not a terminal"
    term = environ.get("TERM", "")
    if environ.get("TMUX") or term.startswith(("tmux", "screen")):
        return "tmux and screen keep pictures from the terminal"
    return "TERM says that the terminal is dumb" if term in ("", "dumb") else ""


def _protocol(answer: bytes, environ: Mapping[str, str]) -> Protocol | None:
    """The best of what a terminal said it can."""
    if _KITTY.search(answer):
        return Protocol.KITTY
    version = _VERSION.search(answer)
    names = [
        environ.get("TERM_PROGRAM", ""),
        environ.get("LC_TERMINAL", ""),
        version[1].decode("ascii", "replace") if version else "",
    ]
    if any(name.lower().startswith(_ITERM_NAMES) for name in names):
        return Protocol.ITERM
    abilities = _ABILITIES.search(answer)
    if abilities and _SIXEL_ABILITY in abilities[1].split(b";"):
        return Protocol.SIXEL
    return None


def _answer(source: int, target: int, wait: float) -> bytes:
    """What the terminal says until it has said what it can, or until time is up."""
    answer = b""
    with _raw(source):
        os.write(target, QUESTION)
        until = time.monotonic() + wait
        while not _ABILITIES.search(answer) and len(answer) < 4096:
            left = until - time.monotonic()
            if left <= 0 or not select.select([source], [], [], left)[0]:
                break
            answer += os.read(source, 1024)
    return answer


@contextmanager
def _raw(source: int) -> Generator[None, None, None]:
    """The terminal without echo and lines, and as it was afterwards."""
    import termios
    import tty

    before = termios.tcgetattr(source)
    try:
        tty.setcbreak(source, termios.TCSANOW)
        yield
    finally:
        termios.tcsetattr(source, termios.TCSANOW, before)


class Listener:
    """Picks what a terminal answers to the `QUESTION` out of what it says, between keys.

    An answer that comes too late is heard too, so that no key is made of it.

    Args:
        heard: Called with the whole answer, once the last part of it is here.
    """

    def __init__(self, heard: Callable[[bytes], None]) -> None:
        self._heard = heard
        self._answer = ""
        self._begun = ""

    def __call__(self, text: str) -> str:
        """Everything in a text that belongs to no answer; what has begun as one is kept back."""
        text = self._begun + text
        begun = _BEGUN.search(text)
        self._begun = text[begun.start() :] if begun else ""
        rest = _ANSWER.sub(self._take, text[: begun.start()] if begun else text)
        if len(self._begun) > _LONGEST:
            rest, self._begun = rest + self._begun, ""
        return rest

    def _take(self, found: re.Match[str]) -> str:
        self._answer += found[0]
        if _ABILITIES.fullmatch(found[0].encode("ascii", "replace")):
            answer, self._answer = self._answer, ""
            self._heard(answer.encode("ascii", "replace"))
        return ""


def _cell_of_window(target: int) -> tuple[int, int] | None:
    """The size of a cell, from that of the window in pixels where the system knows it."""
    import fcntl
    import termios

    try:
        answer = fcntl.ioctl(target, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return None
    rows, columns, wide, high = struct.unpack("HHHH", answer)
    if not (rows and columns and wide and high):
        return None
    return wide // columns, high // rows
