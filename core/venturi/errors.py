"""Everything that can go wrong, as one family.

VenturiError                 the family; each member knows its exit code and the way on
├── UsageError         (2)   a flag, an argument or a word that cannot be meant
│   ├── AmbiguousName  (2)   one word, several candidates
│   ├── FilterError    (2)   a search text that does not parse; knows the place
│   └── ConfigError    (2)   settings or a store URI that cannot be used
│       ├── NoStore    (2)   nothing says which store to open
│       └── MissingDriver (2) an extra is not installed
├── StoreBroken        (1)   what is there is not an MLflow store, or is damaged
├── StoreUnreachable   (3)   nobody answers, or the store is locked: try again
├── LoginRefused       (4)   login needed, wrong, or not allowed to do this
├── NotFound           (5)   no such store file, experiment, run, key, model …
├── Conflict           (6)   someone else changed it, or a gate refuses
└── InvalidInput       (7)   the store's own rules refuse the value
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class VenturiError(Exception):
    """Base of all errors that a user can cause or meet.

    Args:
        message: One line that names the thing and the place.
        hint: One line that says how to go on; empty when the message already does.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(VenturiError):
    """A flag, an argument or a word that cannot be meant."""

    exit_code = 2


class AmbiguousName(UsageError):
    """One word that fits several things.

    Args:
        message: What was asked for.
        candidates: What it could mean, in the order to show; at most a screenful.
        hint: How to be more precise.
    """

    def __init__(self, message: str, candidates: Sequence[str], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.candidates = tuple(candidates)


class FilterError(UsageError):
    """A filter or order that does not parse.

    Args:
        message: What is wrong.
        text: The whole text as the user typed it.
        position: Offset into `text`, in characters, where it went wrong.
        expected: What could stand there; empty when nothing useful can be said.
    """

    def __init__(self, message: str, *, text: str, position: int, expected: str = "") -> None:
        super().__init__(message, hint=f"expected {expected}" if expected else "")
        self.text = text
        self.position = max(0, min(position, len(text)))
        self.expected = expected


class ConfigError(UsageError):
    """Settings, a config file or a store URI that cannot be used."""


class NoStore(ConfigError):
    """Nothing says which store to open."""


class MissingDriver(ConfigError):
    """A store needs a package that is not installed."""


class StoreBroken(VenturiError):
    """What is there is not an MLflow store, or it is damaged."""

    exit_code = 1


class StoreUnreachable(VenturiError):
    """Nobody answers, the store is locked, or the answer is not MLflow's. Trying again may help."""

    exit_code = 3


class LoginRefused(VenturiError):
    """Credentials are missing, wrong, or do not allow this."""

    exit_code = 4


class NotFound(VenturiError):
    """No such store file, experiment, run, metric, model or version."""

    exit_code = 5


class Conflict(VenturiError):
    """Somebody else changed it meanwhile, or a gate refuses."""

    exit_code = 6


class InvalidInput(VenturiError):
    """The store's own rules refuse a name or value."""

    exit_code = 7
