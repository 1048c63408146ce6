"""From which step on two curves of a metric are apart."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, sqrt
from statistics import median

from venturi.curves.align import align
from venturi.records import History

_LOOK_AHEAD = 0.1
_FEWEST_AHEAD = 3
_TIMES_NOISE = 3.0
_TO_DEVIATION = 1.4826
"""The median distance from the median, times this, is the standard deviation of normal noise."""


def separation_step(one: History, other: History) -> int | None:
    """The first step from which on two curves of one metric are apart; None when they never are.

    They are compared at the steps that both have. There they are apart when they differ by more
    than three times their noise, and go on doing so, on the same side, for a tenth of all common
    steps (at least three) or to the end. Noise is how much each jumps between neighbouring steps:
    the median distance of second differences, as the standard deviation of normal noise. Curves
    without noise, such as two runs of one seed, are apart as soon as they differ. A value that is
    not finite beside one that is counts as apart.

    Args:
        one: Ordered as History says.
        other: The same metric of another run.
    """
    aligned = align([one, other])
    left, right = aligned.columns
    places = [
        at for at in range(len(aligned)) if aligned.rows[0][at] >= 0 and aligned.rows[1][at] >= 0
    ]
    if not places:
        return None
    ones, others = [left[at] for at in places], [right[at] for at in places]
    noise = sqrt(_noise(ones) ** 2 + _noise(others) ** 2)
    sides = [_side(a, b, _TIMES_NOISE * noise) for a, b in zip(ones, others, strict=True)]
    ahead = max(_FEWEST_AHEAD, int(len(sides) * _LOOK_AHEAD))
    found = _first_lasting(sides, ahead)
    return None if found is None else aligned.steps[places[found]]


def _noise(values: Sequence[float]) -> float:
    """The standard deviation of the noise on a curve, whatever its slope."""
    finite = [value for value in values if isfinite(value)]
    bends = [abs(a - 2 * b + c) for a, b, c in zip(finite, finite[1:], finite[2:], strict=False)]
    bends = [bend for bend in bends if isfinite(bend)]
    # A second difference of independent noise has six times its variance.
    return _TO_DEVIATION * median(bends) / sqrt(6) if bends else 0.0


def _side(one: float, other: float, slack: float) -> int:
    """1 where the first is above the other, -1 where it is below, 2 where one is no number."""
    if isfinite(one) and isfinite(other):
        apart = one - other
        return 0 if abs(apart) <= slack else (1 if apart > 0 else -1)
    alike = one == other or (one != one and other != other)  # noqa: PLR0124 - NaN
    return 0 if alike else 2


def _first_lasting(sides: Sequence[int], ahead: int) -> int | None:
    """The first place from which on a side other than 0 is kept `ahead` times, or to the end."""
    start, held = 0, 0
    for place, side in enumerate(sides):
        if side != held:
            start, held = place, side
        if held and place - start + 1 >= ahead:
            return start
    return start if held and sides else None
