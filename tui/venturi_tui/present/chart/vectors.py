"""The same chart at any size: curves as smooth lines of SVG, axes and words as text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from venturi_tui.present.chart.bitmap import Colour, Point
from venturi_tui.present.chart.chart import composed, draw_chart
from venturi_tui.present.chart.drawing import Drawing
from venturi_tui.present.chart.export import HIGH, WIDE, drawing_html, drawing_svg
from venturi_tui.present.chart.options import ChartLine, ChartOptions
from venturi_tui.present.chart.pixels import draw_canvas

_FINE = 2
"""Steps of a unit of the picture, of which a cell has 10x20."""


def chart_svg(
    lines: Sequence[ChartLine], width: int, height: int, options: ChartOptions | None = None
) -> str:
    """Curves as a standalone SVG document, as large as `drawing_svg` makes it of a drawing.

    Args:
        lines: What to draw.
        width: Cells of each row.
        height: Rows.
        options: How; `dots` decides the signs in the legend alone.
    """
    options = options or ChartOptions()
    drawing, curves = _drawn(lines, width, height, options)
    return drawing_svg(drawing, options.theme, curves)


def chart_html(
    lines: Sequence[ChartLine], width: int, height: int, options: ChartOptions, title: str
) -> str:
    """The same in a page of HTML that stands alone, beside the chart as text."""
    drawing, curves = _drawn(lines, width, height, options)
    told = draw_chart(lines, width, height, options)
    return drawing_html(drawing, title, options.theme, curves, told)


def _drawn(
    lines: Sequence[ChartLine], width: int, height: int, options: ChartOptions
) -> tuple[Drawing, list[str]]:
    """The drawing with a blank canvas, and the elements that belong there."""
    drawing, canvas = composed(lines, width, height, options, blank=True)
    area = drawing.area
    if canvas is None or area is None:
        return drawing, []
    wide, high = area.columns * WIDE * _FINE, area.rows * HIGH * _FINE
    board = _Board(wide)
    draw_canvas(canvas, (WIDE * _FINE, HIGH * _FINE), board)
    place = f"translate({area.left * WIDE} {area.top * HIGH}) scale({1 / _FINE:g})"
    edge = f"canvas-{wide}x{high}"  # on a page of many pictures, edges of one size are the same
    cut = f'<clipPath id="{edge}"><path d="M0 0h{wide}v{high}h-{wide}z"/></clipPath>'
    how = f'clip-path="url(#{edge})" stroke-linejoin="round" stroke-linecap="round"'
    return drawing, [cut, f'<g transform="{place}" {how}>', *board.elements(), "</g>"]


class _Board:
    """Takes what a bitmap takes, as elements of SVG, in the order of drawing."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._elements: list[str] = []
        self._columns: list[tuple[int, int, int]] = []
        self._filling: tuple[Colour, int] | None = None

    def elements(self) -> list[str]:
        """Everything, what was drawn first at the bottom."""
        self._end_filling()
        return self._elements

    def fill(self, column: int, top: int, bottom: int, colour: Colour, alpha: int) -> None:
        """Lay a colour over a column; columns side by side become one shape."""
        follows = bool(self._columns) and self._columns[-1][0] + 1 == column
        if not follows or self._filling != (colour, alpha):
            self._end_filling()
        self._filling = colour, alpha
        self._columns.append((column, top, bottom))

    def _end_filling(self) -> None:
        columns, self._columns = self._columns, []
        if self._filling is None or not columns:
            return
        colour, alpha = self._filling
        upper = [(column + 0.5, top) for column, top, _ in columns]
        lower = [(column + 0.5, bottom) for column, _, bottom in reversed(columns)]
        first, last = columns[0], columns[-1]
        upper = [(first[0], first[1]), *upper, (last[0] + 1, last[1])]
        lower = [(last[0] + 1, last[2]), *lower, (first[0], first[2])]
        seen = f' fill-opacity="{alpha / 255:.2g}"' if alpha < 255 else ""
        self._elements.append(f'<path d="{_line([*upper, *lower])}Z" fill="{_hex(colour)}"{seen}/>')

    def rule(self, row: int, colour: Colour, alpha: int) -> None:
        """Lay a thin line over a whole row."""
        self._end_filling()
        seen = f' stroke-opacity="{alpha / 255:.2g}"' if alpha < 255 else ""
        how = f'stroke="{_hex(colour)}" stroke-width="{_FINE}"{seen}'
        self._elements.append(f'<path d="M0 {row + 0.5:g}H{self._width}" {how}/>')

    def line(self, points: Sequence[Point], colour: Colour, thick: float) -> None:
        """Draw a polyline; a single point is a dot."""
        self._end_filling()
        path = f"{_line(points)}h.01" if len(points) == 1 else _line(points)
        how = f'fill="none" stroke="{_hex(colour)}" stroke-width="{thick:.3g}"'
        self._elements.append(f'<path d="{path}" {how}/>')

    def disc(self, middle: Point, radius: float, colour: Colour) -> None:
        """Draw a filled circle."""
        self._end_filling()
        x, y = middle
        place = f'cx="{x:g}" cy="{y:g}" r="{radius:.3g}"'
        self._elements.append(f'<circle {place} fill="{_hex(colour)}"/>')

    def polygon(self, corners: Sequence[Point], colour: Colour) -> None:
        """Draw a filled polygon."""
        self._end_filling()
        self._elements.append(f'<path d="{_line(corners)}Z" fill="{_hex(colour)}"/>')


def _line(points: Sequence[Point]) -> str:
    """The points as a path; those that lie on the way between two others are left out."""
    kept = [
        point
        for before, point, after in zip(points, points[1:], points[2:], strict=False)
        if not _is_between(before, point, after)
    ]
    corners = [points[0], *kept, *points[1:][-1:]]
    start = f"M{corners[0][0]:g} {corners[0][1]:g}"
    steps = (
        f"l{x - before_x:g} {y - before_y:g}" for (before_x, before_y), (x, y) in pairwise(corners)
    )
    return start + "".join(steps)


def _is_between(before: Point, point: Point, after: Point) -> bool:
    wide, high = point[0] - before[0], point[1] - before[1]
    further, deeper = after[0] - point[0], after[1] - point[1]
    return wide * deeper == high * further and wide * further + high * deeper >= 0


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
