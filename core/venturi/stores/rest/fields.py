"""Fields of MLflow's JSON, read with care: what is of the wrong kind is named, never guessed.

Empty lists and unset fields are left out of the JSON; whole numbers may be strings; a float may be
a number, a numeric string, or "NaN", "Infinity", "-Infinity". MLflow's databases keep infinity as
the largest float, so that one is read as infinity.
"""

from __future__ import annotations

import math
import sys
from typing import cast

from venturi.stores.rest.answer import JsonObject, one_line

_LARGEST = sys.float_info.max


class Malformed(ValueError):
    """A field that is missing or of the wrong kind; the text names it."""


def objects(body: JsonObject, key: str) -> list[JsonObject]:
    """A list of objects; empty when left out."""
    value = body.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise wrong(key, value, "a list")
    items = cast("list[object]", value)
    for item in items:
        if not isinstance(item, dict):
            raise wrong(key, item, "a list of objects")
    return cast("list[JsonObject]", items)


def required(body: JsonObject, key: str) -> JsonObject:
    """An object that must be there."""
    if body.get(key) is None:
        raise Malformed(f"{key} is missing")
    return optional(body, key)


def optional(body: JsonObject, key: str) -> JsonObject:
    """An object; empty when left out."""
    value = body.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise wrong(key, value, "an object")
    return cast("JsonObject", value)


def text(body: JsonObject, key: str) -> str:
    """A text; empty when left out."""
    value = body.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong(key, value, "a text")
    return value


def texts(body: JsonObject, key: str) -> list[str]:
    """A list of texts; empty when left out."""
    value = body.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise wrong(key, value, "a list")
    for item in (items := cast("list[object]", value)):
        if not isinstance(item, str):
            raise wrong(key, item, "a list of texts")
    return cast("list[str]", items)


def integer(body: JsonObject, key: str) -> int | None:
    """A whole number, also one written as text; None when left out."""
    value = body.get(key)
    if value is None:
        return None
    try:
        return whole(value)
    except (TypeError, ValueError, OverflowError):
        raise wrong(key, value, "a whole number") from None


def identity(body: JsonObject, *keys: str) -> str:
    """An id, by the first of its names that is there; some servers write it as a number."""
    for key in keys:
        value = body.get(key)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value:
            raise wrong(key, value, "an id")
    raise Malformed(f"{keys[0]} is missing")


def pairs(body: JsonObject, key: str) -> dict[str, str]:
    """A list of key-value objects as a dict; of equal keys the last counts."""
    return {text(item, "key"): text(item, "value") for item in objects(body, key)}


def whole(value: object) -> int:
    """A whole number of 64 bits from JSON."""
    if type(value) is int:
        number = value
    elif isinstance(value, str) or (isinstance(value, float) and value.is_integer()):
        number = int(value)
    else:
        raise TypeError
    if not -(2**63) <= number < 2**63:
        raise OverflowError
    return number


def real(value: object) -> float:
    """A float from JSON; the largest one there is stands for infinity."""
    if type(value) is not float:
        if not isinstance(value, (int, float, str)):
            raise TypeError
        value = float(value)
    if value >= _LARGEST:
        return math.inf
    return -math.inf if value <= -_LARGEST else value


def wrong(key: str, value: object, wanted: str) -> Malformed:
    """The error for a field that is not what it should be."""
    return Malformed(f"{one_line(key, 60)} is {one_line(_kind(value), 40)}, not {wanted}")


def _kind(value: object) -> str:
    """What a JSON value is, in a word; texts are shown."""
    if isinstance(value, str):
        return repr(one_line(value, 30))
    for kind, word in ((bool, "a truth value"), (list, "a list"), (dict, "an object")):
        if isinstance(value, kind):
            return word
    return "null" if value is None else f"the number {value!r}"
