"""A picture of curves on the terminal that is drawn anew in its place as points come."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import zip_longest
from threading import current_thread, main_thread
from typing import Any

from venturi.watching.growth import GrowingHistories
from venturi_tui.cli.call import Call
from venturi_tui.cli.pauses import Patience, pause
from venturi_tui.cli.plot_answer import not_shown, picture
from venturi_tui.cli.plot_curves import curves_of
from venturi_tui.cli.plot_wish import Form, Look
from venturi_tui.cli.plotting import document, theme_of
from venturi_tui.cli.report import Report
from venturi_tui.present.chart.cut import cut
from venturi_tui.present.words import exact_count


def watch_curves(call: Call, histories: GrowingHistories, look: Look, seconds: float) -> None:
    """Draw until all runs are over; what is on the terminal in the end stays there."""
    _ = call.settings  # which say whether there is colour
    report = call.report
    place = _Place(report)
    patience = Patience()
    before = _on_continuing(place.lose)
    try:
        hidden = place.draw(histories, look)
        while histories.going_on:
            words = patience.trouble or _words(histories.going_on, hidden)
            report.passing(cut(words, max((report.width or 80) - 1, 1)))
            report.flush()
            place.rest(seconds)
            if patience.ask(histories.look) or place.is_lost:
                hidden = place.draw(histories, look)
    finally:
        _on_continuing(before)
        report.passing("")
        report.flush()


def _words(going_on: int, hidden: int) -> str:
    runs = "run goes on" if going_on == 1 else "runs go on"
    more = f", {not_shown(hidden)}" if hidden else ""
    return f"{exact_count(going_on)} {runs}{more}, ctrl+c ends"


def _on_continuing(handler: Callable[..., object] | int | None) -> Any:
    """Have something done when the shell brings the program back; what was done until now."""
    if not hasattr(signal, "SIGCONT") or current_thread() is not main_thread():
        return None
    return signal.signal(signal.SIGCONT, handler or signal.SIG_DFL)


class _Lost(Exception):
    """A pause ends early: what was drawn does not stand where it did."""


class _Place:
    """Lines on the terminal that are written over by the next ones, as far as they differ."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._shown: Sequence[str] = ()
        self._size = (report.width, report.height)
        self._was_left = False
        self._is_resting = False

    @property
    def is_lost(self) -> bool:
        """Whether what stands there was shifted: by another size, or by a shell in between."""
        return self._was_left or (self._report.width, self._report.height) != self._size

    def lose(self, *_signal: object) -> None:
        """The program was stopped for a while: others wrote below what stands there."""
        self._was_left = True
        if self._is_resting:
            raise _Lost

    def rest(self, seconds: float) -> None:
        """Wait until it is time to draw again, or at once when what was drawn is lost."""
        self._is_resting = True
        with suppress(_Lost):
            pause(seconds)
        self._is_resting = False

    def draw(self, histories: GrowingHistories, look: Look) -> int:
        """Draw what was read, and give how many metrics do not fit."""
        here = replace(look, size=look.cells(self._report, Form.TEXT))
        drawing, hidden = picture(self._report, curves_of(histories, here), here, Form.TEXT)
        theme = theme_of(look, Form.TEXT, self._report)
        self._put(document(drawing, Form.TEXT, theme, "").splitlines())
        return hidden

    def _put(self, lines: Sequence[str]) -> None:
        """Write lines in the place of those before, in one piece, so that nothing flickers."""
        parts: list[str] = []
        if self._shown and self.is_lost:
            parts.append("\x1b[2J\x1b[H")
            self._shown = ()
        elif self._shown:
            parts.append(f"\r\x1b[{len(self._shown)}A")
        for line, old in zip_longest(lines, self._shown[: len(lines)]):
            parts.append("\n" if line == old else f"{line}\x1b[K\n")
        parts.append("\x1b[J")
        self._size, self._was_left = (self._report.width, self._report.height), False
        self._report.passing("")
        self._report.data("".join(parts))
        self._report.flush()
        self._shown = lines
