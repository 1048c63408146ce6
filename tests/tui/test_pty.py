"""The program in a real pseudo-terminal: what it writes, how it ends, what it leaves behind."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from stories.terminal import Terminal, program_env

LEAVE = b"\x1b[?1049l"

SHOWN = b"grandchild"
"""A run near the top of the table, seen in the smallest terminal here too."""

CRASH = """
import sys
from venturi_tui.__main__ import main
from venturi_tui.screens.base import VenturiScreen
def broken(self):
    secret = "geheim"
    raise ZeroDivisionError("by nothing")
VenturiScreen.act_down = broken
sys.exit(main(["-s", sys.argv[1]]))
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return program_env(tmp_path, NO_COLOR="")


@pytest.fixture
def opened(mlflow_sqlite_uri: str, env: dict[str, str]) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "venturi_tui", "-s", mlflow_sqlite_uri]
    del env["NO_COLOR"]
    with Terminal(command, (160, 50), env) as terminal:
        terminal.until(SHOWN, timeout=60)
        terminal.quiet(1.0)
        yield terminal


def test_a_cursor_key_costs_little_and_rest_costs_nothing(opened: Terminal) -> None:
    opened.press(b"gg", quiet=0.5)
    for _ in range(4):
        burst = opened.press(b"j", quiet=0.06)
        assert 0 < len(burst) < 800
        opened.press(b"", quiet=0.5)
    assert len(opened.press(b"\x1b[6~", quiet=0.5)) < 16_000
    opened.quiet(1.0)
    assert len(opened.press(b"", quiet=3.0)) == 0


def test_q_leaves_the_terminal_as_it_was(opened: Terminal, tmp_path: Path) -> None:
    opened.write(b":sort run_name asc\r")
    opened.quiet(0.8)
    opened.write(b"q")
    assert opened.wait() == 0
    assert LEAVE in opened.output
    assert opened.output.rstrip().endswith(b"\x1b[?1049l") or b"\x1b[?25h" in opened.output
    assert "run_name" in (tmp_path / "state" / "venturi" / "tui.json").read_text()


def test_another_size_is_drawn_whole(opened: Terminal) -> None:
    before = len(opened.output)
    opened.resize(80, 24)
    opened.quiet(0.8)
    drawn = bytes(opened.output[before:])
    assert "╭─".encode() in drawn
    assert b"Runs" in drawn
    assert SHOWN in drawn
    redrawn = opened.press(b"\x0c", quiet=0.5).data
    assert "╭─".encode() in redrawn


def test_a_signal_that_ends_it_gives_the_terminal_back(opened: Terminal) -> None:
    os.kill(opened.pid, signal.SIGTERM)
    assert opened.wait() == 128 + signal.SIGTERM
    assert LEAVE in opened.output
    assert b"\x1b[?25h" in opened.output


def test_the_shell_is_one_key_away_and_fg_comes_back(mlflow_sqlite_uri: str, env) -> None:
    shell = ["bash", "--norc", "--noediting", "-i"]
    with Terminal(shell, (100, 30), env | {"PS1": "ready> "}) as terminal:
        terminal.until(b"ready>")
        command = f"{sys.executable} -m venturi_tui --no-mouse -s {mlflow_sqlite_uri}\r"
        terminal.write(command.encode())
        terminal.until(SHOWN, timeout=60)
        terminal.quiet(1.0)
        terminal.write(b"\x1a")
        terminal.until(b"Stopped")
        assert LEAVE in terminal.output
        before = len(terminal.output)
        terminal.write(b"fg\r")
        terminal.quiet(1.0)
        assert SHOWN in terminal.output[before:], "the whole screen is drawn again"
        assert b"\x1b[?1000h" not in terminal.output, "the mouse stays the terminal's"
        terminal.write(b"q")
        terminal.until(b"ready>")


def test_no_color_means_none(mlflow_sqlite_uri: str, env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "venturi_tui", "-s", mlflow_sqlite_uri]
    with Terminal(command, (120, 40), env | {"NO_COLOR": "1"}) as terminal:
        terminal.until(SHOWN, timeout=60)
        terminal.press(b"jlj", quiet=0.5)
        assert b"38;2;" not in terminal.output
        assert b"48;2;" not in terminal.output
        assert b"\x1b[7m" in terminal.output or b";7" in terminal.output


def test_what_nobody_foresaw_is_told_in_one_line(mlflow_sqlite_uri: str, env) -> None:
    command = [sys.executable, "-c", CRASH, mlflow_sqlite_uri]
    with Terminal(command, (120, 40), env) as terminal:
        terminal.until(SHOWN, timeout=60)
        terminal.press(b"j", quiet=0.5)
        assert terminal.wait() == 1
        told = bytes(terminal.output).partition(LEAVE)[2]
        assert b"unexpected ZeroDivisionError: by nothing" in told
        assert b"Traceback" not in told
        assert b"geheim" not in told


def test_a_silent_server_does_not_hold_the_program(env: dict[str, str]) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Terminal([sys.executable, "-m", "venturi_tui", "-s", uri], (80, 24), env) as terminal:
            terminal.until(b"reading runs", timeout=60)
            terminal.quiet(1.0)
            asked = time.monotonic()
            terminal.write(b"q")
            assert terminal.wait() == 0
            assert time.monotonic() - asked < 5
