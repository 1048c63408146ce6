"""What drivers raise, in the words of our own family of errors."""

from __future__ import annotations

from sqlalchemy import exc

from venturi.errors import (
    InvalidInput,
    LoginRefused,
    NotFound,
    StoreBroken,
    StoreUnreachable,
    VenturiError,
)

# SQLSTATEs of PostgreSQL and error numbers of MySQL.
_NO_LOGIN = frozenset(("28000", "28P01", 1045, 1698))
_NO_DATABASE = frozenset(("3D000", 1049))
_NO_RIGHT = frozenset(("42501", 1044, 1142, 1143))


def cause_of(error: BaseException) -> BaseException:
    """The driver's own error, which SQLAlchemy may have wrapped."""
    inner = error.orig if isinstance(error, exc.DBAPIError) else None
    return inner if inner is not None else error


def is_layout_change(cause: BaseException) -> bool:
    """Whether a statement met tables other than those that were there when we looked."""
    text = str(cause).lower()
    words = ("no such table", "no such column", "no such index", "has no column")
    return any(word in text for word in words) or code_of(cause) in ("42P01", "42703", 1146, 1054)


def translated(cause: BaseException, kind: str, place: str, secret: str = "") -> VenturiError:
    """The member of our family for a driver's error.

    Args:
        cause: What the driver raised.
        kind: A StoreInfo kind.
        place: What to call the store.
        secret: The password, which some servers repeat in their messages.
    """
    words = said(cause, secret)
    return _sqlite(words, place) if kind == "sqlite" else _server(cause, words, place)


def said(error: BaseException, secret: str = "") -> str:
    """What the driver says on one line: MySQL's without its number, PostgreSQL's without how."""
    cause = cause_of(error)
    words = str(cause.args[1]) if len(cause.args) > 1 else str(cause)
    words = " ".join(words.split()).rsplit(" failed: ", 1)[-1]
    return words.replace(secret, "***") if secret else words


_Meaning = tuple[tuple[str, ...], type[VenturiError], str, str]

# Words of SQLite's messages, then the error with its message and hint.
_SQLITE: tuple[_Meaning, ...] = (
    (
        ("locked", "busy"),
        StoreUnreachable,
        "{place} is locked by another process",
        "try again when it has finished writing",
    ),
    (
        ("not a database", "encrypted"),
        StoreBroken,
        "{place} is not a SQLite database",
        "an MLflow SQLite store is mostly called mlflow.db",
    ),
    (
        ("malformed",),
        StoreBroken,
        "{place} is damaged: {words}",
        "`sqlite3 FILE .recover` saves what can be saved",
    ),
    (
        ("too complex", "too large", "too many", "too deep", "overflow"),
        InvalidInput,
        "the search is more than SQLite can do: {words}",
        "ask for less at once",
    ),
    (
        ("unable to open",),
        StoreUnreachable,
        "{place} cannot be opened",
        "check that it is still there",
    ),
    (("no such", "has no column"), StoreBroken, "{place} is not a whole MLflow store: {words}", ""),
)


def _sqlite(words: str, place: str) -> VenturiError:
    for signs, family, message, hint in _SQLITE:
        if any(sign in words.lower() for sign in signs):
            return family(message.format(place=place, words=words), hint=hint)
    return StoreUnreachable(f"{place} cannot be read: {words}", hint="try again")


def _server(cause: BaseException, words: str, place: str) -> VenturiError:
    code = code_of(cause)
    if code in _NO_LOGIN or _is_login_refusal(cause, words):
        return LoginRefused(
            f"{place} refuses the login: {words}",
            hint="check the user name and password in the store URI",
        )
    if code in _NO_DATABASE or ('database "' in words and "does not exist" in words):
        return NotFound(
            f"{place}: there is no such database", hint="check the name at the end of the store URI"
        )
    if code in _NO_RIGHT:
        return LoginRefused(
            f"{place} does not let this user read MLflow's tables: {words}",
            hint="ask for the right to SELECT from them",
        )
    if is_a(cause, "DataError"):
        return InvalidInput(f"{place} refuses a value of the search: {words}")
    if is_a(cause, "ProgrammingError"):
        return StoreBroken(f"{place} cannot be read as an MLflow store: {words}")
    return StoreUnreachable(
        f"{place} does not answer: {words}", hint="check that it runs and can be reached from here"
    )


def is_a(cause: BaseException, name: str) -> bool:
    """Whether it is of a class that PEP 249 names, whichever driver raised it."""
    return any(kind.__name__ == name for kind in type(cause).__mro__)


def code_of(cause: BaseException) -> str | int | None:
    """MySQL's error number, or PostgreSQL's SQLSTATE."""
    first = cause.args[0] if cause.args else None
    return first if isinstance(first, int) else getattr(cause, "sqlstate", None)


def _is_login_refusal(cause: BaseException, words: str) -> bool:
    """A refused PostgreSQL login has no SQLSTATE at the client, only words and a flag."""
    if getattr(getattr(cause, "pgconn", None), "needs_password", False):
        return True
    signs = ("authentication failed", "no password supplied", "no pg_hba.conf entry")
    return any(sign in words for sign in signs) or ('role "' in words and "does not exist" in words)
