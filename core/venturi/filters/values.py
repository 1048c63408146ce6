"""What stands right of an operator: numbers, times, texts, lists and patterns."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import cast

from venturi.errors import FilterError
from venturi.filters import times
from venturi.filters.cursor import Cursor
from venturi.filters.patterns import BadPattern, compile_regex, quiet_warnings
from venturi.filters.subjects import Field, Kind
from venturi.filters.tokens import UNSTORABLE, Shape, Token
from venturi.filters.tree import Entity, Op, Value

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d{1,25}")
_INT64 = range(-(2**63), 2**63)
_LIST = "a list such as ('a', 'b')"


@dataclass(frozen=True, slots=True)
class Operand:
    """A value that was read, and where it ends in the text."""

    value: Value
    end: int


def read_operand(cursor: Cursor, field: Field, op: Op, now_ms: int | None) -> Operand:
    """The value of a comparison, from the cursor on. Raises FilterError.

    `now_ms` is what 'now' and '2h ago' count from; None is the clock's now.
    """
    if op in (Op.IN, Op.NOT_IN):
        return _read_list(cursor, field)
    if field.kind is Kind.NUMBER:
        return _read_number(cursor, field)
    if field.kind is Kind.TIME:
        return _read_time(cursor, field, now_ms)
    if op in (Op.MATCHES, Op.NOT_MATCHES):
        return _read_regex(cursor, field)
    token = _take_text(cursor, f"{field.shown} is compared with a text in quotes")
    return Operand(_canonical(field, token.text[1:-1]), token.end)


def _canonical(field: Field, text: str) -> str:
    """The text to compare with: MLflow compares the ids of experiments as numbers."""
    if field.key == "experiment_id" and field.entity is Entity.ATTRIBUTE and text.isdecimal():
        return text.lstrip("0") or "0"
    return text


def _take_text(cursor: Cursor, message: str) -> Token:
    if cursor.token.shape is not Shape.TEXT:
        raise cursor.error(f"{message}, not with {cursor.token.shown}", "a text in quotes")
    return cursor.take()


def _read_number(cursor: Cursor, field: Field) -> Operand:
    token = cursor.token
    if field.entity is Entity.ATTRIBUTE and _INTEGER.fullmatch(_bare_text(token)):
        cursor.take()  # MLflow takes the number of a version with and without quotes
        return Operand(_whole(int(_bare_text(token))), token.end)
    if token.shape is not Shape.NAME or not token.bare or not _NUMBER.fullmatch(token.text):
        message = f"{field.shown} is compared with a number, not with {token.shown}"
        if token.shape is Shape.TEXT:
            message += " (leave out the quotes)" if _NUMBER.fullmatch(token.text[1:-1]) else ""
        raise cursor.error(message, "a number")
    cursor.take()
    return Operand(float(token.text), token.end)


def _bare_text(token: Token) -> str:
    return token.text[1:-1] if token.shape is Shape.TEXT else token.text


def _read_time(cursor: Cursor, field: Field, now_ms: int | None) -> Operand:
    token = cursor.token
    expected = f"milliseconds since 1970 as a number, or a time such as {times.EXAMPLES}"
    if token.shape is Shape.TEXT:
        moment = times.parse_time(token.text[1:-1], times.clock_ms() if now_ms is None else now_ms)
        if moment is None:
            raise cursor.error(f"{token.shown} is not a time", expected)
        cursor.take()
        return Operand(_whole(moment), token.end)
    if token.shape is not Shape.NAME or not token.bare or not _NUMBER.fullmatch(token.text):
        raise cursor.error(
            f"{field.shown} is compared with a time, not with {token.shown}", expected
        )
    cursor.take()
    if _INTEGER.fullmatch(token.text):
        return Operand(_whole(int(token.text)), token.end)
    return Operand(float(token.text), token.end)


def _whole(number: int) -> int | float:
    """The number, as a float where no database has an integer that large."""
    return number if number in _INT64 else float(number)


def _read_regex(cursor: Cursor, field: Field) -> Operand:
    token = _take_text(cursor, f"{field.shown} is matched with a regular expression in quotes")
    pattern = token.text[1:-1]
    try:
        compile_regex(pattern)
    except BadPattern as problem:
        raise FilterError(
            f"not a regular expression: {problem}",
            text=cursor.text,
            position=token.start + 1 + problem.position,
        ) from problem
    return Operand(pattern, token.end)


def _read_list(cursor: Cursor, field: Field) -> Operand:
    tokens = _take_list(cursor)
    items: tuple[str, ...] = ()
    if Op.IN in field.mlflow_ops:  # MLflow reads its lists as Python does, escapes and all
        items = _python_texts(cursor.text[tokens[0].start : tokens[-1].end])
    items = items or _plain_texts(cursor, tokens)
    if any(map(UNSTORABLE.search, items)):
        raise cursor.error("no store can hold this", at=tokens[0])
    return Operand(tuple(_canonical(field, item) for item in items), tokens[-1].end)


def _take_list(cursor: Cursor) -> list[Token]:
    """The tokens from an opening parenthesis to the one that closes it."""
    if cursor.token.shape is not Shape.OPEN:
        raise cursor.error("IN needs a list", _LIST)
    tokens = [cursor.take()]
    depth = 1
    while depth:
        token = cursor.take()
        if token.shape is Shape.END:
            raise cursor.error("the list is not closed", ")", at=token)
        depth += (token.shape is Shape.OPEN) - (token.shape is Shape.CLOSE)
        tokens.append(token)
    return tokens


def _plain_texts(cursor: Cursor, tokens: list[Token]) -> tuple[str, ...]:
    """The texts of a list, each exactly what its quotes hold; one comma may trail."""
    items: list[str] = []
    wants_item = True
    for token in tokens[1:-1]:
        if wants_item and token.shape is not Shape.TEXT:
            raise cursor.error(f"{token.shown} is not a text in quotes", _LIST, at=token)
        if not wants_item and token.shape is not Shape.COMMA:
            raise cursor.error(f"a comma is missing before {token.shown}", ", or )", at=token)
        if wants_item:
            items.append(token.text[1:-1])
        wants_item = not wants_item
    if not items:
        raise cursor.error("the list is empty", _LIST, at=tokens[-1])
    return tuple(items)


def _python_texts(text: str) -> tuple[str, ...]:
    """The texts of a list in parentheses; empty when it holds none or anything else."""
    try:
        with quiet_warnings():
            found: object = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ()
    items = cast("tuple[object, ...]", found) if isinstance(found, tuple) else (found,)
    texts = tuple(item for item in items if isinstance(item, str))
    return texts if len(texts) == len(items) else ()
