"""States, paces and silences in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stories.memory_store import START, world

from venturi.records import Lifecycle, Metric
from venturi.watching.health import Health, Signs
from venturi.watching.pace import Pace, Total
from venturi_tui.present.pieces import plain
from venturi_tui.present.run_state import pace_lines, silence_line, speed, state_words

RUN = replace(world(1).runs[0], status="RUNNING", latest={"loss": Metric("loss", 1.0, START, 5)})


def test_states_are_a_glyph_and_a_word() -> None:
    assert state_words(RUN, 1000, START + 1000) == "● running"
    assert state_words(RUN, 1000, START + 40_000) == "◔ silent"
    assert state_words(RUN, 1000, START + 3_600_000) == "○ gone"
    assert state_words(replace(RUN, status="FAILED"), None, START) == "✗ failed"
    gone = replace(RUN, lifecycle_stage=Lifecycle.DELETED)
    assert state_words(gone, None, START) == "⊖ deleted"
    assert state_words(replace(RUN, status="O\x1bDD"), None, START) == "? o␛dd"


@pytest.mark.parametrize(
    ("per_s", "words"),
    [
        (1234.5, "1234 steps/s"),
        (4.13, "4.1 steps/s"),
        (0.2, "12 steps/min"),
        (0.001, "3.6 steps/h"),
        (1e-9, "3.6e-6 steps/h"),
    ],
)
def test_speeds_have_a_unit_that_suits_them(per_s: float, words: str) -> None:
    assert speed(per_s) == words


def test_the_pace_says_what_its_end_is_counted_by() -> None:
    pace = Pace(4.1, 100, Total("max_steps", 10_000), 38 * 60_000)
    (line,) = pace_lines(pace, 80)
    assert plain(line) == "4.1 steps/s, ETA 38m 0s  of 10,000 steps (max_steps)"
    assert [plain(each) for each in pace_lines(pace, 40)] == [
        "4.1 steps/s, ETA 38m 0s",
        "  of 10,000 steps (max_steps)",
    ]
    due = Pace(4.1, 100, Total("epochs\x1b[31m", 2.5, in_epochs=True), 0)
    assert plain(pace_lines(due, 80)[0]) == "4.1 steps/s, due now  of 2.5 epochs (epochs␛[31m)"
    assert plain(pace_lines(Pace(4.1, 100), 80)[0]) == "4.1 steps/s"
    assert pace_lines(None, 80) == []


def test_silence_says_how_long_and_what_is_usual() -> None:
    assert silence_line(Signs(Health.ALIVE, 10, 10)) == ()
    silent = silence_line(Signs(Health.SILENT, 60_000, 10_000))
    assert plain(silent) == "◔ silent for 1m 0s, 6x its usual gap"
    gone = silence_line(Signs(Health.GONE, 90_000_000, None))
    assert plain(gone) == "○ nothing logged for 1d 1h: K ends it"
    known = silence_line(Signs(Health.GONE, 90_000_000, 1000))
    assert plain(known) == "○ nothing logged for 1d 1h, usually every 1s: K ends it"
