"""What cannot be opened is said in one line: the thing, the place, the way on. No password ever."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
import traceback
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from faults.nobody import as_nobody
from worlds.database_servers import fresh_database
from worlds.server import free_port

from venturi.errors import (
    ConfigError,
    LoginRefused,
    MissingDriver,
    NotFound,
    StoreBroken,
    StoreUnreachable,
    VenturiError,
)
from venturi.stores import open_tracking
from venturi.stores.base import ExperimentQuery, StoreOptions
from venturi.stores.sql.layout import NEEDED

PASSWORD = "pass w0rd/@:secret"
QUOTED = "pass%20w0rd%2F%40%3Asecret"


def refusal(uri: str, family: type[VenturiError], timeout_s: float = 2) -> VenturiError:
    """The error of opening a URI, which says one line, how to go on, and no password."""
    with pytest.raises(family) as raised:
        open_tracking(uri, StoreOptions(timeout_s=timeout_s))
    error = raised.value
    assert type(error) is family
    assert "\n" not in str(error)
    assert error.hint
    told = "".join(traceback.format_exception(error))
    assert PASSWORD not in told
    assert QUOTED not in told
    return error


@pytest.fixture
def folder(tmp_path: Path, mlflow_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a store named `mlflow.db` in it."""
    shutil.copy(mlflow_sqlite, tmp_path / "mlflow.db")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def is_opened(uri: str) -> bool:
    with closing(open_tracking(uri)) as store:
        return len(store.search_experiments(ExperimentQuery(), limit=2)) == 2


@pytest.mark.parametrize(
    "uri",
    [
        "sqlite:///mlflow.db",
        "sqlite:///./mlflow.db",
        "sqlite+pysqlite:///mlflow.db",
        "SQLite:///mlflow.db",
        "sqlite:///mlflow.db?timeout=20",
        "sqlite:///mlflow.db?mode=rwc&cache=shared&check_same_thread=false",
        "sqlite:///file:mlflow.db?mode=ro&uri=true",
    ],
)
def test_sqlite_uris_of_a_file_in_this_folder(folder: Path, uri: str) -> None:
    assert is_opened(uri)
    assert sorted(each.name for each in folder.iterdir()) == ["mlflow.db"]


def test_an_absolute_path_has_four_slashes(folder: Path) -> None:
    assert is_opened(f"sqlite:///{folder}/mlflow.db")
    assert is_opened(f"sqlite:////{folder}/mlflow.db")


def test_the_folder_may_change_once_it_is_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_tracking("sqlite:///mlflow.db")) as store:
        monkeypatch.chdir("/")
        assert len(store.search_experiments(ExperimentQuery(), limit=2)) == 2
        assert store.info.address == str(folder / "mlflow.db")


@pytest.mark.parametrize("name", ["with space", "100%", "a#b", "é☃", "a%20b", "semi;colon", "x'y"])
def test_odd_names_of_files(folder: Path, name: str) -> None:
    shutil.move(folder / "mlflow.db", folder / name)
    assert is_opened(f"sqlite:///{name}")


@pytest.mark.parametrize(
    ("written", "name"), [("with%20space.db", "with space.db"), ("what%3F.db", "what?.db")]
)
def test_percent_signs_are_decoded_where_no_file_has_them(
    folder: Path, written: str, name: str
) -> None:
    shutil.move(folder / "mlflow.db", folder / name)
    assert is_opened(f"sqlite:///{written}")
    assert sorted(each.name for each in folder.iterdir()) == [name]


def test_no_such_file(folder: Path) -> None:
    error = refusal("sqlite:///no/such.db", NotFound)
    assert error.exit_code == 5
    assert str(folder / "no/such.db") in error.message
    assert not (folder / "no").exists()
    assert refusal("sqlite:///mlflow.db/inside.db", NotFound)
    assert refusal(f"sqlite:///{'x' * 5000}", NotFound)
    assert refusal("sqlite:///nul\0byte.db", NotFound)


def test_an_absolute_path_with_three_slashes_is_noticed(folder: Path) -> None:
    relative = str(folder / "mlflow.db").removeprefix("/")
    error = refusal(f"sqlite:///{relative}", NotFound)
    assert f"sqlite:////{relative}" in error.hint


def test_a_folder(folder: Path) -> None:
    error = refusal(f"sqlite:///{folder}", StoreBroken)
    assert "folder" in error.message
    assert f"sqlite:///{folder}/mlflow.db" in error.hint
    (folder / "bare").mkdir()
    assert "file" in refusal("sqlite:///bare", StoreBroken).hint


def test_an_empty_file(folder: Path) -> None:
    (folder / "empty.db").touch()
    assert "empty" in refusal("sqlite:///empty.db", StoreBroken).message
    assert (folder / "empty.db").stat().st_size == 0


@pytest.mark.parametrize("content", [b"not a database\n" * 200, b"SQLite format 3\0garbage"])
def test_not_a_database(folder: Path, content: bytes) -> None:
    (folder / "other.db").write_bytes(content)
    error = refusal("sqlite:///other.db", StoreBroken)
    assert "not a SQLite database" in error.message
    assert str(folder / "other.db") in error.message


def test_a_damaged_database(folder: Path) -> None:
    whole = (folder / "mlflow.db").read_bytes()
    (folder / "cut.db").write_bytes(whole[: len(whole) // 20])
    with pytest.raises(StoreBroken) as raised, closing(open_tracking("sqlite:///cut.db")) as store:
        store.search_experiments(ExperimentQuery(), limit=1)
    assert "cut.db" in raised.value.message


def test_another_programs_database(folder: Path) -> None:
    with closing(sqlite3.connect("other.db")) as db:
        db.execute("CREATE TABLE t (a)")
    assert "none of its tables" in refusal("sqlite:///other.db", StoreBroken).message


def test_half_a_store(folder: Path) -> None:
    with closing(sqlite3.connect("mlflow.db")) as db:
        db.execute("DROP TABLE latest_metrics")
        db.execute("ALTER TABLE runs DROP COLUMN artifact_uri")
        db.commit()
    error = refusal("sqlite:///mlflow.db", StoreBroken)
    assert "table latest_metrics" in error.message
    assert "column runs.artifact_uri" in error.message
    with closing(sqlite3.connect("mlflow.db")) as db:
        db.execute("DROP TABLE tags")
        db.execute("DROP TABLE params")
        db.execute("DROP TABLE metrics")
        db.commit()
    assert "1 more" in refusal("sqlite:///mlflow.db", StoreBroken).message


@pytest.fixture
def reachable(mlflow_sqlite: Path) -> Iterator[Path]:
    """A store in a folder that every user can reach, which pytest's own folders are not."""
    if os.name != "posix":
        pytest.skip("permissions of POSIX")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield Path(shutil.copy(mlflow_sqlite, folder / "mlflow.db"))
        folder.chmod(0o755)


def test_a_file_that_may_not_be_read(reachable: Path) -> None:
    reachable.chmod(0)
    with as_nobody():
        error = refusal(f"sqlite:///{reachable}", LoginRefused)
    assert error.exit_code == 4
    assert str(reachable) in error.message


def test_a_folder_that_may_not_be_entered(reachable: Path) -> None:
    reachable.parent.chmod(0)
    with as_nobody():
        refusal(f"sqlite:///{reachable}", LoginRefused)


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_store_that_may_only_be_read(reachable: Path, mode: str) -> None:
    with closing(sqlite3.connect(reachable)) as db:
        db.execute(f"PRAGMA journal_mode = {mode}")
    reachable.chmod(0o444)
    reachable.parent.chmod(0o555)
    with as_nobody():
        assert is_opened(f"sqlite:///{reachable}")


@pytest.mark.parametrize(
    "uri",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///x?mode=memory&uri=true",
        "sqlite://mlflow.db",
        "sqlite+pysqlcipher://:key@/mlflow.db",
        "sqlite+pysqlcipher:///mlflow.db",
    ],
)
def test_sqlite_uris_that_name_no_file(folder: Path, uri: str) -> None:
    assert refusal(uri, ConfigError).exit_code == 2


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        (f"postgres://ann:{QUOTED}@host/db", "postgresql://"),
        ("databricks", "databricks"),
        ("databricks://profile", "databricks"),
        (f"mssql+pyodbc://ann:{QUOTED}@host/db", "mlflow server"),
        (f"oracle://ann:{QUOTED}@host/db", "oracle"),
        ("ftp://host/mlruns", "sqlite:///FILE"),
        (f"postgresql://ann:{QUOTED}@host:port/db", "USER:PASSWORD"),
        ("postgresql://ann:pass w0rd/@:secret@host/db", "USER:PASSWORD"),
        (f"mysql://ann:{QUOTED}@host", "database"),
        (f"postgresql://ann:{QUOTED}@host/", "database"),
    ],
)
def test_uris_that_name_no_store(uri: str, words: str) -> None:
    error = refusal(uri, ConfigError)
    assert error.exit_code == 2
    assert words in str(error)


@pytest.mark.parametrize(
    ("uri", "packages", "extra"),
    [
        (f"postgresql://ann:{QUOTED}@host/db", ("psycopg", "psycopg2"), "venturi[postgres]"),
        (f"mysql+mysqldb://ann:{QUOTED}@host/db", ("pymysql",), "venturi[mysql]"),
    ],
)
def test_a_driver_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, uri: str, packages: tuple[str, ...], extra: str
) -> None:
    for package in packages:
        monkeypatch.setitem(sys.modules, package, None)
    error = refusal(uri, MissingDriver)
    assert error.exit_code == 2
    assert extra in error.hint


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg2", "mysql", "mysql+pymysql"])
def test_a_server_that_is_down(scheme: str) -> None:
    port = free_port()
    error = refusal(f"{scheme}://ann:{QUOTED}@127.0.0.1:{port}/db", StoreUnreachable)
    assert error.exit_code == 3
    assert f"127.0.0.1:{port}/db" in error.message
    assert "ann" not in error.message


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_host_that_does_not_exist(scheme: str) -> None:
    refusal(f"{scheme}://ann:{QUOTED}@no.such.host.invalid/db", StoreUnreachable)


@pytest.fixture(params=["postgresql", "mysql"])
def empty_database(request: pytest.FixtureRequest) -> Iterator[sa.URL]:
    with fresh_database(request.param) as uri:
        yield sa.make_url(uri)


def written(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


def test_an_empty_database(empty_database: sa.URL) -> None:
    error = refusal(written(empty_database), StoreBroken)
    assert "none of its tables" in error.message
    assert empty_database.database is not None
    assert empty_database.database in error.message


def test_no_such_database(empty_database: sa.URL) -> None:
    error = refusal(written(empty_database.set(database="no_such_database")), NotFound)
    assert error.exit_code == 5


def test_a_login_that_is_wrong(empty_database: sa.URL) -> None:
    name = f"nobody_{uuid.uuid4().hex[:8]}"
    url = empty_database.set(username=name, password=PASSWORD)
    assert refusal(written(url), LoginRefused).exit_code == 4


def test_a_user_that_may_not_read_the_tables(empty_database: sa.URL) -> None:
    name = f"venturi_test_{uuid.uuid4().hex[:8]}"
    engine = sa.create_engine(empty_database, isolation_level="AUTOCOMMIT")
    is_mysql = engine.dialect.name == "mysql"
    account = f"{name}@'%%'" if is_mysql else name
    database = empty_database.database
    try:
        with engine.connect() as db:
            for table, columns in NEEDED.items():
                quoted = ", ".join(
                    f"{db.dialect.identifier_preparer.quote(c)} varchar(9)" for c in columns
                )
                db.exec_driver_sql(f"CREATE TABLE {table} ({quoted})")
            if is_mysql:
                db.exec_driver_sql(f"CREATE USER {account} IDENTIFIED BY '{PASSWORD}'")
                db.exec_driver_sql(f"GRANT SELECT ON {database}.runs TO {account}")
            else:
                db.exec_driver_sql(f"CREATE ROLE {account} LOGIN PASSWORD '{PASSWORD}'")
        url = empty_database.set(username=name, password=PASSWORD)
        if is_mysql:  # tables that may not be read are not even seen there
            assert "table experiments" in refusal(written(url), StoreBroken).message
        else:
            with pytest.raises(LoginRefused, match="read MLflow's tables") as raised:
                open_tracking(written(url)).search_experiments(ExperimentQuery(), limit=1)
            assert raised.value.hint
    finally:
        with engine.connect() as db:
            kind = "USER" if is_mysql else "ROLE"
            db.exec_driver_sql(f"DROP {kind} IF EXISTS {account}")
        engine.dispose()


def test_options_of_a_uri_that_the_driver_does_not_know(empty_database: sa.URL) -> None:
    url = empty_database.update_query_dict({"no_such_option": "1"}).set(password=PASSWORD)
    error = refusal(written(url), ConfigError)
    assert "no_such_option" in error.message


def test_what_is_shown_of_a_server(world) -> None:
    if world.kind == "sqlite":
        assert world.store.info.address.startswith("/")
        return
    address = world.store.info.address
    assert address.startswith(f"{world.kind}://127.0.0.1")
    assert "root" not in address
    assert "postgres@" not in address


def test_other_drivers_names_are_understood(world) -> None:
    other = {"postgresql": "+psycopg2", "mysql": "+mysqldb", "sqlite": "+pysqlite"}[world.kind]
    for driver in ("", other):
        rest = world.uri.partition("://")[2]
        assert is_opened(f"{world.kind}{driver}://{rest}")


def test_a_closed_store_says_so(folder: Path) -> None:
    store = open_tracking("sqlite:///mlflow.db")
    store.close()
    store.close()
    with pytest.raises(StoreUnreachable, match="closed"):
        store.search_experiments(ExperimentQuery(), limit=1)


def test_a_file_that_is_gone_is_said_to_be(folder: Path) -> None:
    with closing(open_tracking("sqlite:///mlflow.db")) as store:
        (folder / "mlflow.db").unlink()
        with pytest.raises(StoreUnreachable) as raised:
            store.search_experiments(ExperimentQuery(), limit=1)
    assert str(folder / "mlflow.db") in raised.value.message
    assert not (folder / "mlflow.db").exists()
