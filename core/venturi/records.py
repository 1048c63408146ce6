"""What a store holds, as frozen records: experiments, runs, metric points, models, pages of them.

Times are integers, milliseconds since the epoch, UTC. Ids are strings, whatever the store keeps.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Lifecycle(str, Enum):
    """Whether a record is in use or deleted (and can be restored)."""

    ACTIVE = "active"
    DELETED = "deleted"


class View(str, Enum):
    """Which lifecycle stages a search looks at."""

    ACTIVE = "active"
    DELETED = "deleted"
    ALL = "all"


class RunStatus(str, Enum):
    """MLflow's run states, by the words its SQL stores and its REST API use."""

    RUNNING = "RUNNING"
    SCHEDULED = "SCHEDULED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"

    @property
    def is_over(self) -> bool:
        """True when nothing more will be logged."""
        return self in (RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED)


@dataclass(frozen=True, slots=True)
class Experiment:
    """A named set of runs."""

    experiment_id: str
    name: str
    lifecycle_stage: Lifecycle
    artifact_location: str | None = None
    creation_time: int | None = None
    last_update_time: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric point. `value` may be NaN or infinite."""

    key: str
    value: float
    timestamp: int
    step: int


@dataclass(frozen=True, slots=True)
class DatasetInput:
    """A dataset that a run read, with the context it was used in (`train`, `eval`, …)."""

    name: str
    digest: str
    source_type: str = ""
    source: str = ""
    context: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `latest` holds MLflow's latest point of each metric, by key.

    `status` is the store's own word; unknown words are kept, so `RunStatus(run.status)` may fail.
    """

    run_id: str
    run_name: str
    experiment_id: str
    status: str
    start_time: int | None
    end_time: int | None
    lifecycle_stage: Lifecycle
    user_id: str = ""
    artifact_uri: str = ""
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    latest: Mapping[str, Metric] = field(default_factory=dict[str, Metric])
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    datasets: tuple[DatasetInput, ...] = ()

    @property
    def metrics(self) -> dict[str, float]:
        """Latest value of each metric, by key."""
        return {key: metric.value for key, metric in self.latest.items()}

    @property
    def parent_id(self) -> str | None:
        """Id of the run this one is nested in."""
        return self.tags.get("mlflow.parentRunId")


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Every point of one metric of one run, as three columns of equal length.

    Ordered by step, then timestamp, then value (NaN last among equals).
    """

    run_id: str
    key: str
    steps: array[int]  # typecode "q"
    timestamps: array[int]  # typecode "q", milliseconds
    values: array[float]  # typecode "d"

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Metric]:
        for step, timestamp, value in zip(self.steps, self.timestamps, self.values, strict=True):
            yield Metric(self.key, value, timestamp, step)


class Stage(str, Enum):
    """The stages of a model version, by MLflow's canonical words."""

    NONE = "None"
    STAGING = "Staging"
    PRODUCTION = "Production"
    ARCHIVED = "Archived"


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A name in the model registry.

    `aliases` and `latest_versions` (by stage, the highest version in it) hold version numbers.
    """

    name: str
    description: str = ""
    creation_time: int | None = None
    last_updated_time: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    aliases: Mapping[str, int] = field(default_factory=dict[str, int])
    latest_versions: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def is_prompt(self) -> bool:
        """Whether it is a prompt, which MLflow keeps among the models and hides from lists."""
        return self.tags.get(PROMPT_TAG, "").lower() == "true"


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One version of a registered model.

    `stage` and `status` are the store's own words; unknown ones are kept. `aliases` ascend.
    `run_id` is empty without a run, `model_id` without a logged model. `storage_location` is where
    the files are when that is not `source`; empty where the store does not say.
    """

    name: str
    version: int
    stage: str = Stage.NONE.value
    aliases: tuple[str, ...] = ()
    status: str = "READY"
    status_message: str = ""
    description: str = ""
    run_id: str = ""
    source: str = ""
    storage_location: str = ""
    run_link: str = ""
    model_id: str = ""
    user_id: str = ""
    creation_time: int | None = None
    last_updated_time: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def full_name(self) -> str:
        """How a person and every command name it: `NAME/VERSION`."""
        return f"{self.name}/{self.version}"

    @property
    def is_prompt(self) -> bool:
        """Whether it is a version of a prompt."""
        return self.tags.get(PROMPT_TAG, "").lower() == "true"


PROMPT_TAG = "mlflow.prompt.is_prompt"
"""The tag that makes a prompt of a registered model, and of its versions."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file or folder among the artifacts of a run, by its path below them, with `/`.

    `size` is in bytes; None for folders, and where the store does not say.
    """

    path: str
    is_dir: bool
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """Some records of a longer answer.

    `next_token` is opaque and belongs to the store and the question that gave it; None means
    that this is the last page.
    """

    items: tuple[T_co, ...]
    next_token: str | None = None

    def __iter__(self) -> Iterator[T_co]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
