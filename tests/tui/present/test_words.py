"""Words: numbers, ages and states as people read them; hostile text made visible."""

from __future__ import annotations

import math
import sys
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venturi_tui.present import words

NOW = 1_793_541_802_000


@pytest.fixture(autouse=True)
def utc_clock(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.9412, "0.9412"),
        (0.00003, "3e-5"),
        (123456.0, "1.2346e5"),
        (41200.0, "41200"),
        (-0.0, "0"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (sys.float_info.max, "∞"),
        (-sys.float_info.max, "-∞"),
        (1e-300, "1e-300"),
        (7.0, "7"),
    ],
)
def test_number(value, shown):
    assert words.number(value) == shown


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
@settings(deadline=None, max_examples=200)
def test_number_keeps_five_digits(value):
    assert float(words.number(value)) == pytest.approx(value, rel=5e-5, abs=5e-324)


@pytest.mark.parametrize(
    ("n", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (1234, "1.2k"),
        (9949, "9.9k"),
        (9951, "10k"),
        (41_200, "41k"),
        (999_999, "1M"),
        (3_000_000, "3M"),
        (-41_200, "-41k"),
        (10**15, "1.0e+15"),
    ],
)
def test_count(n, shown):
    assert words.count(n) == shown


def test_exact_count():
    assert words.exact_count(4106) == "4,106"


@pytest.mark.parametrize(
    ("past", "shown"),
    [
        (0, "0s"),
        (12_000, "12s"),
        (12 * 60_000, "12m"),
        (2 * 3_600_000, "2h"),
        (3 * 86_400_000, "3d"),
        (70 * 86_400_000, "2mo"),
        (800 * 86_400_000, "2y"),
        (-20_000, "0s"),
        (-300_000, "in 5m"),
    ],
)
def test_age(past, shown):
    assert words.age(NOW - past, NOW) == shown


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (None, "·"),
        (350, "350ms"),
        (12_999, "12s"),
        (245_000, "4m 5s"),
        (4_320_000, "1h 12m"),
        (273_600_000, "3d 4h"),
        (-4_320_000, "-1h 12m"),
    ],
)
def test_duration(ms, shown):
    assert words.duration(ms) == shown


def test_timestamp():
    assert words.timestamp(NOW) == "2026-11-01 14:03:22"
    assert words.timestamp(None) == words.MISSING
    assert words.timestamp(10**30) == str(10**30)


def test_status():
    shown = {name: words.status_glyph(name) + " " + words.status_word(name) for name in _STATES}
    assert shown == _STATES
    assert len({glyph[0] for glyph in shown.values()}) == len(shown)
    assert words.status_word("\x1bODD") == "␛odd"


_STATES = {
    "RUNNING": "● running",
    "SCHEDULED": "◌ scheduled",
    "FINISHED": "✓ done",
    "FAILED": "✗ failed",
    "KILLED": "⊘ killed",
    "PAUSED": "? paused",
}


def test_safe_shows_what_would_act():
    assert words.safe("a\x1b[31mred\x07\nb\tc") == "a␛[31mred␇␊b␉c"
    assert words.safe("\x9b2J") == "\\x9b2J"
    assert words.safe("abc\u202edcba") == "abc\\u202edcba"
    assert words.safe("bad\udc80byte") == "bad\\udc80byte"


def test_safe_keeps_what_people_write():
    for kept in ("val/acc", "größe 学習率", "👩\u200d🔬", "[bold]markup[/bold]", "a\u00a0b"):
        assert words.safe(kept) == kept


@given(st.text(st.characters()))
@settings(deadline=None, max_examples=300)
def test_safe_text_never_acts(text):
    shown = words.safe(text)
    acting = {c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert acting <= {"\u200c", "\u200d"}
    shown.encode()
