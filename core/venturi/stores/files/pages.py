"""Long answers in pages that fit together, though the store changes between them."""

from __future__ import annotations

import os
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, NamedTuple, TypeVar

from venturi.errors import InvalidInput
from venturi.records import Page

E = TypeVar("E")
R = TypeVar("R")

_KEPT = 8


class _Token(NamedTuple):
    """Where to go on: in the answer of that serial, if it is still kept, at a position."""

    serial: str
    position: int


class Answers(Generic[E]):
    """The last answers that had more than one page, so that the next page goes on in the same.

    A token whose answer is no longer kept asks anew and goes on at the same position.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Sequence[E]] = OrderedDict()
        self._lock = threading.Lock()

    def page(
        self,
        question: Hashable,
        token: str | None,
        limit: int,
        answer: Callable[[], Sequence[E]],
        record: Callable[[E], R | None],
    ) -> Page[R]:
        """The next `limit` records of an answer.

        Args:
            question: What the answer belongs to.
            token: Where to go on, from an earlier page.
            limit: How many records at most.
            answer: Gives all entries of the answer, in order.
            record: Makes a record of an entry, or None when it is gone meanwhile.

        Raises:
            InvalidInput: When the token is none of ours, or belongs to another question.
        """
        serial, position = _read_token(question, token) if token else _Token("", 0)
        entries = self._recall(serial)
        if entries is None:
            serial, entries = "", answer()
        records: list[R] = []
        while position < len(entries) and len(records) < limit:
            made = record(entries[position])
            position += 1
            if made is not None:
                records.append(made)
        if position >= len(entries):
            return Page(tuple(records))
        serial = serial or self._keep(entries)
        return Page(tuple(records), f"{_mark(question)}.{serial}.{position}")

    def forget(self) -> None:
        """Keep no answer any longer."""
        with self._lock:
            self._kept.clear()

    def _recall(self, serial: str) -> Sequence[E] | None:
        with self._lock:
            if serial in self._kept:
                self._kept.move_to_end(serial)
            return self._kept.get(serial)

    def _keep(self, entries: Sequence[E]) -> str:
        serial = os.urandom(6).hex()
        with self._lock:
            self._kept[serial] = entries
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return serial


def _read_token(question: Hashable, token: str) -> _Token:
    mark, serial, position = (*token.split("."), "", "")[:3]
    if mark != _mark(question) or not position.isdecimal():
        raise InvalidInput("this page token belongs to another search", hint="start from page one")
    return _Token(serial, int(position))


def _mark(question: Hashable) -> str:
    return f"{zlib.crc32(repr(question).encode(errors='backslashreplace')):08x}"
