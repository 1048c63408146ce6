"""A store that lives in memory, for stories about screens: quick, and it can fail on demand."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from venturi.errors import NotFound, StoreUnreachable, VenturiError
from venturi.filters.match import matches
from venturi.filters.order import sort_runs
from venturi.records import Experiment, History, Lifecycle, Metric, Page, Run, View
from venturi.stores.base import ExperimentQuery, RunQuery, StoreInfo


@dataclass
class MemoryStore:
    """Keeps the promise of a tracking store without the RunIndex talent."""

    experiments: list[Experiment]
    runs: list[Run]
    points: dict[tuple[str, str], list[Metric]] = field(default_factory=dict)
    failure: VenturiError | None = None
    asked: list[str] = field(default_factory=list)
    gate: threading.Event | None = None

    @property
    def info(self) -> StoreInfo:
        return StoreInfo("memory", "memory://test")

    def _enter(self, what: str) -> None:
        self.asked.append(what)
        if self.gate is not None and not self.gate.wait(20):
            raise StoreUnreachable("the gate was never opened")
        if self.failure is not None:
            raise self.failure

    def search_experiments(
        self, query: ExperimentQuery, *, limit: int, token: str | None = None
    ) -> Page[Experiment]:
        self._enter("experiments")
        start = int(token or 0)
        held = self.experiments[start : start + limit]
        more = start + limit < len(self.experiments)
        return Page(tuple(held), str(start + limit) if more else None)

    def get_experiment(self, experiment_id: str) -> Experiment:
        return next(each for each in self.experiments if each.experiment_id == experiment_id)

    def get_experiment_by_name(self, name: str) -> Experiment:
        return next(each for each in self.experiments if each.name == name)

    def search_runs(self, query: RunQuery, *, limit: int, token: str | None = None) -> Page[Run]:
        self._enter("search")
        found = self.answer(query)
        start = int(token or 0)
        more = start + limit < len(found)
        return Page(tuple(found[start : start + limit]), str(start + limit) if more else None)

    def answer(self, query: RunQuery) -> list[Run]:
        """All runs that match, in order."""
        held = [
            run
            for run in self.runs
            if (query.experiment_ids is None or run.experiment_id in query.experiment_ids)
            and (query.view is View.ALL or run.lifecycle_stage.value == query.view.value)
            and (query.filter is None or matches(query.filter, run))
        ]
        return sort_runs(held, query.order)

    def get_run(self, run_id: str) -> Run:
        self._enter("get")
        for run in self.runs:
            if run.run_id == run_id:
                return run
        raise NotFound(f"no run {run_id}")

    def metric_history(self, run_id: str, key: str, *, from_step: int | None = None) -> History:
        self._enter(f"history {key}" + ("" if from_step is None else f" from {from_step}"))
        held = self.points.get((run_id, key))
        if held is None:
            last = self.get_run(run_id).latest.get(key)
            held = [] if last is None else [last]
        kept = [each for each in held if from_step is None or each.step >= from_step]
        return History(
            run_id,
            key,
            array("q", [each.step for each in kept]),
            array("q", [each.timestamp for each in kept]),
            array("d", [each.value for each in kept]),
        )

    def close(self) -> None:
        self.asked.append("close")

    # What tests do to it

    def change(self, run_id: str, **changes: object) -> None:
        """Change a run, as another process would."""
        for at, run in enumerate(self.runs):
            if run.run_id == run_id:
                self.runs[at] = replace(run, **changes)

    def delete(self, run_id: str) -> None:
        """Delete a run for good."""
        self.runs = [run for run in self.runs if run.run_id != run_id]


class IndexedMemoryStore(MemoryStore):
    """The same with the RunIndex talent."""

    def run_ids(self, query: RunQuery) -> list[str]:
        self._enter("ids")
        return [run.run_id for run in self.answer(query)]

    def get_runs(self, run_ids: Sequence[str]) -> list[Run]:
        self._enter("runs")
        held = {run.run_id: run for run in self.runs}
        return [held[run_id] for run_id in run_ids if run_id in held]

    def count_runs(self, query: RunQuery) -> int:
        self._enter("count")
        return len(self.answer(query))

    def count_runs_by_experiment(self, view: View = View.ACTIVE) -> dict[str, int]:
        self._enter("counts")
        counts: dict[str, int] = {}
        for run in self.runs:
            if view is View.ALL or run.lifecycle_stage.value == view.value:
                counts[run.experiment_id] = counts.get(run.experiment_id, 0) + 1
        return counts


START = 1_760_000_000_000
_NAMES = ("brave-otter", "calm-finch", "dull-heron", "keen-ibis", "wry-stoat")


def sweep(number: int = 40, experiment_id: str = "1", first: int = 0) -> list[Run]:
    """Runs of a small sweep: params that vary and one that does not, metrics, states."""
    return [_run(at, experiment_id) for at in range(first, first + number)]


def _run(at: int, experiment_id: str) -> Run:
    status = ("FINISHED", "RUNNING", "FAILED", "FINISHED", "KILLED")[at % 5]
    start = START - at * 3_600_000
    values = {"val/acc": 0.95 - 0.004 * at, "val/loss": 0.2 + 0.01 * at, "epoch": float(at % 7)}
    if at % 7 == 3:
        values["val/loss"] = float("nan")
    latest = {key: Metric(key, value, start + 1000, 100) for key, value in values.items()}
    return Run(
        run_id=f"{at:032x}",
        run_name=f"{_NAMES[at % 5]}-{at:02d}",
        experiment_id=experiment_id,
        status=status,
        start_time=start,
        end_time=None if status == "RUNNING" else start + 1_800_000,
        lifecycle_stage=Lifecycle.ACTIVE,
        user_id="ana",
        artifact_uri=f"mlflow-artifacts:/{experiment_id}/{at:032x}/artifacts",
        params={
            "lr": str((1e-3, 3e-4, 1e-2)[at % 3]),
            "model": ("vit-b", "vit-l")[at % 2],
            "seed": "7",
            "optim": '{"name": "adam", "betas": [0.9, 0.999], "extra": {"eps": 1e-8}}',
        },
        latest=latest,
        tags={"mlflow.runName": f"{_NAMES[at % 5]}-{at:02d}", "team": "vision"},
    )


def curve(run: Run, key: str, steps: int = 200) -> list[Metric]:
    """A falling curve that ends at the run's latest value."""
    assert run.start_time is not None
    last = run.latest[key].value
    return [
        Metric(key, last + (steps - step) / steps, run.start_time + step * 1000, step)
        for step in range(1, steps + 1)
    ]


def world(number: int = 40, *, indexed: bool = True) -> MemoryStore:
    """Two experiments: a sweep, and three runs of another."""
    experiments = [
        Experiment("1", "vision-sweep", Lifecycle.ACTIVE),
        Experiment("2", "baselines", Lifecycle.ACTIVE),
    ]
    runs = [*sweep(number), *sweep(3, "2", first=100_000)]
    kind = IndexedMemoryStore if indexed else MemoryStore
    store = kind(experiments, runs)
    for run in runs[:5]:
        for key in ("val/acc", "val/loss"):
            if run.latest[key].value == run.latest[key].value:
                store.points[run.run_id, key] = curve(run, key)
    return store
