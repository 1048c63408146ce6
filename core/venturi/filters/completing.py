"""What can stand at a place in a filter that is being typed: fields, operators, values, joints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from venturi.filters.subjects import PREFIXES, Field, Kind, Subject, entity_of, field_of, names_of
from venturi.filters.tokens import Shape, Token, begun
from venturi.filters.tree import Entity, Op
from venturi.filters.writing import CannotWrite, write_field, write_text

STATUSES = ("RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED")
TIMES = ("1h ago", "1d ago", "7d ago", "today", "yesterday")

_KEYED = (Entity.METRIC, Entity.PARAM, Entity.TAG)
_MOST = 200


class Known(Protocol):
    """What is known of the runs that are searched."""

    def keys(self, entity: Entity) -> Sequence[str]:
        """Keys that runs use, of metrics, params or tags."""
        ...

    def values(self, entity: Entity, key: str) -> Sequence[str]:
        """Values that were seen of a param, tag or attribute."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """A text that can stand at the place, and a word about what it is; may be empty."""

    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """What can take the place of `text[start:end]`, likeliest first."""

    start: int
    end: int
    choices: tuple[Choice, ...] = ()

    def put(self, text: str, number: int) -> tuple[str, int]:
        """The text with a choice in its place, and where the cursor stands then."""
        chosen = self.choices[number].text
        if self.start == self.end and text[: self.start].rstrip("( ") == text[: self.start] != "":
            chosen = f" {chosen}"
        after = text[self.end :]
        gap = "" if chosen.endswith((".", "(")) or after.startswith(" ") else " "
        return text[: self.start] + chosen + gap + after, self.start + len(chosen + gap)


class _Wants(Enum):
    """What is expected next."""

    FIELD = "field"
    OPERATOR = "operator"
    REST_OF_NOT = "rest of NOT"
    REST_OF_IS = "rest of IS"
    VALUE = "value"
    LIST = "list"
    ITEM = "item"
    AFTER_ITEM = "after item"
    JOINT = "joint"


@dataclass(frozen=True, slots=True)
class _State:
    """How far a filter has come."""

    wants: _Wants = _Wants.FIELD
    named: Field | None = None
    depth: int = 0


def complete(text: str, cursor: int, known: Known) -> Completion:
    """What can stand at a place of a filter over runs, fitting what stands before it.

    Args:
        text: What was typed so far; it need not parse.
        cursor: Where one types, in characters.
        known: Keys and values to offer.
    """
    tokens, opened = begun(text[:cursor])
    stub, start, quote = "", cursor, ""
    if opened is not None:
        quote, stub, start = text[opened], text[opened + 1 : cursor], opened
        if quote == "`" and tokens and tokens[-1].end == opened and tokens[-1].text.endswith("."):
            start = tokens[-1].start
            stub = tokens.pop().text + stub
    elif tokens and tokens[-1].end == cursor and tokens[-1].shape in (Shape.NAME, Shape.OPERATOR):
        start = tokens[-1].start
        stub = tokens.pop().text
    state = _State()
    for token in tokens:
        state = _after(state, token)
    found = _offered(state, stub.replace("`", ""), quote, known)
    choices = [each for each in found if each.text != text[start:cursor]]
    return Completion(start, cursor, tuple(choices[:_MOST]))


# How far one has come


def _after(state: _State, token: Token) -> _State:
    """What is expected behind a token."""
    return _FOLLOWS.get(state.wants, _after_value)(state, token)


def _after_value(state: _State, token: Token) -> _State:
    del token
    return replace(state, wants=_Wants.JOINT)


def _after_is(state: _State, token: Token) -> _State:
    return state if token.is_word("NOT") else replace(state, wants=_Wants.JOINT)


def _after_item(state: _State, token: Token) -> _State:
    ended = token.shape is Shape.CLOSE
    return replace(state, wants=_Wants.JOINT if ended else _Wants.ITEM)


def _after_joint(state: _State, token: Token) -> _State:
    if token.shape is Shape.CLOSE:
        return replace(state, depth=max(0, state.depth - 1))
    return replace(state, wants=_Wants.FIELD, named=None)


def _after_field(state: _State, token: Token) -> _State:
    if token.shape is Shape.OPEN:
        return replace(state, depth=state.depth + 1)
    if token.is_word("NOT") or token.is_word("AND"):
        return state
    entity = Entity.ATTRIBUTE if token.prefix is None else entity_of(Subject.RUNS, token.prefix)
    named = None if entity is None else field_of(Subject.RUNS, entity, token.key)
    return replace(state, wants=_Wants.OPERATOR, named=named)


def _after_operator(state: _State, token: Token) -> _State:
    for word, wants in (
        ("NOT", _Wants.REST_OF_NOT),
        ("IS", _Wants.REST_OF_IS),
        ("IN", _Wants.LIST),
    ):
        if token.is_word(word):
            return replace(state, wants=wants)
    return replace(state, wants=_Wants.VALUE)


_FOLLOWS: Mapping[_Wants, Callable[[_State, Token], _State]] = {
    _Wants.FIELD: _after_field,
    _Wants.OPERATOR: _after_operator,
    _Wants.REST_OF_NOT: lambda state, _: replace(state, wants=_Wants.LIST),
    _Wants.REST_OF_IS: _after_is,
    _Wants.LIST: lambda state, _: replace(state, wants=_Wants.ITEM),
    _Wants.ITEM: lambda state, _: replace(state, wants=_Wants.AFTER_ITEM),
    _Wants.AFTER_ITEM: _after_item,
    _Wants.JOINT: _after_joint,
}


# What is offered


def _offered(state: _State, stub: str, quote: str, known: Known) -> Iterable[Choice]:
    wants = state.wants
    if quote and quote != "`":
        is_value = wants in (_Wants.VALUE, _Wants.ITEM)
        return _values(state, stub, known) if is_value else ()
    if wants is _Wants.FIELD:
        return _fields(stub, known)
    if wants in (_Wants.VALUE, _Wants.ITEM):
        return _values(state, stub, known)
    return _words(_words_for(state), stub)


def _words_for(state: _State) -> Sequence[str]:
    wants, named = state.wants, state.named
    if wants is _Wants.OPERATOR:
        return [op.value for op in Op if named is None or op in named.ops]
    if wants is _Wants.REST_OF_NOT:
        return ["IN"]
    if wants is _Wants.REST_OF_IS:
        return ["NULL", "NOT NULL"]
    if wants is _Wants.LIST:
        return ["("]
    if wants is _Wants.AFTER_ITEM:
        return [")", ","]
    return ["AND", "OR", *([")"] if state.depth else [])]


def _words(words: Iterable[str], stub: str) -> Iterator[Choice]:
    begins = stub.upper()
    return (Choice(word) for word in words if word.startswith(begins))


def _fields(stub: str, known: Known) -> Iterator[Choice]:
    prefix, dot, part = stub.partition(".")
    entity = entity_of(Subject.RUNS, prefix) if dot else None
    if entity is not None:
        yield from _keys(entity, part, known)
        return
    letters = stub.casefold()
    for name in names_of(Subject.RUNS, Entity.ATTRIBUTE) or ():
        if name.startswith(letters):
            yield Choice(name)
    for each in (*_KEYED, Entity.DATASET):
        if PREFIXES[each].startswith(letters):
            yield Choice(f"{PREFIXES[each]}.")
    if letters:
        for each in _KEYED:
            yield from _keys(each, stub, known)


def _keys(entity: Entity, part: str, known: Known) -> Iterator[Choice]:
    """Keys of an entity as they are written: those that begin so first, then those that hold it."""
    names = names_of(Subject.RUNS, entity)
    for key in _fitting(known.keys(entity) if names is None else names, part):
        try:
            shown = key if entity is Entity.ATTRIBUTE else write_field(entity, key)
        except CannotWrite:
            continue
        yield Choice(shown)


def _values(state: _State, stub: str, known: Known) -> Iterator[Choice]:
    named = state.named
    if named is None or named.kind is Kind.NUMBER:
        return
    if named.kind is Kind.TIME:
        values: Sequence[str] = TIMES
    elif named.key == "status" and named.entity is Entity.ATTRIBUTE:
        values = STATUSES
    else:
        values = known.values(named.entity, named.key)
    for value in _fitting(values, stub):
        written = _written(value)
        if written:
            yield Choice(written)


def _written(value: str) -> str:
    """A value in quotes; empty when no quotes can hold it."""
    try:
        return write_text(value)
    except CannotWrite:
        return ""


def _fitting(texts: Sequence[str], part: str) -> list[str]:
    letters = part.casefold()
    begin = [text for text in texts if text.casefold().startswith(letters)]
    if not letters:
        return begin
    return begin + [text for text in texts if letters in text.casefold()[1:] and text not in begin]
