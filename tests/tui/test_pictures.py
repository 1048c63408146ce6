"""Pictures under and in text: what is blank shows them, what is written hides them, always."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories.picture_terminal import PictureTerminal

from venturi_tui.pictures import BLANK, CellPictures, KittyPictures, Picture, Placed, see_through
from venturi_tui.present.chart.drawing import Drawing, Look, PlotArea, Span
from venturi_tui.present.chart.graphics import Protocol
from venturi_tui.present.chart.indexed import Indexed
from venturi_tui.thrift import Thrift

CELL = 4, 7
TOP, LEFT, COLUMNS, ROWS = 2, 3, 9, 4
WIDTH, HEIGHT = 14, 7
PALETTE = ((0, 0, 0), (255, 255, 255), (51, 102, 153), (255, 0, 0), (0, 204, 102))
ACCENT = (204, 204, 0)
WAYS = tuple(Protocol)


def picture(seed: int, way: Protocol) -> Picture:
    chance = random.Random(seed)
    size = COLUMNS * CELL[0], ROWS * CELL[1]
    pixels = bytes(chance.choices(range(len(PALETTE)), k=size[0] * size[1]))
    return Picture(Indexed(*size, pixels, PALETTE), CELL, way, ACCENT)


class Screen:
    """A terminal, what is sent to it, and a picture that is wished."""

    def __init__(self, way: Protocol) -> None:
        self.way = way
        self.terminal = PictureTerminal(CELL)
        self.thrift = Thrift()
        self.wanted: Placed | None = None
        make = KittyPictures if way is Protocol.KITTY else CellPictures
        self.thrift.overlay = make(lambda: self.wanted)
        self.sent = ""

    def frame(self, *lines: tuple[int, int, str]) -> str:
        """Write texts at rows and columns; blanks of pictures have the ground they need."""
        parts: list[str] = []
        for y, x, text in lines:
            parts.append(f"\x1b[{y};{x}H")
            for piece in re.findall(f"{BLANK}+|[^{BLANK}]+", text):
                is_open = piece[0] == BLANK and self.way is Protocol.KITTY
                parts.append(piece if is_open else f"\x1b[48;2;9;9;9m{piece}\x1b[0m")
        self.sent = self.thrift.encode("".join(parts) + "\x1b[1;1H")
        self.terminal.feed(self.sent)
        return self.sent

    def open_all(self) -> str:
        return self.frame(*((TOP + row, LEFT, BLANK * COLUMNS) for row in range(ROWS)))

    def expected(self, row: int, column: int) -> bytes | None:
        """What is to be seen in a cell of the picture."""
        if self.wanted is None or self.terminal.text.get((TOP + row, LEFT + column)) != BLANK:
            return None
        indexed = self.wanted.picture.indexed
        part = indexed.part(column * CELL[0], row * CELL[1], *CELL)
        if self.wanted.cursor == column:
            part = part.ruled(CELL[0] // 2, 1, ACCENT)
        return b"".join(bytes(part.palette[pixel]) for pixel in part.pixels)

    def check(self) -> None:
        for row in range(ROWS):
            for column in range(COLUMNS):
                seen = self.terminal.seen(TOP + row, LEFT + column)
                wanted = self.expected(row, column)
                if wanted is not None:
                    assert seen is not None, (row, column)
                    assert max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) <= 1
                elif self.wanted is not None:
                    assert seen is None


pieces = st.text(st.sampled_from(f"ab {BLANK}{BLANK}{BLANK}"), min_size=1, max_size=8)
lines = st.tuples(st.integers(1, HEIGHT), st.integers(1, WIDTH - 8), pieces)
steps = st.one_of(
    st.lists(lines, max_size=4),
    st.none() | st.integers(0, COLUMNS - 1),
    st.sampled_from(["another", "forget", "hide", "open"]),
)


@pytest.mark.parametrize("way", WAYS)
@settings(deadline=None, max_examples=60)
@given(held=st.lists(steps, max_size=6))
def test_a_cell_shows_the_picture_if_and_only_if_it_is_blank(way: Protocol, held: list) -> None:
    screen = Screen(way)
    pictures = [picture(seed, way) for seed in (1, 2)]
    screen.wanted = Placed(pictures[0], TOP, LEFT)
    screen.open_all()
    screen.check()
    for step in held:
        if isinstance(step, list):
            screen.frame(*step)
        elif step == "forget":
            screen.thrift.forget()
            known = [*screen.terminal.text.items()]
            screen.frame(*((y, x, text) for (y, x), text in known))
        elif step == "hide":
            screen.wanted = None
            screen.frame(*((TOP + row, LEFT, "x" * COLUMNS) for row in range(ROWS)))
            assert not screen.terminal.blocks
            assert not screen.terminal.placed
            screen.wanted = Placed(pictures[0], TOP, LEFT)
        elif step == "open":
            screen.open_all()
        elif step == "another":
            pictures.reverse()
            screen.wanted = Placed(pictures[0], TOP, LEFT)
            screen.frame()
        else:
            screen.wanted = Placed(pictures[0], TOP, LEFT, step)
            screen.frame()
        screen.check()
    screen.terminal.feed(screen.thrift.overlay.leave())
    assert not screen.terminal.images


@pytest.mark.parametrize("way", WAYS)
def test_at_rest_nothing_is_sent(way: Protocol) -> None:
    screen = Screen(way)
    screen.wanted = Placed(picture(1, way), TOP, LEFT, 3)
    assert len(screen.open_all()) > 100
    assert screen.open_all() == ""
    assert screen.frame((HEIGHT, 1, "a word")).endswith("a word\x1b[0m\x1b[1;1H")
    screen.wanted = Placed(screen.wanted.picture, TOP, LEFT, 3)
    assert screen.frame() == ""


@pytest.mark.parametrize("way", WAYS)
def test_the_cursor_does_not_send_the_picture_again(way: Protocol) -> None:
    screen = Screen(way)
    held = picture(1, way)
    screen.wanted = Placed(held, TOP, LEFT, 2)
    whole = len(screen.open_all())
    screen.wanted = Placed(held, TOP, LEFT, 3)
    assert 0 < len(screen.frame()) < whole / 2.5
    screen.check()
    screen.wanted = Placed(held, TOP, LEFT)
    assert 0 < len(screen.frame()) < whole / 2.5
    screen.check()


@pytest.mark.parametrize("way", [Protocol.ITERM, Protocol.SIXEL])
def test_what_a_toast_covered_comes_back_by_itself(way: Protocol) -> None:
    screen = Screen(way)
    screen.wanted = Placed(picture(1, way), TOP, LEFT)
    whole = len(screen.open_all())
    over = [(TOP + row, LEFT + 5, "word") for row in (1, 2)]
    screen.frame(*over)
    assert "1337" not in screen.sent
    assert "\x1bP" not in screen.sent
    screen.check()
    screen.frame(*((y, x, BLANK * 4) for y, x, _ in over))
    assert len(re.findall(r"\x1b\]1337|\x1bP", screen.sent)) == 1, "one rectangle"
    assert len(screen.sent) < whole / 2
    screen.check()


def test_kitty_hides_the_picture_while_nothing_of_it_is_seen_and_does_not_send_it_again() -> None:
    screen = Screen(Protocol.KITTY)
    screen.wanted = Placed(picture(1, Protocol.KITTY), TOP, LEFT, 1)
    whole = len(screen.open_all())
    screen.frame(*((TOP + row, LEFT, "x" * COLUMNS) for row in range(ROWS)))
    assert not screen.terminal.placed
    assert len(screen.terminal.images) == 2
    assert len(screen.open_all()) < whole / 2
    screen.check()


def test_kitty_keeps_no_picture_that_was_replaced() -> None:
    screen = Screen(Protocol.KITTY)
    for seed in range(4):
        screen.wanted = Placed(picture(seed, Protocol.KITTY), TOP, LEFT)
        screen.open_all()
        screen.check()
        assert len(screen.terminal.images) == 1
    screen.wanted = Placed(screen.wanted.picture, TOP, LEFT + 1)
    assert "a=t" not in screen.frame((TOP, LEFT + COLUMNS, BLANK))
    assert next(iter(screen.terminal.placed.values()))[:2] == (TOP, LEFT + 1)


def test_blanks_of_the_canvas_alone_let_a_picture_through() -> None:
    plain, muted = Look(), Look(fg="#9a9a9a")
    canvas = (Span("1.0 ", muted), Span("  ", plain), Span(" 9 ", muted))
    area = PlotArea(left=4, top=1, columns=5, rows=1, x=(0, 1), y=(0, 1), dots=2)
    words = (Span("a title  ", plain),)
    drawing = Drawing(9, 3, (words, canvas, words), area)
    seen = see_through(drawing, Protocol.SIXEL)
    assert seen.lines == ["a title  ", f"1.0 {BLANK * 3}9{BLANK}", "a title  "]
    assert seen.rows[0] == drawing.rows[0]
    assert {span.look.bg for span in seen.rows[1]} == {None}
    under = see_through(drawing, Protocol.KITTY)
    assert [span.look.bg for span in under.rows[1]] == [None, "default", "default"]
    bare = Drawing(9, 1, (words,))
    assert see_through(bare, Protocol.KITTY) is bare
