"""Times as a person writes them: '2h ago', 'yesterday', '2026-11-01 14:00'."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone

EXAMPLES = "'2h ago', 'yesterday', '2026-11-01' or '2026-11-01 14:00'"

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)
_UNITS_MS = {
    "ms": 1,
    "s": 1000,
    "sec": 1000,
    "second": 1000,
    "m": 60_000,
    "min": 60_000,
    "minute": 60_000,
    "h": 3_600_000,
    "hr": 3_600_000,
    "hour": 3_600_000,
    "d": 86_400_000,
    "day": 86_400_000,
    "w": 604_800_000,
    "week": 604_800_000,
}
_UNIT = r"(?P<unit>[a-z]+)"
_SPAN = re.compile(rf"(?P<count>[0-9]+(?:\.[0-9]+)?|an?\b) *{_UNIT}(?:,| and\b)? *")
_DATE = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?: +|T)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r" *(?P<zone>Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?",
    re.IGNORECASE,
)


def clock_ms() -> int:
    """Now, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def parse_time(text: str, now_ms: int) -> int | None:
    """Milliseconds since the epoch of a time that a person wrote; None when it is none.

    Without a zone, a date or time of day is local. A date alone is the start of that day. Days ago
    are 24 hours each; 'today' and 'yesterday' are midnights.
    """
    words = text.strip()
    if len(words) > 100:
        return None
    lowered = words.lower()
    try:
        if lowered == "now":
            return now_ms
        if lowered in ("today", "yesterday"):
            return _midnight(now_ms, days_back=int(lowered == "yesterday"))
        if lowered.endswith(" ago"):
            return _ago(lowered[:-4].strip(), now_ms)
        return _date(words)
    except (ValueError, OverflowError, OSError):
        return None  # a day, a year or a time that no calendar or clock of this machine has


def parse_span(text: str) -> float | None:
    """Milliseconds of a length of time: '90s', '1h 30m', '500ms', 'an hour'; None when it is none.

    A number alone is seconds.
    """
    words = text.strip().lower()
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", words):
        words += "s"
    return _span_ms(words) if len(words) <= 100 else None


def _ago(span: str, now_ms: int) -> int | None:
    """The moment some spans of time before now: '1h 30m', '2.5 days', 'an hour'."""
    milliseconds = _span_ms(span)
    return None if milliseconds is None else now_ms - round(milliseconds)


def _span_ms(span: str) -> float | None:
    position, milliseconds = 0, 0.0
    while position < len(span):
        match = _SPAN.match(span, position)
        unit = _unit_ms(match["unit"]) if match else None
        if match is None or unit is None:
            return None
        count = 1.0 if match["count"].startswith("a") else float(match["count"])
        milliseconds += count * unit
        position = match.end()
    return milliseconds if position else None


def _unit_ms(word: str) -> int | None:
    found = _UNITS_MS.get(word)
    if found is None and len(word) > 2 and word.endswith("s"):
        found = _UNITS_MS.get(word[:-1])
    return found


def _midnight(now_ms: int, *, days_back: int) -> int:
    day = (_EPOCH + now_ms * _MILLISECOND).astimezone().date() - timedelta(days=days_back)
    return _to_ms(datetime(day.year, day.month, day.day).astimezone())


def _date(text: str) -> int | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    fraction = (match["fraction"] or "").ljust(6, "0")[:6]
    moment = datetime(
        int(match["year"]),
        int(match["month"]),
        int(match["day"]),
        int(match["hour"] or 0),
        int(match["minute"] or 0),
        int(match["second"] or 0),
        int(fraction),
    )
    zone = _zone(match["zone"])
    return _to_ms(moment.astimezone() if zone is None else moment.replace(tzinfo=zone))


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text.upper() in ("Z", "UTC"):
        return timezone.utc
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _to_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
