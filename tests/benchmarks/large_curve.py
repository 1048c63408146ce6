"""One metric of 10,000,000 points in SQLite, beside others of the same key, made once and kept."""

from __future__ import annotations

import math
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from benchmarks.large_store import INSERT_RUN, START, add_experiment, cached

RUN = "e" * 32
KEY = "loss"
POINTS = 10_000_000
SPIKE_AT, SPIKE = 7_654_321, 1000.0
"""One point that stands out, in the middle of a bucket."""

LIVE_RUN, LIVE_POINTS = "d" * 32, 1_000_000
"""A run that is still running."""

_OTHERS, _OTHER_POINTS = 20, 25_000


def curve_store() -> Path:
    """RUN with 10,000,000 points of KEY, LIVE_RUN with 1,000,000, and 20 runs with 25,000."""
    return cached("curve-10m", _fill)


def _fill(db: sqlite3.Connection) -> None:
    add_experiment(db, 1)
    others = [(f"{number:032x}", _OTHER_POINTS) for number in range(_OTHERS)]
    for run_id, points in [*others, (LIVE_RUN, LIVE_POINTS), (RUN, POINTS)]:
        uri = f"/mlruns/1/{run_id}/artifacts"
        status = "RUNNING" if run_id == LIVE_RUN else "FINISHED"
        db.execute(INSERT_RUN, (run_id, run_id[-6:], "ann", status, START, START, uri, 1))
        db.executemany(
            "INSERT INTO metrics(key, value, timestamp, run_uuid, step) VALUES (?,?,?,?,?)",
            _points(run_id, points),
        )
        db.execute(
            "INSERT INTO latest_metrics SELECT key, value, timestamp, step, is_nan, run_uuid"
            " FROM metrics WHERE run_uuid = ? AND step = ?",
            (run_id, points - 1),
        )


def _points(run_id: str, points: int) -> Iterator[tuple[object, ...]]:
    rng = random.Random(run_id)
    for step in range(points):
        value = 0.3 + 1.9 * math.exp(-5 * step / points) + 0.2 * rng.random()
        if run_id == RUN and step == SPIKE_AT:
            value = SPIKE
        yield KEY, value, START + step, run_id, step
