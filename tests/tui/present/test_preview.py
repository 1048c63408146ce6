"""Previews as lines: text, tables, Markdown and pictures, however hostile, never too wide."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from venturi.artifacts.heads import Holds
from venturi.artifacts.preview import Preview
from venturi.artifacts.tables import SmallTable
from venturi.records import Artifact
from venturi_tui.present.pieces import Ink, Role, length, plain
from venturi_tui.present.preview import preview_card
from venturi_tui.present.preview_markdown import markdown_lines
from venturi_tui.present.preview_picture import picture_lines
from venturi_tui.present.run_card import CardLine


def text(card: list[CardLine]) -> str:
    return "\n".join(plain(line.pieces).rstrip() for line in card)


def shown(preview: Preview, width: int = 40, height: int = 20) -> str:
    return text(preview_card(preview, width, height))


def test_text_keeps_long_lines_for_who_opens_them() -> None:
    preview = Preview("a.log", Holds.TEXT, 120, text="one\n\ttwo\r\n" + "x" * 100 + "\n")
    card = preview_card(preview, 20, 20)
    assert text(card) == "text  120 B\n\none\n    two\n" + "x" * 19 + "…"
    assert (card[-1].label, card[-1].value) == ("line 3", "x" * 100)


def test_keys_of_json_and_yaml_stand_back() -> None:
    card = preview_card(Preview("a", Holds.JSON, 9, text='{\n  "lr": 0.1\n}'), 40, 20)
    assert card[3].pieces == (('  "lr": ', Role.DIM), ("0.1", Role.TEXT))


def test_what_is_missing_is_told() -> None:
    preview = Preview("a", Holds.TEXT, 900_000, text="a", note="the first 256 kB")
    assert shown(preview) == "text  900 kB\nthe first 256 kB\n\na"


def test_tables_have_numbers_right_and_count_what_is_left() -> None:
    table = SmallTable(
        ("name", "value", "far"), (("a", "1.5", "x" * 90), ("bo", "12", "")), (), 70, 300
    )
    preview = Preview("a.csv", Holds.CSV, 10, table=table)
    assert shown(preview, 24) == (
        "CSV  10 B  70 rows, 300…\n"
        "\n"
        "name  value\n"
        "a       1.5\n"
        "bo       12\n"
        "… 68 more rows, 298 mor…"
    )
    row = preview_card(preview, 24, 20)[3]
    assert (row.label, row.value) == ("row 1", f"name: a\nvalue: 1.5\nfar: {'x' * 90}")


def test_bytes_and_folders() -> None:
    binary = Preview("a.bin", Holds.BINARY, 17, data=bytes(range(60, 77)), kind="zip archive")
    assert shown(binary, 70) == (
        "zip archive  17 B\n\n"
        "0000  3c3d 3e3f 4041 4243 4445 4647 4849 4a4b  <=>?@ABCDEFGHIJK\n"
        "0010  4c" + " " * 39 + "L"
    )
    entries = (Artifact("a", True), Artifact("b", False, 5), Artifact("c", False))
    assert shown(Preview("", entries=entries)).rstrip() == "folder  1 folder, 2 files  5 B"


def test_markdown_is_laid_out_and_links_are_text() -> None:
    source = "# Top\n\nSome **bold** [words](http://a/b) ![pic](x.png)\n\n- one\n- two\n"
    lines = [plain(line).rstrip() for line in markdown_lines(source, 60)]
    assert lines == ["Top", "", "Some bold words (http://a/b) pic (x.png)", "", " • one", " • two"]
    table = markdown_lines("| a | b |\n|---|--:|\n| x | 1 |\n", 40)
    assert [plain(line).split() for line in table if plain(line).strip(" ─")] == [
        ["a", "b"],
        ["x", "1"],
    ]


@pytest.mark.parametrize("hostile", ["\x1b[31mred", "a\u202eb", "[red]x[/red]", "<b>\x07</b>"])
def test_hostile_markdown_is_shown(hostile: str) -> None:
    drawn = "".join(plain(line) for line in markdown_lines(hostile, 60))
    assert drawn.isprintable()
    assert "red" not in hostile or "red" in drawn


@pytest.mark.parametrize("many", [">" * 20_000, "- " * 9_000, "[" * 20_000, "*a " * 7_000])
def test_endless_markdown_ends(many: str) -> None:
    assert markdown_lines(many, 60)


def picture() -> bytes:
    image = Image.new("RGB", (4, 4), "white")
    for column in range(4):
        image.putpixel((column, 0), (0, 0, 0))
    sink = BytesIO()
    image.save(sink, "PNG")
    return sink.getvalue()


def test_pictures_are_half_blocks_or_shades() -> None:
    black, white = (0, 0, 0), (255, 255, 255)
    assert picture_lines(picture(), 10, 10) == [
        (("▀▀▀▀", Ink(black, white)),),
        (("▀▀▀▀", Ink(white, white)),),
    ]
    assert picture_lines(picture(), 10, 10, shades=True) == [
        (("▒▒▒▒", Role.TEXT),),
        (("    ", Role.TEXT),),
    ]
    told = shown(Preview("a.png", Holds.PNG, 5, data=b"\x89PNG damaged"))
    assert told.startswith("PNG image  5 B\nthis image is damaged")


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300), st.integers(8, 90), st.sampled_from(list(Holds)))
def test_no_line_is_wider_than_the_pane_and_none_acts(held: str, width: int, holds: Holds) -> None:
    table = SmallTable((held[:9], "b"), ((held[9:20], held[20:]),), (), 1, 2) if held else None
    for preview in (
        Preview("a", holds, 5, text=held, data=held.encode("utf-8", "replace"), note=held[:30]),
        Preview("a", Holds.CSV, 5, table=table),
    ):
        for line in preview_card(preview, width, 20):
            assert length(line.pieces) <= width
            assert plain(line.pieces).isprintable() or not plain(line.pieces).isascii()
