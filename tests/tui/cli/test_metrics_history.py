"""`metrics history`: several runs, side by side, into files and as Parquet; nothing is rounded."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import sys
import tracemalloc
from dataclasses import replace

import pytest
from stories.memory_store import world

from venturi.records import Metric

A, B = f"{0:032x}", f"{1:032x}"
EVIL = "lo\x1b[31mss\u202e,\n"


@pytest.fixture
def store():
    """Two runs with few points: repeated steps, NaN, infinities, huge steps."""
    store = world(5)
    give(store, A, "loss", [(0, 0.1), (1, math.nan), (3, 1 / 3), (3, 0.25), (2**62, 5e-324)])
    give(store, B, "loss", [(1, math.inf), (2, -math.inf), (2**62, 1.7976931348623157e308)])
    give(store, A, "acc", [(3, 0.5)])
    return store


def give(store, run_id, key, pairs):
    points = [Metric(key, value, 1000 + at, step) for at, (step, value) in enumerate(pairs)]
    store.points[run_id, key] = points
    run = next(run for run in store.runs if run.run_id == run_id)
    store.change(run_id, latest={**run.latest, key: points[-1]})


def test_several_runs_one_after_the_other(held, store):
    given = held(store, "metrics", "history", A, "loss", "--run", B, "--run", A, "-o", "csv")
    piped = held(store, "metrics", "history", "-", "loss", "-o", "csv", stdin=f"{A}\n{B}\n")
    assert given.out == piped.out
    rows = list(csv.DictReader(io.StringIO(given.out)))
    assert [(row["run_id"], row["step"]) for row in rows][4:6] == [(A, str(2**62)), (B, "1")]
    assert [float(row["value"]) for row in rows][2:5] == [1 / 3, 0.25, 5e-324]


def test_side_by_side_on_steps(held, store):
    answer = held(store, "metrics", "history", A, "loss", "--run", B, "--wide", "-o", "csv")
    assert answer.out == (
        f"step,{A}.loss,{B}.loss\n"
        "0,0.1,\n"
        "1,NaN,Infinity\n"
        "2,,-Infinity\n"
        "3,0.25,\n"
        f"{2**62},5e-324,1.7976931348623157e+308\n"
    )
    assert answer.err == "1 point shares its step with a later one: without --wide all are there\n"


def test_side_by_side_in_every_format(held, store):
    args = ("metrics", "history", A, "loss", "acc", "--wide", "-q")
    rows = json.loads(held(store, *args, "-o", "json").out)
    assert rows[0] == {"step": 0, "loss": 0.1, "acc": None}
    assert rows[1]["loss"] == "NaN"
    lines = held(store, *args, "-o", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == rows
    table = held(store, *args).out.splitlines()
    assert table[0].split() == ["step", "loss", "acc"]
    assert [line.split() for line in table[1:3]] == [["0", "0.1", "·"], ["1", "NaN", "·"]]
    assert held(store, *args, "-o", "name").out.splitlines() == ["0", "1", "3", str(2**62)]
    chosen = held(store, *args, "-o", "csv", "--columns", "acc,step").out.splitlines()
    assert chosen[:2] == ["acc,step", ",0"]
    assert held(store, *args, "-o", "csv", "--columns", "l*").out.splitlines()[0] == "loss"
    assert held(store, *args, "-o", "csv", "--columns", "lss").code == 2
    assert held(store, *args, "-o", "csv", "--no-headers").out.startswith("0,0.1,")


@pytest.mark.parametrize("key", ["step", "params", "metrics.x"])
def test_side_by_side_with_a_key_that_means_something_else(held, store, key):
    give(store, A, key, [(7, 1.5)])
    for output in ("json", "jsonl", "csv", "yaml", "table"):
        answer = held(store, "metrics", "history", A, key, "--wide", "-o", output)
        assert answer.code == 0, answer.err
        assert f"{A}.{key}" in answer.out


def test_what_some_runs_never_logged(held, store):
    answer = held(store, "metrics", "history", A, "loss", "acc", "--run", B, "-o", "csv")
    assert answer.code == 0
    assert answer.err == "calm-finch-01 never logged acc\n"
    for args in ((A, "los"), (A, "los", "--run", B)):
        none = held(store, "metrics", "history", *args)
        assert (none.code, none.out) == (5, "")
        assert "did you mean 'loss'?" in none.err


def test_hostile_keys_are_data(held, store):
    give(store, A, EVIL, [(1, 1.0)])
    shown = held(store, "metrics", "history", A, EVIL, "--wide", terminal=True)
    assert "\x1b[31m" not in shown.out
    assert "\u202e" not in shown.out
    text = held(store, "metrics", "history", A, EVIL, "--wide", "-o", "csv").out
    assert next(csv.reader(io.StringIO(text, newline=""))) == ["step", EVIL]


@pytest.mark.parametrize("wide", [False, True])
def test_parquet_holds_the_same(held, store, tmp_path, wide):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "all.parquet"
    args = ["metrics", "history", A, "--run", B, *(["--wide"] if wide else [])]
    answer = held(store, *args, "-o", "parquet", "--to", path)
    assert (answer.code, answer.out) == (0, "")
    assert f"written: {path}" in answer.err
    table = parquet.read_table(path)
    assert [str(kind) for kind in table.schema.types[-2:]] == (
        ["double", "double"] if wide else ["int64", "double"]
    )
    rows = json.loads(held(store, *args, "-o", "json").out)
    assert [worded(row) for row in table.to_pylist()] == rows
    held(store, *args, "-o", "parquet", "--to", path, "--columns", "step")
    assert parquet.read_table(path).column_names == ["step"]


def worded(row):
    return {
        name: str(value).replace("inf", "Infinity").replace("nan", "NaN")
        if isinstance(value, float) and not math.isfinite(value)
        else value
        for name, value in row.items()
    }


def test_parquet_in_a_pipe_and_not_on_a_terminal(held, store, tmp_path, monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "piped"
    with path.open("wb") as file:
        monkeypatch.setattr(
            "venturi_tui.cli.report.Report.raw", lambda _report, data: file.write(data)
        )
        assert held(store, "metrics", "history", A, "loss", "-o", "parquet").code == 0
    assert parquet.read_table(path).num_rows == 5
    refused = held(store, "metrics", "history", A, "-o", "parquet", terminal=True)
    assert (refused.code, refused.out) == (2, "")
    assert "--to FILE" in refused.err


def test_parquet_without_its_package(held, store, monkeypatch):
    monkeypatch.delitem(sys.modules, "venturi_tui.cli.formats.parquets", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = held(store, "metrics", "history", A, "-o", "parquet")
    assert (answer.code, answer.out) == (2, "")
    assert 'pip install "venturi[parquet]"' in answer.err


def test_a_file_is_whole_or_as_it_was(held, store, tmp_path, monkeypatch):
    path = tmp_path / "points.csv"
    path.write_text("before")
    path.chmod(0o640)
    monkeypatch.setattr(store, "failure", None)
    fail = [None, None, OSError(28, "No space left on device")]

    def history(run_id, key, *, from_step=None):
        problem = fail.pop(0)
        if problem:
            raise problem
        return type(store).metric_history(store, run_id, key)

    monkeypatch.setattr(store, "metric_history", history)
    args = ("metrics", "history", A, "--run", B, "-o", "csv", "--to", path)
    answer = held(store, *args)
    assert (answer.code, path.read_text()) == (1, "before")
    assert "No space left" in answer.err
    monkeypatch.undo()
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["points.csv"]


def test_where_a_file_goes(held, store, tmp_path):
    args = ("metrics", "history", A, "loss", "-o", "csv", "--to")
    link, path = tmp_path / "link", tmp_path / "points.csv"
    path.write_text("before")
    path.chmod(0o640)
    link.symlink_to(path)
    assert held(store, *args, link, terminal=True, columns=30).code == 0
    assert link.is_symlink()
    assert path.read_text().startswith("run_id,key,step,timestamp,value\n")
    assert path.stat().st_mode & 0o777 == 0o640
    fresh = tmp_path / "fresh.csv"
    held(store, *args, fresh)
    mask = os.umask(0)
    os.umask(mask)
    assert fresh.stat().st_mode & 0o777 == 0o666 & ~mask
    for wrong in (tmp_path, tmp_path / "none" / "x.csv"):
        answer = held(store, *args, wrong)
        assert (answer.code, answer.out) == (2, "")
        assert str(wrong) in answer.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([A, "--wide", "--points", "9"], "--wide and --points exclude each other"),
        ([A, "-o", "svg"], "-o svg is for venturi metrics plot alone"),
        ([A, "--run", ""], "an empty word names no run"),
        (["-"], "no ids on stdin"),
    ],
)
def test_what_cannot_be_meant(held, store, args, words):
    answer = held(store, "metrics", "history", *args)
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err


def test_runs_without_metrics_have_no_points(held, store):
    store.change(A, latest={})
    assert held(store, "metrics", "history", A, "-o", "json").out == "[]\n"
    assert held(store, "metrics", "history", A, "--wide", "-o", "csv").out == "step\n"
    unknown = held(store, "metrics", "history", A, "loss")
    assert (unknown.code, "no metric was logged at all" in unknown.err) == (5, True)


def test_points_are_written_as_they_are_read(held, store, monkeypatch, tmp_path):
    for at in range(40):
        give(store, A, f"m{at}", [(step, float(step)) for step in range(500)])
    sizes = []
    for keys in (2, 40):
        tracemalloc.start()
        names = [f"m{at}" for at in range(keys)]
        path = tmp_path / f"{keys}.csv"
        assert held(store, "metrics", "history", A, *names, "-o", "csv", "--to", path).code == 0
        sizes.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert len(path.read_text().splitlines()) == 40 * 500 + 1
    assert sizes[1] < sizes[0] + 1_000_000


def test_curves_in_the_list(held, store):
    table = held(store, "metrics", "list", A, "-o", "wide").out.splitlines()
    assert table[0].split()[-1] == "curve"
    assert {"acc", "loss", "val/acc"} <= {line.split()[1] for line in table[1:]}
    assert next(line for line in table if " val/acc " in line).endswith("▂▁▁")
    assert "\N{MULTIPLICATION SIGN}" in next(line for line in table if " loss " in line)
    store.asked.clear()
    plain = held(store, "metrics", "list", A).out
    assert "curve" not in plain.splitlines()[0]
    assert not any(asked.startswith("history") for asked in store.asked)
    named = held(store, "metrics", "list", A, "--columns", "key,curve", encoding="ascii").out
    assert named.splitlines()[0].split() == ["key", "curve"]
    assert named.isascii()
    shapes = json.loads(held(store, "metrics", "list", A, "-o", "json").out)
    assert list(shapes[0]) == ["run_id", "key", "step", "timestamp", "value"]


def test_titles_that_tell_runs_apart(held, store):
    for at in (0, 1):
        store.runs[at] = replace(store.runs[at], run_id=f"{at}abcdef0" + "0" * 24)
        give(store, store.runs[at].run_id, "loss", [(1, 0.5)])
    first, second = (run.run_id for run in store.runs[:2])
    out = held(store, "metrics", "history", first, "loss", "--run", second, "--wide").out
    assert out.splitlines()[0].split() == ["step", "0abcdef0", "loss", "1abcdef0", "loss"]
