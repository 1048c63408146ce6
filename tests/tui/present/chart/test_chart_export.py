"""Drawings as SVG and HTML: well formed whatever stands in them, and every dot where it was."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.curves import history, training

from venturi.curves.series import series_from
from venturi_tui.present.chart import (
    LIGHT,
    PLAIN,
    ChartLine,
    ChartOptions,
    Drawing,
    Look,
    SeriesStyle,
    Span,
    draw_chart,
    drawing_html,
    drawing_svg,
)
from venturi_tui.present.chart.glyphs import shape_of

SVG = "{http://www.w3.org/2000/svg}"
DOTS = [f"{bits:b}".count("1") for bits in range(256)]
HOSTILE = "</text><script>alert('x')</script>\x1b[31m\ufffe\x00]]>&amp;\"'"


def chart(label: str = "run", **options: object) -> Drawing:
    lines = [ChartLine(label, series_from(training(1)), SeriesStyle(0))]
    return draw_chart(lines, 80, 20, ChartOptions(smoothing=0.9, **options))  # type: ignore[arg-type]


def words(svg: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text")]


def test_svg_has_the_words_of_the_drawing_in_their_cells() -> None:
    drawing = chart("brave-otter-12", title="train/loss")
    found = words(drawing_svg(drawing))
    assert {"train/loss", "brave-otter-12", "200", "step"} <= set(found)
    placed = {one.text: one for one in ET.fromstring(drawing_svg(drawing)).iter(f"{SVG}text")}
    row = next(at for at, line in enumerate(drawing.lines) if "brave" in line)
    name = placed["brave-otter-12"]
    assert int(name.get("x", "")) == 10 * drawing.lines[row].index("brave")
    assert int(name.get("y", "")) // 20 == row
    assert name.get("textLength") == str(10 * len("brave-otter-12"))


def test_every_braille_dot_is_one_dot_of_the_picture() -> None:
    drawing = chart()
    dots = sum(
        DOTS[ord(char) - 0x2800]
        for line in drawing.lines
        for char in line
        if 0x2800 <= ord(char) <= 0x28FF
    )
    assert dots > 100
    assert drawing_svg(drawing).count("h.01") == dots


def test_svg_stands_on_the_ground_of_its_theme() -> None:
    assert f'fill="{LIGHT.ground}"' in drawing_svg(chart(theme=LIGHT), LIGHT)
    assert ET.fromstring(drawing_svg(chart(theme=PLAIN), PLAIN)).tag == f"{SVG}svg"


def test_hostile_text_is_text() -> None:
    drawing = chart(HOSTILE, title=HOSTILE)
    svg = drawing_svg(drawing)
    assert ET.fromstring(svg).tag == f"{SVG}svg"
    assert "<script" not in svg
    assert "\x1b" not in svg
    assert "</text><script>alert('x')</script>␛[31m" in words(svg)[0]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.title = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.opened.append(tag)

    def handle_data(self, data: str) -> None:
        if self.opened[-1:] == ["title"]:
            self.title += data


def test_html_is_one_page_with_the_picture_and_its_text() -> None:
    drawing = chart("<b>bold</b>", title="loss")
    page = drawing_html(drawing, f"curves {HOSTILE}")
    tags = _Tags()
    tags.feed(page)
    assert tags.opened.count("svg") == 1
    assert not {"script", "b", "img", "link"} & set(tags.opened)
    assert "curves </text><script>" in tags.title
    assert re.search(r"<pre>loss\b", page)
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), max_size=4))
def test_any_text_gives_well_formed_xml(texts: list[str]) -> None:
    row = tuple(Span(text, Look(fg="#102030", bg="#ffffff", dim=True)) for text in texts)
    ET.fromstring(drawing_svg(Drawing(9, 1, (row,))))


def test_an_empty_drawing_is_a_picture_too() -> None:
    assert words(drawing_svg(draw_chart([], 0, 0))) == []
    nothing = ChartLine("a", series_from(history([])), SeriesStyle(0))
    assert "no points yet" in " ".join(words(drawing_svg(draw_chart([nothing], 40, 8))))


def test_shapes_fill_what_their_characters_fill() -> None:
    full = shape_of("█")
    assert full is not None
    assert sum(box.width * box.height for box in full.boxes) == 1
    for level, char in enumerate("▁▂▃▄▅▆▇█", 1):
        (box,) = (shape_of(char) or full).boxes
        assert (box.top + box.height, box.height) == (1, level / 8)
    for char in "▘▝▀▖▌▞▛▗▚▐▜▄▙▟":
        shape = shape_of(char)
        assert shape is not None
        assert 0 < sum(box.width * box.height for box in shape.boxes) < 1
    assert shape_of("a") is None
    assert shape_of(" ") is None
    braille = shape_of("⠁")
    assert braille is not None
    assert braille.dots == ((0.25, 0.125),)
