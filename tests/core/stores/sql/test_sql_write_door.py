"""Each write is one transaction, tried again when others are in the way, and bounded in time."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from faults.nobody import as_nobody
from sqlalchemy import event, exc
from worlds.sqlite_writer import writer
from worlds.twins import Twins

from venturi.errors import InvalidInput, LoginRefused, StoreUnreachable
from venturi.records import Metric
from venturi.stores.base import StoreOptions
from venturi.stores.sql import open_sql
from venturi.stores.sql.database import Database, Reader
from venturi.stores.sql.server_door import open_server
from venturi.stores.sql.sqlite_door import open_sqlite
from venturi.stores.writing import Batch, NewRun

RIGHTS = {
    "postgresql": "CREATE ROLE {name} LOGIN;"
    " GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name};"
    " DROP OWNED BY {name}; DROP ROLE {name}",
    "mysql": "CREATE USER {name}@'%'; GRANT SELECT ON {database}.* TO {name}@'%';"
    " DO 0; DROP USER {name}@'%'",
}
SERVERS = pytest.mark.parametrize("twins", ["postgresql", "mysql"], indirect=True)


def uri_of(twins: Twins) -> str:
    return twins.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def database(twins: Twins) -> Iterator[Database]:
    uri = uri_of(twins)
    door = open_sqlite(uri, 5) if uri.startswith("sqlite") else open_server(uri, 5)
    with closing(Database(door, 5)) as opened:
        yield opened


def naming(name: str) -> Callable[[sa.Connection, Reader], int]:
    """A question that inserts an experiment of that name; how many there are then."""

    def question(connection: sa.Connection, reader: Reader) -> int:
        table = reader.tables.experiments
        connection.execute(sa.insert(table).values(name=name, lifecycle_stage="active"))
        return count_of(connection, name)

    return question


def count_of(connection: sa.Connection, name: str) -> int:
    statement = sa.text("SELECT COUNT(*) FROM experiments WHERE name = :name")
    return connection.execute(statement, {"name": name}).scalar_one()


def is_there(twins: Twins, name: str) -> bool:
    with twins.engine.connect() as connection:
        return count_of(connection, name) == 1


def test_a_write_is_committed(twins: Twins, database: Database) -> None:
    name = uuid.uuid4().hex
    assert database.write(naming(name)) == 1
    assert is_there(twins, name)


def test_an_error_of_ours_leaves_nothing(twins: Twins, database: Database) -> None:
    name = uuid.uuid4().hex

    def question(connection: sa.Connection, reader: Reader) -> None:
        naming(name)(connection, reader)
        raise InvalidInput("no")

    with pytest.raises(InvalidInput, match="no"):
        database.write(question)
    assert not is_there(twins, name)


def test_who_was_slower_looks_again(twins: Twins, database: Database) -> None:
    """A row that somebody made after we looked: the next look sees it."""
    name, looks = uuid.uuid4().hex, []

    def question(connection: sa.Connection, reader: Reader) -> str:
        looks.append(1)
        if len(looks) > 1:
            assert count_of(connection, name) == 0
            return "seen"
        naming(name)(connection, reader)
        naming(name)(connection, reader)  # as if somebody else had been faster
        return "not seen"

    assert database.write(question) == "seen"
    assert not is_there(twins, name)


def test_a_rule_of_the_database_is_invalid_input(twins: Twins, database: Database) -> None:
    name = uuid.uuid4().hex
    database.write(naming(name))
    with pytest.raises(InvalidInput, match="refuses what is to be written") as refused:
        database.write(naming(name))
    assert "\n" not in str(refused.value)
    assert is_there(twins, name)


def test_a_closed_store_is_not_written_to(database: Database) -> None:
    database.write(naming(uuid.uuid4().hex))
    database.close()
    with pytest.raises(StoreUnreachable, match="closed"):
        database.write(naming(uuid.uuid4().hex))


class Broken(exc.DBAPIError):
    """What SQLAlchemy raises when a connection is gone."""

    def __init__(self) -> None:
        super().__init__("COMMIT", {}, Exception("gone"), connection_invalidated=True)


@contextmanager
def breaking_commits(times: int) -> Iterator[list[str]]:
    """The first commits are done, but the connection breaks before it is told."""
    broken: list[str] = []
    original = sa.engine.RootTransaction.commit

    def commit(self: sa.engine.RootTransaction) -> None:
        original(self)
        if len(broken) < times:
            broken.append("commit")
            raise Broken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sa.engine.RootTransaction, "commit", commit)
        yield broken


def test_nothing_is_doubled_when_a_commit_is_not_told(twins: Twins) -> None:
    experiment = twins.store.create_experiment(uuid.uuid4().hex)
    with breaking_commits(1) as broken:
        run = twins.store.create_run(NewRun(experiment, "one"))
    assert broken
    assert [each.info.run_id for each in twins.client.search_runs([experiment])] == [run.run_id]
    with breaking_commits(1) as broken:
        twins.store.log_batch(run.run_id, Batch({"a": "1"}, [Metric("m", 1.0, 1, 1)], {"b": "2"}))
    assert broken
    assert len(twins.client.get_metric_history(run.run_id, "m")) == 1
    with breaking_commits(1), pytest.raises(StoreUnreachable):
        twins.store.delete_tag(run.run_id, "b")  # again would say that there is none
    with breaking_commits(2), pytest.raises(StoreUnreachable):
        twins.store.create_run(NewRun(experiment, "two"))


@SERVERS
def test_a_lost_connection_is_replaced(twins: Twins) -> None:
    run = twins.store.create_run(NewRun("0")).run_id
    lost: list[str] = []

    def lose(connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
        if "INSERT INTO metrics" in statement and not lost:
            lost.append(statement)
            kill = {
                "postgresql": "SELECT pg_terminate_backend(pg_backend_pid())",
                "mysql": "KILL CONNECTION_ID()",
            }
            connection.connection.cursor().execute(kill[twins.engine.dialect.name])

    event.listen(sa.Engine, "before_cursor_execute", lose)
    try:
        twins.store.log_batch(run, Batch({"a": "1"}, [Metric("m", 1.0, 1, 1)]))
    finally:
        event.remove(sa.Engine, "before_cursor_execute", lose)
    assert lost
    assert twins.client.get_run(run).data.params == {"a": "1"}
    assert len(twins.client.get_metric_history(run, "m")) == 1


def test_a_row_that_others_hold_is_waited_for(twins: Twins) -> None:
    run = twins.store.create_run(NewRun("0")).run_id
    with twins.engine.connect() as holder:
        holder.execute(sa.text("UPDATE runs SET name = 'held' WHERE run_uuid = :r"), {"r": run})
        writing = threading.Thread(
            target=twins.store.log_batch, args=(run, Batch({"a": "1"})), daemon=True
        )
        writing.start()
        time.sleep(0.3)
        assert writing.is_alive()
        holder.commit()
        writing.join(timeout=10)
        assert not writing.is_alive()
    assert twins.client.get_run(run).data.params == {"a": "1"}


def test_waiting_has_an_end(twins: Twins) -> None:
    run = twins.store.create_run(NewRun("0")).run_id
    with (
        closing(open_sql(uri_of(twins), StoreOptions(timeout_s=1))) as store,
        twins.engine.connect() as holder,
    ):
        holder.execute(sa.text("UPDATE runs SET name = 'held' WHERE run_uuid = :r"), {"r": run})
        start = time.monotonic()
        with pytest.raises(StoreUnreachable, match="locked by another process"):
            store.log_batch(run, Batch({"a": "1"}))
        assert 0.5 < time.monotonic() - start < 5
        holder.rollback()
        store.log_batch(run, Batch({"a": "1"}))
    assert twins.client.get_run(run).data.params == {"a": "1"}


def test_of_two_that_block_each_other_both_get_through(twins: Twins, database: Database) -> None:
    """Each holds what the other wants; the database ends one of them, which tries again."""
    runs = [twins.store.create_run(NewRun("0")).run_id for _ in range(2)]
    meeting = threading.Barrier(2)
    tries: list[str] = []

    def question(order: list[str]) -> Callable[[sa.Connection, Reader], None]:
        def rename(connection: sa.Connection, _: Reader) -> None:
            tries.append(order[0])
            for number, run in enumerate(order):
                change = "UPDATE runs SET source_name = :n WHERE run_uuid = :r"
                connection.execute(sa.text(change), {"n": order[0], "r": run})
                if number == 0 and len(tries) <= 2 and twins.engine.dialect.name != "sqlite":
                    meeting.wait(timeout=10)

        return rename

    orders = (runs, runs[::-1])
    threads = [threading.Thread(target=database.write, args=(question(o),)) for o in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert set(tries) == set(runs)
    if twins.engine.dialect.name != "sqlite":  # which lets one in after the other
        assert len(tries) >= 3
    names = {
        row["source_name"] for row in twins.rows("SELECT * FROM runs") if row["run_uuid"] in runs
    }
    assert len(names) == 1


@pytest.mark.parametrize("mode", ["delete", "wal", "truncate"])
def test_the_journal_mode_stays(tmp_path: Path, mlflow_sqlite: Path, mode: str) -> None:
    path = Path(shutil.copy(mlflow_sqlite, tmp_path / "mlflow.db"))
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA journal_mode = {mode}")
    with closing(open_sql(f"sqlite:///{path}", StoreOptions())) as store:
        run = store.create_run(NewRun("0"))
        store.log_batch(run.run_id, Batch({"a": "1"}))
        assert store.get_run(run.run_id).params == {"a": "1"}
    with closing(sqlite3.connect(path)) as db:
        [(found,)] = db.execute("PRAGMA journal_mode").fetchall()
    assert found == ("wal" if mode == "wal" else "delete")
    assert [each.name for each in tmp_path.iterdir()] == ["mlflow.db"]


def test_rows_that_refer_to_nothing_are_refused(tmp_path: Path, mlflow_sqlite: Path) -> None:
    path = shutil.copy(mlflow_sqlite, tmp_path / "mlflow.db")

    def orphan(connection: sa.Connection, reader: Reader) -> None:
        row = {"run_uuid": "nobody", "key": "a", "value": "b"}
        connection.execute(sa.insert(reader.tables.tags).values(row))

    database = Database(open_sqlite(f"sqlite:///{path}", 1))
    with closing(database), pytest.raises(InvalidInput, match="FOREIGN KEY"):
        database.write(orphan)


def test_a_writer_that_died_is_no_obstacle(tmp_path: Path, mlflow_sqlite: Path) -> None:
    path = Path(shutil.copy(mlflow_sqlite, tmp_path / "mlflow.db"))
    with closing(open_sql(f"sqlite:///{path}", StoreOptions(timeout_s=1))) as store:
        run = store.create_run(NewRun("0")).run_id
        with writer(path) as other:
            other.run(
                "PRAGMA cache_size = 1",
                "BEGIN IMMEDIATE",
                "UPDATE tags SET value = 'lost' || value",
                "UPDATE metrics SET step = step + 1000000",
            )
            with pytest.raises(StoreUnreachable, match="locked"):
                store.log_batch(run, Batch({"a": "1"}))
            other.die()
        store.log_batch(run, Batch({"a": "2"}))
        assert store.get_run(run).params == {"a": "2"}
        assert not store.get_run(run).tags["mlflow.runName"].startswith("lost")


@pytest.fixture
def reachable(mlflow_sqlite: Path) -> Iterator[Path]:
    """A store in a folder that every user can reach, which pytest's own folders are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = Path(shutil.copy(mlflow_sqlite, folder / "mlflow.db"))
        path.chmod(0o666)
        yield path
        folder.chmod(0o755)


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o777), (0o666, 0o555)])
def test_a_place_that_may_only_be_read(reachable: Path, file: int, folder: int) -> None:
    reachable.chmod(file)
    reachable.parent.chmod(folder)
    before = reachable.read_bytes()
    with as_nobody(), closing(open_sql(f"sqlite:///{reachable}", StoreOptions())) as store:
        with pytest.raises(LoginRefused, match="cannot be written to") as refused:
            store.create_experiment("new")
        assert store.get_experiment("0").name == "Default"
    assert "writable" in refused.value.hint
    assert str(reachable) in refused.value.message
    assert reachable.read_bytes() == before


@SERVERS
def test_a_server_that_lets_us_only_read(twins: Twins) -> None:
    name = f"reader_{uuid.uuid4().hex[:8]}"
    url, kind = twins.engine.url, twins.engine.dialect.name
    rights = RIGHTS[kind].format(name=name, database=url.database).split("; ")
    with twins.engine.begin() as connection:
        for statement in rights[:2]:
            connection.execute(sa.text(statement))
    try:
        theirs = url.set(username=name).render_as_string(hide_password=False)
        with closing(open_sql(theirs, StoreOptions())) as store:
            assert store.get_experiment("0").name == "Default"
            with pytest.raises(LoginRefused, match="cannot be written to") as refused:
                store.create_experiment("new")
        assert "right" in refused.value.hint
    finally:
        with twins.engine.begin() as connection:
            for statement in rights[2:]:
                connection.execute(sa.text(statement))
