"""Tables: aligned, fitted to a width, whole in a pipe, one table in Markdown."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venturi_tui.present.listing import titles
from venturi_tui.present.table import (
    NOTHING,
    Cell,
    TableColumn,
    Tone,
    draw_markdown,
    draw_table,
)
from venturi_tui.present.width import cells, clip
from venturi_tui.present.words import safe


def row(*texts):
    return [NOTHING if text is None else Cell(text) for text in texts]


COLUMNS = [
    TableColumn("id", floor=4, end=""),
    TableColumn("name", floor=6),
    TableColumn("loss", numeric=True),
    TableColumn("age", right=True),
]
ROWS = [
    row("3fa91c2d77", "brave-otter-12", "0.2131", "2h"),
    row("77b0a1c9d0", "実験-07", "12", "12m"),
    row("0d0d0d0d0d", "x", "NaN", None),
    row("1111111111", None, None, "5d"),
    row("2222222222", "y", "-1.5e-7", "1d"),
]


def drawn(width=None, **how):
    return "\n".join(draw_table(COLUMNS, ROWS, width=width, **how).lines)


def test_whole():
    assert drawn() == dedent("""\
        id          name                loss  age
        3fa91c2d77  brave-otter-12    0.2131   2h
        77b0a1c9d0  実験-07          12       12m
        0d0d0d0d0d  x               NaN         ·
        1111111111  ·                 ·        5d
        2222222222  y                -1.5e-7   1d""")


def test_narrow_the_name_gives_way_before_numbers_and_ids_wait():
    assert drawn(32) == dedent("""\
        id    name             loss  age
        3fa9  brave-otte…    0.2131   2h
        77b0  実験-07       12       12m
        0d0d  x            NaN         ·
        1111  ·              ·        5d
        2222  y             -1.5e-7   1d""")


def test_without_room_the_last_columns_go_and_are_named():
    drawing = draw_table(COLUMNS, ROWS, width=14)
    assert drawing.hidden == ("loss", "age")
    assert max(map(cells, drawing.lines)) <= 14
    assert draw_table(COLUMNS, ROWS, width=1).hidden == ("name", "loss", "age")


def test_without_headers():
    assert drawn(headers=False).splitlines()[0].startswith("3fa91c2d77")
    assert len(drawn(headers=False).splitlines()) == len(ROWS)


def test_a_very_long_cell_sticks_out_of_a_whole_table_without_widening_it():
    rows = [row("a" * 300, "x", "1", "2h"), *ROWS]
    lines = draw_table(COLUMNS, rows).lines
    assert lines[1].startswith("a" * 300 + "  x")
    assert lines[2:] == drawn().splitlines()[1:]


def test_headings_stand_alone():
    rows = [Cell("params", Tone.STRONG), *ROWS[:1]]
    assert draw_table(COLUMNS, rows).lines[1] == "params"


def test_paint_takes_no_room():
    def paint(text, tone):
        return f"\x01{text}\x02" if tone is not Tone.NORMAL else text

    painted = draw_table(COLUMNS, ROWS, width=40, paint=paint).lines
    bare = [re.sub("[\x01\x02]", "", line) for line in painted]
    assert bare == draw_table(COLUMNS, ROWS, width=40).lines
    assert painted != bare


texts = st.text(st.characters(), max_size=30).map(safe)


@given(
    st.lists(st.tuples(texts, texts, texts), max_size=6),
    st.integers(1, 60),
    st.lists(st.booleans(), min_size=3, max_size=3),
)
@settings(deadline=None, max_examples=150)
def test_it_fits_whatever_is_in_it(body, width, numeric):
    columns = [
        TableColumn("a", floor=1),
        TableColumn("b", numeric=numeric[1], floor=2),
        TableColumn("c", right=numeric[2], floor=3, end=""),
    ]
    drawing = draw_table(columns, [row(*line) for line in body], width=width)
    assert all(cells(line) <= width for line in drawing.lines)
    assert len(drawing.lines) == len(body) + 1


@given(texts, st.integers(0, 20))
@settings(deadline=None, max_examples=300)
def test_clip_never_takes_more_room(text, width):
    short = clip(text, width)
    assert cells(short) <= width
    if cells(text) <= width:
        assert short == text


@pytest.mark.parametrize(
    ("text", "size"), [("abc", 3), ("✓ done", 6), ("実験", 4), ("e\u0301", 1), ("", 0), ("📈", 2)]
)
def test_cells(text, size):
    assert cells(text) == size


def test_markdown():
    rows = [Cell("params"), row("a|b", "c\\d", "1", "<b>")]
    assert draw_markdown(COLUMNS, rows) == [
        "| id | name | loss | age |",
        "| --- | --- | ---: | ---: |",
        "| **params** |  |  |  |",
        "| a\\|b | c\\\\d | 1 | \\<b> |",
    ]


def test_titles_are_short_where_that_is_clear():
    names = ["run_id", "metrics.lr", "params.lr", "params.model", "status"]
    assert titles(names) == ["id", "metrics.lr", "params.lr", "model", "status"]
    assert titles(["params.a\x1bb"]) == ["a␛b"]
