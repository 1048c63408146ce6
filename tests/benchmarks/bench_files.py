"""How fast file stores are read: ours, plain Python and MLflow's client on the same 5,000 runs.

    python tests/benchmarks/bench_files.py [--rounds 5]

The folder is made once and kept. Times are those of this machine as busy as it is; the ratios,
measured in turns in the same run, hold. Exit 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "core"))

from benchmarks.large_folder import runs_folder
from venturi.filters.order import parse_orders
from venturi.filters.syntax import parse_filter
from venturi.stores.base import RunQuery, StoreOptions
from venturi.stores.files import open_files

ROOT = Path(__file__).parents[2]
LIMIT = 100
BY_METRIC = "metrics.`val/acc` DESC"

BY_CLIENT = """
import sys
from mlflow.tracking import MlflowClient
client = MlflowClient(sys.argv[1])
ids = [each.experiment_id for each in client.search_experiments()]
for run in client.search_runs(ids, max_results=100):
    print(run.info.run_id, run.data.metrics, run.data.params)
"""


def newest_by_plain_python(root: Path) -> list[str]:
    """The shortest program that reads the same files, and understands next to nothing of them."""
    found: list[tuple[int, str]] = []
    for experiment in os.scandir(root):
        if experiment.name == ".trash":
            continue
        for run in os.scandir(experiment.path):
            if run.is_dir():
                with open(f"{run.path}/meta.yaml", "rb") as file:  # noqa: PTH123 - as fast as can be
                    text = file.read()
                start = text.index(b"start_time: ") + 12
                found.append((int(text[start : text.index(b"\n", start)]), run.path))
    found.sort(reverse=True)
    for _, path in found[:LIMIT]:
        for kind in ("metrics", "params", "tags"):
            _read_below(f"{path}/{kind}")
    return [path.rpartition("/")[2] for _, path in found[:LIMIT]]


def _read_below(folder: str) -> None:
    for entry in os.scandir(folder):
        if entry.is_dir():
            _read_below(entry.path)
        else:
            with open(entry.path, "rb") as file:  # noqa: PTH123
                file.read()


def newest(root: Path) -> list[str]:
    """The first page of a store that was just opened."""
    page = open_files(str(root), StoreOptions()).search_runs(RunQuery(), limit=LIMIT)
    return [run.run_id for run in page]


def sorted_by_metric(root: Path) -> list[str]:
    """All runs, the best first; the first page whole."""
    query = RunQuery(order=parse_orders([BY_METRIC]))
    return [
        run.run_id for run in open_files(str(root), StoreOptions()).search_runs(query, limit=LIMIT)
    ]


def newest_by_client(root: Path, order: list[str] | None = None) -> list[str]:
    """The same by MLflow's client, imported already."""
    from mlflow.tracking import MlflowClient  # noqa: TID251

    client = MlflowClient(root.as_uri())
    ids = [each.experiment_id for each in client.search_experiments()]
    return [run.info.run_id for run in client.search_runs(ids, max_results=LIMIT, order_by=order)]


def process(arguments: list[str], folder: str) -> Callable[[], list[str]]:
    """A whole process of this Python, its bytecode compiled and kept in `folder`."""
    environment = {
        **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPYCACHEPREFIX": folder,
        "PYTHONPATH": f"{ROOT / 'core'}{os.pathsep}{ROOT / 'tui'}",
        "XDG_CONFIG_HOME": folder,
        "XDG_STATE_HOME": folder,
    }

    def run() -> list[str]:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return [line[:32] for line in done.stdout.splitlines()]

    return run


def best(rounds: int, *works: Callable[[], list[str]]) -> list[float]:
    """The shortest time of each, in seconds, measured in turns; the answers must be the same."""
    times = [float("inf")] * len(works)
    answers = [work() for work in works]
    if any(answer != answers[0] for answer in answers):
        sys.exit("the answers differ")
    for _ in range(rounds):
        for number, work in enumerate(works):
            start = time.perf_counter()
            work()
            times[number] = min(times[number], time.perf_counter() - start)
    return times


def report(what: str, ours: float, other: float, goal: float, *, slower: bool = False) -> bool:
    """Print a line; whether the goal is met. `slower`: so many times the other's time will do."""
    ratio = ours / other if slower else other / ours
    met = ratio <= goal if slower else ratio >= goal
    word = "of the time of" if slower else "faster than"
    limit = "at most" if slower else "at least"
    print(
        f"{what:58} {ours * 1e3:8.1f} ms  {ratio:6.2f}x {word} {other * 1e3:8.1f} ms"
        f"  ({limit} {goal}x) {'met' if met else 'MISSED'}"
    )
    return met


def main() -> int:
    """Measure everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds: int = parser.parse_args().rounds
    root = runs_folder()
    os.environ.update(MLFLOW_ALLOW_FILE_STORE="true", MLFLOW_DISABLE_TELEMETRY="true")
    met: list[bool] = []
    ours, plain = best(rounds, lambda: newest(root), lambda: newest_by_plain_python(root))
    met.append(
        report("newest 100, in process, against plain Python", ours, plain, 2.5, slower=True)
    )
    (client,) = best(1, lambda: newest_by_client(root))
    met.append(report("newest 100, in process, against MLflow's client", ours, client, 12))
    (ours,) = best(rounds, lambda: sorted_by_metric(root))
    by_client, _ = best(
        1, lambda: newest_by_client(root, [BY_METRIC]), lambda: sorted_by_metric(root)
    )
    met.append(report("all sorted by a metric, against MLflow's client", ours, by_client, 5))
    with tempfile.TemporaryDirectory() as folder:
        line = ["-m", "venturi_tui", "runs", "list", "--limit", str(LIMIT), "-o", "name"]
        command = process([*line, "--store", str(root)], folder)
        script = process(["-c", BY_CLIENT, root.as_uri()], folder)
        (ours,) = best(rounds, command)
        _, client = best(2, command, script)
    met.append(
        report("`runs list --limit 100`, whole process, against the client", ours, client, 12)
    )
    again(root, rounds)
    return 0 if all(met) else 1


def again(root: Path, rounds: int) -> None:
    """What a store costs that stays open, as in the TUI; no goals."""
    store = open_files(str(root), StoreOptions())
    orders = parse_orders([BY_METRIC])
    node = parse_filter("metrics.loss < 0.01 and params.model = 'vit'")
    works = {
        "newest 100 again, store open": lambda: list(store.search_runs(RunQuery(), limit=LIMIT)),
        "ids sorted by a metric again": lambda: store.run_ids(RunQuery(order=orders)),
        "ids filtered by a metric and a param again": lambda: store.run_ids(RunQuery(filter=node)),
        "runs of each experiment counted again": lambda: list(store.count_runs_by_experiment()),
        "all keys": lambda: list(store.run_keys().metrics),
    }
    for what, work in works.items():
        (ours,) = best(rounds, lambda work=work: [str(each) for each in work()])
        print(f"{what:58} {ours * 1e3:8.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
