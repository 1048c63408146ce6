"""What to draw and how: lines, windows, axes, bands, dots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from enum import Enum

from venturi.curves.series import Series, XAxis
from venturi_tui.present.chart.styles import SeriesStyle
from venturi_tui.present.chart.theme import DARK, ChartTheme


class Band(str, Enum):
    """Whose raw range is tinted behind the lines."""

    NONE = "none"
    FOCUS = "focus"
    ALL = "all"


class Dots(str, Enum):
    """What lines are made of: 2x4 dots a cell, 2x2 blocks a cell, or one ASCII letter a cell."""

    BRAILLE = "braille"
    BLOCK = "block"
    ASCII = "ascii"

    @property
    def columns(self) -> int:
        """Dots side by side in a cell."""
        return 1 if self is Dots.ASCII else 2

    @property
    def rows(self) -> int:
        """Dots on top of each other in a cell."""
        return {Dots.BRAILLE: 4, Dots.BLOCK: 2, Dots.ASCII: 1}[self]


class Engine(str, Enum):
    """Who draws frame and lines; the drawing is the same.

    PLOTEXT: plotext where its kernel loads and the picture is not too busy for it. RASTER: always
    our own raster.
    """

    PLOTEXT = "plotext"
    RASTER = "raster"


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One curve of a chart.

    `label` may be any text; it is made safe. `series` is raw: the chart smooths and thins it, and
    the series remembers that, so give the same object again as long as the data is the same.
    `edges` are the lower and the upper end of a band that belongs to the line, always tinted behind
    it, such as the range of the runs of which the line is the mean (`venturi.curves.group`).
    """

    label: str
    series: Series
    style: SeriesStyle
    edges: tuple[Series, Series] | None = None


@dataclass(frozen=True, slots=True)
class ChartOptions:
    """How a chart is drawn. The default of each is what a first look wants.

    Attributes:
        title: Written at the top left; empty gives the room to the curves.
        x_axis: What the x values of every series are.
        x_name: What x is when it is none of XAxis, such as another metric; empty for `x_axis`.
        x_log: Logarithmic x. Points at 0 and below are left out, and a note counts them.
        y_log: Logarithmic y; where a value is below 0, symmetric (symlog), and a note says so. On a
            plain logarithmic axis zeros become gaps, and a note counts them.
        robust: Whether y fits what a few outliers do not stretch, unless a window is asked for.
            What is beyond is marked at the edge, and a note counts it.
        extremes: Whether to mark the lowest and the highest value of the focused line, or of each
            when there are few, and to write the value of the focused or only one beside it.
        smoothing: 0 to 1, the weight of `venturi.curves.smooth`.
        x_window: Part of x to show, in data units, lower end first; None shows all.
        y_window: Part of y to show, in data units also when `y_log`; None fits what is in sight.
        band: Whose raw range is tinted.
        focus: Which line (by place) is drawn on top and bold; a chart of one line needs none.
        cursor: An x value to mark and read out; None for no cursor.
        legend: Whether to name the lines below the plot.
        compact: One of many charts, good from 24x6 to 60x15 cells: title and last values in one
            line, few ticks, no legend.
        grid: Whether to draw a thin line at each y tick.
        dots: What lines are made of.
        theme: Colours.
        notes: What else to say at the top right, such as "~ sampled".
        zone: Time zone of the labels of a TIME axis; None for this machine's.
        engine: Who draws.
    """

    title: str = ""
    x_axis: XAxis = XAxis.STEP
    x_name: str = ""
    x_log: bool = False
    y_log: bool = False
    robust: bool = False
    extremes: bool = False
    smoothing: float = 0.0
    x_window: tuple[float, float] | None = None
    y_window: tuple[float, float] | None = None
    band: Band = Band.FOCUS
    focus: int | None = None
    cursor: float | None = None
    legend: bool = True
    compact: bool = False
    grid: bool = True
    dots: Dots = Dots.BRAILLE
    theme: ChartTheme = DARK
    notes: tuple[str, ...] = ()
    zone: tzinfo | None = None
    engine: Engine = Engine.PLOTEXT
