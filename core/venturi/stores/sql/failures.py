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
    return any(word in text for word in words) or _code(cause) in ("42P01", "42703", 1146, 1054)


def translated(cause: BaseException, kind: str, place: str, secret: str = "") -> VenturiError:
    """The member of our family for a driver's error.

    Args:
        cause: What the driver raised.
        kind: A StoreInfo kind.
        place: What to call the store.
        secret: The password, which some servers repeat in their messages.
    """
    said = " ".join(str(cause).split())
    if secret:
        said = said.replace(secret, "***")
    if kind == "sqlite":
        return _sqlite(said, place)
    return _server(cause, said, place)


_Words = tuple[tuple[str, ...], type[VenturiError], str, str]

# Words of SQLite's messages, then the error with its message and hint.
_SQLITE: tuple[_Words, ...] = (
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
        "{place} is damaged: {said}",
        "`sqlite3 FILE .recover` saves what can be saved",
    ),
    (
        ("too complex", "too large", "too many", "too deep", "overflow"),
        InvalidInput,
        "the search is more than SQLite can do: {said}",
        "ask for less at once",
    ),
    (
        ("unable to open",),
        StoreUnreachable,
        "{place} cannot be opened",
        "check that it is still there",
    ),
    (("no such", "has no column"), StoreBroken, "{place} is not a whole MLflow store: {said}", ""),
)


def _sqlite(said: str, place: str) -> VenturiError:
    for words, family, message, hint in _SQLITE:
        if any(word in said.lower() for word in words):
            return family(message.format(place=place, said=said), hint=hint)
    return StoreUnreachable(f"{place} cannot be read: {said}", hint="try again")


def _server(cause: BaseException, said: str, place: str) -> VenturiError:
    code = _code(cause)
    if code in _NO_LOGIN or _is_login_refusal(cause, said):
        return LoginRefused(
            f"{place} refuses the login: {said}",
            hint="check the user name and password in the store URI",
        )
    if code in _NO_DATABASE or ('database "' in said and "does not exist" in said):
        return NotFound(
            f"{place}: there is no such database", hint="check the name at the end of the store URI"
        )
    if code in _NO_RIGHT:
        return LoginRefused(
            f"{place} does not let this user read MLflow's tables: {said}",
            hint="ask for the right to SELECT from them",
        )
    if _is_a(cause, "DataError"):
        return InvalidInput(f"{place} refuses a value of the search: {said}")
    if _is_a(cause, "ProgrammingError"):
        return StoreBroken(f"{place} cannot be read as an MLflow store: {said}")
    return StoreUnreachable(
        f"{place} does not answer: {said}", hint="check that it runs and can be reached from here"
    )


def _is_a(cause: BaseException, name: str) -> bool:
    """Whether it is of a class that PEP 249 names, whichever driver raised it."""
    return any(kind.__name__ == name for kind in type(cause).__mro__)


def _code(cause: BaseException) -> str | int | None:
    """PostgreSQL's SQLSTATE, or MySQL's error number."""
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        return state
    first = cause.args[0] if cause.args else None
    return first if isinstance(first, int) else None


def _is_login_refusal(cause: BaseException, said: str) -> bool:
    """A refused PostgreSQL login has no SQLSTATE at the client, only words and a flag."""
    if getattr(getattr(cause, "pgconn", None), "needs_password", False):
        return True
    words = ("authentication failed", "no password supplied", "no pg_hba.conf entry")
    return any(word in said for word in words) or ('role "' in said and "does not exist" in said)
