"""Writing beside others, killed at any moment, without rights, on a full disk."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.files_oracle import history_words, mlflow_run_words, mlflow_runs, run_words
from worlds.folders import fingerprint

import venturi
from venturi.errors import Conflict, InvalidInput, StoreUnreachable
from venturi.records import Lifecycle, Metric, RunStatus, View
from venturi.stores import create_store
from venturi.stores.base import RunQuery, StoreOptions
from venturi.stores.files import FileStore, locks, open_files
from venturi.stores.files.locks import locked
from venturi.stores.writing import Batch, NewRun

START = """
import itertools, os, sys
sys.path[:0] = [sys.argv[1]]
from venturi.errors import VenturiError
from venturi.records import Metric, RunStatus
from venturi.stores.base import StoreOptions
from venturi.stores.files import open_files
from venturi.stores.writing import Batch, NewRun
store, run_id, number = open_files(sys.argv[2], StoreOptions()), sys.argv[3], int(sys.argv[4])
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "mlruns"
    assert create_store(str(root))
    return root


@pytest.fixture
def store(root: Path) -> FileStore:
    return opened(root)


def opened(root: Path) -> FileStore:
    return open_files(str(root), StoreOptions())


def process(body: str, root: Path, run_id: str, number: int = 0) -> subprocess.Popen[str]:
    """Another process that has the store open and does what the body says."""
    core = str(Path(venturi.__path__[0]).parent)
    command = [sys.executable, "-c", START + body, core, str(root), run_id, str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def together(works: list[Callable[[], object]]) -> list[BaseException | None]:
    """What each raised, when all were done by threads at once."""
    raised: list[BaseException | None] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def do(number: int) -> None:
        gate.wait()
        try:
            works[number]()
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            raised[number] = error

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


LOG_MANY = """
for step in range(80):
    points = [Metric("shared", number, step, step), Metric(f"own/{number}", step, step, step)]
    params = {f"p{number}/{step}": str(step), f"common/{step}": "same"}
    store.log_batch(run_id, Batch(params, points, {f"t{number}": str(step), "both": "x" * step}))
    store.update_run(run_id, end_time=step + 1, status=RunStatus(("KILLED", "FAILED")[number]))
"""


def test_two_processes_lose_nothing(root: Path, store: FileStore) -> None:
    run_id = store.create_run(NewRun("0", run_name="r")).run_id
    writers = [process(LOG_MANY, root, run_id, number) for number in range(2)]
    seen = 0
    while any(writer.poll() is None for writer in writers):
        run = store.get_run(run_id)
        assert run.user_id == "unknown"
        seen = max(seen, len(run.params))
    assert not any(writer.wait() for writer in writers)
    run, client = store.get_run(run_id), MlflowClient(root.as_uri())
    assert run_words(run) == mlflow_run_words(client.get_run(run_id))
    expected = {f"p{number}/{step}": str(step) for step in range(80) for number in range(2)}
    expected |= {f"common/{step}": "same" for step in range(80)}
    assert run.params == expected
    assert 0 < seen <= len(expected)
    points = client.get_metric_history(run_id, "shared")
    assert sorted((p.step, p.value) for p in points) == [(s, v) for s in range(80) for v in (0, 1)]
    assert run.tags["both"] == "x" * 79
    assert run.end_time == 80


@pytest.mark.parametrize("with_locks", [True, False])
def test_of_two_values_of_a_param_one_wins(
    root: Path, monkeypatch: pytest.MonkeyPatch, *, with_locks: bool
) -> None:
    """Also where folders cannot be locked."""
    if not with_locks:
        monkeypatch.setattr(locks, "fcntl", None)
    stores = [opened(root) for _ in range(4)]
    run_id = stores[0].create_run(NewRun("0")).run_id
    for number in range(20):
        raised = together(
            [
                lambda each=each, store=store, number=number: store.log_batch(
                    run_id, Batch({f"p{number}": str(each)})
                )
                for each, store in enumerate(stores)
            ]
        )
        winner = stores[0].get_run(run_id).params[f"p{number}"]
        for each, error in enumerate(raised):
            assert (error is None) == (str(each) == winner)
            assert error is None or isinstance(error, InvalidInput)


def test_the_same_points_at_once_are_there_once(root: Path) -> None:
    stores = [opened(root) for _ in range(4)]
    run_id = stores[0].create_run(NewRun("0")).run_id
    for start in range(0, 100, 10):
        points = [Metric("m", step, step, step) for step in range(start, start + 10)]
        works = [lambda s=s, p=points: s.log_batch(run_id, Batch(metrics=p)) for s in stores]
        assert together(works) == [None] * 4
    history = stores[0].metric_history(run_id, "m")
    assert list(history.steps) == list(range(100))


def test_of_two_experiments_of_a_name_one_is_made(root: Path) -> None:
    stores = [opened(root) for _ in range(4)]
    raised = together([lambda store=store: store.create_experiment("new") for store in stores])
    assert sorted(type(error).__name__ for error in raised) == ["Conflict"] * 3 + ["NoneType"]
    assert any(isinstance(error, Conflict) for error in raised)
    assert len(MlflowClient(root.as_uri()).search_experiments()) == 2


def test_logging_while_the_experiment_comes_and_goes(root: Path, store: FileStore) -> None:
    experiment_id = store.create_experiment("restless")
    run_id = store.create_run(NewRun(experiment_id)).run_id
    done: list[int] = []

    def log() -> None:
        for step in range(100):
            try:
                store.log_batch(run_id, Batch(metrics=[Metric("m", step, step, step)]))
            except InvalidInput:  # it is deleted just now
                continue
            done.append(step)

    def churn() -> None:
        other = opened(root)
        for _ in range(15):
            other.delete_experiment(experiment_id)
            other.restore_experiment(experiment_id)

    assert together([log, churn]) == [None, None]
    assert done
    assert list(store.metric_history(run_id, "m").steps) == done
    assert not (root / experiment_id / experiment_id).exists()
    client = MlflowClient(root.as_uri())
    assert history_words(client.get_metric_history(run_id, "m")) == history_words(
        store.metric_history(run_id, "m")
    )


def test_a_held_lock_is_waited_for_and_then_said(root: Path, store: FileStore) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    hasty = FileStore(str(root), patience_s=0.05)
    batch = Batch(tags={"a": "b"})
    said = pytest.raises(StoreUnreachable, match="another process keeps writing")
    with locked(str(root / "0" / run_id), 1), said:
        hasty.log_batch(run_id, batch)
    hasty.log_batch(run_id, batch)
    assert store.get_run(run_id).tags["a"] == "b"


LOG_FOR_EVER = """
for turn in itertools.count():
    status = RunStatus.FAILED if turn % 2 else RunStatus.KILLED
    points = [Metric("grown", 1 / (n + 7), turn, turn * 3000 + n) for n in range(3000)]
    points += [Metric(f"new/{turn}", n, turn, n) for n in range(2000)]
    params = {f"p/{turn}": "value " * 900}
    store.log_batch(run_id, Batch(params, points, {"t": f"{turn} " * 1500}))
    store.update_run(run_id, status=status, end_time=turn + 1)
    store.log_batch(store.create_run(NewRun("0", tags={"x": "y"})).run_id, Batch({"whole": "yes"}))
    experiment_id = store.create_experiment(f"{os.getpid()} {turn}", tags={"a": "b"})
    store.delete_experiment(experiment_id)
    print(turn, flush=True)
"""


def test_killed_at_any_moment_the_store_is_sound(root: Path, store: FileStore) -> None:
    run_id, dice = store.create_run(NewRun("0")).run_id, random.Random(7)
    for _ in range(8):
        writer = process(LOG_FOR_EVER, root, run_id)
        assert writer.stdout is not None
        last = int(writer.stdout.readline())
        time.sleep(dice.random() * 0.1)
        writer.kill()
        last = max([last, *map(int, writer.stdout.read().split())])
        writer.wait()
        check_sound(root, run_id, last)


def check_sound(root: Path, run_id: str, last: int) -> None:
    """MLflow reads all of it, and each record is what some call wrote, or not there."""
    client, store = MlflowClient(root.as_uri()), opened(root)
    runs = mlflow_runs(client, View.ALL)
    assert {run.info.run_id for run in runs} == set(store.run_ids(RunQuery(view=View.ALL)))
    for run in runs:
        said = run_words(store.get_run(run.info.run_id))
        assert {**said, "artifacts": ""} == {**mlflow_run_words(run), "artifacts": ""}
    run = store.get_run(run_id)
    assert {f"p/{turn}" for turn in range(last + 1)} <= set(run.params)
    assert set(run.params.values()) == {"value " * 900}
    words = run.tags["t"].split()
    assert len(words) == 1500
    assert len(set(words)) == 1
    assert run.status in ("FAILED", "KILLED")
    for key in run.latest:
        ours = store.metric_history(run_id, key)
        assert history_words(ours) == history_words(client.get_metric_history(run_id, key))
        if key != "grown":
            assert len(ours) == 2000
    assert len(store.metric_history(run_id, "grown")) >= 3000 * (last + 1)
    for each in client.search_experiments(view_type=3):
        assert each.tags == ({"a": "b"} if each.experiment_id != "0" else {})


REWRITE_FOR_EVER = """
store.log_batch(run_id, Batch({"p": "v" * 6000}, [Metric("m", 0.5, 1, 0)], {"t": "0" * 8000}))
print("ready", flush=True)
for turn in itertools.count(1):
    store.log_batch(run_id, Batch(tags={"t": f"{turn % 10}" * 8000, "mlflow.runName": f"n{turn}"}))
    steps = range(turn * 500, turn * 500 + 500)
    store.log_batch(run_id, Batch(metrics=[Metric("m", 0.5, 1, step) for step in steps]))
    store.update_run(run_id, status=RunStatus.FAILED if turn % 2 else RunStatus.RUNNING)
"""


def test_readers_meet_whole_records_only(root: Path, store: FileStore) -> None:
    """MLflow reads a meta.yaml just once more when it is empty, and a half one not at all."""
    run_id = store.create_run(NewRun("0")).run_id
    folder = root / "0" / run_id
    writer = process(REWRITE_FOR_EVER, root, run_id)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        names = set[str]()
        end = time.monotonic() + 3
        while time.monotonic() < end:
            meta = yaml.load((folder / "meta.yaml").read_bytes(), yaml.CSafeLoader)
            assert meta["user_id"] == "unknown"
            names.add(meta["run_name"])
            tag = (folder / "tags" / "t").read_text()
            assert len(tag) == 8000
            assert len(set(tag)) == 1
            assert store.get_run(run_id).params == {"p": "v" * 6000}
            assert {path.name for path in (folder / "tags").iterdir()} == {"t", "mlflow.runName"}
            history = store.metric_history(run_id, "m")
            assert set(history.values) == {0.5}
            assert set(history.timestamps) == {1}
        assert len(names) > 3
    finally:
        writer.kill()
        writer.wait()


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


def test_our_own_writes_are_seen_at_once(store: FileStore) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    for step in range(30):
        store.log_batch(
            run_id, Batch({f"p{step}": "1"}, [Metric("m", step, 1, step)], {"t": str(step)})
        )
        store.update_run(run_id, end_time=step + 1, run_name=f"n{step}")
        run = store.get_run(run_id)
        assert (len(run.params), run.metrics, run.tags["t"]) == (step + 1, {"m": step}, str(step))
        assert (run.end_time, run.run_name) == (step + 1, f"n{step}")
        assert len(store.metric_history(run_id, "m")) == step + 1
        store.delete_run(run_id)
        assert store.get_run(run_id).lifecycle_stage is Lifecycle.DELETED
        store.restore_run(run_id)
        assert store.run_ids(RunQuery()) == [run_id]


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
