"""The raw range of lines as a tint of the background, half a cell at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from venturi.curves.envelope import Envelope
from venturi_tui.present.chart.drawing import channels
from venturi_tui.present.chart.scales import Scale
from venturi_tui.present.chart.theme import ChartTheme, mix


@dataclass(frozen=True, slots=True)
class BandLine:
    """The envelope of one line, an entry for each column of cells, and its palette place."""

    envelope: Envelope
    color: int


_PART = 16
_MASK = (1 << _PART) - 1
_MOST_BANDS = 250
"""Colours are summed as 16-bit parts of one number; more bands than this would spill over."""


def tints(
    bands: Sequence[BandLine], y_scale: Scale, rows: int, theme: ChartTheme
) -> list[list[str | None]]:
    """The background of each half cell of the canvas: `2 * rows` lists; None where no band is.

    Where bands overlap, their colours are averaged and the tint is stronger; the more bands
    there are, the thinner each is. Without colours, what is covered has the theme's ground.
    """
    bands = bands[-_MOST_BANDS:]
    columns = len(bands[0].envelope) if bands else 0
    changes: list[dict[int, int]] = [{} for _ in range(columns)]
    for band in bands:
        color = theme.palette[band.color % len(theme.palette)] if theme.has_color else theme.ground
        packed = _packed(color)
        covered = _covered(band.envelope, y_scale, rows)
        for change, (top, bottom) in zip(changes, covered, strict=True):
            change[top] = change.get(top, 0) + packed
            change[bottom] = change.get(bottom, 0) - packed
    amount = theme.tint / max(len(bands), 1) ** 0.4
    known: dict[int, str | None] = {0: None}
    made = [_column(change, 2 * rows, amount, theme.ground, known) for change in changes]
    return [list(row) for row in zip(*made, strict=True)]


def _column(
    changes: dict[int, int], length: int, amount: float, ground: str, known: dict[int, str | None]
) -> list[str | None]:
    """The backgrounds of one column, of what is added to the sum of colours at which half row."""
    column: list[str | None] = []
    total = 0
    for half, change in sorted(changes.items()):
        if total not in known:
            known[total] = _mixed(total, amount, ground)
        column += [known[total]] * (half - len(column))
        total += change
    return column + [None] * (length - len(column))


def _packed(color: str) -> int:
    """A colour and the number 1, side by side."""
    red, green, blue = channels(color)
    return red | green << _PART | blue << 2 * _PART | 1 << 3 * _PART


def _mixed(total: int, amount: float, ground: str) -> str:
    """The average of the colours summed, laid over the ground as often as there are."""
    count = total >> 3 * _PART
    parts = (round((total >> shift * _PART & _MASK) / count) for shift in range(3))
    return mix("#" + "".join(f"{part:02x}" for part in parts), ground, 1 - (1 - amount) ** count)


def _covered(envelope: Envelope, y_scale: Scale, rows: int) -> list[tuple[int, int]]:
    """For each column the half-open range of half rows that the band covers, from the top."""
    last = y_scale.dots - 1
    spans: list[tuple[int, int]] = []
    for low, high in zip(envelope.lows, envelope.highs, strict=True):
        if isnan(low) or high < y_scale.low or low > y_scale.high:
            spans.append((0, 0))
            continue
        upper = (last - y_scale.dot(high)) * 2 * rows // y_scale.dots
        lower = ((last - y_scale.dot(low) + 1) * 2 * rows - 1) // y_scale.dots
        spans.append((upper, lower + 1))
    return spans
