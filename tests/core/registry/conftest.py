"""A filled registry in memory, and a journal in a folder of its own."""

from __future__ import annotations

import pytest
from worlds.memory_registry import filled

from venturi.registry.journal import Journal


@pytest.fixture
def registry():
    return filled()


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "state" / "registry.jsonl")
