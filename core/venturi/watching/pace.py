"""How fast a run goes, and when it will be over as far as it said how long it is."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from venturi.records import Metric, Run

STEP_TOTALS = (
    "max_steps",
    "total_steps",
    "num_steps",
    "n_steps",
    "train_steps",
    "max_train_steps",
    "num_training_steps",
    "total_timesteps",
    "n_iter",
    "max_iter",
    "num_iterations",
    "iterations",
    "n_estimators",
    "num_boost_round",
)
"""Params and tags that say how many steps a run has, the likeliest first."""

EPOCH_TOTALS = (
    "num_train_epochs",
    "max_epochs",
    "num_epochs",
    "total_epochs",
    "n_epochs",
    "epochs",
)
"""Params and tags that say how many epochs a run has, the likeliest first."""

_EPOCH_KEYS = ("epoch", "train/epoch", "trainer/epoch")
_NUMBER = re.compile(r"\s*\d+(\.\d*)?(e\+?\d+)?\s*", re.IGNORECASE)
_LAST = 20


@dataclass(frozen=True, slots=True)
class Total:
    """How long a run is: so many steps, or epochs, by the param or tag that says so."""

    key: str
    value: float
    in_epochs: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a run goes.

    Args:
        per_s: Steps in a second, over the last points.
        step: The step it has come to.
        total: How long it is; None when it did not say.
        eta_ms: Milliseconds from now until it will have come to the total, 0 when it should be
            there already; None when there is no telling.
    """

    per_s: float
    step: int
    total: Total | None = None
    eta_ms: int | None = None


def pace_of(run: Run, points: Sequence[Metric], now_ms: int) -> Pace | None:
    """How fast a run goes, by the last points of one of its metrics; None when they tell nothing.

    Args:
        run: Which run; its params, tags and metrics say how long it is.
        points: Points of one metric in the order of their steps, the newest last. Only the last
            twenty count, so that a pause long ago does not.
        now_ms: Now, in milliseconds.
    """
    last = points[-_LAST:]
    if len(last) < 2:
        return None
    steps, past = last[-1].step - last[0].step, last[-1].timestamp - last[0].timestamp
    if steps <= 0 or past <= 0:
        return None
    per_s, step = steps * 1000 / past, last[-1].step
    for total in totals_of(run):
        left = _steps_left(run, total, step)
        if left is not None:
            end = last[-1].timestamp + left * 1000 / per_s
            return Pace(per_s, step, total, max(0, round(end - now_ms)))
    return Pace(per_s, step)


def usual_gap_ms(points: Sequence[Metric]) -> int | None:
    """Milliseconds that usually pass from one point to the next; None for fewer than four times.

    It is the median of the gaps, so that one long pause does not count for much.
    """
    times = sorted({point.timestamp for point in points})
    if len(times) < 4:
        return None
    gaps = [after - before for before, after in itertools.pairwise(times)]
    return round(median(gaps))


def totals_of(run: Run) -> Iterator[Total]:
    """What a run says of how long it is: its params first, then its tags; steps, then epochs.

    Numbers that mean "without end", as -1 does, are passed over.
    """
    for held in (run.params, run.tags):
        for names, in_epochs in ((STEP_TOTALS, False), (EPOCH_TOTALS, True)):
            yield from _totals_in(held, names, in_epochs=in_epochs)


def _totals_in(
    held: Mapping[str, str], names: Sequence[str], *, in_epochs: bool
) -> Iterator[Total]:
    ends = {key.replace("\\", "/").rpartition("/")[2].rpartition(".")[2]: key for key in held}
    for name in names:
        key = name if name in held else ends.get(name)
        if key is None or not _NUMBER.fullmatch(held[key]):
            continue
        value = float(held[key])
        if 0 < value < math.inf:
            yield Total(key, value, in_epochs)


def _steps_left(run: Run, total: Total, step: int) -> float | None:
    """Steps until a total is reached; None when it must mean something else."""
    if total.in_epochs:
        epoch = _epoch(run)
        if epoch is not None:
            fits = 0 < epoch <= total.value and step > 0
            return step * (total.value - epoch) / epoch if fits else None
    return total.value - step if 0 < step <= total.value else None


def _epoch(run: Run) -> float | None:
    held = next((run.latest[key] for key in _EPOCH_KEYS if key in run.latest), None)
    return None if held is None else held.value
