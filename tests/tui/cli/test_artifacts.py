"""`artifacts` and `versions download`: what goes in, what comes out, and the exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from faults.server import cut, fault_server, hang, ok
from worlds.artifact_files import FILES, FOLDERS, read_files, write_files

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store of MLflow with a run of odd files and a version: its URI, client, and run id."""
    from mlflow import MlflowClient  # noqa: TID251

    folder = tmp_path_factory.mktemp("artifacts")
    uri = f"sqlite:///{folder}/m.db"
    client = MlflowClient(uri)
    experiment = client.create_experiment("odd", str(folder / "kept"))
    run_id = client.create_run(experiment, run_name="brave otter").info.run_id
    client.log_artifacts(run_id, str(write_files(folder / "made")))
    client.create_registered_model("net")
    source = f"{client.get_run(run_id).info.artifact_uri}/reports"
    client.create_model_version("net", source, run_id)
    client.set_registered_model_alias("net", "champion", "1")
    return uri, client, run_id


@pytest.fixture
def artifacts(venturi, store):
    """`artifacts VERB` on that run, by the beginning of its id."""
    uri, _, run_id = store
    return lambda verb, *args, **how: venturi(
        "artifacts", verb, run_id[:12], *args, "-s", uri, **how
    )


def new_run(client) -> str:
    (experiment,) = client.search_experiments(filter_string="name = 'odd'")
    return client.create_run(experiment.experiment_id).info.run_id


def complaint(answer, code):
    assert answer.code == code
    assert "Traceback" not in answer.err
    return answer.err.removeprefix("venturi: ").strip()


def test_list_shows_a_folder_or_everything(artifacts, venturi, store):
    lines = artifacts("list").out.splitlines()
    assert lines[0].split() == ["path", "size"]
    assert [line.split()[0] for line in lines[1:]] == [
        "config.json", "deep/", "empty.txt", "reports/",
    ]  # fmt: skip
    assert artifacts("list", "reports/", "-o", "name").out.splitlines() == [
        "reports/[a] (b) & c;d+e=f,g'h.txt",
        "reports/sub dir",
    ]
    found = json.loads(artifacts("list", "-r", "-o", "json").out)
    assert {each["path"]: each["file_size"] for each in found if not each["is_dir"]} == {
        path: len(content) for path, content in FILES.items()
    }
    assert {each["path"] for each in found if each["is_dir"]} == FOLDERS
    one = json.loads(artifacts("list", "config.json", "-o", "json").out)
    assert one == [{"path": "config.json", "is_dir": False, "file_size": 12}]
    line = ("artifacts", "list", "brave otter", "-e", "odd", "-s", store[0], "-o", "name")
    assert venturi(*line).out.splitlines() == ["config.json", "deep", "empty.txt", "reports"]


@pytest.mark.parametrize("path", FILES)
def test_cat_gives_the_very_bytes(artifacts, path):
    answer = artifacts("cat", path, encoding="latin-1")
    assert (answer.code, answer.out.encode("latin-1")) == (0, FILES[path])


def test_cat_is_harmless_on_a_terminal(venturi, store):
    uri, client, _ = store
    run_id = new_run(client)
    client.log_text(run_id, "a\tb\r\n\x1b[31mred\x1b]0;title\x07\nlast", "evil.txt")
    answer = venturi("artifacts", "cat", run_id, "evil.txt", "-s", uri, terminal=True)
    assert answer.out == "a\tb\n␛[31mred␛]0;title␇\nlast\n"


def test_cat_refuses_what_would_spoil_a_terminal(artifacts):
    words = complaint(artifacts("cat", "deep/a/b/c/weights.bin", terminal=True), 2)
    assert words.startswith("'deep/a/b/c/weights.bin' is no text")
    assert "artifacts download" in words
    assert "is a folder" in complaint(artifacts("cat", "deep"), 2)


def test_download_prints_where_it_is(artifacts, store):
    here = Path.cwd()
    answer = artifacts("download", "config.json")
    assert answer.out == f"{here / 'config.json'}\n"
    assert (here / "config.json").read_bytes() == FILES["config.json"]
    answer = artifacts("download", "reports/", "--to", "x/y", "-o", "json")
    assert json.loads(answer.out) == {"path": str(here / "x" / "y" / "reports")}
    assert set(read_files(here / "x/y/reports")) == {
        path.removeprefix("reports/") for path in FILES if path.startswith("reports/")
    }
    answer = artifacts("download")
    assert answer.out == f"{here / store[2]}\n"
    assert read_files(here / store[2]) == FILES
    assert "exists already" in complaint(artifacts("download"), 6)
    (here / store[2] / "config.json").write_text("mine")
    assert artifacts("download", "--force").code == 0
    assert read_files(here / store[2]) == FILES


def test_upload_copies_files_and_folders(venturi, store):
    uri, client, _ = store
    run_id = new_run(client)
    write_files(Path.cwd(), {"one é.txt": b"1", "two/in/x": b"22", "two/y": b""})
    line = ("artifacts", "upload", run_id, "one é.txt", "two", "--path", "sub/dir", "-s", uri)
    paths = ["sub/dir/one é.txt", "sub/dir/two/y", "sub/dir/two/in/x"]
    dry = venturi(*line, "--dry-run")
    assert (dry.code, sorted(dry.out.splitlines())) == (0, sorted(paths))
    assert dry.err == "3 files would be uploaded\n"
    assert client.list_artifacts(run_id) == []
    done = venturi(*line)
    assert (done.code, done.err) == (0, "3 files uploaded\n")
    assert sorted(done.out.splitlines()) == sorted(paths)
    Path("got").mkdir()
    assert read_files(Path(client.download_artifacts(run_id, "sub/dir", "got"))) == {
        "one é.txt": b"1", "two/in/x": b"22", "two/y": b"",
    }  # fmt: skip
    shapes = json.loads(venturi(*line, "-o", "json").out)
    assert {each["path"]: each["file_size"] for each in shapes} == dict(
        zip(paths, (1, 0, 2), strict=True)
    )


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a\\b", "a/../../b"])
def test_a_refused_path_is_exit_7(artifacts, path):
    Path("f").touch()
    for verb, *args in (("list", path), ("cat", path), ("download", path)):
        assert "is refused" in complaint(artifacts(verb, *args), 7)
    assert "is refused" in complaint(artifacts("upload", "f", "--path", path), 7)


def test_a_missing_path_is_exit_5(artifacts, venturi, store):
    for verb in ("list", "cat", "download"):
        assert "there is no artifact 'no/pe'" in complaint(artifacts(verb, "no/pe"), 5)
    assert "there is no file" in complaint(artifacts("upload", "nope"), 5)
    uri, client, _ = store
    empty = ("artifacts", "download", new_run(client), "-s", uri)
    assert "there are no files in" in complaint(venturi(*empty), 5)
    assert list(Path().iterdir()) == []


def test_a_server_that_fails_half_way_is_exit_3_and_leaves_no_file(venturi, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    run_id = "0" * 32
    info = {
        "run_id": run_id, "run_name": "r", "experiment_id": "1", "status": "FINISHED",
        "artifact_uri": f"mlflow-artifacts:/1/{run_id}/artifacts", "lifecycle_stage": "active",
    }  # fmt: skip

    def route(request):
        if request.path.endswith("runs/get"):
            return ok({"run": {"info": info, "data": {}}})
        if request.path.endswith("/artifacts"):
            return ok({"files": [{"path": "w", "is_dir": False, "file_size": 1000}]})
        return cut(b"x" * 10, 1000)

    with fault_server(route) as server:
        answer = venturi("artifacts", "download", run_id, "w", "-s", server.url)
    assert "broke the exchange off" in complaint(answer, 3)
    assert not Path("w").exists()


def test_an_interrupt_ends_a_download_at_once_and_it_can_be_gone_on_with():
    run_id = "0" * 32
    info = {
        "run_id": run_id, "run_name": "r", "experiment_id": "1", "status": "FINISHED",
        "artifact_uri": f"mlflow-artifacts:/1/{run_id}/artifacts", "lifecycle_stage": "active",
    }  # fmt: skip
    asked = threading.Event()

    def stuck(connection):
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: "1"\r\n\r\nxxxx')
        asked.set()
        return hang(connection)

    def route(request):
        if request.path.endswith("runs/get"):
            return ok({"run": {"info": info, "data": {}}})
        if request.path.endswith("/artifacts"):
            return ok({"files": [{"path": "w", "is_dir": False, "file_size": 1000}]})
        return stuck

    environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'core'}:{ROOT / 'tui'}"}
    with fault_server(route) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "venturi_tui", "-s", server.url,
             "artifacts", "download", run_id, "w"],
            env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert asked.wait(60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err
    (staged,) = Path().glob(".w-*.venturi-part")
    assert not Path("w").exists()
    assert staged.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", ["proxying_server", "closed_server"])
def test_a_real_server_takes_and_gives_the_same_bytes(venturi, kind, request, monkeypatch):
    monkeypatch.setattr("venturi.artifacts._HERE", ())  # as if it were on another machine
    server = request.getfixturevalue(kind)
    run_id = server.new_run(f"command line, {kind}")
    files = {path: content for path, content in FILES.items() if content}
    write_files(Path("made"), files)
    sent = venturi("artifacts", "upload", run_id, "made", "--path", "in", "-s", server.uri)
    assert (sent.code, len(sent.out.splitlines())) == (0, len(files))
    Path("mlflow").mkdir()
    assert (
        read_files(Path(server.client().download_artifacts(run_id, "in/made", "mlflow"))) == files
    )
    got = venturi("artifacts", "download", run_id, "in", "--to", "here", "-s", server.uri)
    assert read_files(Path(got.out.strip()) / "made") == files
    missing = venturi("artifacts", "cat", run_id, "in/nope", "-s", server.uri)
    assert "there is no artifact 'in/nope'" in complaint(missing, 5)


def test_versions_download_takes_any_name_of_a_version(venturi, store):
    for word in ("net/1", "net@champion", "models:/net/latest"):
        answer = venturi("versions", "download", word, "--to", "v", "--force", "-s", store[0])
        assert answer.out == f"{Path.cwd() / 'v' / 'net-1'}\n"
    assert set(read_files(Path("v/net-1"))) == {
        path.removeprefix("reports/") for path in FILES if path.startswith("reports/")
    }
    one = venturi("versions", "download", "net/1", "sub dir", "-s", store[0])
    assert one.out == f"{Path.cwd() / 'sub dir'}\n"
    assert "no version" in complaint(venturi("versions", "download", "net/9", "-s", store[0]), 5)


def test_a_long_transfer_tells_how_far_it_is(artifacts, monkeypatch):
    monkeypatch.setattr("venturi_tui.cli.transfers._PATIENCE_S", 0.0)
    monkeypatch.setattr("venturi_tui.cli.transfers._TICK_S", 0.0)
    watched = artifacts("download", watched=True)
    assert "5 of 5 files  2.5 MB of 2.5 MB  100%" in watched.err
    assert watched.err.endswith("\r\x1b[K")
    assert artifacts("download", "deep", "-q", watched=True).err == ""
    assert artifacts("download", "reports").err == ""
