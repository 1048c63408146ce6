"""Fields, values and comparisons written as MLflow's own parser reads them."""

from __future__ import annotations

import math
import re
from typing import cast

from venturi.errors import UsageError
from venturi.filters.subjects import PREFIXES, Subject
from venturi.filters.tokens import UNSTORABLE
from venturi.filters.tree import Comparison, Entity, Op, Value

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
# MLflow's tokenizer takes these for keywords even behind a dot.
_KEYWORD = re.compile(r"(?:^|\.)(?:case|in|values|using|from|as)(?:\.|$)", re.IGNORECASE)
# Read as themselves inside the quotes of a list, where MLflow reads texts as Python does.
_LIST_ODD = re.compile(r"[\\'\"\x00-\x1f\x7f-\x9f]")
_REGISTRY_WORDS = {
    # Its databases and its file stores call the time a model was made by different names.
    Subject.MODELS: {"name": "name", "last_updated_time": "last_updated_timestamp"},
    Subject.VERSIONS: {
        "name": "name",
        "version_number": "version_number",
        "creation_time": "creation_timestamp",
        "last_updated_time": "last_updated_timestamp",
    },
}
_SHELL_ODD = re.compile(r"[`'\"\\]|\s\Z")


class CannotWrite(UsageError):
    """MLflow's grammar has no way to say this; it has to be answered locally."""


def write_field(entity: Entity, key: str) -> str:
    """A field for a filter, its key in quotes where it needs them.

    Attributes get their prefix, without which MLflow 1 does not know them.

    Raises:
        CannotWrite: no kind of quote can hold the key.
    """
    if entity is Entity.ATTRIBUTE:
        return f"attribute.{key}"
    return f"{PREFIXES[entity]}.{key if _is_plain(key) else _quote_key(key)}"


def write_ordered_field(entity: Entity, key: str, subject: Subject = Subject.RUNS) -> str:
    """A field for an order.

    Raises:
        CannotWrite: the key holds quotes or backslashes, which MLflow reads there by the rules of
            a shell, or ends with a space, which it cuts off; or MLflow orders nothing by it.
    """
    words = _REGISTRY_WORDS.get(subject)
    if words is not None:
        if key not in words or entity is not Entity.ATTRIBUTE:
            raise CannotWrite(f"MLflow cannot order {subject.value} by {key!r}")
        return words[key]
    if entity is Entity.ATTRIBUTE or _is_plain(key):
        return write_field(entity, key)
    if _SHELL_ODD.search(key) or UNSTORABLE.search(key):
        raise CannotWrite(f"MLflow cannot order by {entity.value} {key!r}")
    return f"{PREFIXES[entity]}.`{key}`"


def write_comparison(node: Comparison) -> str:
    """One clause of a filter.

    Raises:
        CannotWrite: no MLflow can be asked this.
    """
    texts = node.value if isinstance(node.value, tuple) else (node.key, str(node.value))
    if any(map(UNSTORABLE.search, texts)):
        raise CannotWrite("no store can hold this")
    field = write_field(node.entity, node.key)
    if node.op in (Op.MATCHES, Op.NOT_MATCHES):
        raise CannotWrite("MLflow's filters have no regular expressions")
    if node.op in (Op.IS_NULL, Op.IS_NOT_NULL):
        return f"{field} {node.op.value}"
    return f"{field} {node.op.value} {_write_value(node.value)}"


def write_text(text: str) -> str:
    """A text in quotes. Raises CannotWrite when no quotes can hold it."""
    if UNSTORABLE.search(text):
        raise CannotWrite("no store can hold this")
    return _quote(text)


def _is_plain(key: str) -> bool:
    return _PLAIN_KEY.fullmatch(key) is not None and _KEYWORD.search(key) is None


def _quote_key(key: str) -> str:
    if "`" not in key:
        return f"`{key}`"
    if not (key.startswith("`") and key.endswith("`")):
        return _quote(key)
    raise CannotWrite(f"MLflow has no quotes for the key {key!r}")


def _quote(text: str) -> str:
    """A text in the quotes it does not hold; a backslash at the end would hide the closing one."""
    for quote in "'\"":
        if quote not in text and not text.endswith("\\"):
            return f"{quote}{text}{quote}"
    raise CannotWrite(f"MLflow has no quotes for the text {text!r}")


def _write_value(value: Value) -> str:
    if isinstance(value, tuple):
        return f"({','.join(map(_write_item, value))})"
    if isinstance(value, str):
        return _quote(value)
    return _write_number(cast("int | float", value))


def _write_number(number: int | float) -> str:
    """The shortest text that reads back as the number; MLflow knows no plus in an exponent."""
    if isinstance(number, float) and not math.isfinite(number):
        raise CannotWrite(f"MLflow's filters cannot say {number}")
    return repr(number).replace("e+", "e")


def _write_item(text: str) -> str:
    escaped = _LIST_ODD.sub(lambda match: rf"\x{ord(match[0]):02x}", text)
    return f"'{escaped}'"
