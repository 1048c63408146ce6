"""Patterns that texts are matched with: LIKE as SQLite answers it, and regular expressions."""

from __future__ import annotations

import re
import string
import threading
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import lru_cache

TextTest = Callable[[str], bool]

_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_warnings_lock = threading.Lock()


class BadPattern(ValueError):
    """A regular expression that does not compile; `position` is an offset into it."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@contextmanager
def quiet_warnings() -> Generator[None, None, None]:
    """Keep Python's compiler from warning on a terminal about a pattern that a user typed."""
    with _warnings_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@lru_cache(maxsize=256)
def compile_regex(pattern: str) -> re.Pattern[str]:
    """The compiled pattern. Raises BadPattern."""
    try:
        with quiet_warnings():
            return re.compile(pattern)
    except re.error as error:
        position = error.pos if error.pos is not None else 0
        raise BadPattern(error.msg, position) from error
    except (OverflowError, RecursionError, MemoryError) as error:
        raise BadPattern("too large", 0) from error


@lru_cache(maxsize=256)
def like_test(pattern: str, *, fold_case: bool = False) -> TextTest:
    """A test whether a whole text is LIKE the pattern: `%` is any text, `_` one character.

    Nothing escapes them, and `fold_case` (ILIKE) folds ASCII letters only, as SQLite does for
    MLflow. The time is at worst the product of both lengths, whatever the number of `%`.
    """
    wanted = pattern.translate(_ASCII_LOWER) if fold_case else pattern
    test = _like(wanted)
    if not fold_case:
        return test
    return lambda text: test(text.translate(_ASCII_LOWER))


def _like(pattern: str) -> TextTest:
    if "%" not in pattern:
        exact = _piece(pattern)
        return lambda text: len(text) == len(pattern) and exact.match(text) is not None
    first, *middle, last = pattern.split("%")
    head, tail = _piece(first), _piece(last)
    pieces = [_piece(part) for part in middle if part]

    def test(text: str) -> bool:
        end = len(text) - len(last)
        if len(first) > end or head.match(text) is None or tail.match(text, end) is None:
            return False
        position = len(first)
        for piece in pieces:
            found = piece.search(text, position, end)
            if found is None:
                return False
            position = found.end()
        return True

    return test


def _piece(part: str) -> re.Pattern[str]:
    """A pattern of as many characters as `part`: itself, and any character for each `_`."""
    return re.compile(".".join(map(re.escape, part.split("_"))), re.DOTALL)
