"""Models, versions, registry writes and gates as JSON objects: stable shapes for scripts."""

from __future__ import annotations

from venturi.records import ModelVersion, RegisteredModel
from venturi.registry.journal import Entry, entry_shape
from venturi.registry.steps import Step, step_shape
from venturi_tui.present.shapes import Shape


def model_shape(model: RegisteredModel) -> Shape:
    """A registered model as printed in JSON; numbers of versions are strings."""
    return {
        "name": model.name,
        "description": model.description,
        "creation_time": model.creation_time,
        "last_updated_time": model.last_updated_time,
        "tags": dict(sorted(model.tags.items())),
        "aliases": {alias: str(model.aliases[alias]) for alias in sorted(model.aliases)},
        "latest_versions": {
            stage: str(version) for stage, version in sorted(model.latest_versions.items())
        },
    }


def version_shape(version: ModelVersion) -> Shape:
    """A model version as printed in JSON; `version` is a string."""
    return {
        "name": version.name,
        "version": str(version.version),
        "stage": version.stage,
        "aliases": list(version.aliases),
        "status": version.status,
        "description": version.description,
        "run_id": version.run_id,
        "source": version.source,
        "user_id": version.user_id,
        "creation_time": version.creation_time,
        "last_updated_time": version.last_updated_time,
        "tags": dict(sorted(version.tags.items())),
    }


def write_shape(step: Step) -> Shape:
    """One write as printed in JSON: every key there, what it has not as null."""
    held = step_shape(step)
    keys = ("kind", "model", "version", "key", "from", "to", "archives", "details")
    return {**{key: held.get(key) for key in keys}, "tags": held.get("tags", {})}


def journal_shape(entry: Entry) -> Shape:
    """A write that the journal knows, as printed in JSON."""
    shape = entry_shape(entry)
    shape["steps"] = [write_shape(step) for step in entry.steps]
    return shape
