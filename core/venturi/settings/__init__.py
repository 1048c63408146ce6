"""Settings and the store they lead to: where values come from, and which wins."""

from __future__ import annotations

from venturi.settings.credentials import saved_login
from venturi.settings.declared import (
    OUTPUTS,
    SETTINGS,
    ContextEntry,
    KeyChoice,
    Setting,
    Settings,
)
from venturi.settings.files import ConfigFile, project_file, read_config, user_file
from venturi.settings.layers import load_settings
from venturi.settings.places import Place, hide_login, place_of_context, resolve_place

__all__ = [
    "OUTPUTS",
    "SETTINGS",
    "ConfigFile",
    "ContextEntry",
    "KeyChoice",
    "Place",
    "Setting",
    "Settings",
    "hide_login",
    "load_settings",
    "place_of_context",
    "project_file",
    "read_config",
    "resolve_place",
    "saved_login",
    "user_file",
]
