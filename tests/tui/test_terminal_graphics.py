"""What terminals answer when they are asked for pictures, played by a pseudo-terminal."""

from __future__ import annotations

import os
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from venturi_tui.present.chart.graphics import Protocol
from venturi_tui.terminal_graphics import Graphics, Listener, ask_terminal, graphics_of

if sys.platform == "win32":
    pytest.skip("needs pseudo-terminals", allow_module_level=True)

TERM = {"TERM": "xterm-256color"}
KITTY = b"\x1b_Gi=31;OK\x1b\\"
NO_KITTY = b"\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\"
SIXEL = b"\x1b[?62;4;22c"
PLAIN = b"\x1b[?62;22c"


@contextmanager
def terminal(*answers: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """The side of a program; the other side answers once the whole question is there."""
    far, near = os.openpty()
    asked: list[bytes] = []

    def answer() -> None:
        heard = b""
        while not heard.endswith(b"\x1b[c"):
            heard += os.read(far, 1024)
        asked.append(heard)
        for part in answers:
            os.write(far, part)
            time.sleep(0.01)

    other = threading.Thread(target=answer, daemon=True)
    other.start()
    try:
        yield near, asked
    finally:
        os.close(near)
        other.join(0.05)
        os.close(far)


@pytest.mark.parametrize(
    ("answers", "environ", "protocol", "cell"),
    [
        ([KITTY, b"\x1b[6;20;9t", SIXEL], {}, Protocol.KITTY, (9, 20)),
        ([b"\x1bP>|iTerm2 3.5.4\x1b\\", b"\x1b[6;18;8t", SIXEL], {}, Protocol.ITERM, (8, 18)),
        ([PLAIN], {"TERM_PROGRAM": "iTerm.app"}, Protocol.ITERM, None),
        ([PLAIN], {"LC_TERMINAL": "iTerm2"}, Protocol.ITERM, None),
        ([PLAIN], {"TERM_PROGRAM": "WezTerm"}, Protocol.ITERM, None),
        ([NO_KITTY, b"\x1bP>|XTerm(390)\x1b\\", SIXEL], {}, Protocol.SIXEL, None),
        ([SIXEL[:4], SIXEL[4:]], {}, Protocol.SIXEL, None),
        ([b"\x1b[6;9999;0t", SIXEL], {}, Protocol.SIXEL, None),
    ],
)
def test_a_terminal_is_taken_at_its_word(
    answers: list[bytes],
    environ: dict[str, str],
    protocol: Protocol,
    cell: tuple[int, int] | None,
) -> None:
    with terminal(*answers) as (near, asked):
        before = termios.tcgetattr(near)
        assert ask_terminal(TERM | environ, near, near) == Graphics(protocol, cell)
        assert termios.tcgetattr(near) == before
        assert len(asked) == 1


def test_a_terminal_without_pictures_says_so() -> None:
    with terminal(NO_KITTY, b"\x1b[?62;14;24c") as (near, _):
        assert ask_terminal(TERM, near, near).reason == "the terminal draws no pictures"


def test_a_silent_terminal_costs_no_more_than_the_wait() -> None:
    with terminal() as (near, _):
        began = time.monotonic()
        found = ask_terminal(TERM, near, near, wait=0.1)
        assert time.monotonic() - began < 2
    assert found.protocol is None
    assert found.reason == "the terminal did not answer"


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "xterm"}, "tmux and screen"),
        ({"TERM": "screen-256color"}, "tmux and screen"),
        ({"TERM": "tmux-256color"}, "tmux and screen"),
        ({"TERM": "dumb"}, "dumb"),
        ({}, "dumb"),
    ],
)
def test_some_terminals_are_not_asked(environ: dict[str, str], reason: str) -> None:
    with terminal(KITTY, SIXEL) as (near, asked):
        found = ask_terminal(environ, near, near)
        assert found.protocol is None
        assert reason in found.reason
        time.sleep(0.05)
        assert not asked
        os.write(near, b"\x1b[c")  # ends the other side


def test_a_pipe_is_not_asked() -> None:
    reading, writing = os.pipe()
    try:
        assert ask_terminal(TERM, reading, writing).reason == "the output is not a terminal"
        os.close(writing)
        assert os.read(reading, 10) == b""
    finally:
        os.close(reading)


ANSWER = KITTY + b"\x1bP>|kitty(0.40)\x1b\\" + b"\x1b[6;20;9t" + SIXEL


@pytest.mark.parametrize("size", [1, 2, 3, 7, 500])
def test_an_answer_is_heard_between_keys_however_it_is_cut(size: int) -> None:
    heard: list[bytes] = []
    listener = Listener(heard.append)
    said = (
        "jj" + KITTY.decode() + "k" + ANSWER[len(KITTY) :].decode() + "\x1b[A\x1b[200~p\x1b[201~x"
    )
    parts = [said[at : at + size] for at in range(0, len(said), size)]
    if size == 1:  # an escape alone is a key, so an answer must not be cut right after one
        parts = said.replace("\x1b", "\0\x1b").split("\0")
    left = "".join(listener(part) for part in parts)
    if size in (1, 500):
        assert left == "jjk\x1b[A\x1b[200~p\x1b[201~x"
        assert heard == [ANSWER]
        assert graphics_of(heard[0], TERM) == Graphics(Protocol.KITTY, (9, 20))
    assert left.endswith("p\x1b[201~x")


def test_keys_that_look_like_the_beginning_of_an_answer_are_not_kept_back() -> None:
    listener = Listener(lambda _: pytest.fail("nothing was answered"))
    for key in ("\x1b", "\x1b[", "\x1b_", "\x1bP", "\x1b[6~", "\x1b[6;5~", "\x1b[?2026;2$y", "é"):
        assert listener(key) == key


def test_what_never_ends_is_no_answer() -> None:
    listener = Listener(lambda _: pytest.fail("nothing was answered"))
    assert listener("\x1b_G" + "a" * 100) == ""
    assert listener("b" * 500).endswith("b" * 500)
    assert listener("j") == "j"
