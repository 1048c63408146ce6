"""Every setting, declared once: type, default, sentence, and its names in each layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from venturi.settings.kinds import NAMES, SWITCH, TEXT, Kind, amount, one_of, whole

T = TypeVar("T")

OUTPUTS = ("table", "wide", "json", "jsonl", "csv", "tsv", "md", "yaml", "name")
"""The formats that every reading command can answer in."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known about one setting besides its value.

    `flags`, `env` and `key` (a dotted path in the TOML files) are empty where it has no such name.
    A flag that is not `everywhere` belongs to some commands only.
    """

    name: str
    sentence: str
    default: object
    kind: Kind[Any]
    flags: tuple[str, ...] = ()
    env: str = ""
    key: str = ""
    everywhere: bool = True
    secret: bool = False

    @property
    def turns_off(self) -> bool:
        """True when its flag makes a switch false."""
        return self.flags[:1] != () and self.flags[0].startswith("--no-")


def _declare(
    default: T,
    kind: Kind[T],
    sentence: str,
    *,
    flags: tuple[str, ...] = (),
    env: str = "",
    key: str = "",
    everywhere: bool = True,
    secret: bool = False,
) -> T:
    """A field of Settings together with everything else that is to be known about it."""
    about = {
        "kind": kind,
        "sentence": sentence,
        "flags": flags,
        "env": env,
        "key": key,
        "everywhere": everywhere,
        "secret": secret,
    }
    return field(default=default, metadata=about, repr=not secret)


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """A named place from a config file: `[contexts.NAME]`, and the file it stands in."""

    name: str
    store: str = field(repr=False)
    registry: str = field(default="", repr=False)
    origin: str = ""


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """Keys that a config file gives an action: `[keys]`, and `FILE:LINE` where it does so."""

    action: str
    keys: tuple[str, ...]
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The value of every setting. `origins` says where each comes from; made by load_settings."""

    store: str = _declare(
        "",
        TEXT,
        "Address of the store to open.",
        flags=("--store", "-s"),
        env="MLFLOW_TRACKING_URI",
    )
    context: str = _declare(
        "",
        TEXT,
        "Name of the context, from a config file, whose store to open.",
        flags=("--context", "-c"),
        env="VENTURI_CONTEXT",
        key="context",
    )
    registry: str = _declare(
        "",
        TEXT,
        "Address of the model registry, when it is not the store's own.",
        env="MLFLOW_REGISTRY_URI",
    )
    output: str = _declare(
        "table",
        one_of(*OUTPUTS),
        "Format of what commands print.",
        flags=("--output", "-o"),
        env="VENTURI_OUTPUT",
        key="output",
    )
    columns: tuple[str, ...] = _declare(
        (),
        NAMES,
        "Fields to print, in this order: run_id,params.lr,metrics.*",
        flags=("--columns", "--fields"),
    )
    headers: bool = _declare(
        True,
        SWITCH,
        "Print the names of the columns above them.",
        flags=("--no-headers",),
        key="headers",
    )
    color: str = _declare(
        "auto",
        one_of("auto", "always", "never"),
        "Colour what commands print; auto means on a terminal, unless NO_COLOR is set.",
        flags=("--color",),
        env="VENTURI_COLOR",
        key="color",
    )
    limit: int = _declare(
        100,
        whole(),
        "Most records that a list prints; 0 means all.",
        flags=("--limit",),
        env="VENTURI_LIMIT",
        key="limit",
        everywhere=False,
    )
    quiet: bool = _declare(
        False,
        SWITCH,
        "Say nothing on stderr but errors.",
        flags=("--quiet", "-q"),
    )
    verbose: bool = _declare(
        False,
        SWITCH,
        "Say on stderr what is done, and show the traceback of an unexpected error.",
        flags=("--verbose", "-v"),
    )
    readonly: bool = _declare(
        False,
        SWITCH,
        "Never write, whatever key is pressed in the full-screen view.",
        flags=("--readonly",),
        everywhere=False,
    )
    write: bool = _declare(
        False,
        SWITCH,
        "Say read-write from the start in the full-screen view, not from the first write.",
        flags=("--write",),
        everywhere=False,
    )
    tag_writes: bool = _declare(
        False,
        SWITCH,
        "Tell the team of each registry write: put its reason, or else its verb and author, on the"
        " versions it touches, as the tag venturi.reason.",
        env="VENTURI_TAG_WRITES",
        key="registry.tag_writes",
    )
    mouse: bool = _declare(
        True,
        SWITCH,
        "Let the full-screen view take the mouse, which the terminal then has not for itself.",
        flags=("--no-mouse",),
        env="VENTURI_MOUSE",
        key="screen.mouse",
        everywhere=False,
    )
    theme: str = _declare(
        "",
        one_of("dark", "light", "contrast", "ansi"),
        "Theme of the full-screen view, instead of the one it had last.",
        env="VENTURI_THEME",
        key="screen.theme",
    )
    pixels: bool = _declare(
        False,
        SWITCH,
        "Draw curves of the full-screen view in pixels from the start, where the terminal can.",
        env="VENTURI_PIXELS",
        key="screen.pixels",
    )
    dots: str = _declare(
        "braille",
        one_of("braille", "block", "ascii"),
        "What curves of the full-screen view are made of, for fonts that lack braille.",
        env="VENTURI_DOTS",
        key="screen.dots",
    )
    live: float = _declare(
        2.0,
        amount(),
        "Seconds between two looks at what is running in the full-screen view; 0 looks never.",
        env="VENTURI_LIVE",
        key="screen.live",
    )
    timeout: float = _declare(
        120.0,
        amount(above=True),
        "Seconds that a silent server, or a lock, is waited for.",
        env="MLFLOW_HTTP_REQUEST_TIMEOUT",
        key="http.timeout",
    )
    retries: int = _declare(
        7,
        whole(),
        "How often a failed request is tried again.",
        env="MLFLOW_HTTP_REQUEST_MAX_RETRIES",
        key="http.retries",
    )
    backoff_factor: float = _declare(
        2.0,
        amount(),
        "Seconds before the second new try; doubled before each further one.",
        env="MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR",
        key="http.backoff_factor",
    )
    backoff_jitter: float = _declare(
        1.0,
        amount(),
        "Most seconds added to that by chance.",
        env="MLFLOW_HTTP_REQUEST_BACKOFF_JITTER",
        key="http.backoff_jitter",
    )
    respect_retry_after: bool = _declare(
        True,
        SWITCH,
        "Wait as long as the server asks for instead.",
        env="MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER",
        key="http.respect_retry_after",
    )
    allow_redirects: bool = _declare(
        True,
        SWITCH,
        "Follow a server that points elsewhere.",
        env="MLFLOW_ALLOW_HTTP_REDIRECTS",
        key="http.allow_redirects",
    )
    username: str = _declare(
        "",
        TEXT,
        "User name for the tracking server.",
        env="MLFLOW_TRACKING_USERNAME",
        secret=True,
    )
    password: str = _declare(
        "",
        TEXT,
        "Password for the tracking server.",
        env="MLFLOW_TRACKING_PASSWORD",
        secret=True,
    )
    token: str = _declare(
        "",
        TEXT,
        "Bearer token for the tracking server; name and password win over it.",
        env="MLFLOW_TRACKING_TOKEN",
        secret=True,
    )
    insecure_tls: bool = _declare(
        False,
        SWITCH,
        "Trust any certificate of the server.",
        env="MLFLOW_TRACKING_INSECURE_TLS",
    )
    ca_path: str = _declare(
        "",
        TEXT,
        "File of the certificates to trust.",
        env="MLFLOW_TRACKING_SERVER_CERT_PATH",
        key="http.ca_path",
    )
    client_cert_path: str = _declare(
        "",
        TEXT,
        "PEM file with our own certificate and its key.",
        env="MLFLOW_TRACKING_CLIENT_CERT_PATH",
        key="http.client_cert_path",
    )

    contexts: Mapping[str, ContextEntry] = field(default_factory=dict[str, ContextEntry])
    keys: Mapping[str, KeyChoice] = field(default_factory=dict[str, KeyChoice])
    origins: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def origin(self, name: str) -> str:
        """Where the value of a setting comes from: a flag, a variable, a file, or "default"."""
        return self.origins.get(name, "default")


def _setting(name: str, default: object, about: Mapping[str, Any]) -> Setting:
    return Setting(name=name, default=default, **about)


SETTINGS = tuple(_setting(f.name, f.default, f.metadata) for f in fields(Settings) if f.metadata)
"""Every setting, in the order to show."""
