"""Every test here runs on a store of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from worlds.places import KINDS, Place, place_of


@pytest.fixture(scope="session", params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A store of one kind; tests make experiments of their own in it."""
    yield from _place(request.param, tmp_path_factory)


def _place(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place_of(kind, tmp_path_factory.mktemp(f"place-{kind}")) as opened:
        yield opened
