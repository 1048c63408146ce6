"""What drivers raise when a database is written to: what to try again, and what to tell."""

from __future__ import annotations

from sqlalchemy import exc

from venturi.errors import InvalidInput, LoginRefused, StoreUnreachable, VenturiError
from venturi.stores.sql.failures import cause_of, code_of, is_a, said, translated

# SQLSTATEs of PostgreSQL (serialization, deadlock, lock) and error numbers of MySQL (lock wait,
# deadlock) and MariaDB (a row has changed since it was read).
_CONTENTION = frozenset(("40001", "40P01", "55P03", 1205, 1213, 1020))
# No right to write; a database, server or transaction that can only be read.
_NO_RIGHT = frozenset(("42501", "25006", 1044, 1142, 1143, 1290, 1792, 1836))
_SQLITE_NO_RIGHT = ("readonly", "read-only", "unable to open")
_FULL = frozenset(("53100", 1021, 1114))
_SQLITE_FULL = ("is full", "disk i/o error")


def is_contention(error: BaseException, kind: str) -> bool:
    """Whether others wrote at the same time, so that the whole transaction can be tried again."""
    cause = cause_of(error)
    if kind != "sqlite":
        return code_of(cause) in _CONTENTION
    words = str(cause).lower()
    return "locked" in words or "busy" in words


def is_clash(error: BaseException) -> bool:
    """Whether a row is there already that a statement wanted to make, or a rule was broken."""
    return isinstance(error, exc.IntegrityError) or is_a(cause_of(error), "IntegrityError")


def translated_write(error: BaseException, kind: str, place: str, secret: str) -> VenturiError:
    """The member of our family for an error of a writing statement; see `translated`."""
    cause = cause_of(error)
    words = said(cause, secret)
    if _has_no_right(cause, words, kind):
        return LoginRefused(f"{place} cannot be written to: {words}", hint=_RIGHT_HINTS[kind])
    if _is_full(cause, words, kind):
        return StoreUnreachable(f"{place} cannot be written to: {words}", hint="make room for it")
    if is_clash(error) or is_a(cause, "DataError"):
        return InvalidInput(f"{place} refuses what is to be written: {words}")
    if is_contention(error, kind):
        return StoreUnreachable(
            f"{place} is locked by another process", hint="try again when it has finished writing"
        )
    return translated(cause, kind, place, secret)


_SERVER_HINT = "ask for the right to INSERT, UPDATE and DELETE, or for a place that can be written"
_RIGHT_HINTS = {
    "sqlite": "the file and its folder must both be writable for this user",
    "postgresql": _SERVER_HINT,
    "mysql": _SERVER_HINT,
}


def _has_no_right(cause: BaseException, words: str, kind: str) -> bool:
    if kind == "sqlite":
        return any(sign in words.lower() for sign in _SQLITE_NO_RIGHT)
    return code_of(cause) in _NO_RIGHT


def _is_full(cause: BaseException, words: str, kind: str) -> bool:
    if kind == "sqlite":
        return any(sign in words.lower() for sign in _SQLITE_FULL)
    return code_of(cause) in _FULL
