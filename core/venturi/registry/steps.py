"""Single writes to a registry: what each changes, in words, how it is done and how undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, cast

from venturi.stores.registry import NewVersion, RegistryStore


class Kind(str, Enum):
    """What a step writes."""

    CREATE_MODEL = "create model"
    RENAME_MODEL = "rename model"
    DELETE_MODEL = "delete model"
    DESCRIBE_MODEL = "describe model"
    TAG_MODEL = "tag model"
    CREATE_VERSION = "create version"
    DELETE_VERSION = "delete version"
    DESCRIBE_VERSION = "describe version"
    TAG_VERSION = "tag version"
    STAGE = "stage"
    ALIAS = "alias"


FINAL = (Kind.DELETE_MODEL, Kind.DELETE_VERSION)
"""What cannot be undone."""


@dataclass(frozen=True, slots=True)
class Step:
    """One write: something was `before` and is to be `after`; None is a thing that is missing.

    Args:
        kind: What is written.
        model: The model's name.
        version: The version, of kinds that write one; 0 where it is not known yet.
        key: Key of the tag, or the alias.
        before: The description, tag value, stage, version that the alias named, or name it had.
        after: The same as it is to be.
        archives: Versions that the same write moves from the stage `after` to Archived.
        details: Of a version or model to create: source, run_id, description, model_id, user_id.
        tags: Of a version or model to create.
    """

    kind: Kind
    model: str
    version: int = 0
    key: str = ""
    before: str | None = None
    after: str | None = None
    archives: tuple[int, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict[str, str])
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def thing(self) -> str:
        """What is written to, as a person names it."""
        if self.kind is Kind.ALIAS:
            return f"{self.model}@{self.key}"
        return f"{self.model}/{self.version or 'new'}" if self._is_of_version else self.model

    @property
    def _is_of_version(self) -> bool:
        return self.kind in (
            Kind.CREATE_VERSION,
            Kind.DELETE_VERSION,
            Kind.DESCRIBE_VERSION,
            Kind.TAG_VERSION,
            Kind.STAGE,
        )


def do_step(registry: RegistryStore, step: Step) -> Step:
    """Write a step; the step as it was done, with the number of a version that was created.

    Raises:
        Conflict: A version is not in the stage the step was made for; nothing is written.
    """
    if step.kind is Kind.CREATE_VERSION:
        made = registry.create_version(NewVersion(step.model, tags=step.tags, **step.details))
        return replace(step, version=made.version, after=str(made.version))
    if step.kind is Kind.STAGE:
        registry.transition(
            step.model,
            step.version,
            step.after or "None",
            archive_existing=bool(step.archives),
            expect=step.before,
        )
    elif step.version:
        _write_version(registry, step)
    else:
        _write_model(registry, step)
    return step


def _write_version(registry: RegistryStore, step: Step) -> None:
    if step.kind is Kind.DELETE_VERSION:
        registry.delete_version(step.model, step.version)
    elif step.kind is Kind.DESCRIBE_VERSION:
        registry.describe_version(step.model, step.version, step.after or "")
    elif step.after is None:
        registry.delete_version_tag(step.model, step.version, step.key)
    else:
        registry.set_version_tag(step.model, step.version, step.key, step.after)


def _write_model(registry: RegistryStore, step: Step) -> None:
    if step.kind is Kind.CREATE_MODEL:
        description = step.details.get("description", "")
        registry.create_model(step.model, description=description, tags=step.tags)
    elif step.kind is Kind.DELETE_MODEL:
        registry.delete_model(step.model)
    elif step.kind is Kind.RENAME_MODEL:
        registry.rename_model(step.model, step.after or "")
    elif step.kind is Kind.DESCRIBE_MODEL:
        registry.describe_model(step.model, step.after or "")
    elif step.kind is Kind.ALIAS:
        _write_alias(registry, step)
    elif step.after is None:
        registry.delete_model_tag(step.model, step.key)
    else:
        registry.set_model_tag(step.model, step.key, step.after)


def _write_alias(registry: RegistryStore, step: Step) -> None:
    if step.after is None:
        registry.delete_alias(step.model, step.key)
    else:
        registry.set_alias(step.model, step.key, int(step.after))


def undone(step: Step) -> list[Step]:
    """The steps that take a step back, in the order to write them.

    What was archived comes back first, so that the stage is never empty.
    """
    if step.kind is Kind.CREATE_MODEL:
        return [replace(step, kind=Kind.DELETE_MODEL, before="", after=None)]
    if step.kind is Kind.CREATE_VERSION:
        return [replace(step, kind=Kind.DELETE_VERSION, before=step.after, after=None)]
    if step.kind is Kind.RENAME_MODEL:
        return [replace(step, model=step.after or "", before=step.after, after=step.model)]
    back = [
        Step(Kind.STAGE, step.model, version, before="Archived", after=step.after)
        for version in step.archives
    ]
    return [*back, replace(step, before=step.after, after=step.before, archives=())]


def step_shape(step: Step) -> dict[str, Any]:
    """A step as a JSON object, without what it has not."""
    shape: dict[str, Any] = {"kind": step.kind.value, "model": step.model}
    if step.version:
        shape["version"] = str(step.version)
    if step.key:
        shape["key"] = step.key
    shape.update({"from": step.before, "to": step.after})
    if step.archives:
        shape["archives"] = [str(version) for version in step.archives]
    if step.details:
        shape["details"] = dict(step.details)
    if step.tags:
        shape["tags"] = dict(step.tags)
    return shape


def step_from(shape: Mapping[str, Any]) -> Step:
    """A step from its JSON object. Raises ValueError, KeyError or TypeError for another object."""
    return Step(
        Kind(shape["kind"]),
        str(shape["model"]),
        int(shape.get("version", 0)),
        str(shape.get("key", "")),
        _text(shape.get("from")),
        _text(shape.get("to")),
        tuple(int(version) for version in shape.get("archives", ())),
        _texts(shape.get("details")),
        _texts(shape.get("tags")),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    held = cast("dict[object, object]", value)
    return {str(key): str(text) for key, text in held.items()}
