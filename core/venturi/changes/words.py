"""What people type to be logged: `key=value`, and a metric as `key=value@step`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from venturi.errors import UsageError
from venturi.records import Metric

_STEP = re.compile(r"(?P<value>.*)@(?P<step>[+-]?[0-9]+)", re.DOTALL)
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]+\.?[0-9]*(?:e[+-]?[0-9]+)?|\.[0-9]+(?:e[+-]?[0-9]+)?|nan|inf(?:inity)?)",
    re.IGNORECASE,
)


def pairs_of(words: Iterable[str], what: str = "tag") -> dict[str, str]:
    """Keys and values of words like `lr=0.1`; a value may hold further `=` and be empty.

    Raises:
        UsageError: A word has no `=` or no key, or gives a key another value than one before.
    """
    pairs: dict[str, str] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not key:
            raise UsageError(f"{word!r} is no {what}", hint="write KEY=VALUE")
        if pairs.setdefault(key, value) != value:
            raise UsageError(f"the {what} {key!r} is given twice, with two values")
    return pairs


def metric_of(word: str, *, step: int, timestamp: int) -> Metric:
    """The point of a word like `loss=0.5`, `loss=nan` or `loss=0.5@-3`.

    Args:
        word: What was typed.
        step: The step of a word that names none.
        timestamp: When it was measured, in milliseconds.

    Raises:
        UsageError: It is none.
    """
    key, sign, rest = word.partition("=")
    found = _STEP.fullmatch(rest)
    text = found["value"] if found else rest
    value = number_of(text)
    if not sign or not key or value is None:
        raise UsageError(f"{word!r} is no metric", hint="write KEY=NUMBER or KEY=NUMBER@STEP")
    return Metric(key, value, timestamp, int(found["step"]) if found else step)


def number_of(text: str) -> float | None:
    """The number that a text is, `nan` and `inf` in any case; None when it is none."""
    return float(text) if _NUMBER.fullmatch(text.strip()) else None
