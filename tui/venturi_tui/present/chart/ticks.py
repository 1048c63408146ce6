"""Where ticks stand on an axis of numbers, and what they say, shortly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

from venturi.curves.scaling import symlog, symlog_inverse

_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_LONGEST = 9
"""A label longer than this is written as a difference from a base that a note names."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """Values (logarithms on a logarithmic axis), what each one says, and what to add to all."""

    values: tuple[float, ...]
    labels: tuple[str, ...]
    base: str = ""


def number_ticks(low: float, high: float, most: int, *, least_step: float = 0.0) -> Ticks:
    """Round numbers between two values, at most `most` of them, which may be none.

    Neighbours differ by at least `least_step`: 1 for whole numbers.
    """
    values, step = _round_values(low, high, most, least_step)
    if not values:
        return Ticks((), ())
    labels = [number_label(value, step) for value in values]
    plain = [_fixed(value, 0) for value in values]
    if step >= 1 and max(map(len, plain)) <= min(5, max(map(len, labels))):
        labels = plain
    if max(map(len, labels)) <= _LONGEST:
        return Ticks(tuple(values), tuple(_even(labels)))
    labels = ["+" + number_label(_times(at, step), step) for at in range(len(values))]
    return Ticks(tuple(values), tuple(labels), f"{values[0]:.15g}")


def log_ticks(low: float, high: float, most: int) -> Ticks:
    """Ticks between two base-10 logarithms: powers of ten, or where they are few, round numbers."""
    first, last = ceil(low - 1e-9), floor(high + 1e-9)
    for multiples in ((1, 2, 5), (1, 3)):
        values = _multiples(low, high, multiples) if high - low < most else []
        if 3 <= len(values) <= most:
            labels = [number_label(value, 10.0 ** floor(log10(value) + 1e-9)) for value in values]
            return Ticks(tuple(map(log10, values)), tuple(labels))
    if last <= first:
        values, step = _round_values(10.0**low, 10.0**high, most) if high < 300 else ([], 1.0)
        values = [value for value in values if value > 0]
        labels = [number_label(value, step) for value in values]
        return Ticks(tuple(map(log10, values)), tuple(labels))
    stride = max(1, ceil((last - first + 1) / max(most, 1)))
    powers = range(-(-first // stride) * stride, last + 1, stride)
    return Ticks(tuple(map(float, powers)), tuple(map(_power_label, powers)))


def symlog_ticks(low: float, high: float, most: int, threshold: float) -> Ticks:
    """Ticks between two symlogs: 0 and powers of ten of both signs; round numbers in between.

    Args:
        low: The lower end, a symlog.
        high: The upper end.
        most: How many ticks there may be.
        threshold: A power of ten, as `symlog` has it.
    """
    first, last = ceil(low - 1e-9), floor(high + 1e-9)
    stride = max(1, ceil((last - first + 1) / max(most, 1)))
    places = range(-(-first // stride) * stride, last + 1, stride)
    if last > first and places:
        power = round(log10(threshold)) - 1
        labels = [_signed_power(place, power) for place in places]
        return Ticks(tuple(map(float, places)), tuple(labels))
    ends = symlog_inverse(low, threshold), symlog_inverse(high, threshold)
    values, step = _round_values(*ends, most)
    pairs = [(symlog(value, threshold), number_label(value, step)) for value in values]
    pairs = [(place, label) for place, label in pairs if low - 1e-9 <= place <= high + 1e-9]
    return Ticks(tuple(place for place, _ in pairs), tuple(label for _, label in pairs))


def _signed_power(place: int, power: int) -> str:
    """The power of ten at a whole symlog."""
    if place == 0:
        return "0"
    return ("-" if place < 0 else "") + _power_label(power + abs(place))


def _multiples(low: float, high: float, multiples: tuple[int, ...]) -> list[float]:
    """Those multiples of powers of ten whose logarithm lies between two bounds."""
    powers = range(max(floor(low), -300), min(floor(high), 300) + 1)
    values = (float(f"{n}e{power}") for power in powers for n in multiples)
    return [value for value in values if low <= log10(value) <= high]


def round_step(span: float, most: float) -> float:
    """The smallest of 1, 2 or 5 times a power of ten that fits into `span` at most `most` times."""
    rough = span / most
    power = 10.0 ** floor(log10(rough))
    return next((n * power for n in (1, 2, 5) if n * power >= rough * (1 - 1e-9)), 10 * power)


def _round_values(
    low: float, high: float, most: int, least_step: float = 0.0
) -> tuple[list[float], float]:
    """At most that many multiples of a round step, and the step: the smallest that will do."""
    span = high - low
    if most < 1 or not span > 0 or not 1e-280 < span < 1e300:
        return [], 1.0
    step = max(round_step(span, most + 1), least_step)
    while True:
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if last - first + 1 <= most:
            break
        step = round_step(step * 1.5, 1)
    values = [_times(count, step) for count in range(first, last + 1)]
    return ([] if any(a >= b for a, b in pairwise(values)) else values), step


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
        if size >= unit:
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
    """A bare 0 among numbers that all have the same decimals gets these, too."""
    others = [label for label in labels if label != "0"]
    decimals = {len(label.partition(".")[2]) for label in others}
    is_plain = all(label.lstrip("-").replace(".", "").isdigit() for label in others)
    if len(decimals) != 1 or not is_plain:
        return labels
    zero = _fixed(0.0, decimals.pop())
    return [zero if label == "0" else label for label in labels]


def spread(choose: Callable[[int], Ticks], place: Callable[[float], int], columns: int) -> Ticks:
    """As many ticks as fit side by side into `columns` cells with two blanks between labels.

    Args:
        choose: Gives ticks, at most as many as asked for.
        place: The cell of a value.
        columns: How many cells there are.
    """
    for most in range(max(columns // 11, 2), 0, -1):
        ticks = choose(most)
        if ticks.values and _fit(ticks, place, columns):
            return ticks
    return Ticks((), ())


def _fit(ticks: Ticks, place: Callable[[float], int], columns: int) -> bool:
    end = -2
    for value, label in zip(ticks.values, ticks.labels, strict=True):
        start = max(0, min(place(value) - (len(label) - 1) // 2, columns - len(label)))
        if start < end + 2:
            return False
        end = start + len(label)
    return end <= columns
