"""Charts as SVG with smooth lines: where the values are, well formed, and small."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.curves import any_values, history, training

from venturi.curves.group import group
from venturi.curves.series import series_from
from venturi_tui.present.chart import (
    DARK,
    LIGHT,
    PLAIN,
    Band,
    ChartLine,
    ChartOptions,
    SeriesStyle,
    draw_chart,
)
from venturi_tui.present.chart.vectors import chart_html, chart_svg

SVG = "{http://www.w3.org/2000/svg}"
GOLDENS = Path(__file__).parent / "goldens"
HOSTILE = "</text><script>alert('x')</script>\x1b[31m\ufffe\x00]]>&amp;\"'"


def line(values: list[float], slot: int = 0, label: str = "run") -> ChartLine:
    return ChartLine(label, series_from(history(values)), SeriesStyle(slot))


def layer(svg: str) -> ET.Element:
    """The elements of the canvas."""
    (found,) = [each for each in ET.fromstring(svg).iter(f"{SVG}g") if "scale" in str(each.attrib)]
    return found


def strokes(svg: str, colour: str) -> list[list[tuple[float, float]]]:
    """The corners of the lines of a colour, in units of the picture from its canvas on."""
    found: list[list[tuple[float, float]]] = []
    for path in layer(svg).iter(f"{SVG}path"):
        if path.get("stroke") == colour and path.get("fill") == "none":
            numbers = re.findall(r"([Ml])(-?[\d.]+) (-?[\d.]+)", path.get("d", ""))
            x = y = 0.0
            corners: list[tuple[float, float]] = []
            for kind, right, down in numbers:
                x, y = (0.0, 0.0) if kind == "M" else (x, y)
                x, y = x + float(right), y + float(down)
                corners.append((x / 2, y / 2))
            found.append(corners)
    return found


def test_corners_are_where_the_values_are() -> None:
    values = [0.0, 10.0, 2.5, 7.5, 5.0]
    options = ChartOptions(y_window=(0.0, 10.0), legend=False)
    svg = chart_svg([line(values)], 80, 20, options)
    area = draw_chart([line(values)], 80, 20, options).area
    (corners,) = strokes(svg, DARK.palette[0])
    wide, high = area.columns * 10, area.rows * 20
    for at, ((x, y), value) in enumerate(zip(corners, values, strict=True)):
        assert x == pytest.approx(at / 4 * wide, abs=0.6)
        assert y == pytest.approx((1 - value / 10) * high, abs=0.6)


def test_a_gap_parts_the_line_and_is_crossed_out() -> None:
    svg = chart_svg([line([1.0, 2.0, math.nan, 2.0, 1.0])], 60, 14)
    assert ET.fromstring(svg).find(f".//{SVG}clipPath") is not None
    lines = strokes(svg, DARK.palette[0])
    assert [len(corners) for corners in lines] == [2, 2, 2, 2], "two pieces, and a cross"


def test_points_on_the_way_cost_nothing_and_many_points_little() -> None:
    straight = chart_svg([line([float(at) for at in range(500)])], 80, 20)
    (corners,) = strokes(straight, DARK.palette[0])
    assert len(corners) < 350
    assert max(x for x, _ in corners) - min(x for x, _ in corners) > 700
    noise = [math.sin(at * 12.9898) * 43758.5453 % 1 for at in range(60_000)]
    assert len(chart_svg([line(noise)], 100, 30)) < 80_000


def test_a_band_is_one_shape_behind_the_line() -> None:
    mean = group([series_from(training(seed)) for seed in (1, 2, 3)], label="three")
    lines = [ChartLine("three", mean.mean, SeriesStyle(0), (mean.low, mean.high))]
    elements = list(layer(chart_svg(lines, 80, 20)))
    bands = [at for at, each in enumerate(elements) if each.get("fill-opacity")]
    lines_at = [at for at, each in enumerate(elements) if each.get("stroke") == DARK.palette[0]]
    assert len(bands) == 1
    assert bands[0] < lines_at[0]


@pytest.mark.parametrize("theme", [DARK, LIGHT, PLAIN])
def test_hostile_names_are_text(theme: object) -> None:
    options = ChartOptions(title=HOSTILE, theme=theme, smoothing=0.5, extremes=True)  # type: ignore[arg-type]
    lines = [line([1.0, 3.0, 2.0], label=HOSTILE)]
    svg = chart_svg(lines, 80, 20, options)
    assert ET.fromstring(svg).tag == f"{SVG}svg"
    page = chart_html(lines, 80, 20, options, HOSTILE)
    assert "<script" not in svg + page
    assert "\x1b" not in svg + page
    told = page[page.index("<pre>") : page.index("</pre>")]
    assert re.search("[\u2801-\u28ff]", told), "dots for those who read the text"
    assert not re.search("[\u2801-\u28ff]", svg)


@settings(deadline=None, max_examples=40)
@given(
    any_values,
    st.sampled_from([{}, {"y_log": True}, {"x_log": True}, {"robust": True, "extremes": True}]),
    st.sampled_from([(3, 2), (24, 8), (90, 20)]),
)
def test_anything_is_well_formed(
    values: list[float], options: dict[str, bool], size: tuple[int, int]
) -> None:
    lines = [line(values), line([1.0, 2.0], 1)]
    svg = chart_svg(lines, *size, ChartOptions(band=Band.ALL, smoothing=0.6, **options))
    assert ET.fromstring(svg).tag == f"{SVG}svg"
    assert not re.search(r"[ \"lMh](?:nan|-?inf)", svg)


def test_a_chart_is_drawn_as_a_reviewer_has_seen_it() -> None:
    lines = [line([3.0, 1.0, 2.0, math.nan, 1.5, 1.0]), line([1.0, 2.5], 1, "other")]
    shown = chart_svg(lines, 36, 9, ChartOptions(title="loss", extremes=True))
    path = GOLDENS / "smooth-lines.svg"
    if os.environ.get("VENTURI_UPDATE_GOLDENS"):
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown
