"""One thing that was looked at, how it is, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from venturi.errors import VenturiError
from venturi.settings import hide_login


class Health(str, Enum):
    """How a thing is: well, doubtful, or broken."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    `mend` says what to do, and is empty where nothing needs doing. `exit_code` is that of the
    error which anything that needs this would meet; 0 unless it failed.
    """

    check: str
    health: Health
    message: str
    mend: str = ""
    exit_code: int = 0


def ok(check: str, message: str, note: str = "") -> Finding:
    """A check that found all well."""
    return Finding(check, Health.OK, message, note)


def warn(check: str, message: str, mend: str = "") -> Finding:
    """A check that found something doubtful."""
    return Finding(check, Health.WARN, message, mend)


def failed(check: str, error: VenturiError) -> Finding:
    """A check that met an error."""
    message, mend = hide_login(error.message), hide_login(error.hint)
    return Finding(check, Health.FAIL, message, mend, error.exit_code)
