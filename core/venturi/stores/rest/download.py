"""A file that a server sends: from some byte on, and on from there when the connection breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import httpx

from venturi.closing import Closing
from venturi.errors import Conflict
from venturi.stores.rest.courier import Courier
from venturi.stores.rest.exchange import Call, Opened

_GOOD = frozenset({200, 206, 416})
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)\Z")
_AS_IT_IS = (("Accept", "*/*"), ("Accept-Encoding", "identity"))


class Download(Closing):
    """The bytes of one file, in parts; close it, or use it with `with`.

    `start` is the first byte that comes: the one asked for, or 0 when the file is not what `mark`
    says or the server cannot start there. `size` is that of the whole file in bytes, None when the
    server does not say. `mark` tells one state of the file from another; it is empty when the
    server gives none, and then a broken connection is the end.

    Args:
        courier: Asks the server.
        call: What to ask for.
        start: The first byte wanted.
        mark: The state of the file that `start` is about; without it, the file starts at 0.

    Raises:
        VenturiError: As any question to a server does.
    """

    def __init__(self, courier: Courier, call: Call, start: int = 0, mark: str = "") -> None:
        self._courier = courier
        self._call = call
        self._answer = self._begin(start, mark)
        self.start, self.size = _extent(self._answer)
        self.mark = _mark(self._answer)

    def __iter__(self) -> Iterator[bytes]:
        at = self.start
        skip = 0
        patience = self._courier.patience()
        while True:
            try:
                for part in self._courier.parts_of(self._answer):
                    skip, new = max(0, skip - len(part)), part[skip:]
                    at += len(new)
                    if new:
                        patience.renew()
                        yield new
            except (httpx.TransportError, httpx.DecodingError) as error:  # noqa: PERF203 - seldom
                self.close()
                if not self.mark:
                    self._courier.give_up(error)
                self._courier.lose(error, patience)
                skip = self._go_on(at)
            else:
                return

    def close(self) -> None:
        """Let go of the connection, also in the middle."""
        self._answer.response.close()

    def _go_on(self, at: int) -> int:
        """Ask for what is missing; how many bytes come that are known already."""
        self._answer = self._begin(at, self.mark)
        if _mark(self._answer) != self.mark:
            self.close()
            raise Conflict("the file changed while it was read", hint="start again")
        return at - _extent(self._answer)[0]

    def _begin(self, start: int, mark: str) -> Opened:
        """The answer from that byte on, or from the first when the file is another by now."""
        if start > 0 and mark:
            answer = self._ask(("Range", f"bytes={start}-"), ("If-Range", mark))
            if answer.status == 200:
                return answer
            right = answer.status == 206 and _extent(answer)[0] == start and _mark(answer) == mark
            if right:
                return answer
            answer.response.close()
        return self._ask()

    def _ask(self, *more: tuple[str, str]) -> Opened:
        call = replace(self._call, headers=(*_AS_IT_IS, *more))
        return self._courier.begin(call, _GOOD if more else frozenset({200}))


def _mark(answer: Opened) -> str:
    """A strong entity tag, else the time of the last change; empty for what comes packed."""
    if "content-encoding" in answer.headers:
        return ""
    tag = answer.headers.get("etag", "")
    return tag if tag.startswith('"') else answer.headers.get("last-modified", "")


def _extent(answer: Opened) -> tuple[int, int | None]:
    """First byte and whole size that an answer is about."""
    if answer.status == 206:
        found = _RANGE.match(answer.headers.get("content-range", ""))
        return (int(found[1]), int(found[2])) if found else (-1, None)
    length = answer.headers.get("content-length", "")
    known = length.isdecimal() and "content-encoding" not in answer.headers
    return 0, int(length) if known else None
