"""Reads the model registry of a server: models and their versions over MLflow's REST API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from venturi.errors import InvalidInput, NotFound
from venturi.filters.order import order_text, sort_models, sort_versions
from venturi.filters.subjects import Subject
from venturi.filters.tree import And, Comparison, Entity, Node, Op, OrderKey
from venturi.records import PROMPT_TAG, ModelVersion, Page, RegisteredModel
from venturi.stores import registry_checks as checks
from venturi.stores.base import StoreInfo
from venturi.stores.registry import ModelQuery, VersionQuery
from venturi.stores.registry_pages import DELETED
from venturi.stores.rest import registry_wire
from venturi.stores.rest.aliases import AliasReader
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.registry_search import RegistrySearch
from venturi.stores.rest.transport import Transport
from venturi.stores.rest.walk import Fetch

T = TypeVar("T")


class RegistryReader:
    """The reading half of RegistryStore for one server."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._models = RegistrySearch(Subject.MODELS, sort_models, self._model_pages)
        self._versions = RegistrySearch(Subject.VERSIONS, sort_versions, self._version_pages)
        self._aliases = AliasReader(transport)

    @property
    def info(self) -> StoreInfo:
        """What this store is; costs nothing."""
        return StoreInfo(kind="http", address=self._transport.address.base)

    def search_models(
        self, query: ModelQuery, *, limit: int, token: str | None = None
    ) -> Page[RegisteredModel]:
        """Models that match, at most `limit` of them, after those of earlier pages."""
        return self._models.page(query, query.filter, limit=limit, token=token)

    def get_model(self, name: str) -> RegisteredModel:
        """The model of exactly that name, also a prompt. Raises NotFound."""
        question = [("name", name)]
        found = self._one("registered-models/get", question, registry_wire.one_model)
        if found is None or found.name != name:
            raise checks.no_model(name, self.info.address)
        return found

    def search_versions(
        self, query: VersionQuery, *, limit: int, token: str | None = None
    ) -> Page[ModelVersion]:
        """Versions that match, aliases and all, at most `limit`, after those of earlier pages."""
        node = _of_model(query.name, query.filter)
        return self._versions.page(query, node, limit=limit, token=token)

    def get_version(self, name: str, version: int) -> ModelVersion:
        """One version, with the place of its files if it has another source. Raises NotFound."""
        found = None
        if checks.is_possible(version):
            question = [("name", name), ("version", str(version))]
            found = self._one("model-versions/get", question, registry_wire.one_version)
        if found is None or (found.name, found.version) != (name, version) or _is_gone(found):
            raise checks.no_version(name, version, self.info.address)
        return self._located(found)

    def close(self) -> None:
        """Let go of the connections. Calling it twice is fine."""
        self._transport.close()

    def _one(
        self, endpoint: str, question: Sequence[tuple[str, str]], read: Callable[[JsonObject], T]
    ) -> T | None:
        """One record; None when the server has none, or cannot have one by such a name."""
        try:
            return self._transport.get(endpoint, question, read)
        except (NotFound, InvalidInput):
            return None

    def _located(self, version: ModelVersion) -> ModelVersion:
        """With the place of its files, where that is not its source: servers say it when asked."""
        if not version.source.lower().startswith("models:"):
            return version
        question = [("name", version.name), ("version", str(version.version))]
        place = self._one("model-versions/get-download-uri", question, registry_wire.artifact_uri)
        return replace(version, storage_location=place or "")

    def _model_pages(self, text: str, order: Sequence[OrderKey]) -> Fetch[RegisteredModel]:
        """Pages without prompts, which older servers do not hide, and none if asked for them."""

        def fetch(token: str | None, size: int) -> tuple[list[RegisteredModel], str | None]:
            question = _question(text, order, Subject.MODELS, token, size)
            found, more = self._transport.get(
                "registered-models/search", question, registry_wire.models
            )
            return [each for each in found if not each.is_prompt], more

        return fetch

    def _version_pages(self, text: str, order: Sequence[OrderKey]) -> Fetch[ModelVersion]:
        def fetch(token: str | None, size: int) -> tuple[list[ModelVersion], str | None]:
            question = _question(text, order, Subject.VERSIONS, token, size)
            found, more = self._transport.get(
                "model-versions/search", question, registry_wire.versions
            )
            shown = [each for each in found if not _is_gone(each) and not _is_prompt(each)]
            return self._aliases.fill(shown), more

        return fetch


def _question(
    text: str, order: Sequence[OrderKey], subject: Subject, token: str | None, size: int
) -> list[tuple[str, str]]:
    question = [("max_results", str(size))]
    if text:
        question.append(("filter", text))
    first = {key.key: key for key in reversed(order)}  # servers refuse a key named twice
    keys = [key for key in order if first[key.key] is key]
    question += [("order_by", order_text(key, subject)) for key in keys]
    if token:
        question.append(("page_token", token))
    return question


def _of_model(name: str | None, node: Node | None) -> Node | None:
    """The filter, for versions of one model only."""
    if name is None:
        return node
    mine = Comparison(Entity.ATTRIBUTE, "name", Op.EQ, name)
    return mine if node is None else And((mine, node))


def _is_gone(version: ModelVersion) -> bool:
    return version.stage == DELETED


def _is_prompt(version: ModelVersion) -> bool:
    return version.tags.get(PROMPT_TAG) == "true"
