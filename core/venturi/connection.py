"""One place, opened: its store and registry, with the patience and login that the settings say."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from venturi.closing import Closing
from venturi.errors import ConfigError, NotFound
from venturi.records import ModelVersion, Run
from venturi.settings import Place, Settings, saved_login
from venturi.stores import create_store, open_registry, open_tracking, scheme_of
from venturi.stores.base import Credentials, LoggedModels, StoreOptions, TrackingStore
from venturi.stores.writing import TrackingWriter

if TYPE_CHECKING:
    from venturi.artifacts import ArtifactPlace, Server
    from venturi.stores.registry import RegistryStore


class Connection(Closing):
    """An open place; its registry is opened when first asked for. Close it, or use it with `with`.

    Args:
        place: What is open.
        tracking: Its tracking store.
        registry_options: How to treat the registry; MLflow's defaults when None.
        tracking_options: How to treat the tracking server when it is asked for files.
    """

    def __init__(
        self,
        place: Place,
        tracking: TrackingStore,
        registry_options: StoreOptions | None = None,
        tracking_options: StoreOptions | None = None,
    ) -> None:
        self.place = place
        self.tracking = tracking
        self._registry_options = registry_options
        self._tracking_options = tracking_options
        self._registry: RegistryStore | None = None
        self._lock = threading.Lock()

    @property
    def writer(self) -> TrackingWriter:
        """The tracking store, to write to. Raises ConfigError for one that can only be read."""
        if not isinstance(self.tracking, TrackingWriter):
            raise ConfigError(f"{self.tracking.info.address} can only be read")
        return self.tracking

    @property
    def registry(self) -> RegistryStore:
        """The model registry of the place. Raises as `connect` does when it is first opened."""
        with self._lock:
            if self._registry is None:
                uri = self.place.registry_uri or self.place.uri
                self._registry = open_registry(uri, self._registry_options)
            return self._registry

    def artifacts(self, run: Run) -> ArtifactPlace:
        """The place of a run's artifacts, to be closed by who asks. Raises as `artifacts_of`."""
        from venturi.artifacts import artifacts_of

        return artifacts_of(run, _server(self.place.uri, self._tracking_options))

    def model_files(self, run: Run, name: str) -> ArtifactPlace:
        """The place of the newest model of that name that a run logged, by MLflow 3.

        To be closed by who asks. Raises NotFound when there is none, else as `artifacts_of_model`.
        """
        from venturi.artifacts import artifacts_of_model

        store = self.tracking
        model_id = store.logged_model_of(run, name) if isinstance(store, LoggedModels) else None
        if model_id is None:
            raise NotFound(f"run {run.run_id} has no logged model {name!r}")
        return artifacts_of_model(run, model_id, _server(self.place.uri, self._tracking_options))

    def version_files(self, version: ModelVersion) -> ArtifactPlace:
        """The place of a version's files, to be closed by who asks. As `files_of_version`."""
        from venturi.artifacts.versions import Surroundings, files_of_version

        uri = self.place.registry_uri or self.place.uri
        server = _server(uri, self._registry_options)
        around = Surroundings(self.tracking, self.registry.get_version, server)
        return files_of_version(version, around)

    def close(self) -> None:
        """Let go of files and connections. Calling it twice is fine."""
        self.tracking.close()
        with self._lock:
            if self._registry is not None:
                self._registry.close()


def connect(
    place: Place,
    settings: Settings,
    *,
    environ: Mapping[str, str] | None = None,
    create: bool = False,
) -> Connection:
    """Open the store of a place. What opens it (SQLAlchemy, httpx) is imported only now.

    Args:
        place: What to open.
        settings: Time-outs, retries and login.
        environ: Where HOME is looked up, for MLflow's credentials file; this process's own when
            None.
        create: Make an empty SQLite or file store first, if there is none.

    Raises:
        ConfigError: The URI names no kind of store known here, or its driver is missing.
        NotFound: No such file.
        StoreBroken: What is there is not MLflow's.
        StoreUnreachable: Nobody answers.
    """
    if create:
        create_store(place.uri)
    tracking = open_tracking(place.uri, store_options(place.uri, settings, environ))
    registry_uri = place.registry_uri or place.uri
    return Connection(
        place,
        tracking,
        registry_options=store_options(registry_uri, settings, environ),
        tracking_options=store_options(place.uri, settings, environ),
    )


def store_options(
    uri: str, settings: Settings, environ: Mapping[str, str] | None = None
) -> StoreOptions:
    """How to treat the store of a URI; only servers are shown a login."""
    return StoreOptions(
        timeout_s=settings.timeout,
        max_retries=settings.retries,
        backoff_factor=settings.backoff_factor,
        backoff_jitter=settings.backoff_jitter,
        respect_retry_after=settings.respect_retry_after,
        allow_redirects=settings.allow_redirects,
        credentials=_credentials(settings, environ) if _is_server(uri) else None,
    )


def _is_server(uri: str) -> bool:
    return scheme_of(uri) in ("http", "https")


def _server(uri: str, options: StoreOptions | None) -> Server:
    """The server that files are asked of; none when the store is another kind."""
    from venturi.artifacts import Server

    return Server(uri, options or StoreOptions()) if _is_server(uri) else Server()


def _credentials(settings: Settings, environ: Mapping[str, str] | None) -> Credentials:
    name, password = settings.username, settings.password
    if not (name and password):
        saved_name, saved_password = saved_login(environ)
        name, password = name or saved_name, password or saved_password
    return Credentials(
        username=name or None,
        password=password or None,
        token=settings.token or None,
        insecure_tls=settings.insecure_tls,
        ca_path=settings.ca_path or None,
        client_cert_path=settings.client_cert_path or None,
    )
