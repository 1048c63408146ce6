"""Writing without rights, on a full disk, beside a stubborn writer: all or nothing, and said."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from worlds.files_writers import process
from worlds.files_written import opened
from worlds.folders import fingerprint

from venturi.errors import InvalidInput, NotFound, StoreUnreachable
from venturi.records import Metric, RunStatus
from venturi.stores import create_store
from venturi.stores.files import FileStore
from venturi.stores.files.locks import locked
from venturi.stores.writing import Batch, NewRun

WITHOUT_RIGHTS = """
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
def attempt(work):
    try:
        work()
        print("done")
    except VenturiError as error:
        print(type(error).__name__, error.hint)
attempt(lambda: store.log_batch(run_id, Batch({"a": "b"})))
attempt(lambda: store.log_batch(run_id, Batch(metrics=[Metric("m", 1, 1, 1)])))
attempt(lambda: store.log_batch(run_id, Batch(tags={"t": "b"})))
attempt(lambda: store.update_run(run_id, status=RunStatus.FAILED))
attempt(lambda: store.delete_run(run_id))
attempt(lambda: store.create_run(NewRun("0")))
attempt(lambda: store.create_experiment("x"))
attempt(lambda: store.set_experiment_tag("0", "a", "b"))
attempt(lambda: store.delete_tag(run_id, "t"))
"""


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that anybody may look into; pytest's own are for their owner only."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_no_permission_is_said_and_changes_nothing(shared: Path) -> None:
    root = shared / "mlruns"
    create_store(str(root))
    store = opened(root)
    run_id = store.create_run(NewRun("0", tags={"t": "1"})).run_id
    store.log_batch(run_id, Batch(metrics=[Metric("m", 0, 0, 0)]))
    for path in [root, *root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = fingerprint(root)
    said = process(WITHOUT_RIGHTS, root, run_id).communicate()[0].splitlines()
    assert said == ["LoginRefused ask its owner for write access"] * 9
    assert fingerprint(root) == before
    for path in [root, *root.rglob("*")]:
        path.chmod(0o755)


def test_read_only_files_are_not_replaced(shared: Path) -> None:
    """A file that cannot be written to could be replaced all the same: that is not done."""
    root = shared / "mlruns"
    create_store(str(root))
    run_id = opened(root).create_run(NewRun("0", tags={"t": "1"})).run_id
    for path in [root, *root.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o444)
    said = process(WITHOUT_RIGHTS, root, run_id).communicate()[0].splitlines()
    refused = "LoginRefused ask its owner for write access"
    assert said[:5] == ["done", "done", refused, refused, refused]


def test_the_permissions_of_a_file_stay(root: Path, store: FileStore) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    meta = root / "0" / run_id / "meta.yaml"
    meta.chmod(0o664)
    store.update_run(run_id, status=RunStatus.FAILED)
    assert meta.stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_nothing_half_written(
    root: Path, store: FileStore, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    points = [Metric("m", 1, 1, step) for step in range(1000)]
    store.log_batch(run_id, Batch({"p": "1"}, points[:500], {"t": "old"}))
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    write, room = os.write, [0]

    def full(handle: int, data: bytes) -> int:
        if room[0] <= 0:
            raise OSError(number, os.strerror(number))
        written = write(handle, data[: room[0]])
        room[0] -= written
        return written

    attempts: list[Callable[[], object]] = [
        lambda: store.log_batch(run_id, Batch(metrics=points)),
        lambda: store.log_batch(run_id, Batch(metrics=[Metric("n", 1, n, n) for n in range(99)])),
        lambda: store.log_batch(run_id, Batch({"new": "x" * 500})),
        lambda: store.log_batch(run_id, Batch(tags={"t": "new" * 200})),
        lambda: store.update_run(run_id, status=RunStatus.FAILED),
        lambda: store.delete_run(run_id),
        lambda: store.rename_experiment("0", "x"),
    ]
    monkeypatch.setattr(os, "write", full)
    for attempt in attempts:
        for space in (0, 5, 100):
            room[0] = space
            with pytest.raises(StoreUnreachable, match="no space left") as caught:
                attempt()
            assert "\n" not in str(caught.value)
            now = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
            assert now == before
    monkeypatch.undo()
    for attempt in attempts:
        attempt()
    assert len(store.metric_history(run_id, "m")) == 1000


def test_without_hard_links_a_param_still_has_one_value(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on FAT and some network drives."""

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    run_id = store.create_run(NewRun("0")).run_id
    store.log_batch(run_id, Batch({"p": "1"}, [Metric("m", 1, 1, 1)]))
    with pytest.raises(InvalidInput):
        store.log_batch(run_id, Batch({"p": "2"}))
    run = store.get_run(run_id)
    assert (run.params, run.metrics) == ({"p": "1"}, {"m": 1})


def test_points_are_added_page_by_page(
    root: Path, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that is broken off ends with a page: then no line may go on over its end."""
    run_id = store.create_run(NewRun("0")).run_id
    store.log_batch(run_id, Batch(metrics=[Metric("m", 1 / 3, 1, 1)]))
    write, pieces = os.write, list[bytes]()
    monkeypatch.setattr(os, "write", lambda fd, data: pieces.append(data) or write(fd, data))
    store.log_batch(run_id, Batch(metrics=[Metric("m", n / 7, n, n) for n in range(1000)]))
    monkeypatch.undo()
    path = root / "0" / run_id / "metrics" / "m"
    position = path.stat().st_size - sum(map(len, pieces))
    assert path.read_bytes().endswith(b"".join(pieces))
    assert len(pieces) > 10
    for piece in pieces:
        assert piece.endswith(b"\n")
        first, last = position // 4096, (position + len(piece) - 1) // 4096
        assert first == last or piece.count(b"\n") == 1
        position += len(piece)


def test_a_held_lock_is_waited_for_and_then_said(root: Path, store: FileStore) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    hasty = FileStore(str(root), patience_s=0.05)
    batch = Batch(tags={"a": "b"})
    said = pytest.raises(StoreUnreachable, match="another process keeps writing")
    with locked(str(root / "0" / run_id), 1), said:
        hasty.log_batch(run_id, batch)
    hasty.log_batch(run_id, batch)
    assert store.get_run(run_id).tags["a"] == "b"


def test_a_meta_that_mlflow_is_writing_is_waited_for(root: Path, store: FileStore) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    meta = root / "0" / run_id / "meta.yaml"
    whole = meta.read_bytes()
    for part in (b"", whole[:200], whole[: whole.index(b"user_id")]):
        meta.write_bytes(part)
        finish = threading.Timer(0.03, lambda: meta.write_bytes(whole))
        finish.start()
        store.update_run(run_id, status=RunStatus.FAILED)
        finish.join()
        now = yaml.safe_load(meta.read_bytes())
        assert now == {**yaml.safe_load(whole), "status": 4}
        meta.write_bytes(whole)


def test_a_store_that_goes_away_is_said(root: Path, store: FileStore) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    root.rename(root.with_name("elsewhere"))
    attempts: list[Callable[[], object]] = [
        lambda: store.log_batch(run_id, Batch({"a": "b"})),
        lambda: store.create_run(NewRun("0")),
        lambda: store.create_experiment("x"),
        lambda: store.set_experiment_tag("0", "a", "b"),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
    assert not root.exists()
