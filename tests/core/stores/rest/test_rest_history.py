"""Histories and runs as servers of all ages write them, and histories that never end."""

from __future__ import annotations

import math
from array import array

import pytest
from faults.clock import TestClock
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
)
from hypothesis import given
from hypothesis import strategies as st

from venturi.errors import NotFound, StoreBroken, VenturiError
from venturi.records import Run
from venturi.stores.base import StoreOptions
from venturi.stores.rest import RestStore, open_rest
from venturi.stores.rest.history import PAGE, SAMPLE, Columns


def store_of(server: FaultServer) -> RestStore:
    return open_rest(server.url, StoreOptions(), clock=TestClock())


def point(step: object, value: object = 1.0, timestamp: object = 0) -> dict[str, object]:
    return {"key": "k", "step": step, "value": value, "timestamp": timestamp}


def metric_server(
    whole: Reply, *, interval: Reply | None = None, latest: dict[str, object] | None = None
) -> Route:
    run = {"info": {"run_id": "r", "experiment_id": "1"}, "data": {"metrics": [latest or point(9)]}}
    found = {"get": ok({"run": run}), "get-history": whole}
    if interval is not None:
        found["get-history-bulk-interval"] = interval
    return lambda request: found.get(
        request.path.rpartition("/")[2], page("404 Not Found", status=404)
    )


def asked(server: FaultServer) -> list[str]:
    return [request.path.rpartition("/")[2] for request in server.requests]


def test_a_page_size_is_always_sent_and_a_token_without_points_is_the_end() -> None:
    empty_for_ever = ok({"next_page_token": "eyJvZmZzZXQiOjB9"})
    with fault_server(metric_server(empty_for_ever)) as server:
        assert len(store_of(server).metric_history("r", "k")) == 0
        assert f"max_results={PAGE}" in server.requests[0].target
        assert asked(server) == ["get-history", "get"]


def test_a_key_never_logged_is_an_empty_history_also_where_that_is_an_error() -> None:
    missing = error(404, "RESOURCE_DOES_NOT_EXIST", "Metric 'k' not found under run 'r'")
    with fault_server(metric_server(missing)) as server:
        assert len(store_of(server).metric_history("r", "k")) == 0
        with pytest.raises(NotFound, match="there is no run with id 'other'"):
            store_of(server).metric_history("other", "k")


@pytest.mark.parametrize("length", [1, 2, 30])
def test_page_tokens_that_go_in_circles_end(length: int) -> None:
    turns = [ok({"metrics": [point(1)], "next_page_token": str(at)}) for at in range(length)] * 5
    with fault_server(in_turn(*turns)) as server:
        with pytest.raises(StoreBroken, match="same page token"):
            store_of(server).metric_history("r", "k")
        assert len(server.requests) <= 4 * length + 2


def test_pages_are_put_together() -> None:
    def route(request: Request) -> Reply:
        at = int(request.target.partition("page_token=")[2] or 0)
        more = {"next_page_token": str(at + 1)} if at < 3 else {}
        return ok({"metrics": [point(10 - at), point(at)], **more})

    with fault_server(route) as server:
        found = store_of(server).metric_history("r", "k")
    assert list(found.steps) == [0, 1, 2, 3, 7, 8, 9, 10]


def test_numbers_come_in_many_shapes() -> None:
    largest = 1.7976931348623157e308
    sent = ["NaN", "Infinity", "-Infinity", largest, -largest, "1.25", 3, True, math.nan, math.inf]
    points = [point(str(at), value, str(at * 10)) for at, value in enumerate(sent, 1)]
    with fault_server(metric_server(ok({"metrics": [{"key": "k"}, *points]}))) as server:
        found = store_of(server).metric_history("r", "k")
    wanted = ["0.0", "nan", "inf", "-inf", "inf", "-inf", "1.25", "3.0", "1.0", "nan", "inf"]
    assert [repr(value) for value in found.values] == wanted
    assert list(found.steps) == list(range(11))
    assert list(found.timestamps) == list(range(0, 110, 10))


@pytest.mark.parametrize(
    "bad",
    [point("x"), point(1, "high"), point(1, None), point(2**63), point(1.5), point([]),
     point(1, {}), point(1, 1.0, "noon"), point(None)],
)  # fmt: skip
def test_points_that_are_no_numbers_are_an_error(bad: dict[str, object]) -> None:
    with (
        fault_server(metric_server(ok({"metrics": [point(1), bad]}))) as server,
        pytest.raises(StoreBroken, match="not made of numbers"),
    ):
        store_of(server).metric_history("r", "k")


POINTS = st.lists(
    st.tuples(
        st.integers(-3, 3), st.integers(0, 2), st.sampled_from([0.0, -0.0, 1.0, float("nan"),
                                                                float("inf"), float("-inf")])
    ),
    max_size=9,
)  # fmt: skip


@given(points=POINTS, from_step=st.none() | st.integers(-4, 4))
def test_histories_are_ordered_here(
    points: list[tuple[int, int, float]], from_step: int | None
) -> None:
    columns = Columns()
    columns.steps = array("q", [p[0] for p in points])
    columns.timestamps = array("q", [p[1] for p in points])
    columns.values = array("d", [p[2] for p in points])

    def rank(p: tuple[int, int, float]) -> tuple[int, int, bool, float]:
        nan = p[2] != p[2]
        return p[0], p[1], nan, 0.0 if nan else p[2]

    wanted = sorted((p for p in points if from_step is None or p[0] >= from_step), key=rank)
    found = columns.history("r", "k", from_step)
    assert [rank((m.step, m.timestamp, m.value)) for m in found] == [rank(p) for p in wanted]


def test_the_end_of_a_history_is_read_alone() -> None:
    route = metric_server(ok({}), interval=ok({"metrics": [point(8), point(9)]}))
    with fault_server(route) as server:
        found = store_of(server).metric_history("r", "k", from_step=8)
        assert list(found.steps) == [8, 9]
        assert asked(server) == ["get", "get-history-bulk-interval"]
        assert "start_step=8&end_step=2147483647&max_results=2500" in server.requests[1].target


@pytest.mark.parametrize(
    ("interval", "latest"),
    [
        (ok({"metrics": [point(9)] * SAMPLE}), point(9)),  # perhaps a sample
        (ok({"metrics": [point(8)]}), point(9)),  # does not reach the latest point
        (ok({}), point(9)),
        (error(400, "INVALID_PARAMETER_VALUE", "no"), point(9)),
        (error(501, "NOT_IMPLEMENTED", "no"), point(9)),
        (None, point(9)),  # older than 2.11
        (ok({"metrics": [point(9)]}), point(2**40)),  # steps that its numbers cannot hold
        (ok({"metrics": [point(9)]}), {"key": "other"}),  # nothing known of the key
    ],
    ids=["sample", "short", "empty", "refused", "failed", "unknown", "large", "no latest"],
)
def test_an_end_that_may_not_be_whole_is_not_believed(
    interval: Reply | None, latest: dict[str, object]
) -> None:
    whole = ok({"metrics": [point(7), point(8), point(9)]})
    with fault_server(metric_server(whole, interval=interval, latest=latest)) as server:
        found = store_of(server).metric_history("r", "k", from_step=8)
        assert list(found.steps) == [8, 9]
        assert asked(server)[-1] == "get-history"


def test_a_server_without_intervals_is_asked_once_only() -> None:
    with fault_server(metric_server(ok({"metrics": [point(9)]}))) as server:
        store = store_of(server)
        for _ in range(3):
            store.metric_history("r", "k", from_step=8)
        assert asked(server).count("get-history-bulk-interval") == 1


# --- records ------------------------------------------------------------------------------------


def run_of(
    info: dict[str, object], data: object = None, inputs: object = None
) -> Run | VenturiError:
    body = {"run": {"info": info, "data": data, "inputs": inputs}}
    with fault_server(lambda _: ok(body)) as server:
        return store_of(server).get_run("r")


def test_a_run_of_an_old_server_is_read() -> None:
    info: dict[str, object] = {
        "run_uuid": "r",
        "experiment_id": 7,
        "status": 4,
        "start_time": "12",
        "end_time": 0,
    }
    tags = {"tags": [{"key": "mlflow.runName", "value": "named"}, {"key": "empty"}]}
    found = run_of(info, tags)
    assert isinstance(found, Run)
    assert (found.run_id, found.experiment_id, found.status) == ("r", "7", "FAILED")
    assert (found.start_time, found.end_time, found.run_name) == (12, None, "named")
    assert found.tags == {"mlflow.runName": "named", "empty": ""}
    assert found.params == {}


def test_words_for_states_that_we_do_not_know_are_kept() -> None:
    found = run_of({"run_id": "r", "experiment_id": "1", "status": "PAUSED"})
    assert isinstance(found, Run)
    assert found.status == "PAUSED"


def test_datasets_come_with_their_context() -> None:
    dataset = {"name": "d", "digest": "x", "source_type": "s", "source": "{}"}
    tags = [{"key": "mlflow.data.context", "value": "train"}]
    inputs = {"dataset_inputs": [{"dataset": dataset, "tags": tags}, {"dataset": dataset}, {}]}
    found = run_of({"run_id": "r", "experiment_id": "1"}, None, inputs)
    assert isinstance(found, Run)
    assert [(each.name, each.context) for each in found.datasets] == [
        ("d", "train"),
        ("d", None),
        ("", None),
    ]


@pytest.mark.parametrize("answered", ["R", "r ", "other"])
def test_a_record_of_another_name_is_not_the_one(answered: str) -> None:
    with pytest.raises(NotFound):
        run_of({"run_id": answered, "experiment_id": "1"})
