"""A file of wished models: YAML, read with the line and column of whatever cannot be meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import NoReturn, TypeVar

import yaml

from venturi import rules
from venturi.errors import InvalidInput, UsageError
from venturi.registry.wished import ModelWish, VersionWish

T = TypeVar("T")
R = TypeVar("R")

_EMPTY = "tag:yaml.org,2002:null"
_ELSEWHERE = {
    "stage": "a stage is a version's: versions: {3: {stage: Staging}}",
    "aliases": "aliases are the model's: aliases: {champion: 3}",
    "versions": "versions are a model's: models: {NAME: {versions: …}}",
}
"""Where a key belongs that stands where it is not known."""


def read_wishes(text: str, name: str) -> dict[str, ModelWish]:
    """The wished models by name.

    Args:
        text: YAML: `models: {NAME: {description, tags, aliases, versions: {NUMBER: {stage,
            description, tags}}}}`; every part may be left out.
        name: Name of the file, for messages.

    Raises:
        UsageError: It is no YAML, or holds an unknown key, a wrong type or what MLflow refuses.
            The message begins with the name, line and column.
    """
    return _Reader(name).models(text)


class _Reader:
    """Walks YAML nodes, which know where they stand."""

    def __init__(self, name: str) -> None:
        self._name = name

    def models(self, text: str) -> dict[str, ModelWish]:
        try:
            root = yaml.compose(text, yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f"{self._name}:{mark.line + 1}:{mark.column + 1}" if mark else self._name
            raise UsageError(f"{place}: not YAML: {error.problem or error.context}") from error
        except (yaml.YAMLError, RecursionError) as error:
            raise UsageError(f"{self._name}: not YAML: {error}") from error
        if root is None:
            raise UsageError(f"{self._name}: it is empty", hint="begin with models:")
        wished: dict[str, ModelWish] = {}
        for _, _, value in self._known(root, ("models",)):
            for key, model in self._pairs(value):
                model_name = self._text(key)
                self._obey(key, rules.check_model_name, model_name)
                wished[model_name] = self._model(model)
        return wished

    def _model(self, node: yaml.Node) -> ModelWish:
        description: str | None = None
        tags: dict[str, str | None] = {}
        aliases: dict[str, int | None] = {}
        versions: dict[int, VersionWish] = {}
        for name, _, value in self._known(node, ("description", "tags", "aliases", "versions")):
            if name == "description":
                description = self._description(value)
            elif name == "tags":
                tags = self._tags(value)
            elif name == "aliases":
                aliases = {self._alias(key): self._named(held) for key, held in self._pairs(value)}
            else:
                versions = self._versions(value)
        return ModelWish(description, tags, aliases, versions)

    def _versions(self, node: yaml.Node) -> dict[int, VersionWish]:
        versions: dict[int, VersionWish] = {}
        for key, value in self._pairs(node):
            number = self._number(key)
            if number in versions:
                self._refuse(key, f"version {number} is there twice")
            versions[number] = self._version(value)
        return versions

    def _version(self, node: yaml.Node) -> VersionWish:
        stage: str | None = None
        description: str | None = None
        tags: dict[str, str | None] = {}
        for name, _, value in self._known(node, ("stage", "description", "tags")):
            if name == "stage":
                word = "None" if value.tag == _EMPTY else self._text(value)
                stage = self._obey(value, rules.stage_of, word).value
            elif name == "description":
                description = self._description(value)
            else:
                tags = self._tags(value)
        return VersionWish(stage, description, tags)

    def _description(self, node: yaml.Node) -> str:
        text = "" if node.tag == _EMPTY else self._text(node)
        self._obey(node, rules.check_description, text)
        return text

    def _tags(self, node: yaml.Node) -> dict[str, str | None]:
        tags: dict[str, str | None] = {}
        for key, value in self._pairs(node):
            name = self._text(key)
            text = None if value.tag == _EMPTY else self._text(value)
            self._obey(key, lambda pair: rules.check_registry_tag(*pair), (name, text or ""))
            tags[name] = text
        return tags

    def _alias(self, node: yaml.Node) -> str:
        alias = self._text(node)
        self._obey(node, rules.check_alias, alias)
        return alias

    def _named(self, node: yaml.Node) -> int | None:
        return None if node.tag == _EMPTY else self._number(node)

    def _number(self, node: yaml.Node) -> int:
        text = self._text(node)
        if not (text.isascii() and text.isdigit() and int(text) > 0 and len(text) < 10):
            self._refuse(node, f"{text!r} is no version", "versions are numbers such as 3")
        return int(text)

    def _text(self, node: yaml.Node) -> str:
        """A scalar as it was written: `1.10` and `yes` stay so."""
        if not isinstance(node, yaml.ScalarNode) or node.tag == _EMPTY:
            is_list = isinstance(node, yaml.SequenceNode)
            what = "a list" if is_list else "nothing" if node.tag == _EMPTY else "a mapping"
            self._refuse(node, f"{what} stands where a text belongs")
        return str(node.value)

    def _known(
        self, node: yaml.Node, known: tuple[str, ...]
    ) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """The pairs of a mapping whose keys have to be among the known ones."""
        for key, value in self._pairs(node):
            name = self._text(key)
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
                self._refuse(key, f"unknown key {name!r}", _ELSEWHERE.get(name, hint))
            yield name, key, value

    def _pairs(self, node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
        if node.tag == _EMPTY:
            return []
        if not isinstance(node, yaml.MappingNode):
            self._refuse(node, "a mapping of keys to values belongs here")
        pairs: list[tuple[yaml.Node, yaml.Node]] = list(node.value)
        seen: set[str] = set()
        for key, _ in pairs:
            name = self._text(key)
            if name in seen:
                self._refuse(key, f"{name!r} is there twice")
            seen.add(name)
        return pairs

    def _obey(self, node: yaml.Node, check: Callable[[T], R], value: T) -> R:
        try:
            return check(value)
        except InvalidInput as error:
            self._refuse(node, error.message, error.hint)

    def _refuse(self, node: yaml.Node, message: str, hint: str = "") -> NoReturn:
        mark = node.start_mark
        place = f"{self._name}:{mark.line + 1}:{mark.column + 1}"
        raise UsageError(f"{place}: {message}", hint=hint)
