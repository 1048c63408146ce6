"""What a run logs at once: checked whole against what is there, then written.

Only a meta.yaml is waited for until it is on disk: to wait for each of a hundred params takes half
a second. As with MLflow, a power cut may cost what was logged in the last seconds before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from venturi.errors import InvalidInput, LoginRefused
from venturi.records import Metric
from venturi.stores.files.atomic import create_file, replace_file
from venturi.stores.files.key_places import make_way, places_of
from venturi.stores.files.keys import METRICS, PARAMS, TAGS
from venturi.stores.files.metric_files import add_points
from venturi.stores.files.runs import RunFolder
from venturi.stores.files.values import Values
from venturi.stores.writing import Batch


class _Places(NamedTuple):
    """The file of each key of a batch."""

    params: dict[str, str]
    metrics: dict[str, str]
    tags: dict[str, str]


class Batches:
    """Writes batches that MLflow's rules accept into the folders of runs.

    Args:
        root: The store's folder, its real path.
        values: Reads what is there.
    """

    def __init__(self, root: str, values: Values) -> None:
        self._root = root
        self._values = values

    def log(self, run: RunFolder, batch: Batch) -> None:
        """Write params, then metrics, then tags.

        Raises:
            InvalidInput: A param has another value, or a key cannot be beside another; nothing was
                written.
            OSError: The batch is written in part; it can be logged again.
        """
        points = _by_key(batch.metrics)
        places = _Places(
            places_of(run.path, PARAMS, batch.params, self._root),
            places_of(run.path, METRICS, points, self._root),
            places_of(run.path, TAGS, batch.tags, self._root),
        )
        new = [key for key, text in batch.params.items() if self._is_new(run, key, text)]
        for key in new:
            self._create_param(run, key, batch.params[key], places.params[key])
        for key, path in places.metrics.items():
            self._add_points(run, key, points[key], path)
        write_tags(run.path, {path: (key, batch.tags[key]) for key, path in places.tags.items()})

    def _is_new(self, run: RunFolder, key: str, text: str) -> bool:
        """Whether the run has no such param. Raises InvalidInput when it has another value."""
        known = self._values.text(run.path, PARAMS, key)
        if known is not None and known != text:
            raise InvalidInput(
                f"the param '{key}' of run {run.meta.run_id} is '{_short(known)}' already",
                hint=f"a param keeps its value; '{_short(text)}' needs another key or a new run",
            )
        return known is None

    def _create_param(self, run: RunFolder, key: str, text: str, path: str) -> None:
        make_way(run.path, PARAMS, key, path)
        made = create_file(path, text.encode(), run.path, durable=False)
        if not made and self._is_new(run, key, text):
            raise LoginRefused(f"the param '{key}' of run {run.meta.run_id} cannot be read")

    def _add_points(self, run: RunFolder, key: str, points: list[Metric], path: str) -> None:
        make_way(run.path, METRICS, key, path)
        latest = self._values.latest_of(run.path, key)
        row = None if latest is None else (latest.step, latest.timestamp, latest.value)
        add_points(path, points, row, run.path)


def write_tags(folder: str, tags: Mapping[str, tuple[str, str]]) -> None:
    """Set tags of a run or experiment: key and value by the file of each. Raises OSError."""
    for path, (key, text) in tags.items():
        make_way(folder, TAGS, key, path)
        replace_file(path, text.encode(), folder, durable=False)


def _by_key(metrics: Iterable[Metric]) -> dict[str, list[Metric]]:
    found: dict[str, list[Metric]] = {}
    for metric in metrics:
        found.setdefault(metric.key, []).append(metric)
    return found


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
