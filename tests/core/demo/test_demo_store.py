"""What the demo store holds, seen by plain SQL: complete, plausible, by MLflow's own rules."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from worlds.demo import DEMO_NOW

LARGEST = 1.7976931348623157e308


@pytest.fixture(scope="module")
def rows(demo_folder: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{demo_folder / 'mlflow.db'}?mode=ro", uri=True)
    yield connection
    connection.close()


def _all(rows: sqlite3.Connection, question: str, *values: Any) -> list[tuple[Any, ...]]:
    return rows.execute(question, values).fetchall()


def _column(rows: sqlite3.Connection, question: str, *values: Any) -> list[Any]:
    return [row[0] for row in rows.execute(question, values)]


def test_the_database_is_sound(rows: sqlite3.Connection) -> None:
    assert _all(rows, "PRAGMA integrity_check") == [("ok",)]
    assert _all(rows, "PRAGMA foreign_key_check") == []
    assert _all(rows, "PRAGMA journal_mode") == [("delete",)]


def test_sixty_runs_in_three_experiments(rows: sqlite3.Connection) -> None:
    counts = _all(
        rows,
        "SELECT name, (SELECT count(*) FROM runs r WHERE r.experiment_id = e.experiment_id "
        "AND r.lifecycle_stage = 'active') FROM experiments e ORDER BY experiment_id",
    )
    assert counts == [
        ("Default", 0),
        ("vision-sweep", 32),
        ("llm-pretrain", 8),
        ("churn-baselines", 20),
    ]


def test_every_status_occurs(rows: sqlite3.Connection) -> None:
    counts = dict(_all(rows, "SELECT status, count(*) FROM runs GROUP BY status"))
    assert counts.pop("FINISHED") > 40
    assert counts == {"FAILED": 2, "KILLED": 2, "RUNNING": 3, "SCHEDULED": 1}


def test_most_curves_have_a_thousand_steps(rows: sqlite3.Connection) -> None:
    lengths = _column(
        rows, "SELECT count(*) FROM metrics WHERE key = 'train/loss' GROUP BY run_uuid"
    )
    assert len([length for length in lengths if length >= 1_000]) > 30
    assert max(lengths) >= 5_000


def test_one_run_diverges_for_good(rows: sqlite3.Connection) -> None:
    [run_id] = _column(
        rows, "SELECT DISTINCT run_uuid FROM metrics WHERE key = 'train/loss' AND is_nan"
    )
    curve = _all(
        rows,
        "SELECT step, value, is_nan FROM metrics WHERE run_uuid = ? AND key = 'train/loss' "
        "ORDER BY step",
        run_id,
    )
    first = next(step for step, _, is_nan in curve if is_nan)
    assert 500 < first < len(curve) - 100
    assert all(is_nan and value == 0 for step, value, is_nan in curve if step >= first)
    assert [value for _, value, _ in curve[first - 4 : first]] == [LARGEST] * 4
    assert curve[first - 5][1] > 4
    [(latest, is_nan)] = _all(
        rows,
        "SELECT value, is_nan FROM latest_metrics WHERE run_uuid = ? AND key = 'train/loss'",
        run_id,
    )
    assert (latest, is_nan) == (0, 1)


def test_one_run_has_a_spike_and_recovers(rows: sqlite3.Connection) -> None:
    [(run_id, step)] = _all(
        rows,
        "SELECT run_uuid, step FROM metrics WHERE key = 'train/loss' AND step BETWEEN 100 AND 750 "
        "AND value > 5 AND value < 7 AND run_uuid IN (SELECT run_uuid FROM params WHERE "
        "key = 'model' AND value IN ('vit-b', 'vit-l', 'convnext-t', 'resnet50')) "
        "ORDER BY step LIMIT 1",
    )
    [later] = _column(
        rows,
        "SELECT avg(value) FROM metrics WHERE run_uuid = ? AND key = 'train/loss' AND step > ?",
        run_id,
        step + 60,
    )
    assert later < 1


def test_latest_metrics_are_the_greatest_by_step_time_and_value(rows: sqlite3.Connection) -> None:
    greatest: dict[tuple[str, str], tuple[int, int, float, int]] = {}
    points = _all(rows, "SELECT run_uuid, key, step, timestamp, value, is_nan FROM metrics")
    for run_id, key, *point in points:
        known = greatest.get((run_id, key))
        if known is None or tuple(point) > known:
            greatest[run_id, key] = (point[0], point[1], point[2], point[3])
    latest = _all(rows, "SELECT run_uuid, key, step, timestamp, value, is_nan FROM latest_metrics")
    assert {(run_id, key): tuple(point) for run_id, key, *point in latest} == greatest


def test_times_are_in_order_and_none_is_to_come(rows: sqlite3.Connection) -> None:
    spans = _all(
        rows,
        "SELECT start_time, min(timestamp), max(timestamp), end_time, status FROM runs "
        "LEFT JOIN metrics USING (run_uuid) GROUP BY run_uuid",
    )
    for start, first, last, end, status in spans:
        moments = [moment for moment in (start, first, last, end) if moment is not None]
        assert moments == sorted(moments)
        assert moments[-1] <= DEMO_NOW
        assert (end is None) == (status in ("RUNNING", "SCHEDULED"))
    [tangled] = _column(
        rows,
        "SELECT count(*) FROM (SELECT timestamp - lag(timestamp) OVER "
        "(PARTITION BY run_uuid, key ORDER BY step) AS gap FROM metrics) WHERE gap < 0",
    )
    assert tangled == 0


def test_running_runs_logged_something_seconds_ago(rows: sqlite3.Connection) -> None:
    last = _column(
        rows,
        "SELECT max(timestamp) FROM runs JOIN metrics USING (run_uuid) WHERE status = 'RUNNING' "
        "GROUP BY run_uuid",
    )
    assert len(last) == 3
    assert all(0 < DEMO_NOW - moment <= 10_000 for moment in last)


def test_two_parents_have_their_folds(rows: sqlite3.Connection) -> None:
    families = _all(
        rows,
        "SELECT value, count(*) FROM tags WHERE key = 'mlflow.parentRunId' GROUP BY value",
    )
    assert [count for _, count in families] == [5, 5]
    for parent, _ in families:
        [(start, end)] = _all(
            rows, "SELECT start_time, end_time FROM runs WHERE run_uuid = ?", parent
        )
        children = _all(
            rows,
            "SELECT start_time, end_time FROM runs JOIN tags USING (run_uuid) "
            "WHERE key = 'mlflow.parentRunId' AND value = ?",
            parent,
        )
        assert all(start <= born <= over <= end for born, over in children)


def test_system_metrics_are_those_that_mlflow_logs(rows: sqlite3.Connection) -> None:
    keys = set(_column(rows, "SELECT DISTINCT key FROM metrics WHERE key LIKE 'system/%'"))
    assert {
        "system/cpu_utilization_percentage",
        "system/gpu_0_power_usage_watts",
        "system/gpu_1_utilization_percentage",
        "system/network_receive_megabytes",
    } <= keys
    shares = _column(rows, "SELECT value FROM metrics WHERE key LIKE 'system/%percentage'")
    assert all(0 <= share <= 100 for share in shares)


def test_params_hold_numbers_words_and_nested_values(rows: sqlite3.Connection) -> None:
    nested = _column(rows, "SELECT value FROM params WHERE key = 'optim'")
    assert all(json.loads(text) for text in nested)
    rates = [float(text) for text in _column(rows, "SELECT value FROM params WHERE key = 'lr'")]
    assert len(set(rates)) > 6
    assert all(rate > 0 and math.isfinite(rate) for rate in rates)


def test_names_are_unique_but_for_folds_and_short(rows: sqlite3.Connection) -> None:
    names = _column(rows, "SELECT name FROM runs WHERE name NOT LIKE 'fold-%'")
    assert len(set(names)) == len(names)
    assert all(len(name) <= 20 and name.count("-") == 2 for name in names)
    tags = _all(rows, "SELECT name, value FROM runs JOIN tags USING (run_uuid) "
                "WHERE key = 'mlflow.runName'")  # fmt: skip
    assert len(tags) == 62
    assert all(name == tag for name, tag in tags)


def test_every_tag_of_the_plan_occurs(rows: sqlite3.Connection) -> None:
    keys = set(_column(rows, "SELECT DISTINCT key FROM tags"))
    assert keys >= {
        "team",
        "stage",
        "mlflow.user",
        "mlflow.source.name",
        "mlflow.source.git.commit",
        "mlflow.note.content",
        "mlflow.log-model.history",
        "mlflow.parentRunId",
    }
    commits = _column(rows, "SELECT value FROM tags WHERE key = 'mlflow.source.git.commit'")
    assert all(len(commit) == 40 and int(commit, 16) for commit in commits)


def test_columns_hold_what_their_types_allow(rows: sqlite3.Connection) -> None:
    """SQLite does not mind long texts, other databases that a store is copied to do."""
    tables = _column(rows, "SELECT name FROM sqlite_master WHERE type = 'table'")
    for table in tables:
        for _, column, kind, *_ in _all(rows, f"PRAGMA table_info({table})"):
            if kind.startswith("VARCHAR"):
                [longest] = _column(rows, f'SELECT max(length("{column}")) FROM {table}')
                assert (longest or 0) <= int(kind[8:-1]), (table, column)
