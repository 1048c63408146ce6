"""Every format: csv, tsv, yaml, name, md, table and wide; in pipes and on terminals."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
import yaml

from venturi_tui.cli.fields import Fields
from venturi_tui.present.kinds import RUNS

FORMATS = ("table", "wide", "json", "jsonl", "csv", "tsv", "md", "yaml", "name")
READERS = (
    ("experiments", "list"),
    ("experiments", "get", "odd"),
    ("runs", "list", "--all", "--view", "all"),
    ("runs", "get", "curve"),
    ("runs", "diff", "curve", "parent"),
    ("metrics", "list", "curve"),
    ("metrics", "history", "curve"),
    ("config", "show"),
)
ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def runs(odd, *args):
    return json.loads(odd("runs", "list", "--all", "-o", "json", *args).out)


@pytest.mark.parametrize("reader", READERS, ids=" ".join)
@pytest.mark.parametrize("output", FORMATS)
def test_every_reader_speaks_every_format(odd, reader, output):
    answer = odd(*reader, "-o", output)
    assert answer.code == 0, answer.err
    assert answer.out.endswith("\n")


@pytest.mark.parametrize("reader", READERS, ids=" ".join)
@pytest.mark.parametrize("output", FORMATS)
def test_nothing_from_a_store_acts_on_a_terminal(odd, reader, output):
    answer = odd(*reader, "-o", output, "--color", "never", terminal=True, columns=120)
    assert answer.code == 0
    assert not ACTING.search(answer.out)


@pytest.mark.parametrize(("output", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_csv_holds_everything_flat(odd, output, delimiter):
    text = odd("runs", "list", "--all", "--view", "all", "-o", output).out
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    header, *body = rows
    expected = runs(odd, "--view", "all")
    assert header[:9] == list(RUNS.fields[:9])
    groups = [name.partition(".")[0] for name in header[9:]]
    assert groups == sorted(groups, key=["params", "metrics", "tags"].index)
    assert len(body) == len(expected)
    for row, run in zip(body, expected, strict=True):
        for name, cell in zip(header, row, strict=True):
            group, _, key = name.partition(".")
            value = run[group].get(key) if group in ("params", "metrics", "tags") else run[name]
            assert cell == ("" if value is None else str(value))


def test_csv_of_chosen_columns(odd):
    text = odd("runs", "list", "--all", "-o", "csv", "--columns", "metrics.loss,run_id").out
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["metrics.loss", "run_id"]
    expected = [[run["metrics"].get("loss", ""), run["run_id"]] for run in runs(odd)]
    assert rows[1:] == [[str(value), run_id] for value, run_id in expected]


def test_csv_of_nothing_still_has_its_header(odd):
    assert odd("runs", "list", "-e", "empty", "-o", "csv").out == ",".join(RUNS.fields[:9]) + "\n"
    answer = odd("runs", "list", "-e", "empty", "-o", "csv", "--columns", "run_id,params.lr")
    assert answer.out == "run_id,params.lr\n"
    assert odd("runs", "list", "-e", "empty", "-o", "csv", "--no-headers").out == ""


def test_csv_without_headers(odd):
    with_headers = odd("experiments", "list", "-o", "csv").out
    without = odd("experiments", "list", "-o", "csv", "--no-headers").out
    assert with_headers.endswith(without)
    assert with_headers.count("\n") == without.count("\n") + 1


def test_history_as_csv(odd):
    text = odd("metrics", "history", "curve", "odd curve", "-o", "csv").out
    rows = list(csv.reader(io.StringIO(text)))
    points = json.loads(odd("metrics", "history", "curve", "odd curve", "-o", "json").out)
    assert rows[0] == ["run_id", "key", "step", "timestamp", "value"]
    assert rows[1:] == [[str(value) for value in point.values()] for point in points]
    lines = odd("metrics", "history", "curve", "odd curve", "-o", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == points


def test_a_sampled_history_keeps_extremes_and_ends(odd):
    every = json.loads(odd("metrics", "history", "curve", "loss", "-o", "json").out)
    some = json.loads(
        odd("metrics", "history", "curve", "loss", "--points", "50", "-o", "json").out
    )
    assert len(some) < len(every) / 4
    assert (some[0], some[-1]) == (every[0], every[-1])
    values = [point["value"] for point in every if isinstance(point["value"], float)]
    kept = [point["value"] for point in some if isinstance(point["value"], float)]
    assert (min(kept), max(kept)) == (min(values), max(values))


def test_yaml_says_the_same_as_json(odd):
    for reader in (("runs", "list", "--all", "--view", "all"), ("experiments", "list")):
        as_yaml = yaml.safe_load(odd(*reader, "-o", "yaml").out)
        assert as_yaml == json.loads(odd(*reader, "-o", "json").out)
    one = yaml.safe_load(odd("runs", "get", "curve", "-o", "yaml").out)
    assert one == json.loads(odd("runs", "get", "curve", "-o", "json").out)


def test_yaml_quotes_texts_that_look_like_numbers(odd):
    text = odd("runs", "list", "--all", "-o", "yaml").out
    assert ": '1e-3'\n" in text
    assert not re.search(r": 1e-3\n", text)


def test_names_are_ids_one_a_line(odd):
    assert odd("runs", "list", "--all", "-o", "name").out.split("\n")[:-1] == [
        run["run_id"] for run in runs(odd)
    ]


def test_a_piped_table_cuts_nothing(odd):
    text = odd("runs", "list", "--all", columns=40).out
    for run in runs(odd):
        assert run["run_id"] in text
    assert "…" not in text
    assert "\x1b" not in text
    assert text == odd("runs", "list", "--all", columns=200).out


def test_a_terminal_table_fits_and_says_what_it_left_out(demo):
    for columns in (40, 80, 120):
        answer = demo("runs", "list", "--color", "never", terminal=True, columns=columns)
        assert max(map(len, answer.out.splitlines())) <= columns
        assert re.search(r"\d+ more columns with -o wide", answer.err)
        first = answer.out.splitlines()[1].split()[0]
        assert demo("runs", "get", first, "-o", "name").code == 0  # a cut id is still an id


def test_wide_cuts_nothing_on_a_terminal(demo):
    answer = demo("runs", "list", "-o", "wide", terminal=True, columns=60)
    assert "…" not in answer.out
    assert "more column" not in answer.err


def test_colour_only_where_it_is_wanted(demo, monkeypatch):
    def colored(*args, **how):
        return "\x1b[" in demo("runs", "list", *args, **how).out

    assert not colored()
    assert colored(terminal=True)
    assert colored("--color", "always")
    assert not colored("--color", "never", terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colored(terminal=True)
    assert colored("--color", "always", terminal=True)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not colored(terminal=True)


def test_markdown_is_one_table_whatever_is_in_it(odd):
    text = odd(
        "runs", "list", "--all", "--view", "all", "-o", "md", "--columns", "run_id,params"
    ).out
    header, marks, *body = text.splitlines()
    columns = len(re.findall(r"(?<!\\)\|", header)) - 1
    assert re.fullmatch(r"\|( -{3}:? \|)+", marks)
    for line in body:
        unescaped = re.sub(r"\\.", "", line)
        assert unescaped.count("|") == columns + 1
    assert len(body) == len(runs(odd, "--view", "all"))


def test_experiments_are_named_where_there_are_several(demo):
    assert "vision-sweep" in demo("runs", "list").out
    assert "vision-sweep" not in demo("runs", "list", "-e", "vision-sweep").out
    asked = demo("runs", "list", "-e", "vision-sweep", "--columns", "experiment", "--limit", "1")
    assert asked.out == "experiment\nvision-sweep\n"


def test_a_sheet_shows_all_there_is(demo):
    run = json.loads(demo("runs", "list", "--limit", "1", "-o", "json").out)[0]
    sheet = demo("runs", "get", run["run_id"]).out
    for value in (*run["params"].values(), *run["tags"].values(), run["run_id"], run["user_id"]):
        assert value in sheet
    for key, value in run["metrics"].items():
        assert key in sheet
        assert repr(value).removesuffix(".0") in sheet
    assert "vision-sweep" in sheet or "llm-pretrain" in sheet or "churn" in sheet


@pytest.mark.parametrize(
    ("asked", "output", "complaint", "hint"),
    [
        ("run_idd", "json", "a run has no field 'run_idd'", "did you mean 'run_id'?"),
        ("age", "json", "a run has no field 'age'", "only tables have it"),
        ("params.", "table", "a run has no field 'params.'", "did you mean 'params'?"),
        ("zzz", "csv", "a run has no field 'zzz'", "there are run_id, "),
    ],
)
def test_an_unknown_field(odd, asked, output, complaint, hint):
    answer = odd("runs", "list", "--columns", asked, "-o", output)
    assert (answer.code, answer.out) == (2, "")
    assert complaint in answer.err
    assert hint in answer.err


def test_fields_come_in_the_order_asked_for():
    fields = Fields(("metrics.z", "params", "tags.a*", "run_id"), RUNS)
    held = ["run_id", "params.b", "params.a", "metrics.m", "tags.ab", "tags.b"]
    assert fields.choose(held) == ["metrics.z", "params.b", "params.a", "tags.ab", "run_id"]
    assert not fields.is_exact
    assert Fields(("params.x", "run_id"), RUNS).is_exact


def test_a_diff_reads_like_a_table(demo):
    ids = demo("runs", "list", "-e", "vision-sweep", "-o", "name", "--limit", "3").out.split()
    text = demo("runs", "diff", *ids, "--baseline", ids[1]).out
    header = text.splitlines()[0]
    assert "(baseline)" in header
    shape = json.loads(demo("runs", "diff", *ids, "-o", "json").out)
    for section in ("params", "metrics", "tags", "attributes"):
        assert f"\n{section}\n" in text
        for key in shape[section]:
            # A dictionary stands there key by key.
            assert re.search(rf"\n  {re.escape(key)}[ .\[]", text), key
    rows = list(csv.reader(io.StringIO(demo("runs", "diff", *ids, "-o", "csv").out)))
    assert rows[0] == ["section", "key", *ids]
    assert len(rows) - 1 == sum(len(shape[s]) for s in ("params", "metrics", "tags", "attributes"))


def test_config_files_come_in_every_format(venturi):
    Path("venturi.toml").write_text("limit = 1\n")
    plain = venturi("config", "path").out
    assert plain == venturi("config", "path", "-o", "name").out
    user, project = json.loads(venturi("config", "path", "-o", "json").out)
    assert user == {"layer": "user", "path": plain.strip(), "exists": False}
    assert (project["layer"], project["exists"]) == ("project", True)
    answer = venturi("config", "validate", "-o", "json")
    assert answer.code == 0
    assert json.loads(answer.out) == [project]
    shown = venturi("config", "show", "-o", "csv", "--columns", "name,value").out
    assert 'columns,"name,value"' in shown.splitlines()
    assert venturi("config", "validate").out == f"{project['path']}: ok\n"
