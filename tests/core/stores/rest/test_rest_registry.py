"""The registry of real servers, on a database and on files, is read and written as MLflow does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from faults.clock import TestClock
from mlflow.entities.model_registry import ModelVersion as TheirVersion  # noqa: TID251
from mlflow.entities.model_registry import RegisteredModel as TheirModel  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.errors import InvalidInput
from venturi.filters.match import select
from venturi.filters.order import parse_order, sort_models, sort_versions
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.records import ModelVersion, Page, RegisteredModel
from venturi.stores import open_registry
from venturi.stores.base import StoreOptions
from venturi.stores.registry import ModelQuery, RegistryStore, VersionQuery
from venturi.stores.rest import RestRegistry, open_rest_registry

SOURCE = "s3://bucket/model"
NAMES = ("ant", "Bee", "cat it's", 'dog "d"', "eel é", 'fox\'s "f"')


@pytest.fixture(scope="module")
def store(writable_server: str) -> Iterator[RestRegistry]:
    opened = open_rest_registry(writable_server, StoreOptions(), clock=TestClock())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(writable_server: str) -> MlflowClient:
    return MlflowClient(writable_server, writable_server)


@pytest.fixture(scope="module")
def world(client: MlflowClient) -> list[str]:
    """Models as MLflow makes them: aliases, stages, tags, a deleted version, a prompt."""
    for at, name in enumerate(NAMES):
        client.create_registered_model(name, {"n": str(at % 2)}, f"all about {name}" if at else "")
        for number in range(1, 2 + at):
            tags = {"odd": str(number % 2 == 1), "mlflow.note": "é"}
            client.create_model_version(
                name, f"{SOURCE}/{number}", run_link=f"http://x/{number}", tags=tags
            )
            client.set_registered_model_alias(name, f"a{number % 3}", str(number))
    for name, number, stage in (("Bee", 2, "Production"), ("eel é", 3, "Staging")):
        client.transition_model_version_stage(name, str(number), stage)
    client.set_registered_model_alias("eel é", "champion", "4")
    client.update_model_version("ant", "1", "the first")
    client.delete_model_version("eel é", "5")
    client.register_prompt("ask", "What is {{ this }}?")
    return list(NAMES)


def refused(kind: type[Exception], words: str | None, *calls: Callable[[], object]) -> None:
    for call in calls:
        with pytest.raises(kind, match=words):
            call()


def same_model(ours: RegisteredModel, theirs: TheirModel) -> bool:
    latest = {each.current_stage: int(each.version) for each in theirs.latest_versions}
    aliases = {alias: int(number) for alias, number in theirs.aliases.items()}
    assert ours == RegisteredModel(
        name=theirs.name,
        description=theirs.description or "",
        creation_time=theirs.creation_timestamp,
        last_updated_time=theirs.last_updated_timestamp,
        tags=dict(theirs.tags),
        aliases=aliases,
        latest_versions=latest,
    )
    return True


def same_version(ours: ModelVersion, theirs: TheirVersion) -> bool:
    assert ours == ModelVersion(
        name=theirs.name,
        version=int(theirs.version),
        stage=theirs.current_stage,
        aliases=tuple(sorted(theirs.aliases)),
        status=theirs.status,
        status_message=theirs.status_message or "",
        description=theirs.description or "",
        run_id=theirs.run_id or "",
        source=theirs.source,
        run_link=theirs.run_link or "",
        model_id=theirs.model_id or "",
        user_id=theirs.user_id or "",
        creation_time=theirs.creation_timestamp,
        last_updated_time=theirs.last_updated_timestamp,
        tags=dict(theirs.tags),
    )
    return True


def all_models(store: RestRegistry, query: ModelQuery, limit: int = 3) -> list[RegisteredModel]:
    page: Page[RegisteredModel] = store.search_models(query, limit=limit)
    found = list(page)
    while page.next_token:
        page = store.search_models(query, limit=limit, token=page.next_token)
        assert 0 < len(page) <= limit
        found += page
    return found


def all_versions(store: RestRegistry, query: VersionQuery, limit: int = 4) -> list[ModelVersion]:
    page: Page[ModelVersion] = store.search_versions(query, limit=limit)
    found = list(page)
    while page.next_token:
        page = store.search_versions(query, limit=limit, token=page.next_token)
        assert 0 < len(page) <= limit
        found += page
    return found


def test_it_keeps_the_promise(store: RestRegistry, writable_server: str) -> None:
    registry: RegistryStore = store
    assert (registry.info.kind, registry.info.address) == ("http", writable_server)
    opened = open_registry(writable_server)
    assert isinstance(opened, RestRegistry)
    opened.close()
    opened.close()


def test_models_are_as_mlflow_reads_them(
    store: RestRegistry, client: MlflowClient, world: list[str]
) -> None:
    theirs = list(client.search_registered_models(max_results=100))
    ours = all_models(store, ModelQuery())
    assert len(ours) == len(theirs)
    assert all(map(same_model, ours, theirs))
    assert {model.name for model in ours}.issuperset(world)
    for name in world:
        assert same_model(store.get_model(name), client.get_registered_model(name))
    assert store.get_model("ask").is_prompt


def test_versions_are_as_mlflow_reads_them(
    store: RestRegistry, client: MlflowClient, world: list[str]
) -> None:
    found = client.search_model_versions(max_results=1000)
    theirs = [client.get_model_version(each.name, each.version) for each in found]
    ours = all_versions(store, VersionQuery())
    assert len(ours) == len(theirs)
    assert all(map(same_version, ours, theirs))
    assert any(version.aliases for version in ours)
    for name in world:
        mine = [each for each in theirs if each.name == name]
        assert all(map(same_version, all_versions(store, VersionQuery(name)), mine))
    assert all(same_version(store.get_version(each.name, int(each.version)), each) for each in mine)
    assert all_versions(store, VersionQuery("Ant")) == []
    assert all_versions(store, VersionQuery("ask")) == []
    assert store.get_version("ask", 1).tags["mlflow.prompt.text"] == "What is {{ this }}?"


@pytest.mark.parametrize(
    "text",
    [
        "name = 'ant'", "name != 'ant'", "name LIKE '%t%'", "name ILIKE 'B%'",
        "name IN ('ant', 'Bee')", "name NOT IN ('ant')", "name ~ '^[a-c]'",
        "tags.n = '1'", "tags.n != '1'", "NOT tags.n = '1'", "tags.n IS NULL",
        "alias = 'a1'", "alias = 'a1' OR description LIKE '%it%'", "name = \"cat it's\"",
        "tags.`mlflow.prompt.is_prompt` = 'true'", "creation_time > 1 AND tags.n = '0'",
    ],
)  # fmt: skip
def test_filters_of_models(store: RestRegistry, world: list[str], text: str) -> None:
    node = parse_filter(text, Subject.MODELS)
    everything = [each for each in all_models(store, ModelQuery()) if each.name in world]
    found = [each for each in all_models(store, ModelQuery(node)) if each.name in world]
    assert found == list(select(node, everything))


@pytest.mark.parametrize(
    "text",
    [
        "name = 'Bee'", "name IN ('ant', 'Bee')", "version_number >= 3", "version_number = 2",
        "source_path LIKE '%/1'", "run_id = 'x'", "run_id IS NULL", "tags.odd = 'True'",
        "tags.odd != 'True' AND version_number < 4", "alias = 'a1'", "alias IS NULL",
        "stage = 'Production'", "stage = 'Staging' OR alias = 'champion'",
        "NOT name LIKE '%e%'", "description = 'the first'", "status = 'READY'",
    ],
)  # fmt: skip
def test_filters_of_versions(store: RestRegistry, world: list[str], text: str) -> None:
    node = parse_filter(text, Subject.VERSIONS)
    everything = [each for each in all_versions(store, VersionQuery()) if each.name in world]
    found = [each for each in all_versions(store, VersionQuery(filter=node)) if each.name in world]
    assert found == list(select(node, everything))
    only = [each for each in everything if each.name == "eel é"]
    assert all_versions(store, VersionQuery("eel é", node)) == list(select(node, only))


@pytest.mark.parametrize(
    "order", [["name DESC"], ["creation_time DESC"], ["last_updated_time"], ["name", "name DESC"]]
)
def test_orders(store: RestRegistry, world: list[str], order: list[str]) -> None:
    keys = tuple(parse_order(text, Subject.MODELS) for text in order)
    found = all_models(store, ModelQuery(order=keys))
    assert found == sort_models(all_models(store, ModelQuery()), keys[:1])
    keys = tuple(parse_order(text, Subject.VERSIONS) for text in order)
    versions = all_versions(store, VersionQuery(order=keys))
    assert versions == sort_versions(all_versions(store, VersionQuery()), keys[:1])
    assert len(versions) > len(world)


def test_a_token_belongs_to_its_question(store: RestRegistry, world: list[str]) -> None:
    token = store.search_models(ModelQuery(), limit=2).next_token
    other = ModelQuery(order=(parse_order("name DESC", Subject.MODELS),))
    refused(
        InvalidInput,
        "page token",
        lambda: store.search_models(other, limit=2, token=token),
        lambda: store.search_versions(VersionQuery(), limit=2, token=token),
        lambda: store.search_models(ModelQuery(), limit=2, token="x"),
    )
    assert world
