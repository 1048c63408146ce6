"""The only writer to stdout and stderr: data, narration, colour, progress."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

from venturi_tui.present.table import Paint, Tone, plain_paint
from venturi_tui.present.words import exact_count

T = TypeVar("T")

_CODES = {
    Tone.STRONG: "1",
    Tone.DIM: "2",
    Tone.RUNNING: "33",
    Tone.GOOD: "32",
    Tone.BAD: "31",
}
_PATIENCE_S = 0.5
_TICK_S = 0.1


class Report:
    """Where a command's words go: data to stdout, everything else to stderr."""

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = _lenient(sys.stdout if out is None else out)
        self._err = _lenient(sys.stderr if err is None else err)
        self.quiet = False
        self.color = "auto"

    @property
    def on_terminal(self) -> bool:
        """True when stdout is a terminal: text is fitted to it and may not act on it."""
        return self._out.isatty()

    @property
    def is_watched(self) -> bool:
        """True when stderr is a terminal, where a question can be read."""
        return self._err.isatty()

    @property
    def width(self) -> int | None:
        """Cells of a line of the terminal; None when stdout is none."""
        return shutil.get_terminal_size().columns if self.on_terminal else None

    @property
    def height(self) -> int | None:
        """Lines of the terminal; None when stdout is none."""
        return shutil.get_terminal_size().lines if self.on_terminal else None

    @property
    def speaks_utf8(self) -> bool:
        """True when stdout can take any letter."""
        return (self._out.encoding or "utf-8").lower().replace("-", "") == "utf8"

    @property
    def colored(self) -> bool:
        """True when what goes to stdout is coloured."""
        return self._is_colored(self._out)

    @contextmanager
    def writing_to(self, out: TextIO) -> Generator[None, None, None]:
        """While it lasts, the answer goes there instead of to stdout."""
        before, self._out = self._out, out
        try:
            yield
        finally:
            self._out = before

    def data(self, text: str) -> None:
        """Write a part of the answer."""
        self._out.write(text)

    def raw(self, data: bytes) -> None:
        """Write bytes of the answer as they are."""
        self._out.flush()
        self._out.buffer.write(data)

    def lines(self, lines: Iterable[str]) -> None:
        """Write lines of the answer."""
        for line in lines:
            self._out.write(f"{line}\n")

    def say(self, text: str) -> None:
        """Tell what a person may want to know; not with --quiet."""
        if not self.quiet:
            self.complain(text)

    def ask(self, text: str) -> None:
        """Put a question to the person at the terminal, also with --quiet."""
        self.flush()
        self._err.write(text)
        self._err.flush()

    def passing(self, text: str) -> None:
        """Tell where one can watch it what the next such line replaces; no text takes it away."""
        if self._err.isatty() and not self.quiet:
            self._err.write(f"\r{text}\x1b[K" if text else "\r\x1b[K")
            self._err.flush()

    def complain(self, text: str) -> None:
        """Tell what went wrong."""
        self._err.write(f"{text}\n")

    @property
    def paint(self) -> Paint:
        """What gives a text of the answer the colour of its meaning, where there is colour."""
        return _dressed if self.colored else plain_paint

    def paint_complaint(self, text: str, tone: Tone) -> str:
        """The same for stderr."""
        return _dressed(text, tone) if self._is_colored(self._err) else text

    def flush(self) -> None:
        """Hand over everything written so far."""
        self._out.flush()
        self._err.flush()

    def hang_up(self) -> None:
        """Let go of a stdout that nobody reads any more, so that leaving stays quiet."""
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._out.fileno())
            os.close(nowhere)
        except (OSError, ValueError):  # a stand-in for stdout, which has no descriptor
            return

    def counting(
        self, noun: str, items: Iterable[T], *, collects: bool, done: str = "read"
    ) -> Iterator[T]:
        """The items, with a count of them on stderr where one can watch it.

        Args:
            noun: What is counted, in the plural.
            items: What to hand on.
            collects: True when nothing is printed before the last item.
            done: What is done with them.
        """
        watched = self._err.isatty() and (collects or not self.on_terminal) and not self.quiet
        return self._counted(f"{noun} {done}", items) if watched else iter(items)

    def _counted(self, words: str, items: Iterable[T]) -> Iterator[T]:
        due = 0.0
        shown = False
        try:
            for count, item in enumerate(items, 1):
                yield item
                now = time.monotonic()
                due = due or now + _PATIENCE_S
                if now >= due:
                    self._err.write(f"\r{exact_count(count)} {words} …")
                    self._err.flush()
                    shown, due = True, now + _TICK_S
        finally:
            if shown:
                self._err.write("\r\x1b[K")
                self._err.flush()

    def _is_colored(self, stream: TextIO) -> bool:
        if self.color != "auto":
            return self.color == "always"
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return stream.isatty() and not plain


def _dressed(text: str, tone: Tone) -> str:
    code = _CODES.get(tone)
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text


def _lenient(stream: TextIO) -> TextIO:
    """A stream that writes letters it does not know as escapes instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return stream
