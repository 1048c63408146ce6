"""A finished drawing: rows of styled text that know no terminal, no Textual and no Rich."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import NamedTuple


class Look(NamedTuple):
    """How text looks. Colours are `#rrggbb`; None leaves what the terminal or widget has."""

    fg: str | None = None
    bg: str | None = None
    bold: bool = False
    dim: bool = False


class Span(NamedTuple):
    """Some text of one look. It holds no control characters."""

    text: str
    look: Look


@dataclass(frozen=True, slots=True)
class PlotArea:
    """Where in the drawing the curves are, and what part of the data is seen there.

    `left`, `top`, `columns` and `rows` count cells. `x` and `y` are the values at the centres of
    the outermost dots, `dots` says how many dots a cell is wide. With `x_log`, x goes by its
    logarithm from the one to the other; `y` is what the axis has (logarithms on a logarithmic one).
    """

    left: int
    top: int
    columns: int
    rows: int
    x: tuple[float, float]
    y: tuple[float, float]
    dots: int
    x_log: bool = False

    def x_at(self, column: int) -> float:
        """The x value at the centre of a column of the drawing, held inside the window."""
        last = max(self.columns * self.dots - 1, 1)
        dot = (column - self.left) * self.dots + (self.dots - 1) / 2
        part = min(max(dot / last, 0.0), 1.0)
        if self.x_log:
            return float(10 ** (log10(self.x[0]) * (1 - part) + log10(self.x[1]) * part))
        return self.x[0] * (1 - part) + self.x[1] * part

    def column_of(self, x: float) -> int | None:
        """The column of the drawing in which an x value lies; None when it is outside."""
        low, high = self.x
        if not low <= x <= high or low == high:
            return None
        if self.x_log:
            low, high, x = log10(low), log10(high), log10(x)
        dot = int((x - low) / (high - low) * (self.columns * self.dots - 1) + 0.5)
        return self.left + dot // self.dots


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says at the cursor: its nearest point, as logged and as drawn (smoothed)."""

    x: float
    value: float
    drawn: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as text: `height` rows, each exactly `width` terminal cells wide.

    `area` is None when there is nothing to point at. `readings` has one entry for each line when
    a cursor was given (None where the line has nothing there), else it is empty. `notes` are what
    a reader should know that the picture alone does not say: "2,113 NaN".
    """

    width: int
    height: int
    rows: tuple[tuple[Span, ...], ...]
    area: PlotArea | None = None
    readings: tuple[Reading | None, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The bare text of each row."""
        return ["".join(span.text for span in row) for row in self.rows]


def drawing_text(drawing: Drawing, color: bool, *, depth: int = 24) -> str:
    """The drawing for a terminal or a pipe, rows parted by newlines, none at the end.

    Args:
        drawing: What to write.
        color: With ANSI sequences; without, blanks at the end of a row are left out.
        depth: How many bits a colour has: 24, or 8 for terminals that know 256 colours.
    """
    if not color:
        return "\n".join(line.rstrip() for line in drawing.lines)
    codes: dict[Look, str] = {}
    rows: list[str] = []
    for row in drawing.rows:
        parts: list[str] = []
        for text, look in row:
            if look not in codes:
                codes[look] = _code(look, depth)
            parts.append(f"\x1b[{codes[look]}m{text}\x1b[0m" if codes[look] else text)
        rows.append("".join(parts))
    return "\n".join(rows)


def _code(look: Look, depth: int) -> str:
    """The numbers of the ANSI sequence that gives a look; empty for the plain one."""
    parts = ["1"] if look.bold else []
    parts += ["2"] if look.dim else []
    parts += [f"38;{_color(look.fg, depth)}"] if look.fg else []
    parts += [f"48;{_color(look.bg, depth)}"] if look.bg else []
    return ";".join(parts)


def _color(color: str, depth: int) -> str:
    red, green, blue = channels(color)
    if depth == 24:
        return f"2;{red};{green};{blue}"
    return f"5;{_of_256(red, green, blue)}"


def channels(color: str) -> tuple[int, int, int]:
    """Red, green and blue of `#rrggbb`, each 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


_LEVELS = (0, 95, 135, 175, 215, 255)


def _of_256(red: int, green: int, blue: int) -> int:
    """The nearest of the colour cube and the grey ramp of 256-colour terminals."""
    cube = [min(range(6), key=lambda at: abs(_LEVELS[at] - part)) for part in (red, green, blue)]
    grey = min(max(round(((red + green + blue) / 3 - 8) / 10), 0), 23)
    shade = 8 + 10 * grey
    wanted = (red, green, blue)
    off_cube = sum((_LEVELS[at] - part) ** 2 for at, part in zip(cube, wanted, strict=True))
    off_grey = sum((shade - part) ** 2 for part in wanted)
    if off_grey < off_cube:
        return 232 + grey
    return 16 + 36 * cube[0] + 6 * cube[1] + cube[2]
