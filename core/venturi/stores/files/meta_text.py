"""The text of a meta.yaml: one field a line, sorted, as MLflow dumps it and every version reads it.

Plain scalars are written here, without the time it takes to import PyYAML; others are left to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from venturi.stores.files.meta import WORDS, fields_of, raw_fields

_SAFE = r"[A-Za-z0-9_./%+=@~-]"
_TEXT = re.compile(rf"[A-Za-z/](?:{_SAFE}|:(?={_SAFE})|[ ](?={_SAFE}))*")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_ESCAPES = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_ID = re.compile(r"(?!0x|0b)[0-9]*[a-z][0-9a-z]*")


def meta_text(fields: Mapping[str, object]) -> bytes:
    """A whole new meta.yaml."""
    return "".join(_line(key, value) for key, value in sorted(fields.items())).encode()


def changed_meta(data: bytes, changes: Mapping[str, object], without: Iterable[str] = ()) -> bytes:
    """The bytes of a meta.yaml with some fields changed, and others taken out.

    Fields that we know nothing of stay. Raises StoreBroken when it holds no YAML mapping.
    """
    dropped = {*changes, *without}
    raw = raw_fields(data)
    if raw is None:
        fields = fields_of(data, as_it_is=True)
        kept = {key: value for key, value in fields.items() if key not in dropped}
        return _any_text({**kept, **changes}).encode()
    lines = {key: f"{key}: {text}\n" if text else f"{key}:\n" for key, text in raw.items()}
    lines = {key: line for key, line in lines.items() if key not in dropped}
    lines.update((key, _line(key, value)) for key, value in changes.items())
    return "".join(line for _, line in sorted(lines.items())).encode()


def _any_text(fields: Mapping[Any, object]) -> str:
    """The text of fields that may have odd names."""
    if all(map(_is_usual_name, fields)):
        return "".join(_line(key, value) for key, value in sorted(fields.items()))
    return _dumped(fields)


def _is_usual_name(key: object) -> bool:
    return isinstance(key, str) and bool(_NAME.fullmatch(key)) and key.lower() not in WORDS


def _line(key: str, value: object) -> str:
    text = _scalar(value)
    return f"{key}: {text}\n" if text is not None else _dumped({key: value})


def _scalar(value: object) -> str | None:
    """The text that means this value to YAML 1.1; None for what is better left to PyYAML."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return "[]" if value == [] else None


def _quoted(text: str) -> str:
    if (_TEXT.fullmatch(text) or _ID.fullmatch(text)) and text.lower() not in WORDS:
        return text
    if text.isprintable():
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(letter: str) -> str:
    # PyYAML itself loses the line ends beyond \n, when it writes them.
    plain = letter.isprintable() and letter not in '"\\'
    return letter if plain else _ESCAPES.get(letter, f"\\U{ord(letter):08x}")


def _dumped(fields: Mapping[Any, object]) -> str:
    # Only unusual fields need it; see meta.py.
    import yaml

    text: Any = yaml.safe_dump(dict(fields), default_flow_style=False, allow_unicode=True)
    return str(text)
