"""Pauses between two looks at a store, and lengths of time on the command line."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, TypeAlias, TypeVar

import typer

from venturi.errors import StoreUnreachable, UsageError
from venturi.filters.times import parse_span
from venturi_tui.present.words import safe

T = TypeVar("T")

EveryOption: TypeAlias = Annotated[
    str,
    typer.Option("--every", metavar="TIME", help="How long between two looks: 2s, 500ms, 1m."),
]

_SHORTEST_S = 0.05
_PATIENCE_S = 600


def seconds_of(flag: str, text: str) -> float:
    """Seconds of a length of time that was given to a flag.

    Raises:
        UsageError: It is none.
    """
    span = parse_span(text)
    if span is None:
        raise UsageError(f"{flag} {text!r} is no length of time", hint="such as 5s, 2m or 1h 30m")
    return span / 1000


def pause(seconds: float) -> None:
    """Wait before the next look; never so short that a store has no rest."""
    time.sleep(max(seconds, _SHORTEST_S))


class Patience:
    """Asks a store again that does not answer for a while.

    `trouble` says in words that it does not answer; empty when it does.

    Args:
        tell: Hears once of the trouble, and once that it is over.
    """

    def __init__(self, tell: Callable[[str], None] = lambda _words: None) -> None:
        self._tell = tell
        self._silent_since = 0.0
        self.trouble = ""

    def ask(self, question: Callable[[], T]) -> T | None:
        """The answer to a question; None when there was none, and it should be asked again.

        Raises:
            StoreUnreachable: There was none for ten minutes.
        """
        try:
            answer = question()
        except StoreUnreachable as error:
            if not self.trouble:
                self._silent_since = clock()
                self.trouble = safe(error.message)
                self._tell(f"{self.trouble}; asked again for {_PATIENCE_S // 60} minutes")
            if clock() - self._silent_since >= _PATIENCE_S:
                raise
            return None
        if self.trouble:
            self.trouble = ""
            self._tell("it answers again")
        return answer


def clock() -> float:
    """Seconds of a clock that only goes forward."""
    return time.monotonic()
