"""Artifacts in local folders: as MLflow has them, and never outside of them."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from mlflow import MlflowClient  # noqa: TID251
from worlds.artifact_files import FILES, read_files, write_files

from venturi.artifacts import Server, artifacts_of, find, open_artifacts, walk
from venturi.artifacts.download import download
from venturi.artifacts.local import LocalFolder, folder_of
from venturi.artifacts.upload import plan_upload, upload
from venturi.errors import ConfigError, Conflict, InvalidInput, LoginRefused, NotFound, StoreBroken
from venturi.records import Artifact
from venturi.stores import open_tracking


@pytest.fixture(params=["sqlite", "files"])
def run_of_mlflow(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch):
    """MLflow's client on a fresh store, and the id of a run there."""
    monkeypatch.chdir(tmp_path)
    uri = {"sqlite": f"sqlite:///{tmp_path}/m.db", "files": (tmp_path / "runs").as_uri()}
    client = MlflowClient(uri[request.param])
    run = client.create_run(client.create_experiment("odd e%20x"))
    return client, uri[request.param], run.info.run_id


def place_of(uri: str, run_id: str):
    store = open_tracking(uri)
    try:
        return artifacts_of(store.get_run(run_id))
    finally:
        store.close()


def listed(client: MlflowClient, run_id: str, path: str | None = None) -> list[Artifact]:
    found: list[Artifact] = []
    for each in client.list_artifacts(run_id, path):
        found.append(Artifact(each.path, each.is_dir, each.file_size))
        if each.is_dir:
            found += listed(client, run_id, each.path)
    return found


def test_what_mlflow_logged_is_listed_and_brought(run_of_mlflow, tmp_path: Path) -> None:
    client, uri, run_id = run_of_mlflow
    assert list(walk(place_of(uri, run_id))) == []
    client.log_artifacts(run_id, str(write_files(tmp_path / "made")))
    client.log_text(run_id, "100%", "50% & #1.txt")
    place = place_of(uri, run_id)
    assert list(walk(place)) == listed(client, run_id)
    there = download(place, "", tmp_path / "here")
    assert read_files(there) == {**FILES, "50% & #1.txt": b"100%"}


def test_what_we_uploaded_is_brought_by_mlflow(run_of_mlflow, tmp_path: Path) -> None:
    client, uri, run_id = run_of_mlflow
    place = place_of(uri, run_id)
    made = write_files(tmp_path / "made")
    upload(place, plan_upload([made, made / "config.json"], "x y"))
    assert listed(client, run_id) == list(walk(place))
    (tmp_path / "mlflow").mkdir()
    there = Path(client.download_artifacts(run_id, "x y", str(tmp_path / "mlflow")))
    assert read_files(there / "made") == FILES
    assert (there / "config.json").read_bytes() == FILES["config.json"]


def test_the_demo_store_hands_out_its_files(demo_folder: Path) -> None:
    with sqlite3.connect(demo_folder / "mlflow.db") as rows:
        (uri,) = rows.execute(
            "SELECT artifact_uri FROM runs WHERE run_uuid IN"
            " (SELECT run_uuid FROM tags WHERE key = 'mlflow.log-model.history') LIMIT 1"
        ).fetchone()
    place = open_artifacts(uri)
    assert find(place, "model/MLmodel").size
    with place.read("model/requirements.txt") as reading:
        assert b"".join(reading).startswith(b"mlflow==")


def test_relative_places_count_from_the_working_folder(tmp_path: Path, monkeypatch) -> None:
    write_files(tmp_path / "mlruns" / "0" / "r" / "artifacts", {"a": b"1"})
    monkeypatch.chdir(tmp_path)
    for uri in ("./mlruns/0/r/artifacts", "mlruns/0/r/artifacts"):
        place = open_artifacts(uri)
        monkeypatch.chdir("/")  # it was meant when it was opened
        assert find(place, "a").size == 1
        monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a%20b/c", "/a b/c"),
        ("file:/a/b", "/a/b"),
        ("file://localhost/a", "/a"),
        ("/a b/%20", "/a b/ "),
        ("/a#b?c", "/a#b?c"),
    ],
)
def test_uris_of_folders_are_read_as_mlflow_does(uri: str, path: str) -> None:
    from mlflow.utils.file_utils import local_file_uri_to_path  # noqa: TID251

    assert str(folder_of(uri)) == path
    if "#" not in uri:
        assert local_file_uri_to_path(uri) == path


def test_a_folder_of_another_machine_is_refused() -> None:
    with pytest.raises(ConfigError, match="another machine"):
        open_artifacts("file://nas/runs/1")


@pytest.mark.parametrize("uri", ["s3://b/1/r/artifacts", "gs://b/x", "wasbs://c@h/x", "dbfs:/x"])
def test_object_stores_point_to_a_server(uri: str) -> None:
    with pytest.raises(ConfigError, match="cannot be reached from here yet") as caught:
        open_artifacts(uri)
    assert "mlflow server" in caught.value.hint
    assert isinstance(open_artifacts("/tmp/x", Server()), LocalFolder)


def test_proxied_artifacts_of_a_database_point_to_their_server() -> None:
    with pytest.raises(ConfigError, match="behind a tracking server"):
        open_artifacts("mlflow-artifacts:/1/r/artifacts")


HOSTILE = [
    "../secret", "a/../../secret", "/etc/passwd", "..", ".", "a/./b", "a//b", "a/", "a\\..\\b",
    "C:/x", "C:\\x", "\\\\host\\x", "a\0b", "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE)
def test_paths_out_of_the_folder_are_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_text("s")
    place = LocalFolder(write_files(tmp_path / "artifacts", {"a/b": b"1"}))
    before = read_files(tmp_path)
    for ask in (place.entries, place.read, lambda p: find(place, p)):
        with pytest.raises(InvalidInput):
            ask(path)
    with pytest.raises(InvalidInput):
        place.write(path, tmp_path / "secret")
    assert read_files(tmp_path) == before


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    write_files(tmp_path / "outside", {"secret": b"s"})
    root = write_files(tmp_path / "artifacts", {"a": b"1", "in/b": b"2"})
    (root / "file").symlink_to(tmp_path / "outside" / "secret")
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "in" / "up").symlink_to("../../outside")
    (root / "same").symlink_to("a")
    place = LocalFolder(root)
    kinds = {each.path: (each.is_dir, each.size) for each in walk(place)}
    assert kinds["file"] == kinds["folder"] == kinds["in/up"] == (False, None)
    assert kinds["same"] == (False, 1)
    for path in ("file", "folder", "folder/secret", "in/up/secret"):
        with pytest.raises(InvalidInput, match="leads out of the artifact folder"):
            place.read(path)
    for path in ("folder/new", "in/up/new"):
        with pytest.raises(InvalidInput, match="leads out of the artifact folder"):
            place.write(path, root / "a")
    with pytest.raises(InvalidInput, match="leads out"):
        download(place, "", tmp_path / "here")
    assert not (tmp_path / "here").exists()
    with place.read("same") as reading:
        assert b"".join(reading) == b"1"
    place.write("file", root / "a")  # takes the place of the link, not of what it leads to
    assert (tmp_path / "outside" / "secret").read_bytes() == b"s"
    assert read_files(tmp_path / "outside") == {"secret": b"s"}


def test_links_in_circles_end(tmp_path: Path) -> None:
    root = write_files(tmp_path / "artifacts", {"a/x": b"1"})
    (root / "a" / "again").symlink_to("..")
    (root / "self").symlink_to("self")
    with pytest.raises(StoreBroken, match="folders without end"):
        list(walk(LocalFolder(root)))


def test_a_root_that_is_a_link_is_fine(tmp_path: Path) -> None:
    write_files(tmp_path / "real", {"a": b"1"})
    (tmp_path / "link").symlink_to("real")
    place = LocalFolder(tmp_path / "link")
    place.write("b/c", tmp_path / "real" / "a")
    assert read_files(tmp_path / "real") == {"a": b"1", "b/c": b"1"}


def test_unfinished_uploads_are_hidden_and_their_names_reserved(tmp_path: Path) -> None:
    root = write_files(tmp_path / "artifacts", {".artifact.uploading.abc": b"1", "a": b"2"})
    place = LocalFolder(root)
    assert [each.path for each in place.entries()] == ["a"]
    with pytest.raises(InvalidInput, match="no artifact can be named"):
        place.write(".artifact.uploading.x", root / "a")


def test_a_pipe_is_no_artifact(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    place = LocalFolder(tmp_path)
    assert place.entries() == [Artifact("pipe", False, None)]
    with pytest.raises(InvalidInput, match="is no file"):
        place.read("pipe")
    with pytest.raises(InvalidInput, match="is no file"):
        place.read("")


def test_reading_starts_where_it_is_asked_while_the_file_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "n").write_bytes(b"0123456789")
    place = LocalFolder(tmp_path)
    with place.read("n", start=3) as reading:
        assert (reading.start, reading.size) == (0, 10)
    with place.read("n", start=3, mark=reading.mark) as again:
        assert (again.start, b"".join(again)) == (3, b"3456789")
    (tmp_path / "n").write_bytes(b"9876543210")
    os.utime(tmp_path / "n", ns=(1, 1))
    with place.read("n", start=3, mark=reading.mark) as changed:
        assert (changed.start, b"".join(changed)) == (0, b"9876543210")


def test_a_file_that_shrinks_while_it_is_read_is_no_whole_file(tmp_path: Path) -> None:
    (tmp_path / "n").write_bytes(b"x" * 3_000_000)
    with LocalFolder(tmp_path).read("n") as reading:
        parts = iter(reading)
        next(parts)
        os.truncate(tmp_path / "n", 10)
        with pytest.raises(Conflict, match="became shorter"):
            list(parts)


def test_what_cannot_be_written_says_so(tmp_path: Path) -> None:
    root = write_files(tmp_path / "artifacts", {"file": b"1", "folder/x": b"2"})
    place = LocalFolder(root)
    with pytest.raises(InvalidInput, match="is a file among the artifacts"):
        place.write("file/x", root / "file")
    with pytest.raises(InvalidInput, match="is a folder among the artifacts"):
        place.write("folder", root / "file")
    with pytest.raises(NotFound):
        place.read("file/x")
    assert read_files(root) == {"file": b"1", "folder/x": b"2"}


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch) -> None:
    root = write_files(tmp_path / "artifacts", {"a": b"old"})
    (tmp_path / "new").write_bytes(b"new")

    def refuse(_: int) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr("venturi.artifacts.local.os.fsync", refuse)
    with pytest.raises(LoginRefused, match="no permission to write to"):
        LocalFolder(root).write("a", tmp_path / "new")
    assert read_files(root) == {"a": b"old"}
