"""Which store to open when several things could say so, and how its address is shown."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from venturi.errors import ConfigError, NoStore
from venturi.settings.declared import ContextEntry, Settings
from venturi.settings.kinds import near

_LOGIN = re.compile(r"(?<=://)[^:/@\s]*(?::\S*)?@")
_SECRET_WORDS = re.compile(
    r"(?i)((?:^|[?&;])[^=&;\s]*(?:password|passwd|pwd|token|secret|key)[^=&;\s]*=)[^&;\s]+"
)


def hide_login(text: str) -> str:
    """A text in which no URI shows a user name, password or token.

    >>> hide_login("postgresql://ana:pw@db/mlflow?password=x")
    'postgresql://***@db/mlflow?password=***'
    """
    return _SECRET_WORDS.sub(r"\1***", _LOGIN.sub("***@", text))


@dataclass(frozen=True, slots=True)
class Place:
    """A store to open, and why this one.

    `uri` may hold a password; show `address`. `origin` is what named it: `--store`,
    `MLFLOW_TRACKING_URI`, `context NAME`, `./mlruns` or `./mlflow.db`. `registry_uri` is the same
    as `uri` unless something says otherwise.
    """

    uri: str
    origin: str
    context: str | None = None
    registry_uri: str = ""
    registry_origin: str = ""

    @property
    def address(self) -> str:
        """The URI without login."""
        return hide_login(self.uri)

    def __repr__(self) -> str:
        return f"Place({self.address!r}, origin={self.origin!r})"


def resolve_place(settings: Settings, folder: Path | None = None) -> Place:
    """The store to open, in this order: flag, variable, context, what MLflow would open here.

    `--store`; a context named by `--context`; `MLFLOW_TRACKING_URI`; the active context of the
    config files; `./mlruns` when it holds an experiment; `./mlflow.db`. The registry is that of a
    context named by `--context`, else `MLFLOW_REGISTRY_URI`, else the context's, else the store.

    Args:
        settings: Where flags, variables and contexts come from.
        folder: Where `./mlruns` and `./mlflow.db` are looked for; the working directory when None.

    Raises:
        ConfigError: The context that is asked for is in no config file.
        NoStore: Nothing says which store to open.
    """
    context = _context(settings)
    if context:
        uri, origin = context.store, f"context {context.name}"
    elif settings.store:
        uri, origin = settings.store, settings.origin("store")
    else:
        uri, origin = _found_here(folder or Path())
    registry, registry_origin = _registry(settings, context)
    return Place(
        uri,
        origin,
        context.name if context else None,
        registry or uri,
        registry_origin or origin,
    )


def place_of_context(settings: Settings, name: str) -> Place:
    """The store of a context, whatever store is open: as if `-c NAME` had asked for it alone.

    Raises:
        ConfigError: There is no such context.
    """
    return resolve_place(replace(settings, context=name, store="", origins={"context": "-c"}))


def _context(settings: Settings) -> ContextEntry | None:
    """The context whose store is opened; None when something stronger names the store."""
    named_by_flag = settings.origin("context").startswith("-")
    if not settings.context or settings.origin("store").startswith("-"):
        return None
    if settings.store and not named_by_flag:
        return None
    try:
        return settings.contexts[settings.context]
    except KeyError:
        known = sorted(settings.contexts)
        hint = near(settings.context, known) or (
            f"known: {', '.join(known)}" if known else "no config file has any: venturi config path"
        )
        origin = settings.origin("context")
        message = f"no context {settings.context!r}, named by {origin}"
        raise ConfigError(message, hint=hint) from None


def _registry(settings: Settings, context: ContextEntry | None) -> tuple[str, str]:
    entry = (context.registry, f"context {context.name}") if context else ("", "")
    variable = (settings.registry, settings.origin("registry")) if settings.registry else ("", "")
    by_flag = settings.origin("context").startswith("-")
    first, second = (entry, variable) if by_flag else (variable, entry)
    return first if first[0] else second if second[0] else ("", "")


def _found_here(folder: Path) -> tuple[str, str]:
    if holds_experiment(folder / "mlruns"):
        return str(folder / "mlruns"), "./mlruns"
    if (folder / "mlflow.db").is_file():
        return f"sqlite:///{folder / 'mlflow.db'}", "./mlflow.db"
    raise NoStore(
        "no MLflow store here, and nothing names another",
        hint="give --store URI, or set MLFLOW_TRACKING_URI or a context, or try: venturi demo",
    )


def holds_experiment(folder: Path) -> bool:
    """True when a folder is a file store in use: a sub-folder named by digits has a meta.yaml."""
    try:
        with os.scandir(folder) as entries:
            return any(
                re.fullmatch(r"[0-9]+", entry.name) and Path(entry.path, "meta.yaml").is_file()
                for entry in entries
            )
    except OSError:
        return False
