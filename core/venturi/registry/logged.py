"""The models that a run logged: folders among its artifacts with an MLmodel file in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

from venturi.artifacts.base import ArtifactPlace
from venturi.errors import VenturiError
from venturi.mlmodel import MLMODEL
from venturi.records import Run
from venturi.stores.base import NamesLoggedModels, TrackingStore

_HISTORY_TAG = "mlflow.log-model.history"
_MOST_FOLDERS = 40


def model_paths(
    run: Run, place: ArtifactPlace | None, tracking: TrackingStore | None = None
) -> list[str]:
    """Paths of the models of a run, those it noted itself first; empty for the artifacts' root.

    The models that MLflow 3 keeps beside the run are there by their names.

    Folders at the top are looked into, at most 40 of them; what cannot be read is passed over, as
    is all when `place` is None.
    """
    found = dict.fromkeys(_noted(run))
    if isinstance(tracking, NamesLoggedModels):
        with suppress(VenturiError):
            found.update(dict.fromkeys(tracking.logged_model_names(run)))
    with suppress(VenturiError):
        if place is not None:
            found.update(dict.fromkeys(_seen(place)))
    return list(found)


def _noted(run: Run) -> Iterator[str]:
    """Paths that MLflow noted in a tag, the newest first."""
    try:
        held = json.loads(run.tags.get(_HISTORY_TAG, "[]"))
        yield from reversed([str(each["artifact_path"]) for each in held])
    except (ValueError, TypeError, KeyError):
        return


def _seen(place: ArtifactPlace) -> Iterator[str]:
    top = place.entries()
    if any(each.path == MLMODEL and not each.is_dir for each in top):
        yield ""
    for folder in [each.path for each in top if each.is_dir][:_MOST_FOLDERS]:
        if any(each.path == f"{folder}/{MLMODEL}" for each in place.entries(folder)):
            yield folder
