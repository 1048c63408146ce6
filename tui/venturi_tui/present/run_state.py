"""The state of a run in words: also that it is silent, or that nobody writes to it any more."""

from __future__ import annotations

from rich.cells import cell_len

from venturi.records import Lifecycle, Run, RunStatus
from venturi.watching.health import Health, Signs, signs_of
from venturi.watching.pace import Pace
from venturi_tui.present.pieces import Line, Piece, Role, length
from venturi_tui.present.words import (
    duration,
    exact_count,
    number,
    safe,
    status_glyph,
    status_word,
)

_DELETED = "⊖ deleted"
_HEALTH = {Health.SILENT: "◔ silent", Health.GONE: "○ gone"}


def state_words(run: Run, gap_ms: int | None, now_ms: int) -> str:
    """`● running`, `◔ silent`, `○ gone`, `✓ done`, `⊖ deleted`: the state as a glyph and a word.

    Args:
        run: Which run.
        gap_ms: Milliseconds that usually pass between two of its points; None when unknown.
        now_ms: Now, in milliseconds.
    """
    if run.lifecycle_stage is Lifecycle.DELETED:
        return _DELETED
    if run.status == RunStatus.RUNNING.value:
        words = _HEALTH.get(signs_of(run, gap_ms, now_ms).health)
        if words is not None:
            return words
    return f"{status_glyph(run.status)} {status_word(run.status)}"


def pace_lines(pace: Pace | None, width: int) -> list[Line]:
    """`4.1 steps/s, ETA 38m  of 10,000 steps (max_steps)`; nothing when nothing is known.

    What it is counted by goes to a line of its own when it does not fit.
    """
    if pace is None:
        return []
    pieces: list[Piece] = [(speed(pace.per_s), Role.TEXT)]
    if pace.eta_ms is not None:
        words = f", ETA {duration(pace.eta_ms)}" if pace.eta_ms else ", due now"
        pieces.append((words, Role.TEXT))
    total = pace.total
    if total is not None:
        unit = "epochs" if total.in_epochs else "steps"
        why = f"  of {_amount(total.value)} {unit} ({safe(total.key)})"
        if length(tuple(pieces)) + cell_len(why) > width:
            return [tuple(pieces), ((why, Role.DIM),)]
        pieces.append((why, Role.DIM))
    return [tuple(pieces)]


def speed(per_s: float) -> str:
    """`4.1 steps/s`; of slow ones a minute's or an hour's: `12 steps/min`."""
    for factor, unit in ((1, "s"), (60, "min"), (3600, "h")):
        if per_s * factor >= 1 or unit == "h":
            return f"{number(per_s * factor, 2 if per_s * factor < 100 else 4)} steps/{unit}"
    return ""


def _amount(value: float) -> str:
    return exact_count(int(value)) if value == int(value) else number(value)


def silence_line(signs: Signs) -> Line:
    """Why a run is called silent or gone; empty when it is not."""
    silent = duration(signs.silent_ms)
    if signs.health is Health.ALIVE:
        return ()
    gap = f", usually every {duration(signs.gap_ms)}" if signs.gap_ms is not None else ""
    if signs.health is Health.SILENT and signs.gap_ms:
        times = exact_count(signs.silent_ms // signs.gap_ms)
        return ((f"◔ silent for {silent}", Role.RUNNING), (f", {times}x its usual gap", Role.DIM))
    words = f"○ nothing logged for {silent}"
    return ((words, Role.RUNNING), (f"{gap}: K ends it", Role.DIM))
