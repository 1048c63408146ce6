"""The registry of real servers, on a database and on files, is read and written as MLflow does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from faults.clock import TestClock
from mlflow.entities.model_registry import ModelVersion as TheirVersion  # noqa: TID251
from mlflow.entities.model_registry import RegisteredModel as TheirModel  # noqa: TID251
from mlflow.exceptions import MlflowException  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.errors import Conflict, InvalidInput, NotFound
from venturi.filters.match import select
from venturi.filters.order import parse_order, sort_models, sort_versions
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.records import ModelVersion, Page, RegisteredModel
from venturi.stores import open_registry
from venturi.stores.base import StoreOptions
from venturi.stores.registry import ModelQuery, NewVersion, RegistryStore, VersionQuery
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


@pytest.fixture
def name(request: pytest.FixtureRequest, store: RestRegistry) -> str:
    made = request.node.name.replace("/", "-").replace(":", "-")
    store.create_model(made)
    return made


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


def test_a_model_lives_and_dies(store: RestRegistry, client: MlflowClient, name: str) -> None:
    full = f"{name} full"
    made = store.create_model(full, description="d\né", tags={"a": "1", "long": "x" * 50_000})
    assert same_model(made, client.get_registered_model(full))
    store.describe_model(full, "")
    store.set_model_tag(full, "a", "2")
    for _ in range(2):
        store.delete_model_tag(full, "long")
    theirs = client.get_registered_model(full)
    assert (theirs.description or "", theirs.tags) == ("", {"a": "2"})
    store.create_version(NewVersion(full, SOURCE))
    store.delete_model(full)
    with pytest.raises(MlflowException):
        client.get_registered_model(full)
    refused(NotFound, "no registered model", lambda: store.delete_model(full))


def test_a_name_is_taken_once(store: RestRegistry, world: list[str], name: str) -> None:
    refused(Conflict, "registered model named 'ant'", lambda: store.create_model("ant"))
    refused(Conflict, "registered model named 'ant'", lambda: store.rename_model(name, "ant"))
    refused(Conflict, "prompt named 'ask'", lambda: store.create_model("ask"))
    assert store.get_model(name)
    assert world


def test_a_model_is_renamed_whole_or_not_at_all(
    store: RestRegistry, client: MlflowClient, name: str, request: pytest.FixtureRequest
) -> None:
    store.create_version(NewVersion(name, SOURCE))
    store.rename_model(name, name)
    store.rename_model(name, f"{name} 2")
    assert client.get_model_version(f"{name} 2", "1").source == SOURCE
    store.set_version_tag(f"{name} 2", 1, "t", "1")
    before = client.get_model_version(f"{name} 2", "1").tags
    if "files" in request.node.name:
        refused(
            InvalidInput, "would lose tags", lambda: store.rename_model(f"{name} 2", f"{name} 3")
        )
        assert client.get_model_version(f"{name} 2", "1").tags == before
        return
    store.set_alias(f"{name} 2", "best", 1)
    store.set_model_tag(f"{name} 2", "m", "1")
    store.rename_model(f"{name} 2", f"{name} 3")
    theirs = client.get_registered_model(f"{name} 3")
    assert (theirs.tags, theirs.aliases) == ({"m": "1"}, {"best": "1"})
    assert client.get_model_version(f"{name} 3", "1").tags == before


def test_a_version_lives_and_dies(store: RestRegistry, client: MlflowClient, name: str) -> None:
    new = NewVersion(
        name, SOURCE, run_link="http://r", description="é", tags={"a": "1"}, user_id="ann"
    )
    made = store.create_version(new)
    assert same_version(made, client.get_model_version(name, "1"))
    assert (made.version, made.stage, made.status) == (1, "None", "READY")
    store.describe_version(name, 1, "better")
    store.set_version_tag(name, 1, "b", "")
    for _ in range(2):
        store.delete_version_tag(name, 1, "a")
    theirs = client.get_model_version(name, "1")
    assert (theirs.description, theirs.tags) == ("better", {"b": ""})
    assert store.create_version(NewVersion(name, SOURCE)).version == 2
    store.set_alias(name, "best", 2)
    store.delete_version(name, 2)
    assert client.get_registered_model(name).aliases == {}
    refused(
        NotFound,
        f"no model version {name}/2".replace("[", r"\["),
        lambda: store.delete_version(name, 2),
        lambda: store.get_version(name, 2),
    )
    assert store.create_version(NewVersion(name, SOURCE)).version == 3


def test_a_version_of_a_run(store: RestRegistry, client: MlflowClient, name: str) -> None:
    run = client.create_run(client.create_experiment(name)).info.run_id
    made = store.create_version(NewVersion(name, f"runs:/{run}/model", run_id=run))
    assert (made.run_id, made.source) == (run, f"runs:/{run}/model")
    assert same_version(made, client.get_model_version(name, "1"))
    refused(
        InvalidInput,
        None,
        lambda: store.create_version(NewVersion(name, "/etc")),
        lambda: store.create_version(NewVersion(name, f"runs:/{run}/model")),
    )


def test_stages(store: RestRegistry, client: MlflowClient, name: str) -> None:
    for _ in range(3):
        store.create_version(NewVersion(name, SOURCE))
    store.set_alias(name, "best", 1)
    moved = store.transition(name, 1, "production")
    assert same_version(moved, client.get_model_version(name, "1"))
    assert (moved.stage, moved.aliases) == ("Production", ("best",))
    store.transition(name, 2, "PRODUCTION", archive_existing=True, expect="none")
    stages = [client.get_model_version(name, str(at)).current_stage for at in (1, 2, 3)]
    assert stages == ["Archived", "Production", "None"]
    refused(
        Conflict,
        "in the stage None",
        lambda: store.transition(name, 3, "Staging", expect="Archived"),
    )
    refused(
        InvalidInput,
        None,
        lambda: store.transition(name, 3, "Stage"),
        lambda: store.transition(name, 3, "None", archive_existing=True),
        lambda: store.transition(name, 3, "Archived", archive_existing=True),
    )
    assert client.get_model_version(name, "3").current_stage == "None"
    latest = store.get_model(name).latest_versions
    assert latest == {"Archived": 1, "Production": 2, "None": 3}


def test_aliases(store: RestRegistry, client: MlflowClient, name: str) -> None:
    for _ in range(2):
        store.create_version(NewVersion(name, SOURCE))
    store.set_alias(name, "Best-1", 1)
    store.set_alias(name, "zen", 1)
    assert client.get_model_version_by_alias(name, "Best-1").version in (1, "1")
    assert store.get_version(name, 1).aliases == ("Best-1", "zen")
    store.set_alias(name, "Best-1", 2)
    assert client.get_registered_model(name).aliases == {"Best-1": "2", "zen": "1"}
    for _ in range(2):
        store.delete_alias(name, "Best-1")
    store.delete_alias(name, "latest")
    assert client.get_registered_model(name).aliases == {"zen": "1"}
    refused(
        InvalidInput,
        None,
        lambda: store.set_alias(name, "latest", 1),
        lambda: store.set_alias(name, "v1", 1),
        lambda: store.set_alias(name, "a b", 1),
    )
    refused(
        NotFound,
        "no model version",
        lambda: store.set_alias(name, "x", 9),
        lambda: store.set_alias("nobody", "x", 1),
    )


@pytest.mark.parametrize("missing", ["nobody", "", "a/b", "ANT"])
def test_a_model_that_is_not_there(store: RestRegistry, world: list[str], missing: str) -> None:
    refused(
        NotFound,
        "there is no registered model",
        lambda: store.get_model(missing),
        lambda: store.rename_model(missing, "new"),
        lambda: store.describe_model(missing, "d"),
        lambda: store.delete_model(missing),
        lambda: store.set_model_tag(missing, "k", "v"),
        lambda: store.delete_model_tag(missing, "k"),
        lambda: store.delete_alias(missing, "a"),
    )
    refused(
        NotFound,
        "there is no model version",
        lambda: store.get_version(missing, 1),
        lambda: store.set_version_tag(missing, 1, "k", "v"),
    )
    assert world


@pytest.mark.parametrize("missing", [99, 0, -1, 2**31, 10**30])
def test_a_version_that_is_not_there(store: RestRegistry, world: list[str], missing: int) -> None:
    refused(
        NotFound,
        f"there is no model version ant/{missing}",
        lambda: store.get_version("ant", missing),
        lambda: store.describe_version("ant", missing, "d"),
        lambda: store.delete_version("ant", missing),
        lambda: store.transition("ant", missing, "Staging"),
        lambda: store.set_alias("ant", "x", missing),
        lambda: store.set_version_tag("ant", missing, "k", "v"),
        lambda: store.delete_version_tag("ant", missing, "k"),
    )
    assert world


def test_what_mlflow_refuses_is_refused_before_anything_is_written(
    store: RestRegistry, name: str
) -> None:
    store.create_version(NewVersion(name, SOURCE))
    before = (store.get_model(name), all_versions(store, VersionQuery(name)))
    refused(
        InvalidInput,
        None,
        lambda: store.create_model(""),
        lambda: store.create_model("a/b"),
        lambda: store.create_model("x", tags={"k": "v" * 100_001}),
        lambda: store.rename_model(name, "a:b"),
        lambda: store.describe_model(name, "x" * 5001),
        lambda: store.set_model_tag(name, "", "v"),
        lambda: store.describe_model(name, "half \ud83d"),
        lambda: store.create_version(NewVersion(name, "")),
        lambda: store.create_version(NewVersion(name, SOURCE, tags={"//": ""})),
        lambda: store.set_version_tag(name, 1, "k", "v" * 100_001),
    )
    assert (store.get_model(name), all_versions(store, VersionQuery(name))) == before
