"""What depends on the terminal: frames a second over SSH, and the clipboard's sequences."""

from __future__ import annotations

import base64
from collections.abc import Mapping, MutableMapping

COPY_LIMIT = 74_000
"""Bytes that terminals take by OSC 52; more is cut off by some of them."""

_FRAMES_OVER_SSH = "15"


def prepare(environ: MutableMapping[str, str]) -> None:
    """Settle what Textual reads from the environment, before it is imported.

    No animations anywhere; over SSH no more than 15 frames a second, so that held keys are drawn
    together.
    """
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        environ.setdefault("TEXTUAL_FPS", _FRAMES_OVER_SSH)


def fits_clipboard(text: str) -> bool:
    """Whether terminals take a text whole."""
    return (len(text.encode("utf-8", "replace")) + 2) // 3 * 4 <= COPY_LIMIT


def clipboard_sequences(text: str, environ: Mapping[str, str]) -> list[str]:
    """What to write so that the terminal's clipboard holds a text; nothing when it is too long.

    Inside tmux and screen the sequence is also wrapped, so that it passes through to the terminal.
    """
    if not fits_clipboard(text):
        return []
    content = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    plain = f"\x1b]52;c;{content}\x07"
    if environ.get("TMUX"):
        escaped = plain.replace("\x1b", "\x1b\x1b")
        return [plain, f"\x1bPtmux;{escaped}\x1b\\"]
    if environ.get("TERM", "").startswith("screen"):
        return [plain, f"\x1bP{plain}\x1b\\"]
    return [plain]
