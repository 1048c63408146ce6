"""Where the files of a new version are: from a run and a path, or from a URI."""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

from venturi.errors import InvalidInput, UsageError
from venturi.records import Run
from venturi.stores.base import LoggedModels, TrackingStore
from venturi.stores.registry import NewVersion

_HISTORY_TAG = "mlflow.log-model.history"
_RUNS_URI = re.compile(r"runs:/+(?P<run>[^/]+)(?:/(?P<path>.*))?")
_LOGGED_MODEL = re.compile(r"models:/+(?P<model>m-[0-9a-f]+)/?")


def version_from_run(name: str, run: Run, path: str, tracking: TrackingStore) -> NewVersion:
    """A version whose files are below the artifacts of a run.

    As MLflow's client does, the source is the folder of the run where the model is known to be
    there. Else it is the model of that name that MLflow 3 logged beside the run, as `models:/ID`;
    where there is none either, it is the folder after all.

    Raises:
        InvalidInput: The path leaves the run's artifacts.
    """
    path = path.strip("/")
    if path and (posixpath.normpath(path) != path or path.startswith("..")):
        raise InvalidInput(f"the path {path!r} is no path below a run's artifacts")
    if path not in _logged_paths(run) and not _is_here(run, path):
        model = tracking.logged_model_of(run, path) if isinstance(tracking, LoggedModels) else None
        if model:
            return NewVersion(name, f"models:/{model}", run_id=run.run_id, model_id=model)
    source = f"{run.artifact_uri.rstrip('/')}/{path}".rstrip("/")
    return NewVersion(name, source, run_id=run.run_id)


def version_from_source(name: str, source: str, tracking: TrackingStore) -> NewVersion:
    """A version whose files are where a URI says; `runs:/ID/PATH` is as a run and a path.

    Raises:
        UsageError: The source is empty.
        NotFound: No such run.
    """
    if not source.strip():
        raise UsageError("the source is empty", hint="name a run and a path, or a URI")
    from_run = _RUNS_URI.fullmatch(source)
    if from_run:
        run = tracking.get_run(from_run["run"])
        return version_from_run(name, run, from_run["path"] or "", tracking)
    logged = _LOGGED_MODEL.fullmatch(source)
    if logged:
        return NewVersion(name, source.rstrip("/"), model_id=logged["model"])
    return NewVersion(name, source)


def _logged_paths(run: Run) -> set[str]:
    """Paths of the models that MLflow 1 and 2 noted to have logged to the run."""
    try:
        held = json.loads(run.tags.get(_HISTORY_TAG, "[]"))
        return {str(each["artifact_path"]) for each in held}
    except (ValueError, TypeError, KeyError):
        return set()


def _is_here(run: Run, path: str) -> bool:
    """Whether there is an MLmodel file in a folder of this machine."""
    parsed = urlparse(run.artifact_uri)
    if parsed.scheme not in ("", "file"):
        return False
    local = url2pathname(unquote(parsed.path)) if parsed.scheme else run.artifact_uri
    try:
        return (Path(local) / path / "MLmodel").is_file()
    except (OSError, ValueError):
        return False
