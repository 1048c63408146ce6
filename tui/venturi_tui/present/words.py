"""Single values as a person reads them: numbers, ages, states, and text that cannot harm."""

from __future__ import annotations

import math
import re
import sys
import time
import unicodedata
from functools import cache

MISSING = "·"
"""Stands where a record has no value; unlike NaN and infinity, which are values."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset({0x200C, 0x200D})  # letters of some scripts and of emoji need these
_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
_PICTURE = "[\u2190-\u2bff\U0001f000-\U0001faff]"
_LETTER = "[\u0590-\u1fff]"  # of scripts whose letters are joined, or kept apart, by joiners
_ODD = (
    f"(?<={_MARK}{{6}}){_MARK}"  # a pile higher than any script's
    "|[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\U000e0100-\U000e01ef]"  # never seen
    f"|\u200d(?!{_PICTURE})|(?<!{_PICTURE}|[\ufe0f])\u200d"
    f"|\u200c(?!{_LETTER})|(?<!{_LETTER})\u200c"
)
_BETWEEN_LETTERS = f"(?<={_LETTER})\u200d(?={_LETTER})"
_STATUS = {
    "RUNNING": ("●", "running"),
    "SCHEDULED": ("◌", "scheduled"),
    "FINISHED": ("✓", "done"),
    "FAILED": ("✗", "failed"),
    "KILLED": ("⊘", "killed"),
}
_SECOND = 1000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MONTH = 30 * _DAY
_YEAR = 365 * _DAY


class _Visible(dict[int, str]):
    """Translation table that makes every character that acts instead of showing visible."""

    def __missing__(self, code: int) -> str:
        shown = self[code] = _visible(code)
        return shown


def _visible(code: int) -> str:
    """How one character is shown: itself, a control picture, or its number."""
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code in _JOINERS or unicodedata.category(chr(code)) not in _UNSEEN:
        return chr(code)
    return _numbered(code)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Compiled when it is needed: these take a millisecond."""
    return re.compile(text)


def _numbered(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_VISIBLE = _Visible()


def safe(text: str) -> str:
    r"""Text from a store as one line that shows, and never obeys, what is in it.

    Control characters become control pictures (`␛`, `␊`), and what is invisible or turns the
    writing direction becomes its number (`\u202e`). A mark that has no letter stands on `◌`; of
    a pile of marks six are kept. Joiners are kept where they join; between letters they only
    choose a shape, of which terminals disagree how wide it is. Everything else is kept.
    """
    if text.isascii():
        return text if text.isprintable() else text.translate(_VISIBLE)
    shown = _pattern(_BETWEEN_LETTERS).sub("", text)
    shown = _pattern(_ODD).sub(lambda match: _numbered(ord(match[0])), shown)
    shown = shown if shown.isprintable() else shown.translate(_VISIBLE)
    return f"◌{shown}" if unicodedata.category(shown[0])[0] == "M" else shown


def number(value: float, digits: int = 5) -> str:
    """A number with at most `digits` significant digits: `0.9412`, `3e-5`, `NaN`, `-∞`.

    MLflow's databases hold infinity as the largest float there is; it is shown as infinity.
    """
    if math.isnan(value):
        return "NaN"
    if abs(value) >= sys.float_info.max:
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    shown = f"{value:.{digits}g}"
    mantissa, _, exponent = shown.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else shown


def exact_number(value: float) -> str:
    """A number with every digit it has: `0.9411765`, `1e-05`, `NaN`, `-∞`."""
    shown = number(value)
    return shown if shown in ("NaN", "∞", "-∞") else repr(value).removesuffix(".0")


def count(n: int) -> str:
    """A count in at most four characters or so: `999`, `1.2k`, `41k`, `3M`."""
    if abs(n) < 1000:
        return str(n)
    amount: float = n
    for unit in ("k", "M", "G", "T"):
        amount /= 1000
        short = f"{amount:.1f}" if abs(amount) < 9.95 else f"{amount:.0f}"
        if abs(float(short)) < 1000:
            return short.removesuffix(".0") + unit
    return f"{n:.1e}"


def exact_count(n: int) -> str:
    """A count to the last unit: `4,106`."""
    return f"{n:,}"


def age(ms: int | None, now_ms: int) -> str:
    """How long ago a time is, in one unit: `12s`, `12m`, `2h`, `3d`, `5mo`, `2y`.

    Times ahead of the clock by a minute or more say so: `in 5m`.
    """
    if ms is None:
        return MISSING
    past = now_ms - ms
    if past < 0:
        return "0s" if past > -_MINUTE else f"in {_one_unit(-past)}"
    return _one_unit(past)


def _one_unit(ms: int) -> str:
    for size, limit, unit in (
        (_SECOND, _MINUTE, "s"),
        (_MINUTE, _HOUR, "m"),
        (_HOUR, _DAY, "h"),
        (_DAY, 2 * _MONTH, "d"),
        (_MONTH, 2 * _YEAR, "mo"),
    ):
        if ms < limit:
            return f"{ms // size}{unit}"
    return f"{ms // _YEAR}y"


def duration(ms: int | None) -> str:
    """A length of time in its two largest units: `350ms`, `12s`, `4m 5s`, `1h 12m`, `3d 4h`."""
    if ms is None:
        return MISSING
    if ms < 0:
        return f"-{duration(-ms)}"
    if ms < _SECOND:
        return f"{ms}ms"
    if ms < _MINUTE:
        return f"{ms // _SECOND}s"
    for large, small, limit, letters in (
        (_MINUTE, _SECOND, _HOUR, "ms"),
        (_HOUR, _MINUTE, _DAY, "hm"),
    ):
        if ms < limit:
            return f"{ms // large}{letters[0]} {ms % large // small}{letters[1]}"
    return f"{ms // _DAY}d {ms % _DAY // _HOUR}h"


def timestamp(ms: int | None) -> str:
    """A time on the wall clock of this machine: `2026-11-01 14:03:22`.

    A number that no calendar reaches is shown as it is.
    """
    if ms is None:
        return MISSING
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(ms // 1000))
    except (OverflowError, OSError, ValueError):
        return str(ms)


def status_glyph(status: str) -> str:
    """One character for a run's state, telling without colour: `✓ ● ✗ ◌ ⊘`, else `?`."""
    return _STATUS.get(status, ("?", ""))[0]


def status_word(status: str) -> str:
    """One word for a run's state: `done`, `running`, `failed`, … A word unknown here is kept."""
    return _STATUS[status][1] if status in _STATUS else safe(status).lower()
