"""Roles as terminal styles, for the theme that is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.dom import DOMNode
from textual.strip import Strip
from textual.theme import Theme

from venturi_tui.present.pieces import Hue, Ink, Line, Role, Tone, fitted, length
from venturi_tui.theme import ANSI

if TYPE_CHECKING:
    from venturi_tui.present.chart.drawing import Look
    from venturi_tui.present.chart.theme import ChartTheme


class Ground(Enum):
    """What a line stands on; the value is the colour's name in the theme."""

    PLAIN = "background"
    BAND = "band"
    REST = "band-rest"
    CELL = "band-cell"


_COLORS = {
    Role.TEXT: "foreground",
    Role.STRONG: "foreground",
    Role.DIM: "dim",
    Role.FAINT: "faint",
    Role.ACCENT: "accent",
    Role.RUNNING: "warning",
    Role.GOOD: "success",
    Role.BAD: "error",
}

_ANSI_LINES = {
    "#0000ff": "bright_blue",
    "#808000": "yellow",
    "#008000": "green",
    "#ff00ff": "bright_magenta",
    "#00ffff": "bright_cyan",
    "#ffff00": "bright_yellow",
    "#c0c0c0": "white",
    "#ff0000": "bright_red",
}
"""Colours of lines in the terminal's own sixteen, by what stands for each in a drawing."""

_ANSI_GREY = "#808080"


class Palette:
    """Styles of one theme.

    Args:
        theme: The theme.
        variables: Its colours by name, as Textual derives them.
    """

    def __init__(self, theme: Theme, variables: Mapping[str, str]) -> None:
        self.theme = theme
        self._variables = variables
        self._styles: dict[tuple[Tone, Ground], Style] = {}
        self._inks: dict[Look, Style] = {}

    @cached_property
    def chart(self) -> ChartTheme:
        """The colours of charts on this theme's ground; what draws charts is loaded only now."""
        return _chart_theme(self.theme, self._variables)

    def style(self, tone: Tone, ground: Ground = Ground.PLAIN) -> Style:
        """How a role looks on a ground."""
        if isinstance(tone, Ink):
            return _inked(tone)
        key = (tone, ground)
        if key not in self._styles:
            make = self._terminals_own if self.theme.ansi else self._colored
            self._styles[key] = make(tone, ground)
        return self._styles[key]

    def ink(self, look: Look) -> Style:
        """How text of a chart looks on the plain ground."""
        style = self._inks.get(look)
        if style is None:
            fore, back = look.fg, look.bg
            if self.theme.ansi:
                grey = "bright_black" if look.fg == _ANSI_GREY else None
                fore, back = _ANSI_LINES.get(look.fg or "", grey), None
            style = self._inks[look] = self.style(Role.TEXT) + Style(
                color=fore,
                bgcolor=back,
                bold=look.bold or None,
                dim=look.dim or None,
            )
        return style

    def color(self, name: str, default: str = "foreground") -> RichColor:
        """A colour of the theme by its name."""
        value = self._variables.get(name) or self._variables[default]
        return Color.parse(value).rich_color

    def strip(self, pieces: Line, width: int, ground: Ground = Ground.PLAIN) -> Strip:
        """A line as exactly so many cells on a ground."""
        kept = fitted(pieces, width)
        segments = [Segment(text, self.style(tone, ground)) for text, tone in kept if text]
        room = width - length(kept)
        if room > 0:
            segments.append(Segment(" " * room, self.style(Role.TEXT, ground)))
        return Strip(segments, width)

    def _colored(self, tone: Role | Hue, ground: Ground) -> Style:
        if isinstance(tone, Hue):
            fore = RichColor.parse(self.chart.palette[tone.color])
        else:
            fore = self.color(_COLORS[tone])
        back = self.color(ground.value, "background")
        return Style(color=fore, bgcolor=back, bold=tone is Role.STRONG or None)

    def _terminals_own(self, tone: Role | Hue, ground: Ground) -> Style:
        """Without colours, or with those that the terminal's user chose."""
        fore: RichColor | str | None = "default"
        if self.theme.name == ANSI.name:
            hue = isinstance(tone, Hue)
            fore = list(_ANSI_LINES.values())[tone.color] if hue else self.color(_COLORS[tone])
        return Style(
            color=fore,
            bgcolor="default",
            bold=tone in (Role.STRONG, Role.ACCENT) or ground is Ground.CELL or None,
            dim=tone in (Role.DIM, Role.FAINT) or None,
            reverse=ground in (Ground.BAND, Ground.CELL) or None,
            underline=ground in (Ground.REST, Ground.CELL) or None,
        )


def _inked(ink: Ink) -> Style:
    """A cell of a picture: its own colours, whatever it stands on."""
    return Style(color=RichColor.from_rgb(*ink.fore), bgcolor=RichColor.from_rgb(*ink.back))


def _chart_theme(theme: Theme, variables: Mapping[str, str]) -> ChartTheme:
    from venturi_tui.present.chart.theme import DARK, LIGHT, PLAIN, mix

    if theme.ansi:
        if theme.name != ANSI.name:
            return PLAIN
        grey = _ANSI_GREY
        return replace(PLAIN, palette=tuple(_ANSI_LINES), faint=grey, grid=grey, tint=0.0)
    named = {
        "text": variables["foreground"],
        "muted": variables.get("dim", variables["foreground"]),
        "faint": variables.get("faint", variables["foreground"]),
        "accent": variables["accent"],
        "ground": variables["background"],
    }
    colors = {name: Color.parse(value).rgb for name, value in named.items()}
    own = {name: "#{:02x}{:02x}{:02x}".format(*rgb) for name, rgb in colors.items()}
    base = DARK if theme.dark else LIGHT
    return replace(base, **own, grid=mix(own["faint"], own["ground"], 0.5))


_palettes: WeakKeyDictionary[App[object], Palette] = WeakKeyDictionary()


def palette_of(node: DOMNode) -> Palette:
    """The palette of the theme that a node's app shows."""
    app: App[object] = node.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    palette = _palettes.get(app)
    if palette is None or palette.theme is not app.current_theme:
        palette = _palettes[app] = Palette(app.current_theme, app.get_css_variables())
    return palette
