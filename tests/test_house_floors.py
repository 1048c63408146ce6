"""The house keeps its own rules: floors, sizes, opening sentences, words that must not occur."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path
    for folder in ("core", "tui", "tests", "screenshots", ".ci")
    for path in (ROOT / folder).rglob("*.py")
)
SHIPPED = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in ("core", "tui")]
TEXTS = [*SOURCES, ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / ".ci" / "run"]

MOST_LINES, MOST_FUNCTION_LINES = 400, 60
FEWEST_WORDS, MOST_WORDS = 4, 26

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
# Put together here, so that this file does not hold them.
UNFINISHED = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "Not" + "Implemented", "not " + "implemented"]
PLACES = ["/ro" + "ot/", "/wo" + "rk/"]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def test_there_is_something_to_look_at() -> None:
    assert len(SHIPPED) > 50
    assert len(SOURCES) > len(SHIPPED) + 20


def test_floors_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_files_are_short() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_functions_are_short() -> None:
    long = [
        f"{_name(path)}:{one.lineno} {one.name}"
        for path in SHIPPED
        for one in _functions(path)
        if (one.end_lineno or 0) - one.lineno + 1 > MOST_FUNCTION_LINES
    ]
    assert long == []


def test_each_file_opens_with_a_sentence_that_says_what_it_is_for() -> None:
    silent = []
    for path in SOURCES:
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        opening = docstring.split("\n")[0]
        count = len(opening.split())
        if path.name != "__init__.py" or opening:
            silent += [_name(path)] * (not FEWEST_WORDS <= count <= MOST_WORDS)
        elif path.stat().st_size:
            silent.append(_name(path))
    assert silent == []


def test_names_of_files_say_something() -> None:
    assert [_name(path) for path in SOURCES if path.stem.strip("_") in VAGUE_NAMES] == []


def test_mlflow_is_never_imported_by_what_we_ship() -> None:
    found = []
    for path in SHIPPED:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            found += [_name(path) for name in names if name.split(".")[0].startswith("mlflow")]
    assert found == []


@pytest.mark.parametrize("word", UNFINISHED)
def test_nothing_is_left_for_later(word: str) -> None:
    assert [_name(path) for path in TEXTS if word in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("place", PLACES)
def test_no_path_of_one_machine_is_written_down(place: str) -> None:
    pattern = re.compile(rf"(?<![\w.}}]){re.escape(place)}")
    assert [_name(path) for path in TEXTS if pattern.search(path.read_text(encoding="utf-8"))] == []
