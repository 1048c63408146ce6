"""Where the REST transport lets itself be sent, and what it never takes along."""

from __future__ import annotations

import base64

import httpx
import pytest
from faults.certificates import Authority
from faults.clock import TestClock
from faults.server import FaultServer, Request, always, fault_server, in_turn, ok, page, redirect

from venturi.errors import LoginRefused, StoreUnreachable, VenturiError
from venturi.stores.base import Credentials, StoreOptions
from venturi.stores.rest.address import read_address, same_server
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.transport import Transport

LOGIN = Credentials(username="ann", password="s3cr3t")
API = "/api/2.0/mlflow"


def whole(body: JsonObject) -> JsonObject:
    return body


def client(server: FaultServer, **options: object) -> Transport:
    settings = StoreOptions(**{"credentials": LOGIN, **options})  # type: ignore[arg-type]
    return Transport(read_address(server.url), settings, TestClock())


def refusal(transport: Transport, method: str = "GET") -> VenturiError:
    def ask() -> None:
        if method == "GET":
            transport.get("runs/get", [("run_id", "1")], whole)
        else:
            transport.post("runs/search", {"a": 1}, whole)

    with pytest.raises(VenturiError) as caught:
        ask()
    return caught.value


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_get_is_followed_on_the_same_server(status: int) -> None:
    with fault_server(in_turn(redirect(status, "/else?x=1"), ok({"here": 1}))) as server:
        assert client(server).get("runs/get", [], whole) == {"here": 1}
        assert server.requests[1].target == "/else?x=1"
        assert server.requests[1].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("status", [307, 308])
def test_a_post_keeps_its_method_and_body(status: int) -> None:
    with fault_server(in_turn(redirect(status, "/else"), ok({}))) as server:
        client(server).post("runs/search", {"a": 1}, whole)
        assert server.requests[1].method == "POST"
        assert server.requests[1].json() == {"a": 1}


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_post_that_would_become_a_get_names_the_address(status: int) -> None:
    with fault_server(lambda _: redirect(status, f"/pre{API}/runs/search")) as server:
        found = refusal(client(server), "POST")
        assert isinstance(found, StoreUnreachable)
        assert found.hint == f"use the address {server.url}/pre"
        assert len(server.requests) == 1


def test_another_server_is_not_asked_and_gets_no_login() -> None:
    with fault_server(always(ok({}))) as other:
        for status in (301, 302, 303, 307, 308):
            for method in ("GET", "POST"):
                reply = redirect(status, f"{other.url}/login?state=s3cr3t-state")
                with fault_server(always(reply)) as server:
                    found = refusal(client(server), method)
                assert isinstance(found, LoginRefused)
                assert f"redirects to {other.url}/login" in found.message
                assert "s3cr3t" not in str(found)
                assert "log in there" in found.hint
        assert other.connections == 0


def test_another_tracking_server_is_named_as_one() -> None:
    reply = redirect(302, f"https://mlflow.example{API}/runs/get")
    with fault_server(always(reply)) as server:
        found = refusal(client(server))
    assert isinstance(found, LoginRefused)
    assert found.hint == "not followed: if you trust that server, use https://mlflow.example"


def test_names_and_passwords_in_a_redirect_are_neither_used_nor_shown() -> None:
    reply = redirect(302, "https://bob:s3cr3t@sso.example/login")
    with fault_server(always(reply)) as server:
        found = refusal(client(server))
    assert "https://sso.example/login" in found.message
    assert "bob" not in str(found)
    assert "s3cr3t" not in str(found)

    def route(request: Request) -> object:
        here = request.headers["host"]
        return ok({}) if "x" in request.target else redirect(302, f"http://bob:pw@{here}/x")

    with fault_server(route) as server:  # type: ignore[arg-type]
        client(server).get("runs/get", [], whole)
        sent = server.requests[1].headers["authorization"].removeprefix("Basic ")
        assert base64.b64decode(sent) == b"ann:s3cr3t"


def test_a_circle_ends() -> None:
    with fault_server(always(redirect(302, "/again"))) as server:
        found = refusal(client(server))
        assert isinstance(found, StoreUnreachable)
        assert "in circles" in found.message
        assert len(server.requests) == 5


@pytest.mark.parametrize(
    "where", ["", "http://", "ftp://x/y", "javascript:alert(1)", "http://[::1"]
)
def test_a_redirect_to_nowhere_is_an_error_of_the_server(where: str) -> None:
    with fault_server(always(redirect(302, where))) as server:
        found = refusal(client(server))
        assert isinstance(found, (StoreUnreachable, LoginRefused))
        assert len(server.requests) <= 5


def test_redirects_can_be_forbidden() -> None:
    with fault_server(in_turn(redirect(302, f"/pre{API}/runs/get"), ok({}))) as server:
        found = refusal(client(server, allow_redirects=False))
        assert isinstance(found, StoreUnreachable)
        assert f"use the address {server.url}/pre" in found.hint
        assert "MLFLOW_ALLOW_HTTP_REDIRECTS" in found.hint
        assert len(server.requests) == 1


def test_a_move_for_ever_is_remembered() -> None:
    def route(request: Request) -> object:
        if request.path.startswith("/new/"):
            return ok({})
        return redirect(308, "/new" + request.target)

    with fault_server(route) as server:  # type: ignore[arg-type]
        transport = client(server)
        for _ in range(3):
            transport.post("runs/search", {}, whole)
            transport.get("runs/get", [("run_id", "é")], whole)
        assert [r.path.startswith("/new") for r in server.requests] == [False, *[True] * 6]


def test_a_login_page_on_the_same_server_is_told() -> None:
    form = '<input type="password" name="p">'
    with fault_server(in_turn(redirect(302, "/login"), page("Sign in", body=form))) as server:
        found = refusal(client(server))
    assert isinstance(found, LoginRefused)
    assert "login page “Sign in”" in found.message


def test_an_upgrade_to_https_on_any_other_port_is_another_server(authority: Authority) -> None:
    with fault_server(always(ok({"safe": 1})), tls=authority.server()) as safe:
        with fault_server(always(redirect(307, safe.url + API + "/runs/get"))) as plain:
            found = refusal(client(plain))
        assert isinstance(found, LoginRefused)
        assert safe.connections == 0


def test_https_is_never_left_for_http(authority: Authority) -> None:
    with fault_server(always(ok({}))) as plain:
        reply = redirect(302, f"http://127.0.0.1:{plain.port}/")
        with fault_server(always(reply), tls=authority.server()) as safe:
            login = Credentials(username="ann", password="s3cr3t", ca_path=str(authority.ca))
            found = refusal(client(safe, credentials=login))
        assert isinstance(found, LoginRefused)
        assert "not encrypted" in found.hint
        assert plain.connections == 0


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        ("http://a/x", "http://a/y?z", True),
        ("http://a", "http://a:80", True),
        ("http://a", "http://A", True),
        ("http://a", "https://a", True),
        ("http://a:5000", "https://a:5000", True),
        ("http://a:5000", "https://a", True),
        ("https://a", "https://a:443", True),
        ("http://a:5000", "https://a:8443", False),
        ("http://a", "http://a:5000", False),
        ("http://a", "http://a.b", False),
        ("http://a", "http://b", False),
        ("https://a", "http://a", False),
        ("https://a", "https://a:8443", False),
        ("http://[::1]", "http://[::1]", True),
        ("http://127.0.0.1", "http://localhost", False),
    ],
)
def test_which_server_is_the_same(here: str, there: str, same: bool) -> None:
    assert same_server(httpx.URL(here), httpx.URL(there)) is same
