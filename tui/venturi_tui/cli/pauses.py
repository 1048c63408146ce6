"""Pauses between two looks at a store, and lengths of time on the command line."""

from __future__ import annotations

import time
from typing import Annotated, TypeAlias

import typer

from venturi.errors import UsageError
from venturi.filters.times import parse_span

EveryOption: TypeAlias = Annotated[
    str,
    typer.Option("--every", metavar="TIME", help="How long between two looks: 2s, 500ms, 1m."),
]

_SHORTEST_S = 0.05


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


def clock() -> float:
    """Seconds of a clock that only goes forward."""
    return time.monotonic()
