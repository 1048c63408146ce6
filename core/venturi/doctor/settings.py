"""Checks of the config files, and of what they and the variables lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from venturi.doctor.finding import Finding, failed, ok, warn
from venturi.errors import VenturiError
from venturi.settings import Settings, project_file, read_config, user_file


def settings_findings(environ: Mapping[str, str], folder: Path) -> Iterator[Finding]:
    """How the config files are; one finding for each that is there.

    Args:
        environ: Where HOME and XDG_CONFIG_HOME are looked up.
        folder: Where the project file is looked for.
    """
    found = False
    for path in (project_file(folder), user_file(environ)):
        try:
            file = read_config(path)
        except VenturiError as error:
            found = True
            yield failed("config", error)
            continue
        if file is not None:
            found = True
            yield ok("config", f"{path} can be read")
    if not found:
        yield ok("config", f"no config file; {user_file(environ)} would be read")


def context_finding(settings: Settings) -> Finding | None:
    """Whether the active context is known; None when none is active or it does not matter."""
    name = settings.context
    if not name or name in settings.contexts:
        return None
    return warn(
        "config",
        f"the context {name!r}, named by {settings.origin('context')}, is in no config file",
        f"venturi context add {name} --store URI",
    )
