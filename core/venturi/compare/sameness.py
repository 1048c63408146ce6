"""When two values mean the same, and how far apart two numbers are."""

from __future__ import annotations

import math
import re
from typing import TypeAlias

from venturi.compare.nested import leaves, read_nested

Value: TypeAlias = str | int | float | None
"""What a run holds under one key; None when it holds nothing."""

Row: TypeAlias = tuple[Value, ...]
"""The values of one key, one for each run."""

_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][-+]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[-+]?(?:0|[1-9]\d*)", re.ASCII)
_NAN = frozenset({"nan", "+nan", "-nan"})
_INFINITY = re.compile(r"([-+]?)inf(?:inity)?", re.ASCII | re.IGNORECASE)


def same(one: Value, other: Value) -> bool:
    """True when two values mean the same.

    Numbers are compared as numbers, also when written as text: `"1e-3"` is `"0.001"` and NaN is
    NaN. Whole numbers are compared to the last digit. Text with superfluous leading zeros, as ids
    have, is text. Dictionaries and lists, in JSON or as Python prints them, are compared by what is
    in them: the order of keys does not matter, that of a list does.
    """
    if one == other:
        return True
    if one is None or other is None:
        return False
    return _meaning(one) == _meaning(other)


def _meaning(value: str | int | float) -> tuple[str, str | int | float]:
    """The value in a form that is equal for equal meanings."""
    if not isinstance(value, str):
        return ("nan", "") if math.isnan(value) else ("number", value)
    text = value.strip()
    if _WHOLE.fullmatch(text):
        return "number", int(text) if len(text) < 400 else text
    if _NUMBER.fullmatch(text) and any(digit.isdigit() for digit in text.lower().split("e")[0]):
        return "number", float(text)
    if text.lower() in _NAN:
        return "nan", ""
    infinity = _INFINITY.fullmatch(text)
    if infinity:
        return "number", -math.inf if infinity.group(1) == "-" else math.inf
    return _meaning_of_words(value)


def _meaning_of_words(value: str) -> tuple[str, str]:
    held = read_nested(value)
    if held is None:
        return "text", value
    parts = sorted((path, _meaning(leaf)) for path, leaf in leaves(held).items())
    return "nested", repr(parts)


def relative_change(value: Value, base: Value) -> float | None:
    """How much a number differs from another, as a share of it: 0.1 is ten percent more.

    None when either is missing, not finite or no number, or when the base is zero.
    """
    if not isinstance(value, (int, float)) or not isinstance(base, (int, float)) or base == 0:
        return None
    change = (value - base) / abs(base)
    return change if math.isfinite(change) else None
