"""The colours of Venturi: dark, light, high contrast, the terminal's own sixteen, and none."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme


def _scrollbar(bar: str, hover: str, active: str, ground: str) -> dict[str, str]:
    """Quiet scrollbars: only the handle is seen."""
    grounds = ("", "-hover", "-active")
    return {
        "scrollbar": bar,
        "scrollbar-hover": hover,
        "scrollbar-active": active,
        "scrollbar-corner-color": ground,
        **{f"scrollbar-background{each}": ground for each in grounds},
    }


DARK = Theme(
    name="venturi-dark",
    primary="#56b6c2",
    secondary="#7d8794",
    accent="#56b6c2",
    warning="#e2c06c",
    error="#e5786d",
    success="#7ec699",
    foreground="#d3d8df",
    background="#101317",
    surface="#171b21",
    panel="#1b2027",
    dark=True,
    variables={
        "dim": "#7f8996",
        "faint": "#343c47",
        "band": "#24303a",
        "band-rest": "#1a2027",
        "band-cell": "#30505a",
        "footer-key-foreground": "#56b6c2",
        "input-selection-background": "#56b6c2 30%",
        "block-cursor-foreground": "#101317",
        "block-cursor-background": "#56b6c2",
        **_scrollbar("#343c47", "#7f8996", "#56b6c2", "#101317"),
    },
)

LIGHT = Theme(
    name="venturi-light",
    primary="#00727c",
    secondary="#6b737d",
    accent="#00727c",
    warning="#8f6400",
    error="#b23a2e",
    success="#23743c",
    foreground="#262b31",
    background="#fbfbf9",
    surface="#f3f4f2",
    panel="#eceeec",
    dark=False,
    variables={
        "dim": "#6a727c",
        "faint": "#cdd2d7",
        "band": "#dcebed",
        "band-rest": "#eef0f0",
        "band-cell": "#b5d8dc",
        "footer-key-foreground": "#00727c",
        "input-selection-background": "#00727c 25%",
        "block-cursor-foreground": "#fbfbf9",
        "block-cursor-background": "#00727c",
        **_scrollbar("#cdd2d7", "#6a727c", "#00727c", "#fbfbf9"),
    },
)

CONTRAST = Theme(
    name="venturi-contrast",
    primary="#00e5ff",
    secondary="#c8ccd0",
    accent="#00e5ff",
    warning="#ffd54f",
    error="#ff9a90",
    success="#8df5a6",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#101010",
    dark=True,
    variables={
        "dim": "#cdd2d7",
        "faint": "#8c939b",
        "band": "#003f6b",
        "band-rest": "#1c2b36",
        "band-cell": "#0063a6",
        "footer-key-foreground": "#00e5ff",
        "input-selection-background": "#0063a6",
        "block-cursor-foreground": "#000000",
        "block-cursor-background": "#00e5ff",
        **_scrollbar("#8c939b", "#cdd2d7", "#00e5ff", "#000000"),
    },
)

PLAIN = Theme(
    name="venturi-plain",
    ansi=True,
    primary="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        "dim": "ansi_default",
        "faint": "ansi_default",
        "band": "ansi_default",
        "band-rest": "ansi_default",
        "band-cell": "ansi_default",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_default",
        "input-selection-foreground": "ansi_default",
        "screen-selection-background": "ansi_default",
        "screen-selection-foreground": "ansi_default",
        **_scrollbar("ansi_bright_black", "ansi_bright_black", "ansi_default", "ansi_default"),
    },
)


ANSI = Theme(
    name="venturi-ansi",
    ansi=True,
    primary="ansi_cyan",
    accent="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        **PLAIN.variables,
        "dim": "ansi_default",
        "faint": "ansi_bright_black",
        "border-blurred": "ansi_bright_black",
    },
)


def missing_colors(theme: Theme) -> dict[str, str]:
    """Our own colours for a theme that does not know them, mixed from those it has."""
    if "dim" in theme.variables:
        return {}
    known = theme.to_color_system().generate()
    ground, text = Color.parse(known["background"]), Color.parse(known["foreground"])
    accent = Color.parse(known["accent"])
    return {
        "dim": text.blend(ground, 0.4).hex,
        "faint": text.blend(ground, 0.75).hex,
        "band": ground.blend(accent, 0.2).hex,
        "band-rest": ground.blend(text, 0.07).hex,
        "band-cell": ground.blend(accent, 0.4).hex,
    }


THEMES = (DARK, LIGHT, CONTRAST, ANSI, PLAIN)
