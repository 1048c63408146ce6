"""Long answers read page by page, up to a limit, knowing whether there is more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from venturi.records import Page
from venturi_tui.cli.call import Call
from venturi_tui.present.words import exact_count

T = TypeVar("T")

_PAGE = 1000
_COUNTED_PAGE = 500
_COUNTED_FOR_S = 1.0


class Pages(Generic[T]):
    """Records of an answer, one page in memory at a time.

    Args:
        read: Reads at most so many records after those of a token.
        limit: How many records to give at most; 0 means all.
    """

    def __init__(self, read: Callable[[int, str | None], Page[T]], limit: int) -> None:
        self._read = read
        self._limit = limit
        self._next: str | None = None
        self.shown = 0

    def __iter__(self) -> Iterator[T]:
        token: str | None = None
        while True:
            page = self._read(self._room(), token)
            for record in page:
                self.shown += 1
                yield record
            token = page.next_token
            if token is None:
                return
            if self._limit and self.shown >= self._limit:
                self._next = token
                return

    @property
    def more(self) -> bool:
        """True when the limit cut something off."""
        return self._next is not None

    def left(self, seconds: float) -> tuple[int, bool]:
        """How many records the limit cut off, and whether those are all.

        They are counted by reading on; no further page is asked for after so many seconds.
        """
        deadline = time.monotonic() + seconds
        count, token = 0, self._next
        while token is not None:
            page = self._read(_COUNTED_PAGE, token)
            count, token = count + len(page), page.next_token
            if time.monotonic() > deadline:
                break
        return count, token is None

    def _room(self) -> int:
        return min(_PAGE, self._limit - self.shown) if self._limit else _PAGE


def say_what_is_left(
    call: Call, pages: Pages[T], noun: str, count: Callable[[], int] | None
) -> None:
    """Tell how many the limit cut off.

    A store that can count is asked; else what is left is read, of very much only a part.
    """
    if not pages.more or call.settings.quiet:
        return
    way = "--limit N or --all shows more"
    left, is_all = pages.left(_COUNTED_FOR_S) if count is None else (count() - pages.shown, True)
    shown, rest = exact_count(pages.shown), exact_count(max(0, left))
    if is_all:
        total = exact_count(max(pages.shown, pages.shown + left))
        call.report.say(f"{shown} of {total} {noun}, {rest} more: {way}")
    else:
        call.report.say(f"{shown} {noun}, and at least {rest} more: {way}")
