"""The SQL store beside the best hand-written SQL and MLflow's client, on large SQLite files.

In tests/: `python -m benchmarks.bench_sql` (with core on PYTHONPATH, or Venturi installed). Builds
its stores the first time, which takes some minutes; `--mlflow` adds the client, which takes more.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks.large_store import HISTORY_KEY, HISTORY_RUN, history_store, runs_store
from benchmarks.measure import Ratio, compare
from venturi.filters.syntax import parse_filter
from venturi.filters.tree import Entity, OrderKey
from venturi.records import Run
from venturi.stores import open_tracking
from venturi.stores.base import RunGroups, RunIndex, RunQuery, TrackingStore

KEY = "metric_3"
PAGE = 100
BY_METRIC = (OrderKey(Entity.METRIC, KEY, ascending=False),)
COLUMNS = (
    "run_uuid, name, experiment_id, status, start_time, end_time, lifecycle_stage, user_id,"
    " artifact_uri"
)
BEST_BY_METRIC = """SELECT r.run_uuid FROM runs r
 LEFT JOIN latest_metrics m ON m.key = ? AND m.run_uuid = r.run_uuid
 WHERE r.lifecycle_stage = 'active' {}
 ORDER BY CASE WHEN m.is_nan THEN 1 WHEN m.value IS NULL THEN 2 ELSE 0 END, m.value DESC,
 r.start_time DESC, r.run_uuid LIMIT 101"""
BEST_NEWEST = """SELECT run_uuid FROM runs WHERE lifecycle_stage = 'active'
 ORDER BY start_time DESC, run_uuid LIMIT 101"""
BEST_FILTERED = """SELECT r.run_uuid FROM runs r WHERE r.lifecycle_stage = 'active'
 AND EXISTS (SELECT 1 FROM latest_metrics m WHERE m.key = ? AND m.run_uuid = r.run_uuid
 AND m.value > 0.9 AND NOT m.is_nan)
 AND EXISTS (SELECT 1 FROM params p WHERE p.key = 'model' AND p.run_uuid = r.run_uuid
 AND p.value = 'vit')
 ORDER BY r.start_time DESC, r.run_uuid LIMIT 101"""
GROUPED = "FROM runs r LEFT JOIN params p ON p.key = 'model' AND p.run_uuid = r.run_uuid"
BEST_COUNTED = f"""SELECT p.value, count(*) {GROUPED}
 WHERE r.lifecycle_stage = 'active' {{}} GROUP BY p.value"""
BEST_GROUPS = f"""SELECT p.value, l.key, count(*), min(l.value), max(l.value), sum(l.value),
 sum(l.value * l.value) {GROUPED} CROSS JOIN latest_metrics l ON l.run_uuid = r.run_uuid
 WHERE r.lifecycle_stage = 'active' {{}} AND NOT l.is_nan AND +l.key LIKE 'metric_%'
 GROUP BY p.value, l.key"""
FILTER = f"metrics.{KEY} > 0.9 AND params.model = 'vit'"


class Plain:
    """The best a script could do: sqlite3, hand-written statements, tuples."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        return self._db.execute(statement, values).fetchall()

    def runs(self, statement: str, *values: object) -> list[object]:
        """The first hundred runs of a statement that gives ids, with all that belongs to them."""
        return self.of_ids([row[0] for row in self.ask(statement, *values)][:PAGE])

    def of_ids(self, ids: Sequence[object]) -> list[object]:
        marks = ",".join("?" * len(ids))
        parts: list[object] = [
            self.ask(f"SELECT {COLUMNS} FROM runs WHERE run_uuid IN ({marks})", *ids)
        ]
        for columns, table in (
            ("key, value", "params"),
            ("key, value, is_nan, timestamp, step", "latest_metrics"),
            ("key, value", "tags"),
        ):
            statement = f"SELECT run_uuid, {columns} FROM {table} WHERE run_uuid IN ({marks})"
            parts.append(self.ask(statement, *ids))
        return parts

    def close(self) -> None:
        self._db.close()


def page(store: TrackingStore, query: RunQuery) -> tuple[Run, ...]:
    """The first hundred runs."""
    found = store.search_runs(query, limit=PAGE).items
    assert len(found) == PAGE
    return found


def bench_searches(path: Path) -> list[Ratio]:
    """Pages of a hundred whole runs out of 5,000 and 100,000."""
    one = RunQuery(("7",), order=BY_METRIC)
    everywhere = RunQuery(order=BY_METRIC)
    filtered = RunQuery(filter=parse_filter(FILTER))
    best = "best hand-written SQL"
    with closing(open_tracking(f"sqlite:///{path}")) as store, closing(Plain(path)) as plain:
        assert isinstance(store, RunIndex)
        ids = store.run_ids(RunQuery())
        assert [run.run_id for run in page(store, one)] == [
            row[0] for row in plain.ask(BEST_BY_METRIC.format("AND r.experiment_id = 7"), KEY)
        ][:PAGE]
        return [
            compare(
                "newest 100 of 100,000 runs",
                lambda: page(store, RunQuery()),
                best,
                lambda: plain.runs(BEST_NEWEST),
                2,
            ),
            compare(
                "best 100 of 5,000 by a metric",
                lambda: page(store, one),
                best,
                lambda: plain.runs(BEST_BY_METRIC.format("AND r.experiment_id = 7"), KEY),
                2,
            ),
            compare(
                "best 100 of 100,000 by a metric",
                lambda: page(store, everywhere),
                best,
                lambda: plain.runs(BEST_BY_METRIC.format(""), KEY),
                2,
            ),
            compare(
                "newest 100 of 100,000 with a filter",
                lambda: page(store, filtered),
                best,
                lambda: plain.runs(BEST_FILTERED, KEY),
                2,
            ),
            compare(
                "ids of all 100,000 runs",
                lambda: store.run_ids(RunQuery()),
                best,
                lambda: [row[0] for row in plain.ask(BEST_NEWEST.removesuffix(" LIMIT 101"))],
                2,
            ),
            compare(
                "60 runs by id",
                lambda: store.get_runs(ids[50_000:50_060]),
                best,
                lambda: plain.of_ids(ids[50_000:50_060]),
                3,
                turns=30,
            ),
            compare(
                "number of runs of each experiment",
                store.count_runs_by_experiment,
                best,
                lambda: plain.ask(
                    "SELECT experiment_id, count(*) FROM runs WHERE lifecycle_stage = 'active'"
                    " GROUP BY experiment_id"
                ),
                2,
            ),
        ]


def bench_groups(path: Path) -> list[Ratio]:
    """Eight metrics of 5,000 and of 100,000 runs summed up by a param."""
    metrics = [f"metric_{number}" for number in range(8)]
    answers: list[Ratio] = []
    with closing(open_tracking(f"sqlite:///{path}")) as store, closing(Plain(path)) as plain:
        assert isinstance(store, RunGroups)
        for words, ids, only in (
            ("5,000", ("7",), "AND r.experiment_id = 7"),
            ("100,000", None, ""),
        ):
            ask = partial(store.run_groups, RunQuery(ids), Entity.PARAM, "model", metrics)
            counted, summed = BEST_COUNTED.format(only), BEST_GROUPS.format(only)
            found = {group.value: group.count for group in ask()}
            assert dict(plain.ask(counted)) == found
            answers.append(
                compare(
                    f"groups of {words} runs, 8 metrics",
                    ask,
                    "best hand-written SQL",
                    partial(_both, plain, counted, summed),
                    1.5,
                    turns=5,
                )
            )
    return answers


def _both(plain: Plain, counted: str, summed: str) -> list[tuple[object, ...]]:
    return [*plain.ask(counted), *plain.ask(summed)]


def bench_history(path: Path) -> list[Ratio]:
    """Every point of a curve of a million."""
    fetch = "SELECT step, timestamp, value, is_nan FROM metrics WHERE run_uuid = ? AND key = ?"
    with closing(open_tracking(f"sqlite:///{path}")) as store, closing(Plain(path)) as plain:
        assert len(store.metric_history(HISTORY_RUN, HISTORY_KEY)) == 1_000_000
        return [
            compare(
                "1,000,000 points of one metric",
                lambda: store.metric_history(HISTORY_RUN, HISTORY_KEY),
                "sqlite3 fetchall",
                lambda: plain.ask(fetch, HISTORY_RUN, HISTORY_KEY),
                2,
                turns=5,
            )
        ]


def bench_mlflow(runs: Path, history: Path) -> list[Ratio]:
    """The same questions put to MLflow's own client."""
    from mlflow.tracking import MlflowClient  # noqa: TID251

    name = "MLflow's client"
    client, curves = (MlflowClient(f"sqlite:///{path}") for path in (runs, history))
    everywhere = [each.experiment_id for each in client.search_experiments()]
    order = [f"metrics.{KEY} DESC"]
    with (
        closing(open_tracking(f"sqlite:///{runs}")) as store,
        closing(open_tracking(f"sqlite:///{history}")) as points,
    ):
        return [
            compare(
                "newest 100 of 100,000 runs",
                lambda: page(store, RunQuery()),
                name,
                lambda: client.search_runs(everywhere, max_results=PAGE),
                1,
                turns=3,
            ),
            compare(
                "best 100 of 5,000 by a metric",
                lambda: page(store, RunQuery(("7",), order=BY_METRIC)),
                name,
                lambda: client.search_runs(["7"], max_results=PAGE, order_by=order),
                1,
                turns=1,
            ),
            compare(
                "1,000,000 points of one metric",
                lambda: points.metric_history(HISTORY_RUN, HISTORY_KEY),
                name,
                lambda: curves.get_metric_history(HISTORY_RUN, HISTORY_KEY),
                1,
                turns=1,
            ),
        ]


def main(arguments: Sequence[str]) -> int:
    """Print every ratio; 1 when a goal was missed."""
    runs, history = runs_store(), history_store()
    found = bench_searches(runs) + bench_groups(runs) + bench_history(history)
    if "--mlflow" in arguments:
        found += bench_mlflow(runs, history)
    return int(any(each.ratio > each.goal for each in found))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
