"""`venturi context`: names for stores, kept in the user's config file with all else in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

STORE = "sqlite:////data/mlflow.db"


@pytest.fixture
def config():
    """The user's config file."""
    path = Path.home() / ".config" / "venturi" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def test_add_use_show_list_remove(venturi):
    added = venturi("context", "add", "prod", "--store", STORE)
    assert (added.code, added.out, added.err) == (0, "prod\n", "context prod: added\n")
    again = venturi("context", "add", "prod", "--store", STORE)
    assert (again.code, again.out, again.err) == (0, "prod\n", "context prod: unchanged\n")
    assert venturi("context", "use", "prod").out == "prod\n"
    assert "unchanged" in venturi("context", "use", "prod").err
    shown = json.loads(venturi("context", "show", "-o", "json").out)
    path = Path.home() / ".config" / "venturi" / "config.toml"
    assert shown == {
        "name": "prod",
        "active": True,
        "store": STORE,
        "registry": "",
        "origin": str(path),
    }
    assert json.loads(venturi("context", "list", "-o", "json").out) == [shown]
    assert path.stat().st_mode & 0o777 == 0o600
    removed = venturi("context", "remove", "prod", "--yes")
    assert (removed.code, removed.out) == (0, "prod\n")
    assert "no context is active now" in removed.err
    assert path.read_text() == ""
    assert venturi("context", "list", "-o", "name").out == ""


def test_the_store_of_the_active_context_is_opened(venturi, mlflow_sqlite_uri):
    venturi("context", "add", "odd", "--store", mlflow_sqlite_uri)
    assert venturi("-c", "odd", "experiments", "list", "-o", "name").code == 0
    assert venturi("experiments", "list").code == 2
    venturi("context", "use", "odd")
    assert venturi("experiments", "list", "-o", "name").code == 0


def test_all_else_in_the_file_stays(venturi, config):
    before = """# mine
limit = 50  # rows

# the lab
[contexts.lab]
store = "http://lab:5000"

# patience
[http]
timeout = 5
"""
    config.write_text(before)
    venturi("context", "add", "prod", "--store", STORE, "--registry", "http://registry")
    added = f'\n[contexts.prod]\nstore = "{STORE}"\nregistry = "http://registry"\n'
    assert config.read_text() == before + added
    venturi("context", "use", "lab")
    assert 'context = "lab"\nlimit = 50  # rows\n' in config.read_text()
    venturi("context", "use", "prod")
    assert config.read_text().startswith('# mine\ncontext = "prod"\nlimit = 50  # rows\n')
    venturi("context", "remove", "prod")
    assert config.read_text() == before
    venturi("context", "remove", "lab")
    assert "lab:5000" not in config.read_text()
    assert "# patience\n[http]\ntimeout = 5\n" in config.read_text()


def test_replace(venturi):
    venturi("context", "add", "prod", "--store", STORE)
    taken = venturi("context", "add", "prod", "--store", "http://other")
    assert (taken.code, taken.out) == (6, "")
    assert venturi("context", "add", "prod", "--store", "http://other", "--replace").code == 0
    assert "http://other" in venturi("context", "list", "-o", "csv").out


def test_a_password_is_warned_of_and_never_shown(venturi):
    answer = venturi("context", "add", "db", "--store", "postgresql://ana:s3cret@db/mlflow")
    assert answer.code == 0
    (warning,) = [line for line in answer.err.splitlines() if "password" in line]
    assert "s3cret" not in answer.err + venturi("context", "list", "-o", "json").out
    assert "postgresql://***@db/mlflow" in warning
    quiet = venturi("context", "add", "user", "--store", "postgresql://ana@db/mlflow")
    assert "password" not in quiet.err


def test_a_relative_path_is_warned_of(venturi):
    for uri in ("./mlruns", "sqlite:///mlflow.db"):
        answer = venturi("context", "add", uri, "--store", uri)
        assert (answer.code, "another place in every folder" in answer.err) == (0, True)


@pytest.mark.parametrize(
    "words",
    [["add", "new", "--store", "http://x"], ["use", "lab"], ["remove", "lab"]],
    ids=lambda words: words[0],
)
def test_a_dry_run_writes_nothing(venturi, config, words):
    config.write_text('[contexts.lab]\nstore = "http://lab"\n')
    answer = venturi("context", *words, "--dry-run")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"{words[0]} context ")
    told = json.loads(venturi("context", *words, "--dry-run", "-o", "json").out)
    assert (told[0]["action"], told[0]["kind"]) == (words[0], "context")
    assert config.read_text() == '[contexts.lab]\nstore = "http://lab"\n'


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["add", "x"], 2),
        (["add", " ", "--store", "http://x"], 2),
        (["use", "no-such"], 5),
        (["show", "no-such"], 5),
        (["show"], 5),
        (["remove", "no-such"], 5),
    ],
)
def test_what_cannot_be_meant(venturi, words, code):
    answer = venturi("context", *words)
    assert (answer.code, answer.out) == (code, "")


def test_a_broken_file_is_left_alone(venturi, config):
    config.write_text("limit = \n")
    answer = venturi("context", "add", "x", "--store", "http://x")
    assert (answer.code, config.read_text()) == (2, "limit = \n")
    assert f"{config}:1: not TOML" in answer.err


@pytest.mark.parametrize(
    "text",
    [
        'contexts = { lab = { store = "http://lab" } }\n',
        '[contexts]\nlab = { store = """\nhttp://lab""" }\n',
    ],
)
def test_what_cannot_be_edited_safely_is_left_alone(venturi, config, text):
    config.write_text(text)
    answer = venturi("context", "remove", "lab")
    if answer.code:
        assert (answer.code, config.read_text()) == (2, text)
        assert "by hand" in answer.err
    else:
        assert venturi("context", "list", "-o", "name").out == ""


def test_keys_line_ends_and_links_are_kept(venturi, config, tmp_path):
    real = tmp_path / "dotfiles.toml"
    real.write_bytes(b'[contexts]\r\nlab.store = "http://lab"\r\nb.store = "http://b"\r\n')
    config.symlink_to(real)
    assert venturi("context", "remove", "lab").code == 0
    assert config.is_symlink()
    assert real.read_bytes() == b'[contexts]\r\nb.store = "http://b"\r\n'
    assert venturi("context", "add", "été ☃", "--store", "http://x").code == 0
    assert venturi("context", "list", "-o", "name").out == "b\nété ☃\n"


def test_a_context_of_the_project_file_is_used_but_not_removed(venturi):
    Path("venturi.toml").write_text('[contexts.here]\nstore = "http://here"\n')
    assert venturi("context", "use", "here").code == 0
    answer = venturi("context", "remove", "here")
    assert (answer.code, "venturi.toml" in answer.err) == (2, True)


def test_a_file_that_may_not_be_written(venturi, config, monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("venturi.settings.editing.tempfile.mkstemp", refuse)
    answer = venturi("context", "add", "x", "--store", "http://x")
    assert (answer.code, config.exists()) == (4, False)
