"""Which store is opened: the order of flag, variable, context and folder; what is shown of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venturi.errors import ConfigError, NoStore
from venturi.settings import Place, hide_login, load_settings, resolve_place, saved_login


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "project"
    path.mkdir()
    return path


@pytest.fixture
def place(folder, tmp_path):
    def resolve(flags=None, *, config="", **environ):
        (folder / "venturi.toml").write_text(config)
        environ.setdefault("HOME", str(tmp_path))
        loaded = load_settings(flags or {}, environ=environ, folder=folder)
        return resolve_place(loaded, folder)

    return resolve


CONFIG = """
context = "prod"
[contexts.prod]
store = "https://prod"
[contexts.lab]
store = "https://lab"
registry = "https://lab-registry"
"""


def make_file_store(folder, name="123"):
    (folder / "mlruns" / name).mkdir(parents=True)
    (folder / "mlruns" / name / "meta.yaml").write_text("name: x")


def test_the_flag_wins(place):
    found = place({"store": "a.db"}, config=CONFIG, MLFLOW_TRACKING_URI="http://env")
    assert (found.uri, found.origin, found.context) == ("a.db", "--store", None)


def test_the_flag_wins_over_a_context_flag(place):
    assert place({"store": "a.db", "context": "lab"}, config=CONFIG).uri == "a.db"


def test_the_variable_is_next(place):
    found = place(config=CONFIG, MLFLOW_TRACKING_URI="http://env")
    assert (found.uri, found.origin) == ("http://env", "MLFLOW_TRACKING_URI")


def test_a_context_named_by_flag_wins_over_the_variable(place):
    found = place({"context": "lab"}, config=CONFIG, MLFLOW_TRACKING_URI="http://env")
    assert (found.uri, found.origin, found.context) == ("https://lab", "context lab", "lab")


def test_an_empty_variable_leads_to_the_active_context(place):
    found = place(config=CONFIG, MLFLOW_TRACKING_URI="")
    assert (found.uri, found.origin, found.context) == ("https://prod", "context prod", "prod")


def test_a_variable_may_choose_the_context(place):
    assert place(config=CONFIG, VENTURI_CONTEXT="lab").context == "lab"


def test_a_file_store_in_use_wins_over_a_database(place, folder):
    make_file_store(folder)
    (folder / "mlflow.db").touch()
    found = place()
    assert (found.uri, found.origin) == (str(folder / "mlruns"), "./mlruns")


@pytest.mark.parametrize("name", ["models", ".trash", "12a", "¹²"])
def test_a_folder_without_experiments_does_not_count(place, folder, name):
    make_file_store(folder, name)
    (folder / "mlruns" / "77").mkdir()  # no meta.yaml
    (folder / "mlflow.db").touch()
    found = place()
    assert (found.uri, found.origin) == (f"sqlite:///{folder}/mlflow.db", "./mlflow.db")


def test_in_the_working_directory_addresses_stay_short(folder, monkeypatch):
    (folder / "mlflow.db").touch()
    monkeypatch.chdir(folder)
    loaded = load_settings(environ={"HOME": str(folder)})
    assert resolve_place(loaded).uri == "sqlite:///mlflow.db"


def test_nothing_at_all_names_the_three_ways_on(place):
    with pytest.raises(NoStore) as caught:
        place()
    for way in ("--store", "MLFLOW_TRACKING_URI", "context", "venturi demo"):
        assert way in str(caught.value)
    assert caught.value.exit_code == 2


def test_an_unknown_context(place):
    with pytest.raises(ConfigError) as caught:
        place({"context": "prd"}, config=CONFIG)
    assert caught.value.message == "no context 'prd', named by --context"
    assert caught.value.hint == "did you mean 'prod'?"


def test_the_registry_follows_the_store(place):
    found = place({"store": "a.db"})
    assert (found.registry_uri, found.registry_origin) == ("a.db", "--store")


@pytest.mark.parametrize(
    ("flags", "environ", "registry"),
    [
        ({}, {"MLFLOW_REGISTRY_URI": "http://r"}, "http://r"),
        ({}, {"VENTURI_CONTEXT": "lab"}, "https://lab-registry"),
        ({}, {"VENTURI_CONTEXT": "lab", "MLFLOW_REGISTRY_URI": "http://r"}, "http://r"),
        ({"context": "lab"}, {"MLFLOW_REGISTRY_URI": "http://r"}, "https://lab-registry"),
        ({"context": "prod"}, {"MLFLOW_REGISTRY_URI": "http://r"}, "http://r"),
        ({"context": "prod"}, {}, "https://prod"),
    ],
)
def test_who_names_the_registry(place, flags, environ, registry):
    assert place(flags, config=CONFIG, **environ).registry_uri == registry


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("postgresql://ana:pw@db:5432/mlflow", "postgresql://***@db:5432/mlflow"),
        ("mysql+pymysql://ana:p/w@x@db/m", "mysql+pymysql://***@db/m"),
        ("https://tok@host/x", "https://***@host/x"),
        ("https://host/x", "https://host/x"),
        ("sqlite:///a.db", "sqlite:///a.db"),
        ("postgresql://db/m?user=a&password=pw&sslmode=on", "***"),
        ("a postgresql://u:p@h and http://t:q@i", "***"),
    ],
)
def test_no_login_is_shown(uri, shown):
    hidden = hide_login(uri)
    assert hidden == shown or shown == "***"
    for secret in ("ana", "pw", "p/w", "tok", ":p@", ":q@"):
        assert secret not in hidden
    assert repr(Place(uri, "--store")) == f"Place({hidden!r}, origin='--store')"


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="@"), min_size=8)
)
@settings(deadline=None, max_examples=200)
def test_whatever_the_password(password):
    assert password not in hide_login(f"postgresql://someone:{password}@host:5432/base")


def test_the_saved_login_is_mlflows(tmp_path):
    assert saved_login({"HOME": str(tmp_path)}) == ("", "")
    path = tmp_path / ".mlflow" / "credentials"
    path.parent.mkdir()
    path.write_text("[mlflow]\nmlflow_tracking_username = ana\nmlflow_tracking_password = p%%w\n")
    assert saved_login({"HOME": str(tmp_path)}) == ("ana", "p%w")
    path.write_text("[other]\nx = 1\n")
    assert saved_login({"HOME": str(tmp_path)}) == ("", "")


@pytest.mark.parametrize("text", ["secretword", "[mlflow]\nsecretword", "[mlflow\nsecretword=1"])
def test_a_broken_login_file_is_not_shown(tmp_path, text):
    path = tmp_path / ".mlflow" / "credentials"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        saved_login({"HOME": str(tmp_path)})
    assert str(path) in caught.value.message
    assert "secretword" not in str(caught.value)


def test_a_lone_percent_is_explained(tmp_path):
    path = tmp_path / ".mlflow" / "credentials"
    path.parent.mkdir()
    path.write_text("[mlflow]\nmlflow_tracking_password = secret%word\n")
    with pytest.raises(ConfigError, match="write it as %%") as caught:
        saved_login({"HOME": str(tmp_path)})
    assert "secret%word" not in str(caught.value)
