"""A place in the tokens of a filter or an order, and the errors that belong there."""

from __future__ import annotations

from venturi.errors import FilterError
from venturi.filters.tokens import Token


class Cursor:
    """A place in the tokens of a text, that only moves forward."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self._tokens = tokens
        self._next = 0

    @property
    def token(self) -> Token:
        """The token at the cursor; for ever END behind the last."""
        return self._tokens[self._next]

    def ahead(self, count: int = 1) -> Token:
        """The token so many behind the cursor's."""
        return self._tokens[min(self._next + count, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The token at the cursor, and go on behind it."""
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def error(self, message: str, expected: str = "", at: Token | None = None) -> FilterError:
        """An error at a token, by default the one at the cursor."""
        position = (at or self.token).start
        return FilterError(message, text=self.text, position=position, expected=expected)
