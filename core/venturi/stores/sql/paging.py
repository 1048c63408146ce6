"""Long answers in pages: tokens, and the ids of answers that are being paged through."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from venturi.errors import InvalidInput

_KEPT = 4


class Place(NamedTuple):
    """Where the next page starts: after so many records, the last of which was `last_id`."""

    offset: int
    last_id: str


def token_for(query: Hashable, place: Place) -> str:
    """The token of the page that starts at a place of the answer to `query`."""
    return f"{_mark(query)}:{place.offset}:{place.last_id}"


def place_of(query: Hashable, token: str) -> Place:
    """What a token says. Raises InvalidInput for one of another question, or none of ours."""
    mark, _, rest = token.partition(":")
    offset, _, last_id = rest.partition(":")
    if mark != _mark(query) or not offset.isdecimal():
        raise InvalidInput("this page token belongs to another search", hint="start from page one")
    return Place(int(offset), last_id)


def _mark(query: Hashable) -> str:
    return f"{zlib.crc32(repr(query).encode('utf-8', 'backslashreplace')):08x}"


class Snapshots:
    """All ids of the last few answers that somebody reads page by page.

    Without an index every page costs as much as the whole answer, so from the second page on the
    ids are read once. Pages then fit together also when runs are added meanwhile.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Sequence[str]] = OrderedDict()
        self._lock = threading.Lock()

    def rest(
        self, query: Hashable, place: Place, read: Callable[[], Sequence[str]]
    ) -> tuple[Sequence[str], int]:
        """All ids of the answer, and the position where the page at `place` starts."""
        ids = self._get(query)
        if ids is None or not _fits(ids, place):
            ids = read()
            self._keep(query, ids)
        return ids, _position(ids, place)

    def _get(self, query: Hashable) -> Sequence[str] | None:
        with self._lock:
            if query in self._kept:
                self._kept.move_to_end(query)
            return self._kept.get(query)

    def _keep(self, query: Hashable, ids: Sequence[str]) -> None:
        with self._lock:
            self._kept[query] = ids
            self._kept.move_to_end(query)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def _fits(ids: Sequence[str], place: Place) -> bool:
    return 0 < place.offset <= len(ids) and ids[place.offset - 1] == place.last_id


def _position(ids: Sequence[str], place: Place) -> int:
    """After the last record of the page before, wherever it is now; else where it was."""
    if _fits(ids, place):
        return place.offset
    try:
        return ids.index(place.last_id) + 1
    except ValueError:
        return place.offset
