"""Where an answer stopped: our page tokens, each good for one question and any number of parts."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from venturi.errors import InvalidInput, StoreBroken

_FIELDS = {"token": (str, type(None)), "skip": int, "guard": str, "turns": int, "over": bool}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in one paged answer of a server.

    Attributes:
        token: The server's token of the page; None for the first one.
        skip: How many records of that page are done with.
        guard: Digest of an earlier token, to notice that the server goes in circles.
        turns: How many pages were turned.
        over: Nothing is left.
    """

    token: str | None = None
    skip: int = 0
    guard: str = ""
    turns: int = 0
    over: bool = False

    def turned(self, token: str | None, *, skip: int = 0) -> Mark:
        """The start of the next page.

        A digest of every 2**n-th token is kept and compared with each later one: that finds a
        circle of any length without keeping all tokens (Brent's method).

        Raises:
            StoreBroken: The token was there before.
        """
        if not token:
            return Mark(over=True)
        seen = digest(token)
        if seen == self.guard or token == self.token:
            raise StoreBroken(
                "the server gives the same page token again and again",
                hint="its pages never end: that is a fault of the server or of a proxy",
            )
        turns = self.turns + 1
        guard = seen if turns & (turns - 1) == 0 else self.guard
        return Mark(token, skip, guard, turns)


def digest(text: str) -> str:
    """A short fingerprint."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def to_token(question: str, plan: str, marks: Sequence[Mark]) -> str | None:
    """The token of the next page; None when nothing is left in any part.

    Args:
        question: Fingerprint of what was asked.
        plan: Fingerprint of what of it the server was asked.
        marks: One for each part.
    """
    if all(mark.over for mark in marks):
        return None
    content = json.dumps([question, plan, [asdict(mark) for mark in marks]])
    return base64.urlsafe_b64encode(content.encode()).decode()


def from_token(token: str, question: str) -> tuple[str, list[Mark]]:
    """The plan and the marks of a token that `to_token` made for that question.

    Raises:
        InvalidInput: It is another question's token, or none at all.
    """
    try:
        content = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        asked, plan, fields = json.loads(content)
        marks = [_mark(each) for each in fields]
    except (ValueError, TypeError, KeyError, RecursionError):
        asked, plan, marks = None, None, []
    if asked != question or not isinstance(plan, str) or not marks:
        raise InvalidInput("the page token does not belong to this question")
    return plan, marks


def _mark(fields: dict[str, object]) -> Mark:
    for name, kind in _FIELDS.items():
        if not isinstance(fields[name], kind):
            raise TypeError
    return Mark(**fields)  # pyright: ignore[reportArgumentType]
