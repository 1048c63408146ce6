"""Where the files of a model version are: its source followed to a place of artifacts."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from venturi.artifacts import OWNED, Server, open_artifacts
from venturi.artifacts.base import ArtifactPlace
from venturi.artifacts.local import LocalFolder, folder_of
from venturi.artifacts.paths import clean, joined
from venturi.errors import ConfigError, NotFound, StoreBroken
from venturi.records import ModelVersion, Run
from venturi.stores import scheme_of
from venturi.stores.base import TrackingStore

_RUN = re.compile(r"runs:/+(?P<run>[^/]+)(?:/(?P<below>.*?))?/*\Z", re.DOTALL)
_LOGGED = re.compile(r"models:/+(?P<model>m-[0-9a-zA-Z-]+)(?:/(?P<below>.*?))?/*\Z", re.DOTALL)
_VERSION = re.compile(r"models:/+(?P<name>[^/@]+)/(?P<number>\d+)/*\Z")
_MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a version's source may lead through.

    `get_version` finds another version, `server` is the server that told of this one, empty for
    other stores.
    """

    tracking: TrackingStore
    get_version: Callable[[str, int], ModelVersion]
    server: Server


def files_of_version(version: ModelVersion, around: Surroundings) -> ArtifactPlace:
    """The place of a version's files: its storage location, else its source.

    Raises:
        NotFound: The run, model or version that it comes from is gone.
        ConfigError: The place cannot be reached from here; the hint says what to do.
        InvalidInput: A path in it is refused.
    """
    for _ in range(_MOST_STEPS):
        uri = version.storage_location or version.source
        if not uri:
            raise NotFound(f"version {version.full_name} has no source")
        copied = _VERSION.match(uri)
        if copied is None:
            return _place(uri, version, around)
        version = around.get_version(copied["name"], int(copied["number"]))
    raise ConfigError(
        f"the sources of {version.full_name} lead from version to version without end"
    )


def _place(uri: str, version: ModelVersion, around: Surroundings) -> ArtifactPlace:
    from_run = _RUN.match(uri)
    if from_run:
        return _of_run(from_run["run"], from_run["below"] or "", around)
    logged = _LOGGED.match(uri)
    if logged:
        return _of_model(logged["model"], clean(logged["below"] or ""), around)
    if scheme_of(uri) in ("", "file") and not around.server.uri:
        return LocalFolder(_mended(folder_of(uri), around))
    if scheme_of(uri) in ("models", "runs"):
        raise ConfigError(f"the source {uri!r} of {version.full_name} names no files")
    return open_artifacts(uri, around.server)


def _of_run(run_id: str, below: str, around: Surroundings) -> ArtifactPlace:
    """A path among a run's artifacts; or a model of that name, which MLflow 3 keeps beside them."""
    run = around.tracking.get_run(run_id)
    root = run.artifact_uri.rstrip("/")
    name, _, rest = clean(below).partition("/")
    if name and not _holds(open_artifacts(root, around.server), name):
        model = _model_of_run(run, name, around)
        if model is not None:
            return open_artifacts(joined(model.rstrip("/"), rest), around.server)
    return open_artifacts(joined(root, below) if below else root, around.server)


def _holds(place: ArtifactPlace, name: str) -> bool:
    with closing(place):
        return any(artifact.path == name for artifact in place.entries())


def _model_of_run(run: Run, name: str, around: Surroundings) -> str | None:
    """Where the newest model of that name is that a run logged. Databases are not asked."""
    if around.server.uri:
        from venturi.artifacts.server_models import location_by_run

        return location_by_run(run, name, around.server)
    root = _store_folder(around)
    if root is None:
        return None
    from venturi.stores.files.meta import fields_of, number_in, text_in

    found: list[tuple[int, str]] = []
    for meta in (root / run.experiment_id / "models").glob("m-*/meta.yaml"):
        with suppress(OSError, StoreBroken):
            fields = fields_of(meta.read_bytes())
            if (text_in(fields, "name"), text_in(fields, "source_run_id")) == (name, run.run_id):
                made = number_in(fields, "creation_timestamp") or 0
                found.append((made, str(meta.with_name("artifacts"))))
    return max(found)[1] if found else None


def _of_model(model_id: str, below: str, around: Surroundings) -> ArtifactPlace:
    """A logged model. Databases know where it is only by the version's storage location."""
    if around.server.uri:
        from venturi.artifacts.server_models import location_of_model

        root = location_of_model(model_id, around.server)
        return open_artifacts(joined(root.rstrip("/"), below), around.server)
    root = _store_folder(around)
    found = next(iter(root.glob(f"*/models/{model_id}/artifacts")), None) if root else None
    if found is None:
        raise NotFound(f"the store does not say where the files of logged model {model_id} are")
    return LocalFolder(found / below if below else found)


def _mended(folder: Path, around: Surroundings) -> Path:
    """The folder, or where it is now when the store was moved and the recorded one is gone."""
    owned = OWNED.search(folder.as_posix())
    if owned is None or folder.exists():
        return folder
    below = owned["below"] or "."
    if owned["owner"].startswith("m-"):
        root = _store_folder(around)
        end = folder.parts[-4 - len(Path(below).parts) :]  # EXPERIMENT/models/MODEL/artifacts
        moved = root.joinpath(*end) if root else folder
        return moved if moved.exists() else folder
    try:
        uri = around.tracking.get_run(owned["owner"]).artifact_uri
    except NotFound:
        return folder
    moved = folder_of(uri) / below if scheme_of(uri) in ("", "file") else folder
    return moved if moved.exists() else folder


def _store_folder(around: Surroundings) -> Path | None:
    """The folder of a file store."""
    info = around.tracking.info
    return folder_of(info.address) if info.kind == "file" else None
