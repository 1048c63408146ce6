"""Kinds of setting values: how each is read from a word and from TOML."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """How a value is read.

    `from_text` reads a flag or an environment variable, `from_toml` what TOML holds; both raise
    ValueError. `wanted` says what is read, for messages and tables: "true or false".
    """

    wanted: str
    from_text: Callable[[str], T]
    from_toml: Callable[[object], T]
    choices: tuple[str, ...] = ()


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError


TEXT: Kind[str] = Kind("text", str, _string)
"""Any text; a list or number in TOML is refused."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in (part.strip() for part in text.split(",")) if word)


def _list(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_string(item) for item in cast("list[object]", value))
    return _words(_string(value))


NAMES: Kind[tuple[str, ...]] = Kind("names separated by commas", _words, _list)
"""Several names: `a,b` in text, a list or such a text in TOML."""

_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def _switch(text: str) -> bool:
    try:
        return _TRUTH[text.strip().lower()]
    except KeyError:
        raise ValueError from None


def _bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError


SWITCH: Kind[bool] = Kind("true or false", _switch, _bool)
"""True or false by the words that MLflow takes: true, false, 1, 0 in any case."""


def whole(least: int = 0) -> Kind[int]:
    """Whole numbers from `least` on."""

    def checked(number: int) -> int:
        if number < least:
            raise ValueError
        return number

    def from_toml(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return checked(value)
        raise ValueError

    return Kind(f"a whole number from {least} on", lambda text: checked(int(text)), from_toml)


def amount(least: float = 0.0, *, above: bool = False) -> Kind[float]:
    """Finite numbers from `least` on, or only those above it."""

    def checked(number: float) -> float:
        if not math.isfinite(number) or number < least or (above and number == least):
            raise ValueError
        return number

    def from_toml(value: object) -> float:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return checked(float(value))
        raise ValueError

    wanted = f"a number above {least:g}" if above else f"a number from {least:g} on"
    return Kind(wanted, lambda text: checked(float(text)), from_toml)


def one_of(*words: str) -> Kind[str]:
    """One of these words."""

    def checked(word: str) -> str:
        if word not in words:
            raise ValueError
        return word

    wanted = f"one of {', '.join(words)}"
    return Kind(wanted, checked, lambda value: checked(_string(value)), words)


def near(word: str, words: Sequence[str]) -> str:
    """A question that offers the nearest of some words, or nothing when none is near."""
    found = get_close_matches(word, words, n=1)
    return f"did you mean {found[0]!r}?" if found else ""
