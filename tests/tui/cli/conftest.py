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
