"""An empty file store of our own making, open to us and to MLflow."""

from __future__ import annotations

from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.files_written import opened

from venturi.stores import create_store
from venturi.stores.files import FileStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "mlruns"
    assert create_store(str(root))
    return root


@pytest.fixture
def store(root: Path) -> FileStore:
    return opened(root)


@pytest.fixture
def client(root: Path) -> MlflowClient:
    return MlflowClient(root.as_uri())
