"""One comparison read from a filter: a field, an operator that works on it, and a value."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from venturi.errors import FilterError
from venturi.filters.cursor import Cursor
from venturi.filters.names import field_at
from venturi.filters.subjects import Field, Subject
from venturi.filters.tokens import Shape, Token, shorten
from venturi.filters.tree import Comparison, Op
from venturi.filters.values import read_operand

NULLS: Final = (Op.IS_NULL, Op.IS_NOT_NULL)
"""The operators that take no value."""

_OPERATORS = {op.value: op for op in Op}
_MEANT = {
    "==": "=",
    "<>": "!=",
    "!": "!=",
    "=!": "!=",
    "=>": ">=",
    "=<": "<=",
    "=~": "~",
    "~=": "~",
    "RLIKE": "~",
    "REGEXP": "~",
    "IS": "IS NULL",
    "NOT": "NOT IN",
}
_FOLLOWING = {
    "": ("LIKE", "ILIKE", "IN", "NOT", "IS"),
    "NOT": ("IN", "NULL"),
    "IS": ("NOT", "NULL"),
}


def read_comparison(cursor: Cursor, subject: Subject, now_ms: int | None) -> Comparison:
    """The comparison at the cursor. Raises FilterError at what does not belong.

    `now_ms` is what 'now' and '2h ago' count from; None is the clock's now.
    """
    token = cursor.token
    named = field_at(token, subject, cursor.text)
    cursor.take()
    if _is_two_words(cursor, token):
        key = cursor.text[token.end - len(token.key) : cursor.take().end]
        named = replace(named, key=key)
    op, end = _read_operator(cursor, named)
    if op in NULLS:
        return Comparison(named.entity, named.key, op, None, token.start, end)
    operand = read_operand(cursor, named, op, now_ms)
    return Comparison(named.entity, named.key, op, operand.value, token.start, operand.end)


def _is_two_words(cursor: Cursor, token: Token) -> bool:
    """Whether a bare key goes on behind a space, as MLflow lets it before IS [NOT] NULL."""
    after = cursor.token
    is_more = after.shape is Shape.NAME or after.text.startswith('"')
    return is_more and token.bare and bool(token.prefix) and cursor.ahead().is_word("IS")


def _read_operator(cursor: Cursor, named: Field) -> tuple[Op, int]:
    """The operator at the cursor, and where it ends; it works on the field."""
    first = cursor.token
    words = [cursor.take()] if first.shape is Shape.OPERATOR else _take_operator_words(cursor)
    op = _OPERATORS.get(" ".join(word.text.upper() for word in words))
    if op is None:
        raise _unknown_operator(cursor, named, first)
    if op not in named.ops:
        message = f"{op.value} does not work on {named.shown}"
        raise cursor.error(message, _choice(named), at=first)
    return op, words[-1].end


def _take_operator_words(cursor: Cursor) -> list[Token]:
    """The words of LIKE, ILIKE, IN, NOT IN, IS NULL or IS NOT NULL; perhaps only the first."""
    words: list[Token] = []
    said = ""
    while any(cursor.token.is_word(word) for word in _FOLLOWING.get(said, ())):
        words.append(cursor.take())
        said = words[-1].text.upper()
    return words


def _unknown_operator(cursor: Cursor, named: Field, token: Token) -> FilterError:
    message = f"{token.shown} is not an operator"
    if token.is_word("NOT") and cursor.token.text.upper() in ("LIKE", "ILIKE"):
        message = f"write NOT ({named.shown} {cursor.token.text.upper()} …)"
    elif token.shape is Shape.NAME and cursor.ahead().shape is Shape.OPERATOR:
        message = f"a key with a space needs quotes: `{shorten(named.key)} {token.shown}`"
    elif token.text.upper() in _MEANT:
        message += f"; did you mean {_MEANT[token.text.upper()]}?"
    return cursor.error(message, _choice(named), at=token)


def _choice(named: Field) -> str:
    """The operators of a field, for a message."""
    return "one of " + " ".join(op.value for op in Op if op in named.ops)
