"""Conditions as they are typed into one line, several joined by `and`."""

from __future__ import annotations

import re

from venturi.registry.gates import read_gate

_PARTS = re.compile(r"""('[^']*'|"[^"]*"|`[^`]*`)|\s+and\s+""", re.IGNORECASE)


def conditions_in(text: str) -> tuple[str, ...]:
    """The conditions of a line: `metrics.auc >= champion and params.data = 'v2'` holds two.

    What stands in quotes or back-ticks is not taken apart.

    Raises:
        UsageError: One of them cannot be meant.
    """
    ends = [found.span() for found in _PARTS.finditer(text) if found[1] is None]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text)]
    parts = [text[start:stop].strip() for start, stop in zip(starts, stops, strict=True)]
    held = tuple(part for part in parts if part)
    for part in held:
        read_gate(part)
    return held
