"""Reading a SQLite store changes no byte and no file, and sees all that was committed."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from worlds.sqlite_writer import writer

from venturi.errors import StoreUnreachable
from venturi.records import View
from venturi.stores.base import ExperimentQuery, RunQuery, StoreOptions
from venturi.stores.sql import SqlStore, open_sql
from venturi.stores.sql.database import Database
from venturi.stores.sql.sqlite_door import open_sqlite

ADD_EXPERIMENT = """INSERT INTO experiments (name, lifecycle_stage, creation_time, last_update_time)
 VALUES ('{}', 'active', 1, 1)"""

Files = dict[str, tuple[int, int, str]]


@pytest.fixture
def path(tmp_path: Path, mlflow_sqlite: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    return shutil.copy(mlflow_sqlite, folder / "mlflow.db")


def files_of(path: Path) -> Files:
    """Size, time of change and hash of every file in the folder."""
    found: Files = {}
    for each in sorted(path.parent.iterdir()):
        status = each.stat()
        digest = hashlib.sha256(each.read_bytes()).hexdigest()
        found[each.name] = (status.st_size, status.st_mtime_ns, digest)
    return found


@contextmanager
def untouched(path: Path) -> Iterator[None]:
    before = files_of(path)
    yield
    assert files_of(path) == before


@contextmanager
def opened(path: Path, timeout_s: float = 0.3) -> Iterator[SqlStore]:
    with closing(open_sql(f"sqlite:///{path}", StoreOptions(timeout_s=timeout_s))) as store:
        yield store


def names(store: SqlStore) -> set[str]:
    query = ExperimentQuery(view=View.ALL)
    return {each.name for each in store.search_experiments(query, limit=1000)}


def read_everything(store: SqlStore) -> None:
    """Every kind of question once."""
    assert "odd" in names(store)
    runs = store.search_runs(RunQuery(view=View.ALL), limit=1000)
    assert len(runs) == store.count_runs(RunQuery(view=View.ALL)) > 40
    assert sum(store.count_runs_by_experiment(View.ALL).values()) == len(runs)
    assert store.run_keys().metrics
    assert max(len(store.metric_history(run.run_id, "loss")) for run in runs) == 1200


def in_journal_mode(path: Path, mode: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        assert db.execute(f"PRAGMA journal_mode = {mode}").fetchone() == (mode,)
        db.execute("CREATE TABLE scratch (a)")
        db.commit()


@pytest.mark.parametrize("mode", ["delete", "truncate", "persist", "wal"])
def test_a_store_that_nobody_has_open(path: Path, mode: str) -> None:
    in_journal_mode(path, mode)
    with untouched(path), opened(path) as store, untouched(path):
        read_everything(store)


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_through_a_symbolic_link(path: Path, tmp_path: Path, mode: str) -> None:
    in_journal_mode(path, mode)
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)
    with untouched(path), untouched(link), opened(link) as store:
        read_everything(store)
        assert store.info.address == str(link)


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_store_that_another_process_writes_to(path: Path, mode: str) -> None:
    with writer(path) as other:
        other.run(f"PRAGMA journal_mode = {mode}", ADD_EXPERIMENT.format("added 1"))
        with untouched(path), opened(path) as store:
            read_everything(store)
            assert "added 1" in names(store)
        with opened(path) as store:
            assert "added 2" not in names(store)
            other.run(ADD_EXPERIMENT.format("added 2"))
            with untouched(path):
                assert "added 2" in names(store)
            other.run("BEGIN IMMEDIATE", ADD_EXPERIMENT.format("added 3"))
            with untouched(path):
                assert "added 3" not in names(store)
            other.run("COMMIT")
            with untouched(path):
                assert "added 3" in names(store)


def test_a_log_that_is_checkpointed_and_started_anew_while_we_read(path: Path) -> None:
    with writer(path) as other:
        other.run("PRAGMA journal_mode = wal", ADD_EXPERIMENT.format("name-0"))
        with opened(path) as store:
            for number in range(1, 6):
                assert f"name-{number - 1}" in names(store)
                other.run("PRAGMA wal_checkpoint(RESTART)", ADD_EXPERIMENT.format(f"name-{number}"))
                with untouched(path):
                    assert f"name-{number}" in names(store)


@pytest.mark.parametrize("with_lock_table", [True, False])
def test_a_log_left_by_a_writer_that_died(path: Path, with_lock_table: bool) -> None:
    with writer(path) as other:
        other.run("PRAGMA journal_mode = wal", "PRAGMA wal_autocheckpoint = 0")
        other.run(ADD_EXPERIMENT.format("only in the log"))
        other.run("BEGIN IMMEDIATE", ADD_EXPERIMENT.format("never committed"))
        other.die()
    if not with_lock_table:
        path.with_name("mlflow.db-shm").unlink()
    assert path.with_name("mlflow.db-wal").stat().st_size > 0
    with untouched(path), opened(path) as store, untouched(path):
        read_everything(store)
        assert "only in the log" in names(store)
        assert "never committed" not in names(store)


def test_an_empty_log_without_a_lock_table(path: Path) -> None:
    in_journal_mode(path, "wal")
    path.with_name("mlflow.db-wal").touch()
    with untouched(path), opened(path) as store:
        read_everything(store)


def leave_hot_journal(path: Path) -> None:
    """Make a writer die in the middle of writing pages of a transaction to the file."""
    with writer(path) as other:
        other.run("PRAGMA cache_size = 2", "PRAGMA cache_spill = 1", "BEGIN IMMEDIATE")
        other.run(ADD_EXPERIMENT.format("never committed"))
        other.run("UPDATE experiments SET name = 'torn ' || name", "DELETE FROM params")
        other.run("UPDATE tags SET value = value || hex(zeroblob(2000))")
        other.die()
    assert path.with_name("mlflow.db-journal").stat().st_size > 0


def test_the_journal_of_a_writer_that_died(path: Path) -> None:
    pristine = path.read_bytes()
    leave_hot_journal(path)
    assert path.read_bytes() != pristine
    with untouched(path), opened(path) as store, untouched(path):
        read_everything(store)
        assert not any(name.startswith("torn") for name in names(store))
        assert store.run_keys().params
    with closing(sqlite3.connect(path)) as db:  # a writer can still roll it back
        assert db.execute("SELECT count(*) FROM params").fetchone() != (0,)
    assert not path.with_name("mlflow.db-journal").exists()


def test_copies_go_when_the_store_is_closed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_hot_journal(path)
    scratch = path.parent.parent / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with opened(path) as store:
        read_everything(store)
        assert len(list(scratch.iterdir())) == 1
        with closing(sqlite3.connect(path)) as db:  # rolled back by somebody else meanwhile
            db.execute(ADD_EXPERIMENT.format("after"))
            db.commit()
        assert "after" in names(store)
    assert list(scratch.iterdir()) == []


def test_no_room_for_a_copy_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_hot_journal(path)
    monkeypatch.setattr(tempfile, "tempdir", "/dev/full")
    with untouched(path), pytest.raises(StoreUnreachable) as raised:
        open_sql(f"sqlite:///{path}", StoreOptions())
    assert "left in the middle of a write" in raised.value.message
    assert raised.value.hint


def test_a_writer_that_comes_to_a_quiet_store_is_seen(path: Path) -> None:
    in_journal_mode(path, "wal")
    with opened(path) as store:
        with untouched(path):
            read_everything(store)
        with writer(path) as other:
            other.run(ADD_EXPERIMENT.format("while open"))
            with untouched(path):
                assert "while open" in names(store)
            other.run(ADD_EXPERIMENT.format("before the end"))
        with untouched(path):
            assert "before the end" in names(store)


def test_an_answer_that_a_writer_crossed_is_read_again(path: Path) -> None:
    """A quiet store is read without locks, so what was read across a change is not used."""
    in_journal_mode(path, "wal")
    database = Database(open_sqlite(f"sqlite:///{path}", 0.3))
    answers: list[set[str]] = []

    def question(connection: sa.Connection, _reader: object) -> set[str]:
        found = set(connection.execute(sa.text("SELECT name FROM experiments")).scalars())
        answers.append(found)
        if len(answers) == 1:
            with writer(path) as other:
                other.run(ADD_EXPERIMENT.format("crossing"))
                other.run("PRAGMA wal_checkpoint(TRUNCATE)")
        return found

    with closing(database):
        assert "crossing" in database.ask(question)
    assert len(answers) == 2
    assert "crossing" not in answers[0]


def test_a_store_that_changes_all_the_time_is_given_up(path: Path) -> None:
    in_journal_mode(path, "wal")
    database = Database(open_sqlite(f"sqlite:///{path}", 0.3))

    def question(connection: sa.Connection, _reader: object) -> None:
        connection.execute(sa.text("SELECT 1")).scalar()
        os.utime(path)

    with closing(database), pytest.raises(StoreUnreachable, match="changes all the time"):
        database.ask(question)


def test_a_file_put_in_place_of_the_store_is_read(path: Path) -> None:
    with opened(path) as store:
        assert "replaced" not in names(store)
        other = path.with_name("other.db")
        shutil.copy(path, other)
        with closing(sqlite3.connect(other)) as db:
            db.execute(ADD_EXPERIMENT.format("replaced"))
            db.commit()
        other.replace(path)
        assert "replaced" in names(store)


def test_a_locked_store_is_waited_for_and_then_said_to_be_locked(path: Path) -> None:
    with writer(path) as other, opened(path) as store:
        other.run("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnreachable) as raised:
            store.search_runs(RunQuery(), limit=1)
        assert raised.value.exit_code == 3
        assert str(path) in raised.value.message
        assert "locked by another process" in raised.value.message
        with pytest.raises(StoreUnreachable, match="locked"):
            open_sql(f"sqlite:///{path}", StoreOptions(timeout_s=0.1))
        other.run("COMMIT")
        read_everything(store)


def test_a_lock_that_goes_in_time_is_waited_out(path: Path) -> None:
    with writer(path) as other, opened(path, timeout_s=30) as store:
        other.run("BEGIN EXCLUSIVE")
        asked = threading.Event()
        found: list[set[str]] = []

        def ask() -> None:
            asked.set()
            found.append(names(store))

        reading = threading.Thread(target=ask)
        reading.start()
        asked.wait()
        other.run(ADD_EXPERIMENT.format("under lock"), "COMMIT")
        reading.join(timeout=60)
        assert "under lock" in found[0]


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_writer_is_not_kept_waiting_after_an_answer(path: Path, mode: str) -> None:
    with writer(path, timeout_s=0) as other:
        other.run(f"PRAGMA journal_mode = {mode}", ADD_EXPERIMENT.format("before"))
        with opened(path) as store:
            read_everything(store)
            other.run(ADD_EXPERIMENT.format("at once"))
            assert "at once" in names(store)


def test_readers_and_a_writer_at_the_same_time(path: Path) -> None:
    """Threads read while another process writes: every answer is one that was true once."""
    failures: list[BaseException] = []
    counts: list[int] = []

    def read(ask: Callable[[], int]) -> None:
        try:
            counts.extend(ask() for _ in range(40))
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    with writer(path, timeout_s=30) as other, opened(path, timeout_s=30) as store:
        before = len(names(store))
        threads = [
            threading.Thread(target=read, args=(lambda: len(names(store)),)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for number in range(30):
            other.run(ADD_EXPERIMENT.format(f"new-{number}"))
        for thread in threads:
            thread.join(timeout=120)
        assert not failures
        assert len(counts) == 160
        assert all(before <= count <= before + 30 for count in counts)
        assert len(names(store)) == before + 30
