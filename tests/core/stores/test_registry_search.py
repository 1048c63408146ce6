"""Searches in every model registry: what MLflow answers, in its order, in pages that fit."""

from __future__ import annotations

import itertools
import time

import pytest
from worlds.registries import Registry
from worlds.registry_models import SOURCE, filled, made, versions_of

from venturi.errors import InvalidInput
from venturi.filters.order import parse_orders
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.stores.registry import ModelQuery, VersionQuery

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")

MODEL_FILTERS = (
    "name = '{name}'",
    "name LIKE '{name}%'",
    "name ILIKE 'MODEL%' and tags.team = 'geology'",
    "tags.team != 'weather'",
    "name IN ('{name}', 'no such')",
)
VERSION_FILTERS = (
    "name = '{name}' and version_number > 1",
    f"source_path = '{SOURCE}'",
    "tags.k = 'v' and name LIKE '{name}'",
    f"run_id IN ('{'0' * 32}')",
)


def test_models_are_searched_as_mlflow_does(registry: Registry) -> None:
    name = filled(registry)
    for order, form in itertools.product((None, ["name DESC"]), MODEL_FILTERS):
        text = form.format(name=name)
        keys = parse_orders(order or (), Subject.MODELS)
        query = ModelQuery(parse_filter(text, Subject.MODELS), keys)
        ours = [model.name for model in registry.store.search_models(query, limit=1000)]
        theirs = registry.client.search_registered_models(text, 1000, order)
        assert ours == [model.name for model in theirs]
        assert name in ours


def test_versions_are_searched_as_mlflow_does(registry: Registry) -> None:
    name = filled(registry)
    order = ["name ASC", "version_number DESC"]
    keys = parse_orders(order, Subject.VERSIONS)
    for form in VERSION_FILTERS:
        text = form.format(name=name)
        query = VersionQuery(filter=parse_filter(text, Subject.VERSIONS), order=keys)
        ours = registry.store.search_versions(query, limit=1000)
        theirs = registry.client.search_model_versions(text, order_by=order)
        found = [(each.name, each.version) for each in ours]
        assert found == [(each.name, int(each.version)) for each in theirs]
        assert found


def test_the_last_updated_come_last_when_asked_to(registry: Registry) -> None:
    names = [made(registry), made(registry)]
    time.sleep(0.005)  # times are whole milliseconds
    registry.store.describe_model(names[0], "later")
    query = ModelQuery(order=parse_orders(["last_updated_timestamp"], Subject.MODELS))
    found = registry.store.search_models(query, limit=1000)
    times = [model.last_updated_time or 0 for model in found]
    assert times == sorted(times)
    assert [model.name for model in found if model.name in names] == names[::-1]


def test_a_filter_can_say_what_mlflow_cannot(registry: Registry) -> None:
    name = filled(registry)
    text = "stage = 'Production' or alias = 'none' or (not status = 'READY')"
    query = VersionQuery(name, filter=parse_filter(text, Subject.VERSIONS))
    assert [each.version for each in registry.store.search_versions(query, limit=9)] == [2]


def test_pages_fit_together(registry: Registry) -> None:
    name = filled(registry)
    found: list[int] = []
    token = None
    while True:
        page = registry.store.search_versions(VersionQuery(name), limit=3, token=token)
        found += [each.version for each in page]
        token = page.next_token
        if token is None:
            break
        assert len(page) == 3
    assert found == [each.version for each in versions_of(registry, name)]
    page = registry.store.search_versions(VersionQuery(name), limit=4)
    assert page.next_token is None  # exactly full, nothing behind it


def test_a_token_belongs_to_its_question(registry: Registry) -> None:
    name = filled(registry)
    token = registry.store.search_versions(VersionQuery(name), limit=1).next_token
    assert token
    for wrong in (token, "garbage", "99999999:-1"):
        with pytest.raises(InvalidInput):
            registry.store.search_versions(VersionQuery("other"), limit=1, token=wrong)
