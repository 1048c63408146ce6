"""Reading beside writers: nothing is changed, nothing crashes, what is new is seen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.files_oracle import all_experiments, all_runs, mlflow_run_words, run_words
from worlds.folders import RUN_ID, START, fingerprint, run_meta_text, write_experiment, write_run

from venturi.errors import NotFound, StoreBroken
from venturi.filters.order import parse_orders
from venturi.filters.syntax import parse_filter
from venturi.records import Lifecycle, View
from venturi.stores.base import ExperimentQuery, RunQuery, StoreOptions
from venturi.stores.files import FileStore, metas, open_files
from venturi.stores.files.reading import SETTLED_NS

EVERY = RunQuery(view=View.ALL)


def opened(root: Path) -> FileStore:
    return open_files(str(root), StoreOptions())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_run(write_experiment(tmp_path / "mlruns"), files={"metrics/loss": "1 0.5 1\n"})
    return tmp_path / "mlruns"


def settle(path: Path) -> None:
    """Make a file old enough to be remembered."""
    then = time.time_ns() - 2 * SETTLED_NS
    os.utime(path, ns=(then, then))


def test_reading_never_changes_a_byte(mlflow_files: Path) -> None:
    before = fingerprint(mlflow_files)
    store = opened(mlflow_files)
    for view in View:
        query = RunQuery(
            view=view,
            filter=parse_filter("metrics.loss > 0 or params.lr != 'x' or dataset.name = 'mnist'"),
            order=parse_orders(["metrics.`val/acc` DESC", "tags.team"]),
        )
        for run in (*all_runs(store, query), *all_runs(store, RunQuery(view=view))):
            for key in run.latest:
                store.metric_history(run.run_id, key)
        list(all_experiments(store, ExperimentQuery(view=view)))
        store.count_runs_by_experiment(view)
    for missing in ("nothing", "../x"):
        with pytest.raises(NotFound):
            store.get_run(missing)
    store.run_keys()
    store.close()
    assert fingerprint(mlflow_files) == before


def test_what_is_written_is_seen_by_the_next_question(root: Path) -> None:
    store = opened(root)
    folder = root / "1" / RUN_ID
    for path in (folder / "meta.yaml", folder / "metrics" / "loss"):
        settle(path)
    query = RunQuery(order=parse_orders(["metrics.loss"]))
    for number in range(2, 6):
        assert store.get_run(RUN_ID).metrics["loss"] == (number - 1) / 2
        assert store.run_ids(query) == [RUN_ID]
        with (folder / "metrics" / "loss").open("a") as file:
            file.write(f"{number} {number / 2} {number}\n")
    done = {"status": "3", "end_time": str(START)}
    (folder / "meta.yaml").write_text(run_meta_text(folder, done))
    assert store.get_run(RUN_ID).status == "FINISHED"
    write_run(root / "1", "new")
    assert set(store.run_ids(query)) == {RUN_ID, "new"}
    (root / ".trash").mkdir()
    shutil.move(root / "1", root / ".trash")
    assert store.get_run(RUN_ID).lifecycle_stage is Lifecycle.DELETED
    assert store.run_ids(RunQuery()) == []


def test_a_change_within_a_tick_of_the_clock_is_seen(root: Path) -> None:
    """Same size, same time of change, same file: only a settled file is trusted to be the same."""
    store, folder = opened(root), root / "1" / RUN_ID
    meta = folder / "meta.yaml"
    stat = meta.stat()
    assert store.get_run(RUN_ID).status == "RUNNING"
    text = run_meta_text(folder, {"status": "4"})
    with meta.open("r+") as file:
        file.write(text)
    os.utime(meta, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert meta.stat().st_size == stat.st_size
    assert store.get_run(RUN_ID).status == "FAILED"


def test_settled_files_are_not_opened_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = root / "1" / RUN_ID
    for path in (root / "1" / "meta.yaml", folder / "meta.yaml", folder / "metrics" / "loss"):
        settle(path)
    store, query = opened(root), RunQuery(order=parse_orders(["metrics.loss"]))
    assert store.run_ids(query) == [RUN_ID]
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened again"))
    assert store.run_ids(query) == [RUN_ID]


@contextmanager
def busy(work: Callable[[int], None]) -> Iterator[None]:
    """Do some work again and again beside the body; it must not fail."""
    done = threading.Event()
    problems: list[Exception] = []

    def loop() -> None:
        number = 0
        while not done.is_set():
            number += 1
            try:
                work(number)
            except Exception as error:  # noqa: BLE001 - shown below
                problems.append(error)
                return
            done.wait(0.002)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    assert not problems


def test_a_yaml_that_is_being_written_is_read_again(root: Path) -> None:
    """As MLflow does it: the file is emptied, and filled a little later."""
    folder = root / "1" / RUN_ID
    texts = [run_meta_text(folder, {"status": status}).encode() for status in "13"]

    def rewrite(number: int) -> None:
        with (folder / "meta.yaml").open("wb", buffering=0) as file:
            text = texts[number % 2]
            file.write(text[: number % len(text)])
            file.write(text[number % len(text) :])

    store, seen = opened(root), set[str]()
    with busy(rewrite):
        for _ in range(300):
            assert store.run_ids(RunQuery()) == [RUN_ID]
            run = store.get_run(RUN_ID)
            assert (run.user_id, run.start_time) == ("ann", START)
            seen.add(run.status)
    assert seen == {"RUNNING", "FINISHED"}


@pytest.mark.parametrize("text", ["", "artifact_uri: file:///x\nend_time: 1700", "run_id: [\n"])
def test_until_a_yaml_is_whole_again_it_says_what_it_said(
    root: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, meta = opened(root), root / "1" / RUN_ID / "meta.yaml"
    before = store.get_run(RUN_ID)
    meta.write_text(text)
    if text.endswith("[\n"):  # whole, but damaged
        with pytest.raises(StoreBroken):
            store.get_run(RUN_ID)
        return
    monkeypatch.setattr(metas.time, "sleep", lambda _: pytest.fail("waited"))
    assert store.get_run(RUN_ID) == before
    assert store.run_ids(RunQuery()) == [RUN_ID]
    os.utime(meta, (START / 1000, START / 1000))
    assert store.run_ids(RunQuery()) == []


def test_empty_yamls_cost_a_moment_together(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(50):
        (write_run(root / "1", f"r{number}") / "meta.yaml").write_text("")
    store = opened(root)
    waits: list[float] = []
    monkeypatch.setattr(metas.time, "sleep", waits.append)
    assert store.run_ids(RunQuery()) == [RUN_ID]
    assert 0 < sum(waits) <= 0.25
    with pytest.raises(StoreBroken):
        store.get_run("r7")


def test_runs_and_experiments_that_come_and_go(root: Path) -> None:
    trash = root / ".trash"
    trash.mkdir()

    def churn(number: int) -> None:
        experiment = write_experiment(root, f"9{number % 7}")
        for each in range(3):
            write_run(experiment, f"r{each}", files={"metrics/loss": "1 0.5 1\n", "params/a": "1"})
        time.sleep(0.003)  # long enough that some are met whole
        shutil.move(experiment, trash / experiment.name)
        shutil.rmtree(trash / experiment.name)

    store = opened(root)
    queries = (
        EVERY,
        RunQuery(view=View.ALL, order=parse_orders(["metrics.loss"])),
        RunQuery(view=View.ALL, filter=parse_filter("params.a = '1' or run_id != 'x'")),
    )
    seen = 0
    with busy(churn):
        for _ in range(150):
            for query in queries:
                for run in all_runs(store, query):
                    seen += run.run_id != RUN_ID
            list(all_experiments(store, ExperimentQuery(view=View.ALL)))
            store.count_runs_by_experiment(View.ALL)
            store.run_keys()
            store.get_runs(["r0", "r1", RUN_ID])
            assert store.get_run(RUN_ID).metrics == {"loss": 0.5}
    assert seen


def test_many_threads_get_the_same_answers(mlflow_files: Path) -> None:
    store = opened(mlflow_files)
    alone = [run_words(run) for run in all_runs(opened(mlflow_files), EVERY)]
    answers: list[list[dict[str, object]]] = []

    def ask() -> None:
        answers.append([run_words(run) for run in all_runs(store, EVERY)])

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [alone] * 6


WRITER = """
import sys
from mlflow.tracking import MlflowClient
client = MlflowClient(sys.argv[1])
for number in range(int(sys.argv[2])):
    experiment = client.create_experiment(f"live {number}")
    for _ in range(3):
        run_id = client.create_run(experiment).info.run_id
        client.log_param(run_id, "a/b", number)
        for step in range(5):
            client.log_metric(run_id, "loss", 1 / (step + 1), step=step)
        client.set_tag(run_id, "team", "x" * 500)
        client.set_terminated(run_id)
    client.delete_run(run_id)
    if number % 2:
        client.delete_experiment(experiment)
    if number % 4 == 3:
        client.restore_experiment(experiment)
"""


def test_reading_while_mlflow_writes(tmp_path: Path) -> None:
    root = tmp_path / "mlruns"
    client = MlflowClient(root.as_uri())
    client.search_experiments()
    store = opened(root)
    environment = {**os.environ, "MLFLOW_ALLOW_FILE_STORE": "true"}
    command = [sys.executable, "-c", WRITER, root.as_uri(), "8"]
    questions = 0
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as writer:
        while writer.poll() is None:
            questions += 1
            for run in all_runs(store, EVERY):
                assert run.status in ("RUNNING", "FINISHED")
                if run.latest:
                    history = store.metric_history(run.run_id, "loss")
                    assert len(history) > run.latest["loss"].step
            list(all_experiments(store, ExperimentQuery(view=View.ALL)))
        assert writer.stderr is not None
        assert writer.returncode == 0, writer.stderr.read().decode()
    assert questions > 3
    ours = {run.run_id: run for run in all_runs(store, EVERY)}
    assert len(ours) == 24
    for run_id, run in ours.items():
        theirs = mlflow_run_words(client.get_run(run_id))
        stale = {"artifacts": run.artifact_uri}
        assert run_words(run) == {**theirs, **stale}


IMPORTS = """
import sys
from venturi.stores import open_tracking
from venturi.stores.base import ExperimentQuery, RunQuery
store = open_tracking(sys.argv[1])
for run in store.search_runs(RunQuery(), limit=5):
    store.metric_history(run.run_id, "loss")
store.search_experiments(ExperimentQuery(), limit=5)
print(*sys.modules)
"""


def test_opening_a_folder_imports_nothing_heavy(root: Path) -> None:
    import venturi

    environment = {**os.environ, "PYTHONPATH": str(Path(venturi.__path__[0]).parent)}
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, str(root)], env=environment, capture_output=True, check=True
    )
    loaded = set(done.stdout.decode().split())
    assert "venturi.stores.files.store" in loaded
    assert not loaded & {"yaml", "sqlalchemy", "httpx", "numpy", "textual", "rich", "asyncio"}
    assert not any(
        name.startswith(("venturi.stores.sql", "venturi.stores.rest")) for name in loaded
    )
