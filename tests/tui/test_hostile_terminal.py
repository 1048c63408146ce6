"""Terminals that measure emoji differently show the rest of a line where it belongs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from rich.cells import cell_len, split_graphemes
from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip
from worlds.hostile import HOSTILE

from venturi_tui.present.words import safe
from venturi_tui.thrift import Thrift, cells_of

_TOKEN = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[(\d*)C|\x1b\[[\d;]*m|([^\x1b]+)")

Measured = Callable[[str], list[int]]
"""The cells that each part of a text takes."""


def by_letters(text: str) -> list[int]:
    """As terminals that know nothing of joined emoji."""
    return [cell_len(letter) for letter in text]


def by_clusters(text: str) -> list[int]:
    """As terminals that join them."""
    return [size for _, _, size in split_graphemes(text)[0]]


def by_narrow(text: str) -> list[int]:
    """As terminals to which no emoji is wide."""
    return [min(1, cell_len(letter)) if ord(letter) > 0x1F000 else cell_len(letter)
            for letter in text]  # fmt: skip


def shown(data: str, measured: Measured, marks: str) -> dict[str, int]:
    """The column at which each of some marks is seen in the end."""
    column, places = 1, dict[str, int]()
    for _, x, forward, text in _TOKEN.findall(data):
        if x:
            column = int(x)
        elif forward:
            column += int(forward)
        for mark in marks:
            if mark in text:
                places[mark] = column + sum(measured(text[: text.index(mark)]))
        column += sum(measured(text))
    return places


@pytest.mark.parametrize("measured", [by_letters, by_clusters, by_narrow])
@pytest.mark.parametrize("name", HOSTILE)
def test_what_follows_any_text_is_where_it_belongs(name: str, measured: Measured) -> None:
    text = safe(HOSTILE[name])[:200]
    strip = Strip([Segment(f"A{text}B"), Segment(" C")])
    rendered = strip.render(Console(force_terminal=True, legacy_windows=False))
    end = 2 + cell_len(text)
    sent = Thrift().encode(f"\x1b[1;1H{rendered}\x1b[1;1H")
    assert shown(sent, measured, "ABC") == {"A": 1, "B": end, "C": end + 2}


def test_cells_are_counted_as_the_screen_counts_them() -> None:
    for text in map(safe, HOSTILE.values()):
        assert len(cells_of(text)) == cell_len(text)
        assert "".join(cells_of(text)) == text


def test_letters_of_any_script_cost_no_moves() -> None:
    for text in ("привет мир", "Größe 学習率 한국어", "שלום"):
        sent = Thrift().encode(f"\x1b[1;1H{text}\x1b[1;1H")
        assert sent.count("\x1b[") <= 2
