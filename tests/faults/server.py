"""An HTTP server that answers as a test says: well, wrongly, late, in pieces, or not at all."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """What arrived. Header names are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def json(self) -> dict[str, object]:
        return json.loads(self.body)


Reply = Callable[[socket.socket], bool]
"""Writes an answer; says whether the connection stays open."""
Route = Callable[[Request], Reply]


@dataclass
class FaultServer:
    """A running server: its address and everything it was asked."""

    url: str
    port: int
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def fault_server(
    route: Route, *, tls: ssl.SSLContext | None = None, host: str = ""
) -> Iterator[FaultServer]:
    """A server on a free port. `route` picks the reply for each request.

    Args:
        route: Called with each request.
        tls: Speaks TLS when given.
        host: Name to stand in the URL; 127.0.0.1 when empty.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = FaultServer(f"{'https' if tls else 'http'}://{host or '127.0.0.1'}:{port}", port)
    open_sockets: set[socket.socket] = set()
    lock = threading.Lock()

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            if tls is not None:
                plain, connection = connection, tls.wrap_socket(connection, server_side=True)
                with lock:
                    open_sockets.discard(plain)
                    open_sockets.add(connection)
            reader = connection.makefile("rb")
            while (request := _read(reader)) is not None:
                with lock:
                    server.requests.append(request)
                if not route(request)(connection):
                    break
            reader.close()
        with lock:
            open_sockets.discard(connection)
        with contextlib.suppress(OSError):
            connection.close()

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with lock:
                server.connections += 1
                open_sockets.add(connection)
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        with lock:
            left = list(open_sockets)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _read(reader: object) -> Request | None:
    line = reader.readline()  # type: ignore[attr-defined]
    if not line:
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while (line := reader.readline()) not in (b"\r\n", b""):  # type: ignore[attr-defined]
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    return Request(method, target, headers, reader.read(length))  # type: ignore[attr-defined]


# --- routes -------------------------------------------------------------------------------------


def always(reply: Reply) -> Route:
    """The same to every request."""
    return lambda _: reply


def in_turn(*replies: Reply) -> Route:
    """One after the other; the last one again and again."""
    left = list(replies)
    lock = threading.Lock()

    def route(_: Request) -> Reply:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return route


def by_path(**replies: Reply) -> Route:
    """By the last word of the path, with _ for -; what is not named is 404 in HTML."""

    def route(request: Request) -> Reply:
        word = request.path.rpartition("/")[2].replace("-", "_")
        return replies.get(word, page("404 Not Found", status=404))

    return route


# --- replies ------------------------------------------------------------------------------------


def answer(
    body: bytes,
    *,
    status: int = 200,
    reason: str = "Whatever",
    kind: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """A well-formed answer."""
    lines = [
        f"HTTP/1.1 {status} {reason}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body, keep=True)


def ok(value: object) -> Reply:
    """A JSON answer; NaN and infinities stand bare in it."""
    return answer(json.dumps(value).encode())


def zipped(value: object) -> Reply:
    """A JSON answer, compressed."""
    body = gzip.compress(json.dumps(value).encode())
    return answer(body, headers={"Content-Encoding": "gzip"})


def error(status: int, code: str = "", message: str = "", **headers: str) -> Reply:
    """An error in MLflow's JSON."""
    body = json.dumps({"error_code": code, "message": message}).encode()
    return answer(body, status=status, headers=_named(headers))


def page(words: str, *, status: int = 200, body: str = "", **headers: str) -> Reply:
    """A web page with a title."""
    text = f"<!doctype html><html><head><title>{words}</title></head><body>{body}</body></html>"
    return answer(text.encode(), status=status, kind="text/html", headers=_named(headers))


def redirect(status: int, location: str) -> Reply:
    """A redirect."""
    return answer(b"", status=status, headers={"Location": location})


def raw(data: bytes, *, keep: bool = False) -> Reply:
    """These bytes; then the connection is closed, or kept."""

    def reply(connection: socket.socket) -> bool:
        connection.sendall(data)
        return keep

    return reply


def cut(body: bytes, length: int) -> Reply:
    """An answer that promises `length` bytes and ends before."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    return raw(head.encode() + body)


def reset(connection: socket.socket) -> bool:
    """The connection is torn down."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def hang(connection: socket.socket) -> bool:
    """Nothing, until the other side gives up."""
    connection.recv(1)
    return False


def drip(drop: bytes, every_s: float = 0.005) -> Reply:
    """The start of an answer, then a drop every now and then until the other side gives up."""

    def reply(connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while True:
            connection.sendall(drop)
            time.sleep(every_s)

    return reply


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}
