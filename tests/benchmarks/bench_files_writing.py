"""How fast file stores are written: ours and MLflow's client, each in a store of its own.

    python tests/benchmarks/bench_files_writing.py [--turns 3]

Times are those of this machine as busy as it is; the ratios, measured in turns in the same run,
hold. What was written is compared by MLflow's client. Exit 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
from pathlib import Path

os.environ.update(MLFLOW_ALLOW_FILE_STORE="true", MLFLOW_DISABLE_TELEMETRY="true")
sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "core"))

from mlflow.entities import Metric as TheirMetric  # noqa: TID251
from mlflow.entities import Param  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251

from benchmarks.measure import compare
from venturi.records import Metric
from venturi.stores import create_store
from venturi.stores.base import StoreOptions
from venturi.stores.files import open_files
from venturi.stores.writing import Batch, NewRun

POINTS, KEYS = 100_000, 10
MOST = 1_000
"""What MLflow's client takes at once."""

METRICS = [
    Metric(f"m{number % KEYS}", number / 7, 1_700_000_000_000 + number, number // KEYS)
    for number in range(POINTS)
]
PARAMS = {f"p{number}": str(number) for number in range(100)}


def main() -> int:
    """Measure everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=3)
    turns: int = parser.parse_args().turns
    with tempfile.TemporaryDirectory() as folder:
        root, twin = Path(folder, "ours"), Path(folder, "theirs")
        create_store(str(root))
        store, client = open_files(str(root), StoreOptions()), MlflowClient(twin.as_uri())
        client.search_experiments()
        their_metrics = [TheirMetric(m.key, m.value, m.timestamp, m.step) for m in METRICS]
        their_params = [Param(key, value) for key, value in PARAMS.items()]
        runs: dict[str, list[str]] = {"ours": [], "theirs": []}
        steps = itertools.count(POINTS)

        def our_run() -> str:
            runs["ours"].append(store.create_run(NewRun("0")).run_id)
            return runs["ours"][-1]

        def their_run() -> str:
            runs["theirs"].append(client.create_run("0").info.run_id)
            return runs["theirs"][-1]

        def our_points() -> None:
            store.log_batch(our_run(), Batch(metrics=METRICS))

        def their_points() -> None:
            run_id = their_run()
            for start in range(0, POINTS, MOST):
                client.log_batch(run_id, metrics=their_metrics[start : start + MOST])

        def our_point() -> None:
            points = [Metric("m0", 0.5, 1_800_000_000_000, next(steps)) for _ in range(20)]
            for point in points:
                store.log_batch(runs["ours"][0], Batch(metrics=[point]))

        def their_point() -> None:
            for _ in range(20):
                client.log_metric(runs["theirs"][0], "m0", 0.5, 1_800_000_000_000, next(steps))

        ratios = [
            compare("100,000 points of 10 metrics", our_points, "the client", their_points, 0.1, 1),
            compare("20 points of a large curve", our_point, "the client", their_point, 0.7, turns),
            compare("a new run, waiting for the disk", our_run, "the client", their_run, 3, turns),
            compare(
                "a new run with 100 params",
                lambda: store.log_batch(our_run(), Batch(params=PARAMS)),
                "the client",
                lambda: client.log_batch(their_run(), params=their_params),
                1.3,
                turns,
            ),
        ]
        reader = MlflowClient(root.as_uri())
        ours = reader.get_metric_history(runs["ours"][0], "m3")
        theirs = client.get_metric_history(runs["theirs"][0], "m3")
        if [dict(point, run_id="") for point in ours] != [dict(p, run_id="") for p in theirs]:
            sys.exit("the stores differ")
    return 0 if all(each.ratio <= each.goal for each in ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
