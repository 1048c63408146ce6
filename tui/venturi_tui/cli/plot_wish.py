"""How a picture of metrics is wanted: what the options of `venturi metrics plot` mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from math import isfinite

from venturi.curves.group import Spread
from venturi.curves.series import XAxis
from venturi.errors import UsageError
from venturi.filters.times import parse_span, parse_time
from venturi.settings.kinds import near
from venturi_tui.cli.report import Report

_METRIC = "metric:"
_GROUPS = ("param", "tag")
_PIPE = (80, 24)
_PICTURE = (100, 30)
_HIGHEST = 40

Window = tuple[float | None, float | None]
"""Lower and upper end; None where it is open."""


class Form(str, Enum):
    """What a picture is made of; JSON stands for all formats that give its data instead."""

    TEXT = "text"
    SVG = "svg"
    HTML = "html"
    JSON = "json"


class Kind(str, Enum):
    """What is drawn: curves over steps or time, or one value of each run."""

    CURVE = "curve"
    HISTOGRAM = "histogram"
    SCATTER = "scatter"
    BARS = "bars"
    PARALLEL = "parallel"


class Ribbon(str, Enum):
    """What the band around the mean of runs shows: lowest to highest, or one deviation."""

    RANGE = "range"
    STD = "std"

    @property
    def spread(self) -> Spread:
        """The same for who makes groups."""
        return Spread.DEVIATION if self is Ribbon.STD else Spread.RANGE


class Style(str, Enum):
    """What lines are drawn with on a terminal; PIXELS where it draws pictures."""

    BRAILLE = "braille"
    BLOCK = "block"
    ASCII = "ascii"
    PIXELS = "pixels"


class Ground(str, Enum):
    """What a picture stands on."""

    AUTO = "auto"
    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True, slots=True)
class Over:
    """What curves run over: an axis, or another metric of the same run."""

    axis: XAxis = XAxis.STEP
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Grouping:
    """By what runs become one curve: `group` is params or tags."""

    group: str
    key: str


@dataclass(frozen=True, slots=True)
class Look:
    """How curves are drawn. `size` is width and height in cells; None for what suits."""

    over: Over = Over()
    smoothing: float = 0.0
    log_x: bool = False
    log_y: bool = False
    x_window: Window = (None, None)
    y_window: Window = (None, None)
    robust: bool = False
    extremes: bool = False
    grouping: Grouping | None = None
    ribbon: Ribbon = Ribbon.RANGE
    points: int | None = None
    style: Style | None = None
    ground: Ground = Ground.AUTO
    size: tuple[int, int] | None = None
    grid: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether nothing is wished that curves alone can have."""
        return replace(self, style=None, ground=Ground.AUTO, size=None) == Look()

    def cells(self, report: Report, form: Form) -> tuple[int, int]:
        """Width and height of the picture."""
        if self.size is not None:
            return self.size
        if form is not Form.TEXT:
            return _PICTURE
        if report.width is None or report.height is None:
            return _PIPE
        return max(report.width, 1), min(max(report.height - 2, 1), _HIGHEST)


def over_of(text: str) -> Over:
    """What curves run over. Raises UsageError."""
    if text.startswith(_METRIC) and len(text) > len(_METRIC):
        return Over(metric=text[len(_METRIC) :])
    names = [axis.value for axis in (XAxis.STEP, XAxis.TIME, XAxis.RELATIVE)]
    if text not in names:
        raise UsageError(
            f"--x {text!r} is no axis",
            hint=near(text, names) or f"there are {', '.join(names)} and {_METRIC}KEY",
        )
    return Over(XAxis(text))


def grouping_of(text: str) -> Grouping | None:
    """By what to group; None of nothing. Raises UsageError."""
    if not text:
        return None
    group, colon, key = text.partition(":")
    if group not in _GROUPS or not colon or not key:
        raise UsageError(f"--group-by {text!r} is no group", hint="param:NAME or tag:NAME")
    return Grouping(f"{group}s", key)


def y_window_of(text: str) -> Window:
    """Ends of `--range A:B`. Raises UsageError."""
    return _window("--range", text, _number, "numbers, such as 0:1, 0.5: or :2")


def x_window_of(text: str, over: Over, now_ms: int) -> Window:
    """Ends of `--window A:B`, in the units of the axis. Raises UsageError."""
    if over.metric or over.axis is XAxis.STEP:
        return _window("--window", text, _number, "numbers, such as 100:500, 100: or :500")
    if over.axis is XAxis.RELATIVE:
        return _window("--window", text, _seconds, "lengths of time, such as 10m:1h or :90s")
    return _window(
        "--window",
        text.replace("..", "\0", 1),
        lambda end: parse_time(end, now_ms),
        "times, such as '2h ago..now' or '2026-11-01..2026-11-02'",
        "\0",
    )


def _window(
    flag: str, text: str, read: Callable[[str], float | None], wanted: str, between: str = ":"
) -> Window:
    if not text:
        return None, None
    ends = [end.strip() for end in text.split(between)]
    found = [read(end) if end else None for end in ends]
    understood = all(bool(end) == (one is not None) for end, one in zip(ends, found, strict=True))
    if len(ends) != 2 or not understood or not any(ends):
        shown = text.replace("\0", "..")
        raise UsageError(f"{flag} {shown!r} is no range", hint=f"it takes {wanted}")
    low, high = found
    if low is not None and high is not None and low >= high:
        raise UsageError(f"{flag} is empty: {ends[0]} is not below {ends[1]}")
    return low, high


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _seconds(text: str) -> float | None:
    span = parse_span(text)
    return None if span is None else span / 1000
