"""What every registry refuses before it writes, and what it says of what is not there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple, cast

from venturi import rules
from venturi.errors import Conflict, InvalidInput, NotFound
from venturi.records import PROMPT_TAG, ModelVersion, Stage
from venturi.stores.registry import NewVersion

MODEL_VERSIONS_TAG = "mlflow.modelVersions"
"""The tag of a logged model that lists, as JSON, the versions made of it."""

_ACTIVE = (Stage.STAGING, Stage.PRODUCTION)
_MODELS_URI = re.compile(r"models:/+(?P<name>[^/]+)(?:/(?P<rest>.*))?\Z", re.DOTALL)
_LARGEST_VERSION = (1 << 31) - 1


class Origin(NamedTuple):
    """What a `models:` URI names: a logged model by its id, or else a version of a model."""

    model_id: str = ""
    name: str = ""
    version: int = 0


def check_new_model(name: str, description: str, tags: Mapping[str, str]) -> None:
    """A model to create. Raises InvalidInput."""
    rules.check_model_name(name)
    rules.check_description(description)
    for key, value in tags.items():
        rules.check_registry_tag(key, value)


def check_new_version(version: NewVersion) -> None:
    """A version to create. Raises InvalidInput."""
    check_new_model(version.name, version.description, version.tags)
    if not version.source.strip():
        raise InvalidInput(f"the new version of '{version.name}' has no source")


def origin_of(source: str) -> Origin | None:
    """What a source names inside MLflow; None for a path or another URI.

    Raises:
        InvalidInput: It is a `models:` URI, but names neither a logged model nor a version.
    """
    if not source.lower().startswith("models:"):
        return None
    found = _MODELS_URI.match(source)
    if found and found["rest"] is None and "@" not in found["name"]:
        return Origin(model_id=found["name"])
    if found and (found["rest"] or "").isdecimal():
        return Origin(name=found["name"], version=int(found["rest"]))
    raise InvalidInput(
        f"the source '{source}' names no version", hint="write models:/NAME/VERSION or models:/ID"
    )


def model_id_in(source: str) -> str:
    """The id of the logged model that a source names; empty for any other source."""
    found = _MODELS_URI.match(source)
    is_logged = found is not None and found["rest"] is None and found["name"].startswith("m-")
    return found["name"] if found is not None and is_logged else ""


def goal_of(stage: str, *, archive_existing: bool) -> Stage:
    """The stage that a transition leads to.

    Raises:
        InvalidInput: No such stage, or others in it cannot be archived.
    """
    goal = rules.stage_of(stage)
    if archive_existing and goal not in _ACTIVE:
        raise InvalidInput(
            f"versions in the stage {goal.value} cannot be archived",
            hint="only those in Staging or Production can",
        )
    return goal


def check_expected(version: ModelVersion, expect: str | None) -> None:
    """Raises Conflict when the version is not in the stage that is expected."""
    if expect is None:
        return
    wanted = rules.stage_of(expect).value
    if version.stage != wanted:
        raise Conflict(
            f"{version.full_name} is in the stage {version.stage}, not {wanted}",
            hint="somebody moved it meanwhile; look at it again",
        )


def taken(name: str, tags: Mapping[str, str], place: str) -> Conflict:
    """The error for a name that a model or prompt has, by the tags of that."""
    kind = "prompt" if tags.get(PROMPT_TAG, "").lower() == "true" else "registered model"
    return Conflict(f"there is already a {kind} named '{name}' in {place}")


def no_model(name: str, place: str) -> NotFound:
    """The error for a model that is not there."""
    return NotFound(f"there is no registered model named '{name}' in {place}")


def no_version(name: str, version: int, place: str) -> NotFound:
    """The error for a version that is not there, or was deleted."""
    return NotFound(f"there is no model version {name}/{version} in {place}")


def is_possible(version: int) -> bool:
    """Whether a store can hold a version of that number."""
    return 0 <= version <= _LARGEST_VERSION


def versions_made(old: str | None, name: str, number: int) -> str:
    """The text of MODEL_VERSIONS_TAG with one version more; one that is no list is begun anew."""
    try:
        known = json.loads(old or "[]")
    except ValueError:
        known = []
    listed = cast("list[object]", known) if isinstance(known, list) else []
    mine = {"name": name, "version": number}
    return json.dumps(listed if mine in listed else [*listed, mine])
