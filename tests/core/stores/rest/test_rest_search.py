"""Searches on servers that are old, odd, or never come to an end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

import pytest
from faults.clock import TestClock
from faults.server import FaultServer, Reply, Request, Route, error, fault_server, ok
from hypothesis import given, settings
from hypothesis import strategies as st

from venturi.browse import read_runs
from venturi.errors import InvalidInput, StoreBroken
from venturi.filters.order import parse_orders
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.records import Run, View
from venturi.stores.base import ExperimentQuery, RunQuery, StoreOptions
from venturi.stores.rest import RestStore, open_rest
from venturi.stores.rest.marks import Mark, from_token, to_token
from venturi.stores.rest.reach import EXPERIMENTS_AT_ONCE
from venturi.stores.rest.walk import LARGEST_PAGE

ONE = RunQuery(("1",))


def store_of(server: FaultServer) -> RestStore:
    return open_rest(server.url, StoreOptions(), clock=TestClock())


def run_json(number: int, **params: str) -> dict[str, object]:
    pairs = [{"key": key, "value": value} for key, value in params.items()]
    info = {"run_id": f"r{number:05}", "experiment_id": "1", "start_time": 1_000_000 - number}
    return {"info": info, "data": {"params": pairs}}


def offset_server(
    count: int, make: Callable[[int], dict[str, object]] = run_json, most: int = 50_000
) -> Route:
    """A server with that many runs in its only experiment; pages as MLflow's, by offset."""

    def route(request: Request) -> Reply:
        asked = request.json()
        if request.path.endswith("experiments/search"):
            return ok({"experiments": [{"experiment_id": "1", "name": "one"}]})
        assert asked.get("max_results"), "always sent"
        start = int(str(asked.get("page_token", "0")))
        end = start + min(int(str(asked["max_results"])), most)
        token = {"next_page_token": str(end)} if end < count else {}
        return ok({"runs": [make(number) for number in range(start, min(end, count))], **token})

    return route


def ids(store: RestStore, query: RunQuery, limit: int) -> list[str]:
    found: list[Run] = []
    token = None
    while True:
        answer = store.search_runs(query, limit=limit, token=token)
        assert len(answer) <= limit
        found += answer
        token = answer.next_token
        if token is None:
            return [run.run_id for run in found]


# --- pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 7, 10, 1000, 5000])
def test_every_run_comes_once_whatever_the_limit(limit: int) -> None:
    count = 2500 if limit > 100 else 30
    with fault_server(offset_server(count)) as server:
        assert ids(store_of(server), ONE, limit) == [f"r{n:05}" for n in range(count)]
        sizes = [int(str(each.json()["max_results"])) for each in server.requests]
        assert max(sizes) <= LARGEST_PAGE
        assert len(sizes) == -(-count // min(limit, LARGEST_PAGE))


def test_a_server_that_gives_less_than_asked_for_is_asked_again() -> None:
    with fault_server(offset_server(100, most=7)) as server:
        answer = store_of(server).search_runs(ONE, limit=50)
        assert len(answer) == 50
        assert answer.next_token
        assert ids(store_of(server), ONE, 50) == [f"r{n:05}" for n in range(100)]


@settings(max_examples=25, deadline=None)
@given(matching=st.sets(st.integers(0, 399)), limit=st.integers(5, 300), most=st.integers(20, 500))
def test_what_is_filtered_here_is_neither_lost_nor_doubled(
    matching: set[int], limit: int, most: int
) -> None:
    def make(number: int) -> dict[str, object]:
        return run_json(number, kind="yes" if number in matching else "no")

    query = RunQuery(("1",), parse_filter("params.kind ~ '^y'"))
    with fault_server(offset_server(400, make, most)) as server:
        assert ids(store_of(server), query, limit) == [f"r{n:05}" for n in sorted(matching)]


def test_rare_matches_are_looked_for_in_ever_larger_pages() -> None:
    def make(number: int) -> dict[str, object]:
        return run_json(number, kind="yes" if number == 9999 else "no")

    query = RunQuery(("1",), parse_filter("params.kind ~ 'yes'"))
    with fault_server(offset_server(10_000, make)) as server:
        answer = store_of(server).search_runs(query, limit=1)
        assert [run.run_id for run in answer] == ["r09999"]
        assert answer.next_token is None
        sizes = [int(str(each.json()["max_results"])) for each in server.requests]
        assert max(sizes) == LARGEST_PAGE
        assert len(sizes) <= 14


def test_what_is_answered_here_is_told_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    query = RunQuery(("1",), parse_filter("params.a = 'x' AND params.b ~ 'y'"))
    with (
        fault_server(offset_server(30)) as server,
        caplog.at_level(logging.DEBUG, logger="venturi.rest"),
    ):
        store_of(server).search_runs(query, limit=5)
        assert server.requests[0].json()["filter"] == "params.a = 'x'"
    assert "the server cannot answer the whole filter" in caplog.text
    assert "params.a = 'x'" in caplog.text
    assert "read 30 runs to find 0" in caplog.text


def test_a_token_is_good_for_its_own_question_only() -> None:
    other = RunQuery(("1",), view=View.ALL)
    with fault_server(offset_server(30)) as server:
        store = store_of(server)
        token = store.search_runs(ONE, limit=5).next_token
        assert token is not None
        assert len(store_of(server).search_runs(ONE, limit=5, token=token)) == 5
        for wrong in (token[:-8], "x", "", "e30=", "WzEsMl0=", "\udc80", token + token):
            with pytest.raises(InvalidInput, match="page token"):
                store.search_runs(ONE, limit=5, token=wrong)
        with pytest.raises(InvalidInput, match="page token"):
            store.search_runs(other, limit=5, token=token)


@given(
    marks=st.lists(
        st.builds(
            Mark,
            st.none() | st.text(),
            st.integers(0, 10**6),
            st.text(max_size=16),
            st.integers(0, 10**6),
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_tokens_say_what_was_put_in(marks: list[Mark]) -> None:
    token = to_token("q", "p", marks)
    if token is None:
        assert all(mark.over for mark in marks)
    else:
        assert from_token(token, "q") == ("p", marks)


# --- servers without end ------------------------------------------------------------------------


def endless(next_token: Callable[[str], str], **body: object) -> Route:
    def route(request: Request) -> Reply:
        asked = request.json() if request.body else {}
        query = dict(part.split("=", 1) for part in request.target.partition("?")[2].split("&"))\
            if "?" in request.target else {}  # fmt: skip
        token = str(asked.get("page_token", query.get("page_token", "")))
        return ok({**body, "next_page_token": next_token(token)})

    return route


CIRCLES: Mapping[str, Callable[[str], str]] = {
    "same": lambda _: "t",
    "two": lambda token: "b" if token == "a" else "a",
    "long tail": lambda token: str(min(int(token or "0") + 1, 40)),
    "circle of 30": lambda token: str((int(token or "0") + 1) % 30 + 1),
}


def read_all(store: RestStore, query: RunQuery) -> None:
    token = None
    for _ in range(1000):
        token = store.search_runs(query, limit=1, token=token).next_token
        assert token is not None


@pytest.mark.parametrize("circle", CIRCLES)
def test_page_tokens_that_go_in_circles_end(circle: str) -> None:
    runs = [run_json(1)]
    with fault_server(endless(CIRCLES[circle], runs=runs)) as server:
        with pytest.raises(StoreBroken, match="same page token"):
            store_of(server).search_runs(ONE, limit=10**6)
        with pytest.raises(StoreBroken, match="same page token"):
            read_all(store_of(server), ONE)
        query = RunQuery(("1",), parse_filter("params.a ~ 'never'"))
        with pytest.raises(StoreBroken, match="same page token"):
            store_of(server).search_runs(query, limit=1)


def test_ever_new_tokens_without_records_end() -> None:
    with fault_server(endless(lambda token: str(int(token or "0") + 1))) as server:
        with pytest.raises(StoreBroken, match="pages without a record"):
            store_of(server).search_runs(ONE, limit=5)
        with pytest.raises(StoreBroken, match="pages without a record"):
            store_of(server).search_experiments(ExperimentQuery(), limit=5)
        assert len(server.requests) < 300


def test_some_empty_pages_are_nothing_special() -> None:
    def route(request: Request) -> Reply:
        at = int(str(request.json().get("page_token", "0")))
        runs = [run_json(at)] if at == 9 else []
        return ok({"runs": runs, **({"next_page_token": str(at + 1)} if at < 12 else {})})

    with fault_server(route) as server:
        assert ids(store_of(server), ONE, 5) == ["r00009"]


# --- many experiments ---------------------------------------------------------------------------


def test_thousands_of_experiments_are_asked_for_in_parts() -> None:
    count = 2 * EXPERIMENTS_AT_ONCE + 5

    def route(request: Request) -> Reply:
        asked = request.json()
        if request.path.endswith("experiments/search"):
            start = int(str(asked.get("page_token", "0")))
            end = start + int(str(asked["max_results"]))
            found = [
                {"experiment_id": str(n), "name": f"e{n}"} for n in range(start, min(end, count))
            ]
            more = {"next_page_token": str(end)} if end < count else {}
            return ok({"experiments": found, **more})
        assert isinstance(asked["experiment_ids"], list)
        assert len(asked["experiment_ids"]) <= EXPERIMENTS_AT_ONCE
        start = int(str(asked.get("page_token", "0")))
        wanted = [int(each) for each in asked["experiment_ids"]][start:]
        size = int(str(asked["max_results"]))
        more = {"next_page_token": str(start + size)} if len(wanted) > size else {}
        return ok({"runs": [run_json(number) for number in wanted[:size]], **more})

    with fault_server(route) as server:
        found = ids(store_of(server), RunQuery(), 500)
        assert found == [f"r{number:05}" for number in range(count)]


# --- older grammars -----------------------------------------------------------------------------


def old_server(*unknown: str) -> Route:
    """Refuses filters in which one of these words is."""
    plain = offset_server(20, lambda number: run_json(number, a="x"))

    def route(request: Request) -> Reply:
        asked = str(request.json().get("filter", ""))
        for word in unknown:
            if word in asked:
                return error(400, "INVALID_PARAMETER_VALUE", f"Invalid clause: {word}")
        return plain(request)

    return route


def filters_sent(server: FaultServer) -> list[object]:
    sent = [request.json().get("filter", "") for request in server.requests]
    del server.requests[:]
    return sent


def test_what_a_server_refuses_is_answered_here_and_remembered() -> None:
    null = RunQuery(("1",), parse_filter("params.a IS NOT NULL AND metrics.m != 1"))
    with fault_server(old_server("NULL")) as server:
        store = store_of(server)
        assert len(store.search_runs(null, limit=5)) == 5
        whole = "params.a IS NOT NULL AND metrics.m != 1.0"
        assert filters_sent(server) == [whole, "metrics.m != 1.0"]
        store.search_runs(null, limit=5)
        assert filters_sent(server) == ["metrics.m != 1.0"]
        several = RunQuery(("1",), parse_filter("tags.b IS NOT NULL AND run_id IN ('r')"))
        store.search_runs(several, limit=5)
        assert filters_sent(server)[0] == "tags.b IS NOT NULL AND attribute.run_id IN ('r')"


def test_a_refusal_of_what_all_servers_know_is_not_remembered() -> None:
    query = RunQuery(("1",), parse_filter("params.a = 'x'"))
    with fault_server(old_server("params.a = 'x'")) as server:
        store = store_of(server)
        assert len(store.search_runs(query, limit=50)) == 20
        assert filters_sent(server) == ["params.a = 'x'", ""]
        store.search_runs(query, limit=50)
        assert filters_sent(server) == ["params.a = 'x'", ""]


def test_later_pages_use_the_plan_of_the_first() -> None:
    query = RunQuery(("1",), parse_filter("params.a IS NOT NULL"))
    with fault_server(old_server("NULL")) as server:
        first = store_of(server).search_runs(query, limit=8)
        del server.requests[:]
        again = store_of(server).search_runs(query, limit=50, token=first.next_token)
        assert filters_sent(server) == [""]
        assert [run.run_id for run in (*first, *again)] == [f"r{n:05}" for n in range(20)]


def test_what_is_wrong_with_the_rest_of_a_question_is_told() -> None:
    def route(_: Request) -> Reply:
        return error(400, "INVALID_PARAMETER_VALUE", "Invalid order_by")

    query = RunQuery(("1",), parse_filter("params.a IS NULL"), parse_orders(["metrics.m DESC"]))
    with fault_server(route) as server, pytest.raises(InvalidInput, match="Invalid order_by"):
        store_of(server).search_runs(query, limit=5)


def test_orders_are_sent_as_mlflow_writes_them() -> None:
    keys = parse_orders(["metrics.`val/acc` DESC", "start_time", "params.`a b`"])
    with fault_server(offset_server(3)) as server:
        store_of(server).search_runs(RunQuery(("1",), order=keys), limit=5)
        sent = server.requests[0].json()
        assert sent["order_by"] == [
            "metrics.`val/acc` DESC",
            "attribute.start_time ASC",
            "params.`a b` ASC",
        ]
        assert sent["run_view_type"] == "ACTIVE_ONLY"
        del server.requests[:]
        order = parse_orders(["name DESC"], Subject.EXPERIMENTS)
        store_of(server).search_experiments(ExperimentQuery(order=order, view=View.ALL), limit=5)
        sent = server.requests[0].json()
        assert sent["order_by"] == ["attribute.name DESC"]
        assert (sent["view_type"], sent["max_results"]) == ("ALL", 5)


def paths(server: FaultServer) -> list[str]:
    return [request.path.rpartition("mlflow/")[2] for request in server.requests]


def some_runs(*numbers: int) -> Route:
    """A server that has these runs of experiment 1, and searches for them by id."""
    held = {f"r{number:05}": run_json(number) for number in numbers}

    def route(request: Request) -> Reply:
        if request.method == "POST":
            asked = str(request.json()["filter"])
            assert request.json()["run_view_type"] == "ALL"
            return ok({"runs": [run for name, run in held.items() if f"'{name}'" in asked]})
        name = request.target.rpartition("=")[2]
        return ok({"run": held[name]}) if name in held else error(404, "RESOURCE_DOES_NOT_EXIST")

    return route


def test_several_runs_are_read_by_one_request() -> None:
    wanted = ["r00002", "r00009", "r00000", "r00001"]
    with fault_server(some_runs(0, 1, 2, 3)) as server:
        found = read_runs(store_of(server), wanted, experiment_ids=["1"])
        assert [run.run_id for run in found] == ["r00002", "r00000", "r00001"]
        assert paths(server) == ["runs/search"]
        assert len(read_runs(store_of(server), wanted[:1], experiment_ids=["1"])) == 1
        assert len(read_runs(store_of(server), wanted[2:])) == 2
        assert paths(server)[1:] == ["runs/get"] * 3


def test_a_server_that_cannot_search_by_ids_is_asked_one_by_one_and_only_once_in_vain() -> None:
    plain = some_runs(0, 1)

    def route(request: Request) -> Reply:
        if request.method == "POST":
            return error(400, "INVALID_PARAMETER_VALUE", "invalid comparator")
        return plain(request)

    with fault_server(route) as server:
        store = store_of(server)
        for _ in range(2):
            found = read_runs(store, ["r00000", "r00001"], experiment_ids=["1"])
            assert [run.run_id for run in found] == ["r00000", "r00001"]
        assert paths(server) == ["runs/search", *["runs/get"] * 4]
