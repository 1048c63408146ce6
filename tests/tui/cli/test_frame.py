"""`venturi --once`: the first screen as text, without a terminal."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from venturi.settings import user_file


@pytest.fixture
def demo(venturi, demo_folder: Path):
    def call(*args: str, **how):
        return venturi("-s", f"sqlite:///{demo_folder}/mlflow.db", *args, **how)

    return call


def test_the_first_screen_is_printed_whole(demo) -> None:
    answer = demo("--once", "--size", "160x45")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert len(lines) == 45
    assert max(map(len, lines)) <= 160
    for words in ("vision-sweep", "32 runs", "witty-fox-152", "val/acc", "read-only"):
        assert words in answer.out
    assert re.search("[⠁-⣿]", answer.out), "the curve is drawn before it is printed"
    assert "\x1b" not in answer.out


def test_colours_are_those_that_were_asked_for(demo) -> None:
    answer = demo("--once", "--size", "80x24", "--color", "always")
    assert "\x1b[" in answer.out
    bare = re.sub("\x1b\\[[0-9;]*m", "", answer.out)
    assert [line.rstrip() for line in bare.splitlines()] == demo(
        "--once", "--size", "80x24"
    ).out.splitlines()


def test_a_store_that_fails_is_shown_and_told(venturi) -> None:
    answer = venturi("-s", "sqlite:///nowhere.db", "--once", "--size", "80x10")
    assert answer.code == 5
    assert "✗ there is no file" in answer.out
    assert answer.err.startswith("venturi: there is no file")
    assert "nowhere.db" in answer.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--size", "80x24"], "--size goes with --once"),
        (["--once", "--size", "8x2"], "--size must be WIDTHxHEIGHT"),
        (["--once", "runs", "list"], "--once goes with the full-screen view"),
    ],
)
def test_what_cannot_be_meant_is_told(demo, args: list[str], words: str) -> None:
    answer = demo(*args)
    assert answer.code == 2
    assert words in answer.err


def test_bad_keys_are_told_before_a_screen_is_drawn(demo) -> None:
    file = user_file(os.environ)
    file.parent.mkdir(parents=True)
    file.write_text('[keys]\nmrak = "m"\n')
    for args in (["--once"], ["config", "validate"]):
        answer = demo(*args)
        assert answer.code == 2
        assert f"{file}:2: there is no action 'mrak'" in answer.err
    file.write_text('[keys]\nmark = "m"\n')
    assert demo("config", "validate").code == 0
    assert "keys.mark" in demo("config", "show").out
