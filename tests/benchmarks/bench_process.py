"""Whole commands, from the shell's point of view: against MLflow and against the bare minimum.

    python tests/benchmarks/bench_process.py [--rounds N]

Every program runs from compiled code, as `pip install` leaves it; what is kept is the best of the
rounds, in which all programs take turns. The ratios hold on any machine, the times on this one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.large_store import HISTORY_KEY, HISTORY_RUN, history_store, runs_store

ROOT = Path(__file__).parents[2]

BY_HAND = """
import json, sys
import sqlalchemy, typer
engine = sqlalchemy.create_engine("sqlite:///" + sys.argv[1])
with engine.connect() as db:
    runs = db.exec_driver_sql(
        "SELECT * FROM runs WHERE lifecycle_stage = 'active'"
        " ORDER BY start_time DESC, run_uuid LIMIT 100"
    ).fetchall()
    marks = ",".join("?" * len(runs))
    ids = tuple(run.run_uuid for run in runs)
    rest = [
        db.exec_driver_sql(f"SELECT * FROM {table} WHERE run_uuid IN ({marks})", ids).fetchall()
        for table in ("params", "latest_metrics", "tags")
    ]
    print(json.dumps([[list(row) for row in rows] for rows in (runs, *rest)]))
"""

BY_CLIENT = """
import json, sys
from mlflow.tracking import MlflowClient
client = MlflowClient("sqlite:///" + sys.argv[1])
ids = [experiment.experiment_id for experiment in client.search_experiments()]
runs = client.search_runs(ids, max_results=100)
print(json.dumps([run.to_dictionary() for run in runs]))
"""

HISTORY_BY_HAND = """
import csv, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
rows = db.execute(
    "SELECT run_uuid, key, step, timestamp, value FROM metrics WHERE run_uuid = ? AND key = ?"
    " ORDER BY step, timestamp, value", (sys.argv[2], sys.argv[3])
).fetchall()
csv.writer(sys.stdout, lineterminator="\\n").writerows(rows)
"""


@dataclass(frozen=True)
class Goal:
    """Program `ours` takes at most so many times as long as `theirs`; below 1 it is faster."""

    ours: str
    theirs: str
    ratio: float


GOALS = (
    Goal("venturi --version", "import typer", 1.4),
    Goal("venturi --version", "mlflow --version", 1 / 25),
    Goal("venturi runs list", "typer, sqlalchemy, SQL", 1.4),
    Goal("venturi runs list -o json", "typer, sqlalchemy, SQL", 1.4),
    Goal("venturi runs list", "MLflow's client", 1 / 6),
)


def environment(folder: Path) -> dict[str, str]:
    """Compiled code in a folder of its own, no settings, no store but the one that is named."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "VENTURI_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept |= {
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "PYTHONPATH": f"{ROOT / 'core'}{os.pathsep}{ROOT / 'tui'}",
        "HOME": str(folder),
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    return kept


def programs(store: Path) -> dict[str, list[str]]:
    """What takes turns."""
    python = sys.executable
    venturi = [python, "-m", "venturi_tui"]
    listing = [*venturi, "-s", f"sqlite:///{store}", "runs", "list", "--limit", "100"]
    return {
        "python": [python, "-c", "pass"],
        "import typer": [python, "-c", "import typer"],
        "venturi --version": [*venturi, "--version"],
        "mlflow --version": [python, "-m", "mlflow", "--version"],
        "typer, sqlalchemy, SQL": [python, "-c", BY_HAND, str(store)],
        "venturi runs list": listing,
        "venturi runs list -o json": [*listing, "-o", "json"],
        "MLflow's client": [python, "-c", BY_CLIENT, str(store)],
    }


def histories(store: Path) -> dict[str, list[str]]:
    """A metric of a million points as CSV."""
    python = sys.executable
    ours = [python, "-m", "venturi_tui", "-s", f"sqlite:///{store}", "metrics", "history"]
    return {
        "sqlite3 and csv": [python, "-c", HISTORY_BY_HAND, str(store), HISTORY_RUN, HISTORY_KEY],
        "venturi metrics history -o csv": [*ours, HISTORY_RUN, HISTORY_KEY, "-o", "csv"],
    }


def best_times(
    commands: Mapping[str, Sequence[str]], env: dict[str, str], rounds: int
) -> dict[str, float]:
    """Seconds of the best of the rounds; before them each runs once, which compiles it."""
    best: dict[str, float] = {}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(
                command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            taken = time.perf_counter() - start
            if turn:
                best[name] = min(best.get(name, taken), taken)
    return best


def main() -> int:
    """Measure, print, and say by the exit code whether every goal is reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        times = best_times(programs(runs_store()), env, rounds)
        times |= best_times(histories(history_store()), env, max(1, rounds // 3))
    for name, seconds in times.items():
        print(f"{name:32}{seconds * 1000:9.0f} ms")
    goals = (*GOALS, Goal("venturi metrics history -o csv", "sqlite3 and csv", 2.0))
    missed = 0
    for goal in goals:
        ratio = times[goal.ours] / times[goal.theirs]
        reached = ratio <= goal.ratio
        missed += not reached
        word = "ok" if reached else "MISSED"
        print(f"{goal.ours} / {goal.theirs}: {ratio:.3f} (at most {goal.ratio:.3f}) {word}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
