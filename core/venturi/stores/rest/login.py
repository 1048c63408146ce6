"""What lets us in: the Authorization header, and which certificates are trusted and shown."""

from __future__ import annotations

import base64
import ssl
from pathlib import Path

import httpx

from venturi.errors import ConfigError
from venturi.stores.base import Credentials
from venturi.stores.rest.address import Address

MASK = "•••"


class Login:
    """An Authorization header that no repr, log or traceback shows.

    Args:
        kind: `basic`, `token`, or empty when there is nothing to log in with.
        header: The value of the header; empty for none.
        secrets: Texts that must not turn up in a message, whoever sent it.
    """

    __slots__ = ("_secrets", "header", "kind")

    def __init__(self, kind: str = "", header: str = "", secrets: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self.header = header
        self._secrets = sorted({text for text in secrets if text}, key=len, reverse=True)

    def __repr__(self) -> str:
        return f"Login({self.kind or 'none'})"

    def scrub(self, text: str) -> str:
        """The text without our secrets, should a server have sent them back."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text


def read_login(address: Address, credentials: Credentials | None) -> Login:
    """How to log in: as the URI says, else by name and password, else by token.

    The order is that of MLflow's client. A name without a password counts only in a URI.
    """
    if address.username or address.password:
        return _basic(address.username, address.password)
    if credentials is None:
        return Login()
    if credentials.username and credentials.password:
        return _basic(credentials.username, credentials.password)
    return _bearer(credentials.token.strip()) if credentials.token else Login()


def _basic(username: str, password: str) -> Login:
    code = base64.b64encode(f"{username}:{password}".encode()).decode()
    return Login("basic", f"Basic {code}", (password or username, code))


def _bearer(token: str) -> Login:
    if not (token.isascii() and token.isprintable()):
        msg = "the token in MLFLOW_TRACKING_TOKEN has characters that no token has"
        raise ConfigError(msg, hint="it may be cut, or hold a line break or a quote of a web page")
    return Login("token", f"Bearer {token}", (token,)) if token else Login()


def read_trust(credentials: Credentials | None) -> ssl.SSLContext:
    """Which certificates are trusted, and the one we show.

    Raises:
        ConfigError: The files cannot be used, or contradict each other.
    """
    wishes = credentials or Credentials()
    if wishes.insecure_tls and wishes.ca_path:
        msg = "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH are both set"
        raise ConfigError(msg, hint="unset one of them")
    context = _trusting(wishes.ca_path) if wishes.ca_path else _usual(wishes.insecure_tls)
    if wishes.client_cert_path:
        _show(context, wishes.client_cert_path)
    return context


def _usual(insecure: bool) -> ssl.SSLContext:
    return httpx.create_ssl_context(verify=not insecure)


def _trusting(path: str) -> ssl.SSLContext:
    """Trust the certificates of a PEM file, or of a folder made by `openssl rehash`."""
    place = Path(path).expanduser()
    try:
        if place.is_dir():
            return ssl.create_default_context(capath=str(place))
        return ssl.create_default_context(cafile=str(place))
    except (OSError, ValueError) as error:
        msg = f"the certificates in {path!r} cannot be used: {_reason(error)}"
        raise ConfigError(
            msg, hint="MLFLOW_TRACKING_SERVER_CERT_PATH names a PEM file of trusted certificates"
        ) from error


def _show(context: ssl.SSLContext, path: str) -> None:
    """Show our own certificate. A key under a passphrase is refused: nobody is asked for it."""
    try:
        context.load_cert_chain(str(Path(path).expanduser()), password=lambda: "")
    except (OSError, ValueError) as error:
        msg = f"the client certificate {path!r} cannot be used: {_reason(error)}"
        raise ConfigError(
            msg,
            hint="MLFLOW_TRACKING_CLIENT_CERT_PATH names one PEM file with the certificate and "
            "its key, without a passphrase",
        ) from error


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "no certificate in it").lower().replace("_", " ")
    return (getattr(error, "strerror", None) or str(error)).lower()
