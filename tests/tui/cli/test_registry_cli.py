"""`venturi registry` and what the registry verbs share: files of wishes, the journal, one note."""

from __future__ import annotations

import json

import pytest
from worlds.places import place_of

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


@pytest.fixture(scope="session")
def registry_uri(tmp_path_factory):
    with place_of("sqlite", tmp_path_factory.mktemp("registry")) as place:
        yield place.uri


@pytest.fixture
def wishes(tmp_path, world):
    """A file that wishes version 3 into Production, and what goes with it."""
    path = tmp_path / "models.yaml"
    path.write_text(
        f"""
models:
  {world.name}:
    description: who leaves soon
    tags: {{team: ~, tier: "1"}}
    aliases: {{champion: 3, old: 2}}
    versions:
      2: {{stage: Archived}}
      3: {{stage: production, tags: {{ok: yes}}, description: best}}
  {world.name}-fresh:
    description: to come
"""
    )
    return str(path)


def test_a_plan_is_applied_once_and_comes_undone(on, world, wishes):
    first = world.theirs()
    planned = on("registry", "plan", "-f", wishes, "--exit-code")
    assert planned.code == 1
    name = world.name
    assert planned.out.splitlines() == [
        f"+ {name}-fresh",
        f"- {name}  description: who leaves",
        f"+ {name}  description: who leaves soon",
        f"- {name}  tag team: growth",
        f"+ {name}  tag tier: 1",
        f"+ {name}-fresh  description: to come",
        f"+ {name}/3  description: best",
        f"+ {name}/3  tag ok: yes",
        f"- {name}/3  stage: Staging",
        f"+ {name}/3  stage: Production",
        f"- {name}@champion: {name}/2",
        f"+ {name}@champion: {name}/3",
        f"+ {name}@old: {name}/2",
        f"- {name}/2  stage: Production",
        f"+ {name}/2  stage: Archived",
    ]
    assert world.theirs() == first
    applied = on("registry", "apply", "-f", wishes, "--reason", "release 12")
    assert (applied.code, applied.out) == (0, planned.out)
    theirs = world.theirs()
    assert (theirs.description, theirs.tags) == ("who leaves soon", {"tier": "1"})
    assert theirs.aliases == {"champion": 3, "old": 2}
    assert world.stages() == {1: "Archived", 2: "Archived", 3: "Production"}
    again = on("registry", "apply", "-f", wishes)
    assert (again.code, again.out, again.err) == (0, "", "unchanged\n")
    empty = on("registry", "plan", "-f", wishes, "--exit-code", "-o", "json")
    assert (empty.code, json.loads(empty.out)) == (0, [])
    assert len(json.loads(on("registry", "log", "-o", "json").out)) == 1
    assert on("registry", "undo").code == 0
    assert world.theirs() == first


def test_a_plan_for_programs_is_a_list_of_writes(on, world, wishes):
    writes = json.loads(on("registry", "plan", "-f", wishes, "-o", "json").out)
    (move,) = [each for each in writes if each["kind"] == "stage" and each["version"] == "3"]
    assert (move["model"], move["from"], move["to"]) == (world.name, "Staging", "Production")
    assert on("registry", "plan", "-f", wishes, "-o", "csv").out.startswith("kind,model,version")
    rows = on("versions", "get", "@@/2", "-o", "csv", "--columns", "version,aliases").out
    assert rows == "version,aliases\n2,champion\n"
    rows = on("models", "get", "@@", "-o", "csv", "--columns", "name,aliases").out
    assert rows == f'name,aliases\n{world.name},"{{""champion"": ""2""}}"\n'


FORMATS = ("table", "wide", "json", "jsonl", "csv", "tsv", "md", "yaml", "name")


@pytest.mark.parametrize("output", FORMATS)
def test_every_format_has_everything(on, wishes, output):
    on("models", "tag", "@@", "a=1")
    for words in (
        ("models", "list"), ("models", "get", "@@"), ("versions", "list"), ("registry", "log"),
        ("versions", "get", "@@/2"), ("versions", "diff", "@@/1", "@@/2"),
        ("registry", "plan", "-f", wishes), ("versions", "tag", "@@/1", "b=2", "--dry-run"),
    ):  # fmt: skip
        answer = on(*words, "-o", output)
        assert answer.code == 0, answer.err
        assert answer.out


def test_a_gate_refuses_a_whole_file(on, world, wishes):
    first = world.theirs()
    refused = on("registry", "apply", "-f", wishes, "--require", "metrics.auc > 0.905")
    assert refused.code == 6
    assert f"{world.name}/2" in refused.err
    assert world.theirs() == first


def test_several_that_are_refused_are_told_in_the_plural(on):
    refused = on("versions", "transition", "@@/1", "@@/2", "None", "--require", "metrics.auc > 2")
    assert refused.code == 6
    assert "/2 do not meet 1 condition\n" in refused.err


def test_a_version_that_is_deleted_meanwhile_is_not_found(on, world, monkeypatch):
    def meanwhile(*_words, **_how):
        world.client.delete_model_version(world.name, "3")
        return False

    monkeypatch.setattr("venturi_tui.cli.version_moving.pass_gates", meanwhile)
    late = on("versions", "transition", "@@/1", "@@/3", "Production", "-q")
    assert (late.code, late.out) == (5, "")
    told = late.err.splitlines()
    stage = f"not done: {world.name}/3: stage Staging → Production"
    assert told[0] == f"{stage} (1 of 2 writes were made before)"
    assert told[1].startswith(f"venturi: there is no model version {world.name}/3 in ")
    assert len(told) == 2
    (kept,) = json.loads(on("registry", "log", "-o", "json").out)
    assert [step["version"] for step in kept["steps"]] == ["1"]


def test_a_file_comes_from_stdin_and_its_mistakes_have_a_place(on, world, tmp_path):
    text = f"models:\n  {world.name}:\n    tags:\n      team: x\n"
    assert on("registry", "apply", "-f", "-", stdin=text).code == 0
    assert world.theirs().tags == {"team": "x"}
    wrong = on("registry", "plan", "-f", "-", stdin="models:\n  a:\n    stagee: x\n")
    assert wrong.code == 2
    assert "stdin:3:5: unknown key 'stagee'" in wrong.err
    assert on("registry", "plan", "-f", str(tmp_path / "none.yaml")).code == 2
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\xfa")
    assert on("registry", "plan", "-f", str(tmp_path / "bytes.yaml")).code == 2
    missing = f"models: {{{world.name}: {{versions: {{9: {{stage: None}}}}}}}}"
    assert on("registry", "plan", "-f", "-", stdin=missing).code == 5


def test_the_log_is_filtered(on, world):
    on("models", "tag", "@@", "a=1")
    on("models", "create", "@@-other")
    on("versions", "delete", "@@/1", "--yes")
    log = json.loads(on("registry", "log", "-o", "json").out)
    assert [entry["action"] for entry in log] == ["versions delete", "models create", "models tag"]
    assert [entry["number"] for entry in log] == [3, 2, 1]
    assert list(log[0]) == [
        "number", "time", "who", "store", "action", "steps", "reason", "gates", "forced", "undoes",
    ]  # fmt: skip
    mine = on("registry", "log", "--model", "@@", "-o", "name").out.split()
    assert mine == ["3", "1"]
    assert on("registry", "log", "--who", "nobody", "-o", "name").out == ""
    assert on("registry", "log", "--since", "1h ago", "-o", "name").out.split() == ["3", "2", "1"]
    assert on("registry", "log", "--until", "1h ago", "-o", "name").out == ""
    assert on("registry", "log", "--since", "whenever").code == 2
    cut = on("registry", "log", "--limit", "1", "-o", "name")
    assert (cut.out, "1 of 3 writes" in cut.err) == ("3\n", True)
    assert "models tag" in on("registry", "log").out
    undone = on("registry", "undo", "1")
    assert undone.code == 0
    assert "a" not in world.theirs().tags
    assert on("registry", "undo", "1").code == 6
    assert on("registry", "undo", "3").code == 6


def test_what_was_undone_is_done_again(on, world):
    nothing = on("registry", "redo")
    assert (nothing.code, "nothing to do again" in nothing.err) == (5, True)
    on("models", "tag", "@@", "a=1")
    on("models", "tag", "@@", "b=2")
    assert on("registry", "redo", "1").code == 6
    assert [on("registry", "undo").code for _ in range(2)] == [0, 0]
    planned = on("registry", "redo", "2", "--dry-run")
    assert (planned.code, planned.out) == (0, f"+ {world.name}  tag b: 2\n")
    assert world.theirs().tags == {"team": "growth"}
    assert on("registry", "redo", "--reason", "it was right").code == 0
    assert world.theirs().tags == {"team": "growth", "a": "1"}
    shapes = json.loads(on("registry", "redo", "3", "-o", "json").out)
    assert len(shapes) == 1
    assert world.theirs().tags == {"team": "growth", "a": "1", "b": "2"}
    assert [on("registry", "redo", *words).code for words in ((), ("1",), ("99",))] == [5, 6, 5]
    log = json.loads(on("registry", "log", "--limit", "2", "-o", "json").out)
    assert [(entry["action"], entry["reason"]) for entry in log] == [
        ("redo", ""),
        ("redo", "it was right"),
    ]
    assert on("registry", "undo").code == 0
    assert world.theirs().tags == {"team": "growth", "a": "1"}


def test_a_setting_puts_each_write_on_its_versions(on, world, wishes, monkeypatch, tmp_path):
    monkeypatch.setenv("VENTURI_TAG_WRITES", "true")
    monkeypatch.setattr("getpass.getuser", lambda: "ann")
    first = world.theirs()

    def tags():
        held = world.theirs().versions.items()
        return {n: each.tags["venturi.reason"] for n, each in held if "venturi.reason" in each.tags}

    planned = on("versions", "alias", "@@/1", "old", "--dry-run").out
    assert f"+ {world.name}/1  tag venturi.reason: versions alias by ann" in planned
    assert (tags(), world.theirs()) == ({}, first)
    assert on("versions", "alias", "@@/1", "old").code == 0
    assert on("versions", "unalias", "@@", "champion").code == 0
    assert tags() == {1: "versions alias by ann", 2: "versions unalias by ann"}
    assert on("registry", "undo").code == 0
    assert on("registry", "undo").code == 0
    assert world.theirs() == first
    assert on("models", "tag", "@@", "a=1").code == 0
    assert on("models", "untag", "@@", "a").code == 0
    assert on("versions", "tag", "@@/1", "venturi.reason=mine").code == 0
    assert on("versions", "transition", "@@/3", "Production", "--reason", "the best").code == 0
    assert tags() == {1: "mine", 3: "the best"}
    assert on("registry", "apply", "-f", wishes, "--reason", "release 12").code == 0
    assert tags() == {1: "mine", 2: "release 12", 3: "release 12"}
    assert on("registry", "apply", "-f", wishes).err == "unchanged\n"
    made = on("versions", "create", "@@", "--source", "s3://b/m", "--alias", "new")
    assert (made.code, tags()[4]) == (0, "versions create by ann")
    assert on("versions", "delete", "@@/4", "--yes").code == 0
    (tmp_path / "here" / "venturi.toml").write_text("[registry]\ntag_writes = true\n")
    monkeypatch.delenv("VENTURI_TAG_WRITES")
    assert on("versions", "describe", "@@/1", "old").code == 0
    assert tags()[1] == "versions describe by ann"
    monkeypatch.setenv("VENTURI_TAG_WRITES", "false")
    assert on("versions", "describe", "@@/1", "older").code == 0
    assert tags()[1] == "versions describe by ann"


def test_the_note_on_stages_is_said_once_a_store(on, world):
    quiet = on("versions", "transition", "@@/3", "None", "-q")
    assert quiet.err == ""
    first = on("versions", "transition", "@@/3", "Staging")
    assert f"venturi versions alias {world.name}/3 challenger" in first.err
    assert "deprecates" not in first.out
    second = on("versions", "transition", "@@/3", "Production")
    assert "deprecates" not in second.err


def test_a_home_that_cannot_be_written_does_not_stop_a_move(on, world, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    moved = on("versions", "transition", "@@/3", "Production")
    assert moved.code == 0
    assert "the journal cannot be written" in moved.err
    assert world.stages()[3] == "Production"


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("versions", "get", "nothing/3"), 5, "no model 'nothing'"),
        (("versions", "get", "@@/77"), 5, "there are 3, 2, 1"),
        (("versions", "get", "@@"), 2, "names no model version"),
        (("versions", "get", "@@@nobody"), 5, "has no alias 'nobody'"),
        (("versions", "alias", "@@/2", "latest"), 7, "reserved"),
        (("versions", "alias", "@@/2", "v3"), 7, "reserved"),
        (("versions", "transition", "@@/2", "Live"), 2, "'Live' is no stage"),
        (("versions", "transition", "@@/2", "prod"), 2, "did you mean Production?"),
        (("versions", "list", "--stage", "stagng"), 2, "did you mean Staging?"),
        (("versions", "transition", "@@/2"), 2, "no STAGE"),
        (("versions", "list", "--stage", "Live"), 2, "'Live' is no stage"),
        (("versions", "create", "@@"), 2, "--run RUN or --source URI"),
        (("versions", "create", "a/b", "--source", "s3://b"), 7, "'a/b' is refused"),
        (("versions", "transition", "@@/1", "None", "--require", "auc"), 2, "is no condition"),
        (("models", "create", "@@"), 6, "@@"),
        (("models", "get", "nobody"), 5, "no model 'nobody'"),
        (("registry", "undo", "99"), 5, "no write 99"),
    ],
)
def test_bad_input_is_told_in_one_line(venturi, first_world, args, code, words):
    first = first_world.theirs()
    answer = venturi("-s", first_world.uri, *(arg.replace("@@", first_world.name) for arg in args))
    assert answer.code == code, answer.err
    assert answer.out == ""
    assert words.replace("@@", first_world.name) in answer.err
    assert "Traceback" not in answer.err
    assert first_world.theirs() == first


@pytest.mark.parametrize(
    "words",
    [
        ("models", "get", "@@"), ("models", "create", "@@"), ("models", "tag", "@@", "a=1"),
        ("models", "untag", "@@", "a"), ("models", "describe", "@@", "x"),
        ("models", "rename", "@@", "other"), ("models", "rename", "churn", "@@"),
        ("models", "delete", "@@", "--yes"), ("versions", "list", "@@"),
        ("versions", "get", "@@/1"), ("versions", "get", "@@@production"),
        ("versions", "get", "models:/@@/latest"), ("versions", "diff", "@@/1", "@@/2"),
        ("versions", "download", "@@/1"), ("versions", "create", "@@", "--source", "s3://b/m"),
        ("versions", "transition", "@@/1", "Staging"), ("versions", "alias", "@@/1", "best"),
        ("versions", "unalias", "@@", "production"), ("versions", "unalias", "@@@production"),
        ("versions", "tag", "@@/1", "a=1"), ("versions", "delete", "@@/1", "--yes"),
        ("registry", "plan", "-f", "-"), ("registry", "apply", "-f", "-"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_prompt_is_no_model(demo, words):
    prompt = "support-reply"
    wish = f"models: {{churn: {{tags: {{a: '1'}}}}, {prompt}: {{tags: {{a: '1'}}}}}}"
    answer = demo(*(word.replace("@@", prompt) for word in words), stdin=wish)
    assert (answer.code, answer.out) == (6, ""), answer.err
    first = answer.err.splitlines()[0]
    assert first == f"venturi: '{prompt}' is a prompt, not a model" or (
        words[1] in ("create", "rename") and f"already a prompt named '{prompt}'" in first
    )
    assert json.loads(demo("registry", "log", "-o", "json").out) == []
