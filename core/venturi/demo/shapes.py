"""The shapes that training leaves in metrics: losses that fall, schedules, busy hardware."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from venturi.demo.world import Curve


@dataclass(frozen=True)
class Clock:
    """When each step of a run happened. `start` is the time of step 0, in milliseconds."""

    start: int
    step_ms: float

    def at(self, steps: Iterable[int]) -> list[int]:
        """Times of these steps."""
        return [self.start + int(step * self.step_ms) for step in steps]

    def curve(self, key: str, steps: Sequence[int], values: Sequence[float]) -> Curve:
        """A curve whose points were logged as their steps happened."""
        return Curve(key, steps, self.at(steps), values)


@dataclass(frozen=True)
class Descent:
    """A loss that falls from `start` towards `floor` by a power law with noise.

    `pace` is the number of steps in which the way to the floor shrinks to 2 ** -power of itself;
    `noise` is relative to the loss.
    """

    start: float
    floor: float
    pace: float
    power: float = 1.1
    noise: float = 0.06

    def mean(self, step: float) -> float:
        """The loss at a step without its noise."""
        return self.floor + (self.start - self.floor) * (1 + step / self.pace) ** -self.power

    def sample(self, rng: random.Random, steps: Iterable[int]) -> list[float]:
        """The loss at these steps: batches scatter, and neighbours drift together."""
        gauss, uniform, mean, noise = rng.gauss, rng.random, self.mean, self.noise
        drift, values = 0.0, list[float]()
        for step in steps:
            drift = 0.96 * drift + (uniform() - 0.5) * noise * 0.7
            values.append(mean(step) * max(0.2, 1 + drift + gauss(0, noise)))
        return values


def warm_cosine(peak: float, warmup: int, total: int, steps: Iterable[int]) -> list[float]:
    """A learning rate that rises linearly, then falls along half a cosine."""
    return [
        peak * (step + 1) / warmup
        if step < warmup
        else peak * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2
        for step in steps
    ]


def stairs(peak: float, total: int, steps: Iterable[int]) -> list[float]:
    """A learning rate that drops to a tenth after half, and again after four fifths."""
    return [peak * (0.1 if step >= total * 0.5 else 1) * (0.1 if step >= total * 0.8 else 1)
            for step in steps]  # fmt: skip


def wavering(
    rng: random.Random, count: int, level: float, spread: float, low: float, high: float
) -> list[float]:
    """Readings of a meter around one level, each close to the one before; one decimal."""
    values, here = list[float](), level
    for _ in range(count):
        here += 0.3 * (level - here) + rng.gauss(0, spread)
        values.append(round(min(max(here, low), high), 1))
    return values


def climbing(rng: random.Random, count: int, rate: float) -> list[float]:
    """A counter that only grows, such as megabytes received since the start."""
    values, total = list[float](), 0.0
    for _ in range(count):
        total += rate * rng.uniform(0.7, 1.3)
        values.append(total)
    return values


def system_curves(
    rng: random.Random, clock: Clock, until: int, every_ms: int, gpus: int
) -> list[Curve]:
    """What MLflow's monitor logs beside a run, one reading each `every_ms` until a time."""
    count = max(0, (until - clock.start) // every_ms)
    steps = range(count)
    times = [clock.start + (step + 1) * every_ms for step in steps]
    memory_mb, disk_mb = 515_000.0, 1_900_000.0
    used = wavering(rng, count, rng.uniform(90_000, 210_000), 900, 20_000, memory_mb)
    disk = wavering(rng, count, rng.uniform(600_000, 900_000), 40, 0, disk_mb)
    meters: dict[str, list[float]] = {
        "cpu_utilization_percentage": wavering(rng, count, rng.uniform(25, 60), 4, 1, 100),
        "system_memory_usage_megabytes": used,
        "system_memory_usage_percentage": [round(mb / memory_mb * 100, 1) for mb in used],
        "disk_usage_megabytes": disk,
        "disk_available_megabytes": [round(disk_mb - mb, 1) for mb in disk],
        "disk_usage_percentage": [round(mb / disk_mb * 100, 1) for mb in disk],
        "network_receive_megabytes": climbing(rng, count, 42.0),
        "network_transmit_megabytes": climbing(rng, count, 3.0),
    }
    for gpu in range(gpus):
        meters |= _gpu_meters(rng, count, gpu)
    return [Curve(f"system/{name}", steps, times, values) for name, values in meters.items()]


def _gpu_meters(rng: random.Random, count: int, gpu: int) -> dict[str, list[float]]:
    total_mb, limit_watts = 81_920.0, 700.0
    used = wavering(rng, count, rng.uniform(52_000, 76_000), 120, 0, total_mb)
    watts = wavering(rng, count, rng.uniform(480, 640), 14, 60, limit_watts)
    return {
        f"gpu_{gpu}_memory_usage_megabytes": used,
        f"gpu_{gpu}_memory_usage_percentage": [round(mb / total_mb * 100, 1) for mb in used],
        f"gpu_{gpu}_utilization_percentage": wavering(rng, count, rng.uniform(88, 97), 2, 0, 100),
        f"gpu_{gpu}_power_usage_watts": watts,
        f"gpu_{gpu}_power_usage_percentage": [round(w / limit_watts * 100, 1) for w in watts],
    }
