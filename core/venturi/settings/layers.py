"""Which value wins: flag, environment, project file, user file, default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from venturi.errors import ConfigError, UsageError
from venturi.settings.declared import SETTINGS, Setting, Settings
from venturi.settings.files import ConfigFile, project_file, read_config, user_file
from venturi.settings.kinds import near

T = TypeVar("T")


def load_settings(
    flags: Mapping[str, str | bool] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """Every setting from the layer that wins, knowing where it came from.

    Args:
        flags: What the command line said, by the name of the setting: the word that was given, or
            True for a flag that takes none.
        environ: The environment; this process's own when None. An empty variable counts as unset.
        folder: Where to look for the project file; the working directory when None.

    Raises:
        UsageError: A flag has a value that its setting cannot take.
        ConfigError: The same in a variable or file, or a file that cannot be read.
    """
    environ = os.environ if environ is None else environ
    files = [read_config(project_file(folder or Path())), read_config(user_file(environ))]
    found = [file for file in files if file]
    values: dict[str, Any] = {
        "contexts": _first([file.contexts for file in found]),
        "keys": _first([file.keys for file in found]),
    }
    origins: dict[str, str] = {}
    for setting in SETTINGS:
        chosen = _choose(setting, flags or {}, environ, found)
        if chosen:
            values[setting.name], origins[setting.name] = chosen
    return Settings(**values, origins=origins)


def _choose(
    setting: Setting,
    flags: Mapping[str, str | bool],
    environ: Mapping[str, str],
    files: list[ConfigFile],
) -> tuple[object, str] | None:
    """A setting's value and where it is from; None when only the default is left."""
    if setting.name in flags:
        return _from_flag(setting, flags[setting.name]), setting.flags[0]
    if setting.env and environ.get(setting.env):
        return _from_env(setting, environ[setting.env]), setting.env
    for file in files:
        if setting.name in file.values:
            return file.values[setting.name], str(file.path)
    return None


def _from_flag(setting: Setting, word: str | bool) -> object:
    flag = setting.flags[0]
    if isinstance(word, bool):
        return word != setting.turns_off
    if not word:
        raise UsageError(f"{flag} is empty", hint=f"it takes {setting.kind.wanted}")
    try:
        return setting.kind.from_text(word)
    except ValueError:
        hint = near(word, setting.kind.choices)
        message = f"{flag} must be {setting.kind.wanted}, not {word!r}"
        raise UsageError(message, hint=hint) from None


def _from_env(setting: Setting, word: str) -> object:
    try:
        return setting.kind.from_text(word)
    except ValueError:
        shown = "what it holds" if setting.secret else repr(word)
        message = f"{setting.env} must be {setting.kind.wanted}, not {shown}"
        raise ConfigError(message, hint=near(word, setting.kind.choices)) from None


def _first(tables: list[Mapping[str, T]]) -> dict[str, T]:
    """All entries; the first table that knows a name wins."""
    return {name: entry for table in reversed(tables) for name, entry in table.items()}
