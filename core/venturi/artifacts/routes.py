"""The ways a tracking server hands out files, each as the requests it takes.

Source: the REST API of MLflow 3.18, tried on its server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from venturi.artifacts.paths import joined
from venturi.errors import ConfigError, InvalidInput
from venturi.stores.rest.exchange import Call

_PROXY = "/api/2.0/mlflow-artifacts/"
_AJAX = "/ajax-api/2.0/mlflow/"
_BYTES = ("Content-Type", "application/octet-stream")

LARGEST_UPLOAD = 10 * 1024 * 1024
"""Bytes that a server takes for a store that only it can reach."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be written: its size, and its bytes in parts, anew for each attempt."""

    size: int
    parts: Callable[[], Iterator[bytes]]


class Route(Protocol):
    """One way to one folder. Paths are below that folder; `told` is how answers name a folder."""

    @property
    def name(self) -> str:
        """The folder's name on the server, to be shown."""
        ...

    def told(self, folder: str) -> str:
        """What stands before the names that an answer lists for a folder."""
        ...

    def entries(self, folder: str) -> Call:
        """Asks what is in a folder."""
        ...

    def read(self, path: str) -> Call:
        """Asks for a file."""
        ...

    def write(self, path: str, content: Content) -> Call:
        """Brings a file. Raises InvalidInput and ConfigError where that cannot be."""
        ...


@dataclass(frozen=True, slots=True)
class ProxyRoute:
    """A server that passes on what its own store of artifacts holds; `root` is a folder there."""

    root: str

    @property
    def name(self) -> str:
        """The folder below all artifacts of the server."""
        return f"mlflow-artifacts:/{self.root}"

    def told(self, folder: str) -> str:
        """The names stand alone."""
        del folder
        return ""

    def entries(self, folder: str) -> Call:
        """Asks what is in a folder."""
        return Call(
            "GET", "artifacts", (("path", joined(self.root, folder).rstrip("/")),), at=_PROXY
        )

    def read(self, path: str) -> Call:
        """Asks for a file."""
        return Call("GET", self._file(path), at=_PROXY)

    def write(self, path: str, content: Content) -> Call:
        """Brings a file of any size."""
        headers = (_BYTES, ("Content-Length", str(content.size)))
        return Call("PUT", self._file(path), at=_PROXY, headers=headers, stream=content.parts)

    def _file(self, path: str) -> str:
        return f"artifacts/{quote(joined(self.root, path))}"


@dataclass(frozen=True, slots=True)
class RunRoute:
    """A server that reads and writes for us what only it can reach: the files of one run."""

    run_id: str
    below: str = ""

    @property
    def name(self) -> str:
        """The run, and the folder among its artifacts."""
        return f"runs:/{joined(self.run_id, self.below)}"

    def told(self, folder: str) -> str:
        """The names stand with their path below the run's artifacts."""
        path = self._path(folder)
        return f"{path}/" if path else ""

    def entries(self, folder: str) -> Call:
        """Asks what is in a folder."""
        path = self._path(folder)
        question = (("run_id", self.run_id), *((("path", path),) if path else ()))
        return Call("GET", "artifacts/list", question)

    def read(self, path: str) -> Call:
        """Asks for a file."""
        question = (("run_id", self.run_id), ("path", self._path(path)))
        return Call("GET", "get-artifact", question, at="/")

    def write(self, path: str, content: Content) -> Call:
        """Brings a file, which may be neither empty nor large."""
        if not 0 < content.size <= LARGEST_UPLOAD:
            msg = f"{path!r} has {content.size:,} bytes; the server takes 1 to {LARGEST_UPLOAD:,}"
            hint = "its store of artifacts cannot be reached from here; log it where it can"
            raise InvalidInput(msg, hint=hint)
        question = (("run_uuid", self.run_id), ("path", self._path(path)))
        headers = (_BYTES, ("Content-Length", str(content.size)))
        return Call(
            "POST", "upload-artifact", question, at=_AJAX, headers=headers, stream=content.parts
        )

    def _path(self, path: str) -> str:
        return joined(self.below, path) if path else self.below


@dataclass(frozen=True, slots=True)
class ModelRoute:
    """A server that reads for us what only it can reach: the files of one logged model."""

    model_id: str
    below: str = ""

    @property
    def name(self) -> str:
        """The model, and the folder among its files."""
        return f"models:/{joined(self.model_id, self.below)}"

    def told(self, folder: str) -> str:
        """The names stand with their path below the model's files."""
        path = self._path(folder)
        return f"{path}/" if path else ""

    def entries(self, folder: str) -> Call:
        """Asks what is in a folder."""
        path = self._path(folder)
        question = (("artifact_directory_path", path),) if path else ()
        return Call("GET", f"logged-models/{self.model_id}/artifacts/directories", question)

    def read(self, path: str) -> Call:
        """Asks for a file."""
        question = (("artifact_file_path", self._path(path)),)
        return Call("GET", f"logged-models/{self.model_id}/artifacts/files", question, at=_AJAX)

    def write(self, path: str, content: Content) -> Call:
        """There is no such request."""
        del content
        raise ConfigError(f"{path!r} cannot be written: the server only reads models for others")

    def _path(self, path: str) -> str:
        return joined(self.below, path) if path else self.below
