"""The same question put to MLflow's client and to our file store, in words that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from mlflow.entities import Experiment as MlflowExperiment  # noqa: TID251
from mlflow.entities import Metric as MlflowMetric  # noqa: TID251
from mlflow.entities import Run as MlflowRun  # noqa: TID251
from mlflow.entities import ViewType  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.filters.order import order_text
from venturi.filters.pushdown import to_mlflow
from venturi.filters.subjects import Subject
from venturi.filters.tree import Node, OrderKey
from venturi.records import Experiment, History, Metric, Page, Run, View
from venturi.stores.base import ExperimentQuery, RunQuery, TrackingStore

VIEWS = {
    View.ACTIVE: ViewType.ACTIVE_ONLY,
    View.DELETED: ViewType.DELETED_ONLY,
    View.ALL: ViewType.ALL,
}

Words = dict[str, Any]


def run_words(run: Run) -> Words:
    """All that our record says, with floats as texts, so that NaN equals NaN."""
    return {
        "id": run.run_id,
        "name": run.run_name,
        "experiment": run.experiment_id,
        "status": run.status,
        "times": (run.start_time, run.end_time),
        "stage": run.lifecycle_stage.value,
        "user": run.user_id,
        "artifacts": run.artifact_uri,
        "params": dict(run.params),
        "metrics": sorted(point_words(metric) for metric in run.latest.values()),
        "tags": dict(run.tags),
        "datasets": sorted(
            (each.name, each.digest, each.source_type, each.source, str(each.context))
            for each in run.datasets
        ),
    }


def mlflow_run_words(run: MlflowRun) -> Words:
    """The same of MLflow's record."""
    info, data = run.info, run.data
    return {
        "id": info.run_id,
        "name": info.run_name or "",
        "experiment": info.experiment_id,
        "status": info.status,
        "times": (info.start_time, info.end_time),
        "stage": info.lifecycle_stage,
        "user": info.user_id,
        "artifacts": info.artifact_uri,
        "params": data.params,
        "metrics": sorted(point_words(metric) for metric in data._metric_objs),
        "tags": data.tags,
        "datasets": sorted(
            (
                each.dataset.name,
                each.dataset.digest,
                each.dataset.source_type,
                each.dataset.source,
                str({tag.key: tag.value for tag in each.tags}.get("mlflow.data.context")),
            )
            for each in run.inputs.dataset_inputs
        ),
    }


def point_words(metric: Metric | MlflowMetric) -> tuple[str, int, int, str]:
    """Key, step, timestamp and value of a point."""
    return (metric.key, metric.step, metric.timestamp, repr(metric.value))


def experiment_words(experiment: Experiment | MlflowExperiment) -> Words:
    """All that an experiment says."""
    return {
        "id": experiment.experiment_id,
        "name": experiment.name,
        "stage": str(getattr(experiment.lifecycle_stage, "value", experiment.lifecycle_stage)),
        "location": experiment.artifact_location,
        "times": (experiment.creation_time, experiment.last_update_time),
        "tags": dict(experiment.tags),
    }


def history_words(history: History | Iterable[MlflowMetric]) -> list[tuple[str, int, int, str]]:
    """The points of a history in an order of their own: MLflow's file store sorts nothing."""
    return sorted(point_words(point) for point in history)


def mlflow_experiments(
    client: MlflowClient,
    view: View = View.ACTIVE,
    node: Node | None = None,
    order: Sequence[OrderKey] = (),
) -> list[MlflowExperiment]:
    """Everything MLflow answers."""
    found = client.search_experiments(
        VIEWS[view],
        filter_string=to_mlflow(node, Subject.EXPERIMENTS),
        order_by=[order_text(key) for key in order] or None,
    )
    assert not found.token
    return list(found)


def mlflow_runs(
    client: MlflowClient,
    view: View = View.ACTIVE,
    node: Node | None = None,
    order: Sequence[OrderKey] = (),
    experiment_ids: Sequence[str] | None = None,
) -> list[MlflowRun]:
    """Everything MLflow answers; without ids, in the experiments that the first question met."""
    if experiment_ids is None:
        experiment_ids = _ids(client)
    texts = [order_text(key) for key in order]
    found = client.search_runs(experiment_ids, to_mlflow(node), VIEWS[view], 10_000, texts)
    assert not found.token
    return list(found)


@lru_cache(maxsize=8)
def _ids(client: MlflowClient) -> list[str]:
    return [each.experiment_id for each in mlflow_experiments(client, View.ALL)]


def all_runs(store: TrackingStore, query: RunQuery | None = None, limit: int = 7) -> Iterator[Run]:
    """Everything our store answers, page by page."""
    token = None
    while True:
        page: Page[Run] = store.search_runs(query or RunQuery(), limit=limit, token=token)
        assert len(page) <= limit
        yield from page
        token = page.next_token
        if token is None:
            return


def all_experiments(
    store: TrackingStore, query: ExperimentQuery | None = None, limit: int = 3
) -> Iterator[Experiment]:
    """Everything our store answers, page by page."""
    token = None
    while True:
        page = store.search_experiments(query or ExperimentQuery(), limit=limit, token=token)
        assert len(page) <= limit
        yield from page
        token = page.next_token
        if token is None:
            return
