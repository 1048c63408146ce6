"""A place opened: who is shown the login, and how patient to be."""

from __future__ import annotations

from venturi.connection import store_options
from venturi.settings import load_settings


def options(uri, tmp_path, **environ):
    environ["HOME"] = str(tmp_path)
    loaded = load_settings(environ=environ, folder=tmp_path)
    return store_options(uri, loaded, environ)


def test_servers_are_shown_the_login(tmp_path):
    given_options = options(
        "https://host",
        tmp_path,
        MLFLOW_TRACKING_USERNAME="ana",
        MLFLOW_TRACKING_PASSWORD="pw",
        MLFLOW_TRACKING_TOKEN="tok",
        MLFLOW_TRACKING_SERVER_CERT_PATH="/ca.pem",
        MLFLOW_HTTP_REQUEST_TIMEOUT="5",
        MLFLOW_HTTP_REQUEST_MAX_RETRIES="1",
    )
    login = given_options.credentials
    assert login is not None
    assert (login.username, login.password, login.token) == ("ana", "pw", "tok")
    assert (login.ca_path, login.insecure_tls) == ("/ca.pem", False)
    assert (given_options.timeout_s, given_options.max_retries) == (5.0, 1)


def test_databases_are_not(tmp_path):
    assert options("sqlite:///a.db", tmp_path, MLFLOW_TRACKING_TOKEN="tok").credentials is None


def test_the_environment_beats_the_saved_login(tmp_path):
    path = tmp_path / ".mlflow" / "credentials"
    path.parent.mkdir()
    path.write_text("[mlflow]\nmlflow_tracking_username = ana\nmlflow_tracking_password = old\n")
    login = options("http://host", tmp_path, MLFLOW_TRACKING_PASSWORD="new").credentials
    assert login is not None
    assert (login.username, login.password) == ("ana", "new")
