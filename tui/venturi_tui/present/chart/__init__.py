"""Charts of metric curves as text, for both faces: `draw_chart` draws, `drawing_text` writes.

`drawing_svg` and `drawing_html` make pictures of them for browsers. A chart is a pure function of
lines, size and options. Nothing here knows Textual; plotext is loaded when the first chart is
drawn.
"""

from venturi_tui.present.chart.chart import draw_chart
from venturi_tui.present.chart.drawing import (
    Drawing,
    Look,
    PlotArea,
    Reading,
    Span,
    drawing_text,
)
from venturi_tui.present.chart.export import drawing_html, drawing_svg
from venturi_tui.present.chart.options import Band, ChartLine, ChartOptions, Dots, Engine
from venturi_tui.present.chart.styles import SeriesStyle, series_style
from venturi_tui.present.chart.theme import DARK, LIGHT, PLAIN, ChartTheme, theme_for

__all__ = [
    "DARK",
    "LIGHT",
    "PLAIN",
    "Band",
    "ChartLine",
    "ChartOptions",
    "ChartTheme",
    "Dots",
    "Drawing",
    "Engine",
    "Look",
    "PlotArea",
    "Reading",
    "SeriesStyle",
    "Span",
    "draw_chart",
    "drawing_html",
    "drawing_svg",
    "drawing_text",
    "series_style",
    "theme_for",
]
