"""A reverse proxy that may ask for a login, count, and spoil what comes from a real server."""

from __future__ import annotations

import base64
import http.client
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from faults.server import Reply, Request, Route, answer, page

_PASSED_ON = ("content-type", "accept", "accept-encoding")


def forward(upstream: str) -> Route:
    """Every request goes to the server at `upstream`, its answer comes back."""
    target = urlsplit(upstream)
    assert target.hostname is not None

    def route(request: Request) -> Reply:
        connection = http.client.HTTPConnection(str(target.hostname), target.port, timeout=60)
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        connection.request(request.method, request.target, request.body or None, headers)
        found = connection.getresponse()
        body = found.read()
        kept = {
            name: value
            for name, value in found.getheaders()
            if name.lower() not in ("content-length", "transfer-encoding", "content-type")
        }
        connection.close()
        kind = found.getheader("content-type") or "text/plain"
        return answer(body, status=found.status, kind=kind, headers=kept)

    return route


def guarded(inner: Route, username: str, password: str) -> Route:
    """As MLflow's basic-auth app: 401 in HTML without the right login."""
    code = base64.b64encode(f"{username}:{password}".encode()).decode()

    def route(request: Request) -> Reply:
        if request.headers.get("authorization") == f"Basic {code}":
            return inner(request)
        realm = 'Basic realm="mlflow"'
        return page("You are not authenticated", status=401, www_authenticate=realm)

    return route


def under(prefix: str, inner: Route) -> Route:
    """A server with a static prefix: everything else is not found."""

    def route(request: Request) -> Reply:
        if not request.target.startswith(f"{prefix}/"):
            return page("404 Not Found", status=404)
        target = request.target.removeprefix(prefix)
        return inner(Request(request.method, target, request.headers, request.body))

    return route


def failing_every(nth: int, failure: Callable[[socket.socket], bool], inner: Route) -> Route:
    """Every nth request meets the failure instead."""
    count = 0

    def route(request: Request) -> Reply:
        nonlocal count
        count += 1
        return failure if count % nth == 0 else inner(request)

    return route
