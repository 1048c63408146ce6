r"""Texts as they are typed into one line: descriptions with `\n` in them, tags to set or remove."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from venturi.errors import UsageError
from venturi_tui.present.words import safe

_CODES = re.compile(r"\\(?:\\|n|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_LETTERS = {2: "x", 4: "u", 8: "U"}


def one_line(text: str) -> str:
    r"""A text of several lines as one: `\n` stands for the end of a line, `\x1b` for an escape."""
    return "".join(map(_coded, text))


def several_lines(text: str) -> str:
    r"""The text that `one_line` made one line of."""
    return _CODES.sub(_decoded, text)


def tags_in(text: str) -> dict[str, str | None]:
    """Tags to set, and to remove with the value None: `team=nlp note="two words" -draft`.

    Raises:
        UsageError: Something of it is neither.
    """
    try:
        words = shlex.split(text)
    except ValueError:
        hint = "end what begins with a quote by one"
        raise UsageError(f"{text!r} ends within quotes", hint=hint) from None
    tags: dict[str, str | None] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if sign and key:
            tags[key] = value
        elif word.startswith("-") and len(word) > 1:
            tags[word[1:]] = None
        else:
            hint = "write KEY=VALUE, or -KEY to take one away"
            raise UsageError(f"{word!r} is no tag", hint=hint)
    return tags


def tags_line(tags: Mapping[str, str]) -> list[str]:
    """Each tag as it could be typed, those with signs that act left out."""
    held = sorted(tags.items())
    return [
        f"{key}={value}" if shlex.split(value) == [value] else f"{key}={shlex.quote(value)}"
        for key, value in held
        if safe(key) == key and safe(value) == value and "'" not in value and '"' not in value
    ]


def _coded(sign: str) -> str:
    if sign == "\n":
        return "\\n"
    if sign == "\\":
        return "\\\\"
    if safe(sign) == sign:
        return sign
    size = 2 if ord(sign) < 0x100 else 4 if ord(sign) < 0x10000 else 8
    return f"\\{_LETTERS[size]}{ord(sign):0{size}x}"


def _decoded(found: re.Match[str]) -> str:
    code = found[0][1:]
    if code in ("\\", "n"):
        return "\n" if code == "n" else "\\"
    number = int(code[1:], 16)
    return chr(number) if number <= 0x10FFFF else found[0]
