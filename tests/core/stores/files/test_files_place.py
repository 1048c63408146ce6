"""From URIs to folders, and what is said when there is no file store."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds.folders import RUN_ID, write_experiment, write_run

from venturi.errors import ConfigError, LoginRefused, NotFound, StoreBroken
from venturi.stores import open_tracking
from venturi.stores.base import StoreInfo, StoreOptions
from venturi.stores.files import FileStore, open_files
from venturi.stores.files.place import local_path

OPTIONS = StoreOptions()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "my runs #1"
    write_run(write_experiment(root))
    return root


def test_every_way_to_name_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    names = [
        str(root), root.as_uri(), f"file:{root}", f"file://localhost{root.as_uri()[7:]}", root.name,
        f"./{root.name}", f"{root}/", f"./{root.name}/1/..", "my%20runs%20%231",
        f"file:{root.name}",
    ]  # fmt: skip
    for name in names:
        store = open_files(name, OPTIONS)
        assert store.info == StoreInfo("file", str(root)), name
        store.close()
        store.close()


def test_a_folder_with_a_percent_sign_in_its_name(tmp_path: Path) -> None:
    write_experiment(tmp_path / "100%20")
    assert open_files(str(tmp_path / "100%20"), OPTIONS).info.address == str(tmp_path / "100%20")


@pytest.mark.parametrize("form", [str, lambda path: path.as_uri(), os.path.relpath])
def test_the_door_opens_it(
    root: Path, form: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert callable(form)
    assert isinstance(open_tracking(form(root)), FileStore)


@pytest.mark.parametrize("uri", ["file://host/share", "file:", "file://"])
def test_uris_that_name_no_folder(uri: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_files(uri, OPTIONS)
    assert "file:///" in caught.value.hint


def test_paths_of_uris() -> None:
    assert local_path("file:///a%20b/c#d") == "/a b/c#d"
    assert local_path("/a%20b") == "/a%20b"
    assert local_path("mlruns/0") == "mlruns/0"
    for uri in ("s3://b/k", "mlflow-artifacts:/0/x", "dbfs:/x", "https://x/y", "file://host/x"):
        assert local_path(uri) is None


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        open_files(str(tmp_path / "nowhere"), OPTIONS)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in ("file", "file/below"):
        with pytest.raises(StoreBroken, match="not a folder"):
            open_files(str(tmp_path / path), OPTIONS)


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "recipe").mkdir()
    (tmp_path / "recipe" / "meta.yaml").write_text("package:\n  name: x\n")
    (tmp_path / "models").mkdir()
    with pytest.raises(StoreBroken) as caught:
        open_files(str(tmp_path), OPTIONS)
    assert "meta.yaml" in caught.value.message
    assert ".trash" in caught.value.message
    assert "mlruns" in caught.value.hint


def test_the_hint_names_the_store_nearby(root: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    write_experiment(project / "mlruns")
    near = {project: project / "mlruns", root / "1": root, root / "1" / RUN_ID: root}
    for asked, meant in near.items():
        with pytest.raises(StoreBroken) as caught:
            open_files(str(asked), OPTIONS)
        assert caught.value.hint == f"did you mean {meant}"


@pytest.mark.parametrize("kind", ["empty trash", "models only", "trash only"])
def test_a_store_without_experiments_in_use(tmp_path: Path, kind: str) -> None:
    if kind == "models only":
        write_experiment(tmp_path / "models", "vit")
    else:
        (tmp_path / ".trash").mkdir()
    if kind == "trash only":
        write_experiment(tmp_path / ".trash")
    store = open_files(str(tmp_path), OPTIONS)
    assert store.count_runs_by_experiment() == {}
    for missing in (store.get_run, store.get_experiment, store.get_experiment_by_name):
        with pytest.raises(NotFound, match="nothing like it"):
            missing("nothing like it")


def test_a_store_that_goes_away(root: Path) -> None:
    store = open_files(str(root), OPTIONS)
    root.rename(root.with_name("gone"))
    with pytest.raises(NotFound):
        store.count_runs_by_experiment()
    with pytest.raises(NotFound):
        store.get_run("ab")


WITHOUT_RIGHTS = """
import os, sys
sys.path[:0] = sys.argv[1].split(os.pathsep)
from venturi.errors import VenturiError
from venturi.records import View
from venturi.stores.base import RunQuery, StoreOptions
from venturi.stores.files import open_files
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    store = open_files(sys.argv[2], StoreOptions())
    print(store.run_ids(RunQuery(view=View.ALL)))
    print(store.get_run(sys.argv[3]).params)
except VenturiError as error:
    print(type(error).__name__, error.message)
"""


def asked_without_rights(root: Path, run_id: str) -> list[str]:
    """What a process that owns none of the files is told."""
    import venturi

    done = subprocess.run(
        [
            sys.executable,
            "-c",
            WITHOUT_RIGHTS,
            str(Path(venturi.__path__[0]).parent),
            str(root),
            run_id,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that anybody may look into; pytest's own are for their owner only."""
    if sys.platform == "win32":
        pytest.skip("permissions are another matter there")
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_no_permission_is_said_and_hides_nothing_else(shared: Path) -> None:
    root = shared / "runs"
    open_to_all, closed = write_experiment(root, "1"), write_experiment(root, "2")
    write_run(open_to_all, "aa", files={"params/open": "1", "params/closed": "2"})
    write_run(open_to_all, "bb")
    write_run(closed, "cc")
    (open_to_all / "aa" / "params" / "closed").chmod(0)
    (open_to_all / "bb" / "meta.yaml").chmod(0)
    closed.chmod(0)
    try:
        assert asked_without_rights(root, "aa") == ["['aa']", "{'open': '1'}"]
        refused = f"LoginRefused no permission to read {open_to_all / 'bb' / 'meta.yaml'}"
        assert asked_without_rights(root, "bb") == ["['aa']", refused]
        assert asked_without_rights(root, "cc")[1].startswith("LoginRefused")
        root.chmod(0)
        assert asked_without_rights(root, "aa") == [f"LoginRefused no permission to read {root}"]
    finally:
        root.chmod(0o755)
        closed.chmod(0o755)
    assert LoginRefused.exit_code == 4
