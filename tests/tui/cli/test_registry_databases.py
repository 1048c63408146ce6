"""The registry commands on PostgreSQL and MySQL, once through: MLflow's client agrees each time."""

from __future__ import annotations

import json

import pytest
from worlds.database_servers import fresh_database
from worlds.model_worlds import model_world

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


@pytest.fixture(scope="module", params=("postgresql", "mysql"))
def first_world(request, tmp_path_factory):
    with fresh_database(request.param) as uri, pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("runs"))
        yield model_world(uri)


def test_once_through(on, world, tmp_path):
    name, first = world.name, world.theirs()
    made = on("models", "create", "@@-eu", "--tag", "tier=1", "--description", "dé & 'x'")
    assert (made.code, made.out) == (0, f"{name}-eu\n"), made.err
    eu = world.theirs(f"{name}-eu")
    assert (eu.description, eu.tags) == ("dé & 'x'", {"tier": "1"})
    made = on("versions", "create", "@@", "--run", world.runs[2], "--path", "model")
    assert (made.code, made.out) == (0, f"{name}/4\n"), made.err
    refused = on("versions", "transition", "@@/1", "Production", "--require", "metrics.auc >= 0.8")
    assert (refused.code, "0.7" in refused.err) == (6, True)
    gate = ("--require", "metrics.auc > champion", "--expect", "None", "--archive-existing")
    moved = on("versions", "transition", "@@/4", "Production", *gate, "--reason", "better")
    assert moved.code == 0, moved.err
    assert world.stages() == {1: "Archived", 2: "Archived", 3: "Staging", 4: "Production"}
    assert world.theirs().versions[4].tags["venturi.reason"] == "better"
    late = on("versions", "transition", "@@/4", "Staging", "--expect", "None")
    assert (late.code, "is in Production, not in None" in late.err) == (6, True)
    assert on("versions", "alias", "@@/4", "champion").code == 0
    assert world.theirs().aliases == {"champion": 4}
    wishes = f"models: {{{name}: {{tags: {{team: x}}, versions: {{3: {{stage: Archived}}}}}}}}"
    planned = on("registry", "plan", "-f", "-", "--exit-code", stdin=wishes)
    applied = on("registry", "apply", "-f", "-", stdin=wishes)
    assert (planned.code, applied.code, applied.out) == (1, 0, planned.out), applied.err
    assert (world.theirs().tags, world.stages()[3]) == ({"team": "x"}, "Archived")
    assert on("registry", "apply", "-f", "-", stdin=wishes).err == "unchanged\n"
    listed = json.loads(on("versions", "list", "@@", "--stage", "Production", "-o", "json").out)
    assert [(each["version"], each["aliases"]) for each in listed] == [("4", ["champion"])]
    for _ in range(4):
        assert on("registry", "undo").code == 0
    assert world.theirs() == first
    assert len(json.loads(on("registry", "log", "-o", "json").out)) == 9
