"""An empty store is made whole, once, and nowhere else than in an empty place."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.files_oracle import experiment_words, mlflow_experiments
from worlds.folders import fingerprint, write_experiment

import venturi
from venturi.errors import ConfigError, StoreBroken
from venturi.records import View
from venturi.stores import create_store, open_tracking
from venturi.stores.base import ExperimentQuery
from venturi.stores.files import creating


def experiments(root: Path) -> list[dict[str, object]]:
    """What we say of all experiments, which must be what MLflow says."""
    page = open_tracking(str(root)).search_experiments(ExperimentQuery(view=View.ALL), limit=10)
    ours = [experiment_words(each) for each in page]
    theirs = mlflow_experiments(MlflowClient(root.as_uri()), View.ALL)
    assert ours == [experiment_words(each) for each in theirs]
    return ours


@pytest.mark.parametrize("name", ["mlruns", "deep/er/a b é"])
@pytest.mark.parametrize("as_uri", [False, True])
def test_it_is_as_mlflow_makes_it(tmp_path: Path, name: str, *, as_uri: bool) -> None:
    root = tmp_path / name
    uri = root.as_uri() if as_uri else str(root)
    assert create_store(uri)
    assert sorted(path.name for path in root.parent.iterdir()) == [root.name]
    (default,) = experiments(root)
    twin = tmp_path / "twin"
    (theirs,) = mlflow_experiments(MlflowClient(twin.as_uri()))
    expected = {**experiment_words(theirs), "location": (root / "0").as_uri()}
    assert {**default, "times": None} == {**expected, "times": None}
    inside = {path.relative_to(root) for path in root.rglob("*")}
    assert inside == {path.relative_to(twin) for path in twin.rglob("*")}
    before = fingerprint(root)
    assert not create_store(uri)
    assert fingerprint(root) == before


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert create_store("./mlruns")
    assert experiments(tmp_path / "mlruns")[0]["location"] == (tmp_path / "mlruns/0").as_uri()


def test_an_empty_folder_becomes_one(tmp_path: Path) -> None:
    root = tmp_path / "mlruns"
    root.mkdir()
    assert create_store(str(root))
    assert [each["name"] for each in experiments(root)] == ["Default"]


def test_any_store_is_left_as_it_is(tmp_path: Path) -> None:
    root = tmp_path / "mlruns"
    write_experiment(root, "12", name="only")
    assert not create_store(str(root))
    assert [each["name"] for each in experiments(root)] == ["only"]
    bare = tmp_path / "bare"
    (bare / ".trash").mkdir(parents=True)
    assert not create_store(str(bare))


def test_nothing_is_made_among_other_things(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "note").write_text("text")
    write_experiment(tmp_path / "store", "1")
    before = fingerprint(tmp_path)
    for path in ("file", "folder", "file/below", "store/1"):
        with pytest.raises(StoreBroken):
            create_store(str(tmp_path / path))
    with pytest.raises(ConfigError):
        create_store("file://elsewhere/x")
    with pytest.raises(ConfigError):
        create_store("")
    assert fingerprint(tmp_path) == before


MAKE = """
import sys
sys.path[:0] = [sys.argv[1]]
from venturi.stores import create_store, open_tracking
sys.stdin.read()
made = create_store(sys.argv[2])
open_tracking(sys.argv[2]).get_experiment("0")
print(made)
"""


def test_of_many_that_make_it_at_once_one_does(tmp_path: Path) -> None:
    root = tmp_path / "mlruns"
    command = [sys.executable, "-c", MAKE, str(Path(venturi.__path__[0]).parent), str(root)]
    makers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    for maker in makers:
        assert maker.stdin is not None
        maker.stdin.close()
    said = sorted(maker.stdout.read().strip() for maker in makers if maker.stdout)
    assert not any(maker.wait() for maker in makers)
    assert said == ["False"] * 5 + ["True"]
    assert [each["name"] for each in experiments(root)] == ["Default"]
    assert [path.name for path in tmp_path.iterdir()] == ["mlruns"]


def test_one_that_comes_first_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "mlruns"
    write = creating.replace_file

    def meanwhile(path: str, data: bytes, beside: str) -> None:
        write(path, data, beside)
        write_experiment(root, "12", name="theirs")

    monkeypatch.setattr(creating, "replace_file", meanwhile)
    assert not create_store(str(root))
    assert [each["name"] for each in experiments(root)] == ["theirs"]
    assert [path.name for path in tmp_path.iterdir()] == ["mlruns"]


def test_what_cannot_be_moved_to_its_place_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(StoreBroken, match="Input/output error"):
        create_store(str(tmp_path / "mlruns"))
    assert not list(tmp_path.iterdir())
