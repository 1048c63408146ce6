"""One request and its whole answer, over pooled connections, on to where it is rightly sent."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from venturi import __version__
from venturi.errors import ConfigError, InvalidInput, StoreBroken, StoreUnreachable
from venturi.stores.base import StoreOptions
from venturi.stores.rest import redirect
from venturi.stores.rest.address import API, Address, host_and_port
from venturi.stores.rest.answer import Answer
from venturi.stores.rest.clock import Clock
from venturi.stores.rest.login import Login, read_trust

CONNECT_TIMEOUT_S = 10.0
"""The longest wait for a connection: an address that stays silent is no slow server."""
LARGEST_ANSWER = 1 << 30
"""Bytes, decompressed: more than any page we ask for can have."""
_TRICKLE = 1024
"""Fewer bytes than this within the time-out count as silence."""
_CONNECTIONS = 10  # at once, as MLflow's client has

log = logging.getLogger("venturi.rest")


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `repeatable`: it may reach the server twice without harm.

    `at` is what stands before the endpoint. `stream` gives the body anew for each attempt, where
    it is too large for `body`; its length is then among the `headers`.
    """

    method: str
    endpoint: str
    params: Sequence[tuple[str, str]] = ()
    body: bytes | None = None
    repeatable: bool = True
    at: str = API
    headers: Sequence[tuple[str, str]] = ()
    stream: Callable[[], Iterator[bytes]] | None = None


@dataclass(frozen=True, slots=True)
class Opened(Answer):
    """An answer whose body is still to come. Who got it reads it by `parts_of`, and closes it."""

    response: httpx.Response


class Exchange:
    """The connections to one server. Nothing is opened or read before the first request."""

    def __init__(self, address: Address, login: Login, options: StoreOptions, clock: Clock) -> None:
        self.connect_timeout_s = min(options.timeout_s, CONNECT_TIMEOUT_S)
        self._address = address
        self._login = login
        self._options = options
        self._clock = clock
        self._base = address
        self._clients: dict[str, httpx.Client] = {}
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._closed = False
        self._lock = threading.Lock()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def close(self) -> None:
        """Close all connections; requests under way end with an error, even while they wait."""
        with self._lock:
            self._closed = True
            clients, self._clients = self._clients, {}
            sockets = list(self._sockets)
        for each in sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)  # unlike a close, this wakes who reads from it
        for client in clients.values():
            client.close()

    def run(self, call: Call) -> Answer:
        """The answer to a request, redirects followed where `redirect` allows it.

        Raises:
            httpx.TransportError, httpx.DecodingError: There was no whole answer.
            VenturiError: A redirect leads where we do not go, or settings cannot be used.
        """
        return self._whole(self._arrive(call))

    def begin(self, call: Call, good: frozenset[int]) -> Answer:
        """The same, but Opened, with its body still to come, when the status is a good one."""
        response = self._arrive(call)
        if response.status_code not in good:
            return self._whole(response)
        return Opened(*_head(response), b"", response)

    def _arrive(self, call: Call) -> httpx.Response:
        """The answer at the end of all redirects, its body not yet read."""
        start = url = self._url(call)
        for _ in range(redirect.MOST_HOPS):
            response = self._send(call, url)
            if Answer(*_head(response), b"").location is None:
                return response
            answer = self._whole(response)
            url = redirect.next_url(answer, call.method, allowed=self._options.allow_redirects)
            self._follow(answer, url, call.endpoint)
        raise redirect.circle(start)

    def _url(self, call: Call) -> httpx.URL:
        try:
            return self._base.url(call.at + call.endpoint).copy_merge_params(tuple(call.params))
        except UnicodeError:
            msg = "a name or id holds half a character and cannot be sent"
            raise InvalidInput(msg) from None

    def _follow(self, answer: Answer, there: httpx.URL, endpoint: str) -> None:
        """Remember a server's new address, to be spared the detour next time."""
        log.debug("%s redirects to %s", self._address.place, host_and_port(there))
        base = redirect.new_base(answer, there, endpoint)
        if base is not None:
            self._base = Address(base)

    def _send(self, call: Call, url: httpx.URL) -> httpx.Response:
        client = self._opened(url.scheme)
        headers = {"Authorization": self._login.header} if self._login.header else {}
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        headers.update(call.headers)
        request = client.build_request(
            call.method,
            url,
            content=call.body if call.stream is None else call.stream(),
            headers=headers,
            extensions={"trace": self._watch},
        )
        try:
            return client.send(request, stream=True, follow_redirects=False)
        except httpx.InvalidURL as error:  # it looks where a redirect leads, also if told not to
            raise redirect.nowhere(url) from error

    def _whole(self, response: httpx.Response) -> Answer:
        """The answer with its body; one without end is no answer."""
        parts: list[bytes] = []
        size = 0
        try:
            for part in self.parts_of(response):
                parts.append(part)
                size += len(part)
                if size > LARGEST_ANSWER:
                    raise StoreBroken(f"{self._address.place} gives an answer without end")
        finally:
            response.close()
        return Answer(*_head(response), b"".join(parts))

    def _watch(self, event: str, details: Mapping[str, Any]) -> None:
        """Hear of new connections, to be able to end them."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            found = details["return_value"].get_extra_info("socket")
            with self._lock:
                self._sockets.add(found)

    def parts_of(self, response: httpx.Response) -> Iterator[bytes]:
        """The body as it comes; one that trickles is as silent as none.

        Raises:
            httpx.TransportError, httpx.DecodingError: It breaks off.
        """
        seen = 0
        since = self._clock.monotonic()
        for part in response.iter_bytes():
            yield part
            now = self._clock.monotonic()
            if now - since >= self._options.timeout_s:
                if response.num_bytes_downloaded - seen < _TRICKLE:
                    raise httpx.ReadTimeout("the answer trickles", request=response.request)
                since, seen = now, response.num_bytes_downloaded

    def _opened(self, scheme: str) -> httpx.Client:
        """The connections of one scheme: http needs no certificates, which take long to load."""
        with self._lock:
            if self._closed:
                raise StoreUnreachable(f"the connection to {self._address.place} was closed")
            if scheme not in self._clients:
                self._clients[scheme] = self._new_client(
                    read_trust(self._options.credentials)
                    if scheme == "https"
                    else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody
                )
            return self._clients[scheme]

    def _new_client(self, trust: ssl.SSLContext) -> httpx.Client:
        try:
            return httpx.Client(
                verify=trust,
                timeout=httpx.Timeout(self._options.timeout_s, connect=self.connect_timeout_s),
                limits=httpx.Limits(
                    max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS
                ),
                headers={"User-Agent": f"venturi/{__version__}", "Accept": "application/json"},
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            msg = "the proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names cannot be used"
            raise ConfigError(msg, hint="unset it, or name an http:// proxy") from error


def _head(response: httpx.Response) -> tuple[httpx.URL, int, str, httpx.Headers]:
    """All but the body, in the order of an Answer."""
    url = response.request.url
    return url, response.status_code, response.reason_phrase, response.headers
