"""Where ticks stand on an axis of numbers, and what they say, shortly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite, log10

_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_LONGEST = 9
"""A label longer than this is written as a difference from a base that a note names."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """Values (logarithms on a logarithmic axis), what each one says, and what to add to all."""

    values: tuple[float, ...]
    labels: tuple[str, ...]
    base: str = ""


def number_ticks(low: float, high: float, most: int) -> Ticks:
    """Round numbers between two values, at most `most` of them, which may be none."""
    values, step = _round_values(low, high, most)
    if not values:
        return Ticks((), ())
    labels = [number_label(value, step) for value in values]
    if max(map(len, labels)) <= _LONGEST:
        return Ticks(tuple(values), tuple(_even(labels)))
    base = values[0]
    labels = ["+" + number_label(value - base, step) for value in values]
    return Ticks(tuple(values), tuple(labels), f"{base:.15g}")


def log_ticks(low: float, high: float, most: int) -> Ticks:
    """Ticks between two base-10 logarithms: powers of ten, or where they are few, round numbers."""
    first, last = ceil(low - 1e-9), floor(high + 1e-9)
    if last - first >= 1 or high - low > 3:
        stride = max(1, ceil((last - first + 1) / max(most, 1)))
        powers = range(-(-first // stride) * stride, last + 1, stride)
        return Ticks(tuple(map(float, powers)), tuple(map(_power_label, powers)))
    values = [n * 10.0**power for power in range(floor(low), last + 2) for n in (1, 2, 5)]
    inside = [value for value in values if low <= log10(value) <= high]
    if not 2 <= len(inside) <= most:
        inside, step = _round_values(10.0**low, 10.0**high, most)
        inside = [value for value in inside if value > 0]
        labels = [number_label(value, step) for value in inside]
    else:
        labels = [number_label(value, value) for value in inside]
    return Ticks(tuple(map(log10, inside)), tuple(labels))


def round_step(span: float, most: int) -> float:
    """The smallest of 1, 2 or 5 times a power of ten that fits into `span` at most `most` times."""
    rough = span / max(most, 1)
    power = 10.0 ** floor(log10(rough))
    return next((n * power for n in (1, 2, 5) if n * power >= rough * (1 - 1e-9)), 10 * power)


def _round_values(low: float, high: float, most: int) -> tuple[list[float], float]:
    """Multiples of a round step, and the step."""
    span = high - low
    if most < 1 or not span > 0 or not isfinite(span) or span < 1e-280:
        return [], 1.0
    step = round_step(span, most)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    while last - first + 1 > most:
        step = round_step(step * 1.5, 1)
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    values = [_times(count, step) for count in range(first, last + 1)]
    if any(a >= b for a, b in pairwise(values)):
        return [], step
    return values, step


def _times(count: int, step: float) -> float:
    """A multiple of a round step without the noise of binary fractions: 0.3, not 0.30…04."""
    return float(f"{count * step:.15g}")


def number_label(value: float, step: float) -> str:
    """A value in as few characters as tell it from others a `step` away: 0.25, 12k, 1.5M, 2e-7."""
    if value == 0:
        return "0"
    size = abs(value)
    exponent = floor(log10(size) + 1e-12)
    digits = max(0, exponent - floor(log10(step) + 1e-12))
    if exponent < -3 or exponent >= 15:
        return _scientific(value, digits)
    for unit, letter in _UNITS:
        if size >= unit * (1 - 1e-12) and (unit > 1e3 or size >= 1e3):
            return _fixed(value / unit, max(0, digits - (exponent - floor(log10(unit))))) + letter
    return _fixed(value, max(0, digits - exponent))


def _fixed(value: float, decimals: int) -> str:
    return f"{value:.{min(decimals, 15)}f}"


def _scientific(value: float, digits: int) -> str:
    mantissa, _, exponent = f"{value:.{min(digits, 15)}e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def _power_label(power: int) -> str:
    if -3 <= power <= 0:
        return f"{10.0**power:g}"
    return number_label(10.0**power, 10.0**power) if abs(power) < 300 else f"1e{power}"


def _even(labels: Sequence[str]) -> Sequence[str]:
    """A plain 0 among numbers with decimals gets the same decimals."""
    decimals = {len(label.partition(".")[2]) for label in labels if label.lstrip("-")[0] != "0"}
    plain = all(label[-1].isdigit() and "e" not in label for label in labels)
    others = {len(label.partition(".")[2]) for label in labels if label != "0"}
    if not plain or len(others) != 1 or not decimals <= others:
        return labels
    zero = _fixed(0.0, others.pop())
    return [zero if label == "0" else label for label in labels]


def spread(  # the widest choice of ticks whose labels do not touch
    choose: Callable[[int], Ticks], place: Callable[[float], int], columns: int
) -> Ticks:
    """As many ticks as fit side by side into `columns` cells with two blanks between labels.

    Args:
        choose: Gives ticks, at most as many as asked for.
        place: The cell of a value.
        columns: How many cells there are.
    """
    for most in range(max(columns // 7, 1), 0, -1):
        ticks = choose(most)
        if ticks.values and _fit(ticks, place, columns):
            return ticks
    return Ticks((), ())


def _fit(ticks: Ticks, place: Callable[[float], int], columns: int) -> bool:
    end = -2
    for value, label in zip(ticks.values, ticks.labels, strict=True):
        start = max(0, min(place(value) - len(label) // 2, columns - len(label)))
        if start < end + 2:
            return False
        end = start + len(label)
    return end <= columns
