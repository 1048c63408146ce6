"""Experiments written from the command line, and read back by MLflow's client."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from pathlib import Path

import pytest

_NUMBERS = count()


@pytest.fixture
def name():
    """A name that no other test uses."""
    return f"experiment-{next(_NUMBERS)}"


def test_create_prints_the_id_alone(there, name):
    answer = there("experiments", "create", name, "--tag", "team=vision", "-t", "empty=")
    assert (answer.code, answer.err) == (0, "")
    made = there.mlflow.get_experiment(answer.out.strip())
    assert answer.out == f"{made.experiment_id}\n"
    assert made.name == name
    assert {key: made.tags[key] for key in ("team", "empty")} == {"team": "vision", "empty": ""}


def test_create_gives_the_record_and_takes_a_location(there, name, tmp_path):
    location = (tmp_path / "far").as_uri()
    answer = there("experiments", "create", name, "--artifact-location", location, "-o", "json")
    record = json.loads(answer.out)
    assert (record["name"], record["lifecycle_stage"]) == (name, "active")
    assert record["artifact_location"] == location


def test_a_taken_name_is_a_conflict(there, name):
    first = there("experiments", "create", name).out.strip()
    for extra in ([], ["--dry-run"]):
        answer = there("experiments", "create", name, *extra)
        assert (answer.code, answer.out) == (6, "")
        assert first in answer.err


def test_rename(there, name):
    made = there("experiments", "create", name).out
    answer = there("experiments", "rename", name, f"{name}-new")
    assert (answer.code, answer.out) == (0, made)
    assert there.mlflow.get_experiment_by_name(f"{name}-new").experiment_id == made.strip()
    again = there("experiments", "rename", made.strip(), f"{name}-new")
    assert (again.code, again.out) == (0, made)
    assert "unchanged" in again.err


def test_delete_and_restore(there, name):
    made = there("experiments", "create", name).out
    refused = there("experiments", "delete", name)
    assert (refused.code, refused.out) == (2, "")
    assert "--yes" in refused.err
    assert there.mlflow.get_experiment(made.strip()).lifecycle_stage == "active"
    for words in ("deleted", "unchanged"):
        answer = there("experiments", "delete", name, "--yes")
        assert (answer.code, answer.out) == (0, made)
        assert words in answer.err
    assert there.mlflow.get_experiment(made.strip()).lifecycle_stage == "deleted"
    for words in ("restored", "unchanged"):
        answer = there("experiments", "restore", "-", stdin=made)
        assert (answer.code, answer.out) == (0, made)
        assert words in answer.err
    assert there.mlflow.get_experiment(made.strip()).lifecycle_stage == "active"


def test_tags_of_several(there, name):
    ids = [there("experiments", "create", f"{name}-{n}", "-t", "old=1").out.strip() for n in (1, 2)]
    answer = there("experiments", "tag", *ids, "a=b=c", "team=vision")
    assert (answer.code, answer.out.split()) == (0, ids)
    for each in ids:
        tags = there.mlflow.get_experiment(each).tags
        assert (tags["a"], tags["team"], tags["old"]) == ("b=c", "vision", "1")
    again = there("experiments", "tag", *ids, "a=b=c")
    assert (again.code, "unchanged" in again.err) == (0, True)
    gone = there("experiments", "untag", *ids, "old", "never")
    assert (gone.code, gone.out.split()) == (0, ids)
    assert all("old" not in there.mlflow.get_experiment(each).tags for each in ids)
    piped = there("experiments", "untag", "-", "a", "team", stdin="\n".join(ids))
    assert (piped.code, piped.out.split()) == (0, ids)
    assert all("a" not in there.mlflow.get_experiment(each).tags for each in ids)
    none = there("experiments", "untag", ids[0], "a")
    assert (none.code, "unchanged" in none.err) == (0, True)


@pytest.mark.parametrize(
    "words",
    [
        ["create", "{name}-new", "--tag", "a=b"],
        ["rename", "{name}", "{name}-new"],
        ["delete", "{name}"],
        ["tag", "{name}", "a=b"],
        ["untag", "{name}", "old"],
    ],
    ids=lambda words: words[0],
)
def test_a_dry_run_tells_and_writes_nothing(there, name, words):
    there("experiments", "create", name, "-t", "old=1")
    args = [word.format(name=name) for word in words]
    before = everything(there)
    answer = there("experiments", *args, "--dry-run")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"{words[0]} experiment ")
    told = json.loads(there("experiments", *args, "--dry-run", "-o", "json").out)
    assert len(told) == len(answer.out.splitlines())
    assert list(told[0]) == ["action", "kind", "id", "name", "key", "before", "after", "step"]
    assert (told[0]["action"], told[0]["kind"]) == (words[0], "experiment")
    assert everything(there) == before


def everything(there):
    """All that a store holds: the bytes of local ones, the answers of a server."""
    if there.kind.startswith("http"):
        return there("experiments", "list", "--view", "all", "--all", "-o", "json").out
    place = Path(there.uri.removeprefix("sqlite:///"))
    files = [place] if place.is_file() else sorted(one for one in place.rglob("*") if one.is_file())
    return {str(one): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["tag", "0"], 2),
        (["tag", "0", "a=b", "c"], 2),
        (["tag", "0", "a=1", "a=2"], 2),
        (["untag", "0"], 2),
        (["untag", "-"], 2),
        (["tag", "no-such", "a=b"], 5),
        (["rename", "no-such", "x"], 5),
        (["tag", "0", "a@b=c"], 7),
        (["create", " "], 7),
        (["restore", "-"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_what_cannot_be_meant_has_its_exit_code(there, words, code):
    answer = there("experiments", *words)
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith("venturi: ")


def test_what_is_deleted_is_not_tagged(there, name):
    there("experiments", "create", name)
    there("experiments", "delete", name, "--yes")
    answer = there("experiments", "tag", name, "a=b")
    assert (answer.code, answer.out) == (7, "")
    assert "restore" in answer.err


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 1), ("", 1)])
def test_on_a_terminal_deleting_asks(there, name, monkeypatch, typed, code):
    there("experiments", "create", name)
    monkeypatch.setattr("venturi_tui.cli.consent.can_ask", lambda _call: True)
    answer = there("experiments", "delete", name, stdin=typed, watched=True)
    assert answer.code == code
    assert f"delete the experiment {name}? [y/N] " in answer.err
    stage = there.mlflow.get_experiment_by_name(name).lifecycle_stage
    assert stage == ("active" if code else "deleted")


@pytest.mark.parametrize("uri", ["sqlite:///new.db", "./mlruns"])
def test_a_new_store_is_made_only_when_asked_for(venturi, uri):
    assert venturi("-s", uri, "experiments", "create", "first").code == 5
    dry = venturi("-s", uri, "experiments", "create", "first", "--create", "--dry-run")
    assert dry.out.splitlines() == [f"create store {uri}", "create experiment first"]
    assert list(Path().iterdir()) == []
    made = venturi("-s", uri, "experiments", "create", "first", "--create")
    assert (made.code, made.err) == (0, "")
    found = venturi("-s", uri, "experiments", "get", "first", "-o", "name")
    assert found.out == made.out
    assert venturi("-s", uri, "experiments", "create", "second", "--create").code == 0
