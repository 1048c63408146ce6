"""Logging 100,000 metric points: ours against MLflow's client, on a database, a folder, a server.

    python tests/benchmarks/bench_writing.py [--points N]

MLflow's client takes 1,000 points a batch; over REST its asynchronous logging is measured as well,
until all is written. Each pair writes the same points to two runs of one store.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
sys.path.insert(0, str(Path(__file__).parents[1]))

from mlflow.entities import Metric as TheirMetric  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.server import running_server

from venturi.records import Metric
from venturi.stores import open_tracking
from venturi.stores.writing import Batch, NewRun, TrackingWriter

START = 1_764_000_000_000
THEIR_BATCH = 1000


def main() -> int:
    """Measure, print, and say whether the goals were met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=100_000)
    points = parser.parse_args().points
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        met = _pair("SQLite", f"sqlite:///{place / 'mlflow.db'}", points, goal=5.0)
        met &= _pair("folder", str(place / "mlruns"), points, goal=1.0)
        with running_server(f"sqlite:///{place / 'server.db'}", place) as url:
            met &= _pair("server", url, points, goal=1.0, also_async=True)
    return 0 if met else 1


def _pair(kind: str, uri: str, count: int, *, goal: float, also_async: bool = False) -> bool:
    client = MlflowClient(uri)
    experiment = client.create_experiment("points")
    store = open_tracking(uri)
    assert isinstance(store, TrackingWriter)
    ours = [Metric("loss", 1 / (n + 1), START + n, n) for n in range(count)]
    theirs = [TheirMetric("loss", 1 / (n + 1), START + n, n) for n in range(count)]
    run = store.create_run(NewRun(experiment)).run_id
    took = _seconds(lambda: store.log_batch(run, Batch(metrics=ours)))
    other = client.create_run(experiment).info.run_id
    beside = _seconds(lambda: _their_batches(client, other, theirs))
    met = _say(kind, "MLflow's client", took, beside, goal)
    if also_async:
        third = client.create_run(experiment).info.run_id
        beside = _seconds(lambda: _their_stream(client, third, theirs))
        met &= _say(kind, "its asynchronous logging", took, beside, goal)
    with _closing(store):
        assert len(store.metric_history(run, "loss")) == count
    return met


def _their_batches(client: MlflowClient, run_id: str, points: list[TheirMetric]) -> None:
    for start in range(0, len(points), THEIR_BATCH):
        client.log_batch(run_id, points[start : start + THEIR_BATCH])


def _their_stream(client: MlflowClient, run_id: str, points: list[TheirMetric]) -> None:
    futures = [
        client.log_batch(run_id, points[start : start + THEIR_BATCH], synchronous=False)
        for start in range(0, len(points), THEIR_BATCH)
    ]
    for future in futures:
        future.wait()


@contextmanager
def _closing(store: object) -> Iterator[None]:
    try:
        yield
    finally:
        store.close()  # type: ignore[attr-defined]


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _say(kind: str, beside_name: str, took: float, beside: float, goal: float) -> bool:
    ratio = beside / took
    verdict = "ok" if ratio >= goal else "MISSED"
    print(
        f"{kind:<8} {took:7.2f} s   {beside_name:<26} {beside:7.2f} s   {ratio:5.1f}x faster"
        f"   goal {goal:.0f}x  {verdict}",
        flush=True,
    )
    return ratio >= goal


if __name__ == "__main__":
    sys.exit(main())
