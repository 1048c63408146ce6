"""The fields of a meta.yaml: a fast scanner for MLflow's own form, YAML for all others.

MLflow dumps a flat mapping in block style, one `key: value` a line. Text of that form is scanned
here, some ten times faster than by libyaml; whatever is not certain to mean the same to YAML
(version 1.1, as PyYAML reads it) is left to YAML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from venturi.errors import StoreBroken

META = "meta.yaml"

_LINE = re.compile(
    r"""^([A-Za-z_]\w*):(?:\x20(
        '[^'\n]*(?:''[^'\n]*)*'          # in single quotes, closed on the same line
        | \[\] | \{\}
        | (?:[^\W_]|[/_~]|-[0-9]) .*     # plain
    ))?$""",
    re.MULTILINE | re.VERBOSE,
)
_NOTHING = frozenset({"", "null", "~"})
_EMPTY = frozenset({"[]", "{}"})
WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What YAML 1.1 takes for null or a truth value when it is not quoted."""


class HalfWritten(StoreBroken):
    """A meta.yaml that its writer may not have finished; reading it again may help."""


class _Unusual(Exception):
    """Not certain to mean the same to YAML."""


def fields_of(data: bytes, *, as_it_is: bool = False) -> Mapping[str, object]:
    """The fields in the bytes of a meta.yaml.

    Raises HalfWritten when the file is empty, or its last line has no end and is not to be taken
    as it is; StoreBroken when it holds no YAML mapping.
    """
    if as_it_is:
        return _yaml_fields(data)
    if not data.endswith(b"\n"):
        raise HalfWritten("ends in the middle of a line" if data else "is empty")
    try:
        return _scanned(data.decode())
    except (_Unusual, UnicodeDecodeError):
        return _yaml_fields(data)


def raw_fields(data: bytes) -> dict[str, str] | None:
    """The text after the colon of each field; None unless each is one whole line of its own."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    raw = _LINE.findall(text)
    return dict(raw) if text.endswith("\n") and len(raw) == text.count("\n") else None


def _scanned(text: str) -> dict[str, object]:
    raw = _LINE.findall(text)
    if len(raw) != text.count("\n"):
        raise _Unusual
    return {key: _scalar(value) for key, value in raw}


def _scalar(raw: str) -> object:
    """What the text after a colon means to YAML; raises _Unusual unless that is certain."""
    if raw in _NOTHING:
        return None
    if raw.isalnum():
        return _word_or_number(raw)
    if not raw.isprintable():  # line ends beyond ours, control characters, byte order marks
        raise _Unusual
    first = raw[0]
    if first == "'":
        return raw[1:-1].replace("''", "'")
    if raw in _EMPTY:
        return ()
    if first.isdigit() or first in "-~" or raw[-1] in ": " or ": " in raw or " #" in raw:
        raise _Unusual
    return raw


def _word_or_number(raw: str) -> object:
    """Letters and digits alone: a number, a word, or an id, which may begin with a digit."""
    if raw.isdigit():
        octal = raw[0] == "0" and raw != "0"
        if octal or not raw.isascii() or len(raw) > 18:
            raise _Unusual
        return int(raw)
    if raw.lower() in WORDS or raw[:2] == "0x" or raw.strip("01") == "b":
        raise _Unusual
    return raw


def _yaml_fields(data: bytes) -> Mapping[str, object]:
    # Only unusual files need it, and importing it takes longer than reading a thousand others.
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        fields = yaml.load(data, Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise StoreBroken(f"is not YAML: {reason}") from error
    if fields is None:
        raise HalfWritten("is empty")
    if not isinstance(fields, dict):
        raise StoreBroken("holds no fields")
    return cast("dict[str, object]", fields)


def text_in(fields: Mapping[str, object], key: str) -> str | None:
    """The field as text; None when it is missing or null. Raises StoreBroken for a collection."""
    value = fields.get(key)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (dict, list, tuple, set)):
        raise StoreBroken(f"has no text in '{key}'")
    return str(value)


def number_in(fields: Mapping[str, object], key: str) -> int | None:
    """The field as a whole number; None when missing or null. Raises StoreBroken otherwise."""
    value = fields.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    try:
        return int(cast("str", value))
    except (ValueError, TypeError, OverflowError):
        raise StoreBroken(f"has no number in '{key}'") from None
