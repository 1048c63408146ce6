"""Searches a registry that was read whole: prompts hidden, filtered, sorted and cut into pages."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

from venturi.errors import InvalidInput
from venturi.filters.match import compile_filter
from venturi.filters.order import sort_models, sort_versions
from venturi.records import PROMPT_TAG, ModelVersion, Page, RegisteredModel
from venturi.stores.registry import ModelQuery, VersionQuery

R = TypeVar("R")

DELETED = "Deleted_Internal"
"""The stage by which MLflow marks a deleted version: its number stays taken."""


def model_page(
    models: Iterable[RegisteredModel], query: ModelQuery, limit: int, token: str | None
) -> Page[RegisteredModel]:
    """A page of the models that match.

    Args:
        models: All of the registry.
        query: What is asked.
        limit: How many on a page.
        token: Where the page starts, from the page before.

    Raises:
        InvalidInput: The token belongs to another question.
    """
    start = _offset(query, token)
    test = compile_filter(query.filter)
    found = [model for model in models if not model.is_prompt and test(model)]
    return _page(sort_models(found, query.order), query, start, limit)


def version_page(
    versions: Iterable[ModelVersion],
    prompts: Iterable[str],
    query: VersionQuery,
    limit: int,
    token: str | None,
) -> Page[ModelVersion]:
    """A page of the versions that match.

    Args:
        versions: All of the registry, or of the model that the query names; no deleted ones.
        prompts: Names of models that are prompts.
        query: What is asked.
        limit: How many on a page.
        token: Where the page starts, from the page before.

    Raises:
        InvalidInput: The token belongs to another question.
    """
    start = _offset(query, token)
    test = compile_filter(query.filter)
    read = list(versions)
    hidden = {each.name for each in read if each.tags.get(PROMPT_TAG) == "true"}.union(prompts)
    found = [each for each in read if each.name not in hidden and test(each)]
    return _page(sort_versions(found, query.order), query, start, limit)


def _page(found: Sequence[R], query: ModelQuery | VersionQuery, start: int, limit: int) -> Page[R]:
    end = start + limit
    token = f"{_mark(query)}:{end}" if end < len(found) else None
    return Page(tuple(found[start:end]), token)


def _offset(query: ModelQuery | VersionQuery, token: str | None) -> int:
    if not token:
        return 0
    mark, _, offset = token.partition(":")
    if mark != _mark(query) or not (offset.isascii() and offset.isdecimal()):
        raise InvalidInput("this page token belongs to another search", hint="start from page one")
    return int(offset)


def _mark(query: ModelQuery | VersionQuery) -> str:
    return f"{zlib.crc32(repr(query).encode('utf-8', 'backslashreplace')):08x}"
