"""Settings: which layer wins, where each value came from, and what cannot be read."""

from __future__ import annotations

from dataclasses import fields

import pytest

from venturi.errors import ConfigError, UsageError
from venturi.settings import SETTINGS, Settings, load_settings, project_file, user_file
from venturi.settings.files import line_of


@pytest.fixture
def world(tmp_path):
    """A home, a project folder, and how to load settings in it."""
    return World(tmp_path)


class World:
    def __init__(self, tmp_path):
        self.folder = tmp_path / "project"
        self.folder.mkdir()
        self.environ = {"HOME": str(tmp_path / "home")}
        self.user = tmp_path / "home" / ".config" / "venturi" / "config.toml"
        self.user.parent.mkdir(parents=True)
        self.project = self.folder / "venturi.toml"

    def load(self, **flags):
        return load_settings(flags, environ=self.environ, folder=self.folder)

    def complaint(self, text):
        self.project.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            self.load()
        return caught.value


def test_defaults_say_that_they_are(world):
    settings = world.load()
    assert settings == Settings()
    assert {settings.origin(s.name) for s in SETTINGS} == {"default"}


def test_flag_beats_variable_beats_project_beats_user_beats_default(world):
    assert world.load().output == "table"
    world.user.write_text('output = "md"')
    assert world.load().output == "md"
    assert world.load().origin("output") == str(world.user)
    world.project.write_text('output = "csv"')
    assert world.load().output == "csv"
    assert world.load().origin("output") == str(world.project)
    world.environ["VENTURI_OUTPUT"] = "yaml"
    assert world.load().output == "yaml"
    assert world.load().origin("output") == "VENTURI_OUTPUT"
    settings = world.load(output="json")
    assert (settings.output, settings.origin("output")) == ("json", "--output")


def test_an_empty_variable_counts_as_unset(world):
    world.environ.update(VENTURI_OUTPUT="", MLFLOW_TRACKING_URI="", MLFLOW_TRACKING_TOKEN="")
    assert world.load() == Settings()


def test_flags_without_a_value_turn_on_or_off(world):
    settings = world.load(quiet=True, headers=True)
    assert settings.quiet is True
    assert settings.headers is False


def test_every_kind_is_read_from_variables(world):
    world.environ.update(
        MLFLOW_HTTP_REQUEST_TIMEOUT="2.5",
        MLFLOW_HTTP_REQUEST_MAX_RETRIES="3",
        MLFLOW_ALLOW_HTTP_REDIRECTS="FALSE",
        MLFLOW_TRACKING_INSECURE_TLS="1",
    )
    settings = world.load(columns="run_id, params.lr,")
    assert (settings.timeout, settings.retries) == (2.5, 3)
    assert (settings.allow_redirects, settings.insecure_tls) == (False, True)
    assert settings.columns == ("run_id", "params.lr")


def test_every_kind_is_read_from_a_file(world):
    world.project.write_text("""
limit = 7
headers = false
[http]
timeout = 3
ca_path = "/etc/ca.pem"
""")
    settings = world.load()
    assert (settings.limit, settings.headers, settings.timeout) == (7, False, 3.0)
    assert settings.ca_path == "/etc/ca.pem"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"output": "jsno"}, "--output must be one of table, wide"),
        ({"store": ""}, "--store is empty"),
        ({"limit": "-1"}, "--limit must be a whole number from 0 on, not '-1'"),
    ],
)
def test_a_flag_that_cannot_be_meant(world, flags, words):
    with pytest.raises(UsageError) as caught:
        world.load(**flags)
    assert words in caught.value.message


def test_a_misspelled_choice_is_offered(world):
    with pytest.raises(UsageError) as caught:
        world.load(output="jsno")
    assert caught.value.hint == "did you mean 'json'?"


def test_a_variable_that_cannot_be_meant(world):
    world.environ["MLFLOW_TRACKING_INSECURE_TLS"] = "maybe"
    with pytest.raises(ConfigError) as caught:
        world.load()
    assert caught.value.message == (
        "MLFLOW_TRACKING_INSECURE_TLS must be true or false, not 'maybe'"
    )


@pytest.mark.parametrize(
    ("text", "line", "words", "hint"),
    [
        ("limit = 1\noutptu = 'json'", 2, "unknown key 'outptu'", "did you mean 'output'?"),
        ("\n[http]\ntimeuot = 1", 3, "unknown key 'http.timeuot'", "did you mean 'timeout'?"),
        ("http.timeout = 'x'", 1, "http.timeout must be a number above 0, not 'x'", ""),
        ("limit = true", 1, "limit must be a whole number from 0 on, not true", ""),
        ("limit = 1.5", 1, "limit must be a whole number from 0 on, not 1.5", ""),
        ("headers = 'no'", 1, "headers must be true or false, not 'no'", ""),
        ("output = ['json']", 1, "output must be one of table", ""),
        ("# hi\nhttp = 3", 2, "http must be a table, not 3", ""),
        ("[contexts]\nprod = 'x'", 2, "contexts.prod must be a table, not 'x'", ""),
        ("[contexts.prod]\nregistry = 'x'", 1, "context 'prod' has no store", ""),
        ("[contexts.prod]\nstore = ''", 2, "store must be the address of a store", ""),
        (
            "[contexts.prod]\nstore = 'x'\nregstry = 'y'",
            3,
            "unknown key 'contexts.prod.regstry'",
            "did you mean 'registry'?",
        ),
        ("a = 1\nb = = 2", 2, "not TOML: invalid value", ""),
        ("a = 1\nb = '", 2, "not TOML: ", ""),
    ],
)
def test_a_file_that_cannot_be_meant(world, text, line, words, hint):
    error = world.complaint(text)
    assert error.message.startswith(f"{world.project}:{line}: {words}")
    assert error.hint == hint
    assert error.exit_code == 2


def test_a_file_that_is_not_text(world):
    world.project.write_bytes(b"output = '\xff'")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        world.load()


def test_a_file_that_is_a_folder(world):
    world.project.mkdir()
    with pytest.raises(ConfigError, match=r"cannot read .*venturi.toml: Is a directory"):
        world.load()


def test_contexts_of_both_files_are_known_and_the_project_wins(world):
    world.user.write_text("""
[contexts.prod]
store = "https://prod"
registry = "https://reg"
[contexts.mine]
store = "./a.db"
""")
    world.project.write_text('[contexts.prod]\nstore = "https://other"')
    contexts = world.load().contexts
    assert set(contexts) == {"prod", "mine"}
    assert (contexts["prod"].store, contexts["prod"].registry) == ("https://other", "")
    assert contexts["prod"].origin == str(world.project)
    assert contexts["mine"].origin == str(world.user)


def test_xdg_folder_is_honoured_unless_relative(tmp_path):
    home = {"HOME": str(tmp_path)}
    assert user_file({**home, "XDG_CONFIG_HOME": "/x"}).as_posix() == "/x/venturi/config.toml"
    for ignored in ("", "relative"):
        path = user_file({**home, "XDG_CONFIG_HOME": ignored})
        assert path == tmp_path / ".config" / "venturi" / "config.toml"
    assert project_file(tmp_path) == tmp_path / "venturi.toml"


def test_keys_come_from_both_files_and_the_project_wins(world):
    world.user.write_text('[keys]\nmark = "m"\nsort = ["S", "ctrl+s"]\n')
    world.project.write_text('output = "csv"\n\n[keys]\nmark = []\n')
    keys = world.load().keys
    assert (keys["mark"].keys, keys["mark"].origin) == ((), f"{world.project}:4")
    assert (keys["sort"].keys, keys["sort"].origin) == (("S", "ctrl+s"), f"{world.user}:3")


def test_a_key_that_is_no_text_is_told_with_its_line(world):
    told = world.complaint("[keys]\nmark = 3\n")
    assert told.message == f"{world.project}:2: keys.mark must be a key or a list of keys, not 3"
    assert "must be a table" in world.complaint('keys = "m"').message


def test_secrets_are_in_no_repr(world):
    world.environ.update(
        MLFLOW_TRACKING_USERNAME="name-x",
        MLFLOW_TRACKING_PASSWORD="word-x",
        MLFLOW_TRACKING_TOKEN="token-x",
    )
    world.project.write_text('[contexts.p]\nstore = "postgresql://u:dbword-x@h/d"')
    settings = world.load()
    assert settings.password == "word-x"
    shown = repr(settings)
    for secret in ("name-x", "word-x", "token-x", "dbword-x"):
        assert secret not in shown


def test_declarations_hang_together():
    assert {s.name for s in SETTINGS} == {
        f.name for f in fields(Settings) if f.name not in ("contexts", "keys", "origins")
    }
    for names in ("env", "key"):
        given = [getattr(s, names) for s in SETTINGS if getattr(s, names)]
        assert len(given) == len(set(given))
    flags = [flag for s in SETTINGS for flag in s.flags]
    assert len(flags) == len(set(flags))
    assert all(s.sentence.strip() for s in SETTINGS)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("a",), 1),
        (("d", "e"), 2),
        (("t",), 3),
        (("t", "b"), 4),
        (("t", "u v", "c"), 7),
        (("t", "u v", "missing"), 6),
        (("nowhere",), 1),
    ],
)
def test_line_of(place, line):
    text = "a = 1\nd . e = 2\n[t] # note\nb = 2\n\n[t.'u v']\n\"c\" = 3\n"
    assert line_of(text, place) == line
