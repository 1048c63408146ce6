"""Runs written from the command line, and read back by MLflow's client."""

from __future__ import annotations

import json
import math
from itertools import count

import pytest

_NUMBERS = count()


@pytest.fixture
def experiment(there):
    """The name of an experiment of its own."""
    name = f"runs-{next(_NUMBERS)}"
    assert there("experiments", "create", name).code == 0
    return name


@pytest.fixture
def run(there, experiment):
    """The id of a run in it."""
    return there("runs", "create", "-e", experiment, "--name", "one", "-t", "old=1").out.strip()


def test_create_prints_the_id_alone(there, experiment):
    answer = there("runs", "create", "-e", experiment, "--name", "brave", "--tag", "k=v")
    assert (answer.code, answer.err) == (0, "")
    run = there.mlflow.get_run(answer.out.strip())
    assert answer.out == f"{run.info.run_id}\n"
    assert (run.info.run_name, run.info.status, run.data.tags["k"]) == ("brave", "RUNNING", "v")


def test_create_with_all_that_can_be_said(there, experiment, run):
    answer = there(
        "runs", "create", "-e", experiment, "--user", "ana", "--parent", run[:12],
        "--start-time", "1700000000000", "-o", "json",
    )  # fmt: skip
    record = json.loads(answer.out)
    assert (record["user_id"], record["start_time"]) == ("ana", 1_700_000_000_000)
    assert record["run_name"] != ""
    made = there.mlflow.get_run(record["run_id"])
    assert made.data.tags["mlflow.parentRunId"] == run
    assert made.data.tags["mlflow.user"] == "ana"


def test_create_needs_its_experiment(there):
    assert there("runs", "create", "--name", "x").code == 2
    assert there("runs", "create", "-e", "no-such").code == 5
    assert there("runs", "create", "-e", "0", "--start-time", "soon").code == 2


def test_log_everything_at_once(there, run):
    answer = there(
        "runs", "log", run, "--param", "lr=0.1", "--metric", "loss=0.5@3", "--metric", "loss=1@-2",
        "-m", "gone=NaN", "-m", "far=-INF", "--step", "7", "--tag", "a=b",
    )  # fmt: skip
    assert (answer.code, answer.out) == (0, f"{run}\n")
    data = there.mlflow.get_run(run).data
    assert (data.params, data.tags["a"], data.metrics["loss"]) == ({"lr": "0.1"}, "b", 0.5)
    assert math.isnan(data.metrics["gone"])
    assert data.metrics["far"] <= -1.7976931348623157e308
    points = there.mlflow.get_metric_history(run, "loss")
    assert {(one.step, one.value) for one in points} == {(-2, 1.0), (3, 0.5)}
    assert [one.step for one in there.mlflow.get_metric_history(run, "gone")] == [7]


def test_logging_the_same_again_changes_nothing(there, run):
    words = ["runs", "log", run, "-p", "lr=0.1", "-t", "a=b"]
    assert "logged" in there(*words).err
    again = there(*words)
    assert (again.code, again.out, "unchanged" in again.err) == (0, f"{run}\n", True)
    other = there("runs", "log", run, "-p", "new=1", "-p", "lr=0.2")
    assert (other.code, other.out) == (7, "")
    assert "'lr'" in other.err
    assert there.mlflow.get_run(run).data.params == {"lr": "0.1"}


def test_finish(there, run):
    answer = there("runs", "finish", run, "--status", "failed", "--end-time", "1800000000000")
    assert (answer.code, answer.out) == (0, f"{run}\n")
    info = there.mlflow.get_run(run).info
    assert (info.status, info.end_time) == ("FAILED", 1_800_000_000_000)
    again = there("runs", "finish", run, "--status", "FAILED")
    assert (again.code, "unchanged" in again.err) == (0, True)
    assert there("runs", "finish", run).code == 0
    info = there.mlflow.get_run(run).info
    assert info.status == "FINISHED"
    assert info.end_time != 1_800_000_000_000
    assert there("runs", "finish", run, "--status", "RUNNING").code == 2


def test_rename_delete_restore(there, run):
    assert there("runs", "rename", run, "two").out == f"{run}\n"
    again = there("runs", "rename", run, "two")
    assert (again.code, "unchanged" in again.err) == (0, True)
    found = there.mlflow.get_run(run)
    assert (found.info.run_name, found.data.tags["mlflow.runName"]) == ("two", "two")
    assert there("runs", "delete", run).code == 2
    for words in ("deleted", "unchanged"):
        answer = there("runs", "delete", run, "--yes")
        assert (answer.code, answer.out, words in answer.err) == (0, f"{run}\n", True)
    assert there.mlflow.get_run(run).info.lifecycle_stage == "deleted"
    assert there("runs", "tag", run, "a=b").code == 7
    for words in ("restored", "unchanged"):
        answer = there("runs", "restore", run)
        assert (answer.code, answer.out, words in answer.err) == (0, f"{run}\n", True)
    assert there.mlflow.get_run(run).info.lifecycle_stage == "active"


def test_tags_through_a_pipe(there, experiment, run):
    other = there("runs", "create", "-e", experiment).out.strip()
    ids = there("runs", "list", "-e", experiment, "-o", "name").out
    answer = there("runs", "tag", "-", "reviewed=yes", stdin=ids)
    assert (answer.code, sorted(answer.out.split())) == (0, sorted([run, other]))
    assert "2 runs tagged" in answer.err
    again = there("runs", "tag", "-", "reviewed=yes", stdin=ids)
    assert (again.code, "2 runs unchanged" in again.err) == (0, True)
    some = there("runs", "untag", run, other, "old")
    assert "1 run untagged, 1 unchanged" in some.err
    records = there("runs", "untag", "-", "reviewed", "-o", "json", stdin=ids)
    assert all("reviewed" not in record["tags"] for record in json.loads(records.out))
    for each in (run, other):
        assert "reviewed" not in there.mlflow.get_run(each).data.tags


def test_one_run_gives_an_object_and_quiet_says_nothing(there, run):
    answer = there("runs", "tag", run, "a=b", "-o", "json", "-q")
    assert (json.loads(answer.out)["tags"]["a"], answer.err) == ("b", "")


@pytest.mark.parametrize(
    "words",
    [
        ["tag", "{run}", "a=b"],
        ["untag", "{run}", "old"],
        ["rename", "{run}", "two"],
        ["delete", "{run}"],
        ["finish", "{run}", "--status", "KILLED"],
        ["log", "{run}", "-p", "lr=1", "-m", "loss=1@2"],
        ["create", "-e", "{experiment}", "--name", "new", "-t", "a=b"],
    ],
    ids=lambda words: words[0],
)
def test_a_dry_run_tells_and_writes_nothing(there, experiment, run, words):
    args = [word.format(run=run, experiment=experiment) for word in words]
    before = there("runs", "list", "-e", experiment, "--view", "all", "-o", "json").out
    answer = there("runs", *args, "--dry-run")
    assert (answer.code, answer.err) == (0, "")
    told = json.loads(there("runs", *args, "--dry-run", "-o", "json").out)
    assert len(told) == len(answer.out.splitlines()) > 0
    assert {one["kind"] for one in told} == {"run"}
    assert there("runs", "list", "-e", experiment, "--view", "all", "-o", "json").out == before


def test_lines_in_bulk(there, run, tmp_path):
    lines = [
        {"params": {"lr": 0.1}, "tags": {"a": "b"}},
        *(
            {"key": "loss", "value": 1 / (step + 1), "step": step, "timestamp": 5}
            for step in range(50)
        ),
        {"metrics": {"acc": "NaN"}, "step": -1, "timestamp": 6},
    ]
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    answer = there("runs", "log", run, "--from-jsonl", path, "-t", "c=d")
    assert (answer.code, answer.out) == (0, f"{run}\n")
    data = there.mlflow.get_run(run).data
    assert (data.params, data.tags["a"], data.tags["c"]) == ({"lr": "0.1"}, "b", "d")
    assert len(there.mlflow.get_metric_history(run, "loss")) == 50
    assert math.isnan(data.metrics["acc"])


def test_a_curve_is_copied_through_a_pipe(there, experiment, run):
    there("runs", "log", run, *(f"--metric=loss={step}@{step}" for step in range(5)))
    other = there("runs", "create", "-e", experiment).out.strip()
    lines = there("metrics", "history", run, "-o", "jsonl").out
    assert there("runs", "log", other, "--from-jsonl", "-", stdin=lines).code == 0
    copied = there("metrics", "history", other, "-o", "jsonl").out
    assert copied == lines.replace(run, other)


def test_a_bad_line_is_named_and_nothing_is_written(there, run):
    good = '{"key": "loss", "value": 1}\n'
    answer = there(
        "runs", "log", run, "--from-jsonl", "-", "-p", "a=b", stdin=f"{good}{good}oops\n"
    )
    assert (answer.code, answer.out) == (2, "")
    assert "stdin:3:" in answer.err
    data = there.mlflow.get_run(run).data
    assert (data.metrics, data.params) == ({}, {})
    assert there("runs", "log", run, "--from-jsonl", "no-such-file").code == 2
    assert there("runs", "log", "-", "--from-jsonl", "-").code == 2
    assert there("runs", "log", run).code == 2


def test_a_dry_run_of_lines(there, run):
    answer = there(
        "runs", "log", run, "--from-jsonl", "-", "--dry-run", stdin='{"params": {"a": 1}}'
    )
    assert answer.out == f"log to run {run}: param a = 1\n"
    assert there.mlflow.get_run(run).data.params == {}


def test_a_new_store_with_its_experiment(venturi):
    made = venturi("-s", "sqlite:///new.db", "runs", "create", "-e", "first", "--create")
    assert made.code == 0, made.err
    found = venturi("-s", "sqlite:///new.db", "runs", "list", "-e", "first", "-o", "name")
    assert found.out == made.out
