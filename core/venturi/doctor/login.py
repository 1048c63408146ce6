"""Checks of the login that a tracking server would be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from venturi.doctor.finding import Finding, failed, ok, warn
from venturi.errors import ConfigError, VenturiError
from venturi.settings import Settings, saved_login

_HERE = ("localhost", "127.0.0.1", "::1")


def login_findings(
    uri: str, settings: Settings, environ: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """Which login goes to the server of a URI, and what is doubtful about it.

    Args:
        uri: The store; nothing is said of one that is no server.
        settings: Where name, password, token and certificates come from.
        environ: Where HOME is looked up; this process's own when None.
    """
    if not uri.lower().startswith(("http://", "https://")):
        return
    try:
        saved_name, saved_password = saved_login(environ)
    except VenturiError as error:
        yield failed("login", error)
        return
    by_settings = bool(settings.username and settings.password)
    both = by_settings or bool(saved_name and saved_password)
    yield _which(settings, both=both, by_settings=by_settings)
    if both and settings.token:
        yield warn(
            "login",
            "there is a token too; name and password win over it, as in MLflow's client",
            "unset MLFLOW_TRACKING_TOKEN, or the name and the password",
        )
    if bool(settings.username) != bool(settings.password) and not both:
        yield warn(
            "login",
            "of name and password only one is set, so that neither is sent",
            "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or none of them",
        )
    yield from _safety(uri, settings, is_known=both or bool(settings.token))


def _which(settings: Settings, *, both: bool, by_settings: bool) -> Finding:
    if both:
        origin = "MLFLOW_TRACKING_USERNAME" if by_settings else "~/.mlflow/credentials"
        return ok("login", f"a name and password, by {origin}")
    if settings.token:
        return ok("login", f"a token, by {settings.origin('token')}")
    return ok("login", "none is sent")


def _safety(uri: str, settings: Settings, *, is_known: bool) -> Iterator[Finding]:
    parts = urlsplit(uri)
    if is_known and parts.scheme.lower() == "http" and (parts.hostname or "") not in _HERE:
        yield warn(
            "login", "it goes over the network as plain text", "open the https:// address instead"
        )
    if settings.insecure_tls:
        yield warn(
            "login",
            "any certificate is trusted, so that anybody between can read along",
            "unset MLFLOW_TRACKING_INSECURE_TLS; name the authority's file in "
            "MLFLOW_TRACKING_SERVER_CERT_PATH",
        )
    for path in (settings.ca_path, settings.client_cert_path):
        if path and not Path(path).exists():
            yield failed("login", ConfigError(f"there is no certificate file {path}"))
