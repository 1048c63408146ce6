"""What goes wrong: exit codes, one clear line with the way on, never a secret."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from venturi.errors import (
    AmbiguousName,
    Conflict,
    FilterError,
    InvalidInput,
    StoreUnreachable,
)

ROOT = Path(__file__).parents[3]


def complaint(answer):
    """The one line and the way on."""
    assert answer.out == ""
    assert "Traceback" not in answer.err
    first, *rest = answer.err.splitlines()
    assert first.startswith("venturi: ")
    return first.removeprefix("venturi: "), "\n".join(rest)


@contextmanager
def server(status, body, kind="text/html"):
    """Somebody who answers everything in the same way."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *args):
            pass

    running = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_no_store_names_the_three_ways_on(venturi):
    answer = venturi("runs", "list")
    line, hint = complaint(answer)
    assert answer.code == 2
    assert "no MLflow store here" in line
    for way in ("--store", "MLFLOW_TRACKING_URI", "venturi demo"):
        assert way in hint


@pytest.mark.parametrize(
    ("args", "words", "hint"),
    [
        (["rnus"], "no such command 'rnus'", "did you mean 'runs'?"),
        (["runs", "lsit"], "no such command 'lsit'", "did you mean 'list'?"),
        (["runs", "list", "--filtre", "x"], "no such option: --filtre", "did you mean --filter?"),
        (["runs", "list", "--limit", "x"], "'x' is not a whole number", "venturi runs list --help"),
        (["runs", "list", "--limit", "-3"], "-3 is not in the range", "venturi runs list --help"),
        (["runs", "list", "--view", "x"], "'x' is not one of 'active'", "runs list --help"),
        (["runs", "get"], "missing argument 'RUN…'", "venturi runs get --help"),
        (["runs", "list", "extra"], "unexpected extra argument", "venturi runs list --help"),
        (["runs", "list", "-o"], "'-o' requires an argument", "venturi runs list --help"),
        (["runs", "list", "-o", "jsno"], "--output must be one of", "did you mean 'json'?"),
        (["runs", "list", "-s", ""], "--store is empty", "it takes text"),
        (["runs", "list", "-c", "nope"], "no context 'nope'", "no config file has any"),
        (["-s", "ftp://x", "runs", "list"], "'ftp:' is no kind of store", "sqlite:///FILE"),
        (["metrics", "plot", "x", "-m", "y", "--size", "9x9"], "--size must be", ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_meant_is_exit_2(venturi, args, words, hint):
    answer = venturi(*args)
    line, way_on = complaint(answer)
    assert answer.code == 2
    assert words in line
    assert hint in way_on


def test_a_broken_config_file_is_exit_2(venturi):
    Path("venturi.toml").write_text("limit = 1\noutput = 'jsno'\n")
    for args in (["runs", "list"], ["config", "show"], ["config", "validate"]):
        answer = venturi(*args)
        line, hint = complaint(answer)
        assert answer.code == 2
        assert line.startswith("venturi.toml:2: output must be one of")
        assert "did you mean 'json'?" in hint


def test_a_filter_that_does_not_parse_has_a_caret_under_the_place(odd):
    text = "metrics.loss > 0.5 AND status >> 3"
    answer = odd("runs", "list", "--filter", text)
    first, shown, caret = answer.err.splitlines()
    assert answer.code == 2
    assert answer.out == ""
    assert first.startswith("venturi: ")
    assert shown == f"  {text}"
    assert caret.index("^") - 2 == text.index(">>")
    assert caret.split("^ ", 1)[1].startswith("expected ")


@pytest.mark.parametrize("lead", ["実験 é ☃ ", "\x1b[31m\n\t", "a" * 300 + " "])
def test_the_caret_is_under_the_place_whatever_stands_before(venturi, monkeypatch, lead):
    from venturi_tui.present.width import cells

    def fail(*_args, **_how):
        raise FilterError("cannot be meant", text=f"{lead}HERE rest", position=len(lead))

    monkeypatch.setattr("venturi_tui.cli.runs.parsed_filter", fail)
    answer = venturi("-s", "sqlite:///x.db", "runs", "list")
    _, shown, caret = answer.err.splitlines()
    before = shown[: shown.index("HERE")]
    assert cells(before) == caret.index("^")
    assert len(caret) < 120
    assert shown.isprintable()


def test_a_missing_store_file_is_exit_5(venturi):
    answer = venturi("-s", "sqlite:///nowhere.db", "runs", "list")
    line, _ = complaint(answer)
    assert answer.code == 5
    assert "nowhere.db" in line


def test_what_is_no_store_is_exit_1(venturi, tmp_path):
    text = tmp_path / "text.db"
    text.write_text("no database")
    empty = tmp_path / "other.db"
    sqlite3.connect(empty).execute("CREATE TABLE x (y)").connection.commit()
    for path in (text, empty):
        answer = venturi("-s", f"sqlite:///{path}", "runs", "list")
        assert answer.code == 1
        complaint(answer)


def test_nobody_there_is_exit_3(venturi, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    answer = venturi("-s", f"http://127.0.0.1:{free_port()}", "runs", "list")
    line, hint = complaint(answer)
    assert answer.code == 3
    assert "nobody answers" in line
    assert "server" in hint


@pytest.mark.parametrize(("status", "code"), [(401, 4), (403, 4), (200, 3), (404, None)], ids=str)
def test_servers_that_are_not_mlflow_or_refuse(venturi, monkeypatch, status, code):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with server(status, b"<html>no</html>") as url:
        answer = venturi("-s", url, "experiments", "list")
    complaint(answer)
    assert answer.code == code if code else answer.code in (1, 3, 5)


def test_unknown_names_are_exit_5(odd):
    for args in (
        ("experiments", "get", "od"),
        ("runs", "list", "-e", "od"),
        ("runs", "get", "curv"),
        ("metrics", "history", "curve", "los"),
        ("metrics", "plot", "curve", "-m", "los"),
    ):
        answer = odd(*args)
        _, hint = complaint(answer)
        assert answer.code == 5, args
        assert "did you mean" in hint


def test_an_ambiguous_name_lists_the_candidates(odd):
    answer = odd("runs", "get", "run")
    line, candidates = complaint(answer)
    assert answer.code == 2
    assert re.fullmatch(r"'run' fits \d+ runs", line)
    ids = re.findall(r"^  ([0-9a-f]{32})  run  (\S+)$", candidates, re.MULTILINE)
    assert len(ids) >= 2
    assert "give more of the id" in candidates


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AmbiguousName("x", ["a\x1b[2J"]), 2),
        (StoreUnreachable("x", hint="later"), 3),
        (Conflict("x"), 6),
        (InvalidInput("x"), 7),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(), 141),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_error_has_its_exit_code(venturi, monkeypatch, error, code):
    def fail(*_args, **_how):
        raise error

    monkeypatch.setattr("venturi_tui.cli.runs.parsed_filter", fail)
    answer = venturi("-s", "sqlite:///x.db", "runs", "list")
    assert (answer.code, answer.out) == (code, "")
    assert "\x1b" not in answer.err
    if code > 100:
        assert answer.err == ""


def test_a_full_disk_is_told(venturi, monkeypatch):
    def fail(*_args, **_how):
        raise OSError(28, "No space left on device", "/tmp/x")

    monkeypatch.setattr("venturi_tui.cli.runs.parsed_filter", fail)
    answer = venturi("-s", "sqlite:///x.db", "runs", "list")
    assert answer.code == 1
    assert answer.err == "venturi: No space left on device: /tmp/x\n"


SECRETS = ("hunter2secret", "tokensecret", "dbsecret")


@pytest.mark.parametrize("verbose", [False, True])
def test_the_unexpected_shows_no_secret_and_its_traceback_only_when_asked(
    venturi, monkeypatch, verbose
):
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "hunter2secret")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "tokensecret")
    uri = "postgresql://ana:dbsecret@host/base"

    def fail(call, *_args, **_how):
        assert call.settings.password
        raise RuntimeError(f"{uri} dbsecret hunter2secret tokensecret \x1b[2J")

    monkeypatch.setattr("venturi_tui.cli.runs.parsed_filter", fail)
    answer = venturi("-s", uri, "runs", "list", *(["-v"] if verbose else []))
    assert (answer.code, answer.out) == (1, "")
    assert not [secret for secret in SECRETS if secret in answer.err]
    assert "\x1b" not in answer.err
    assert ("Traceback" in answer.err) is verbose
    if not verbose:
        line, hint = complaint(answer)
        assert line.startswith("unexpected RuntimeError: postgresql://***@host/base")
        assert "run with --verbose" in hint


def test_config_show_hides_secrets(venturi, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "usersecret")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "hunter2secret")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "tokensecret")
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "https://ana:regsecret@host")
    Path("venturi.toml").write_text('[contexts.p]\nstore = "postgresql://ana:dbsecret@host/base"\n')
    for output in ("table", "wide", "json", "csv", "yaml", "md"):
        answer = venturi("config", "show", "-o", output, "-s", "mysql://bo:flagsecret@h/d")
        assert answer.code == 0
        assert "secret" not in answer.out
        assert "not shown" in answer.out
        assert "contexts.p" in answer.out


def environ(tmp_path):
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("MLFLOW_")},
        "PYTHONPATH": f"{ROOT / 'core'}:{ROOT / 'tui'}",
        "HOME": str(tmp_path),
    }


def command(*args):
    return [sys.executable, "-m", "venturi_tui", *args]


def test_a_reader_that_leaves_early_is_no_error(demo_uri, tmp_path):
    line = f"{sys.executable} -m venturi_tui -s {demo_uri} runs list --all -o json | head -c 10"
    done = subprocess.run(
        ["bash", "-c", f"{line}; exit ${{PIPESTATUS[0]}}"],
        env=environ(tmp_path), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 141)
    assert done.stderr == b""
    closed = subprocess.run(
        ["bash", "-c", f"({line}) | true"], env=environ(tmp_path), capture_output=True, check=False
    )
    assert closed.stderr == b""


def test_a_database_named_like_a_folder_is_told_its_address(venturi, mlflow_sqlite_uri):
    path = mlflow_sqlite_uri.removeprefix("sqlite:///")
    line, way_on = complaint(venturi("-s", path, "runs", "list"))
    assert f"{path} is not a folder" in line
    assert mlflow_sqlite_uri in way_on


def test_closed_streams_are_no_trouble(demo_uri, tmp_path):
    line = f"{sys.executable} -m venturi_tui -s {demo_uri} runs"
    for words, code in (("get - <&-", 2), ("list -o name >&-", 0), ("list -o name 2>&-", 0)):
        done = subprocess.run(
            ["bash", "-c", f"{line} {words}"],
            env=environ(tmp_path), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "unexpected" not in done.stderr
        assert bool(done.stdout) == words.endswith("2>&-")


def test_a_folder_that_is_gone_matters_to_relative_paths_only(venturi, demo_uri):
    gone = Path("gone").absolute()
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    assert venturi("-s", demo_uri, "runs", "list", "--limit", "1").code == 0
    answer = venturi("-s", "sqlite:///x.db", "runs", "list")
    line, way_on = complaint(answer)
    assert answer.code == 1
    assert "is gone" in line
    assert "cd" in way_on


def test_an_interrupt_is_exit_130(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        process = subprocess.Popen(
            command("-s", url, "runs", "list"),
            env=environ(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        silent.settimeout(60)
        connection, _ = silent.accept()  # it is asking now
        with connection:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert b"Traceback" not in err


def test_the_version_costs_nothing(tmp_path):
    code = (
        "import sys; before = set(sys.modules)\n"
        "from venturi_tui.__main__ import main\n"
        "assert main(['--version']) == 0\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environ(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    version, modules = done.stdout.splitlines()
    assert re.fullmatch(r"venturi \d+\.\d+\.\d+", version)
    loaded = set(modules.split())
    ours = {name for name in loaded if name.startswith("venturi")}
    assert ours == {"venturi", "venturi_tui", "venturi_tui.__main__"}
    assert loaded - ours <= set(sys.stdlib_module_names) | {"collections.abc"}
    assert len(loaded) < 15
