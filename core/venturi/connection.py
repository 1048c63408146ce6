"""One place, opened: its store, with the patience and the login that the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType

from venturi.settings import Place, Settings, saved_login
from venturi.stores import open_tracking
from venturi.stores.base import Credentials, StoreOptions, TrackingStore


@dataclass(frozen=True, slots=True)
class Connection:
    """An open place. Close it, or use it as a context manager."""

    place: Place
    tracking: TrackingStore

    def close(self) -> None:
        """Let go of files and connections. Calling it twice is fine."""
        self.tracking.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def connect(
    place: Place, settings: Settings, *, environ: Mapping[str, str] | None = None
) -> Connection:
    """Open the store of a place. What opens it (SQLAlchemy, httpx) is imported only now.

    Args:
        place: What to open.
        settings: Time-outs, retries and login.
        environ: Where HOME is looked up, for MLflow's credentials file; this process's own when
            None.

    Raises:
        ConfigError: The URI names no kind of store known here, or its driver is missing.
        NotFound: No such file.
        StoreBroken: What is there is not MLflow's.
        StoreUnreachable: Nobody answers.
    """
    return Connection(place, open_tracking(place.uri, store_options(place, settings, environ)))


def store_options(
    place: Place, settings: Settings, environ: Mapping[str, str] | None = None
) -> StoreOptions:
    """How to treat the store of a place; only servers are shown a login."""
    is_server = place.uri.lower().startswith(("http://", "https://"))
    return StoreOptions(
        timeout_s=settings.timeout,
        max_retries=settings.retries,
        backoff_factor=settings.backoff_factor,
        backoff_jitter=settings.backoff_jitter,
        respect_retry_after=settings.respect_retry_after,
        allow_redirects=settings.allow_redirects,
        credentials=_credentials(settings, environ) if is_server else None,
    )


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
