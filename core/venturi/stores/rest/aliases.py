"""The aliases of many models at once: a server's search for versions does not bring them."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from venturi.errors import InvalidInput, NotFound
from venturi.filters.pushdown import to_mlflow
from venturi.filters.subjects import Subject
from venturi.filters.tree import Comparison, Entity, Op
from venturi.filters.writing import CannotWrite
from venturi.records import ModelVersion, RegisteredModel
from venturi.stores.rest import registry_wire
from venturi.stores.rest.marks import Mark
from venturi.stores.rest.transport import Transport
from venturi.stores.rest.walk import LARGEST_PAGE

MODELS_AT_ONCE = 100
"""Models asked for by name in one request."""
_LONGEST_QUESTION = 6000  # bytes of a URL that proxies let through
_FEW = 3  # models that are rather asked for one by one than found among all

Aliases = Mapping[str, int]

log = logging.getLogger("venturi.rest")


class AliasReader:
    """Finds the aliases of models on one server.

    Args:
        transport: The server.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._takes_lists = True

    def fill(self, versions: Sequence[ModelVersion]) -> list[ModelVersion]:
        """The versions with their aliases."""
        known = self._of(dict.fromkeys(version.name for version in versions))
        return [_filled(version, known.get(version.name, {})) for version in versions]

    def _of(self, names: Collection[str]) -> dict[str, Aliases]:
        """The aliases of each model; those that are gone are left out."""
        single = [name for name in names if _written([name]) is None]
        listed = [name for name in names if name not in set(single)]
        if len(listed) == 1 or (len(listed) <= _FEW and not self._takes_lists):
            single, listed = [*single, *listed], []
        found = {each.name: each.aliases for name in single for each in self._one(name)}
        if listed:
            found.update(self._many(listed))
        return found

    def _many(self, names: Sequence[str]) -> dict[str, Aliases]:
        if self._takes_lists:
            try:
                return {each.name: each.aliases for each in self._by_list(names)}
            except InvalidInput as error:
                log.debug("no list of names to be had, reading all models: %s", error)
                self._takes_lists = False
        wanted = set(names)
        return {each.name: each.aliases for each in self._every() if each.name in wanted}

    def _one(self, name: str) -> Iterator[RegisteredModel]:
        try:
            yield self._transport.get(
                "registered-models/get", [("name", name)], registry_wire.one_model
            )
        except (NotFound, InvalidInput):
            return

    def _by_list(self, names: Sequence[str]) -> Iterator[RegisteredModel]:
        for part in _parts(names):
            question = [("filter", _written(part) or ""), ("max_results", str(MODELS_AT_ONCE))]
            yield from self._page(question)[0]

    def _every(self) -> Iterator[RegisteredModel]:
        mark = Mark()
        while not mark.over:
            place = [("page_token", mark.token)] if mark.token else []
            page, token = self._page([("max_results", str(LARGEST_PAGE)), *place])
            yield from page
            mark = mark.turned(token)

    def _page(
        self, question: Sequence[tuple[str, str]]
    ) -> tuple[list[RegisteredModel], str | None]:
        return self._transport.get("registered-models/search", question, registry_wire.models)


def _filled(version: ModelVersion, aliases: Aliases) -> ModelVersion:
    names = sorted(alias for alias, number in aliases.items() if number == version.version)
    return replace(version, aliases=tuple(names))


def _written(names: Sequence[str]) -> str | None:
    """The filter for models of these names; None when it cannot be written."""
    try:
        return to_mlflow(Comparison(Entity.ATTRIBUTE, "name", Op.IN, tuple(names)), Subject.MODELS)
    except CannotWrite:
        return None


def _parts(names: Sequence[str]) -> Iterator[list[str]]:
    """The names in as few questions as can be asked."""
    part: list[str] = []
    size = 0
    for name in names:
        length = len(quote(f"'{name}',", safe=""))
        if part and (len(part) == MODELS_AT_ONCE or size + length > _LONGEST_QUESTION):
            yield part
            part, size = [], 0
        part.append(name)
        size += length
    if part:
        yield part
