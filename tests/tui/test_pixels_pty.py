"""The full screen in a terminal that takes pictures: asked once, drawn right, taken away again."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from stories.picture_terminal import PictureTerminal
from stories.terminal import Terminal, program_env

if sys.platform == "win32":
    pytest.skip("needs pseudo-terminals", allow_module_level=True)

CELL = 8, 18
QUESTION_END = b"\x1b[>q\x1b[16t\x1b[c"
KITTY = b"\x1b_Gi=31;OK\x1b\\\x1b[6;18;8t\x1b[?62;22c"
SIXEL = b"\x1b[6;18;8t\x1b[?62;4;22c"
NOTHING = b"\x1b[6;18;8t\x1b[?62;22c"
BLANK = "\u00a0"
LEAVE = b"\x1b[?1049l"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file store of one run, whose curve rises and falls."""
    folder = tmp_path_factory.mktemp("waves")
    run = folder / "0" / ("a" * 32)
    (run / "metrics").mkdir(parents=True)
    for name in ("params", "tags", "artifacts"):
        (run / name).mkdir()
    (folder / "0" / "meta.yaml").write_text(
        "artifact_location: a\nexperiment_id: '0'\nlifecycle_stage: active\nname: Default\n"
        "creation_time: 1\nlast_update_time: 1\n"
    )
    (run / "meta.yaml").write_text(
        f"run_id: {run.name}\nrun_uuid: {run.name}\nrun_name: wavy-wren-01\n"
        "artifact_uri: a\nend_time: 9000\nentry_point_name: ''\nexperiment_id: '0'\n"
        "lifecycle_stage: active\n"
        "source_name: ''\nsource_type: 4\nsource_version: ''\nstart_time: 1000\nstatus: 3\n"
        "tags: []\nuser_id: ana\n"
    )
    points = [f"{1000 + step} {abs(step % 40 - 20) / 20} {step}" for step in range(200)]
    (run / "metrics" / "wave").write_text("\n".join(points) + "\n")
    return str(folder)


class Seen:
    """The program in a terminal, and what that shows."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.shows = PictureTerminal(CELL)
        self._fed = 0

    def press(self, keys: bytes, quiet: float = 0.3) -> bytes:
        """Press keys, and see what comes; give what came."""
        self.terminal.press(keys, quiet)
        return self.look()

    def answer(self, words: bytes, wanted: bytes) -> bytes:
        """Answer what the terminal was asked, and see what comes of it."""
        start = len(self.terminal.output)
        self.terminal.write(words)
        while wanted not in self.terminal.output[start:]:
            assert self.terminal.read(10.0), f"{wanted!r} never came"
        self.terminal.quiet(0.3)
        return self.look()

    def sees(self, words: str) -> None:
        """Wait until words are to be read."""
        for _ in range(40):
            if words in self.text:
                return
            self.terminal.read(0.25)
            self.look()
        raise AssertionError(f"{words!r} never came:\n{self.text}")

    def look(self) -> bytes:
        data = bytes(self.terminal.output[self._fed :])
        self._fed += len(data)
        self.shows.feed(data.decode())
        return data

    @property
    def text(self) -> str:
        rows = max(y for y, _ in self.shows.text)
        columns = max(x for _, x in self.shows.text)
        return "\n".join(
            "".join(self.shows.text.get((y, x), " ") for x in range(1, columns + 1))
            for y in range(1, rows + 1)
        )

    def blanks(self) -> set[tuple[int, int]]:
        """Cells of a picture."""
        return {place for place, letter in self.shows.text.items() if letter == BLANK}

    def inked(self) -> set[tuple[int, int]]:
        """Cells of a picture in which something is drawn."""
        blocks = {place: self.shows.seen(*place) for place in self.blanks()}
        assert None not in blocks.values(), "a hole in the picture"
        return {place for place, block in blocks.items() if block and len(set(_pixels(block))) > 1}


def _pixels(block: bytes) -> Iterator[bytes]:
    return (block[at : at + 3] for at in range(0, len(block), 3))


def _around(places: set[tuple[int, int]]) -> set[tuple[int, int]]:
    near = (-1, 0, 1)
    return {(y + down, x + right) for y, x in places for down in near for right in near}


def dots(seen: Seen) -> set[tuple[int, int]]:
    """Cells with dots of a curve, or a line of the grid."""
    return {place for place, letter in seen.shows.text.items() if "\u2801" <= letter <= "\u28ff"}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return program_env(tmp_path, TMUX="")


def opening(store: str, env: dict[str, str]) -> Terminal:
    command = [sys.executable, "-m", "venturi_tui", "--no-mouse", "-s", store]
    return Terminal(command, (90, 30), env)


@pytest.fixture
def opened(store: str, env: dict[str, str]) -> Iterator[Seen]:
    with opening(store, env) as terminal:
        terminal.until(b"wavy-wren-01", timeout=60)
        terminal.until("⢀".encode(), timeout=20)
        terminal.quiet(0.6)
        seen = Seen(terminal)
        assert QUESTION_END not in seen.press(b"3"), "asked before anybody wanted pixels"
        yield seen


@pytest.mark.parametrize(
    ("words", "sign"), [(KITTY, b"a=d,d=I"), (SIXEL, b"\x1bP0;1;0q")], ids=["kitty", "sixel"]
)
def test_the_picture_shows_the_curve_of_the_dots_and_goes_as_it_came(
    opened: Seen, words: bytes, sign: bytes, tmp_path: Path
) -> None:
    before = dots(opened)
    assert len(before) > 50
    assert opened.press(b"p").count(QUESTION_END) == 1
    whole = opened.answer(words, sign)
    assert f"{round(_payload(whole) / 1000) or 1} kB a" in opened.text
    assert not dots(opened)
    inked = opened.inked()
    assert before <= _around(inked), "something of the curve is missing"
    assert len(opened.press(b"", quiet=0.8)) == 0, "rest sends nothing"
    # The cursor
    moved = opened.press(b"h")
    assert 0 < len(moved) < len(whole) / 2
    assert _payload(moved) < _payload(whole) / 4
    assert opened.inked() > inked
    # Another screen over it, and back
    opened.press(b"?")
    assert not opened.blanks()
    assert not opened.shows.blocks
    assert not opened.shows.placed
    opened.press(b"\x1b", quiet=0.5)
    assert opened.inked() > inked
    while "kB a" in opened.text:
        opened.press(b"", quiet=0.1)
    assert opened.inked() > inked, "where the toast was, the picture is back"
    # Dots again
    opened.press(b"\x1bp", quiet=0.5)
    assert not opened.blanks()
    assert dots(opened) == before
    assert not opened.shows.images
    # Leaving
    opened.press(b"p")
    opened.answer(words, sign)
    opened.terminal.write(b"q")
    assert opened.terminal.wait() == 0
    opened.look()
    assert not opened.shows.images
    assert opened.terminal.output.rfind(sign) < opened.terminal.output.rfind(LEAVE)
    assert '"pixels": true' in (tmp_path / "state" / "venturi" / "tui.json").read_text()


def _payload(data: bytes) -> int:
    found = re.findall(
        rb"\x1b_Ga=t[^;]*;([^\x1b]*)|\x1b_Gm=\d;([^\x1b]*)|(\x1bP0[^\x1b]*\x1b\\)", data
    )
    return sum(len(part) for parts in found for part in parts)


def test_a_terminal_without_pictures_is_told_of_and_keys_go_on(opened: Seen) -> None:
    before = dots(opened)
    opened.press(b"p")
    opened.answer(NOTHING, b"no pixels")
    assert dots(opened) == before
    opened.terminal.write(NOTHING)  # once more, and late: no key is made of it
    opened.press(b"L", quiet=0.5)
    opened.sees("wave ─ log, step")
    opened.terminal.write(b"q")
    assert opened.terminal.wait() == 0


def test_a_setting_wishes_pixels_from_the_start_which_waits_for_nobody(
    store: str, env: dict[str, str]
) -> None:
    with opening(store, env | {"VENTURI_PIXELS": "1"}) as terminal:
        terminal.until(QUESTION_END, timeout=60)
        terminal.until(b"wavy-wren-01", timeout=20)
        seen = Seen(terminal)
        seen.answer(SIXEL, b"\x1bP0;1;0q")
        assert seen.inked()
        assert "kB a picture" not in seen.text
        before = len(terminal.output)
        terminal.resize(80, 24)
        terminal.quiet(0.5)
        assert QUESTION_END in terminal.output[before:], "cells may have another size now"
        seen.shows.text.clear()
        seen.shows.blocks.clear()
        seen.look()
        assert seen.inked()
        before = len(terminal.output)
        terminal.write(SIXEL.replace(b"6;18;8", b"6;21;9"))
        terminal.until(b"\x1b8", timeout=10)
        terminal.quiet(0.5)
        sizes = re.findall(rb'\x1bP0;1;0q"1;1;(\d+);(\d+)', bytes(terminal.output[before:]))
        assert [(int(wide) % 9, int(high) % 21) for wide, high in sizes] == [(0, 0)]


def test_inside_tmux_nothing_is_asked(store: str, env: dict[str, str]) -> None:
    with opening(store, env | {"TMUX": "/tmp/tmux-1/default,1,0"}) as terminal:
        terminal.until(b"wavy-wren-01", timeout=60)
        terminal.quiet(0.5)
        terminal.press(b"3p", quiet=0.5)
        terminal.until(b"no pixels: tmux and screen", timeout=5)
        assert QUESTION_END not in terminal.output
