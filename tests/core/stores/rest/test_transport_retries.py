"""When the REST transport asks again, how long it waits, and what it says when it gives up."""

from __future__ import annotations

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable

import pytest
from faults.clock import TestClock
from faults.server import (
    FaultServer,
    Reply,
    Request,
    Route,
    always,
    answer,
    cut,
    drip,
    error,
    fault_server,
    hang,
    in_turn,
    ok,
    page,
    raw,
    reset,
    zipped,
)

from venturi.errors import StoreUnreachable, VenturiError
from venturi.stores.base import StoreOptions
from venturi.stores.rest.address import read_address
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.retry import PATIENCE_S
from venturi.stores.rest.transport import Transport

USUAL = StoreOptions()


def whole(body: JsonObject) -> JsonObject:
    return body


def transport(
    server: FaultServer, clock: TestClock | None = None, options: StoreOptions = USUAL
) -> Transport:
    return Transport(read_address(server.url), options, clock or TestClock())


def ask(
    route: Route, clock: TestClock | None = None, options: StoreOptions = USUAL
) -> tuple[JsonObject | VenturiError, FaultServer]:
    """One GET: its answer or error, and the server that saw it."""
    with fault_server(route) as server:
        client = transport(server, clock, options)
        try:
            return client.get("runs/get", [("run_id", "1")], whole), server
        except VenturiError as caught:
            return caught, server
        finally:
            client.close()


def test_an_answer_at_once_costs_one_request_and_no_wait() -> None:
    clock = TestClock()
    found, server = ask(always(ok({"run": 1})), clock)
    assert found == {"run": 1}
    assert len(server.requests) == 1
    assert clock.waits == []
    assert server.requests[0].target == "/api/2.0/mlflow/runs/get?run_id=1"


def test_compressed_answers_are_asked_for_and_read() -> None:
    found, server = ask(always(zipped({"x": "é" * 1000})))
    assert found == {"x": "é" * 1000}
    assert "gzip" in server.requests[0].headers["accept-encoding"]


@pytest.mark.parametrize("status", [408, 429, 503])
def test_a_busy_server_is_waited_out_as_mlflow_does(status: int) -> None:
    clock = TestClock()
    found, server = ask(always(error(status, "REQUEST_LIMIT_EXCEEDED", "slow down")), clock)
    assert clock.waits == [0.0, 4.5, 8.5, 16.5, 32.5, 64.5, 120.0]
    assert len(server.requests) == 8
    assert isinstance(found, StoreUnreachable)
    assert found.message.startswith(f"{server.authority} answers {status}")
    assert "8 times: slow down" in found.message


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_stumbling_server_is_given_a_few_seconds(status: int) -> None:
    clock = TestClock()
    found, server = ask(always(page("Bad Gateway", status=status)), clock)
    assert isinstance(found, StoreUnreachable)
    assert len(server.requests) >= 4
    assert sum(clock.waits) <= PATIENCE_S


@pytest.mark.parametrize("status", [400, 409, 422, 501, 505])
def test_other_statuses_are_final(status: int) -> None:
    clock = TestClock()
    found, server = ask(always(answer(b"no", status=status, kind="text/plain")), clock)
    assert isinstance(found, StoreUnreachable)
    assert len(server.requests) == 1
    assert clock.waits == []


def test_retry_after_in_seconds_is_honoured() -> None:
    clock = TestClock()
    route = in_turn(error(429, retry_after="7"), error(503, retry_after="11"), ok({}))
    found, _ = ask(route, clock)
    assert found == {}
    assert clock.waits == [7.0, 11.0]


def test_retry_after_as_a_date_is_honoured() -> None:
    clock = TestClock()  # it is 22:30:00 there
    route = in_turn(error(429, retry_after="Tue, 14 Nov 2023 22:30:30 GMT"), ok({}))
    found, _ = ask(route, clock)
    assert found == {}
    assert clock.waits == [30.0]


def test_retry_after_can_be_ignored_by_wish() -> None:
    clock = TestClock()
    route = in_turn(error(429, retry_after="7"), ok({}))
    ask(route, clock, StoreOptions(respect_retry_after=False))
    assert clock.waits == [0.0]


def test_nobody_waits_an_hour() -> None:
    clock = TestClock()
    found, server = ask(always(error(429, retry_after="3600")), clock)
    assert clock.waits == []
    assert len(server.requests) == 1
    assert isinstance(found, StoreUnreachable)
    assert found.hint == "it asks to come back in 3600 s"


@pytest.mark.parametrize("words", ["soon", "", "-5", "Tue, 99 Nov 2023", "nan", "inf", "1e999"])
def test_a_senseless_retry_after_does_no_harm(words: str) -> None:
    found, _ = ask(in_turn(error(503, retry_after=words), ok({"a": 1})))
    assert found == {"a": 1} or isinstance(found, StoreUnreachable)


@pytest.mark.parametrize(
    "failure",
    [
        error(500, "INTERNAL_ERROR", "database is locked"),
        page("502 Bad Gateway", status=502),
        reset,
        raw(b""),
        raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
        cut(b'{"run": {"info"', 5000),
    ],
    ids=["500", "502 page", "reset", "closed at once", "cut in the head", "cut in the body"],
)
def test_a_passing_failure_is_not_noticed(failure: Callable[[socket.socket], bool]) -> None:
    clock = TestClock()
    found, server = ask(in_turn(failure, failure, ok({"run": 1})), clock)
    assert found == {"run": 1}
    assert len(server.requests) == 3
    assert sum(clock.waits) < PATIENCE_S


@pytest.mark.parametrize(
    "failure",
    [reset, raw(b""), cut(b"{", 50), raw(b"SSH-2.0-OpenSSH_9.2\r\n"), raw(b"\x15\x03\x01\x00\x02")],
    ids=["reset", "closed", "cut", "ssh", "tls alert"],
)
def test_a_lasting_failure_ends_in_seconds(failure: Callable[[socket.socket], bool]) -> None:
    clock = TestClock()
    found, server = ask(always(failure), clock)
    assert isinstance(found, StoreUnreachable)
    assert found.message.startswith(f"{server.authority} broke the exchange off")
    assert sum(clock.waits) <= PATIENCE_S


def test_silence_ends_with_the_time_out() -> None:
    began = time.monotonic()
    found, server = ask(always(hang), options=StoreOptions(timeout_s=0.1, max_retries=1))
    assert time.monotonic() - began < 5
    assert isinstance(found, StoreUnreachable)
    assert found.message == f"{server.authority} did not answer in time (silent for 0.1 s)"
    assert "MLFLOW_HTTP_REQUEST_TIMEOUT" in found.hint
    assert len(server.requests) == 2


def test_an_answer_that_drips_is_silence() -> None:
    with fault_server(always(drip(b" "))) as server:
        client = Transport(read_address(server.url), StoreOptions(timeout_s=0.2, max_retries=0))
        began = time.monotonic()
        with pytest.raises(StoreUnreachable, match="did not answer in time"):
            client.get("runs/get", [], whole)
        assert time.monotonic() - began < 5


def test_a_slow_but_steady_answer_is_waited_for() -> None:
    body = b'{"a": "' + b"x" * 200_000 + b'"}'
    clock = TestClock(tick=100.0)  # every look at the clock is most of a time-out later
    found, _ = ask(always(answer(body)), clock)
    assert found == {"a": "x" * 200_000}


def test_a_server_that_is_down_is_given_up_in_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    clock = TestClock()
    client = Transport(read_address(f"http://127.0.0.1:{port}"), StoreOptions(), clock)
    with pytest.raises(StoreUnreachable) as caught:
        client.get("runs/get", [], whole)
    assert caught.value.message == f"nobody answers at 127.0.0.1:{port} (connection refused)"
    assert caught.value.hint
    assert len(clock.waits) >= 3
    assert sum(clock.waits) <= PATIENCE_S


def test_a_server_that_comes_up_meanwhile_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]

    class Starting(TestClock):
        def wait(self, seconds: float) -> bool:
            if len(self.waits) == 1:
                self.listener = socket.create_server(("127.0.0.1", port))
                threading.Thread(target=self.serve, daemon=True).start()
            return super().wait(seconds)

        def serve(self) -> None:
            connection, _ = self.listener.accept()
            connection.recv(65536)
            answer(b'{"up": true}')(connection)
            connection.close()

    clock = Starting()
    client = Transport(read_address(f"http://127.0.0.1:{port}"), StoreOptions(), clock)
    assert client.get("runs/get", [], whole) == {"up": True}
    clock.listener.close()


def test_a_name_that_does_not_resolve_is_named() -> None:
    client = Transport(read_address("http://no-such-host.invalid"), StoreOptions(), TestClock())
    with pytest.raises(StoreUnreachable, match=r"there is no host named 'no-such-host\.invalid'"):
        client.get("runs/get", [], whole)


def test_no_retries_means_none() -> None:
    clock = TestClock()
    found, server = ask(always(error(503)), clock, StoreOptions(max_retries=0))
    assert isinstance(found, StoreUnreachable)
    assert len(server.requests) == 1
    assert clock.waits == []


@pytest.mark.parametrize(
    ("failure", "times"),
    [
        (error(408), 2),
        (error(429), 2),
        (error(500), 1),
        (error(503, retry_after="1"), 1),
        (page("oops", status=502), 1),
        (reset, 1),
    ],
    ids=["408", "429", "500", "503", "502", "reset"],
)
def test_what_may_not_reach_the_server_twice_does_not(
    failure: Callable[[socket.socket], bool], times: int
) -> None:
    with fault_server(in_turn(failure, ok({}))) as server:
        client = transport(server)
        try:
            client.post("runs/create", {"a": 1}, whole, repeatable=False)
        except StoreUnreachable:
            assert times == 1
        assert len(server.requests) == times


def test_repeatable_posts_are_sent_again_with_the_same_body() -> None:
    with fault_server(in_turn(error(500), reset, ok({}))) as server:
        transport(server).post("runs/search", {"filter": "é"}, whole)
        assert [request.json() for request in server.requests] == [{"filter": "é"}] * 3
        assert {request.method for request in server.requests} == {"POST"}


def test_a_server_for_artifacts_only_is_not_waited_for() -> None:
    clock = TestClock()
    words = b"Endpoint: /api disabled due to the mlflow server running in `--artifacts-only` mode."
    found, server = ask(always(answer(words, status=503, kind="text/plain")), clock)
    assert isinstance(found, StoreUnreachable)
    assert "artifacts only" in found.hint
    assert len(server.requests) == 1


def test_each_wait_is_told_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="venturi.rest"):
        _, server = ask(in_turn(error(429, retry_after="7"), ok({})))
    assert f"{server.authority}: 429; trying again in 7.0 s" in caplog.text


def test_closing_sends_home_who_waits() -> None:
    with fault_server(always(error(503))) as server:
        client = Transport(read_address(server.url), StoreOptions())
        caught: list[BaseException] = []

        def ask() -> None:
            try:
                client.get("runs/get", [], whole)
            except StoreUnreachable as error:
                caught.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        deadline = time.monotonic() + 20
        while len(server.requests) < 2 and time.monotonic() < deadline:
            thread.join(0.01)
        client.close()
        thread.join(10)
        assert not thread.is_alive()
        assert "was closed" in str(caught[0])


def test_closing_sends_home_who_reads() -> None:
    with fault_server(always(hang)) as server:
        client = Transport(read_address(server.url), StoreOptions(timeout_s=30))
        caught: list[BaseException] = []

        def ask() -> None:
            try:
                client.get("runs/get", [], whole)
            except StoreUnreachable as error:
                caught.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.requests and time.monotonic() < deadline:
            thread.join(0.01)
        client.close()
        thread.join(10)
        assert not thread.is_alive()
        assert "was closed" in str(caught[0])


def test_a_closed_transport_says_so_and_closes_twice() -> None:
    client = Transport(read_address("http://127.0.0.1:9"), StoreOptions())
    client.close()
    client.close()
    with pytest.raises(StoreUnreachable, match="was closed"):
        client.get("runs/get", [], whole)


def test_ctrl_c_ends_a_wait() -> None:
    main = threading.main_thread().ident
    assert main is not None

    def route(request: Request) -> Reply:
        del request
        threading.Timer(0.2, signal.pthread_kill, (main, signal.SIGINT)).start()
        return error(429, retry_after="100")

    with fault_server(route) as server:
        client = Transport(read_address(server.url), StoreOptions())
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            client.get("runs/get", [], whole)
        assert time.monotonic() - began < 20
        client.close()
