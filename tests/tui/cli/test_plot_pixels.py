"""`metrics plot --style pixels`: pictures where the terminal takes them, and words where not."""

from __future__ import annotations

import pytest
from stories.memory_store import world

from venturi_tui.cli import plot_pixels
from venturi_tui.present.chart.graphics import Protocol
from venturi_tui.terminal_graphics import Graphics

RUN = f"{0:032x}"


@pytest.fixture
def plot(held):
    """`metrics plot` of a run with curves."""
    store = world(5)
    return lambda *args, **how: held(store, "metrics", "plot", RUN, "-m", "val/acc", *args, **how)


@pytest.fixture
def terminal(monkeypatch):
    """A terminal that answers so."""
    return lambda found: monkeypatch.setattr(plot_pixels, "ask_terminal", lambda environ: found)


@pytest.mark.parametrize(
    ("protocol", "begin"),
    [
        (Protocol.KITTY, "\x1b_Ga=T"),
        (Protocol.ITERM, "\x1b]1337;"),
        (Protocol.SIXEL, "\x1bP0;1;0q"),
    ],
)
def test_the_picture_comes_as_the_terminal_takes_it(plot, terminal, protocol, begin):
    terminal(Graphics(protocol, (8, 16)))
    answer = plot("--style", "pixels", "--size", "60x12")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("val/acc")
    assert answer.out.count("\n") == 12
    assert begin in answer.out
    assert not any(0x2800 < ord(char) < 0x2900 for char in answer.out)
    if protocol is Protocol.SIXEL:
        rows = 12 - 1 - 2 - 1  # title, axis and its labels, legend
        assert f";{16 * rows}#" in answer.out


def test_without_pictures_it_says_why_and_draws_dots(plot):
    answer = plot("--style", "pixels", "--size", "60x12")
    assert answer.code == 0
    assert "no pixels: the output is not a terminal; drawn with braille instead" in answer.err
    assert any(0x2800 < ord(char) < 0x2900 for char in answer.out)


@pytest.mark.parametrize(
    "more", [["--grid"], ["-o", "svg"], ["--kind", "bars"], ["--watch"], ["--to", "loss.txt"]]
)
def test_pixels_are_for_one_chart_on_the_terminal(plot, more, tmp_path):
    answer = plot("--style", "pixels", *more)
    assert answer.code == 2
    assert "--style pixels draws curves in one chart on the terminal" in answer.err
    assert not list(tmp_path.rglob("loss.txt"))
