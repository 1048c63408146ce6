"""From a name in a filter or an order to the field it means, or what else it may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from venturi.errors import FilterError
from venturi.filters.subjects import (
    Field,
    Subject,
    entity_of,
    field_of,
    names_of,
    prefixes_of,
)
from venturi.filters.tokens import Shape, Token, shorten
from venturi.filters.tree import Entity

_EXAMPLES = {
    Subject.RUNS: "a field such as metrics.KEY, params.KEY, tags.KEY or status",
    Subject.EXPERIMENTS: "a field such as name, tags.KEY or creation_time",
    Subject.MODELS: "a field such as name, tags.KEY, alias or last_updated_time",
    Subject.VERSIONS: "a field such as name, version, stage, alias, tags.KEY or run_id",
}

_WITHOUT = (None, Entity.ATTRIBUTE)  # attributes are written without a prefix


def expected_field(subject: Subject) -> str:
    """What to expect where a field should stand."""
    return _EXAMPLES[subject]


def names_field(token: Token, subject: Subject) -> bool:
    """Whether a token can only be meant as the field of a comparison, right or misspelt."""
    if not _can_name(token):
        return False
    if token.prefix is not None:
        return True
    return field_of(subject, Entity.ATTRIBUTE, token.key) is not None


def field_at(token: Token, subject: Subject, text: str) -> Field:
    """The field that a token of `text` names. Raises FilterError at the token."""
    if not _can_name(token):
        missing = token.shape is Shape.END
        message = "a field is missing here" if missing else f"{token.shown} is not a field"
        expected = expected_field(subject)
        raise FilterError(message, text=text, position=token.start, expected=expected)
    if token.prefix is None:
        return _attribute(token, subject, text)
    if token.half_quoted:
        whole = f"{shorten(token.prefix)}.`{shorten(token.key)}`"
        message = f"the quotes in {token.shown} are not around the whole key"
        raise FilterError(message, text=text, position=token.start, expected=whole)
    entity = entity_of(subject, token.prefix)
    if entity is None:
        raise _unknown_prefix(token, subject, text)
    if token.bare and not token.key:
        place = token.start + len(token.prefix) + 1
        raise _missing_key(token, text, place)
    field = field_of(subject, entity, token.key)
    if field is None:
        raise _unknown_key(token, subject, entity, text)
    return field


def _can_name(token: Token) -> bool:
    if token.shape is Shape.TEXT:
        return token.text.startswith('"')
    return token.shape is Shape.NAME


def _attribute(token: Token, subject: Subject, text: str) -> Field:
    field = field_of(subject, Entity.ATTRIBUTE, token.key)
    if field is not None:
        return field
    inner = token.key.partition(".")[0]
    if not token.bare and inner != token.key and entity_of(subject, inner) is not None:
        key = token.key[len(inner) + 1 :]
        raise FilterError(
            f"{token.shown} quotes the prefix too",
            text=text,
            position=token.start,
            expected=f"{inner}.`{shorten(key)}`",
        )
    if entity_of(subject, token.key) is not None:
        raise _missing_key(token, text, token.end)
    known = [word for word in prefixes_of(subject) if entity_of(subject, word) not in _WITHOUT]
    known += names_of(subject, Entity.ATTRIBUTE) or ()
    raise _unknown(token.key, known, expected_field(subject), text, token.start)


def _unknown_prefix(token: Token, subject: Subject, text: str) -> FilterError:
    known = prefixes_of(subject)
    return _unknown(token.prefix or "", known, expected_field(subject), text, token.start)


def _unknown_key(token: Token, subject: Subject, entity: Entity, text: str) -> FilterError:
    known = names_of(subject, entity) or ()
    place = token.start + len(token.text) - len(token.text.partition(".")[2])
    return _unknown(token.key, known, "one of " + ", ".join(known), text, place)


def _unknown(
    word: str, known: Iterable[str], expected: str, text: str, position: int
) -> FilterError:
    near = _nearest(word, known)
    message = f"unknown field '{shorten(word)}'"
    if near:
        message = f"{message}; did you mean {near}?"
    return FilterError(message, text=text, position=position, expected=expected)


def _missing_key(token: Token, text: str, place: int) -> FilterError:
    name = token.prefix or token.key
    entity = f"{name}.KEY"
    return FilterError(
        f"the key after '{name}' is missing", text=text, position=place, expected=entity
    )


def _nearest(word: str, known: Iterable[str]) -> str:
    if len(word) > 40:
        return ""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else ""
