"""What gates look at: the run and the logged model behind a version, each read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from venturi.errors import InvalidInput, NotFound
from venturi.records import ModelVersion, Run
from venturi.stores.base import LoggedModels, TrackingStore
from venturi.stores.registry import RegistryStore
from venturi.stores.registry_checks import origin_of

_MOST_COPIES = 8  # of a version of a version of …

Values = Mapping[str, float | str]


class Evidence:
    """Metrics, params and tags behind versions.

    A metric of the logged model (MLflow 3) that a version is made of counts before one of the same
    key of the version's run: it was measured on this very model, where a run may have logged
    several. What the logged model has not is the run's; params and tags are always the run's. A
    version that is a copy of another one has the logged model of that.

    Args:
        registry: Where the versions are.
        tracking: Where the runs and logged models are.
        metrics: Keys of the metrics that will be asked for; without them, any may be.
    """

    def __init__(
        self, registry: RegistryStore, tracking: TrackingStore, metrics: Iterable[str] | None = None
    ) -> None:
        self._registry = registry
        self._tracking = tracking
        self._keys = None if metrics is None else tuple(dict.fromkeys(metrics))
        self._runs: dict[str, Run | None] = {}
        self._models: dict[str, Mapping[str, float]] = {}

    def value(self, version: ModelVersion, group: str, key: str) -> tuple[float | str | None, str]:
        """The value under a key of a group (metrics, params, tags), or why there is none."""
        own: Values = self.own(version) if group == "metrics" else {}
        if key in own:
            return own[key], ""
        run = self._run(version.run_id)
        if run is None:
            what = f"its run {version.run_id} is gone" if version.run_id else "it has no run"
            return None, f"{version.full_name}: {what}"
        found: dict[str, Values] = {"metrics": run.metrics, "params": run.params, "tags": run.tags}
        if key in found[group]:
            return found[group][key], ""
        return None, f"the run of {version.full_name} has no {group}.{key}"

    def _run(self, run_id: str) -> Run | None:
        if run_id and run_id not in self._runs:
            try:
                self._runs[run_id] = self._tracking.get_run(run_id)
            except NotFound:
                self._runs[run_id] = None
        return self._runs.get(run_id)

    def own(self, version: ModelVersion) -> Mapping[str, float]:
        """The metrics of the logged model that the version is made of, if it is."""
        if self._keys == () or not isinstance(self._tracking, LoggedModels):
            return {}
        model_id = self._model_id(version)
        if model_id and model_id not in self._models:
            found = self._tracking.logged_model_metrics(model_id, self._keys)
            self._models[model_id] = found
        return self._models.get(model_id, {})

    def _model_id(self, version: ModelVersion) -> str:
        """Id of the logged model that a version, or the one it copies, is made of."""
        try:
            for _ in range(_MOST_COPIES):
                origin = origin_of(version.source)
                if version.model_id or origin is None or not origin.name:
                    return version.model_id
                version = self._registry.get_version(origin.name, origin.version)
        except (NotFound, InvalidInput):
            pass
        return ""
