"""Whether an optional package is there: also where it is kept away."""

from __future__ import annotations

import sys

import pytest

from venturi.stores.installed import is_installed


class Gate:
    """An import hook that lets one package through to nobody."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pymysql":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def test_what_is_there() -> None:
    assert is_installed("json")
    assert not is_installed("no_such_package")


def test_what_is_kept_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert not is_installed("psycopg")
    monkeypatch.delitem(sys.modules, "pymysql", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Gate(), *sys.meta_path])
    assert not is_installed("pymysql")
