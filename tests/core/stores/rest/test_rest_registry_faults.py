"""Registries over REST on old, slow, odd and failing servers, and how often these are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from faults.clock import TestClock
from faults.registry import asked, many, model, played, version, word
from faults.server import (
    FaultServer,
    Reply,
    Request,
    Route,
    error,
    fault_server,
    in_turn,
    ok,
    page,
    reset,
)

from venturi.errors import (
    Conflict,
    InvalidInput,
    LoginRefused,
    NotFound,
    StoreBroken,
    StoreUnreachable,
)
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.records import ModelVersion
from venturi.stores.base import StoreOptions
from venturi.stores.registry import ModelQuery, NewVersion, VersionQuery
from venturi.stores.rest import RestRegistry, open_rest_registry
from venturi.stores.rest.registry import LONGEST_REGISTRATION_S


@contextmanager
def opened(
    route: Route, clock: TestClock | None = None
) -> Iterator[tuple[RestRegistry, FaultServer]]:
    with fault_server(route) as server:
        store = open_rest_registry(server.url, StoreOptions(), clock=clock or TestClock())
        try:
            yield store, server
        finally:
            store.close()


def every_version(store: RestRegistry, limit: int) -> list[ModelVersion]:
    found, token = [], None
    while True:
        page_ = store.search_versions(VersionQuery(), limit=limit, token=token)
        found += page_
        token = page_.next_token
        if token is None:
            return found


def test_a_thousand_models_with_stages_and_aliases_cost_one_request() -> None:
    with opened(played(many(1000))) as (store, server):
        found = store.search_models(ModelQuery(), limit=1000)
        assert len(server.requests) == 1
    assert len(found) == 1000
    assert found.next_token is None
    assert found.items[7].aliases == {"a": 1, "b": 1}
    assert found.items[7].latest_versions == {"Production": 2, "None": 1}


@pytest.mark.parametrize(("limit", "most"), [(1000, 2 + 10), (200, 10 + 10)])
def test_aliases_cost_one_request_for_a_hundred_models(limit: int, most: int) -> None:
    with opened(played(many(1000))) as (store, server):
        found = every_version(store, limit)
        assert len(server.requests) <= most
        assert max(len(request.target) for request in server.requests) < 8000
    assert len(found) == 2000
    assert all(each.aliases == (("a", "b") if each.version == 1 else ()) for each in found)


def test_aliases_from_servers_that_know_no_lists() -> None:
    plain = many(250)

    def play(endpoint: str, asks: dict[str, str]) -> object:
        if " IN " in asks.get("filter", ""):
            return error(400, "INVALID_PARAMETER_VALUE", "Invalid comparator")
        return plain(endpoint, asks)

    with opened(played(play)) as (store, server):
        found = every_version(store, 250)
        assert len(server.requests) == 2 + 1 + 2
    assert sum(len(each.aliases) for each in found) == 500


def test_aliases_of_a_model_with_every_quote_in_its_name() -> None:
    name = 'it\'s `so` "odd"'
    one = model(name, aliases=[{"alias": "a", "version": 1}])

    def play(endpoint: str, asks: dict[str, str]) -> object:
        if endpoint == "registered-models/get":
            return {"registered_model": one} if asks["name"] == name else error(404)
        return {"model_versions": [version(name)]} if endpoint.startswith("model-v") else None

    with opened(played(play)) as (store, _):
        assert store.search_versions(VersionQuery(), limit=5).items[0].aliases == ("a",)


def test_aliases_are_there_before_a_filter_asks_for_them() -> None:
    with opened(played(many(5))) as (store, _):
        node = parse_filter("alias = 'a' AND version_number = 1", Subject.VERSIONS)
        assert len(store.search_versions(VersionQuery(filter=node), limit=50)) == 5


def test_prompts_are_hidden_though_an_old_server_shows_them() -> None:
    tags = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]

    def play(endpoint: str, asks: dict[str, str]) -> object:
        if endpoint == "model-versions/search":
            return {"model_versions": [version("p", tags=tags), version("m")]}
        if endpoint == "registered-models/get":
            return {"registered_model": model(asks["name"])}
        return {"registered_models": [model("p", tags=tags), model("m")]}

    with opened(played(play)) as (store, _):
        assert [each.name for each in store.search_models(ModelQuery(), limit=9)] == ["m"]
        assert [each.name for each in store.search_versions(VersionQuery(), limit=9)] == ["m"]


def registering(*statuses: str) -> Route:
    """A server that takes its time to register a version."""
    turns = in_turn(
        *[
            ok({"model_version": version("m", status=each, status_message="no such file")})
            for each in statuses
        ]
    )

    def route(request: Request) -> Reply:
        if word(request) == "registered-models/get":
            return ok({"registered_model": model("m")})
        return turns(request)

    return route


def test_a_new_version_is_waited_for() -> None:
    clock = TestClock()
    statuses = ["PENDING_REGISTRATION"] * 3 + ["READY"]
    with opened(registering(*statuses), clock) as (store, server):
        assert store.create_version(NewVersion("m", "s3://b/m")).status == "READY"
        assert asked(server, "model-versions/create") == 1
    assert clock.waits == [1.0, 1.0, 1.0]


def test_a_version_that_fails_or_never_comes_is_told() -> None:
    with (
        opened(registering("PENDING_REGISTRATION", "FAILED_REGISTRATION")) as (store, _),
        pytest.raises(StoreBroken, match="could not register m/1: no such file"),
    ):
        store.create_version(NewVersion("m", "s3://b/m"))
    clock = TestClock()
    with (
        opened(registering("PENDING_REGISTRATION"), clock) as (store, _),
        pytest.raises(StoreUnreachable, match="m/1 is not registered yet"),
    ):
        store.create_version(NewVersion("m", "s3://b/m"))
    assert sum(clock.waits) == LONGEST_REGISTRATION_S


def known(endpoint: str, asks: dict[str, str]) -> object:
    """A server with the version m/1, which is tagged and has an alias; it writes nothing."""
    del asks
    tags = [{"key": "k", "value": "v"}]
    if endpoint == "registered-models/get":
        return {"registered_model": model("m", tags=tags, aliases=[{"alias": "a", "version": "1"}])}
    if endpoint == "model-versions/get":
        return {"model_version": version("m", tags=tags)}
    if endpoint == "registered-models/search":
        return error(400, "INVALID_PARAMETER_VALUE", "a database does not order by that")
    return None


WRITES: list[tuple[str, str, bool, Callable[[RestRegistry], object]]] = [
    ("POST", "registered-models/create", False, lambda store: store.create_model("new")),
    ("POST", "registered-models/rename", False, lambda store: store.rename_model("m", "n")),
    ("PATCH", "registered-models/update", True, lambda store: store.describe_model("m", "d")),
    ("DELETE", "registered-models/delete", True, lambda store: store.delete_model("m")),
    ("POST", "registered-models/set-tag", True, lambda store: store.set_model_tag("m", "k", "")),
    (
        "DELETE", "registered-models/delete-tag", True,
        lambda store: store.delete_model_tag("m", "k"),
    ),
    (
        "POST", "model-versions/create", False,
        lambda store: store.create_version(NewVersion("m", "s3://b/m")),
    ),
    ("PATCH", "model-versions/update", True, lambda store: store.describe_version("m", 1, "d")),
    ("DELETE", "model-versions/delete", True, lambda store: store.delete_version("m", 1)),
    (
        "POST", "model-versions/transition-stage", False,
        lambda store: store.transition("m", 1, "Staging"),
    ),
    ("POST", "registered-models/alias", True, lambda store: store.set_alias("m", "b", 1)),
    ("DELETE", "registered-models/alias", True, lambda store: store.delete_alias("m", "a")),
    (
        "POST", "model-versions/set-tag", True,
        lambda store: store.set_version_tag("m", 1, "k", ""),
    ),
    (
        "DELETE", "model-versions/delete-tag", True,
        lambda store: store.delete_version_tag("m", 1, "k"),
    ),
]  # fmt: skip
NAMES = [f"{method} {endpoint}" for method, endpoint, _, _ in WRITES]


def failing(method: str, endpoint: str, *replies: Reply) -> Route:
    usual, turns = played(known), in_turn(*replies)

    def route(request: Request) -> Reply:
        mine = (request.method, word(request)) == (method, endpoint)
        return turns(request) if mine else usual(request)

    return route


@pytest.mark.parametrize(("method", "endpoint", "repeatable", "write"), WRITES, ids=NAMES)
def test_a_broken_write_is_only_repeated_where_that_does_no_harm(
    method: str, endpoint: str, repeatable: bool, write: Callable[[RestRegistry], object]
) -> None:
    for reply in (reset, error(500), page("Bad Gateway", status=502)):
        with opened(failing(method, endpoint, reply, ok({}))) as (store, server):
            if repeatable:
                write(store)
            else:
                with pytest.raises(StoreUnreachable, match="look before you try again"):
                    write(store)
            sent = [
                request
                for request in server.requests
                if (request.method, word(request)) == (method, endpoint)
            ]
            assert len(sent) == (2 if repeatable else 1)
            assert all(request.json()["name"] and "?" not in request.target for request in sent)


@pytest.mark.parametrize(("method", "endpoint", "repeatable", "write"), WRITES, ids=NAMES)
def test_a_refused_write_is_told_apart(
    method: str, endpoint: str, repeatable: bool, write: Callable[[RestRegistry], object]
) -> None:
    for reply, kind in (
        (page("Permission denied", status=403), LoginRefused),
        (error(400, "INVALID_PARAMETER_VALUE", "no"), InvalidInput),
    ):
        with opened(failing(method, endpoint, reply)) as (store, server):
            with pytest.raises(kind):
                write(store)
            assert asked(server, endpoint) >= 1
    assert repeatable in (True, False)


@pytest.mark.parametrize(
    "said",
    [
        "(sqlite3.IntegrityError) UNIQUE constraint failed: registered_model_aliases.name",
        "(psycopg.errors.UniqueViolation) duplicate key value violates unique constraint",
        "(pymysql.err.IntegrityError) (1062, \"Duplicate entry 'm-b' for key\")",
    ],
)
def test_of_two_who_set_a_first_alias_at_once_one_comes_second(said: str) -> None:
    clash = error(400, "BAD_REQUEST", said)
    for replies, sent in (([clash, ok({})], 2), ([clash, clash], 2)):
        with opened(failing("POST", "registered-models/alias", *replies)) as (store, server):
            if replies[1] is clash:
                with pytest.raises(InvalidInput):
                    store.set_alias("m", "b", 1)
            else:
                store.set_alias("m", "b", 1)
            assert asked(server, "registered-models/alias") == sent


def moving(*stages: str) -> Route:
    """A server whose version m/1 is in these stages, one after the other."""
    looks = in_turn(*[ok({"model_version": version("m", current_stage=each)}) for each in stages])

    def route(request: Request) -> Reply:
        return looks(request) if word(request) == "model-versions/get" else ok({})

    return route


def test_who_is_overtaken_at_the_same_moment_is_told() -> None:
    with opened(moving("Staging", "Archived")) as (store, server):
        with pytest.raises(Conflict, match="m/1 went to Production, and at once to Archived"):
            store.transition("m", 1, "Production", expect="Staging")
        assert asked(server, "model-versions/transition-stage") == 1
    with opened(moving("Archived")) as (store, server):
        with pytest.raises(Conflict, match="m/1 is in the stage Archived, not Staging"):
            store.transition("m", 1, "Production", expect="Staging")
        assert asked(server, "model-versions/transition-stage") == 0
    with opened(moving("Archived")) as (store, _):
        assert store.transition("m", 1, "Production").stage == "Archived", "nothing was expected"


def test_what_is_gone_at_the_second_try_is_removed() -> None:
    gone = error(404, "RESOURCE_DOES_NOT_EXIST", "gone")
    with opened(failing("DELETE", "model-versions/delete", reset, gone)) as (store, server):
        store.delete_version("m", 1)
        assert asked(server, "model-versions/delete") == 2


def test_servers_without_aliases_say_so() -> None:
    with opened(played(known)) as (store, _):
        with pytest.raises(InvalidInput, match=r"MLflow 2\.3"):
            store.set_alias("m", "b", 1)
        store.delete_alias("m", "b")


@pytest.mark.parametrize(
    "odd",
    [
        {}, {"model_version": {"name": "m"}}, {"model_version": {"name": "m", "version": "x"}},
        {"model_version": version("m", aliases=[1])}, {"model_version": version("m", aliases="a")},
        {"model_version": {"version": "1"}},
    ],
)  # fmt: skip
def test_shapes_that_are_not_mlflows(odd: dict[str, object]) -> None:
    with opened(played(lambda *_: odd)) as (store, _), pytest.raises(StoreBroken):
        store.get_version("m", 1)


def test_numbers_for_words_and_words_for_numbers() -> None:
    one = version("m", status=1, current_stage=None, aliases=["b", "a"], creation_timestamp="5")
    one["version"] = 1
    with opened(played(lambda *_: {"model_version": one})) as (store, _):
        found = store.get_version("m", 1)
        assert (found.status, found.stage, found.aliases) == (
            "PENDING_REGISTRATION",
            "None",
            ("a", "b"),
        )
        assert found.creation_time == 5
        with pytest.raises(NotFound):
            store.get_version("M", 1)
