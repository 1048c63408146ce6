"""Files of runs and models behind one promise; opens the place that a URI names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from venturi.artifacts.base import ArtifactPlace, Reading
from venturi.artifacts.local import LocalFolder, folder_of
from venturi.artifacts.paths import clean
from venturi.artifacts.walk import find, walk
from venturi.errors import ConfigError
from venturi.records import Run
from venturi.stores import scheme_of
from venturi.stores.base import StoreOptions

__all__ = [
    "OWNED",
    "ArtifactPlace",
    "Reading",
    "Server",
    "artifacts_of",
    "artifacts_of_model",
    "find",
    "open_artifacts",
    "walk",
]

OWNED = re.compile(r"/(?P<owner>[0-9a-f]{32}|m-[0-9a-f]{32})/artifacts(?:/(?P<below>.+?))?/*\Z")
"""The end of a URI of a run's or logged model's files, with the id and the path below."""

_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Server:
    """The tracking server that files are asked of; its URI may hold a login, so no repr shows it.

    An empty URI means that the store is none: a database or a folder.
    """

    uri: str = field(default="", repr=False)
    options: StoreOptions = field(default_factory=StoreOptions)


def artifacts_of(run: Run, server: Server | None = None) -> ArtifactPlace:
    """The place of a run's artifacts; nothing is asked or opened yet.

    Raises:
        ConfigError: It cannot be reached from here; the hint says what to do.
    """
    if not run.artifact_uri:
        raise ConfigError(f"the store does not say where the artifacts of run {run.run_id} are")
    return open_artifacts(run.artifact_uri, server, run_id=run.run_id)


def artifacts_of_model(run: Run, model_id: str, server: Server | None = None) -> ArtifactPlace:
    """The place of a model that MLflow 3 keeps beside the run that logged it.

    It lies beside the run's own folder: `…/models/MODEL/artifacts` for `…/RUN/artifacts`.

    Raises:
        ConfigError: It cannot be reached from here, or the run's own place tells nothing of it.
    """
    beside, found, _ = run.artifact_uri.rpartition(f"/{run.run_id}/")
    if not found:
        raise ConfigError(f"the store does not say where the files of model {model_id} are")
    return open_artifacts(f"{beside}/models/{model_id}/artifacts", server)


def open_artifacts(uri: str, server: Server | None = None, *, run_id: str = "") -> ArtifactPlace:
    """The place that an artifact URI or path names.

    A folder of this machine is read directly, but for what a tracking server elsewhere says: that
    is its own machine's folder, and it is asked for the files, as for those of object stores.

    Args:
        uri: The place of some artifacts.
        server: The tracking server that told of it; None when it was another kind of store.
        run_id: The run they belong to, if that is known.

    Raises:
        ConfigError: It cannot be reached from here.
        InvalidInput: The URI holds a path that is refused.
    """
    server = server or Server()
    scheme = scheme_of(uri)
    if scheme in ("mlflow-artifacts", "http", "https"):
        from venturi.artifacts.served import open_proxied

        return open_proxied(uri, server.uri, server.options)
    folder = folder_of(uri) if scheme in ("", "file") and not server.uri else None
    folder = folder or _shared_folder(uri, scheme, server)
    if folder is not None:
        return LocalFolder(folder)
    if server.uri:
        return _by_owner(uri, server, run_id)
    raise ConfigError(
        f"artifacts in {scheme}:// cannot be reached from here yet",
        hint="run `mlflow server` on this store and open its http:// address",
    )


def _shared_folder(uri: str, scheme: str, server: Server) -> Path | None:
    """The folder of a server on this very machine, when it is there and looks like MLflow's."""
    if scheme not in ("", "file") or urlsplit(server.uri).hostname not in _HERE:
        return None
    folder = folder_of(uri)
    return folder if OWNED.search(folder.as_posix()) and folder.is_dir() else None


def _by_owner(uri: str, server: Server, run_id: str) -> ArtifactPlace:
    """The server's own way to the files of a run or model, which it knows by id."""
    from venturi.artifacts.routes import ModelRoute, RunRoute
    from venturi.artifacts.served import open_route

    found = OWNED.search(uri)
    owner, below = (found["owner"], clean(found["below"] or "")) if found else ("", "")
    if run_id:
        return open_route(server.uri, server.options, RunRoute(run_id))
    if owner.startswith("m-"):
        return open_route(server.uri, server.options, ModelRoute(owner, below))
    if owner:
        return open_route(server.uri, server.options, RunRoute(owner, below))
    raise ConfigError(
        "these files are where neither this machine nor the server's API reaches",
        hint="only files of a run or of a logged model can be asked of a server",
    )
