"""How models stand now, as far as steps can change them, and what steps would make of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from venturi.errors import NotFound
from venturi.records import ModelVersion, RegisteredModel, Stage
from venturi.registry.naming import versions_in
from venturi.registry.steps import Kind, Step
from venturi.stores.registry import RegistryStore

V = TypeVar("V", str, int)


@dataclass(slots=True)
class VersionState:
    """What can be changed of a version, its aliases aside."""

    stage: str
    description: str
    tags: dict[str, str]


@dataclass(slots=True)
class ModelState:
    """What can be changed of a model and of its versions."""

    description: str = ""
    tags: dict[str, str] = field(default_factory=dict[str, str])
    aliases: dict[str, int] = field(default_factory=dict[str, int])
    versions: dict[int, VersionState] = field(default_factory=dict[int, VersionState])

    def aliases_of(self, version: int) -> list[str]:
        """The aliases that name a version."""
        return sorted(alias for alias, named in self.aliases.items() if named == version)


State = dict[str, ModelState]
"""Models by name; those that there are not are left out."""


def read_state(registry: RegistryStore, names: Iterable[str]) -> State:
    """How these models stand now."""
    found: State = {}
    for name in dict.fromkeys(names):
        try:
            model = registry.get_model(name)
        except NotFound:
            continue
        found[name] = model_state(model, versions_in(registry, name))
    return found


def model_state(model: RegisteredModel, versions: Iterable[ModelVersion]) -> ModelState:
    """A model and its versions, as far as they can be changed."""
    return ModelState(
        model.description,
        dict(model.tags),
        dict(model.aliases),
        {
            each.version: VersionState(each.stage, each.description, dict(each.tags))
            for each in versions
        },
    )


def take_back(state: State, step: Step) -> str:
    """Make of a state what it is once a step is taken back; why it cannot be, else nothing.

    `step` is one that was done; it can be taken back where everything is still as it left it.
    """
    if step.kind is Kind.RENAME_MODEL:
        return _rename_back(state, step)
    model = state.get(step.model)
    if model is None:
        return f"model {step.model!r} is gone"
    if step.kind is Kind.CREATE_MODEL:
        return _uncreate_model(state, model, step)
    return _take_back_version(model, step) if step.version else _take_back_model(model, step)


def _take_back_model(model: ModelState, step: Step) -> str:
    if step.kind is not Kind.ALIAS:
        return _take_back_texts(model, step)
    before = None if step.before is None else int(step.before)
    if before is not None and before not in model.versions:
        return f"version {step.model}/{before} is gone"
    named = model.aliases.get(step.key)
    problem = _compare(step.thing, None if named is None else str(named), step.after)
    if not problem:
        _put(model.aliases, step.key, before)
    return problem


def _take_back_version(model: ModelState, step: Step) -> str:
    version = model.versions.get(step.version)
    if version is None:
        return f"version {step.thing} is gone"
    if step.kind is Kind.CREATE_VERSION:
        return _uncreate_version(model, version, step)
    if step.kind is Kind.STAGE:
        return _move_back(model, version, step)
    return _take_back_texts(version, step)


def _rename_back(state: State, step: Step) -> str:
    if step.model in state:
        return f"there is another model {step.model!r} now"
    renamed = state.pop(step.after or "", None)
    if renamed is None:
        return f"model {step.after!r} is gone"
    state[step.model] = renamed
    return ""


def _take_back_texts(thing: ModelState | VersionState, step: Step) -> str:
    """Descriptions and tags, of models and of versions alike."""
    if step.kind in (Kind.DESCRIBE_MODEL, Kind.DESCRIBE_VERSION):
        problem = _compare(f"the description of {step.thing}", thing.description, step.after)
        if not problem:
            thing.description = step.before or ""
        return problem
    what = f"the tag {step.key!r} of {step.thing}"
    problem = _compare(what, thing.tags.get(step.key), step.after)
    if not problem:
        _put(thing.tags, step.key, step.before)
    return problem


def _move_back(model: ModelState, version: VersionState, step: Step) -> str:
    problem = _compare(f"the stage of {step.thing}", version.stage, step.after)
    for number in step.archives:
        archived = model.versions.get(number)
        if archived is None:
            problem = problem or f"version {step.model}/{number} is gone"
        else:
            what = f"the stage of {step.model}/{number}"
            problem = problem or _compare(what, archived.stage, Stage.ARCHIVED.value)
            archived.stage = step.after or ""
    version.stage = step.before or ""
    return problem


def _uncreate_model(state: State, model: ModelState, step: Step) -> str:
    if model.versions:
        return f"model {step.model!r} has versions now"
    wanted = ModelState(step.details.get("description", ""), dict(step.tags))
    if model != wanted:
        return f"model {step.model!r} has another description, tags or aliases now"
    del state[step.model]
    return ""


def _uncreate_version(model: ModelState, version: VersionState, step: Step) -> str:
    wanted = VersionState(Stage.NONE.value, step.details.get("description", ""), dict(step.tags))
    if model.aliases_of(step.version):
        return f"version {step.thing} has aliases now"
    if version != wanted:
        return f"version {step.thing} has another stage, description or tags now"
    del model.versions[step.version]
    return ""


def _compare(what: str, now: str | None, then: str | None) -> str:
    if now == then:
        return ""
    return f"{what} is {_said(now)} now, not {_said(then)}"


def _said(value: str | None) -> str:
    if value is None:
        return "missing"
    return repr(value if len(value) <= 40 else f"{value[:39]}…")


def _put(held: dict[str, V], key: str, value: V | None) -> None:
    if value is None:
        held.pop(key, None)
    else:
        held[key] = value
