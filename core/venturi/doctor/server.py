"""Checks of a tracking server: its version, and what servers of that version do wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from venturi.doctor.finding import Finding, ok, warn

Version = tuple[int, int, int]

_UPGRADE = "upgrade the server to 3.14 or newer; Venturi itself asks in a way that works"


def server_findings(text: str | None) -> Iterator[Finding]:
    """What is known of a server by its version.

    Args:
        text: What it answers to `/version`; None when it does not.
    """
    version = _version(text or "")
    if version is None:
        yield ok("server", "says no version: it is older than 2.0, or not MLflow's own")
        return
    yield ok("server", f"MLflow {text}")
    if version < (2, 0, 0):
        yield warn("server", "it knows no aliases and no datasets", "upgrade it to 2.4 or newer")
    elif version < (2, 3, 0):
        yield warn("server", "it knows no aliases of model versions", "upgrade it to 2.3 or newer")
    if (3, 1, 1) <= version < (3, 14, 0):
        yield warn(
            "server",
            "whoever asks it for a metric without a page size may get no points, and for ever",
            _UPGRADE,
        )


def _version(text: str) -> Version | None:
    found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None
