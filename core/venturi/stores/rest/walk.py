"""Reads a server's paged answer record by record, keeping those that match."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, TypeAlias, TypeVar

from venturi.errors import StoreBroken
from venturi.stores.rest.marks import Mark

T = TypeVar("T")
Fetch: TypeAlias = Callable[[str | None, int], tuple[list[T], str | None]]

LARGEST_PAGE = 1000
"""Records asked for at once; whole runs can be hundreds of kilobytes each."""
_SMALLEST_SEARCH = 100  # records read at once where most may not match
_MOST_EMPTY = 100  # pages without a record in a row, before we stop believing


class Walk(Generic[T]):
    """One paged answer, from a mark on.

    Args:
        fetch: Asks for the page of a token, of at most so many records.
        keep: Which records count; None for all.
        mark: Where to begin.
        wanted: How many records will be asked for.
    """

    def __init__(
        self, fetch: Fetch[T], keep: Callable[[T], bool] | None, mark: Mark, wanted: int
    ) -> None:
        self.read = 0
        """Records read so far, kept or not."""
        self._fetch = fetch
        self._keep = keep
        self._mark = mark
        self._wanted = wanted
        self._page: list[T] | None = None
        self._at = 0
        self._next: str | None = None
        self._empty = 0

    def head(self) -> T | None:
        """The next record that counts, without taking it; None when there is no more."""
        while not self._mark.over:
            if self._page is None:
                self._load()
            if self._skip_others():
                return self._loaded[self._at]
            self._turn()
        return None

    def take(self) -> None:
        """Go past the record that `head` gave."""
        self._at += 1
        self._wanted -= 1

    def mark(self) -> Mark:
        """Where to go on later; over when what is known already says that nothing is left."""
        if self._page is not None and not self._skip_others():
            self._turn()
        return self._mark if self._page is None else replace(self._mark, skip=self._at)

    @property
    def _loaded(self) -> list[T]:
        return self._page or []

    def _skip_others(self) -> bool:
        """Go on to a record that counts in the loaded page; False when it has none."""
        page = self._loaded
        while self._at < len(page):
            if self._keep is None or self._keep(page[self._at]):
                return True
            self._at += 1
        return False

    def _load(self) -> None:
        page, self._next = self._fetch(self._mark.token, self._size())
        self._empty = 0 if page else self._empty + 1
        if self._empty > _MOST_EMPTY:
            raise StoreBroken(f"the server gave {_MOST_EMPTY} pages without a record in a row")
        self._at = min(self._mark.skip, len(page))
        self.read += len(page) - self._at
        self._page = page

    def _size(self) -> int:
        """As many as are wanted; where only some match, ever more up to the largest page."""
        size = max(1, self._wanted)
        if self._keep is not None:
            size = max(size, _SMALLEST_SEARCH, 2 * self.read)
        return min(LARGEST_PAGE, size + self._mark.skip)

    def _turn(self) -> None:
        left = max(0, self._mark.skip - len(self._loaded))
        self._mark = self._mark.turned(self._next, skip=left)
        self._page, self._at = None, 0
