"""Writing beside other writers and readers, and killed at any moment."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.files_oracle import history_words, mlflow_run_words, mlflow_runs, run_words
from worlds.files_writers import process
from worlds.files_written import opened

from venturi.errors import Conflict, InvalidInput
from venturi.records import Lifecycle, Metric, View
from venturi.stores.base import RunQuery
from venturi.stores.files import FileStore, locks
from venturi.stores.writing import Batch, NewRun


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
    still = threading.Event()

    def log() -> None:
        for step in itertools.count():
            if still.is_set() and done:
                return
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
        still.set()

    assert together([log, churn]) == [None, None]
    assert list(store.metric_history(run_id, "m").steps) == done
    assert not (root / experiment_id / experiment_id).exists()
    client = MlflowClient(root.as_uri())
    assert history_words(client.get_metric_history(run_id, "m")) == history_words(
        store.metric_history(run_id, "m")
    )


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
