"""What each door pulls in, seen by fresh interpreters: nothing heavy before it is needed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from faults.server import always, fault_server, ok

from venturi.demo.names import run_name

ROOT = Path(__file__).parent.parent

HEAVY = frozenset(
    {"sqlalchemy", "httpx", "textual", "typer", "rich", "plotext", "numpy", "yaml", "pydantic"}
    | {"pandas", "PIL", "mlflow", "psycopg", "pymysql", "platformdirs", "asyncio"}
)
"""What costs time or must not be there; every door says which of these it may open."""

LATE = {
    "configparser": "only MLflow's credentials file is in this format",
    "logging": "only -v listens",
    "plotext": "only charts need it",
    "rich.cells": "only rows with letters that are not ASCII need its tables",
    "tomli": "only where a config file is, and before Python 3.11",
    "tomllib": "only where a config file is",
    "typer.main": "only shell completion needs it",
    "venturi": "the version is said without anything else",
    "venturi.connection": "opens stores, and so far nothing else",
    "venturi.demo": "SQLAlchemy, and only one command makes stores",
    "venturi.stores.files": "PyYAML",
    "venturi.stores.rest": "httpx",
    "venturi.stores.sql": "SQLAlchemy",
    "venturi_tui.app": "the TUI",
    "venturi_tui.application": "Textual",
    "venturi_tui.cli.comparing": "only one command compares",
    "venturi_tui.cli.entry": "Typer",
    "venturi_tui.cli.formats.delimited": "one format is used at a time",
    "venturi_tui.cli.formats.histories": "one format is used at a time",
    "venturi_tui.cli.formats.jsons": "one format is used at a time",
    "venturi_tui.cli.formats.yamls": "PyYAML",
    "venturi_tui.cli.screen": "the TUI",
    "venturi_tui.driver": "only terminals of this kind have it",
    "venturi_tui.present.chart": "plotext",
    "venturi_tui.present.sheet": "only tables need it",
    "yaml": "most files need no YAML parser",
}
"""What may be imported inside a function, and why. All else stands at the top of its file."""


@dataclass(frozen=True)
class Door:
    """One way in. `opens` are the heavy packages that may come along, `needs` those that must."""

    name: str
    code: str
    opens: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


def _library(name: str, code: str, opens: str = "", needs: str = "") -> Door:
    return Door(name, code, frozenset(f"{opens} {needs}".split()), frozenset(needs.split()))


def _command(line: str, opens: str = "", needs: str = "") -> Door:
    code = f"from venturi_tui.__main__ import main; assert main({line.split()!r}) in (0, None)"
    return _library(f"venturi {line}", code, opens, needs)


DOORS = [
    _library("import venturi", "import venturi"),
    _library("import venturi_tui", "import venturi_tui"),
    _library("import venturi.records", "import venturi.records, venturi.errors"),
    _library("import venturi.settings", "import venturi.settings", "platformdirs"),
    _library("import venturi.stores", "import venturi.stores"),
    _library("import venturi.compare", "import venturi.compare, venturi.lookup, venturi.browse"),
    _library(
        "import venturi_tui.application",
        "import venturi_tui.application",
        "rich asyncio platformdirs",
        "textual",
    ),
    _library("import venturi_tui.app", "import venturi_tui.app", "platformdirs"),
    _command("--version"),
    _command("--help", "platformdirs asyncio", "typer"),
    _command("config show", "platformdirs asyncio", "typer"),
    # SQLAlchemy 2.1 imports asyncio itself.
    _command("experiments list -s {sql} -o json", "platformdirs asyncio", "typer sqlalchemy"),
    _command("runs list -s {sql}", "platformdirs asyncio", "typer sqlalchemy"),
    _command("metrics history {run} -s {sql} -o csv", "platformdirs asyncio", "typer sqlalchemy"),
    _command(
        "metrics plot {run} -m val/logloss -s {sql} --size 80x24",
        "platformdirs asyncio rich numpy PIL",
        "typer sqlalchemy plotext",
    ),
    _command("runs list -s {files} -o json", "platformdirs asyncio yaml", "typer"),
    _command("experiments list -s {server} -o json", "platformdirs asyncio rich", "typer httpx"),
]


@pytest.fixture(scope="module")
def words(demo_folder: Path, mlflow_files: Path) -> Iterator[dict[str, str]]:
    """What stands for the names in the doors' commands."""
    with fault_server(always(ok({"experiments": []}))) as server:
        yield {
            "sql": f"sqlite:///{demo_folder}/mlflow.db",
            "files": mlflow_files.as_uri(),
            "server": server.url,
            "run": run_name("churn", 7),
        }


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_door_opens_no_more_than_it_says(
    door: Door, words: dict[str, str], tmp_path: Path
) -> None:
    opened = _packages(_with_words(door.code, words), tmp_path) & HEAVY
    assert opened <= door.opens, f"{door.name} also imports {sorted(opened - door.opens)}"
    assert door.needs <= opened, f"{door.name} no longer needs {sorted(door.needs - opened)}"


def _with_words(code: str, words: dict[str, str]) -> str:
    for name, word in words.items():
        code = code.replace(f"'{{{name}}}'", repr(word.split())[1:-1])
    return code


def _packages(code: str, home: Path) -> set[str]:
    """Top packages that an interpreter imports to run some code."""
    environ = {name: value for name, value in os.environ.items() if "MLFLOW" not in name}
    environ |= {"HOME": str(home), "PYTHONPATH": os.pathsep.join(_source_roots())}
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        cwd=home,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = answer.stderr.splitlines()
    assert answer.returncode == 0, "\n".join(one for one in lines if "import time:" not in one)
    imported = {one.rpartition("|")[2].strip() for one in lines if one.startswith("import time:")}
    return {name.partition(".")[0] for name in imported}


def _source_roots() -> Sequence[str]:
    return [str(ROOT / "core"), str(ROOT / "tui")]


def test_imports_inside_functions_are_those_of_the_list() -> None:
    found = {
        module
        for root in ("core", "tui")
        for path in (ROOT / root).rglob("*.py")
        for module in _late_imports(ast.parse(path.read_text(encoding="utf-8")), inside=False)
    }
    assert found == set(LATE)


def _late_imports(node: ast.AST, *, inside: bool) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if inside and isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif inside and isinstance(child, ast.ImportFrom):
            yield child.module or ""
        function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
        yield from _late_imports(child, inside=inside or function)
