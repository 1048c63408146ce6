"""Reading the TOML config files, with the file, line and key in every complaint."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from venturi.errors import ConfigError
from venturi.settings.declared import SETTINGS, ContextEntry, KeyChoice, Setting
from venturi.settings.kinds import NAMES, near

PROJECT_FILE = "venturi.toml"
_KEYS = {setting.key: setting for setting in SETTINGS if setting.key}
_GROUPS = {key.rpartition(".")[0] for key in _KEYS if "." in key}
_CONTEXTS = "contexts"
_CHOICES = "keys"
_CONTEXT_KEYS = ("store", "registry")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """One config file, read: values by the name of their setting, contexts and keys by name."""

    path: Path
    values: Mapping[str, object]
    contexts: Mapping[str, ContextEntry]
    keys: Mapping[str, KeyChoice]


def project_file(folder: Path) -> Path:
    """The config file of a project, in the folder where work is done."""
    return folder / PROJECT_FILE


def user_file(environ: Mapping[str, str]) -> Path:
    """The user's own config file, under $XDG_CONFIG_HOME or else ~/.config."""
    base = environ.get("XDG_CONFIG_HOME", "")
    if base.startswith("/"):  # the XDG rules say to ignore a relative one
        return Path(base, "venturi", "config.toml")
    home = environ.get("HOME") or "~"
    return Path(home).expanduser() / ".config" / "venturi" / "config.toml"


def read_config(path: Path) -> ConfigFile | None:
    """What a config file says; None when there is no such file.

    Raises:
        ConfigError: It cannot be read, is not TOML, or says something that is not a setting.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text", hint="save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    return parse_config(path, text)


def parse_config(path: Path, text: str) -> ConfigFile:
    """What the text of a config file says. Raises ConfigError when it says what is no setting."""
    return _Reader(path, text).read()


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return _toml_loads()(text)
    except ValueError as error:
        words = str(error)
        place = _PLACE.search(words)
        line = place.group(1) if place and place.group(1) else str(text.count("\n") + 1)
        reason = _PLACE.sub("", words)
        raise ConfigError(f"{path}:{line}: not TOML: {reason[:1].lower()}{reason[1:]}") from error


def _toml_loads() -> Callable[[str], dict[str, Any]]:
    """The TOML parser; late, because most runs find no file and it costs more than all of this."""
    try:
        import tomllib
    except ModuleNotFoundError:  # Python 3.10
        import tomli as tomllib  # pyright: ignore[reportMissingImports]
    return cast("Callable[[str], dict[str, Any]]", tomllib.loads)  # pyright: ignore[reportUnknownMemberType]


class _Reader:
    """Turns the tables of one file into settings, and complains with file and line."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.values: dict[str, object] = {}
        self.contexts: dict[str, ContextEntry] = {}
        self.keys: dict[str, KeyChoice] = {}

    def read(self) -> ConfigFile:
        self._table(_parse(self.path, self.text), ())
        return ConfigFile(self.path, self.values, self.contexts, self.keys)

    def _table(self, table: dict[str, Any], above: tuple[str, ...]) -> None:
        for name, value in table.items():
            place = (*above, name)
            key = ".".join(place)
            if key in _KEYS:
                setting = _KEYS[key]
                self.values[setting.name] = self._value(setting, value, place)
            elif key in _GROUPS:
                self._table(self._as_table(value, place), place)
            elif key == _CONTEXTS:
                self._read_contexts(self._as_table(value, place))
            elif key == _CHOICES:
                self._read_keys(self._as_table(value, place))
            else:
                raise self._unknown(place, [*_level(above)])

    def _value(self, setting: Setting, value: object, place: tuple[str, ...]) -> object:
        try:
            return setting.kind.from_toml(value)
        except ValueError:
            message = f"{setting.key} must be {setting.kind.wanted}, not {_shown(value)}"
            word = value if isinstance(value, str) else ""
            raise self._wrong(place, message, near(word, setting.kind.choices)) from None

    def _read_contexts(self, table: dict[str, Any]) -> None:
        for name, value in table.items():
            place = (_CONTEXTS, name)
            entry = self._as_table(value, place)
            for key, word in entry.items():
                if key not in _CONTEXT_KEYS:
                    raise self._unknown((*place, key), _CONTEXT_KEYS)
                if not isinstance(word, str) or not word:
                    raise self._wrong((*place, key), f"{key} must be the address of a store")
            if "store" not in entry:
                raise self._wrong(place, f'context {name!r} has no store = "…"')
            registry = entry.get("registry", "")
            self.contexts[name] = ContextEntry(name, entry["store"], registry, str(self.path))

    def _read_keys(self, table: dict[str, Any]) -> None:
        for action, value in table.items():
            place = (_CHOICES, action)
            try:
                keys = (value,) if isinstance(value, str) else NAMES.from_toml(value)
            except ValueError:
                message = f"{'.'.join(place)} must be a key or a list of keys, not {_shown(value)}"
                raise self._wrong(place, message) from None
            origin = f"{self.path}:{line_of(self.text, place)}"
            self.keys[action] = KeyChoice(action, tuple(filter(None, keys)), origin)

    def _as_table(self, value: object, place: tuple[str, ...]) -> dict[str, Any]:
        if isinstance(value, dict):
            return cast("dict[str, Any]", value)
        raise self._wrong(place, f"{'.'.join(place)} must be a table, not {_shown(value)}")

    def _unknown(self, place: tuple[str, ...], known: list[str] | tuple[str, ...]) -> ConfigError:
        hint = near(place[-1], known) or f"known here: {', '.join(known)}"
        return self._wrong(place, f"unknown key {'.'.join(place)!r}", hint)

    def _wrong(self, place: tuple[str, ...], message: str, hint: str = "") -> ConfigError:
        return ConfigError(f"{self.path}:{line_of(self.text, place)}: {message}", hint=hint)


def _level(above: tuple[str, ...]) -> Iterator[str]:
    """The names that may stand in a table, in order."""
    prefix = "".join(f"{name}." for name in above)
    for key in [*_KEYS, _CONTEXTS, _CHOICES]:
        if key.startswith(prefix):
            yield key.removeprefix(prefix)


def _shown(value: object) -> str:
    if isinstance(value, (dict, list)):
        return "a table" if isinstance(value, dict) else "a list"
    return str(value).lower() if isinstance(value, bool) else repr(value)


_HEADER = re.compile(r"^\s*\[\[?\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def line_of(text: str, place: tuple[str, ...]) -> int:
    """The line, from 1, where a key or table of a TOML text stands; its table's when unsure."""
    table: tuple[str, ...] = ()
    best = (0, 1)
    for line, content in enumerate(text.splitlines(), 1):
        header = _HEADER.match(content)
        key = None if header else _KEY.match(content)
        if header:
            here = table = _parts(header.group(1))
        elif key:
            here = (*table, *_parts(key.group(1)))
        else:
            continue
        depth = len(here) if here == place[: len(here)] else 0
        if depth > best[0]:
            best = (depth, line)
    return best[1]


def parts_of_header(line: str) -> tuple[str, ...] | None:
    """The names in the header of a TOML table; None when the line is none."""
    found = _HEADER.match(line)
    return _parts(found.group(1)) if found else None


def parts_of_key(line: str) -> tuple[str, ...] | None:
    """The names of a TOML key whose value begins on this line; None when there is none."""
    found = _KEY.match(line)
    return _parts(found.group(1)) if found and parts_of_header(line) is None else None


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
