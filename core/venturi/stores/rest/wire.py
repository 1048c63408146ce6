"""MLflow's JSON made into records.

Source of the format: the messages of MLflow's REST API, as its servers 1.30 to 3.18 write them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping

from venturi.records import DatasetInput, Experiment, Lifecycle, Metric, Run
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.fields import (
    Malformed,
    identity,
    integer,
    objects,
    optional,
    pairs,
    real,
    required,
    text,
    whole,
    wrong,
)

_STATUS_NUMBERS = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
_CONTEXT_TAG = "mlflow.data.context"


def experiments(body: JsonObject) -> tuple[list[Experiment], str | None]:
    """The answer of experiments/search: experiments and the token of the next page."""
    return [experiment(item) for item in objects(body, "experiments")], next_token(body)


def runs(body: JsonObject) -> tuple[list[Run], str | None]:
    """The answer of runs/search: runs and the token of the next page."""
    return [run(item) for item in objects(body, "runs")], next_token(body)


def one_experiment(body: JsonObject) -> Experiment:
    """The answer of experiments/get and get-by-name."""
    return experiment(required(body, "experiment"))


def one_run(body: JsonObject) -> Run:
    """The answer of runs/get."""
    return run(required(body, "run"))


def updated_run(body: JsonObject) -> Run:
    """The answer of runs/update: a run without what it logged."""
    return run({"info": required(body, "run_info")})


def experiment_id(body: JsonObject) -> str:
    """The answer of experiments/create."""
    return identity(body, "experiment_id")


def logged_model_id(body: JsonObject) -> str | None:
    """Id of the first of the logged models of an answer; None when it has none."""
    for item in objects(body, "models"):
        return text(required(item, "info"), "model_id") or None
    return None


def logged_model_names(body: JsonObject) -> list[str]:
    """Names of the logged models of an answer, each once."""
    names = (text(required(item, "info"), "name") for item in objects(body, "models"))
    return list(dict.fromkeys(name for name in names if name))


def logged_model_points(body: JsonObject) -> list[tuple[Metric, str]]:
    """The metric points of the answer of logged-models/ID, each with the id of its run."""
    data = optional(required(body, "model"), "data")
    runs = [text(item, "run_id") for item in objects(data, "metrics")]
    return list(zip(_latest(data), runs, strict=True))


def to_pairs(texts: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as requests have them."""
    return [{"key": key, "value": value} for key, value in texts.items()]


def next_token(body: JsonObject) -> str | None:
    """Token of the next page; None when this is the last one."""
    return text(body, "next_page_token") or None


def experiment(item: JsonObject) -> Experiment:
    """One experiment."""
    return Experiment(
        experiment_id=identity(item, "experiment_id"),
        name=text(item, "name"),
        lifecycle_stage=lifecycle(item),
        artifact_location=text(item, "artifact_location") or None,
        creation_time=integer(item, "creation_time"),
        last_update_time=integer(item, "last_update_time"),
        tags=pairs(item, "tags"),
    )


def run(item: JsonObject) -> Run:
    """One run, whole."""
    info = required(item, "info")
    data = optional(item, "data")
    tags = pairs(data, "tags")
    return Run(
        run_id=identity(info, "run_id", "run_uuid"),
        run_name=text(info, "run_name") or tags.get("mlflow.runName", ""),
        experiment_id=identity(info, "experiment_id"),
        status=_status(info),
        start_time=integer(info, "start_time"),
        end_time=integer(info, "end_time") or None,
        lifecycle_stage=lifecycle(info),
        user_id=text(info, "user_id"),
        artifact_uri=text(info, "artifact_uri"),
        params=pairs(data, "params"),
        latest={point.key: point for point in _latest(data)},
        tags=tags,
        datasets=tuple(_datasets(item)),
    )


def points(
    body: JsonObject, steps: array[int], timestamps: array[int], values: array[float]
) -> tuple[int, str | None]:
    """Append the points of a metric history page.

    Returns:
        How many there were, and the token of the next page.
    """
    found = objects(body, "metrics")
    try:
        steps.extend([whole(item.get("step", 0)) for item in found])
        timestamps.extend([whole(item.get("timestamp", 0)) for item in found])
        values.extend([real(item.get("value", 0.0)) for item in found])
    except (TypeError, ValueError, OverflowError):
        raise Malformed("a metric point is not made of numbers") from None
    return len(found), next_token(body)


def lifecycle(body: JsonObject) -> Lifecycle:
    """The lifecycle stage; active when left out."""
    word = text(body, "lifecycle_stage") or Lifecycle.ACTIVE.value
    try:
        return Lifecycle(word)
    except ValueError:
        raise wrong("lifecycle_stage", word, "active or deleted") from None


def _status(info: JsonObject) -> str:
    """The word of a run's status, from the word or its number in the protocol."""
    value = info.get("status")
    if isinstance(value, int):
        return _STATUS_NUMBERS.get(value, str(value))
    return text(info, "status")


def _latest(data: JsonObject) -> Iterator[Metric]:
    for item in objects(data, "metrics"):
        key = text(item, "key")
        try:
            value = real(item.get("value", 0.0))
        except (TypeError, ValueError, OverflowError):
            raise wrong(f"metric {key}", item.get("value"), "a number") from None
        timestamp, step = integer(item, "timestamp"), integer(item, "step")
        yield Metric(key, value, timestamp or 0, step or 0)


def _datasets(item: JsonObject) -> Iterator[DatasetInput]:
    for entry in objects(optional(item, "inputs"), "dataset_inputs"):
        dataset = optional(entry, "dataset")
        yield DatasetInput(
            name=text(dataset, "name"),
            digest=text(dataset, "digest"),
            source_type=text(dataset, "source_type"),
            source=text(dataset, "source"),
            context=pairs(entry, "tags").get(_CONTEXT_TAG),
        )
