"""`venturi versions` and `models` on real stores, MLflow's client agreeing after every write."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

VERSION = [
    "name", "version", "stage", "aliases", "status", "description", "run_id", "source", "user_id",
    "creation_time", "last_updated_time", "tags",
]  # fmt: skip
MODEL = [
    "name", "description", "creation_time", "last_updated_time", "tags", "aliases",
    "latest_versions",
]  # fmt: skip

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


def test_shapes_are_those_of_the_contract(on, world):
    version = json.loads(on("versions", "get", "@@@champion", "-o", "json").out)
    assert list(version) == VERSION
    theirs = world.client.get_model_version(world.name, "2")
    assert version["version"] == "2"
    assert version["aliases"] == ["champion"]
    assert version["source"] == theirs.source
    assert version["creation_time"] == theirs.creation_timestamp
    model = json.loads(on("models", "get", "@@", "-o", "json").out)
    assert list(model) == MODEL
    assert model["aliases"] == {"champion": "2"}
    assert model["latest_versions"] == {"Archived": "1", "Production": "2", "Staging": "3"}
    assert model["tags"] == {"team": "growth"}


def test_lists_filter_and_order(on, world):
    name = world.name
    listed = on("versions", "list", "@@", "-o", "name", "--order-by", "version").out.split()
    assert listed == [f"{name}/1", f"{name}/2", f"{name}/3"]
    stage = on("versions", "list", "@@", "--stage", "production", "-o", "name")
    assert stage.out.split() == [f"{name}/2"]
    both = ("--filter", "alias = 'champion' or tags.n = '3'", "--order-by", "version DESC")
    assert on("versions", "list", "@@", *both, "-o", "name").out.split() == [
        f"{name}/3",
        f"{name}/2",
    ]
    found = on(
        "models", "list", "--filter", f"name = '{name}' and alias = 'champion'", "-o", "name"
    )
    assert found.out.split() == [name]
    table = on("versions", "list", "@@").out
    assert "Production" in table
    assert "champion" in table


def test_a_move_archives_notes_and_comes_undone(on, world):
    first = world.theirs()
    move = ("versions", "transition", "@@/3", "production", "--archive-existing")
    dry = on(*move, "--dry-run")
    assert dry.out.splitlines() == [
        f"- {world.name}/2  stage: Production",
        f"+ {world.name}/2  stage: Archived",
        f"- {world.name}/3  stage: Staging",
        f"+ {world.name}/3  stage: Production",
    ]
    assert world.theirs() == first
    done = on(*move, "--expect", "Staging", "--reason", "gate passed", "-q")
    assert (done.code, done.out, done.err) == (0, f"{world.name}/3\n", "")
    assert world.stages() == {1: "Archived", 2: "Archived", 3: "Production"}
    assert world.theirs().versions[3].tags == {"n": "3", "venturi.reason": "gate passed"}
    again = on(*move)
    assert (again.code, again.out) == (0, f"{world.name}/3\n")
    assert f"{world.name}/3: unchanged" in again.err
    (entry,) = json.loads(on("registry", "log", "--model", "@@", "-o", "json").out)
    assert entry["reason"] == "gate passed"
    assert on("registry", "undo").code == 0
    assert world.theirs() == first
    assert on("registry", "undo").code == 5


def test_a_version_that_somebody_moved_is_refused(on, world):
    refused = on("versions", "transition", "@@/3", "Archived", "--expect", "None")
    assert refused.code == 6
    assert f"{world.name}/3 is in Staging, not in None" in refused.err
    on("versions", "transition", "@@/3", "Production")
    world.client.transition_model_version_stage(world.name, "3", "Archived")
    undo = on("registry", "undo")
    assert undo.code == 6
    assert "somebody changed it since" in undo.err
    assert world.stages() == {1: "Archived", 2: "Production", 3: "Archived"}


def test_gates_refuse_and_can_be_overruled(on, world):
    first = world.theirs()
    refused = on(
        "versions", "transition", "@@/1", "Production",
        "--require", "metrics.auc >= champion", "--require", "metrics.auc > 0.5",
    )  # fmt: skip
    assert refused.code == 6
    assert refused.out == ""
    assert "✗" in refused.err
    assert "0.7" in refused.err
    assert f"0.9 of {world.name}/2 (champion)" in refused.err
    assert world.theirs() == first
    passed = on("versions", "alias", "@@/3", "champion", "--require", "metrics.auc >= champion")
    assert passed.code == 0
    assert world.theirs().aliases == {"champion": 3}
    forced = on(
        "versions", "alias", "@@/1", "champion", "--require", "metrics.auc >= champion", "--force"
    )
    assert forced.code == 0
    assert world.theirs().aliases == {"champion": 1}
    entries = json.loads(on("registry", "log", "-o", "json").out)
    assert [(entry["forced"], entry["gates"]) for entry in entries] == [
        (True, ["metrics.auc >= champion"]),
        (False, ["metrics.auc >= champion"]),
    ]


def test_aliases_tags_and_descriptions(on, world):
    name = world.name
    assert on("versions", "alias", "@@/3", "challenger").out == f"{name}/3\n"
    assert "unchanged" in on("versions", "alias", "@@/3", "challenger").err
    assert on("versions", "unalias", "@@", "champion").code == 0
    assert on("versions", "unalias", "@@@challenger").code == 0
    assert "unchanged" in on("versions", "unalias", "@@", "champion").err
    assert on("versions", "tag", "@@/1", "@@/2", "ok=yes", "why=a=b").code == 0
    assert on("versions", "untag", "@@/1", "why", "n").code == 0
    assert on("versions", "describe", "@@/1", "the first").code == 0
    assert on("models", "tag", "@@", "tier=1").code == 0
    assert on("models", "untag", "@@", "team").code == 0
    answer = on("models", "describe", "@@", "all", "-o", "json")
    assert json.loads(answer.out)["description"] == "all"
    theirs = world.theirs()
    assert theirs.aliases == {}
    assert theirs.versions[1].tags == {"ok": "yes"}
    assert theirs.versions[2].tags == {"n": "2", "ok": "yes", "why": "a=b"}
    assert theirs.versions[1].description == "the first"
    assert (theirs.description, theirs.tags) == ("all", {"tier": "1"})


def test_ids_come_from_stdin(on, world):
    names = on("versions", "list", "@@", "-o", "name").out
    answer = on("versions", "tag", "-", "audited=yes", "-o", "json", stdin=names)
    assert {each["tags"]["audited"] for each in json.loads(answer.out)} == {"yes"}
    moved = on("versions", "transition", "-", "Archived", stdin=names)
    assert moved.out == names
    assert set(world.stages().values()) == {"Archived"}


def test_renames_and_deletes(on, world):
    name = world.name
    assert on("models", "rename", "@@", "@@-eu").out == f"{name}-eu\n"
    assert world.theirs(f"{name}-eu").aliases == {"champion": 2}
    assert on("registry", "undo").code == 0
    assert world.theirs().aliases == {"champion": 2}
    refused = on("versions", "delete", "@@/1")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert on("versions", "delete", "@@/1", "--dry-run").out == f"- {name}/1\n"
    assert on("versions", "delete", "@@/1", "--yes").code == 0
    assert sorted(world.theirs().versions) == [2, 3]
    assert on("versions", "get", "@@/1").code == 5
    assert on("models", "delete", "@@", "--yes").code == 0
    gone = on("models", "get", "@@")
    assert gone.code == 5


def test_registers_a_version_from_a_run(on, world):
    run = world.runs[2]
    made = on(
        "versions", "create", "@@", "--run", run[:12], "--path", "model", "--tag", "a=b",
        "--alias", "challenger", "--description", "fresh",
    )  # fmt: skip
    assert (made.code, made.out) == (0, f"{world.name}/4\n"), made.err
    theirs = world.client.get_model_version(world.name, "4")
    assert theirs.run_id == run
    assert theirs.source == world.client.get_model_version(world.name, "3").source
    assert theirs.tags == {"a": "b"}
    assert world.theirs().aliases == {"champion": 2, "challenger": 4}
    by_uri = on("versions", "create", "@@-new", "--source", f"runs:/{run}/model")
    assert (by_uri.code, by_uri.out) == (0, f"{world.name}-new/1\n")
    far = on("versions", "create", "@@-new", "--source", "s3://bucket/model", "-o", "json")
    assert json.loads(far.out)["source"] == "s3://bucket/model"
    for _ in range(4):
        assert on("registry", "undo").code == 0
    assert sorted(world.theirs().versions) == [1, 2, 3]


def test_registers_what_mlflow_3_logged_beside_the_run(on, world):
    run = world.runs[0]
    client = world.client
    old, new, other = (
        client.create_logged_model(world.experiment, name=name, source_run_id=run).model_id
        for name in ("model", "model", "other")
    )
    made = on("versions", "create", "@@-beside", "--run", run, "--path", "model")
    assert made.code == 0, made.err
    theirs = client.get_model_version(f"{world.name}-beside", "1")
    assert theirs.source in {f"models:/{old}", f"models:/{new}"}
    assert theirs.run_id == run
    by_uri = on("versions", "create", "@@-beside", "--source", f"models:/{other}")
    assert by_uri.code == 0, by_uri.err
    assert client.get_model_version(f"{world.name}-beside", "2").source == f"models:/{other}"
    assert on("versions", "create", "@@-beside", "--source", "models:/m-0123").code == 5


def test_shows_versions_side_by_side(on, world):
    diff = json.loads(on("versions", "diff", "@@@champion", "@@/3", "-o", "json").out)
    assert list(diff) == ["versions", "params", "metrics", "tags", "attributes"]
    assert diff["versions"] == [f"{world.name}/2", f"{world.name}/3"]
    assert diff["metrics"] == {"auc": [0.90, 0.91]}
    assert diff["params"] == {"depth": ["2", "3"]}
    assert diff["attributes"]["stage"] == ["Production", "Staging"]
    assert on("versions", "diff", "@@/2", "@@/3", "--exit-code").code == 1
    assert on("versions", "diff", "@@/2", "@@/2", "--exit-code").code == 0


def test_of_two_who_move_a_version_at_once_one_wins(world, tmp_path):
    def start(stage):
        words = ["versions", "transition", f"{world.name}/3", stage, "--expect", "Staging"]
        environment = {**os.environ, "HOME": str(tmp_path)}
        return subprocess.Popen(
            [sys.executable, "-m", "venturi_tui", "-s", world.uri, *words],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    both = {stage: start(stage) for stage in ("Production", "Archived")}
    errors = {stage: process.communicate()[1] for stage, process in both.items()}
    codes = {stage: process.returncode for stage, process in both.items()}
    assert sorted(codes.values()) == [0, 6], errors
    winner = next(stage for stage, code in codes.items() if code == 0)
    assert world.stages()[3] == winner
