"""What a person's word means in a registry: a model, or a version by number, alias or stage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from venturi.errors import Conflict, NotFound, UsageError
from venturi.filters.tree import Entity, OrderKey
from venturi.records import ModelVersion, RegisteredModel, Stage
from venturi.stores.registry import ModelQuery, RegistryStore, VersionQuery

_HIGHEST = (OrderKey(Entity.ATTRIBUTE, "version_number", ascending=False),)
_NEAR_AMONG = 1000
_PAGE = 1000
_FORMS = "NAME/VERSION, NAME@ALIAS, NAME/STAGE or NAME/latest"
_LOGGED_MODEL = re.compile(r"m-[0-9a-f]+")


class By(Enum):
    """How a word picks one version of a model."""

    NUMBER = "number"
    ALIAS = "alias"
    STAGE = "stage"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class VersionWord:
    """A model's name and how one of its versions is picked; `value` is canonical."""

    name: str
    by: By
    value: str

    def __str__(self) -> str:
        return f"{self.name}{'@' if self.by is By.ALIAS else '/'}{self.value}"


def read_version_word(word: str) -> VersionWord:
    """What a word says, without a look at any registry.

    `models:/` before it is taken off. As in MLflow all digits are a version, `latest` in any case
    is the highest one, and any other word behind the slash is a stage in any case.

    Raises:
        UsageError: It has none of the forms that name a version.
    """
    body = word.removeprefix("models:/")
    name, slash, picked = body.rpartition("/")
    if slash and name and "/" not in name:
        return VersionWord(name, *_picked(word, picked))
    name, at, alias = body.rpartition("@")
    if at and name and alias and "/" not in body:
        return VersionWord(name, By.ALIAS, alias)
    if _LOGGED_MODEL.fullmatch(body) and word.startswith("models:/"):
        raise UsageError(f"{word!r} is a logged model, not a version", hint=f"write {_FORMS}")
    raise UsageError(f"{word!r} names no model version", hint=f"write {_FORMS}")


def find_version(registry: RegistryStore, word: str) -> ModelVersion:
    """The version that a word names.

    Raises:
        UsageError: The word has none of the forms that name a version.
        Conflict: It names a prompt.
        NotFound: There is no such model, version or alias, or no version in that stage; the hint
            says what there is.
    """
    return version_of(registry, read_version_word(word))


def version_of(registry: RegistryStore, word: VersionWord) -> ModelVersion:
    """The version that a read word names. Raises NotFound and Conflict as `find_version`."""
    if word.by is By.NUMBER:
        try:
            found = registry.get_version(word.name, int(word.value))
        except NotFound:
            find_model(registry, word.name)
            raise _no_version(registry, word) from None
        if found.is_prompt:
            raise no_model(word.name)
        return found
    model = find_model(registry, word.name)
    number = _number(registry, model, word)
    if number is None:
        raise _no_version(registry, word)
    return registry.get_version(word.name, number)


def find_model(registry: RegistryStore, name: str) -> RegisteredModel:
    """The model of that name; also written `models:/NAME`.

    Raises:
        NotFound: There is none; the hint has near names.
        Conflict: It is a prompt.
    """
    name = name.removeprefix("models:/")
    try:
        model = registry.get_model(name)
    except NotFound:
        where = registry.info.address
        raise NotFound(f"no model {name!r} in {where}", hint=_near(registry, name)) from None
    if model.is_prompt:
        raise no_model(name)
    return model


def no_model(name: str) -> Conflict:
    """The error for a prompt, which MLflow keeps among the models, where a model is asked for.

    It is a conflict and not NotFound: who makes what is not found would be refused anyhow.
    """
    hint = "prompts are MLflow's own to read and write; give the model another name"
    return Conflict(f"{name!r} is a prompt, not a model", hint=hint)


def versions_in(registry: RegistryStore, name: str, stage: str = "") -> list[ModelVersion]:
    """All versions of a model, or those in a stage, the highest first."""
    found = [
        version
        for version in _all_versions(registry, name)
        if not stage or version.stage.lower() == stage.lower()
    ]
    return sorted(found, key=lambda version: version.version, reverse=True)


def _all_versions(registry: RegistryStore, name: str) -> Iterator[ModelVersion]:
    token: str | None = None
    while True:
        page = registry.search_versions(VersionQuery(name), limit=_PAGE, token=token)
        yield from page
        token = page.next_token
        if token is None:
            return


def near_stages(word: str) -> list[str]:
    """The stages that a word which is none may mean: `prod`, `stagng`."""
    words = [stage.value for stage in Stage]
    begun = [each for each in words if word and each.lower().startswith(word.lower())]
    return begun or get_close_matches(word.capitalize(), words, n=1)


def _picked(word: str, picked: str) -> tuple[By, str]:
    if picked.isascii() and picked.isdigit():
        return By.NUMBER, str(int(picked))
    if picked.lower() == "latest":
        return By.LATEST, "latest"
    for stage in Stage:
        if stage.value.lower() == picked.lower():
            return By.STAGE, stage.value
    near = near_stages(picked)
    name = word.rpartition("/")[0]
    hint = f"did you mean {name}/{near[0]}?" if near else f"an alias is written {name}@{picked}"
    raise UsageError(f"{word!r} names no model version", hint=hint if picked else f"write {_FORMS}")


def _number(registry: RegistryStore, model: RegisteredModel, word: VersionWord) -> int | None:
    if word.by is By.ALIAS:
        return model.aliases.get(word.value)
    if word.by is By.STAGE:
        known = model.latest_versions.get(word.value)
        if known is not None:
            return known
    if word.by is By.LATEST:
        page = registry.search_versions(VersionQuery(model.name, order=_HIGHEST), limit=1)
        return page.items[0].version if page.items else None
    found = versions_in(registry, model.name, word.value)
    return found[0].version if found else None


def _no_version(registry: RegistryStore, word: VersionWord) -> NotFound:
    where = registry.info.address
    if word.by is By.ALIAS:
        aliases = sorted(registry.get_model(word.name).aliases)
        near = get_close_matches(word.value, aliases, n=3) or aliases
        hint = f"there are {', '.join(near)}" if near else "it has no alias"
        message = f"model {word.name!r} has no alias {word.value!r} in {where}"
        return NotFound(message, hint=hint)
    if word.by is By.STAGE:
        found = versions_in(registry, word.name)
        said = ", ".join(sorted({version.stage for version in found}))
        hint = f"its versions are in {said}" if found else "it has no version"
        return NotFound(f"no version of {word.name!r} is in {word.value}", hint=hint)
    numbers = [str(version.version) for version in versions_in(registry, word.name)]
    shown = ", ".join(numbers[:8]) + (", …" if len(numbers) > 8 else "")
    hint = f"there are {shown}" if numbers else "it has no version"
    return NotFound(f"no version {word} in {where}", hint=hint)


def _near(registry: RegistryStore, name: str) -> str:
    names = [model.name for model in registry.search_models(ModelQuery(), limit=_NEAR_AMONG)]
    near = get_close_matches(name, names, n=3)
    if near:
        return f"did you mean {' or '.join(map(repr, near))}?"
    return "list them with: venturi models list"
