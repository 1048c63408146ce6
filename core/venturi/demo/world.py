"""What the demo store is made of, before it becomes rows and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Curve(NamedTuple):
    """One metric of one run: columns of equal length, steps and times ascending, each step once."""

    key: str
    steps: Sequence[int]
    timestamps: Sequence[int]
    values: Sequence[float]


@dataclass(frozen=True)
class Dataset:
    """A dataset as MLflow keeps it; source, schema and profile are JSON texts."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str
    profile: str


@dataclass
class DemoRun:
    """One run and its files. `files` maps paths under the run's artifact folder to content."""

    run_id: str
    name: str
    user: str
    status: str
    start_time: int
    end_time: int | None
    params: dict[str, str] = field(default_factory=dict[str, str])
    tags: dict[str, str] = field(default_factory=dict[str, str])
    curves: list[Curve] = field(default_factory=list[Curve])
    datasets: list[tuple[Dataset, str]] = field(default_factory=list[tuple[Dataset, str]])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    deleted_time: int | None = None

    def last(self, key: str) -> float:
        """Last value of one of its metrics."""
        return next(curve.values[-1] for curve in self.curves if curve.key == key)


@dataclass(frozen=True)
class DemoExperiment:
    """A named set of runs."""

    experiment_id: int
    name: str
    creation_time: int
    tags: Mapping[str, str]
    runs: Sequence[DemoRun]


@dataclass(frozen=True)
class DemoVersion:
    """One version of a registered model; a deleted one keeps only its number and its times."""

    version: int
    creation_time: int
    last_updated_time: int
    stage: str = "None"
    run: DemoRun | None = None
    source: str = ""
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class DemoModel:
    """A registered model, or a prompt, with its versions in ascending order."""

    name: str
    creation_time: int
    description: str
    versions: Sequence[DemoVersion]
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    aliases: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class DemoWorld:
    """All of it."""

    made_at: int
    experiments: Sequence[DemoExperiment]
    models: Sequence[DemoModel]
