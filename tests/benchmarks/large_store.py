"""Large SQLite stores on MLflow's own schema, made once and kept in a cache folder."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import platformdirs

RECIPE = 1
"""Part of the file names: raise it when what is generated changes."""

EXPERIMENTS = 20
RUNS_EACH = 5_000
PARAMS, METRICS, TAGS = 12, 8, 6
START = 1_700_000_000_000

HISTORY_RUN = "f" * 32
HISTORY_KEY = "loss"
HISTORY_POINTS = 1_000_000
_OTHER_CURVES, _OTHER_POINTS = 20, 50_000


def runs_store() -> Path:
    """20 experiments of 5,000 runs, each with 12 params, 8 metrics and 6 tags."""
    return cached("runs-100k", _fill_runs)


def million_store() -> Path:
    """One experiment of 1,000,000 runs, each with 3 params, 3 metrics and its name as a tag."""
    return cached("runs-1m", _fill_million)


def history_store() -> Path:
    """One metric of 1,000,000 points (HISTORY_RUN, HISTORY_KEY) beside 20 of 50,000."""
    return cached("history-1m", _fill_history)


def cache_folder() -> Path:
    """Where the stores are kept; `VENTURI_BENCHMARKS` names another place."""
    named = os.environ.get("VENTURI_BENCHMARKS")
    return Path(named) if named else Path(platformdirs.user_cache_dir("venturi-benchmarks"))


def cached(name: str, fill: Callable[[sqlite3.Connection], None]) -> Path:
    """The store of that name; on MLflow's schema and filled when it is not there yet."""
    path = cache_folder() / f"{name}-{RECIPE}.sqlite"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    _make_schema(unfinished)
    with closing(sqlite3.connect(unfinished)) as db:
        db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-800000"
        )
        fill(db)
        db.commit()
        db.execute("PRAGMA journal_mode=DELETE")
    return unfinished.rename(path)


def _make_schema(path: Path) -> None:
    from mlflow.store.db.utils import (  # noqa: TID251
        _initialize_tables,
        create_sqlalchemy_engine_with_retry,
    )

    engine = create_sqlalchemy_engine_with_retry(f"sqlite:///{path}")
    _initialize_tables(engine)
    engine.dispose()


def _fill_runs(db: sqlite3.Connection) -> None:
    rng = random.Random(100_000)
    for experiment in range(1, EXPERIMENTS + 1):
        add_experiment(db, experiment)
    serials = list(range(EXPERIMENTS * RUNS_EACH))
    for first in range(0, len(serials), 1000):
        # As in life: what a run logs lies together, experiments take turns, ids are random.
        rows = [_run_row(rng, serial) for serial in serials[first : first + 1000]]
        db.executemany(INSERT_RUN, rows)
        ids = [row[0] for row in rows]
        db.executemany("INSERT INTO params(key, value, run_uuid) VALUES (?,?,?)", _params(rng, ids))
        db.executemany("INSERT INTO tags(key, value, run_uuid) VALUES (?,?,?)", _tags(rng, ids))
        points = list(_metrics(rng, ids))
        for table in ("metrics", "latest_metrics"):
            db.executemany(
                f"INSERT INTO {table}(key, value, timestamp, step, is_nan, run_uuid)"
                " VALUES (?,?,?,?,?,?)",
                points,
            )


INSERT_RUN = """INSERT INTO runs(run_uuid, name, source_type, source_name, entry_point_name,
 user_id, status, start_time, end_time, source_version, lifecycle_stage, artifact_uri,
 experiment_id) VALUES (?,?,'UNKNOWN','','',?,?,?,?,'','active',?,?)"""


MILLION = 1_000_000
_MANY_KEYS = 3


def _fill_million(db: sqlite3.Connection) -> None:
    """Rows made by statements alone: a minute instead of ten."""
    add_experiment(db, 1)
    rng = random.Random(MILLION)
    ids = ((f"{rng.getrandbits(128):032x}", at) for at in range(MILLION))
    db.execute("CREATE TEMP TABLE made(id TEXT, at INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO made(id, at) VALUES (?,?)", ids)
    db.execute(
        "INSERT INTO runs(run_uuid, name, source_type, source_name, entry_point_name, user_id,"
        " status, start_time, end_time, source_version, lifecycle_stage, artifact_uri,"
        " experiment_id) SELECT id, 'run-' || at, 'UNKNOWN', '', '', 'ann', 'FINISHED',"
        f" {START} + at * 1000, {START} + at * 1000 + 60000, '', 'active',"
        " '/mlruns/1/' || id || '/artifacts', 1 FROM made"
    )
    db.execute(
        "INSERT INTO tags(key, value, run_uuid) SELECT 'mlflow.runName', 'run-' || at, id FROM made"
    )
    for number in range(_MANY_KEYS):
        share = f"(at * {7919 + 2 * number} % 1000003) / 1000003.0"
        db.execute(
            f"INSERT INTO params(key, value, run_uuid) SELECT 'param_{number}',"
            f" CAST(at % {10 ** (number + 1)} AS TEXT), id FROM made"
        )
        for table in ("metrics", "latest_metrics"):
            db.execute(
                f"INSERT INTO {table}(key, value, timestamp, step, is_nan, run_uuid)"
                f" SELECT 'metric_{number}', {share}, {START}, 100, 0, id FROM made"
            )
    db.execute("DROP TABLE made")


def add_experiment(db: sqlite3.Connection, number: int) -> None:
    """A row for an experiment of that id."""
    db.execute(
        "INSERT INTO experiments(experiment_id, name, artifact_location, lifecycle_stage,"
        " creation_time, last_update_time) VALUES (?,?,?,'active',?,?)",
        (number, f"exp-{number:02}", f"/mlruns/{number}", START + number, START + number),
    )


def _run_row(rng: random.Random, serial: int) -> tuple[object, ...]:
    run_id = f"{rng.getrandbits(128):032x}"
    experiment = serial % EXPERIMENTS + 1
    start = START + serial * 1000 + rng.randrange(-60_000, 60_000)
    status = rng.choice(("FINISHED",) * 8 + ("FAILED", "RUNNING"))
    end = None if status == "RUNNING" else start + rng.randrange(10_000, 10_000_000)
    uri = f"/mlruns/{experiment}/{run_id}/artifacts"
    return (
        run_id,
        f"run-{serial}",
        rng.choice(("ann", "bob")),
        status,
        start,
        end,
        uri,
        experiment,
    )


def _params(rng: random.Random, ids: list[str]) -> Iterator[tuple[str, str, str]]:
    for run_id in ids:
        yield "model", rng.choice(("vit", "resnet", "mlp", "unet")), run_id
        for number in range(1, PARAMS):
            yield f"param_{number:02}", f"{rng.random():.6g}", run_id


def _tags(rng: random.Random, ids: list[str]) -> Iterator[tuple[str, str, str]]:
    for run_id in ids:
        yield "mlflow.runName", f"run-{run_id[:6]}", run_id
        yield "mlflow.user", "ann", run_id
        yield "mlflow.source.name", "train.py", run_id
        for number in range(TAGS - 3):
            yield f"tag_{number}", rng.choice(("a", "b", "c")), run_id


def _metrics(rng: random.Random, ids: list[str]) -> Iterator[tuple[object, ...]]:
    for run_id in ids:
        for number in range(METRICS):
            is_nan = rng.random() < 0.01
            value = 0.0 if is_nan else rng.random()
            yield f"metric_{number}", value, START, 100, is_nan, run_id


def _fill_history(db: sqlite3.Connection) -> None:
    rng = random.Random(1_000_000)
    add_experiment(db, 1)
    curves = [(f"{number:032x}", _OTHER_POINTS) for number in range(_OTHER_CURVES)]
    for run_id, points in [*curves, (HISTORY_RUN, HISTORY_POINTS)]:
        uri = f"/mlruns/1/{run_id}/artifacts"
        db.execute(INSERT_RUN, (run_id, run_id[-6:], "ann", "FINISHED", START, START, uri, 1))
        rows = ((HISTORY_KEY, rng.random(), START + step, run_id, step) for step in range(points))
        db.executemany(
            "INSERT INTO metrics(key, value, timestamp, run_uuid, step) VALUES (?,?,?,?,?)", rows
        )
        db.execute(
            "INSERT INTO latest_metrics SELECT key, value, timestamp, step, is_nan, run_uuid"
            " FROM metrics WHERE run_uuid = ? AND step = ?",
            (run_id, points - 1),
        )
