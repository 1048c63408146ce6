"""Sizes in cells, as `--size` takes them."""

from __future__ import annotations

import re

from venturi.errors import UsageError

NARROWEST, LOWEST = 20, 6
_SIZE = re.compile(r"(\d{1,4})x(\d{1,4})", re.ASCII)


def size_of(text: str) -> tuple[int, int] | None:
    """Width and height of `100x30`; None of nothing. Raises UsageError."""
    if not text:
        return None
    found = _SIZE.fullmatch(text)
    if not found or int(found[1]) < NARROWEST or int(found[2]) < LOWEST:
        raise UsageError(
            f"--size must be WIDTHxHEIGHT, at least {NARROWEST}x{LOWEST}, not {text!r}"
        )
    return int(found[1]), int(found[2])
