"""Ticks of time: lengths (30s, 1h30m) and moments of the wall clock (14:03, Nov 02)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from math import ceil, floor

from venturi_tui.present.chart.ticks import Ticks, number_ticks, round_step

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 14)),
)
_LONGEST = 1e12
"""Seconds; what is longer is told in plain numbers of them."""
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def duration_ticks(low: float, high: float, most: int) -> Ticks:
    """Ticks of a length of time, in seconds; at most `most` of them."""
    span = high - low
    if span < 5 or span > _LONGEST or most < 1:
        ticks = number_ticks(low, high, most)
        if ticks.base:
            return ticks
        return Ticks(ticks.values, tuple(f"{label}s" for label in ticks.labels))
    steps = [step for step in _STEPS if step <= _DAY]
    days = max(round_step(span / _DAY, most), 1.0)
    steps += [days * _DAY, days * 2 * _DAY, days * 5 * _DAY]
    step = next(step for step in steps if floor(high / step) - ceil(low / step) < most)
    exact = [step * at for at in range(ceil(low / step), floor(high / step) + 1)]
    # So far from zero that neighbours are one double, that is one tick.
    kept = {float(value): duration_label(value, step) for value in exact}
    return Ticks(tuple(kept), tuple(kept.values()))


def duration_label(seconds: float, step: float | None = None) -> str:
    """Whole seconds in their two largest units: 0, 45s, 1m30s, 12m, 2h, 3d6h.

    With a step, down to the unit that tells neighbours apart: 3d6h0m10s beside 3d6h0m20s.
    """
    sign = "-" if seconds < 0 else ""
    rest = abs(int(seconds))
    words: list[str] = []
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m"), (1, "s")):
        amount, rest = divmod(rest, size)
        if amount or (words and rest and step is not None):
            words.append(f"{amount}{unit}")
        if len(words) == 2 if step is None else step % size == 0:
            break
    return sign + "".join(words) if words else "0"


def clock_ticks(low: float, high: float, most: int, zone: tzinfo | None) -> Ticks:
    """Ticks of the wall clock between two moments, in milliseconds since the epoch.

    There are at most `most` of them, or one more.

    The offset from UTC at the first moment holds for all of them, so that ticks stay evenly
    spaced over a change to summer time. Moments that no calendar reaches are shown as numbers.
    """
    try:
        start = _moment(low, zone)
        start = start.astimezone(_offset(start))
        end = _moment(high, start.tzinfo)
        values, labels = _clock_ticks(start, end, most)
    except (ValueError, OverflowError, OSError):
        return number_ticks(low, high, most)
    stamps = [moment.timestamp() * 1000 for moment in values]
    if not all(low <= stamp <= high for stamp in stamps) or any(
        a >= b for a, b in pairwise(stamps)
    ):
        return number_ticks(low, high, most)
    return Ticks(tuple(stamps), tuple(labels))


def clock_label(value: float, step: float, zone: tzinfo | None) -> str:
    """One moment as exactly as a step (both in milliseconds) asks for."""
    try:
        moment = _moment(value, zone)
    except (ValueError, OverflowError, OSError):
        return f"{value:.0f}"
    day = f"{_MONTHS[moment.month - 1]} {moment.day:02}"
    if step >= _DAY * 1000:
        return day
    return f"{day} {moment:%H:%M:%S}" if step < _MINUTE * 1000 else f"{day} {moment:%H:%M}"


def _moment(milliseconds: float, zone: tzinfo | None) -> datetime:
    moment = datetime.fromtimestamp(milliseconds / 1000, zone)
    return moment if zone else moment.astimezone()


def _offset(moment: datetime) -> timezone:
    return timezone(moment.utcoffset() or timedelta())


def _clock_ticks(start: datetime, end: datetime, most: int) -> tuple[list[datetime], list[str]]:
    span = (end - start).total_seconds()
    if most < 1 or span < 2:
        return [], []
    step = next((step for step in _STEPS if span / step <= most), None)
    if step is None:
        months = next((n for n in _MONTH_STEPS if span / (n * 30 * _DAY) <= most), 1200)
        values = list(_months(start, end, months))
        return values, [_month_label(value, months) for value in values]
    if step >= _DAY:
        values = list(_days(start, end, step // _DAY))
        return values, [_day_label(value) for value in values]
    values = list(_moments(start, end, step))
    days = [None, *(value.date() for value in values)]
    labels = [
        _day_label(value) if before and value.date() != before else _time_label(value, step)
        for before, value in zip(days, values, strict=False)
    ]
    return values, labels


def _moments(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    """Multiples of a step of at most half a day, counted from midnight."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    count = ceil((start - midnight).total_seconds() / step)
    moment = midnight + timedelta(seconds=count * step)
    while moment <= end:
        yield moment
        moment += timedelta(seconds=step)


def _days(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    moment = start.replace(hour=0, minute=0, second=0, microsecond=0)
    moment += timedelta(days=-moment.toordinal() % step)
    while moment <= end:
        if moment >= start:
            yield moment
        moment += timedelta(days=step)


def _months(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    count = (start.year * 12 + start.month - 1) // step * step
    moment = start.replace(hour=0, minute=0, second=0, microsecond=0, day=1)
    while True:
        year, month = divmod(count, 12)
        moment = moment.replace(year=year, month=month + 1)
        if moment > end:
            return
        if moment >= start:
            yield moment
        count += step


def _time_label(moment: datetime, step: int) -> str:
    return f"{moment:%H:%M:%S}" if step < _MINUTE else f"{moment:%H:%M}"


def _day_label(moment: datetime) -> str:
    return f"{_MONTHS[moment.month - 1]} {moment.day:02}"


def _month_label(moment: datetime, step: int) -> str:
    return str(moment.year) if step >= 12 else f"{_MONTHS[moment.month - 1]} {moment.year}"
