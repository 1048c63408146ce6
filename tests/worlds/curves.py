"""Metric histories for tests: plain ones, odd ones, and a strategy for the worst."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Sequence
from itertools import count

from hypothesis import strategies as st

from venturi.curves.series import Series, series_from
from venturi.records import History

START = 1_793_541_802_000
"""2026-11-01 14:03:22 UTC."""


def history(
    values: Sequence[float],
    steps: Sequence[int] | None = None,
    timestamps: Sequence[int] | None = None,
    run_id: str = "run",
) -> History:
    """A history of those values; by default at steps 0, 1, 2 …, one second apart."""
    size = len(values)
    return History(
        run_id=run_id,
        key="loss",
        steps=array("q", range(size) if steps is None else steps),
        timestamps=array(
            "q", [START + 1000 * row for row in range(size)] if timestamps is None else timestamps
        ),
        values=array("d", values),
    )


def series(values: Sequence[float], xs: Sequence[float] | None = None) -> Series:
    """A series of those values; by default at 0, 1, 2 …"""
    if xs is None:
        return series_from(history(values))
    return Series("run", "loss", array("d", xs), array("d", values))


def training(seed: int, size: int = 1000, *, end: float = 0.3, noise: float = 0.1) -> History:
    """A loss that falls from 2.2 with noise, always the same for a seed."""
    rng = random.Random(seed)
    values = [
        (end + (2.2 - end) * math.exp(-5 * row / size)) * (1 + rng.gauss(0, noise))
        for row in range(size)
    ]
    return history(values, run_id=f"run-{seed}")


finite = st.floats(allow_nan=False, allow_infinity=False, width=64)
tame = st.floats(min_value=-1e6, max_value=1e6)
gaps = st.sampled_from([math.nan, math.inf, -math.inf])
any_value = st.one_of(tame, tame, finite, gaps, st.sampled_from([0.0, 1.0, 5e-324, -1.7e308]))
any_values = st.lists(any_value, max_size=120)


@st.composite
def histories(draw: st.DrawFn, values: st.SearchStrategy[list[float]] = any_values) -> History:
    """Histories with steps that repeat, jump and go backwards, and timestamps that do too."""
    ys = draw(values)
    size = len(ys)
    step = st.one_of(st.integers(0, 20), st.integers(-(2**63), 2**63 - 1))
    steps = draw(st.lists(step, min_size=size, max_size=size))
    moment = st.one_of(st.integers(START, START + 10**9), st.integers(-(2**60), 2**60))
    moments = draw(st.lists(moment, min_size=size, max_size=size))
    return history(ys, steps, moments)


def numbered(values: Sequence[float]) -> History:
    """A history whose timestamps are the numbers of its rows, to tell rows apart."""
    return history(values, timestamps=[row for row, _ in zip(count(), values, strict=False)])
