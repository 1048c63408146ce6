"""Fixtures that every room's tests share: stores made by the installed MLflow."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds.artifact_servers import ArtifactServer, artifact_server

# Before anything imports MLflow: no reports home, no store picked up from the developer's shell.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
for _name in [name for name in os.environ if name.startswith("MLFLOW_TRACKING_")]:
    del os.environ[_name]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The whole suite runs on all processors, up to four; chosen tests run in this process."""
    whole = config.args == config.getini("testpaths")
    return min(os.cpu_count() or 1, 4) if whole else 0


def pytest_addoption(parser: pytest.Parser) -> None:
    """Screens that look different on purpose are kept anew by this option."""
    parser.addoption("--update-snapshots", action="store_true", help="keep screens as they look")


@pytest.fixture(scope="session")
def mlflow_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store with the odd world. READ ONLY: tests that write take a copy."""
    from worlds.odd_world import build_odd_world

    path = tmp_path_factory.mktemp("odd") / "mlflow.db"
    build_odd_world(f"sqlite:///{path}")
    _let_go()
    return path


@pytest.fixture(scope="session")
def mlflow_sqlite_uri(mlflow_sqlite: Path) -> str:
    """URI of `mlflow_sqlite`."""
    return f"sqlite:///{mlflow_sqlite}"


@pytest.fixture(scope="session")
def mlflow_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file store with the odd world. READ ONLY: tests that write take a copy."""
    from worlds.odd_world import build_odd_world

    root = tmp_path_factory.mktemp("odd-files") / "mlruns"
    build_odd_world(root.as_uri())
    return root


@pytest.fixture(scope="session")
def mlflow_files_uri(mlflow_files: Path) -> str:
    """URI of `mlflow_files`."""
    return mlflow_files.as_uri()


@pytest.fixture(scope="session")
def mlflow_server(mlflow_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real `mlflow server` on a copy of the odd world."""
    from worlds.server import running_server

    folder = tmp_path_factory.mktemp("server")
    shutil.copy(mlflow_sqlite, folder / "mlflow.db")
    with running_server(f"sqlite:///{folder / 'mlflow.db'}", folder) as url:
        yield url


@pytest.fixture(scope="session")
def proxying_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArtifactServer]:
    """A real `mlflow server` that hands out artifacts. Tests make runs of their own."""
    with artifact_server(tmp_path_factory.mktemp("proxying")) as server:
        yield server


@pytest.fixture(scope="session")
def closed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArtifactServer]:
    """A real `mlflow server --no-serve-artifacts`. Tests make runs of their own."""
    with artifact_server(tmp_path_factory.mktemp("closed"), ["--no-serve-artifacts"]) as server:
        yield server


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a demo store as `venturi demo` makes it, at DEMO_NOW. READ ONLY."""
    from worlds.demo import DEMO_NOW

    from venturi.demo import make_demo_store

    folder = tmp_path_factory.mktemp("demo") / "demo"
    make_demo_store(folder, now_ms=DEMO_NOW)
    return folder


def _let_go() -> None:
    """Make MLflow close the databases it opened in this process."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore  # noqa: TID251

    for engine in SqlAlchemyStore._engine_map.values():
        engine.dispose()
