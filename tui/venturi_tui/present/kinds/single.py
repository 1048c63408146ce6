"""Cells for single values: texts, times, ages, states."""

from __future__ import annotations

from collections.abc import Iterable

from venturi_tui.present.listing import Moment
from venturi_tui.present.table import NOTHING, Cell, Tone
from venturi_tui.present.words import age, safe, status_glyph, status_word, timestamp


def text_cell(text: str | None) -> Cell:
    """A text from a store, or the sign of a missing one."""
    return Cell(safe(text)) if text else NOTHING


def time_cell(ms: int | None) -> Cell:
    """A time on the wall clock, or the sign of a missing one."""
    return NOTHING if ms is None else Cell(timestamp(ms))


def age_cell(ms: int | None, moment: Moment) -> Cell:
    """How long ago, or the sign of a missing time."""
    return NOTHING if ms is None else Cell(age(ms, moment.now_ms))


def status_cell(status: str) -> Cell:
    """A run's state by sign and word."""
    tone = Tone.RUNNING if status == "RUNNING" else Tone.NORMAL
    return Cell(f"{status_glyph(status)} {status_word(status)}", tone)


def keyed_names(group: str, held: Iterable[Iterable[str]]) -> list[str]:
    """Names of the columns that records fill in a group: `params.lr`, in ascending order."""
    return [f"{group}.{key}" for key in sorted({key for keys in held for key in keys})]
