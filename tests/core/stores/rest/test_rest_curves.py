"""Curves over REST: short ones in one request, long ones sampled and summed up page by page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import pytest
from faults.clock import TestClock
from faults.server import FaultServer, Reply, Request, Route, error, fault_server, ok, page
from worlds.buckets import naive_buckets, same_buckets
from worlds.curves import history

from venturi.browse.curves import read_closer, read_curve
from venturi.curves.buckets import Buckets, closer_at_start, partition
from venturi.errors import NotFound
from venturi.records import History, Metric
from venturi.stores.base import StoreOptions
from venturi.stores.rest import RestStore, curves, open_rest
from venturi.stores.rest.history import SAMPLE
from venturi.stores.writing import Batch, NewRun

Point = dict[str, object]


def store_of(server: FaultServer) -> RestStore:
    return open_rest(server.url, StoreOptions(max_retries=0), clock=TestClock())


def points_of(values: Sequence[float]) -> list[Point]:
    return [
        {"key": "k", "step": step, "timestamp": 10 * step, "value": _word(value)}
        for step, value in enumerate(values)
    ]


def _word(value: float) -> object:
    return value if math.isfinite(value) else "NaN" if math.isnan(value) else "Infinity"


def tracking(points: list[Point], *, sampled: int, paged: int) -> Route:
    """A server that samples and pages as MLflow does, in other sizes."""

    def answer(request: Request) -> Reply:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(request.target).query).items()}
        end = request.path.rpartition("/")[2]
        run = asked.get("run_id") or asked.get("run_ids")
        if end == "get":
            if run != "r":
                return error(404, "RESOURCE_DOES_NOT_EXIST", "no such run")
            return ok(
                {
                    "run": {
                        "info": {"run_id": "r", "experiment_id": "1"},
                        "data": {"metrics": points[-1:]},
                    }
                }
            )
        held = points if run == "r" and asked["metric_key"] == "k" else []
        if end == "get-history":
            start = int(asked.get("page_token", 0))
            more = {"next_page_token": str(start + paged)} if start + paged < len(held) else {}
            return ok({"metrics": held[start : start + paged], **more})
        if end == "get-history-bulk-interval":
            low, high = int(asked.get("start_step", -(2**31))), int(asked.get("end_step", 2**31))
            held = [point for point in held if low <= int(str(point["step"])) <= high]
            stride = max(1, -(-len(held) // (sampled - 1)))
            kept = held if len(held) <= sampled else [*held[:-1:stride], held[-1]]
            return ok({"metrics": kept})
        return page("404 Not Found", status=404)

    return answer


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server's sample of a long curve has 50 points."""
    monkeypatch.setattr(curves, "SAMPLE", 45)


def ends(server: FaultServer) -> list[str]:
    return [request.path.rpartition("/")[2] for request in server.requests]


VALUES = [math.sin(step / 30) for step in range(1000)]
VALUES[333], VALUES[444], VALUES[555] = 77.0, math.nan, math.inf


@pytest.mark.usefixtures("small")
def test_a_short_curve_comes_whole_in_one_request() -> None:
    with fault_server(tracking(points_of(VALUES[:40]), sampled=50, paged=100)) as server:
        (only,) = read_curve(store_of(server), "r", "k")
        assert isinstance(only, History)
        assert list(only.values) == VALUES[:40]
        assert ends(server) == ["get-history"]


@pytest.mark.usefixtures("small")
def test_a_long_curve_is_sampled_and_then_exact() -> None:
    with fault_server(tracking(points_of(VALUES), sampled=50, paged=130)) as server:
        forms = list(read_curve(store_of(server), "r", "k", 20))
        first, last = forms[0], forms[-1]
        assert isinstance(first, Buckets)
        assert isinstance(last, Buckets)
        assert not first.is_exact
        assert first.last[-1] == VALUES[-1]
        known = history(VALUES, timestamps=list(range(0, 10_000, 10)))
        same_buckets(last, naive_buckets(known, closer_at_start(partition(0, 999, 20), 10)))
        shares = [form.share for form in forms if isinstance(form, Buckets)]
        assert shares == sorted(shares)
        assert [form.is_exact for form in forms if isinstance(form, Buckets)].count(True) == 1
        assert ends(server) == ["get-history", "get-history-bulk-interval", *["get-history"] * 8]


@pytest.mark.usefixtures("small")
def test_a_few_points_of_a_long_curve_are_read_alone() -> None:
    with fault_server(tracking(points_of(VALUES), sampled=50, paged=500)) as server:
        store = store_of(server)
        *_, whole = read_curve(store, "r", "k", 40)
        assert isinstance(whole, Buckets)
        before = len(ends(server))
        *_, closer = read_closer(store, whole, 330, 340)
        assert ends(server)[before:] == ["get-history-bulk-interval"]
        assert closer.total == 1000
        assert [b.first for b in closer if b.first_step == 333] == [77.0]
        points = store.curve_points("r", "k", 100, 899)
        assert repr(list(points.values)) == repr(VALUES[100:900])


def test_an_old_server_without_samples_is_read_page_by_page() -> None:
    whole = tracking(points_of(VALUES), sampled=50, paged=600)

    def old(request: Request) -> Reply:
        interval = request.path.endswith("interval")
        return page("404 Not Found", status=404) if interval else whole(request)

    with fault_server(old) as server:
        store = store_of(server)
        for _ in range(2):
            *_, only = read_curve(store, "r", "k", 20)
            assert isinstance(only, Buckets)
            assert (only.is_exact, only.total, max(only.high)) == (True, 1000, 77.0)
        assert ends(server).count("get-history-bulk-interval") == 1


def test_a_metric_never_logged_and_a_run_that_is_not_there() -> None:
    with fault_server(tracking(points_of(VALUES), sampled=50, paged=500)) as server:
        store = store_of(server)
        cuts = partition(0, 9, 2)
        assert store.curve_extent("r", "never") is None
        assert not store.curve_sample("r", "never", cuts)
        assert [len(answer) for answer in store.curve_buckets("r", "never", cuts)] == [0]
        assert len(store.curve_points("r", "never", 0, 9)) == 0
        with pytest.raises(NotFound):
            store.curve_extent("nobody", "k")
        with pytest.raises(NotFound):
            list(store.curve_buckets("nobody", "k", cuts))
        with pytest.raises(NotFound):
            store.curve_points("nobody", "k", 0, 9)


def test_a_real_server_gives_what_its_whole_history_says(
    writable_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_rest(writable_server, StoreOptions())
    home = store.create_experiment("curves of any length")
    run_id = store.create_run(NewRun(home)).run_id
    odd = [1.5, math.nan, math.inf, -math.inf, 2.5, 3.5, -1e300]
    steps = [0, 0, 5, -7, 2**31 + 5, 9, 9]
    metrics = [Metric("short", value, 100 + at, steps[at]) for at, value in enumerate(odd)]
    metrics += [Metric("long", float(at % 97), 1000 + at, at) for at in range(SAMPLE + 100)]
    store.log_batch(run_id, Batch(metrics=metrics))
    (short,) = read_curve(store, run_id, "short")
    assert repr(list(short)) == repr(list(store.metric_history(run_id, "short")))
    monkeypatch.setattr(curves, "PAGE", 1000)
    first, *_, last = read_curve(store, run_id, "long", 60)
    known = store.metric_history(run_id, "long")
    assert isinstance(first, Buckets)
    assert isinstance(last, Buckets)
    assert (first.is_exact, last.is_exact, last.total) == (False, True, SAMPLE + 100)
    assert (first.last_step[-1], last.last_step[-1]) == (SAMPLE + 99, SAMPLE + 99)
    cuts = closer_at_start(partition(0, SAMPLE + 99, 60), 30)
    same_buckets(last, naive_buckets(known, cuts))
    assert list(store.curve_points(run_id, "long", 700, 900).steps) == list(range(700, 901))
    assert list(store.curve_points(run_id, "short", -7, 8).steps) == [-7, 0, 0, 5]
    with pytest.raises(NotFound):
        store.curve_extent("nobody", "short")
