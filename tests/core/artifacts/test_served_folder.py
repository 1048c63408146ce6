"""Artifacts through real MLflow servers: by their proxy, and by their own endpoints."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from worlds.artifact_files import FILES, FOLDERS, read_files, write_files
from worlds.artifact_servers import ArtifactServer

from venturi import artifacts
from venturi.artifacts import Server, artifacts_of, find, open_artifacts, walk
from venturi.artifacts.download import download
from venturi.artifacts.local import LocalFolder
from venturi.artifacts.routes import LARGEST_UPLOAD
from venturi.artifacts.served import ServedFolder
from venturi.artifacts.upload import plan_upload, upload
from venturi.errors import ConfigError, InvalidInput, NotFound
from venturi.stores.base import StoreOptions

OPTIONS = StoreOptions(timeout_s=20, max_retries=1)


@pytest.fixture
def no_shared_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every server were on another machine."""
    monkeypatch.setattr(artifacts, "_HERE", ())


def place_of(server: ArtifactServer, run_id: str) -> ServedFolder:
    place = artifacts_of(server.run(run_id), Server(server.uri, OPTIONS))
    assert isinstance(place, ServedFolder)
    return place


def mlflow_lists(server: ArtifactServer, run_id: str, path: str = "") -> list[tuple]:
    """All that MLflow's client lists below a folder."""
    found: list[tuple] = []
    for each in server.client().list_artifacts(run_id, path or None):
        # A server leaves out the size of an empty file, where its client looks itself.
        found.append((each.path, each.is_dir, each.file_size or None))
        if each.is_dir:
            found += mlflow_lists(server, run_id, each.path)
    return found


def we_list(place: ServedFolder) -> list[tuple]:
    return [(each.path, each.is_dir, each.size or None) for each in walk(place)]


@pytest.mark.parametrize("kind", ["proxying_server", "closed_server"])
@pytest.mark.usefixtures("no_shared_folder")
def test_what_mlflow_logged_is_listed_and_brought_byte_for_byte(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server: ArtifactServer = request.getfixturevalue(kind)
    run_id = server.new_run(f"logged by MLflow, {kind}")
    server.client().log_artifacts(run_id, str(write_files(tmp_path / "files")))
    with closing(place_of(server, run_id)) as place:
        assert we_list(place) == mlflow_lists(server, run_id)
        assert {path for path, is_dir, _ in we_list(place) if is_dir} == FOLDERS
        there = download(place, "", tmp_path / "here")
        assert read_files(there) == FILES
        one = download(place, "reports/sub dir", tmp_path / "sub dir")
        assert [path.name for path in one.iterdir()] == ["\u00fcber \u03bb.md"]


@pytest.mark.parametrize("kind", ["proxying_server", "closed_server"])
@pytest.mark.usefixtures("no_shared_folder")
def test_what_we_uploaded_is_brought_by_mlflow_byte_for_byte(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server: ArtifactServer = request.getfixturevalue(kind)
    run_id = server.new_run(f"uploaded by us, {kind}")
    files = {path: held for path, held in FILES.items() if held or kind == "proxying_server"}
    folder = write_files(tmp_path / "files", files)
    with closing(place_of(server, run_id)) as place:
        sendings = plan_upload([folder], "in here")
        upload(place, sendings)
        upload(place, sendings)  # again does no harm
        assert we_list(place) == mlflow_lists(server, run_id)
    (tmp_path / "mlflow").mkdir()
    there = server.client().download_artifacts(run_id, "in here/files", str(tmp_path / "mlflow"))
    assert read_files(Path(there)) == files


def test_a_server_on_this_machine_shares_its_folder(
    closed_server: ArtifactServer, tmp_path: Path
) -> None:
    run_id = closed_server.new_run("shared folder")
    closed_server.client().log_text(run_id, "hello", "a.txt")
    place = artifacts_of(closed_server.run(run_id), Server(closed_server.uri, OPTIONS))
    assert isinstance(place, LocalFolder)
    assert download(place, "a.txt", tmp_path / "a.txt").read_text() == "hello"


def test_a_proxied_file_is_read_from_an_offset(proxying_server: ArtifactServer) -> None:
    run_id = proxying_server.new_run("offsets")
    proxying_server.client().log_text(run_id, "0123456789", "n.txt")
    with closing(place_of(proxying_server, run_id)) as place:
        with place.read("n.txt") as reading:
            assert (reading.start, reading.size, b"".join(reading)) == (0, 10, b"0123456789")
        mark = reading.mark
        assert mark
        with place.read("n.txt", start=7, mark=mark) as reading:
            assert (reading.start, reading.size, b"".join(reading)) == (7, 10, b"789")
        for start, other in ((7, '"another"'), (99, mark), (7, "")):
            with place.read("n.txt", start=start, mark=other) as reading:
                assert (reading.start, b"".join(reading)) == (0, b"0123456789")


@pytest.mark.parametrize("kind", ["proxying_server", "closed_server"])
@pytest.mark.usefixtures("no_shared_folder")
def test_what_is_not_there_is_not_found(kind: str, request: pytest.FixtureRequest) -> None:
    server: ArtifactServer = request.getfixturevalue(kind)
    run_id = server.new_run(f"nothing, {kind}")
    with closing(place_of(server, run_id)) as place:
        assert place.entries() == place.entries("no/such") == []
        with pytest.raises(NotFound, match=r"there is no artifact 'a\.txt' in http"):
            find(place, "a.txt")
        with pytest.raises(NotFound):
            place.read("a.txt")


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a\\b", "a%2e%2e/x", "a#b", "a\nb", ""])
def test_paths_that_a_server_would_read_otherwise_are_never_sent(
    proxying_server: ArtifactServer, tmp_path: Path, path: str
) -> None:
    run_id = proxying_server.new_run(f"refused {path!r}")
    (tmp_path / "file").write_bytes(b"x")
    with closing(place_of(proxying_server, run_id)) as place:
        with pytest.raises(InvalidInput):
            place.read(path)
        with pytest.raises(InvalidInput):
            place.write(path, tmp_path / "file")
        assert place.entries() == []


@pytest.mark.usefixtures("no_shared_folder")
def test_what_a_server_does_not_take_is_said_before_it_is_sent(
    closed_server: ArtifactServer, tmp_path: Path
) -> None:
    run_id = closed_server.new_run("sizes")
    (tmp_path / "empty").touch()
    with (tmp_path / "large").open("wb") as large:
        large.truncate(LARGEST_UPLOAD + 1)
    with closing(place_of(closed_server, run_id)) as place:
        for name in ("empty", "large"):
            with pytest.raises(InvalidInput, match="bytes; the server takes 1 to 10,485,760"):
                place.write(name, tmp_path / name)
        with (tmp_path / "large").open("r+b") as large:
            large.truncate(LARGEST_UPLOAD)
        place.write("just right", tmp_path / "large")
        assert find(place, "just right").size == LARGEST_UPLOAD


def test_a_server_that_hands_out_no_artifacts_says_so(closed_server: ArtifactServer) -> None:
    place = open_artifacts("mlflow-artifacts:/1/x/artifacts", Server(closed_server.uri, OPTIONS))
    with pytest.raises(ConfigError, match="hands out no artifacts") as caught:
        place.entries()
    assert "--serve-artifacts" in caught.value.hint
    with pytest.raises(ConfigError, match="hands out no artifacts"):
        place.read("a")
    place.close()


def test_a_logged_model_is_listed_and_read_by_its_id(
    closed_server: ArtifactServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifacts, "_HERE", ())
    client = closed_server.client()
    experiment = client.create_experiment("logged model")
    model = client.create_logged_model(experiment, name="net")
    client.log_model_artifacts(model.model_id, str(write_files(tmp_path / "net")))
    server = Server(closed_server.uri, OPTIONS)
    with closing(open_artifacts(model.artifact_location, server)) as place:
        assert read_files(download(place, "", tmp_path / "here")) == FILES
        with pytest.raises(ConfigError, match="cannot be written"):
            place.write("a", tmp_path / "net" / "config.json")
    with closing(open_artifacts(f"{model.artifact_location}/reports", server)) as place:
        assert find(place, "sub dir").is_dir
