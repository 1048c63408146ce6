"""Colours from low to high for one value of each run, in order also for colour-blind eyes."""

from __future__ import annotations

from venturi_tui.present.chart.drawing import channels
from venturi_tui.present.chart.theme import ChartTheme, mix

_ON_DARK = ("#3f6fd1", "#4aa3a8", "#a8c94a", "#ffe945")
_ON_LIGHT = ("#c9a400", "#4f9a5b", "#23698e", "#35145e")
STEPS = 9


def ramp(theme: ChartTheme) -> tuple[str, ...]:
    """Colours for the lowest to the highest value, further from the ground the higher; or none.

    Their lightness only rises (on a dark ground) or falls (on a light one), as that of viridis.
    """
    if not theme.has_color:
        return ()
    stops = _ON_DARK if sum(channels(theme.ground)) < 384 else _ON_LIGHT
    return tuple(_between(stops, at / (STEPS - 1)) for at in range(STEPS))


def _between(stops: tuple[str, ...], part: float) -> str:
    place = part * (len(stops) - 1)
    at = min(int(place), len(stops) - 2)
    return mix(stops[at + 1], stops[at], place - at)
