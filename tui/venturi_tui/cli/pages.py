"""Long answers read page by page, up to a limit, knowing whether there is more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from venturi.records import Page
from venturi_tui.cli.call import Call
from venturi_tui.present.words import exact_count

T = TypeVar("T")

_PAGE = 1000


class Pages(Generic[T]):
    """Records of an answer, one page in memory at a time.

    Args:
        read: Reads at most so many records after those of a token.
        limit: How many records to give at most; 0 means all.
    """

    def __init__(self, read: Callable[[int, str | None], Page[T]], limit: int) -> None:
        self._read = read
        self._limit = limit
        self.shown = 0
        self.more = False

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
                self.more = True
                return

    def _room(self) -> int:
        return min(_PAGE, self._limit - self.shown) if self._limit else _PAGE


def say_what_is_left(
    call: Call, pages: Pages[T], noun: str, count: Callable[[], int] | None
) -> None:
    """Tell what the limit cut off: exactly where the store can count, else that there is more."""
    if not pages.more or call.settings.quiet:
        return
    way = "--limit N or --all shows more"
    if count is None:
        call.report.say(f"the first {exact_count(pages.shown)} {noun}, and there are more: {way}")
        return
    total = count()
    left = exact_count(max(0, total - pages.shown))
    call.report.say(
        f"{exact_count(pages.shown)} of {exact_count(total)} {noun}, {left} more: {way}"
    )
