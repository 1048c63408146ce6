"""How the REST store logs in and whom it trusts; and that nothing of it is ever shown."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.certificates import Authority
from faults.clock import TestClock
from faults.server import FaultServer, always, error, fault_server, ok, page, reset

from venturi.errors import ConfigError, StoreUnreachable, VenturiError
from venturi.stores.base import Credentials, StoreOptions
from venturi.stores.rest import open_rest
from venturi.stores.rest.address import read_address
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.login import read_login
from venturi.stores.rest.transport import Transport

KEY = "s3cr3t-p4ss"


def whole(body: JsonObject) -> JsonObject:
    return body


def sent(url_login: str, credentials: Credentials | None) -> str | None:
    """The Authorization header that arrives."""
    with fault_server(always(ok({}))) as server:
        url = server.url.replace("://", f"://{url_login}")
        client = Transport(read_address(url), StoreOptions(credentials=credentials), TestClock())
        client.get("runs/get", [], whole)
        return server.requests[0].headers.get("authorization")


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("url_login", "credentials", "header"),
    [
        ("", None, None),
        ("", Credentials(), None),
        ("", Credentials(username="ann"), None),
        ("", Credentials(password=KEY), None),
        ("", Credentials(username="ann", password=KEY), basic(f"ann:{KEY}")),
        ("", Credentials(username="änn", password="pä:ss wörd"), basic("änn:pä:ss wörd")),
        ("", Credentials(token="t0k"), "Bearer t0k"),
        ("", Credentials(token=" t0k\n"), "Bearer t0k"),
        ("", Credentials(token=""), None),
        ("", Credentials(username="ann", password=KEY, token="t0k"), basic(f"ann:{KEY}")),
        ("", Credentials(username="ann", token="t0k"), "Bearer t0k"),
        ("bob:pw@", None, basic("bob:pw")),
        ("bob:pw@", Credentials(username="ann", password=KEY, token="t"), basic("bob:pw")),
        ("b%40b:p%3Aw%2F@", None, basic("b@b:p:w/")),
        ("token-as-name@", None, basic("token-as-name:")),
    ],
)
def test_the_login_is_mlflows(
    url_login: str, credentials: Credentials | None, header: str | None
) -> None:
    assert sent(url_login, credentials) == header


@pytest.mark.parametrize("token", ["a\nb", "tök", "a\x00b", "“t0k”"])
def test_a_token_that_cannot_be_sent_is_not_shown_either(token: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_rest("http://127.0.0.1:9", StoreOptions(credentials=Credentials(token=token)))
    assert token not in str(caught.value)
    assert "MLFLOW_TRACKING_TOKEN" in caught.value.message


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.mark.parametrize(
    "reply", [ok({}), error(401), page("no", status=403), error(500), reset, ok([])]
)
@pytest.mark.parametrize("way", ["password", "token", "uri"])
def test_secrets_are_in_no_message_log_repr_or_traceback(
    reply: object, way: str, everything_logged: pytest.LogCaptureFixture
) -> None:
    credentials = {
        "password": Credentials(username="ann-the-user", password=KEY),
        "token": Credentials(token=KEY),
        "uri": None,
    }[way]
    coded = base64.b64encode(f"ann-the-user:{KEY}".encode()).decode()
    with fault_server(always(reply)) as server:  # type: ignore[arg-type]
        url = server.url.replace("://", f"://ann-the-user:{KEY}@") if way == "uri" else server.url
        options = StoreOptions(credentials=credentials)
        store = open_rest(url, options, clock=TestClock())
        seen = [repr(options), repr(store.info), repr(store), repr(read_address(url))]
        seen.append(repr(read_login(read_address(url), credentials)))
        try:
            store.get_run("1")
        except VenturiError as caught:
            seen += [repr(caught), str(caught), *traceback.format_exception(caught)]
        store.close()
    seen.append(everything_logged.text)
    for text in seen:
        assert KEY not in text
        assert coded not in text
        assert "ann-the-user" not in text


@pytest.mark.parametrize(
    "uri",
    [
        f"http://ann:{KEY}@host:port",
        f"http://ann:{KEY}/x@host",
        f"http://ann:{KEY}#x@host",
        f"http://ann:12/{KEY}@host",
        f"http://ann:12#{KEY}@host",
        f"http://ann:12?{KEY}@host",
        f"http://ann:{KEY}@host/?page=1",
        f"http://ann:{KEY}@",
        f"http://ann:{KEY}@ho st",
        f"http://ann:{KEY}@[::1",
        f"https:/ann:{KEY}@host",
    ],
)
def test_a_uri_that_cannot_be_used_hides_its_password(uri: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_rest(uri, StoreOptions())
    text = "".join(traceback.format_exception(caught.value))
    assert KEY not in str(caught.value)
    assert KEY not in text
    assert "12" not in str(caught.value)


@pytest.mark.parametrize(
    ("uri", "base", "place"),
    [
        ("http://host", "http://host", "host:80"),
        ("https://host/", "https://host", "host:443"),
        ("http://host:5000///", "http://host:5000", "host:5000"),
        ("http://HOST:80/Pre/Fix/", "http://host/Pre/Fix", "host:80"),
        (" http://host:5000 ", "http://host:5000", "host:5000"),
        ("http://[::1]:5000", "http://[::1]:5000", "[::1]:5000"),
        ("http://a:b@host/x", "http://host/x", "host:80"),
    ],
)
def test_addresses(uri: str, base: str, place: str) -> None:
    address = read_address(uri)
    assert (address.base, address.place) == (base, place)
    assert open_rest(uri, StoreOptions()).info.address == base


@pytest.mark.parametrize(
    "uri",
    [
        "http://",
        "host:5000",
        "",
        "ftp://host",
        "http://host:99999",
        "http://host:-1",
        "http://\x00",
    ],
)
def test_what_is_no_address_is_refused(uri: str) -> None:
    with pytest.raises(ConfigError, match="is not the address of a tracking server"):
        read_address(uri)


def test_the_address_of_a_page_is_told_from_that_of_a_server() -> None:
    with pytest.raises(ConfigError) as caught:
        read_address("http://host:5000/pre/#/experiments/1")
    assert "a page" in caught.value.message
    assert "http://host:5000/pre" in caught.value.hint


# --- certificates -------------------------------------------------------------------------------


def ask(server: FaultServer, **fields: object) -> JsonObject:
    credentials = Credentials(**fields)  # type: ignore[arg-type]
    options = StoreOptions(credentials=credentials)
    client = Transport(read_address(server.url), options, TestClock())
    return client.get("runs/get", [], whole)


def test_an_unknown_certificate_is_refused_at_once_and_the_setting_named(
    authority: Authority,
) -> None:
    clock = TestClock()
    with fault_server(always(ok({})), tls=authority.server()) as server:
        client = Transport(read_address(server.url), StoreOptions(), clock)
        with pytest.raises(StoreUnreachable) as caught:
            client.get("runs/get", [], whole)
        assert server.requests == []
    assert f"the certificate of {server.authority} is not trusted" in caught.value.message
    assert "MLFLOW_TRACKING_SERVER_CERT_PATH" in caught.value.hint
    assert clock.waits == []


def test_a_named_authority_is_trusted(authority: Authority) -> None:
    with fault_server(always(ok({"a": 1})), tls=authority.server()) as server:
        assert ask(server, ca_path=str(authority.ca)) == {"a": 1}


def test_anyone_is_trusted_by_wish(authority: Authority) -> None:
    with fault_server(always(ok({"a": 1})), tls=authority.server()) as server:
        assert ask(server, insecure_tls=True) == {"a": 1}


def test_a_certificate_for_another_host_is_refused(authority: Authority) -> None:
    other = authority.server(hosts=["other.example"])
    with fault_server(always(ok({})), tls=other) as server:
        with pytest.raises(StoreUnreachable) as caught:
            ask(server, ca_path=str(authority.ca))
        assert server.requests == []
    assert "is not trusted" in caught.value.message
    assert "not valid for '127.0.0.1'" in caught.value.message


def test_a_client_certificate_is_shown(authority: Authority) -> None:
    tls = authority.server(wants_client=True)
    with fault_server(always(ok({"a": 1})), tls=tls) as server:
        files = {"ca_path": str(authority.ca), "client_cert_path": str(authority.client)}
        assert ask(server, **files) == {"a": 1}
        with pytest.raises(StoreUnreachable) as caught:
            ask(server, ca_path=str(authority.ca))
    assert "MLFLOW_TRACKING_CLIENT_CERT_PATH" in caught.value.hint


def test_a_key_under_a_passphrase_is_refused_without_asking(authority: Authority) -> None:
    with (
        fault_server(always(ok({})), tls=authority.server()) as server,
        pytest.raises(ConfigError) as caught,
    ):
        ask(server, client_cert_path=str(authority.locked))
    assert "MLFLOW_TRACKING_CLIENT_CERT_PATH" in caught.value.hint


@pytest.mark.parametrize("field", ["ca_path", "client_cert_path"])
@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_certificate_files_that_cannot_be_used_are_named(
    authority: Authority, tmp_path: Path, field: str, content: str | None
) -> None:
    path = tmp_path / "some.pem"
    if content is not None:
        path.write_text(content)
    with (
        fault_server(always(ok({})), tls=authority.server()) as server,
        pytest.raises(ConfigError) as caught,
    ):
        ask(server, **{field: str(path)})
    assert str(path) in caught.value.message
    assert "MLFLOW_TRACKING_" in caught.value.hint


def test_settings_that_contradict_each_other_are_an_error(authority: Authority) -> None:
    with (
        fault_server(always(ok({})), tls=authority.server()) as server,
        pytest.raises(ConfigError, match="are both set"),
    ):
        ask(server, insecure_tls=True, ca_path=str(authority.ca))


def test_https_to_a_plain_port_is_guessed() -> None:
    with fault_server(always(ok({}))) as server:
        url = server.url.replace("http:", "https:")
        client = Transport(read_address(url), StoreOptions(), TestClock())
        with pytest.raises(StoreUnreachable) as caught:
            client.get("runs/get", [], whole)
    assert "no secure connection" in caught.value.message
    assert "http where the address says https" in caught.value.hint


def test_http_to_a_tls_port_is_guessed(authority: Authority) -> None:
    with fault_server(always(ok({})), tls=authority.server()) as server:
        url = server.url.replace("https:", "http:")
        client = Transport(read_address(url), StoreOptions(), TestClock())
        with pytest.raises(StoreUnreachable) as caught:
            client.get("runs/get", [], whole)
    assert "https where the address says http" in caught.value.hint


def test_a_proxy_that_cannot_be_used_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"gopher://ann:{KEY}@127.0.0.1:1")
    client = Transport(read_address("http://127.0.0.1:9"), StoreOptions(), TestClock())
    with pytest.raises(ConfigError) as caught:
        client.get("runs/get", [], whole)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert "ALL_PROXY" in caught.value.message


def test_a_proxy_that_is_down_is_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://ann:{KEY}@127.0.0.1:1")
    client = Transport(read_address("http://mlflow.example"), StoreOptions(), TestClock())
    with pytest.raises(StoreUnreachable) as caught:
        client.get("runs/get", [], whole)
    assert "A proxy is set" in caught.value.hint
    assert KEY not in "".join(traceback.format_exception(caught.value))
