"""The command line in this process: what goes in, what comes out, nothing of the developer's."""

from __future__ import annotations

import io
import os
import sys
import time
from dataclasses import dataclass

import pytest

from venturi_tui.__main__ import main


@dataclass(frozen=True)
class Answer:
    """What a command line gave back."""

    code: int
    out: str
    err: str


class Stream(io.TextIOWrapper):
    """A stand-in for stdout or stderr that may be a terminal."""

    def __init__(self, *, terminal: bool, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)


@pytest.fixture(autouse=True)
def quiet_home(tmp_path, monkeypatch):
    """A home of its own, an empty working folder, UTC, and no variable that changes answers."""
    home = tmp_path / "home"
    folder = tmp_path / "here"
    home.mkdir()
    folder.mkdir()
    strange = ("MLFLOW_", "VENTURI_", "XDG_", "LC_")
    for name in [name for name in os.environ if name.startswith(strange)]:
        monkeypatch.delenv(name)
    for name in ("NO_COLOR", "COLUMNS", "LINES", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.chdir(folder)
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def venturi(monkeypatch):
    """Call it like the command: `venturi("runs", "list")`."""

    def call(*args, stdin="", terminal=False, watched=False, columns=100, encoding="utf-8"):
        out, err = Stream(terminal=terminal, encoding=encoding), Stream(terminal=watched)
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = main([str(arg) for arg in args])
        return Answer(code, out.text(), err.text())

    return call


@pytest.fixture
def odd(venturi, mlflow_sqlite_uri):
    """The same on the odd world."""
    return lambda *args, **how: venturi("-s", mlflow_sqlite_uri, *args, **how)


@pytest.fixture(scope="session")
def demo_uri(tmp_path_factory):
    """Address of a demo store."""
    from venturi.demo import make_demo_store

    return make_demo_store(tmp_path_factory.mktemp("demo") / "store", now_ms=1_793_541_802_000)


@pytest.fixture
def demo(venturi, demo_uri):
    """The command on the demo store."""
    return lambda *args, **how: venturi("-s", demo_uri, *args, **how)


@pytest.fixture(scope="session", params=["sqlite", "files", "http-sql"])
def place(request, tmp_path_factory):
    """A store of a kind that is written to; tests make experiments of their own in it."""
    from worlds.places import place_of

    with place_of(request.param, tmp_path_factory.mktemp(f"written-{request.param}")) as opened:
        yield opened


@pytest.fixture
def there(venturi, place, monkeypatch):
    """The command on that store; `there.mlflow` is MLflow's client of it."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")

    def call(*args, **how):
        return venturi("-s", place.uri, *args, **how)

    call.mlflow, call.uri, call.kind = place.client, place.uri, place.kind
    return call


@pytest.fixture(scope="session", params=("sqlite", "files", "http-sql"))
def registry_uri(request, tmp_path_factory):
    """A store of each kind that a registry can be in."""
    from worlds.places import place_of

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        with place_of(request.param, tmp_path_factory.mktemp("registry")) as place:
            yield place.uri


@pytest.fixture(scope="session")
def first_world(registry_uri):
    """A registered model that nobody changes."""
    from worlds.model_worlds import model_world

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        return model_world(registry_uri)


@pytest.fixture
def world(first_world, monkeypatch, tmp_path):
    """A registered model of its own, on each kind of store."""
    from worlds.model_worlds import copied_world, model_world

    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    if "://" in first_world.uri:
        return model_world(first_world.uri)
    return copied_world(first_world, tmp_path / "mlruns")


@pytest.fixture
def on(venturi, world):
    """The command on the world's store, `@@` standing for its model."""

    def call(*args, **how):
        return venturi("-s", world.uri, *(arg.replace("@@", world.name) for arg in args), **how)

    return call


@pytest.fixture
def held(venturi, monkeypatch):
    """The command on a store in memory, given first: `held(store, "metrics", "list", …)`."""
    from venturi.connection import Connection
    from venturi.settings import Place

    def call(store, *args, **how):
        connection = Connection(Place("memory", "a test"), store)
        monkeypatch.setattr("venturi.connection.connect", lambda *_, **__: connection)
        return venturi("-s", "memory", *args, **how)

    return call
