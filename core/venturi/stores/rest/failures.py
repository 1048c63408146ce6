"""What an exchange without an answer means: one line that names the place and the way on."""

from __future__ import annotations

import socket
import ssl
from typing import TypeAlias, TypeVar
from urllib.request import getproxies

import httpx

from venturi.errors import StoreUnreachable
from venturi.stores.rest.retry import Attempt, Trouble

NoAnswer: TypeAlias = httpx.TransportError | httpx.DecodingError
E = TypeVar("E", bound=BaseException)

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_HOPELESS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.DecodingError)


def attempt_of(error: NoAnswer) -> Attempt:
    """How the failure counts for trying again."""
    if isinstance(error, _HOPELESS) or _cause(error, ssl.SSLError) is not None:
        return Attempt(Trouble.FINAL)
    return Attempt(Trouble.NOT_REACHED if isinstance(error, _UNSENT) else Trouble.CUT_OFF)


def no_answer(error: NoAnswer, place: str, seconds: float) -> StoreUnreachable:
    """The error to raise.

    Args:
        error: What went wrong.
        place: `host:port`.
        seconds: How long a silence may last: the connection's when none was made.
    """
    tls = _cause(error, ssl.SSLError)
    if tls is not None:
        return _no_trust(tls, place)
    if isinstance(error, httpx.ConnectError):
        return _no_connection(error, place)
    msg, hint = _words(error, place, seconds)
    return StoreUnreachable(msg, hint=hint)


def _words(error: NoAnswer, place: str, seconds: float) -> tuple[str, str]:
    if isinstance(error, httpx.ConnectTimeout):
        return (
            f"{place} does not answer (no connection within {seconds:g} s)",
            "check the address, the network and the firewall",
        )
    if isinstance(error, httpx.TimeoutException):
        return (
            f"{place} did not answer in time (silent for {seconds:g} s)",
            "try again; MLFLOW_HTTP_REQUEST_TIMEOUT sets how many seconds to wait",
        )
    if isinstance(error, httpx.ProxyError):
        return (
            f"the proxy on the way to {place} refuses: {error}",
            "HTTPS_PROXY, HTTP_PROXY and NO_PROXY say which one is used",
        )
    if isinstance(error, httpx.DecodingError):
        return f"{place} sent an answer that cannot be decompressed", "try again"
    reason = str(error).rstrip(".") or "connection lost"
    return (
        f"{place} broke the exchange off: {reason}",
        "try again; the server may be restarting, or speak https where the address says http",
    )


def _no_connection(error: httpx.ConnectError, place: str) -> StoreUnreachable:
    if _cause(error, socket.gaierror) is not None:
        msg = f"there is no host named {place.rpartition(':')[0]!r}"
        return StoreUnreachable(msg, hint="check the address and the network")
    if _cause(error, ConnectionRefusedError) is not None:
        msg = f"nobody answers at {place} (connection refused)"
        return StoreUnreachable(
            msg, hint=f"is the server running, and is the port right?{_proxy()}"
        )
    msg = f"{place} cannot be reached: {str(error).rstrip('.') or 'no connection'}"
    return StoreUnreachable(msg, hint="check the address and the network")


def _proxy() -> str:
    """A word on the proxy, should one be set: then it is perhaps not the server that is down."""
    return " A proxy is set, by HTTP_PROXY, HTTPS_PROXY or ALL_PROXY" if getproxies() else ""


def _no_trust(error: ssl.SSLError, place: str) -> StoreUnreachable:
    if isinstance(error, ssl.SSLCertVerificationError):
        msg = f"the certificate of {place} is not trusted: {error.verify_message}"
        hint = (
            "MLFLOW_TRACKING_SERVER_CERT_PATH names a file of certificates to trust; "
            "MLFLOW_TRACKING_INSECURE_TLS=true trusts anyone"
        )
        return StoreUnreachable(msg, hint=hint)
    reason = (error.reason or str(error)).lower().replace("_", " ")
    msg = f"no secure connection to {place}: {reason}"
    hint = (
        "does it speak http where the address says https? MLFLOW_TRACKING_SERVER_CERT_PATH and "
        "MLFLOW_TRACKING_CLIENT_CERT_PATH name certificates"
    )
    return StoreUnreachable(msg, hint=hint)


def _cause(error: BaseException | None, kind: type[E]) -> E | None:
    """The first error of that kind among the error and what led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, kind):
            return error
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return None
