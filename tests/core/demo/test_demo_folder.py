"""Making the demo folder: the same every time, whole or not at all, never over something else."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from worlds.demo import DEMO_NOW

from venturi.demo import folder as room
from venturi.demo import make_demo_store
from venturi.errors import Conflict, UsageError, VenturiError


def _content(folder: Path) -> dict[str, object]:
    """Every row and every byte of a demo folder, with its own place taken out."""
    connection = sqlite3.connect(f"file:{folder / 'mlflow.db'}?mode=ro", uri=True)
    dump = "\n".join(connection.iterdump()).replace(str(folder), "HERE")
    connection.close()
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "mlflow.db"
    }
    return {"dump": dump, **files}


def test_the_same_now_gives_the_same_content(demo_folder: Path, tmp_path: Path) -> None:
    """Also in another process, where sets have another order."""
    told = _make_in_a_process(f"{str(tmp_path / 'again')!r}, {DEMO_NOW}", PYTHONHASHSEED="7")
    assert told == f"sqlite:///{tmp_path}/again/mlflow.db"
    assert _content(tmp_path / "again") == _content(demo_folder)


def test_a_later_now_moves_the_times_and_keeps_the_ids(demo_folder: Path, tmp_path: Path) -> None:
    make_demo_store(tmp_path / "later", now_ms=DEMO_NOW + 86_400_000)
    question = "SELECT run_uuid, name, start_time FROM runs ORDER BY run_uuid"
    with sqlite3.connect(demo_folder / "mlflow.db") as one:
        before = one.execute(question).fetchall()
    with sqlite3.connect(tmp_path / "later" / "mlflow.db") as other:
        after = other.execute(question).fetchall()
    assert [(key, name, start + 86_400_000) for key, name, start in before] == after


def test_a_demo_store_is_used_again_as_it_is(tmp_path: Path) -> None:
    uri = make_demo_store(tmp_path / "demo", now_ms=DEMO_NOW)
    with sqlite3.connect(tmp_path / "demo" / "mlflow.db") as connection:
        connection.execute("UPDATE runs SET name = 'mine' WHERE status = 'SCHEDULED'")
    before = _content(tmp_path / "demo")
    assert make_demo_store(tmp_path / "demo", now_ms=DEMO_NOW + 1) == uri
    assert _content(tmp_path / "demo") == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    make_demo_store(tmp_path / "empty", now_ms=DEMO_NOW)
    assert (tmp_path / "empty" / "mlflow.db").is_file()


@pytest.mark.parametrize("name", ["mlflow.db", "mlruns/0/meta.yaml", "notes.txt"])
def test_a_folder_with_something_else_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(Conflict, match="not a demo store"):
        make_demo_store(tmp_path, now_ms=DEMO_NOW)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("mine")
    with pytest.raises(Conflict, match="is a file"):
        make_demo_store(tmp_path / "demo", now_ms=DEMO_NOW)


def test_a_parent_that_cannot_hold_folders_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(VenturiError, match=r"could not be made in .*/file/demo: ") as caught:
        make_demo_store(tmp_path / "file" / "demo", now_ms=DEMO_NOW)
    assert caught.value.hint == "name another folder"


@pytest.mark.parametrize("name", ["what?", "50%25"])
def test_a_name_that_a_uri_cannot_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="have another meaning in its URI"):
        make_demo_store(tmp_path / name, now_ms=DEMO_NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("step", "failure"),
    [
        ("write_rows", KeyboardInterrupt()),
        ("_write_files", OSError(28, "No space left on device")),
        ("_put", KeyboardInterrupt()),
    ],
)
def test_nothing_is_left_of_an_interrupted_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, failure: BaseException
) -> None:
    def stop(*args: object) -> None:
        raise failure

    monkeypatch.setattr(room, step, stop)
    with pytest.raises((KeyboardInterrupt, VenturiError)) as caught:
        make_demo_store(tmp_path / "demo", now_ms=DEMO_NOW)
    assert list(tmp_path.iterdir()) == []
    if isinstance(failure, OSError):
        assert "No space left on device" in str(caught.value)


def test_two_at_once_make_one_store(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        uris = pool.starmap(make_demo_store, [(tmp_path / "demo", DEMO_NOW)] * 2)
    assert uris == [f"sqlite:///{tmp_path}/demo/mlflow.db"] * 2
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_making_it_takes_less_than_three_seconds_of_work(tmp_path: Path) -> None:
    """Processor seconds of a whole process, which other processes beside it do not stretch."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _make_in_a_process(f"{str(tmp_path / 'demo')!r}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < 3.0


def _make_in_a_process(arguments: str, **environ: str) -> str:
    """What a fresh interpreter says that it made."""
    code = f"from venturi.demo import make_demo_store; print(make_demo_store({arguments}))"
    sources = {"PYTHONPATH": str(Path(room.__file__).parent.parent.parent)}
    answer = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={**os.environ, **sources, **environ},
        capture_output=True,
        text=True,
    )
    return answer.stdout.strip()
