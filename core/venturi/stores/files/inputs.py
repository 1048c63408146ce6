"""The datasets that runs read: `<run>/inputs/*`, which point into `<experiment>/datasets/*`."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import NamedTuple, cast

from venturi.errors import StoreBroken
from venturi.records import DatasetInput
from venturi.stores.files.folders import is_one_name
from venturi.stores.files.keys import entries_of
from venturi.stores.files.meta import META, fields_of, text_in
from venturi.stores.files.reading import Remembered

_log = logging.getLogger("venturi.files")

_CONTEXT_TAG = "mlflow.data.context"


class _Link(NamedTuple):
    """One input of a run; `dataset_id` is None when it is a model, not a dataset."""

    dataset_id: str | None
    context: str | None


class Inputs:
    """Reads the inputs of runs; datasets are shared by many, and remembered."""

    def __init__(self) -> None:
        self._links = Remembered(_link, limit=20_000)
        self._datasets = Remembered(_dataset, limit=1_000)

    def of(self, run_path: str) -> tuple[DatasetInput, ...]:
        """The datasets of a run, by name and digest; damaged ones are left out with a note."""
        folder = os.path.join(run_path, "inputs")
        try:
            entries = entries_of(folder)
        except PermissionError:
            entries = []
        inputs = [self._input(run_path, entry.path) for entry in entries]
        return tuple(sorted((each for each in inputs if each), key=_by_name))

    def _input(self, run_path: str, path: str) -> DatasetInput | None:
        try:
            link = self._links.read(os.path.join(path, META))
            if link.dataset_id is None:
                return None
            datasets = os.path.join(os.path.dirname(run_path), "datasets")
            dataset = self._datasets.read(os.path.join(datasets, link.dataset_id, META))
        except (OSError, StoreBroken) as error:
            _log.info("left out the input %s: %s", path, error)
            return None
        return DatasetInput(
            dataset.name, dataset.digest, dataset.source_type, dataset.source, link.context
        )


def _link(data: bytes) -> _Link:
    fields = fields_of(data)
    tags = fields.get("tags")
    context = None
    if isinstance(tags, dict):
        context = text_in(cast("Mapping[str, object]", tags), _CONTEXT_TAG)
    dataset_id = text_in(fields, "source_id") or ""
    if fields.get("source_type") != "DATASET":
        return _Link(None, context)
    if not is_one_name(dataset_id):
        raise StoreBroken("names no dataset")
    return _Link(dataset_id, context)


def _dataset(data: bytes) -> DatasetInput:
    fields = fields_of(data)
    return DatasetInput(
        name=text_in(fields, "name") or "",
        digest=text_in(fields, "digest") or "",
        source_type=text_in(fields, "source_type") or "",
        source=text_in(fields, "source") or "",
    )


def _by_name(dataset: DatasetInput) -> tuple[str, str, str]:
    return (dataset.name, dataset.digest, dataset.context or "")
