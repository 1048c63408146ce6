"""A terminal that gets less shows the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from venturi_tui.thrift import SYNC_END, SYNC_START, Thrift, change, look_of

Cell = tuple[str, object]
_TOKEN = re.compile(
    r"\x1b\[(\d+);(\d+)H|\x1b\[(\d*)C|\x1b\[([\d;]*)m|(\n)|(\x1b\[\?\d+[hl])|([^\x1b\n]+)"
)


@dataclass
class Emulator:
    """A small terminal of its own: cells with looks, and a cursor."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    cursor: tuple[int, int] = (1, 1)
    look: tuple[frozenset[str], str, str] = (frozenset(), "", "")

    def feed(self, data: str) -> None:
        at = 0
        for match in _TOKEN.finditer(data):
            assert match.start() == at, f"not understood: {data[at : match.start()]!r}"
            at = match.end()
            y, x, forward, parameters, line_feed, mode, text = match.groups()
            if y:
                self.cursor = (int(y), int(x))
            elif forward is not None:
                self.cursor = (self.cursor[0], self.cursor[1] + int(forward or 1))
            elif parameters is not None:
                self._style(parameters)
            elif line_feed:
                self.cursor = (self.cursor[0] + 1, 1)
            elif not mode:
                self._print(text)
        assert at == len(data)

    def _style(self, parameters: str) -> None:
        attributes, fore, back = set(self.look[0]), self.look[1], self.look[2]
        codes = (parameters or "0").split(";")
        while codes:
            code = codes.pop(0)
            if code == "0":
                attributes, fore, back = set(), "", ""
            elif code in ("38", "48"):
                size = 4 if codes[0] == "2" else 2
                color, codes = ";".join(codes[:size]), codes[size:]
                fore, back = (color, back) if code == "38" else (fore, color)
            elif code in ("39", "49"):
                fore, back = ("", back) if code == "39" else (fore, "")
            elif 30 <= int(code) <= 37:
                fore = code
            elif 40 <= int(code) <= 47:
                back = str(int(code) - 10)
            else:
                attributes.add(code)
        self.look = (frozenset(attributes), fore, back)

    def _print(self, text: str) -> None:
        for character in text:
            y, x = self.cursor
            size = cell_len(character)
            if size == 0:
                shown, look = self.cells[y, x - 1]
                self.cells[y, x - 1] = (shown + character, look)
                continue
            self.cells[y, x] = (character, self.look)
            for beside in range(1, size):
                self.cells[y, x + beside] = ("", self.look)
            self.cursor = (y, x + size)


WIDTH, HEIGHT = 24, 4
styles = st.sampled_from(
    ["", "1", "2;31", "38;2;1;2;3", "1;38;2;9;9;9;48;2;4;5;6", "48;5;17", "7", "33;44", "39;49"]
)
words = st.text(st.sampled_from("ab ─│⠿◆0.9é世"), max_size=8)


@st.composite
def frames(draw) -> str:
    """A frame as Textual writes it: lines of styled pieces that stay inside the screen."""
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        y, x = draw(st.integers(1, HEIGHT)), draw(st.integers(1, WIDTH))
        parts.append(f"\x1b[{y};{x}H")
        room = WIDTH - x + 1
        for _ in range(draw(st.integers(0, 4))):
            text, style = draw(words), draw(styles)
            while cell_len(text) > room:
                text = text[:-1]
            room -= cell_len(text)
            parts.append(f"\x1b[{style}m{text}\x1b[0m" if style else text)
        parts.append("\n" if draw(st.booleans()) else "")
    y, x = draw(st.integers(1, HEIGHT)), draw(st.integers(1, WIDTH))
    return "".join(parts) + f"\x1b[{y};{x}H"


@settings(deadline=None, max_examples=300)
@given(st.lists(frames(), min_size=1, max_size=6), st.integers(0, 5))
def test_the_screen_is_the_same_after_every_frame(held: list[str], forgotten: int) -> None:
    whole, thrifty, thrift = Emulator(), Emulator(), Thrift()
    for at, frame in enumerate(held):
        if at == forgotten:
            thrift.forget()
        whole.feed(frame)
        thrifty.feed(thrift.encode(frame))
        # Wide characters that are half overwritten are each terminal's own matter.
        if "世" not in "".join(held):
            assert thrifty.cells == whole.cells
        assert thrifty.cursor == whole.cursor
        assert thrifty.look == (frozenset(), "", "")


@settings(deadline=None, max_examples=200)
@given(styles, styles)
def test_a_change_of_look_leads_to_the_look(old: str, new: str) -> None:
    one, other = Emulator(), Emulator()
    one.feed(f"\x1b[0m\x1b[{old}m")
    one.feed(change(look_of(old), look_of(new)))
    other.feed(f"\x1b[0m\x1b[{new}m")
    assert one.look == other.look


def test_what_is_there_already_is_not_sent_again() -> None:
    thrift = Thrift()
    frame = "\x1b[1;1H\x1b[1;31mhello\x1b[0m world\x1b[1;1H"
    assert "hello" in thrift.encode(frame)
    assert thrift.encode(frame) == ""
    changed = thrift.encode(frame.replace("world", "wormd"))
    assert changed == "\x1b[9Cm\x1b[1;1H"


def test_a_frame_with_nothing_new_does_not_even_begin() -> None:
    thrift = Thrift()
    frame = "\x1b[1;1Hhello\x1b[1;1H"
    sent = "".join(thrift.encode(each) for each in (SYNC_START, frame, SYNC_END))
    assert sent.startswith(SYNC_START)
    assert sent.endswith(SYNC_END)
    assert "".join(thrift.encode(each) for each in (SYNC_START, frame, SYNC_END)) == ""


@pytest.mark.parametrize(
    ("between", "forgets"),
    [
        ("\x1b[?1049h", True),
        ("\x1b[2J", True),
        ("\x1b[?1000h", False),
        ("\x1b]52;c;aGVsbG8=\x07", False),
        ("\x1bPtmux;\x1b\x1b]52;c;aGVsbG8=\x07\x1b\\", False),
    ],
)
def test_other_output_passes_and_what_touches_the_screen_is_noticed(between, forgets) -> None:
    thrift = Thrift()
    frame = "\x1b[1;1Hhello\x1b[1;1H"
    thrift.encode(frame)
    assert thrift.encode(between) == between
    assert (thrift.encode(frame) != "") is forgets


def test_a_row_with_characters_of_unsure_width_is_sent_whole() -> None:
    thrift = Thrift()
    thrift.encode("\x1b[1;1H\x1b[1ma👩🏽b\x1b[0m cdefghijkl\x1b[1;1H")
    again = thrift.encode("\x1b[1;1H\x1b[1ma👩🏽b\x1b[0m Xdefghijkl\x1b[1;1H")
    assert "👩🏽" in again
    assert re.search(r"\x1b\[1;5H(\x1b\[0m)? Xdefghijkl", again)
