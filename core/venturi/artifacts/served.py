"""Artifacts that a tracking server hands out: its own, or those of a store only it can reach."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from venturi.artifacts.base import CHUNK, UPLOADING, Moved, Reading
from venturi.artifacts.paths import clean, clean_name, joined, sendable
from venturi.artifacts.routes import Content, ProxyRoute, Route
from venturi.errors import ConfigError, InvalidInput
from venturi.records import Artifact
from venturi.stores.base import Credentials, StoreOptions
from venturi.stores.rest.address import read_address, same_server
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.courier import Courier, open_courier
from venturi.stores.rest.download import Download
from venturi.stores.rest.fields import Malformed, integer, objects, text

_ANCHOR = "/api/2.0/mlflow-artifacts/artifacts"


class ServedFolder:
    """Keeps the promise of ArtifactPlace for one folder of a server.

    Args:
        courier: Asks the server; closed with this.
        route: The way to the folder.
    """

    def __init__(self, courier: Courier, route: Route) -> None:
        self._courier = courier
        self._route = route

    @property
    def address(self) -> str:
        """The server, and the folder's name there."""
        return f"{self._courier.address.base} {self._route.name}"

    def entries(self, folder: str = "") -> list[Artifact]:
        """What is directly in a folder, by path."""
        call = self._route.entries(sendable(folder))
        found = self._courier.ask(call, lambda body: self._read_entries(body, folder))
        return sorted(found.values(), key=lambda artifact: artifact.path)

    def read(self, path: str, *, start: int = 0, mark: str = "") -> Reading:
        """The bytes of a file."""
        return Download(self._courier, self._route.read(self._file(path)), start, mark)

    def write(self, path: str, file: Path, moved: Moved | None = None) -> None:
        """Put a local file there, in the place of an older one."""
        sending = _Sending(file, moved)
        content = Content(file.stat().st_size, sending.parts)
        self._courier.bring(self._route.write(self._file(path), content))

    def close(self) -> None:
        """Let go of connections. Calling it twice is fine."""
        self._courier.close()

    def _file(self, path: str) -> str:
        if not path or posixpath.basename(path).startswith(UPLOADING):
            raise InvalidInput(f"no artifact can be named {path!r}")
        return sendable(path)

    def _read_entries(self, body: JsonObject, folder: str) -> dict[str, Artifact]:
        """What a server lists, by path: only names that are directly in the folder are believed."""
        before = self._route.told(folder)
        found: dict[str, Artifact] = {}
        for item in objects(body, "files"):
            told = text(item, "path")
            if not told.startswith(before):
                raise InvalidInput(
                    f"the file name {told!r} is refused: {self._courier.address.place} was asked "
                    f"for what is in {before!r}"
                )
            name = clean_name(told.removeprefix(before).removesuffix("/"))
            if name.startswith(UPLOADING):
                continue
            path = joined(folder, name)
            is_dir = item.get("is_dir", False)
            if not isinstance(is_dir, bool):
                raise Malformed("is_dir is no truth value")
            found[path] = Artifact(path, is_dir, None if is_dir else integer(item, "file_size"))
        return found


class _Sending:
    """The bytes of a local file, from the start for each attempt, with what went taken back."""

    def __init__(self, file: Path, moved: Moved | None) -> None:
        self._file = file
        self._moved = moved
        self._size = file.stat().st_size
        self._gone = 0

    def parts(self) -> Iterator[bytes]:
        """The bytes that the file had at first, should it grow meanwhile."""
        self._tell(-self._gone)
        self._gone = 0
        with self._file.open("rb") as source:
            while part := source.read(min(CHUNK, self._size - self._gone)):
                yield part
                self._gone += len(part)
                self._tell(len(part))

    def _tell(self, count: int) -> None:
        if self._moved and count:
            self._moved(count)


def open_route(uri: str, options: StoreOptions, route: Route) -> ServedFolder:
    """A folder of the tracking server at that URI; nothing is sent yet."""
    return ServedFolder(open_courier(uri, options), route)


def open_proxied(uri: str, server: str, options: StoreOptions) -> ServedFolder:
    """The folder that a `mlflow-artifacts:` URI, or an http(s) URI of that API, names.

    Our login goes along to the tracking server only, never to another that the URI names.

    Args:
        uri: The artifact URI.
        server: URI of the tracking server; empty when the store is none.
        options: How to treat the tracking server.

    Raises:
        ConfigError: There is no server that could be meant.
        InvalidInput: Its path is refused.
    """
    parts = urlsplit(uri)
    if parts.scheme.lower() == "mlflow-artifacts":
        if not server:
            msg = "these artifacts are behind a tracking server (mlflow-artifacts:)"
            raise ConfigError(msg, hint="open the store by that server's http:// address")
        base, path = _base(parts.netloc, server), parts.path
    else:
        start, found, path = uri.partition(_ANCHOR)
        if not found:
            msg = f"{read_address(uri).base} hands out no artifacts in MLflow's way"
            raise ConfigError(msg, hint="open the store through `mlflow server`")
        base = start
    root = clean(unquote(path).strip("/"))
    if not server or not same_server(httpx.URL(base), httpx.URL(server)):
        options = replace(options, credentials=_without_login(options.credentials))
    else:
        base = _with_login(base, server)
    return open_route(base, options, ProxyRoute(root))


def _base(host: str, server: str) -> str:
    """The server that is meant: of another host, but with the scheme and prefix of the tracking."""
    if not host:
        return server.strip().rstrip("/")
    address = httpx.URL(read_address(server).base)
    return f"{address.scheme}://{host.rpartition('@')[2]}{address.path.rstrip('/')}"


def _without_login(credentials: Credentials | None) -> Credentials:
    """Whom to trust stays, who we are does not."""
    known = credentials or Credentials()
    return Credentials(insecure_tls=known.insecure_tls, ca_path=known.ca_path)


def _with_login(base: str, server: str) -> str:
    """The base with the name and password that stand in the tracking server's own URI."""
    known = httpx.URL(server.strip())
    return str(httpx.URL(base).copy_with(userinfo=known.userinfo))
