"""What the REST transport makes of answers that are not what was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from faults.clock import TestClock
from faults.server import Reply, always, answer, error, fault_server, ok, page
from hypothesis import given, settings
from hypothesis import strategies as st

from venturi.errors import (
    Conflict,
    InvalidInput,
    LoginRefused,
    NotFound,
    StoreBroken,
    StoreUnreachable,
    VenturiError,
)
from venturi.stores.base import Credentials, StoreOptions
from venturi.stores.rest import wire
from venturi.stores.rest.address import read_address
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.history import Columns
from venturi.stores.rest.refusals import NoEndpoint
from venturi.stores.rest.transport import Transport

KEY = "s3cr3t-p4ss"


def refusal(reply: Reply, credentials: Credentials | None = None) -> VenturiError:
    with fault_server(always(reply)) as server:
        options = StoreOptions(credentials=credentials)
        client = Transport(read_address(server.url), options, TestClock())
        with pytest.raises(VenturiError) as caught:
            client.get("runs/get", [("run_id", "1")], wire.one_run)
        client.close()
    return caught.value


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "RESOURCE_DOES_NOT_EXIST", NotFound),
        (404, "NOT_FOUND", NotFound),
        (400, "INVALID_PARAMETER_VALUE", InvalidInput),
        (400, "BAD_REQUEST", InvalidInput),
        (400, "RESOURCE_ALREADY_EXISTS", Conflict),
        (409, "ALREADY_EXISTS", Conflict),
        (409, "RESOURCE_CONFLICT", Conflict),
        (409, "ABORTED", Conflict),
        (401, "UNAUTHENTICATED", LoginRefused),
        (401, "CUSTOMER_UNAUTHORIZED", LoginRefused),
        (403, "PERMISSION_DENIED", LoginRefused),
        (404, "ENDPOINT_NOT_FOUND", NoEndpoint),
        (500, "INVALID_STATE", Conflict),
        (500, "INTERNAL_ERROR", StoreUnreachable),
        (501, "NOT_IMPLEMENTED", StoreUnreachable),
        (499, "CANCELLED", StoreUnreachable),
    ],
)
def test_mlflows_error_codes_become_our_errors(
    status: int, code: str, kind: type[VenturiError]
) -> None:
    found = refusal(error(status, code, "The thing\n is   not right"))
    assert type(found) is kind
    assert "\n" not in str(found)
    if kind is not LoginRefused:
        assert "The thing is not right" in str(found)


def test_an_error_code_as_a_number_is_no_trouble() -> None:
    found = refusal(answer(b'{"error_code": 404, "message": ["odd"]}', status=404))
    assert isinstance(found, StoreUnreachable)


def test_401_without_credentials_names_the_variables() -> None:
    found = refusal(page("401", status=401, www_authenticate='Basic realm="mlflow"'))
    assert isinstance(found, LoginRefused)
    assert found.message.endswith(" asks for a login")
    for name in ("USERNAME", "PASSWORD", "TOKEN"):
        assert f"MLFLOW_TRACKING_{name}" in found.hint


def test_401_with_a_password_says_that_it_is_wrong() -> None:
    found = refusal(page("401", status=401), Credentials(username="ann", password=KEY))
    assert found.message.endswith(" refuses the user name and password")
    assert KEY not in str(found)


def test_401_with_a_token_says_what_the_server_wants() -> None:
    reply = page("401", status=401, www_authenticate='Basic realm="mlflow"')
    found = refusal(reply, Credentials(token=KEY))
    assert found.message.endswith(" refuses the token")
    assert found.hint == "it wants MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"


@pytest.mark.parametrize(
    "reply",
    [
        page("Permission denied", status=403),
        answer(b"Permission denied", status=403, kind="text/plain"),
        error(403, "PERMISSION_DENIED", "Permission denied"),
    ],
    ids=["page", "text", "json"],
)
def test_403_is_a_missing_permission(reply: Reply) -> None:
    found = refusal(reply, Credentials(username="ann", password=KEY))
    assert isinstance(found, LoginRefused)
    assert "does not allow this" in found.message
    assert "Permission denied" in found.message
    assert "permission" in found.hint


def test_a_foreign_host_name_is_explained() -> None:
    words = b"Invalid Host header - possible DNS rebinding attack detected"
    found = refusal(answer(words, status=403, kind="text/plain"))
    assert isinstance(found, LoginRefused)
    assert "127.0.0.1:" in found.message
    assert "--allowed-hosts 127.0.0.1:" in found.hint


@pytest.mark.parametrize("status", [404, 405])
def test_a_page_that_is_not_there_asks_about_the_prefix(status: int) -> None:
    found = refusal(page("404 Not Found", status=status))
    assert isinstance(found, StoreUnreachable)
    assert "there is no MLflow API at http://127.0.0.1:" in found.message
    assert "prefix" in found.hint


def test_fastapis_own_404_is_the_same() -> None:
    found = refusal(answer(b'{"detail":"Not Found"}', status=404))
    assert isinstance(found, StoreUnreachable)
    assert "there is no MLflow API" in found.message


def test_a_web_page_instead_of_an_answer_is_named() -> None:
    found = refusal(page("My &amp; Wiki", body="hello"))
    assert isinstance(found, StoreUnreachable)
    assert "a web page “My & Wiki”, not MLflow's API" in found.message
    assert "prefix" in found.hint


def test_a_login_page_is_a_login() -> None:
    found = refusal(page("Sign in", body='<form><input name="p" type="password"></form>'))
    assert isinstance(found, LoginRefused)
    assert "login page “Sign in”" in found.message


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"OK", b'{"run": {"info"', b"[1, 2]", b'"text"', b"null", b"12", b"\xff\xfe{}",
     b'{"a": 1}{"b": 2}', b"[" * 100_000, b"1" * 10_000],
    ids=["empty", "blank", "word", "cut", "list", "text", "null", "number", "utf-16", "two",
         "deep", "digits"],
)  # fmt: skip
def test_what_is_not_mlflows_json_is_said_in_one_line(body: bytes) -> None:
    found = refusal(answer(body))
    assert isinstance(found, StoreUnreachable)
    assert found.message.startswith("127.0.0.1:")
    assert len(str(found)) < 400
    assert str(found).isprintable()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "run is missing"),
        ({"run": []}, "run is a list, not an object"),
        ({"run": {"info": {"run_id": {}, "experiment_id": "1"}}}, "run_id is missing"),
        ({"run": {"info": {"run_id": [1], "experiment_id": "1"}}}, "run_id is a list, not an id"),
        ({"run": {"info": {"run_id": "1"}}}, "experiment_id is missing"),
        (
            {"run": {"info": {"run_id": "1", "experiment_id": "1", "start_time": "noon"}}},
            "start_time is 'noon', not a whole number",
        ),
        (
            {"run": {"info": {"run_id": "1", "experiment_id": "1", "start_time": 1e300}}},
            "start_time is the number 1e+300, not a whole number",
        ),
        (
            {"run": {"info": {"run_id": "1", "experiment_id": "1", "lifecycle_stage": "late"}}},
            "lifecycle_stage is 'late', not active or deleted",
        ),
        (
            {"run": {"info": {"run_id": "1", "experiment_id": "1"}, "data": {"tags": {}}}},
            "tags is an object, not a list",
        ),
        (
            {
                "run": {
                    "info": {"run_id": "1", "experiment_id": "1"},
                    "data": {"metrics": [{"key": "a\x1b[31m", "value": "high"}]},
                }
            },
            "metric a\N{REPLACEMENT CHARACTER}[31m is 'high', not a number",
        ),
    ],
)
def test_a_field_of_the_wrong_kind_is_named(body: object, words: str) -> None:
    found = refusal(ok(body))
    assert isinstance(found, StoreBroken)
    assert found.message.endswith(f" answered runs/get in a shape that is not MLflow's: {words}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["run", "runs", "info", "data", "run_id", "experiment_id", "metrics", "params",
                 "tags", "key", "value", "step", "timestamp", "inputs", "dataset_inputs",
                 "dataset", "status", "experiments", "next_page_token", "start_time"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip


READERS = [wire.one_run, wire.runs, wire.experiments, wire.one_experiment, Columns().read]


@settings(max_examples=300, deadline=None)
@given(
    body=st.dictionaries(st.sampled_from(["run", "runs", "experiments", "metrics"]), JSON),
    read=st.sampled_from(READERS),
)
def test_no_json_brings_the_readers_down(
    body: dict[str, object], read: Callable[[JsonObject], object]
) -> None:
    message = ""
    try:
        read(body)
    except wire.Malformed as malformed:
        message = str(malformed)
    assert message.isprintable()


@pytest.mark.parametrize("status", [200, 400, 403, 404, 429, 500])
def test_servers_that_send_our_secrets_back_do_not_make_us_show_them(status: int) -> None:
    login = Credentials(username="ann", password=KEY)
    code = "INVALID_PARAMETER_VALUE" if status == 400 else ""
    for reply in (
        error(status, code, f"bad login ann:{KEY} given"),
        page(f"who is {KEY}", status=status),
        answer(f"who is {KEY}".encode(), status=status, kind="text/plain"),
        ok({"run": {"info": {"run_id": "1", "experiment_id": "1", "start_time": KEY}}}),
    ):
        assert KEY not in str(refusal(reply, login))


def test_hostile_words_of_a_server_are_tamed_and_cut() -> None:
    found = refusal(error(400, "BAD_REQUEST", "\x1b[2J\u202e" + "long " * 1000))
    assert isinstance(found, InvalidInput)
    assert found.message.isprintable()
    assert len(found.message) <= 200


def test_http_spoken_to_an_https_port_is_guessed() -> None:
    words = "The plain HTTP request was sent to HTTPS port"
    found = refusal(page(f"400 {words}", status=400))
    assert isinstance(found, StoreUnreachable)
    assert found.hint == "try the address with https://"


def test_an_answer_of_another_status_is_told_with_its_words() -> None:
    found = refusal(
        answer(b"short and stout", status=418, reason="I'm a teapot", kind="text/plain")
    )
    assert found.message.endswith("answers 418 I'm a teapot: short and stout")


def test_answers_may_hold_bare_nan_and_infinity() -> None:
    with fault_server(always(answer(b'{"a": [NaN, Infinity, -Infinity]}'))) as server:
        client = Transport(read_address(server.url), StoreOptions(), TestClock())

        def read(body: JsonObject) -> str:
            return json.dumps(body)

        assert client.get("runs/get", [], read) == '{"a": [NaN, Infinity, -Infinity]}'
