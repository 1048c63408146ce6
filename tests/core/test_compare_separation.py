"""From which step on two curves are apart."""

from __future__ import annotations

import math
import random
from array import array

import pytest

from venturi.compare.separation import separation_step
from venturi.records import History

NAN = math.nan


def history(values: list[float], every: int = 10) -> History:
    steps = array("q", range(0, len(values) * every, every))
    return History("r", "loss", steps, steps, array("d", values))


def test_two_runs_of_one_seed_are_apart_as_soon_as_they_differ() -> None:
    same = [1 / (n + 1) for n in range(100)]
    other = same[:40] + [value + 0.2 for value in same[40:]]
    assert separation_step(history(same), history(other)) == 400
    assert separation_step(history(same), history(list(same))) is None


def test_noise_is_no_separation_but_a_lasting_difference_is() -> None:
    dice = random.Random(7)
    one = [math.exp(-n / 80) + dice.gauss(0, 0.02) for n in range(400)]
    two = [math.exp(-n / 80) + dice.gauss(0, 0.02) for n in range(400)]
    assert separation_step(history(one), history(two)) is None
    apart = [value + (0.3 if n >= 250 else 0) for n, value in enumerate(two)]
    found = separation_step(history(one), history(apart))
    assert found is not None
    assert 2400 <= found <= 2600


def test_a_spike_is_no_separation() -> None:
    flat = [1.0] * 100
    assert separation_step(history(flat), history([*flat[:50], 9.0, *flat[51:]])) is None


def test_a_run_that_turns_into_nan_is_apart_from_there() -> None:
    flat = [1.0] * 60
    assert separation_step(history(flat), history([*flat[:30], *[NAN] * 30])) == 300
    both = [*flat[:30], *[NAN] * 30]
    assert separation_step(history(both), history(both)) is None


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 1.0]])
def test_few_points_are_no_trouble(values: list[float]) -> None:
    assert separation_step(history(values), history(values)) is None
    assert separation_step(history([2.0]), history([1.0])) == 0


def test_only_common_steps_count() -> None:
    assert separation_step(history([1.0] * 50, 10), history([1.0] * 20, 20)) is None
    thin = [1.0] * 10 + [2.0] * 10
    assert separation_step(history([1.0] * 50, 10), history(thin, 20)) == 200
