"""The README says what the code does: generated parts are current, examples and pictures exist."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from venturi_tui.cli.root import root_command

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def room() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readme", ROOT / ".ci" / "readme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_parts_are_current(room: ModuleType) -> None:
    assert room.filled(README) == README, "run: python .ci/readme.py"


def test_a_changed_part_is_noticed_and_mended(room: ModuleType) -> None:
    spoiled = README.replace("| 0 | done", "| 0 | undone")
    assert spoiled != README
    assert room.filled(spoiled) == README


def test_a_missing_part_is_not_overlooked(room: ModuleType) -> None:
    with pytest.raises(SystemExit, match="the keys"):
        room.filled(README.replace("<!-- end of keys -->", ""))


def test_pictures_and_files_that_are_named_exist() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(links) >= 4
    assert [link for link in links if not (ROOT / link).is_file()] == []


def _examples() -> Iterator[str]:
    """Lines of the README and of the help that somebody could type."""
    blocks = re.findall(r"```(?:sh|text)\n(.*?)```", README, re.DOTALL)
    for block in [*blocks, *_epilogs(root_command())]:
        for line in block.splitlines():
            if re.match(r"\s*venturi( |$)", line):
                yield line.strip()


def _epilogs(command: Any) -> Iterator[str]:
    """What stands below the help of a command, and of those in it."""
    yield command.epilog or ""
    for name in getattr(command, "commands", {}):
        yield from _epilogs(command.get_command(None, name))


def _unknown(words: list[str]) -> list[str]:
    """Options in a command line that its command does not have."""
    command: Any = root_command()
    known = _options(command)
    unknown = list[str]()
    for word in words[1:]:
        if word in ("|", "&&", ">"):
            break
        if word.startswith("-") and len(word) > 1:
            unknown += [word] * (word.partition("=")[0] not in known)
        elif word in getattr(command, "commands", {}):
            command = command.commands[word]
            known |= _options(command)
    return unknown


def _options(command: Any) -> set[str]:
    known = {"--help", "-h", "--install-completion"}
    return known.union(*(param.opts + param.secondary_opts for param in command.params))


def test_examples_use_options_that_exist() -> None:
    examples = list(dict.fromkeys(_examples()))
    assert len(examples) > 100
    unknown = {line: _unknown(shlex.split(line, comments=True)) for line in examples}
    assert {line: words for line, words in unknown.items() if words} == {}


def test_no_example_is_changed_by_the_shell() -> None:
    """Back-ticks between double quotes would run a command."""
    spoiled = [
        line for line in _examples() if re.search(r'"[^"]*`[^"]*"', re.sub(r"'[^']*'", "", line))
    ]
    assert spoiled == []
