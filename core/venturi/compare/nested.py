"""Params that hold dictionaries and lists: read without running anything, and taken apart."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from typing import TypeAlias, cast

Nested: TypeAlias = "dict[str, object] | list[object]"

_LONGEST = 20_000
_MOST_BRACKETS = 2_000
_DEEPEST = 40
_MOST_LEAVES = 400


def read_nested(text: str) -> Nested | None:
    """The dictionary or list that a param holds; None for any other text.

    Both JSON and what Python prints (`{'lr': 0.1}`, which MLflow stores for a dictionary) are
    read, the latter as a literal: nothing in it is run. Keys become text. What is very long, very
    deep or empty is taken as plain text.
    """
    stripped = text.strip()
    if stripped[:1] not in ("{", "[") or len(stripped) > _LONGEST or not _is_shallow(stripped):
        return None
    try:
        held: object = json.loads(stripped)
    except (ValueError, RecursionError):
        held = _literal(stripped)
    return cast("Nested", held) if isinstance(held, (dict, list)) and held else None


def _is_shallow(text: str) -> bool:
    """Whether no reader can be led into the deep by brackets or signs."""
    depth = deepest = 0
    for letter in text:
        if letter in "{[(":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "}])":
            depth -= 1
    brackets = text.count("{") + text.count("[") + text.count("(")
    return deepest <= _DEEPEST and brackets <= _MOST_BRACKETS


def _literal(text: str) -> object:
    if any(signs in text for signs in ("--", "- -", "~", "not ", "lambda", "**")):
        return None  # no literal that is printed has these outside a text
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None


def leaves(held: Nested) -> dict[str, str]:
    """What is in a dictionary or list, by path: `betas[0]`, `warmup.steps`.

    Texts stand as they are, everything else as JSON would write it; an empty dictionary or list is
    a leaf. At most 400 leaves, the last of which is then the path `…`.
    """
    found: dict[str, str] = {}
    for path, text in _walk(held, ""):
        if len(found) == _MOST_LEAVES - 1:
            found["…"] = "and more"
            break
        found[path] = text
    return found


def _walk(held: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(held, dict) and held:
        for key, value in cast("dict[object, object]", held).items():
            yield from _walk(value, f"{path}.{key}" if path else str(key))
    elif isinstance(held, (list, tuple)) and held:
        for place, value in enumerate(cast("Sequence[object]", held)):
            yield from _walk(value, f"{path}[{place}]")
    else:
        yield path, held if isinstance(held, str) else _plain(cast("object", held))


def _plain(held: object) -> str:
    try:
        return json.dumps(held, ensure_ascii=False)
    except (TypeError, ValueError):  # a set or bytes in what Python printed
        return repr(held)
