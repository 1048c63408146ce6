"""The raw range of lines as a tint of the background, one cell at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from venturi.curves.envelope import Envelope
from venturi_tui.present.chart.scales import Scale
from venturi_tui.present.chart.theme import ChartTheme, mix


@dataclass(frozen=True, slots=True)
class BandLine:
    """The envelope of one line, an entry for each column of cells, and its palette place."""

    envelope: Envelope
    color: int


def tints(
    bands: Sequence[BandLine], y_scale: Scale, rows: int, theme: ChartTheme
) -> dict[tuple[int, int], str]:
    """The background of each cell that a band covers, by row and column of the canvas.

    Where bands overlap, later ones are laid over earlier ones. Without colours, every covered
    cell has the theme's ground.
    """
    made: dict[tuple[int, int], str] = {}
    for band in bands:
        color = theme.palette[band.color % len(theme.palette)] if theme.has_color else theme.ground
        mixed: dict[str, str] = {}
        for column, (top, bottom) in enumerate(_covered(band.envelope, y_scale, rows)):
            for row in range(top, bottom):
                under = made.get((row, column), theme.ground)
                if under not in mixed:
                    mixed[under] = mix(color, under, theme.tint)
                made[row, column] = mixed[under]
    return made


def _covered(envelope: Envelope, y_scale: Scale, rows: int) -> list[tuple[int, int]]:
    """For each column the half-open range of rows that the band covers, from the top."""
    high = y_scale.dots // rows
    spans: list[tuple[int, int]] = []
    for low, top in zip(envelope.lows, envelope.highs, strict=True):
        if isnan(low) or top < y_scale.low or low > y_scale.high:
            spans.append((0, 0))
            continue
        upper = y_scale.dots - 1 - y_scale.dot(top)
        lower = y_scale.dots - 1 - y_scale.dot(low)
        spans.append((upper // high, lower // high + 1))
    return spans
