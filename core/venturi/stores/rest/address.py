"""Where a tracking server is: its URI split into what is dialled, shown and kept secret."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import httpx

from venturi.errors import ConfigError

API = "/api/2.0/mlflow/"
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[^\s%@\\<>\"|^`{}]+")


@dataclass(frozen=True, slots=True)
class Address:
    """A server's URI without a trailing slash, a static prefix included.

    `base` is what requests start with and can be shown. The name and password that stood in the
    URI are kept apart, and out of the repr.
    """

    base: str
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """`host:port`, for messages: always with the port."""
        return host_and_port(httpx.URL(self.base))

    def url(self, path: str) -> httpx.URL:
        """The URL of a path below the base, which starts with a slash."""
        return httpx.URL(self.base + path)


def read_address(uri: str) -> Address:
    """Understand `http(s)://[name:password@]host[:port][/prefix]`.

    Raises:
        ConfigError: It is not such a URI. The message does not show what may be a password.
    """
    text = uri.strip()
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError):
        url = httpx.URL("")
    port = 1 if url.port is None else url.port
    if url.scheme not in _PORTS or not _HOST.fullmatch(url.host) or not 0 < port < 65536:
        msg = f"{hidden(text)!r} is not the address of a tracking server"
        raise ConfigError(msg, hint="it looks like http://host:5000 or https://host/prefix")
    base = shown(url).rstrip("/")
    if "@" in base + url.fragment + url.query.decode("ascii", "replace"):
        msg = f"{hidden(text)!r} has an @ where none can stand"
        raise ConfigError(
            msg, hint="in a name or password write %40 for @, %2F for / and %23 for #"
        )
    if url.query or url.fragment:
        msg = f"{hidden(text)!r} is the address of a page, not of a server"
        raise ConfigError(msg, hint=f"leave out what follows ? or #, as in {base}")
    return Address(base, url.username, url.password)


def hidden(uri: str) -> str:
    """The URI without whatever stands before an @, also when it cannot be parsed."""
    scheme, _, _ = uri.partition(":")
    start = f"{scheme}://" if scheme.lower() in _PORTS else ""
    return start + uri.rpartition("@")[2] if "@" in uri else uri


def shown(url: httpx.URL) -> str:
    """A URL for messages: no name, no password, and no query, where login pages keep secrets."""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))


def host_and_port(url: httpx.URL) -> str:
    """`host:port` of a URL, with the scheme's own port when it names none."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{host}:{url.port or _PORTS.get(url.scheme, 0)}"


def same_server(here: httpx.URL, there: httpx.URL) -> bool:
    """Whether credentials for `here` may be sent to `there`.

    That is the same scheme, host and port; or the same host moved from http to https, on the same
    port or from the one scheme's usual port to the other's.
    """
    if here.host != there.host:
        return False
    ports = (here.port or _PORTS.get(here.scheme), there.port or _PORTS.get(there.scheme))
    if here.scheme == there.scheme:
        return ports[0] == ports[1]
    upgraded = (here.scheme, there.scheme) == ("http", "https")
    return upgraded and (ports[0] == ports[1] or ports[1] == _PORTS["https"])
