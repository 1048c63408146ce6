"""Rows of params with dictionaries and lists taken apart, so that they are compared key by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from venturi.compare.nested import leaves, read_nested
from venturi.compare.sameness import Row, Value


def unfolded(rows: Mapping[str, Row]) -> dict[str, Row]:
    """Rows of params with dictionaries and lists taken apart, a row for each leaf.

    A row is taken apart when every value in it that is there is a dictionary or list: those of
    `optim` become `optim.lr` and `optim.betas[1]`. A leaf that one lacks is None.
    """
    made: dict[str, Row] = {}
    for key, row in rows.items():
        parts = _parts(row)
        if parts is None:
            made[key] = row
            continue
        paths = dict.fromkeys(path for part in parts if part for path in part)
        for path in paths:
            name = f"{key}{path}" if path.startswith("[") else f"{key}.{path}"
            made[name] = tuple(None if part is None else part.get(path) for part in parts)
    return made


def _parts(row: Sequence[Value]) -> list[dict[str, str] | None] | None:
    """The leaves of each value, None for a missing one; None when any is plain."""
    parts: list[dict[str, str] | None] = []
    for value in row:
        if value is None:
            parts.append(None)
            continue
        held = read_nested(value) if isinstance(value, str) else None
        if held is None:
            return None
        parts.append(leaves(held))
    return parts if any(part is not None for part in parts) else None
