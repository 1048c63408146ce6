"""Writing over REST when the server or the way to it fails: nothing lost, nothing there twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from faults.clock import TestClock
from faults.proxy import forward
from faults.server import (
    FaultServer,
    Reply,
    Request,
    Route,
    answer,
    cut,
    drip,
    error,
    fault_server,
    in_turn,
    ok,
    page,
    reset,
)
from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.errors import Conflict, InvalidInput, LoginRefused, StoreUnreachable
from venturi.records import Metric, RunStatus
from venturi.stores.base import StoreOptions
from venturi.stores.rest import RestStore, open_rest
from venturi.stores.writing import Batch, NewRun

BAD_GATEWAY = page("502 Bad Gateway", status=502)
BUSY = error(429, "REQUEST_LIMIT_EXCEEDED", "slow down", retry_after="7")
BROKEN = error(500, "INTERNAL_ERROR", "oh no")
POINTS = [Metric(f"k{at % 2}", at / 3, at, at) for at in range(2100)]
LARGE = Batch({"p": "1"}, POINTS, {"t": "x"})


def word(request: Request) -> str:
    return request.path.partition("/mlflow/")[2]


def spoiled(upstream: str, endpoint: str, *turns: Callable[[Request], Reply]) -> Route:
    """A proxy before a real server that does as told, in turn, with requests to one endpoint."""
    passed, left, lock = forward(upstream), list(turns), threading.Lock()

    def route(request: Request) -> Reply:
        if word(request) != endpoint:
            return passed(request)
        with lock:
            turn = left.pop(0) if left else passed
        return turn(request)

    return route


def unheard(upstream: str, reply: Reply) -> Callable[[Request], Reply]:
    """The server does its work, and what comes back is this."""

    def turn(request: Request) -> Reply:
        forward(upstream)(request)
        return reply

    return turn


def half_done(upstream: str, reply: Reply) -> Callable[[Request], Reply]:
    """The server writes half of the points and dies."""

    def turn(request: Request) -> Reply:
        body = request.json()
        points = body.get("metrics", [])
        assert isinstance(points, list)
        body = {**body, "metrics": points[: len(points) // 2]}
        content = json.dumps(body).encode()
        headers = {**request.headers, "content-length": str(len(content))}
        forward(upstream)(Request(request.method, request.target, headers, content))
        return reply

    return turn


@contextmanager
def opened(
    route: Route, clock: TestClock | None = None, options: StoreOptions | None = None
) -> Iterator[tuple[RestStore, FaultServer]]:
    with fault_server(route) as server:
        store = open_rest(server.url, options or StoreOptions(), clock=clock or TestClock())
        try:
            yield store, server
        finally:
            store.close()


def asked(server: FaultServer, endpoint: str) -> int:
    return sum(word(request) == endpoint for request in server.requests)


def arrived(client: MlflowClient, run_id: str) -> list[tuple[str, int, int, float]]:
    found = [each for key in ("k0", "k1") for each in client.get_metric_history(run_id, key)]
    return sorted((each.key, each.timestamp, each.step, each.value) for each in found)


WANTED = sorted((point.key, point.timestamp, point.step, point.value) for point in POINTS)


@pytest.fixture(scope="module")
def client(writable_server: str) -> MlflowClient:
    return MlflowClient(writable_server)


@pytest.fixture
def run(client: MlflowClient) -> str:
    return client.create_run("0").info.run_id


@pytest.mark.parametrize(
    "reply", [reset, BAD_GATEWAY, BROKEN, cut(b"{", 2)], ids=["reset", "502", "500", "cut"]
)
def test_a_batch_that_breaks_in_the_middle_is_there_once(
    writable_server: str, client: MlflowClient, run: str, reply: Reply
) -> None:
    turns = [unheard(writable_server, reply), lambda _: reply, half_done(writable_server, reply)]
    with opened(spoiled(writable_server, "runs/log-batch", *turns)) as (store, server):
        store.log_batch(run, LARGE)
        assert asked(server, "runs/log-batch") == 3 + 3
    assert arrived(client, run) == WANTED
    data = client.get_run(run).data
    assert (data.params, data.tags["t"]) == ({"p": "1"}, "x")


def test_a_batch_given_up_is_whole_when_logged_again(
    writable_server: str, client: MlflowClient, run: str
) -> None:
    once = StoreOptions(max_retries=0)
    turns = [forward(writable_server), half_done(writable_server, reset)]
    with opened(spoiled(writable_server, "runs/log-batch", *turns), options=once) as (store, _):
        with pytest.raises(StoreUnreachable):
            store.log_batch(run, LARGE)
        store.log_batch(run, LARGE)
    assert arrived(client, run) == WANTED


def test_a_busy_server_is_waited_for(writable_server: str, client: MlflowClient, run: str) -> None:
    clock = TestClock()
    turns = [lambda _: BUSY, lambda _: BUSY]
    with opened(spoiled(writable_server, "runs/log-batch", *turns), clock) as (store, server):
        store.log_batch(run, Batch(metrics=POINTS[:10]))
        assert (clock.waits, asked(server, "runs/log-batch")) == ([7.0, 7.0], 3)
    assert len(arrived(client, run)) == 10
    with opened(spoiled(writable_server, "runs/create", *turns)) as (store, server):
        made = store.create_run(NewRun("0"))
        assert asked(server, "runs/create") == 3
    assert client.get_run(made.run_id).info.status == "RUNNING"


def test_what_must_not_be_done_twice_is_not(writable_server: str, client: MlflowClient) -> None:
    name = f"doubt {writable_server}"
    turns = [unheard(writable_server, reset)]
    with opened(spoiled(writable_server, "experiments/create", *turns)) as (store, server):
        with pytest.raises(StoreUnreachable, match="it may have been done all the same"):
            store.create_experiment(name)
        assert asked(server, "experiments/create") == 1
        with pytest.raises(Conflict):
            store.create_experiment(name)
    assert client.get_experiment_by_name(name) is not None


# Servers that are only played


def played(**replies: Reply) -> Route:
    """A server with one experiment and one run; other endpoints by name, with _ for / and -."""
    experiment = {"experiment_id": "1", "name": "e", "tags": [{"key": "k", "value": "v"}]}
    run = {
        "info": {"run_id": "r", "experiment_id": "1", "status": "RUNNING", "run_name": "old"},
        "data": {"tags": [{"key": "k", "value": "v"}], "params": [{"key": "p", "value": "1"}]},
    }
    found = {
        "experiments_get": ok({"experiment": experiment}),
        "experiments_get_by_name": error(404, "RESOURCE_DOES_NOT_EXIST"),
        "runs_get": ok({"run": run}),
        "metrics_get_history": ok({}),
        "runs_update": ok({"run_info": run["info"]}),
        **replies,
    }

    def route(request: Request) -> Reply:
        name = word(request).replace("/", "_").replace("-", "_")
        return found.get(name, page("404 Not Found", status=404))

    return route


ONCE: list[tuple[str, Callable[[RestStore], object]]] = [
    ("experiments/create", lambda store: store.create_experiment("new")),
    ("experiments/update", lambda store: store.rename_experiment("1", "new")),
    ("experiments/delete", lambda store: store.delete_experiment("1")),
    ("experiments/delete-experiment-tag", lambda store: store.delete_experiment_tag("1", "k")),
    ("runs/create", lambda store: store.create_run(NewRun("1"))),
    ("runs/delete-tag", lambda store: store.delete_tag("r", "k")),
]
AGAIN: list[tuple[str, Callable[[RestStore], object]]] = [
    ("experiments/set-experiment-tag", lambda store: store.set_experiment_tag("1", "k", "v")),
    ("runs/delete", lambda store: store.delete_run("r")),
    ("runs/log-batch", lambda store: store.log_batch("r", Batch(tags={"a": "b"}))),
    ("runs/log-batch", lambda store: store.log_batch("r", Batch(metrics=POINTS[:3]))),
    ("runs/update", lambda store: store.update_run("r", status=RunStatus.RUNNING)),
]


@pytest.mark.parametrize(
    "reply",
    [reset, BROKEN, BAD_GATEWAY, error(503), cut(b"{", 9), answer(b'{"run": {')],
    ids=["reset", "500", "502", "503", "cut", "no json"],
)
@pytest.mark.parametrize(("endpoint", "write"), ONCE, ids=[name for name, _ in ONCE])
def test_once_sent_it_is_not_sent_again(
    endpoint: str, write: Callable[[RestStore], object], reply: Reply
) -> None:
    name = endpoint.replace("/", "_").replace("-", "_")
    with opened(played(**{name: reply})) as (store, server):
        with pytest.raises(StoreUnreachable, match="look before you try again"):
            write(store)
        assert asked(server, endpoint) == 1


@pytest.mark.parametrize("reply", [reset, BROKEN, BAD_GATEWAY], ids=["reset", "500", "502"])
@pytest.mark.parametrize(("endpoint", "write"), AGAIN)
def test_what_bears_repetition_is_sent_again(
    endpoint: str, write: Callable[[RestStore], object], reply: Reply
) -> None:
    info = {"run_id": "r", "experiment_id": "1", "status": "RUNNING"}
    replies = in_turn(reply, reply, ok({"run_info": info}))
    route = played()

    def spoiling(request: Request) -> Reply:
        return replies(request) if word(request) == endpoint else route(request)

    with opened(spoiling) as (store, server):
        write(store)
        assert asked(server, endpoint) == 3


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (error(400, "INVALID_PARAMETER_VALUE", "no"), InvalidInput),
        (error(400, "RESOURCE_ALREADY_EXISTS", "there"), Conflict),
        (error(500, "INVALID_STATE", "deleted meanwhile"), Conflict),
        (error(401, "UNAUTHENTICATED", "who?"), LoginRefused),
        (page("Permission denied", status=403), LoginRefused),
        (answer(b"{", headers={}), StoreUnreachable),
        (drip(b" "), StoreUnreachable),
    ],
)
def test_a_refusal_is_told_apart(reply: Reply, kind: type[Exception]) -> None:
    replies = {"runs_log_batch": reply, "experiments_create": reply}
    patience = StoreOptions(timeout_s=0.5, max_retries=1)
    with opened(played(**replies), TestClock(tick=0.2), patience) as (store, _):
        with pytest.raises(kind):
            store.log_batch("r", Batch(tags={"a": "b"}))
        with pytest.raises(kind):
            store.create_experiment("new")


def test_an_unknown_word_that_a_server_passes_over_is_told() -> None:
    with opened(played()) as (store, _):
        store.update_run("r", status=RunStatus.RUNNING, run_name="old")
        for change in ({"status": RunStatus.KILLED}, {"run_name": "new"}, {"end_time": 5}):
            with pytest.raises(InvalidInput, match="did not take"):
                store.update_run("r", **change)  # type: ignore[arg-type]


def test_servers_that_cannot_remove_experiment_tags() -> None:
    with opened(played()) as (store, _), pytest.raises(InvalidInput, match=r"MLflow 3\.2"):
        store.delete_experiment_tag("1", "k")


def test_servers_that_cut_long_texts() -> None:
    with opened(played(runs_log_batch=ok({}))) as (store, _):
        with pytest.raises(InvalidInput, match="kept only 0 characters of param 'long'"):
            store.log_batch("r", Batch(params={"long": "x" * 501}))
        store.log_batch("r", Batch(params={"long": "x" * 500}))


def test_requests_keep_to_the_limits_and_params_go_first() -> None:
    batch = Batch(
        {f"p{at}": "ü\x01" * 3000 for at in range(150)},
        [Metric("é" * 250 + "x" * (at % 2), at, at, at) for at in range(2400)][::2],
        {f"t{at}": "y" for at in range(150)},
    )
    with opened(played(runs_log_batch=ok({}))) as (store, server), pytest.raises(InvalidInput):
        store.log_batch("r", batch)  # this server keeps nothing
    bodies = [each.body for each in server.requests if word(each) == "runs/log-batch"]
    assert all(len(body) < 1_000_000 for body in bodies)
    counts = [
        [len(json.loads(body).get(kind, ())) for kind in ("params", "metrics", "tags")]
        for body in bodies
    ]
    assert all(
        params <= 100 and tags <= 100 and params + points + tags <= 1000
        for params, points, tags in counts
    )
    assert [sum(column) for column in zip(*counts, strict=True)] == [150, 1200, 150]
    assert not counts[0][2]
    assert not counts[-1][0]


def test_a_small_batch_costs_one_request_once_the_run_is_known() -> None:
    with opened(played(runs_log_batch=ok({}))) as (store, server):
        store.log_batch("r", Batch(metrics=POINTS[:1]))
        seen = len(server.requests)
        store.log_batch("r", Batch(metrics=POINTS[1:2], tags={"a": "b"}))
        assert len(server.requests) == seen + 1
        assert server.requests[-1].json() == {
            "run_id": "r",
            "metrics": [{"key": "k1", "value": 1 / 3, "timestamp": 1, "step": 1}],
            "tags": [{"key": "a", "value": "b"}],
        }


def test_odd_numbers_are_words() -> None:
    odd = [Metric("m", value, 1, -1) for value in (float("nan"), float("inf"), float("-inf"))]
    with opened(played(runs_log_batch=ok({}))) as (store, server):
        store.log_batch("r", Batch(metrics=odd))
    sent = server.requests[-1].json()["metrics"]
    assert isinstance(sent, list)
    assert [each["value"] for each in sent] == ["NaN", "Infinity", "-Infinity"]
