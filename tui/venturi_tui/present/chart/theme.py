"""Colours of a chart, safe for colour-blind eyes: on dark, on light, and none at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from venturi_tui.present.chart.drawing import Look, channels


@dataclass(frozen=True, slots=True)
class ChartTheme:
    """Colours as `#rrggbb`; None leaves the terminal's own.

    Attributes:
        palette: Eight colours of lines; empty when there is no colour, and then marks are set
            along the lines and bands are shaded with a character.
        text: Titles and labels of the legend.
        muted: Tick labels, notes.
        faint: Axes.
        grid: Grid lines.
        accent: The cursor.
        ground: What the chart stands on; tints are mixed with it. It is not painted.
        tint: How much of a line's colour its band has, 0 to 1.
    """

    palette: tuple[str, ...]
    text: str | None
    muted: str | None
    faint: str | None
    grid: str | None
    accent: str | None
    ground: str
    tint: float = 0.2

    @property
    def has_color(self) -> bool:
        """Whether colours may be used at all."""
        return bool(self.palette)


DARK = ChartTheme(
    palette=(
        "#56b4e9",
        "#f0a030",
        "#2fb58a",
        "#db6aac",
        "#8e94ff",
        "#f5e743",
        "#d9d9d9",
        "#d5602a",
    ),
    text="#e0e0e0",
    muted="#9a9a9a",
    faint="#5a5a5a",
    grid="#2c2c2c",
    accent="#ffffff",
    ground="#121212",
)
LIGHT = ChartTheme(
    palette=(
        "#0072b2",
        "#c67e4f",
        "#009f9b",
        "#ca3b75",
        "#7263dd",
        "#8c7b00",
        "#444444",
        "#98391a",
    ),
    text="#202020",
    muted="#6a6a6a",
    faint="#a0a0a0",
    grid="#e4e4e4",
    accent="#000000",
    ground="#ffffff",
    tint=0.16,
)
PLAIN = ChartTheme(
    palette=(),
    text=None,
    muted=None,
    faint=None,
    grid=None,
    accent=None,
    ground="#000000",
)


def theme_for(environ: Mapping[str, str]) -> ChartTheme:
    """The theme a terminal wants, as far as its environment tells.

    `NO_COLOR` (when not empty) asks for none; the last number of `COLORFGBG` is the background, of
    which 7 and 9 to 15 are light. Everything else is taken as dark.
    """
    if environ.get("NO_COLOR"):
        return PLAIN
    ground = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if ground == "7" or ground in map(str, range(9, 16)) else DARK


def mix(color: str, ground: str, amount: float) -> str:
    """`amount` of a colour laid over a ground."""
    parts = (
        round(over * amount + under * (1 - amount))
        for over, under in zip(channels(color), channels(ground), strict=True)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def line_look(theme: ChartTheme, color: int, *, bold: bool = False) -> Look:
    """How a line of that palette place looks."""
    fg = theme.palette[color % len(theme.palette)] if theme.palette else None
    return Look(fg=fg, bold=bold)
