"""Registered models made by MLflow's client in stores of several kinds, one model for each test."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.registry.state import ModelState, VersionState

_COUNT = itertools.count(1)
AUCS = (0.70, 0.90, 0.91)


@dataclass(frozen=True)
class ModelWorld:
    """A model `name` with versions 1 Archived, 2 Production @champion, 3 Staging, each of a run."""

    uri: str
    name: str
    experiment: str
    runs: tuple[str, ...]
    client: MlflowClient

    def theirs(self, name: str = "") -> ModelState:
        """How MLflow's client sees a model."""
        model = self.client.get_registered_model(name or self.name)
        found = self.client.search_model_versions(f"name = '{model.name}'")
        versions = [self.client.get_model_version(model.name, each.version) for each in found]
        return ModelState(
            model.description or "",
            dict(model.tags),
            {alias: int(version) for alias, version in model.aliases.items()},
            {
                int(each.version): VersionState(
                    each.current_stage, each.description or "", dict(each.tags)
                )
                for each in versions
            },
        )

    def stages(self) -> dict[int, str]:
        """The stage of each version, as MLflow's client sees it."""
        return {number: each.stage for number, each in sorted(self.theirs().versions.items())}


def model_world(uri: str) -> ModelWorld:
    """A fresh model, with an experiment and runs of its own."""
    client: Any = MlflowClient(uri)
    name = f"churn-{next(_COUNT)}"
    experiment = client.create_experiment(f"{name}-runs")
    client.create_registered_model(name, tags={"team": "growth"}, description="who leaves")
    runs = []
    for number, (auc, stage) in enumerate(
        zip(AUCS, ("Archived", "Production", "Staging"), strict=True), 1
    ):
        run = client.create_run(experiment, run_name=f"{name}-{number}")
        client.log_metric(run.info.run_id, "auc", auc)
        client.log_param(run.info.run_id, "depth", str(number))
        client.set_terminated(run.info.run_id)
        source = f"{run.info.artifact_uri}/model"
        client.create_model_version(name, source, run.info.run_id, tags={"n": str(number)})
        client.transition_model_version_stage(name, str(number), stage)
        runs.append(run.info.run_id)
    client.set_registered_model_alias(name, "champion", "2")
    return ModelWorld(uri, name, experiment, tuple(runs), client)


def copied_world(world: ModelWorld, folder: Path) -> ModelWorld:
    """The same world in a copy of its file store, which is made faster than a new one."""
    shutil.copytree(world.uri, folder)
    return replace(world, uri=str(folder), client=MlflowClient(str(folder)))
