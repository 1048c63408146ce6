"""Fixtures of the REST room's tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.certificates import Authority
from worlds.server import running_server


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Certificates that nobody trusts until told to."""
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests talk to this machine only."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="session", params=["database", "files"])
def writable_server(
    request: pytest.FixtureRequest, mlflow_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """URL of a real server that may be written to: one on a database, one on files."""
    folder = tmp_path_factory.mktemp("written")
    store_uri = f"sqlite:///{folder / 'mlflow.db'}"
    if request.param == "files":
        store_uri = (folder / "mlruns").as_uri()
    else:
        shutil.copy(mlflow_sqlite, folder / "mlflow.db")
    with running_server(store_uri, folder) as url:
        yield url
