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
    | {"pandas", "PIL", "mlflow", "pyarrow", "psycopg", "pymysql", "platformdirs", "asyncio"}
)
"""What costs time or must not be there; every door says which of these it may open."""

LATE = {
    "another package stands behind it": {
        "PIL": "images",
        "plotext": "charts",
        "pyarrow": "Parquet files",
        "rich.cells": "rows with letters that are not ASCII",
        "tomli": "a config file, before Python 3.11",
        "yaml": "files of a file store",
        "venturi.artifacts.routes": "httpx",
        "venturi.artifacts.served": "httpx",
        "venturi.artifacts.server_models": "httpx",
        "venturi.demo": "SQLAlchemy",
        "venturi.registry.wishes": "PyYAML",
        "venturi.stores.files": "PyYAML",
        "venturi.stores.files.meta": "PyYAML",
        "venturi.stores.rest": "httpx",
        "venturi.stores.sql": "SQLAlchemy",
        "venturi_tui.application": "Textual",
        "venturi_tui.cli.entry": "Typer",
        "venturi_tui.cli.formats.parquets": "pyarrow",
        "venturi_tui.cli.formats.yamls": "PyYAML",
        "venturi_tui.present.chart": "plotext",
        "venturi_tui.present.chart.sparkline": "plotext",
        "typer.main": "shell completion",
    },
    "few commands need it": {
        "configparser": "MLflow's credentials file",
        "fcntl": "locks, where the system has them",
        "shutil": "a new file store",
        "termios": "pictures, where the system has terminals",
        "tomllib": "a config file",
        "tty": "pictures, where the system has terminals",
        "venturi": "the version, said without anything else",
        "venturi.artifacts": "files of runs",
        "venturi.artifacts.versions": "files of model versions",
        "venturi.connection": "commands that open a store",
        "venturi.stores.sql.batches": "the first write",
        "venturi.stores.sql.curves": "curves",
        "venturi.stores.sql.registry": "the model registry",
        "venturi.stores.sql.schema": "a new SQLite store",
        "venturi_tui.actions": "keys of the user's own",
        "venturi_tui.app": "the full screen",
        "venturi_tui.cli.at_once": "the full screen, without the commands",
        "venturi_tui.cli.call": "a failure, told without the commands",
        "venturi_tui.cli.comparing": "runs diff",
        "venturi_tui.cli.elsewhere": "runs diff",
        "venturi_tui.cli.failures": "a failure, told without the commands",
        "venturi_tui.cli.formats.delimited": "one format at a time",
        "venturi_tui.cli.formats.histories": "metrics history",
        "venturi_tui.cli.formats.jsons": "one format at a time",
        "venturi_tui.cli.grouping": "runs list --group-by",
        "venturi_tui.cli.narration": "long answers",
        "venturi_tui.cli.report": "a failure, told without the commands",
        "venturi_tui.cli.screen": "the full screen",
        "venturi_tui.cli.version_diff": "versions diff",
        "venturi_tui.driver": "terminals of one kind",
        "venturi_tui.frame": "a screen that is printed",
        "venturi_tui.keymap": "keys of the user's own",
        "venturi_tui.present.registry_sheet": "what is shown whole",
        "venturi_tui.present.sheet": "what is shown whole",
    },
    "the full screen is painted first": {
        "venturi.browse.curves": "little curves",
        "venturi.browse.nesting": "a key",
        "venturi.changes.undo": "a key",
        "venturi.curves.buckets": "little curves",
        "venturi.curves.outline": "little curves",
        "venturi.curves.series": "little curves",
        "venturi.filters.completing": "a typed filter",
        "venturi.filters.syntax": "a typed filter",
        "venturi_tui.browsing.orders": "a typed order",
        "venturi_tui.loading": "the store, opened after the first paint",
        "venturi_tui.present.chart.styles": "the first curve",
        "venturi_tui.present.chart.theme": "the first curve",
        "venturi_tui.present.command_line": "what is copied",
        "venturi_tui.present.preview_markdown": "a run with a description",
        "venturi_tui.present.run_picture": "a key",
        "venturi_tui.pictures": "a key",
        "venturi_tui.pixel_mode": "a key",
        "venturi_tui.screens.artifact_browser": "a key",
        "venturi_tui.screens.columns": "a key",
        "venturi_tui.screens.commands": "a key",
        "venturi_tui.screens.compare": "a key",
        "venturi_tui.screens.experiment_wishes": "a key",
        "venturi_tui.screens.groups": "a key",
        "venturi_tui.screens.help": "a key",
        "venturi_tui.screens.home": "the first screen, after its outline",
        "venturi_tui.screens.metric_grid": "a key",
        "venturi_tui.screens.models": "a key",
        "venturi_tui.screens.registering": "a key",
        "venturi_tui.screens.run": "a key",
        "venturi_tui.screens.run_confirm": "a key",
        "venturi_tui.screens.run_wishes": "a key",
        "venturi_tui.screens.shape_choices": "a key",
        "venturi_tui.screens.shapes": "a key",
        "venturi_tui.screens.stale_wishes": "a key",
        "venturi_tui.screens.value": "a key",
    },
}
"""What may be imported inside a function, and what for. All else stands at the top of its file."""


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
    _library(
        "the way to the full screen of a place",
        "import venturi_tui.__main__, venturi_tui.cli.at_once, venturi_tui.app",
        "platformdirs",
    ),
    _command("--version"),
    _command("--help", "platformdirs asyncio", "typer"),
    _command("config show", "platformdirs asyncio", "typer"),
    # SQLAlchemy 2.1 imports asyncio itself.
    _command("experiments list -s {sql} -o json", "platformdirs asyncio", "typer sqlalchemy"),
    _command("runs list -s {sql}", "platformdirs asyncio", "typer sqlalchemy"),
    _command("metrics history {run} -s {sql} -o csv", "platformdirs asyncio", "typer sqlalchemy"),
    _command(
        "metrics history {run} -s {sql} -o parquet --to p",
        "platformdirs asyncio numpy pandas yaml",
        "typer sqlalchemy pyarrow",
    ),
    _command(
        "metrics plot {run} -m val/logloss -s {sql} --size 80x24",
        "platformdirs asyncio rich numpy PIL",
        "typer sqlalchemy plotext",
    ),
    _command("artifacts list {run} -s {sql} -r", "platformdirs asyncio", "typer sqlalchemy"),
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
    listed = {module for modules in LATE.values() for module in modules}
    assert found - listed == set(), "say in LATE why, or import at the top of the file"
    assert listed - found == set(), "no longer imported late: take it out of LATE"


def _late_imports(node: ast.AST, *, inside: bool) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if inside and isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif inside and isinstance(child, ast.ImportFrom):
            yield child.module or ""
        function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
        yield from _late_imports(child, inside=inside or function)
