"""What is settled about the terminal before Textual is loaded, and how text is copied."""

from __future__ import annotations

import base64

import pytest

from venturi_tui.terminal import clipboard_sequences, prepare


def test_over_ssh_there_are_fifteen_frames_a_second() -> None:
    far = {"SSH_CONNECTION": "10.0.0.1 22"}
    prepare(far)
    assert far["TEXTUAL_FPS"] == "15"
    near: dict[str, str] = {}
    prepare(near)
    assert "TEXTUAL_FPS" not in near
    assert near["TEXTUAL_ANIMATIONS"] == "none"


def test_what_the_user_has_set_stays() -> None:
    environ = {"SSH_TTY": "/dev/pts/1", "TEXTUAL_FPS": "30", "TEXTUAL_ANIMATIONS": "full"}
    prepare(environ)
    assert environ["TEXTUAL_FPS"] == "30"
    assert environ["TEXTUAL_ANIMATIONS"] == "full"


def test_text_is_copied_by_osc_52() -> None:
    content = base64.b64encode("läuft ✓".encode()).decode()
    assert clipboard_sequences("läuft ✓", {}) == [f"\x1b]52;c;{content}\x07"]


@pytest.mark.parametrize(
    ("environ", "start"),
    [({"TMUX": "/tmp/tmux"}, "\x1bPtmux;\x1b\x1b]52;"), ({"TERM": "screen"}, "\x1bP\x1b]52;")],
)
def test_inside_a_multiplexer_the_sequence_also_passes_through(environ, start) -> None:
    plain, wrapped = clipboard_sequences("x", environ)
    assert plain.startswith("\x1b]52;c;")
    assert wrapped.startswith(start)
    assert wrapped.endswith("\x1b\\")


def test_what_a_terminal_would_cut_off_is_not_sent() -> None:
    assert clipboard_sequences("x" * 60_000, {}) == []
    assert clipboard_sequences("x" * 50_000, {}) != []
