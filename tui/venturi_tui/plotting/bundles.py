"""Which runs make which line: each its own, or those of the same param or tag one mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from venturi.records import Run
from venturi_tui.present.words import MISSING, safe

if TYPE_CHECKING:
    from venturi_tui.present.chart.styles import SeriesStyle

ALL = "all"
"""Grouped by nothing: one mean of all runs."""

_PARAM, _TAG = "params.", "tags."
_OWN_TAGS = "mlflow."
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Bundle:
    """The runs of one line.

    Args:
        label: What the line is called.
        style: How it is told from others.
        runs: At least one.
        is_mean: Whether the line is their mean, also when there is only one.
    """

    label: str
    style: SeriesStyle
    runs: tuple[Run, ...]
    is_mean: bool = False


def bundles_of(runs: Sequence[tuple[Run, SeriesStyle]], by: str = "") -> list[Bundle]:
    """Lines of runs, in the order of the first run of each.

    Args:
        runs: With the styles they have as lines of their own.
        by: `params.KEY` or `tags.KEY`, ALL, or empty for each run by itself.
    """
    if not by:
        return [Bundle(safe(run.run_name) or run.run_id[:8], style, (run,)) for run, style in runs]
    from venturi_tui.present.chart.styles import series_style

    found: dict[str, list[Run]] = {}
    for run, _ in runs:
        found.setdefault(value_of(run, by), []).append(run)
    styles: list[SeriesStyle] = []
    made: list[Bundle] = []
    for value, alike in found.items():
        styles.append(series_style(f"{by} {value}", styles))
        label = f"{safe(value[:_LONGEST])} ({len(alike)})"
        made.append(Bundle(label, styles[-1], tuple(alike), is_mean=True))
    return made


def value_of(run: Run, by: str) -> str:
    """What a run has of what runs are grouped by."""
    if by.startswith(_PARAM):
        return run.params.get(by.removeprefix(_PARAM), MISSING)
    if by.startswith(_TAG):
        return run.tags.get(by.removeprefix(_TAG), MISSING)
    return "all"


def ways_to_bundle(runs: Sequence[Run]) -> list[tuple[str, int]]:
    """Params and tags by which runs can be grouped, with how many groups that gives.

    What makes groups of several runs comes before what has another value in each run; what is the
    same in all runs is left out.
    """
    names = {f"{_PARAM}{key}" for run in runs for key in run.params}
    names |= {f"{_TAG}{key}" for run in runs for key in run.tags if not key.startswith(_OWN_TAGS)}
    counts = {name: len(Counter(value_of(run, name) for run in runs)) for name in names}
    ways = [(name, count) for name, count in counts.items() if count > 1]
    return sorted(ways, key=lambda way: (way[1] == len(runs), way[0]))
