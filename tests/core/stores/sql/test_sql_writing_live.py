"""Several write at once, some die in the middle: nothing is lost, doubled or left half done."""

from __future__ import annotations

import math
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mlflow.entities import Metric as TheirMetric  # noqa: TID251
from worlds.twins import Twins, what_there_is

from venturi.records import Metric
from venturi.stores.sql import batches
from venturi.stores.writing import Batch, NewRun

CORE = Path(__file__).parents[4] / "core"
LOGGER = """
import sys
from venturi.records import Metric
from venturi.stores import open_tracking
from venturi.stores.writing import Batch
uri, run_id, name, count, size = sys.argv[1:]
store = open_tracking(uri)
print("open", flush=True)
sys.stdin.readline()
for number in range(int(count)):
    first = number * int(size)
    points = [Metric("common", float(step), 7, step) for step in range(first, first + int(size))]
    own = [Metric(name, -point.value, 7, point.step) for point in points]
    params = {"common": "1", f"{name}{number}": "2"}
    store.log_batch(run_id, Batch(params, [*points, *own], {"who": name, name: str(number)}))
"""


def logger(twins: Twins, run_id: str, name: str, count: int, size: int) -> subprocess.Popen[str]:
    """Another process that logs batches, once it is told to start."""
    uri = twins.engine.url.render_as_string(hide_password=False)
    arguments = (uri, run_id, name, str(count), str(size))
    process = subprocess.Popen(
        [sys.executable, "-c", LOGGER, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CORE)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def finish(process: subprocess.Popen[str]) -> int:
    code = process.wait(timeout=60)
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()
    return code


def test_two_processes_lose_nothing(twins: Twins) -> None:
    run_id = twins.store.create_run(NewRun("0")).run_id
    count, size = 15, 20
    processes = [logger(twins, run_id, name, count, size) for name in ("ann", "bob")]
    for process in processes:
        start(process)
    while any(process.poll() is None for process in processes):
        run = twins.store.get_run(run_id)  # one of us reads all the while
        history = twins.store.metric_history(run_id, "common")
        assert list(history.steps) == sorted(set(history.steps))
        assert "common" not in run.latest or run.latest["common"].step in history.steps
    assert [finish(process) for process in processes] == [0, 0]
    data = twins.client.get_run(run_id).data
    names = {f"{name}{number}" for name in ("ann", "bob") for number in range(count)}
    assert set(data.params) == {*names, "common"}
    last = count * size - 1
    assert data.metrics == {"common": last, "ann": -last, "bob": -last}
    assert (data.tags["ann"], data.tags["bob"]) == (str(count - 1), str(count - 1))
    for key in ("common", "ann", "bob"):
        points = twins.client.get_metric_history(run_id, key)
        assert sorted(point.step for point in points) == list(range(count * size))


def test_mlflow_and_we_log_to_one_run_at_once(twins: Twins) -> None:
    run_id = twins.store.create_run(NewRun("0")).run_id

    def theirs() -> None:
        for step in range(20):
            points = [TheirMetric(key, step, 7, step) for key in ("common", "theirs")]
            twins.client.log_batch(run_id, points)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(theirs)
        for step in range(20):
            points = [Metric(key, float(step), 7, step) for key in ("common", "ours")]
            twins.store.log_batch(run_id, Batch(metrics=points))
        writing.result(timeout=60)
    assert twins.client.get_run(run_id).data.metrics == {"common": 19, "ours": 19, "theirs": 19}
    for key in ("common", "ours", "theirs"):
        assert len(twins.client.get_metric_history(run_id, key)) == 20


def test_who_is_killed_in_the_middle_leaves_a_whole_store(twins: Twins) -> None:
    run_id = twins.store.create_run(NewRun("0")).run_id
    process = logger(twins, run_id, "ann", 1, 150_000)
    start(process)
    deadline = time.monotonic() + 30
    while not twins.store.get_run(run_id).params and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    assert finish(process) == -signal.SIGKILL
    found = {key: twins.store.metric_history(run_id, key) for key in ("common", "ann")}
    written = sum(map(len, found.values()))
    assert 0 < written < 300_000
    assert written % batches.POINTS_AT_ONCE == 0  # each piece is whole
    run = twins.store.get_run(run_id)
    assert (run.params, "ann" in run.tags) == ({"common": "1", "ann0": "2"}, False)
    for key, history in found.items():
        if len(history):
            assert run.latest[key].step == history.steps[-1]
    twins.client.log_metric(run_id, "common", 1.0, 8, 1 << 40)  # and MLflow goes on with it
    assert twins.client.get_run(run_id).data.metrics["common"] == 1.0
    if twins.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(twins.engine.url.database))) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_large_batch_is_written_in_pieces(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "POINTS_AT_ONCE", 3)
    for count in (0, 1, 3, 4, 7):
        run_id = twins.store.create_run(NewRun("0")).run_id
        points = [Metric("m", float(-step), 7, step) for step in range(count)]
        twins.store.log_batch(run_id, Batch({"a": "1"}, points[::-1], {"b": "2"}))
        data = twins.client.get_run(run_id).data
        assert (data.params, data.tags["b"]) == ({"a": "1"}, "2")
        assert data.metrics == ({"m": 1.0 - count} if count else {})
        assert len(twins.store.metric_history(run_id, "m")) == count


VALUES = st.one_of(
    st.sampled_from([0.0, -5.0, 5.0, math.nan, math.inf, -math.inf]),
    st.floats(allow_nan=True, allow_infinity=True),
)
POINTS = st.lists(
    st.tuples(st.sampled_from(["loss", "val/acc"]), VALUES, st.integers(0, 2), st.integers(-2, 2)),
    max_size=12,
)


@pytest.mark.parametrize("twins", ["sqlite"], indirect=True)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(logged=st.lists(POINTS, min_size=1, max_size=3), piece=st.integers(1, 13))
def test_any_points_end_in_mlflows_rows(
    twins: Twins, logged: list[list[tuple[str, float, int, int]]], piece: int
) -> None:
    number = time.monotonic_ns()
    ours, theirs = (twins.store.create_experiment(f"{who}{number}-x") for who in "ab")
    mine, other = (twins.store.create_run(NewRun(home, "one", "", 1)) for home in (ours, theirs))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "POINTS_AT_ONCE", piece)
        for points in logged:
            batch = Batch(metrics=[Metric(*point) for point in points])
            twins.store.log_batch(mine.run_id, batch)
            twins.store.log_batch(mine.run_id, batch)
    for points in logged:
        twins.client.log_batch(other.run_id, [TheirMetric(*point) for point in points])
    assert what_there_is(twins, ours) == what_there_is(twins, theirs)
