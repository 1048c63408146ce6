"""`venturi doctor`: what is found on stores that are well, ill or not there, and the exit code."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path

import pytest
from faults.server import always, fault_server, ok
from worlds.sqlite_writer import writer

from venturi.doctor.server import server_findings
from venturi.doctor.versions import revision_finding

FOSSILS = Path(__file__).parents[2] / "fossils"


@pytest.fixture
def doctor(venturi):
    """Findings by check, each a list of (status, message, mend), and the exit code."""

    def examine(*args, **how):
        answer = venturi("doctor", *args, "-o", "json", **how)
        found = {}
        for one in json.loads(answer.out):
            assert list(one) == ["check", "status", "message", "mend"]
            found.setdefault(one["check"], []).append((one["status"], one["message"], one["mend"]))
        assert answer.err == ""
        return found, answer.code

    return examine


def test_a_store_that_is_well(doctor, mlflow_sqlite, mlflow_sqlite_uri):
    found, code = doctor(mlflow_sqlite_uri)
    assert code == 0
    assert found["store"] == [("ok", f"{mlflow_sqlite_uri}, by --store", "")]
    assert found["reading"][0][0] == "ok"
    assert found["writing"] == [("ok", f"{mlflow_sqlite} can be written to", "")]
    assert found["schema"][0][0] in ("ok", "warn")


@pytest.mark.parametrize("version", ["1.30.1", "2.3.2", "2.22.2", "3.1.4", "3.18.0"])
def test_which_mlflow_wrote_the_tables(doctor, tmp_path, version):
    path = tmp_path / "fossil.db"
    shutil.copy(FOSSILS / f"sql-{version}.sqlite", path)
    before = path.read_bytes()
    found, code = doctor(f"sqlite:///{path}")
    ((status, message, mend),) = found["schema"]
    assert (code, status) == (0, "ok" if version == "3.18.0" else "warn")
    assert version.rpartition(".")[0] in message.partition("tables of MLflow")[2]
    assert ("without asking" in message) is (version != "3.18.0")
    assert bool(mend) is (version != "3.18.0")
    assert (path.read_bytes(), list(tmp_path.glob("fossil*"))) == (before, [path])


def test_unknown_revisions():
    assert revision_finding("").health.value == "warn"
    assert "newer MLflow" in revision_finding("0123456789ab").mend


def test_a_file_store(doctor, tmp_path, monkeypatch):
    with tarfile.open(FOSSILS / "files-2.22.2.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    (root,) = {one.parent.parent for one in tmp_path.rglob("0/meta.yaml")}
    found, code = doctor(root)
    assert (code, found["reading"][0][0]) == (0, "ok")
    assert "MLFLOW_ALLOW_FILE_STORE" in found["schema"][0][2]
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    assert "schema" not in doctor(root)[0]


def test_what_a_dead_writer_leaves_is_told(doctor, mlflow_sqlite, tmp_path):
    path = tmp_path / "mlflow.db"
    shutil.copy(mlflow_sqlite, path)
    with writer(path) as other:
        other.run("PRAGMA journal_mode=wal", "UPDATE experiments SET name = name")
        other.die()
    path.with_name("mlflow.db-shm").unlink()
    found, code = doctor(f"sqlite:///{path}")
    ((status, message, mend),) = found["files"]
    assert (code, status) == (0, "warn")
    assert "mlflow.db-wal stands there without mlflow.db-shm" in message
    assert "never remove" in mend


@pytest.mark.parametrize(
    ("store", "code", "words"),
    [
        ("sqlite:////no/such/file.db", 5, "there is no file"),
        ("http://127.0.0.1:1", 3, "nobody answers"),
        ("gopher://x", 2, "no kind of store"),
        ("postgresql://ana:s3cret@127.0.0.1:1/x", 3, "127.0.0.1"),
    ],
)
def test_a_store_that_cannot_be_read_fails_with_its_own_code(doctor, store, code, words):
    found, exit_code = doctor(store)
    ((status, message, mend),) = found["reading"]
    assert (exit_code, status, words in message, mend != "") == (code, "fail", True, True)
    assert "s3cret" not in json.dumps(found)


def test_nothing_names_a_store(doctor):
    found, code = doctor()
    assert (code, found["store"][0][0]) == (2, "fail")
    assert "terminal" in found


def test_a_context_is_named_or_unknown(doctor, venturi, mlflow_sqlite_uri):
    venturi("context", "add", "odd", "--store", mlflow_sqlite_uri)
    found, code = doctor("odd")
    assert (code, found["store"][0][1]) == (0, f"{mlflow_sqlite_uri}, by context odd")
    config = Path.home() / ".config" / "venturi" / "config.toml"
    config.write_text('context = "gone"\n' + config.read_text())
    found, code = doctor()
    assert code == 2
    assert "venturi context add gone --store URI" in [mend for _, _, mend in found["config"]]


def test_a_broken_config_file(doctor, mlflow_sqlite_uri):
    Path("venturi.toml").write_text("limit = many\n")
    found, code = doctor()
    assert code == 2
    assert "venturi.toml:1: not TOML" in found["config"][0][1]
    found, code = doctor(mlflow_sqlite_uri)
    assert (code, found["reading"][0][0]) == (2, "ok")


def test_a_server_and_its_login(doctor, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ana")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "s3cret")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "t0ken")
    with fault_server(always(ok({"experiments": []}))) as server:
        found, code = doctor(server.url)
    assert code == 0
    assert [status for status, _, _ in found["login"]] == ["ok", "warn"]
    assert "MLFLOW_TRACKING_TOKEN" in found["login"][1][2]
    assert "s3cret" not in json.dumps(found)
    monkeypatch.delenv("MLFLOW_TRACKING_PASSWORD")
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", "/no/such.pem")
    found, code = doctor("https://127.0.0.1:1")
    words = " ".join(message for _, message, _ in found["login"])
    assert all(part in words for part in ("only one is set", "any certificate", "/no/such.pem"))


def test_a_real_server_says_its_version(doctor, mlflow_server):
    from importlib.metadata import version

    found, code = doctor(mlflow_server)
    assert (code, found["server"]) == (0, [("ok", f"MLflow {version('mlflow')}", "")])


@pytest.mark.parametrize(
    ("version", "statuses"),
    [
        (None, ["ok"]),
        ("1.30.1", ["ok", "warn"]),
        ("2.2.0", ["ok", "warn"]),
        ("2.22.2", ["ok"]),
        ("3.1.0", ["ok"]),
        ("3.1.4", ["ok", "warn"]),
        ("3.13.1", ["ok", "warn"]),
        ("3.14.0", ["ok"]),
        ("3.18.0", ["ok"]),
    ],
)
def test_known_faults_of_servers(version, statuses):
    assert [one.health.value for one in server_findings(version)] == statuses


def test_the_terminal(doctor, monkeypatch, mlflow_sqlite_uri):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("LINES", "10")
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    found, code = doctor(mlflow_sqlite_uri, terminal=True, columns=30, encoding="ascii")
    assert code == 0
    assert [status for status, _, _ in found["terminal"]] == ["warn", "warn", "warn"]
    assert found["colour"][0][0] == "warn"
    assert "set-clipboard" in found["tmux"][0][2]
    assert found["ssh"][0][0] == "ok"
    monkeypatch.setenv("COLORTERM", "truecolor")
    assert doctor(mlflow_sqlite_uri)[0]["colour"] == [("ok", "all colours", "")]


def test_words_for_a_person(venturi, mlflow_sqlite_uri):
    answer = venturi("doctor", "sqlite:////no/such.db", "--color", "always")
    assert answer.code == 5
    line = next(line for line in answer.out.splitlines() if "fail" in line)
    assert "\x1b[31m✗ fail\x1b[0m" in line
    assert "check the path" in answer.out
