"""Times that a person writes, in a fixed zone with summer time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venturi.filters.times import parse_time

HOUR = 3_600_000
DAY = 24 * HOUR
# 2026-11-03 12:30:15.250 UTC, 13:30:15.250 in Berlin; summer time ended there on 2026-10-25.
NOW = int(datetime(2026, 11, 3, 12, 30, 15, 250_000, timezone.utc).timestamp() * 1000)


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def utc(*parts: int) -> int:
    moment = datetime(*parts, tzinfo=timezone.utc)  # type: ignore[misc]
    return round(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOW),
        (" NOW ", NOW),
        ("2h ago", NOW - 2 * HOUR),
        ("2 hours ago", NOW - 2 * HOUR),
        ("1h 30m ago", NOW - HOUR * 3 // 2),
        ("1h30m ago", NOW - HOUR * 3 // 2),
        ("1 hour and 30 minutes ago", NOW - HOUR * 3 // 2),
        ("1 hour, 30 min ago", NOW - HOUR * 3 // 2),
        ("1.5 Hours Ago", NOW - HOUR * 3 // 2),
        ("an hour ago", NOW - HOUR),
        ("a day ago", NOW - DAY),
        ("45s ago", NOW - 45_000),
        ("10 secs ago", NOW - 10_000),
        ("3 days ago", NOW - 3 * DAY),
        ("3d ago", NOW - 3 * DAY),
        ("2 weeks ago", NOW - 14 * DAY),
        ("2w  ago", NOW - 14 * DAY),
        ("today", utc(2026, 11, 2, 23)),
        ("Yesterday", utc(2026, 11, 1, 23)),
        ("2026-11-01", utc(2026, 10, 31, 23)),
        ("2026-7-1", utc(2026, 6, 30, 22)),
        ("2026-11-01 14:00", utc(2026, 11, 1, 13)),
        ("2026-11-01T14:00:05", utc(2026, 11, 1, 13, 0, 5)),
        ("2026-07-01 14:00:05.25", utc(2026, 7, 1, 12, 0, 5, 250_000)),
        ("2026-11-01 14:00:05,123456789", utc(2026, 11, 1, 13, 0, 5, 123_000)),
        ("2026-11-01T14:00Z", utc(2026, 11, 1, 14)),
        ("2026-11-01 14:00 utc", utc(2026, 11, 1, 14)),
        ("2026-11-01T14:00:00+05:30", utc(2026, 11, 1, 8, 30)),
        ("2026-11-01T14:00:00-0800", utc(2026, 11, 1, 22)),
        ("2026-11-01 14:00+02", utc(2026, 11, 1, 12)),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_means(text: str, moment: int) -> None:
    assert parse_time(text, NOW) == moment


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "ago", "2 ago", "h ago", "2 parsecs ago", "2h", "-2h ago", "2h ago ago",
        "2e3h ago", "99999999999999999999999w ago 1", "2026", "2026-13-01", "2026-02-29",
        "2026-11-01 25:00",
        "2026-11-01 14:60", "2026-11-01 14", "2026-11-01Z", "2026-11-01T14:00+99:00", "11/01/2026",
        "0000-01-01", "٢h ago", "1700000000000", "x" * 1000, "2h " * 1000 + "ago", "aa day ago",
    ],
)  # fmt: skip
def test_is_no_time(text: str) -> None:
    assert parse_time(text, NOW) is None


def test_yesterday_is_a_midnight_also_after_a_day_of_25_hours() -> None:
    monday = utc(2026, 10, 26, 9)
    assert parse_time("today", monday) == utc(2026, 10, 25, 23)
    assert parse_time("yesterday", monday) == utc(2026, 10, 24, 22)


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(
        st.text(max_size=20),
        st.text(alphabet="0123456789-:. TZ+hdago", max_size=30),
        st.integers(0, 10**30).map(lambda count: f"{count}w ago"),
        st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2})?", fullmatch=True),
    )
)
def test_never_fails(text: str) -> None:
    assert isinstance(parse_time(text, NOW), int | None)
